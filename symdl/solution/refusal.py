"""Refusal: no page shows an author's line that the judge refutes; the error says where the line stands and why."""

from __future__ import annotations

from typing import Any

from symdl.errors import Span, WrongLine
from symdl.language.print_text import text
from symdl.solution.evidence import REFUTED
from symdl.solution.step import Solution, Step
from symdl.solution.witness_text import witness_rows


def refuse_wrong_lines(solution: Solution) -> None:
    """Raise for the first of the author's lines that is refuted.

    Raises:
        WrongLine: with file, line, a caret under the formula, and the values at which both sides differ.
    """
    for k, step in enumerate(solution.lines):
        if step.evidence is not None and step.evidence.status == REFUTED:
            raise _located(_wrong(step), solution.problem, k)


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


def _located(error: WrongLine, problem: Any, k: int) -> WrongLine:
    """The error at the place of the k-th `[[step]]`, where the problem knows it."""
    steps = getattr(problem, "steps", ())
    if k < len(steps):
        line = steps[k].line
        error.span = Span(0, len(line.value))
        line.locate(error)
    return error
