"""Does a tensor polynomial vanish? By form; by clearing denominators; by parts of different real powers; under a sum.

Multiplying by a denominator that is not zero where the claim is defined changes no truth; each further test is
sufficient alone, so that a `True` is always right.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

from symdl.tensor.canonical import Exhausted, Normaliser
from symdl.tensor.canonical_order import spell
from symdl.tensor.canonical_terms import (
    UNIT,
    Mono,
    Poly,
    Raw,
    constant,
    free_names,
    is_sum,
    opened,
    plus,
    poly_expr,
    scale,
)
from symdl.tensor.expr import ONE, ZERO, Bind, Expr, Idx, Mat, Num, add, fresh, neg, num, refresh, substitute


def vanishes(n: Normaliser, p: Poly, depth: int = 3) -> bool:
    """Is p zero for certain?"""
    for _ in range(12):
        if not p:
            return True
        parts = _by_symbolic_power(n, p)
        if parts is not None:
            return all(vanishes(n, q, depth) for q in parts)
        base, exponents = _denominator(p)
        if base is None:
            break
        least = min(exponents)
        if least < 0:
            p = _multiplied(n, p, base, -least)
            continue
        parts = [_class(p, base, f) for f in sorted({x % 1 for x in exponents})]
        return all(vanishes(n, q, depth) for q in parts)
    return depth > 0 and (_under_a_sum(n, p, depth) or _times_a_matrix(n, p, depth))


def _times_a_matrix(n: Normaliser, p: Poly, depth: int) -> bool:
    """M p = 0 or pᵀ M = 0 ⇒ p = 0, for a matrix M whose inverse occurs: p is taken as a column in a free letter."""
    free = frozenset().union(*(free_names(m) for m in p))
    for inverse in sorted(n.inverses, key=lambda e: len(spell(e)), reverse=True):
        if not isinstance(inverse, Mat):
            continue
        row, column = inverse.row, inverse.column
        size = n.expr(add(row.last, neg(row.first), ONE))
        for name in sorted(free & n.ranges.keys()):
            first, last = (poly_expr(q) for q in n.ranges[name])
            if first is not ONE or last is not size or name in inverse.free:
                continue
            other = fresh("a")
            n.ranges[other] = n.ranges[name]
            for place in ((row, column), (column, row)):
                n.tries -= 1
                if n.tries < 0:
                    return False
                at = {b.name: add(Idx(x), b.first, neg(ONE)) for b, x in zip(place, (other, name), strict=True)}
                entry = n.poly(substitute(refresh(inverse.body), at))
                out: Poly = {}
                for m, c in n.times(entry, p).items():
                    raw = opened(m, c, (name,))
                    raw.binders = (Bind(name, first, last), *raw.binders)
                    out = plus(out, n.finish(raw))
                if len(out) <= 2 * len(p) + 4 and vanishes(n, out, depth - 1):
                    return True
    return False


def _denominator(p: Poly) -> tuple[Expr | None, set[Fraction]]:
    """A sum that stands to a power which is not whole and positive, free of each term's own letters."""
    found: dict[Expr, set[Fraction]] = {}
    for m in p:
        own = {b.name for b in m[0]}
        for b, x in m[1]:
            if isinstance(x, Num) and (is_sum(b) or x.value.denominator != 1) and not (b.free & own):
                found.setdefault(b, set()).add(x.value)
    for b in sorted(found, key=lambda b: (-len(spell(b)), spell(b))):
        values = {_power(m, b) for m in p}
        if min(values) < 0 or len({v % 1 for v in values}) > 1:
            return b, values
    return None, set()


def _by_symbolic_power(n: Normaliser, p: Poly) -> list[Poly] | None:
    """Σ a_c S^{t + c} is zero where Σ a_c S^{c − least} is: one part for each t, S^{t + least} divided out."""
    for m in p:
        own = {b.name for b in m[0]}
        for base, x in m[1]:
            if isinstance(x, Num) or not is_sum(base) or (base.free | x.free) & own:
                continue
            groups: dict[str, list[tuple[Mono, Fraction, Poly]]] = {}
            for k, c in p.items():
                power = n.poly(next((y for b, y in k[1] if b is base), ZERO))
                rest = {u: v for u, v in power.items() if u != UNIT}
                groups.setdefault(spell(poly_expr(rest)), []).append((k, c, power))
            parts = []
            for terms in groups.values():
                least = min(power.get(UNIT, Fraction(0)) for _, _, power in terms)
                symbolic = {u: v for u, v in terms[0][2].items() if u != UNIT}
                divisor = poly_expr(scale(plus(symbolic, constant(least)), -1))
                out: Poly = {}
                for k, c, _ in terms:
                    raw = opened(k, c, base.free | divisor.free)
                    n.put(raw.powers, base, divisor)
                    out = plus(out, n.finish(raw))
                parts.append(out)
            return parts
    return None


def _power(m: Mono, base: Expr) -> Fraction:
    for b, x in m[1]:
        if b is base and isinstance(x, Num):
            return x.value
    return Fraction(0)


def _multiplied(n: Normaliser, p: Poly, base: Expr, by: Fraction) -> Poly:
    out: Poly = {}
    for m, c in p.items():
        raw = opened(m, c, base.free)
        n.put(raw.powers, base, num(by))
        out = plus(out, n.finish(raw))
    return out


def _class(p: Poly, base: Expr, fraction: Fraction) -> Poly:
    return {m: c for m, c in p.items() if _power(m, base) % 1 == fraction}


def _under_a_sum(n: Normaliser, p: Poly, depth: int) -> bool:
    """Σ_i g(i) = 0 where g(i) = 0 for each i: one bound letter of each term is set free as the same letter."""
    if not all(m[0] for m in p) or len(p) > 12:
        return False
    with_inner = [m for m in p if any(isinstance(x, Num) and x.value < 0 and is_sum(b) for b, x in m[1])]
    if not with_inner:
        return False
    spans = {(b.first, b.last) for b in with_inner[0][0]}
    for first, last in sorted(spans, key=lambda s: (spell(s[0]), spell(s[1]))):
        choices = []
        for m in p:
            inside = {b.name for b in m[0]}
            fit = [b for b in m[0] if (b.first, b.last) == (first, last) and not (first.free | last.free) & inside]
            dividing = [
                b for b in fit if any(b.name in base.free and isinstance(x, Num) and x.value < 0 for base, x in m[1])
            ]
            choices.append([b.name for b in (dividing or fit) if not any(b.name in o.free for o in m[0])])
        if not all(choices):
            continue
        letter = fresh("i")
        n.ranges[letter] = (n.poly(first), n.poly(last))
        for chosen in itertools.islice(itertools.product(*choices), 24):
            n.tries -= 1
            if n.tries < 0:
                return False
            body: Poly = {}
            for (m, c), name in zip(p.items(), chosen, strict=True):
                body = plus(body, n.finish(_freed(m, c, name, letter)))
            if vanishes(n, body, depth - 1):
                return True
    return False


def _freed(m: Mono, c: Fraction, name: str, letter: str) -> Raw:
    from symdl.tensor.canonical_order import rename

    binders = tuple(b for b in m[0] if b.name != name)
    names: dict[str, Expr] = {name: Idx(letter)}
    powers = tuple((rename(b, names), rename(x, names)) for b, x in m[1])
    return opened((binders, powers), c, free_names(m))


__all__ = ["Exhausted", "vanishes"]
