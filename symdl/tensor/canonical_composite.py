"""Indices on axes that split as a unit: (a − 1) d + k modulo d is k, where k is known to be small enough.

((a − 1) d + k − 1) mod d  ⇒  k − 1    for 1 ≤ k ≤ d
Σ_a Σ_k f((a − 1) d + k)  ⇒  Σ_p f(p)    over p = 1..h d
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from symdl.tensor.canonical_order import place, spell
from symdl.tensor.canonical_ranges import non_negative
from symdl.tensor.canonical_terms import Poly, Raw, atom, constant, minus, plus, poly_expr
from symdl.tensor.expr import ONE, Acc, Bind, Dimension, Expr, Fn, Idx, Num, fresh, walk

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser

REMEMBERED = 20_000  # bases, whose indices are looked at again in every term


def remainder(n: Normaliser, p: Poly, modulus: Poly) -> Poly | None:
    """What p leaves over the modulus (a size), where what is no multiple of it lies in 0..d−1; None if unknown."""
    size = _only(modulus)
    if size is None:
        return None
    rest: dict = {}  # type: ignore[type-arg]
    for m, c in p.items():
        binders, powers = m
        whole = not binders and c.denominator == 1 and all(_whole(b, x) for b, x in powers)
        if not whole:
            return None
        if not any(b is size for b, _ in powers):
            rest[m] = c
    span = n.span(None)
    least = n.knowledge.least
    top = minus(minus(modulus, constant(1)), rest)
    return rest if non_negative(rest, span, least) and non_negative(top, span, least) else None


def _only(p: Poly) -> Expr | None:
    """The size that p is."""
    if len(p) == 1:
        ((binders, powers), c) = next(iter(p.items()))
        if not binders and c == 1 and len(powers) == 1 and powers[0][1] is ONE and isinstance(powers[0][0], Dimension):
            return powers[0][0]
    return None


def _whole(base: Expr, x: Expr) -> bool:
    return isinstance(base, Idx | Dimension) and isinstance(x, Num) and x.value.denominator == 1 and x.value > 0


def merged_letters(n: Normaliser, raw: Raw) -> list[Raw] | None:
    """Two bound letters that stand nowhere but in (a − 1) d + k become one letter over both ranges."""
    if n.level < 0 or len(raw.binders) < 2:
        return None
    for k in raw.binders:
        d = n.poly(k.last)
        if k.first is not ONE or _only(d) is None:
            continue
        for a in raw.binders:
            if a is k or a.first is not ONE or not _together(raw, a.name, k.name):
                continue
            found = _merge(n, raw, a, k, d)
            if found is not None:
                return [found]
    return None


def _together(raw: Raw, a: str, k: str) -> bool:
    return any(a in letters and k in letters for b in raw.powers for letters in _shared(b))


@lru_cache(REMEMBERED)
def _shared(base: Expr) -> tuple[frozenset[str], ...]:
    """The letters of each index that has several."""
    found = {i.free for x in walk(base) if isinstance(x, Acc) for i in x.indices if len(i.free) > 1}
    return tuple(frozenset(f) for f in found)


@lru_cache(REMEMBERED)
def _remainders(base: Expr) -> tuple[Fn, ...]:
    """What stands under mod a size."""
    return tuple(x for x in walk(base) if isinstance(x, Fn) and x.name == "mod" and isinstance(x.args[1], Dimension))


def _merge(n: Normaliser, raw: Raw, a: Bind, k: Bind, d: Poly) -> Raw | None:
    if any({a.name, k.name} & (b.first.free | b.last.free) for b in raw.binders):
        return None
    p = fresh("p")
    last = poly_expr(n.times(n.poly(a.last), d))
    n.ranges[p] = (constant(1), n.poly(last))
    block = n.times(minus(atom(Idx(a.name)), constant(1)), d)
    places = {k.name: poly_expr(minus(atom(Idx(p)), block))}
    powers: dict[Expr, Expr] = {}
    for base, x in raw.powers.items():
        if k.name in x.free or a.name in x.free:
            return None
        moved = n.expr(place(base, places)) if k.name in base.free else base
        if a.name in moved.free or k.name in moved.free:
            return None
        n.put(powers, moved, x)
    rest = tuple(b for b in raw.binders if b is not a and b is not k)
    return Raw(raw.coefficient, (*rest, Bind(p, ONE, last)), powers)  # type: ignore[arg-type]


def split_letters(n: Normaliser, raw: Raw) -> list[Raw] | None:
    """A bound letter that stands under mod d, over a range that d divides, becomes (a − 1) d + k."""
    for p in raw.binders if n.level >= 0 else ():
        moduli = {x.args[1] for b in raw.powers for x in _remainders(b) if p.name in x.args[0].free}
        for d in sorted(moduli, key=spell):
            count = _quotient(n.poly(p.last), d)
            if p.first is ONE and count is not None and not raw.in_ranges(p.name):
                return [_split(n, raw, p, d, count)]
    return None


def _quotient(p: Poly, d: Expr) -> Poly | None:
    """A product of sizes without one of its factors."""
    if len(p) != 1:
        return None
    (((binders, powers), c),) = p.items()
    rest = tuple((b, x) for b, x in powers if b is not d)
    if binders or len(rest) == len(powers) or not rest or dict(powers)[d] is not ONE:
        return None
    return {((), rest): c}


def _split(n: Normaliser, raw: Raw, p: Bind, d: Expr, count: Poly) -> Raw:
    a, k, many = fresh("a"), fresh("k"), poly_expr(count)
    n.ranges[a], n.ranges[k] = (constant(1), count), (constant(1), n.poly(d))
    index = plus(n.times(minus(atom(Idx(a)), constant(1)), n.poly(d)), atom(Idx(k)))
    places = {p.name: poly_expr(index)}
    powers: dict[Expr, Expr] = {}
    for base, x in raw.powers.items():
        n.put(powers, n.expr(place(base, places)), n.expr(place(x, places)))
    rest = tuple(b for b in raw.binders if b is not p)
    return Raw(raw.coefficient, (*rest, Bind(a, ONE, many), Bind(k, ONE, d)), powers)  # type: ignore[arg-type]


__all__ = ["merged_letters", "remainder", "split_letters"]
