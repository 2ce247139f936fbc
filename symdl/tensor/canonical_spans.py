"""Ranges in one form: no numbers at their ends, nested ones as conditions, conditions on a free letter as ranges."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.tensor.canonical_conditions import at_least_zero
from symdl.tensor.canonical_ranges import linear_in, non_negative
from symdl.tensor.canonical_terms import UNIT, Poly, Raw, as_number, atom, constant, minus, plus, poly_expr, scale
from symdl.tensor.expr import ONE, Acc, Bind, Cmp, Idx, Ind, num

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser
from symdl.tensor.canonical_work import Found, substituted, times_poly


def bound(raw: Raw, k: str, last: Poly) -> Raw:
    return Raw(raw.coefficient, (*raw.binders, Bind(k, ONE, poly_expr(last))), raw.powers)  # type: ignore[arg-type]


def peeled_end(n: Normaliser, raw: Raw, bind: Bind, count: Poly) -> Found:
    """Σ_{k=1}^{N+1} f(k) ⇒ Σ_{k=1}^N f(k) + f(N + 1), and backwards, so that a range ends without a number."""
    c = count.get(UNIT, Fraction(0))
    if not c or abs(c) > 3 or c.denominator != 1 or as_number(count) is not None:
        return None
    end = minus(count, constant(c))
    if not non_negative(end, n.span(raw), n.knowledge.least):
        return None
    base = end if c > 0 else count
    kept = Raw(raw.coefficient, tuple(b for b in raw.binders if b is not bind), dict(raw.powers))
    out = [bound(kept, bind.name, end)]
    for m in range(1, abs(int(c)) + 1):
        for o in substituted(n, raw, bind.name, poly_expr(plus(base, constant(m)))):
            o.coefficient *= 1 if c > 0 else -1
            out.append(o)
    return out


def peeled_start(n: Normaliser, raw: Raw, bind: Bind, start: int) -> list[Raw]:
    """Σ_{k=2}^n f(k) ⇒ Σ_{k=1}^n f(k) − f(1)."""
    kept = Raw(raw.coefficient, tuple(b for b in raw.binders if b is not bind), dict(raw.powers))
    out = [bound(kept, bind.name, n.poly(bind.last))]
    for m in range(1, start):
        for o in substituted(n, raw, bind.name, num(m)):
            o.coefficient *= -1
            out.append(o)
    return out


def aligned(n: Normaliser, raw: Raw, bind: Bind, first: Poly, last: Poly) -> Found:
    """Σ_{k=1}^{n-1} x_{k+1} ⇒ Σ_{k=2}^n x_k: the least index that a letter stands in is the letter itself."""
    offsets = []
    for b in raw.powers:
        for i in b.indices if isinstance(b, Acc) else ():
            solved = linear_in(n.poly(i), bind.name)
            offset = None if solved is None or solved[0] != 1 else as_number(solved[1])
            if offset is not None:
                offsets.append(offset)
    start = as_number(first)
    if not offsets or not min(offsets) or start is None or start + min(offsets) < 1:
        return None
    by = constant(min(offsets))
    out = substituted(n, raw, bind.name, poly_expr(minus(atom(Idx(bind.name)), by)))
    new = Bind(bind.name, poly_expr(plus(first, by)), poly_expr(plus(last, by)))
    return [Raw(o.coefficient, (*o.binders, new), o.powers) for o in out]  # type: ignore[arg-type]


def nested_ranges(n: Normaliser, raw: Raw) -> Found:
    """Σ_i Σ_{j≤i} ⇒ Σ_i Σ_j [j ≤ i] over the whole range, so that the order of sums does not matter."""
    bound = {b.name: b for b in raw.binders}
    for bind in raw.binders:
        for outer in sorted(bind.last.free & bound.keys()):
            solved = linear_in(n.poly(bind.last), outer)
            if solved is None or solved[0] <= 0 or bound[outer].last.free & {bind.name}:
                continue
            top = plus(solved[1], scale(n.poly(bound[outer].last), solved[0]))
            wide = Raw(
                raw.coefficient,
                tuple(Bind(b.name, b.first, poly_expr(top)) if b is bind else b for b in raw.binders),  # type: ignore[misc]
                dict(raw.powers),
            )
            condition = at_least_zero(n, minus(n.poly(bind.last), atom(Idx(bind.name))))
            return times_poly(n, wide, condition)
    return None


def conditions(n: Normaliser, raw: Raw) -> Found:
    """Σ_k [k ≤ i] ⇒ Σ_{k=1}^i for a free i that lies in the range."""
    bound = {b.name for b in raw.binders}
    for b, x in raw.powers.items():
        if not (isinstance(b, Ind) and isinstance(b.condition, Cmp) and b.condition.op == "≥" and x is ONE):
            continue
        p = n.poly(b.condition.left)
        inside = b.free & bound
        if len(inside) != 1 or not n.is_integer(p):
            continue
        (k,) = inside
        bind = next(o for o in raw.binders if o.name == k)
        solved = linear_in(p, k)
        if solved is None or abs(solved[0]) != 1:
            continue
        value = scale(solved[1], -solved[0])
        first, last = n.poly(bind.first), n.poly(bind.last)
        span, least = n.span(raw), n.knowledge.least
        if solved[0] > 0:  # value ≤ k
            fits = non_negative(minus(value, first), span, least)
            fits = fits and non_negative(plus(minus(last, value), constant(1)), span, least)
            new = Bind(k, poly_expr(value), bind.last)
        else:
            fits = non_negative(minus(last, value), span, least)
            fits = fits and non_negative(plus(minus(value, first), constant(1)), span, least)
            new = Bind(k, bind.first, poly_expr(value))
        if fits:
            out = raw.without(b)
            out.binders = tuple(new if o is bind else o for o in raw.binders)  # type: ignore[misc]
            return [out]
    return None
