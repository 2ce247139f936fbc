"""Cost: how long a form is to read; the passes keep what is cheaper, and lecturers' forms are the cheap ones."""

from __future__ import annotations

from symdl.rewrite.terms import MANY, Term, components
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Add, Expr, Fn, Ind, Mul, Num, Pow, Red

_costs: dict[Expr, int] = {}


def cost(e: Expr) -> int:
    """Tokens, roughly; a δ inside a bracket costs more: `diag(p) − p pᵀ` reads better than `p_i (δ_ij − p_j)`."""
    found = _costs.get(e)
    if found is None:
        if len(_costs) > MANY:
            _costs.clear()
        found = _costs[e] = _cost(e)
    return found


def _cost(e: Expr) -> int:
    if isinstance(e, Num):
        return 1
    if isinstance(e, Acc):
        return 3
    if isinstance(e, E.Deriv):
        return 4
    if isinstance(e, E.Idx | E.Dimension | E.Const):
        return 1
    if isinstance(e, Add):
        return sum(_addend(t) for t in e.terms) + len(e.terms)
    if isinstance(e, Mul):
        brackets = [f for f in e.factors if isinstance(f, Add)]
        indexed = any(f.free for f in e.factors if not isinstance(f, Add))
        penalty = sum(6 for f in brackets if indexed and any(_holds_delta(t) for t in f.terms))
        # such a bracket is no matrix, where its terms are
        penalty += sum(10 for f in brackets if len(f.free) > 2 and not _three_axes(f))
        return sum(cost(f) + (1 if isinstance(f, Add) else 0) for f in e.factors) + penalty
    if isinstance(e, Pow):
        x = abs(e.exponent.value) if isinstance(e.exponent, Num) else None
        return cost(e.base) + (cost(e.exponent) if x is None else max(1, int(x)))
    if isinstance(e, Fn):
        turned = e.name == "sigmoid" and isinstance(e.args[0], Mul) and e.args[0].factors[0] is E.MINUS_ONE
        return 2 + sum(map(cost, e.args)) + (2 if turned else 0)  # where σ(z) has a name, σ(−z) is 1 − p
    if isinstance(e, Ind):
        return 3
    if isinstance(e, Red):
        return 2 + len(e.binders) + cost(e.body)
    if isinstance(e, E.Where):
        return 4 + sum(cost(v) + (3 if c is not None else 0) for c, v in e.branches)
    return 3 + sum(cost(c) for c in e.children())


def _three_axes(e: Expr) -> bool:
    """Is something in it a tensor over three letters or more? Then there is no matrix form to keep."""
    return any(isinstance(x, Acc) and len(x.free) > 2 for x in E.walk(e))


def _addend(t: Expr) -> int:
    """A sign is free, a number in front costs as much as a letter."""
    if isinstance(t, Mul) and t.factors[0] is E.MINUS_ONE:
        return cost(t) - 1
    return cost(t)


def _holds_delta(e: Expr) -> bool:
    parts = e.factors if isinstance(e, Mul) else (e,)
    return any(isinstance(p, Ind) and isinstance(p.condition, E.Cmp) and p.condition.op == "=" for p in parts)


def cost_of_term(t: Term) -> int:
    out = 0 if t.coefficient in (1, -1) else 1
    for binders, powers in components(t):
        out += (2 + len(binders)) if binders else 0
        out += sum(cost(E.power(b, x)) for b, x in powers)
    return out
