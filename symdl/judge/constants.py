"""A second reading of `d(X⊤A X) = …`: A held constant, since no dA is written.

The rule says that a symbol under a composite d varies too. Who writes such a line may mean A as a constant; a line that
holds only so is neither accepted nor refuted.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.tensor.dims_expr import expr_of
from symdl.tensor.expr import Acc, Bind, Deriv, Diff, Dimension, Expr, Idx, add, fresh, mul, rebuild, total, walk
from symdl.tensor.program import Goal, Program, Sequent


def with_constants(sequent: Sequent) -> tuple[Sequent, tuple[str, ...]] | None:
    """The sequent with every composite differential taken over the names that have a d of their own, and the others.

    None where there is no composite differential, or all names in them have a d of their own, or none has.
    """
    differentials = {x for g in sequent.goals for side in (g.left, g.right) for x in walk(side) if isinstance(x, Diff)}
    simple = {x.of.name for x in differentials if isinstance(x.of, Acc)}
    composite = {a.name for x in differentials if not isinstance(x.of, Acc) for a in walk(x.of) if isinstance(a, Acc)}
    still = tuple(sorted(composite - simple))
    if not still or not simple or any(_axes(n, sequent.program) is None for n in simple):
        return None
    goals = tuple(_restricted(g, simple, sequent.program) for g in sequent.goals)
    return replace(sequent, goals=goals), still


def _axes(name: str, program: Program) -> tuple[Bind, ...] | None:
    """New binders over a tensor's axes; None for a family."""
    leaf = program.leaves.get(name)
    if leaf is not None:
        if leaf.members:
            return None

        def size(n: str) -> Expr:
            return Dimension(n, None)

        return tuple(Bind(fresh("i"), expr_of(a.first, size), expr_of(a.last, size)) for a in leaf.axes)
    statement = program.statements.get(name)
    if statement is None or any(b.first.free or b.last.free for b in statement.binders):
        return None
    return tuple(Bind(fresh("i"), b.first, b.last) for b in statement.binders)


def _restricted(goal: Goal, names: set[str], program: Program) -> Goal:
    def visit(e: Expr) -> Expr:
        if isinstance(e, Diff) and not isinstance(e.of, Acc):
            return add(*(_along(e.of, n, program) for n in sorted(names)))
        return rebuild(e, visit)

    return replace(goal, left=visit(goal.left), right=visit(goal.right))


def _along(of: Expr, name: str, program: Program) -> Expr:
    binders = _axes(name, program) or ()
    at = Acc(name, tuple(Idx(b.name) for b in binders))
    return total(binders, mul(Deriv(of, (at,), True), Diff(at)))
