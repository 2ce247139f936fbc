"""Equation numbers: one sequence through the definitions, the results, the names they use, and the steps.

Pages print these numbers and generated code cites them, so both count here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symdl.language.syntax import Node, Relation
from symdl.solution.step import Solution, Step


@dataclass(frozen=True)
class Numbering:
    """`names` are the relations that define names used by results (each once); `derivations` are, for each result, the
    steps that no earlier result has shown; numbers run on through all of them in this order."""

    definitions: tuple[int, ...]
    results: tuple[int, ...]
    names: tuple[tuple[int, Relation], ...]
    derivations: tuple[tuple[tuple[int, Step], ...], ...]
    lines: tuple[tuple[int, Step], ...]


def number(solution: Solution, definitions: int) -> Numbering:
    """Number everything on a page that has so many definitions."""
    count = definitions
    results = tuple(range(count + 1, count + 1 + len(solution.results)))
    count += len(results)
    names: list[tuple[int, Relation]] = []
    for result in solution.results:
        for relation in result.where:
            if all(relation != known for _, known in names):
                count += 1
                names.append((count, relation))
    seen: list[Node] = []
    derivations: list[tuple[tuple[int, Step], ...]] = []
    for result in solution.results:
        fresh: list[tuple[int, Step]] = []
        for step in _unseen(result.steps, seen):
            count += 1
            fresh.append((count, step))
        derivations.append(tuple(fresh))
    lines = tuple(enumerate(solution.lines, count + 1))
    return Numbering(tuple(range(1, definitions + 1)), results, tuple(names), tuple(derivations), lines)


def _unseen(steps: Sequence[Step], seen: list[Node]) -> list[Step]:
    out = []
    for step in steps:
        if step.line not in seen:
            seen.append(step.line)
            out.append(step)
    return out
