"""Hypotheses about index letters (t ≥ 1, i ≠ j) restrict the entries a goal speaks of; others restrict values."""

from __future__ import annotations

from dataclasses import replace

from symdl.tensor.expr import Acc, Call, Cmp, Deriv, Expect, Expr, Idx, Integ, Logic, Mat, walk
from symdl.tensor.program import Fact, Goal, Sequent

RELATIONS = ("=", "≠", "<", "≤", ">", "≥")
VALUED = (Acc, Call, Deriv, Expect, Integ, Mat)


def about_letters(op: str, left: Expr | None, right: Expr | None) -> bool:
    """A relation between whole numbers alone, with an index letter in it."""
    if op not in RELATIONS or left is None or right is None:
        return False
    nodes = [*walk(left), *walk(right)]
    return any(isinstance(x, Idx) for x in nodes) and not any(isinstance(x, VALUED) for x in nodes)


def restricted(sequent: Sequent) -> Sequent:
    """Hypotheses about a goal's letters become conditions of the goal; they leave `suppose` and `premises`."""
    hypotheses: list[Fact | Goal] = [*sequent.program.facts, *sequent.suppose, *sequent.premises]
    about = [h for h in hypotheses if about_letters(h.op, h.left, h.right)]
    if not about:
        return sequent
    return replace(
        sequent,
        goals=tuple(_under(g, about) for g in sequent.goals),
        suppose=tuple(h for h in sequent.suppose if h not in about),
        premises=tuple(h for h in sequent.premises if h not in about),
    )


def _under(goal: Goal, about: list[Fact | Goal]) -> Goal:
    letters = {b.name for b in goal.binders}
    conditions = [] if goal.condition is None else [goal.condition]
    for h in about:
        assert h.left is not None and h.right is not None
        if (h.left.free | h.right.free) <= letters:
            conditions.append(Cmp(h.op, h.left, h.right))
    if not conditions:
        return goal
    return replace(goal, condition=conditions[0] if len(conditions) == 1 else Logic("and", tuple(conditions)))


def for_all_letters(sequent: Sequent) -> Sequent | None:
    """Equations that goals are conditional on, taken for all values of their letters, as an assumption.

        ∂L/∂p_i = 0 ⟹ p_i = e^{λ−1}    is judged where    ∂L/∂p_i = 0 for every i

    No random sample meets an equation at single entries. None where a conclusion speaks of letters that its premise
    does not (z_i = 0 ⟹ z_j = 0 would become true), or where a condition is no equation.
    """
    facts: list[Fact] = []
    goals = []
    for g in sequent.goals:
        parts = g.condition.args if isinstance(g.condition, Logic) and g.condition.op == "and" else (g.condition,)
        for c in parts:
            if not isinstance(c, Cmp) or c.op != "=" or not (g.left.free | g.right.free) <= c.free:
                return None
            used = tuple(b for b in g.binders if b.name in c.free)
            facts.append(Fact("=", c.left, c.right, used))
        goals.append(replace(g, condition=None))
    return replace(sequent, goals=tuple(goals), suppose=(*sequent.suppose, *facts))
