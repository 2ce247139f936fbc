"""Elaboration: from trees to entries, and from lines to goals, facts and sequents.

    entry(A B, (i, j))  ⇒  Σ_k A[i, k] B[k, j]

The rules for each kind of node stand in `elaborate_products`, `_functions`, `_leaves`, `_conditions`, `_probability`
and `_derivatives`; this file gathers them, and is what others import.
"""

from __future__ import annotations

from symdl.language.understanding import Line
from symdl.tensor import (  # noqa: F401  (each registers its rules)
    elaborate_conditions,
    elaborate_derivatives,
    elaborate_functions,
    elaborate_leaves,
    elaborate_probability,
    elaborate_products,
)
from symdl.tensor import sequents as lines
from symdl.tensor.elaborate_base import Elaboration
from symdl.tensor.program import Fact, Goal, Program, Sequent


class Elaborator(Elaboration):
    """Entries of trees (`entry`), and what lines claim (`goals`, `sequents`) or say (`facts`)."""

    def goals(self, line: Line) -> tuple[tuple[Goal, ...], tuple[Goal, ...]]:
        """Premises and goals of a line; an equivalence is two sequents instead."""
        return lines.goals(self, line)

    def sequents(self, line: Line) -> tuple[Sequent, ...]:
        """What a line claims: one sequent, or one for each direction of an equivalence."""
        return lines.sequents(self, line)

    def facts(self, line: Line) -> tuple[Fact, ...]:
        """What an assumption says."""
        return lines.facts(self, line)


def sequents(line: Line, program: Program) -> tuple[Sequent, ...]:
    """What a line claims over a program."""
    return Elaborator(None, program).sequents(line)
