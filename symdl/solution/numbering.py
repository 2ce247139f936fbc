"""Equation numbers: one sequence through the definitions, the results, the names they use, and the steps.

Pages print these numbers and generated code cites them, so both count here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symdl.language.syntax import Node
from symdl.solution.step import Solution, Step


@dataclass(frozen=True)
class Numbering:
    """`names` are the relations that define names used by results, each once, with the number of the step that is the
    same line where there is one; `derivations` are, for each result, the steps that no earlier result has shown.
    """

    definitions: tuple[int, ...]
    results: tuple[int, ...]
    names: tuple[tuple[int, Node], ...]
    derivations: tuple[tuple[tuple[int, Step], ...], ...]
    lines: tuple[tuple[int, Step], ...]


def number(solution: Solution, definitions: int) -> Numbering:
    """Number everything on a page that has so many definitions."""
    count = definitions + len(solution.results)
    results = tuple(range(definitions + 1, count + 1))
    shown = [step.line for result in solution.results for step in result.steps]
    named: dict[int, Node] = {}
    used: list[Node] = []
    for result in solution.results:
        used += [relation for relation in result.where if relation not in used]
    for relation in used:
        if relation not in shown:
            count += 1
            named[count] = relation
    seen: list[Node] = []
    derivations: list[tuple[tuple[int, Step], ...]] = []
    for result in solution.results:
        fresh: list[tuple[int, Step]] = []
        for step in _unseen(result.steps, seen):
            count += 1
            fresh.append((count, step))
            if step.line in used:
                named[count] = step.line
        derivations.append(tuple(fresh))
    lines = tuple(enumerate(solution.lines, count + 1))
    names = tuple(sorted(named.items()))
    return Numbering(tuple(range(1, definitions + 1)), results, names, tuple(derivations), lines)


def _unseen(steps: Sequence[Step], seen: list[Node]) -> list[Step]:
    out = []
    for step in steps:
        if step.line not in seen:
            seen.append(step.line)
            out.append(step)
    return out
