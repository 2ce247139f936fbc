"""Decide: a bracket says which side of a kink counts beside it, `𝟙[z < 1] f(min(z, 1)) ⇒ 𝟙[z < 1] f(z)`."""

from __future__ import annotations

from collections.abc import Callable

from symdl.rewrite.terms import Term, alike, product_of
from symdl.tensor import expr as E
from symdl.tensor.expr import Cmp, Expr, Fn, Ind

Less = Callable[[Expr, Expr], bool]
ORDERS = ("<", "≤", ">", "≥")


def decide(t: Term) -> Term:
    """A term whose extremes and absolute values are decided by its own brackets; on a border both sides agree."""
    known = [b.condition for b, _ in t.powers if isinstance(b, Ind) and _orders(b.condition)]
    if not known or not any(isinstance(x, Fn) and x.name in RULES for b, _ in t.powers for x in E.walk(b)):
        return t
    below = {(alike(low), alike(high)) for c in known if isinstance(c, Cmp) for low, high in (_sides(c),)}
    powers = []
    for base, x in t.powers:
        others = below
        if isinstance(base, Ind) and isinstance(base.condition, Cmp) and base.condition in known:
            low, high = _sides(base.condition)
            others = below - {(alike(low), alike(high))}  # no bracket decides itself
        powers.append((_decided(base, others), x))
    if all(p is q for (p, _), (q, _) in zip(powers, t.powers, strict=True)):
        return t
    return product_of(t.coefficient, tuple(powers), t.binders)


def _orders(condition: Expr) -> bool:
    return isinstance(condition, Cmp) and condition.op in ORDERS and any(True for _ in E.accesses(condition))


def _sides(c: Cmp) -> tuple[Expr, Expr]:
    """The side that is not the larger one, then the other."""
    return (c.left, c.right) if c.op in ("<", "≤") else (c.right, c.left)


def _decided(e: Expr, below: set[tuple[Expr, Expr]]) -> Expr:
    def less(a: Expr, b: Expr) -> bool:
        return (alike(a), alike(b)) in below

    fired = False

    def visit(x: Expr) -> Expr:
        nonlocal fired
        x = E.rebuild(x, visit)
        if not (isinstance(x, Fn) and x.name in RULES):
            return x
        out = RULES[x.name](x, less)
        fired = fired or out is not x
        return out

    # letters bound in here are others than the brackets', even where they have the same names
    out = visit(E.refresh(e)) if below else e
    return out if fired else e


def _smaller(x: Fn, less: Less) -> Expr:
    if len(x.args) != 2:
        return x
    a, b = x.args
    return a if less(a, b) else b if less(b, a) else x


def _larger(x: Fn, less: Less) -> Expr:
    if len(x.args) != 2:
        return x
    a, b = x.args
    return b if less(a, b) else a if less(b, a) else x


def _absolute(x: Fn, less: Less) -> Expr:
    (a,) = x.args
    return a if less(E.ZERO, a) else E.neg(a) if less(a, E.ZERO) else x


def _rectified(x: Fn, less: Less) -> Expr:
    (a,) = x.args
    return a if less(E.ZERO, a) else E.ZERO if less(a, E.ZERO) else x


RULES = {"min": _smaller, "max": _larger, "abs": _absolute, "relu": _rectified}
