"""Steps and solutions: what the engine makes, the judge rules on, and every output reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symdl.language.syntax import Node, Relation
from symdl.solution.evidence import Evidence


@dataclass(frozen=True)
class Step:
    """One line of a derivation: the rule that made it (recorded when it was made), the line, its reason, conditions."""

    rule: str
    line: Relation | Node
    because: str
    evidence: Evidence | None = None
    conditions: tuple[Node, ...] = ()
    block: tuple[Step, ...] = ()  # the lines this one opens to at detail `full`
    number: int | None = None


@dataclass(frozen=True)
class Result:
    """One target: what was asked, its shape (sizes as text), the result in matrix and in index form, names it uses."""

    target: Node
    shape: tuple[str, ...]
    matrix: Node | None
    index: Node
    where: tuple[Relation | Node, ...] = ()
    steps: tuple[Step, ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Solution:
    """A worked problem: results for its targets, and the author's own lines."""

    title: str
    results: tuple[Result, ...] = ()
    lines: tuple[Step, ...] = ()
    problem: Any = field(default=None, compare=False)  # the Problem it answers
    program: Any = field(default=None, compare=False)  # the Program it was derived over
