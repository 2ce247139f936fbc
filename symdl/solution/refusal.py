"""Refusal: no page shows an author's line that the judge refutes; the error says where the line stands and why."""

from __future__ import annotations

from typing import Any

from symdl.errors import Span, WrongLine
from symdl.language.print_text import text
from symdl.solution.evidence import REFUTED
from symdl.solution.step import Solution, Step
from symdl.solution.witness_text import witness_rows


def refuse_wrong_lines(solution: Solution) -> None:
    """Raise for the first of the author's lines, or of what the problem says it shows, that is refuted.

    Raises:
        WrongLine: with file, line, a caret under the formula, and the values at which both sides differ.
    """
    problem = solution.problem
    lines = [step.line for step in getattr(problem, "steps", ())]
    for steps, places in ((solution.lines, lines), (solution.claims, list(getattr(problem, "show", ())))):
        for k, step in enumerate(steps):
            if step.evidence is not None and step.evidence.status == REFUTED:
                raise _located(_wrong(step), places[k] if k < len(places) else None)


def _wrong(step: Step) -> WrongLine:
    assert step.evidence is not None
    seen = step.evidence.as_json().get("witness")
    shown = witness_rows(seen) if seen else [step.evidence.how]
    return WrongLine(
        "this line does not hold, so nothing is written",
        found=text(step.line) + "".join(f"\n  {row}" for row in shown),
        expected="a line that follows from the definitions and the assumptions",
        cure="symdl check  says which small change would make a line right",
    )


def _located(error: WrongLine, place: Any) -> WrongLine:
    """The error at the text that states the line, where that is known."""
    if place is not None:
        error.span = Span(0, len(place.value))
        place.locate(error)
    return error
