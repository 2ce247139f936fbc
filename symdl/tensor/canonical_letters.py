"""What becomes of the letters of a term: numbers, expansions, deltas, unused letters, closed forms of plain sums.

Σ_k δ_kj a_k ⇒ a_j;  Σ_{k=1}^n 1 ⇒ n;  Σ_k k ⇒ n(n+1)/2;  Σ_{k=0}^{t-1} β^k ⇒ (1 − β^t)/(1 − β).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.tensor.canonical_conditions import at_least_zero, never_zero
from symdl.tensor.canonical_order import spell
from symdl.tensor.canonical_powers import power_of
from symdl.tensor.canonical_ranges import linear_in, non_negative, within
from symdl.tensor.canonical_spans import aligned, bound, peeled_end, peeled_start
from symdl.tensor.canonical_terms import Poly, Raw, as_number, atom, constant, is_sum, minus, plus, poly_expr, scale
from symdl.tensor.canonical_work import Found, substituted, times_poly
from symdl.tensor.expr import ONE, ZERO, Acc, Cmp, Dimension, Expr, Fn, Idx, Ind, Num, num

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser


def numbers(n: Normaliser, raw: Raw) -> Found:
    """2^{t+1} ⇒ 2·2^t; b^0 ⇒ 1."""
    for b, x in raw.powers.items():
        if x is ZERO:
            return [raw.without(b)]
        if isinstance(b, Num):
            p = n.poly(x)
            c = p.get(((), ()), Fraction(0))
            k = c.numerator // c.denominator
            if b.value == 1:
                return [raw.without(b)]
            if k and abs(k) <= 64:
                out = raw.without(b)
                out.coefficient *= b.value**k
                rest = poly_expr(minus(p, constant(k)))
                if rest is not ZERO:
                    out.powers[b] = rest
                return [out]
    return None


def sums(n: Normaliser, raw: Raw) -> Found:
    """(a + b)^{k} with k ≥ 1 ⇒ (a + b)^{k-1} a + (a + b)^{k-1} b."""
    for b, x in raw.powers.items():
        if isinstance(x, Num) and x.value >= 1 and is_sum(b):
            out = raw.without(b)
            if x.value > 1:
                out.powers[b] = num(x.value - 1)
            return times_poly(n, out, n.poly(b))
    return None


def squares(n: Normaliser, raw: Raw) -> Found:
    """sin² ⇒ 1 − cos²; |x|² ⇒ x²; y² ⇒ y for a y that is 0 or 1."""
    for b, x in raw.powers.items():
        if not isinstance(x, Num) or x.value < 2 or x.value.denominator != 1:
            continue
        out = raw.without(b)
        rest = num(x.value - 2)
        if isinstance(b, Fn) and b.name in ("sin", "abs"):
            if rest is not ZERO:
                out.powers[b] = rest
            if b.name == "abs":
                inner = n.poly(b.args[0])
                return times_poly(n, out, n.times(inner, inner))
            cos = atom(Fn("cos", b.args), num(2))
            return times_poly(n, out, minus(constant(1), cos))
        if isinstance(b, Acc) and n.knowledge.is_binary(b.name):
            out.powers[b] = ONE
            return [out]
    return None


def deltas(n: Normaliser, raw: Raw) -> Found:
    """[P(k) = 0] with a bound letter k that it can be solved for; conditions certain by the ranges."""
    for b, x in raw.powers.items():
        if not (isinstance(b, Ind) and isinstance(b.condition, Cmp)):
            continue
        op = b.condition.op
        p = n.poly(b.condition.left)
        if op == "≥" and n.is_integer(p):
            if non_negative(p, n.span(raw), n.knowledge.least):
                return [raw.without(b)]
            if non_negative(minus(scale(p, -1), constant(1)), n.span(raw), n.knowledge.least):
                return []
        if op == "=" and any(c is b.condition.left and _is_above_zero(raw.powers[c]) for c in raw.powers):
            return []  # x [x = 0] = 0
        if op == "=" and x is ONE and not n.is_integer(p):
            found = _solve_value(n, raw, b, p)
            if found is not None:
                return found
        if op != "=" or x is not ONE or not n.is_integer(p):
            continue
        if never_zero(n, p, raw):
            return []
        found = _solve_bound(n, raw, b, p)
        if found is not None:
            return found
        found = _solve_free(n, raw, b, p)
        if found is not None:
            return found
    return None


def _is_above_zero(x: Expr) -> bool:
    return isinstance(x, Num) and x.value > 0


def _solve_bound(n: Normaliser, raw: Raw, delta: Expr, p: Poly) -> Found:
    best: tuple[int, str, Expr, list[Poly]] | None = None
    for bind in raw.binders:
        solved = linear_in(p, bind.name)
        if solved is None or abs(solved[0]) != 1 or raw.in_ranges(bind.name):
            continue
        value = scale(solved[1], -solved[0])
        first, last = n.poly(bind.first), n.poly(bind.last)
        low, high = within(value, first, last, n.span(raw), n.knowledge.least)
        needed = ([] if low else [minus(value, first)]) + ([] if high else [minus(last, value)])
        if best is None or len(needed) < best[0]:
            best = (len(needed), bind.name, poly_expr(value), needed)
    if best is None:
        return None
    _, letter, value_expr, needed = best
    out = substituted(n, raw.without(delta), letter, value_expr)
    for q in needed:
        out = [r for o in out for r in times_poly(n, o, at_least_zero(n, q))]
    return out


def _solve_free(n: Normaliser, raw: Raw, delta: Expr, p: Poly) -> Found:
    """[i = j] f(i, j) ⇒ [i = j] f(j, j): the letter that is spelled last goes."""
    bound = {b.name for b in raw.binders}
    for name in sorted(delta.free - bound, reverse=True):
        solved = linear_in(p, name)
        if solved is None or abs(solved[0]) != 1:
            continue
        others = raw.without(delta)
        if not others.mentions(name) and not others.in_ranges(name):
            return None
        out = substituted(n, others, name, poly_expr(scale(solved[1], -solved[0])))
        for o in out:
            o.powers[delta] = ONE
        return out
    return None


def _solve_value(n: Normaliser, raw: Raw, condition: Expr, p: Poly) -> Found:
    """X [x − y = 0] ⇒ y [x − y = 0]: the value that is spelled last goes."""
    alone = [b for (binders, powers), _ in p.items() if not binders and len(powers) == 1 for b, x in powers if x is ONE]
    values = sorted((b for b in alone if isinstance(b, Acc)), key=spell)
    if not values or values[-1] not in raw.powers:
        return None
    value, x = values[-1], raw.powers[values[-1]]
    (only,) = atom(value)
    rest = {m: c for m, c in p.items() if m != only}
    if (
        any(b is value for m in rest for b, _ in m[1])
        or not isinstance(x, Num)
        or x.value.denominator != 1
        or x.value < 1
    ):
        return None
    by = scale(rest, -1 / p[only])
    return times_poly(n, raw.without(value), power_of(n, by, n.poly(x))) if by else []


def letters(n: Normaliser, raw: Raw) -> Found:
    """Letters that can be summed in closed form: unused, a single value, a few values, powers, geometric sums."""
    for bind in raw.binders:
        k = bind.name
        if raw.in_ranges(k):
            continue
        first, last = n.poly(bind.first), n.poly(bind.last)
        count = plus(minus(last, first), constant(1))
        mentions = raw.mentions(k)
        size = as_number(count)
        if size is not None and size <= 0:
            return []
        if size is not None and (size == 1 or size <= 4):
            return [
                r for step in range(int(size)) for r in substituted(n, raw, k, poly_expr(plus(first, constant(step))))
            ]
        moved = aligned(n, raw, bind, first, last)
        if moved is not None:
            return moved
        start = as_number(first)
        if start is not None and 2 <= start <= 4 and non_negative(count, n.span(raw), n.knowledge.least):
            return peeled_start(n, raw, bind, int(start))
        if start != 1:  # count from 1
            shifted = substituted(n, raw, k, poly_expr(plus(atom(Idx(k)), minus(first, constant(1)))))
            return [bound(o, k, count) for o in shifted]
        if not non_negative(count, n.span(raw), n.knowledge.least):
            continue
        peeled = peeled_end(n, raw, bind, count)
        if peeled is not None:
            return peeled
        rest = Raw(raw.coefficient, tuple(b for b in raw.binders if b is not bind), dict(raw.powers))
        if not mentions:
            return times_poly(n, rest, count)
        closed = None if n.level < 0 else _closed_form(n, rest, k, mentions, first, last)
        if closed is not None:
            return times_poly(n, rest.without(*mentions), closed)
    return None


def _closed_form(n: Normaliser, raw: Raw, k: str, mentions: list[Expr], first: Poly, last: Poly) -> Poly | None:
    if len(mentions) == 1 and mentions[0] is Idx(k):
        degree = raw.powers[mentions[0]]
        if isinstance(degree, Num) and degree.value in (1, 2, 3):
            below = minus(first, constant(1))
            return minus(_powers_up_to(n, last, int(degree.value)), _powers_up_to(n, below, int(degree.value)))
        return None
    ratio, start = constant(1), constant(1)
    for b in mentions:
        if k in b.free or isinstance(b, Dimension):
            return None
        solved = linear_in(n.poly(raw.powers[b]), k)
        if solved is None:
            return None
        base = n.poly(b)
        ratio = n.times(ratio, power_of(n, base, constant(solved[0])))
        start = n.times(start, power_of(n, base, solved[1]))
    if as_number(ratio) is not None and abs(as_number(ratio) or 0) == 1:
        return None
    ends = minus(power_of(n, ratio, plus(last, constant(1))), power_of(n, ratio, first))
    return n.times(n.times(start, ends), power_of(n, minus(ratio, constant(1)), constant(-1)))


def _powers_up_to(n: Normaliser, m: Poly, degree: int) -> Poly:
    """Σ_{k=1}^m k^degree."""
    next_one = plus(m, constant(1))
    pair = n.times(m, next_one)
    if degree == 1:
        return scale(pair, Fraction(1, 2))
    if degree == 2:
        return scale(n.times(pair, plus(scale(m, 2), constant(1))), Fraction(1, 6))
    return scale(n.times(pair, pair), Fraction(1, 4))
