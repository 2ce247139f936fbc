"""A mistake of a line, and what the line was ruled under, by which the mistake is looked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symdl.language.hand import PLAIN, Hand
from symdl.language.scope import Scope
from symdl.language.syntax import (
    Derivative,
    Moment,
    Node,
    Relation,
)
from symdl.language.understanding import Definition, Line
from symdl.solution.evidence import Evidence
from symdl.tensor.program import Program, Sequent


@dataclass(frozen=True)
class Mistake:
    """What a wrong line differs from a right one by: kind (as in the manual), words, the corrected line."""

    kind: str
    explanation: str
    correction: str | None = None
    others: tuple[str, ...] = ()  # kinds of other edits of the same size that also repair it
    corrected: Node | None = None  # the corrected line as a tree


@dataclass(frozen=True)
class Context:
    """What the line was ruled under: program, claims in force, definitions, the judge."""

    program: Program
    scope: Scope
    definitions: tuple[Definition, ...]
    with_claims: Callable[[Sequent], Sequent]
    judge: Callable[[Sequent], Evidence]
    head: Node | None = None  # the left end of the chain that the line goes on
    hand: Hand = PLAIN  # how the student spells
    reread: Callable[[str], Line | None] = lambda text: None  # a text as a line in the same place
    seconds: float = 2.0  # of work, not of waiting for a busy machine

    @property
    def names(self) -> tuple[str, ...]:
        """Names that a line may speak of."""
        return (*self.program.leaves, *self.program.statements)


def fallback(line: Line) -> Mistake:
    about_moments = any(isinstance(n, Moment) for n in line.node.walk())
    kind = "expectation" if about_moments else "algebra"
    if isinstance(line.node, Relation) and not line.starts_with_relation:
        head = line.node.sides[0]
        if isinstance(head, Derivative):
            kind = "chain-rule"
    return Mistake(kind, "The line does not follow, and no single small change makes it true.")
