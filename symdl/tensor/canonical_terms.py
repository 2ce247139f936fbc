"""Tensor polynomials: sums of terms `coefficient × Σ_letters Π base^exponent`, with canonical letters per term.

A term's key is `(binders, powers)`; its bound letters are named `§level.number`. A term in work (`Raw`) has letters of
its own (`w1`, `w2`, … for opened ones) until `close` labels them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symdl.tensor.canonical_label import Exhausted, Powers, label
from symdl.tensor.canonical_order import arranged, rename, spell
from symdl.tensor.expr import ONE, ZERO, Bind, Expr, Idx, Mul, Num, Red, add, mul, num, power

Mono = tuple[tuple[Bind, ...], Powers]
Poly = Mapping[Mono, Fraction]

UNIT: Mono = ((), ())


def constant(value: Fraction | int) -> Poly:
    return {UNIT: Fraction(value)} if value else {}


def atom(base: Expr, exponent: Expr = ONE) -> Poly:
    """The polynomial that is one power of one closed atom."""
    return {((), ((base, exponent),)): Fraction(1)}


def plus(*polys: Poly) -> Poly:
    out: dict[Mono, Fraction] = {}
    for p in polys:
        for m, c in p.items():
            value = out.get(m, Fraction(0)) + c
            if value:
                out[m] = value
            else:
                out.pop(m, None)
    return out


def scale(p: Poly, by: Fraction | int) -> Poly:
    return {m: c * by for m, c in p.items()} if by else {}


def minus(p: Poly, q: Poly) -> Poly:
    return plus(p, scale(q, -1))


def as_number(p: Poly) -> Fraction | None:
    """The value of a polynomial that is a plain number."""
    if not p:
        return Fraction(0)
    return p[UNIT] if len(p) == 1 and UNIT in p else None


def mono_expr(m: Mono, coefficient: Fraction | int = 1) -> Expr:
    binders, powers = m
    body = [power(b, x) for b, x in powers]
    if binders:
        return mul(num(coefficient), Red("sum", binders, None, mul(*body) if body else ONE))
    return mul(num(coefficient), *body)


_exprs: dict[tuple[tuple[Mono, Fraction], ...], Expr] = {}


def poly_expr(p: Poly) -> Expr:
    """The canonical expression: terms in order of their spelling."""
    if not p:
        return ZERO
    items = tuple(p.items())
    found = _exprs.get(items)
    if found is None:
        if len(_exprs) > 100_000:
            _exprs.clear()
        found = _exprs[items] = arranged(add(*(mono_expr(m, c) for m, c in items)))
    return found


def free_names(m: Mono) -> frozenset[str]:
    """Letters free in the term."""
    binders, powers = m
    inside: frozenset[str] = frozenset()
    for b, x in powers:
        inside = inside | b.free | x.free
    for bind in binders:
        inside = inside | bind.free
    return inside - {b.name for b in binders}


@dataclass
class Raw:
    """A term in work: its letters are its own; `powers` maps bases to exponents (in working letters)."""

    coefficient: Fraction
    binders: tuple[Bind, ...] = ()
    powers: dict[Expr, Expr] = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        inside: frozenset[str] = frozenset(b.name for b in self.binders)
        for b, x in self.powers.items():
            inside = inside | b.free | x.free
        for bind in self.binders:
            inside = inside | bind.free
        return inside

    def without(self, *bases: Expr) -> Raw:
        return Raw(self.coefficient, self.binders, {b: x for b, x in self.powers.items() if b not in bases})

    def mentions(self, letter: str) -> list[Expr]:
        """The bases whose power mentions a letter."""
        return [b for b, x in self.powers.items() if letter in b.free or letter in x.free]

    def in_ranges(self, letter: str) -> bool:
        return any(letter in b.free for b in self.binders)


def opened(m: Mono, coefficient: Fraction, used: Iterable[str]) -> Raw:
    """A term with working letters that differ from those in use."""
    binders, powers = m
    if not binders:
        return Raw(coefficient, (), dict(powers))
    taken = set(used) | free_names(m)
    names: dict[str, Expr] = {}
    k = 0
    for b in binders:
        k += 1
        while f"w{k}" in taken:
            k += 1
        names[b.name] = Idx(f"w{k}")
    return Raw(
        coefficient,
        tuple(rename(b, names) for b in binders),
        {rename(b, names): rename(x, names) for b, x in powers},
    )


def labelled(raw: Raw) -> Mono:
    """The key of a finished term."""
    powers = tuple(raw.powers.items())
    if raw.binders:
        names = label(raw.binders, powers)
        if any(n.name in raw.names() and n.name not in names for n in names.values() if isinstance(n, Idx)):
            raise Exhausted("a free letter bears the name of a bound one")
        binders = sorted((rename(b, names) for b in raw.binders), key=lambda b: int(b.name.split(".")[1]))
        powers = tuple((arranged(rename(b, names)), arranged(rename(x, names))) for b, x in powers)
        return tuple(binders), _sorted(powers)
    return (), _sorted(powers)


def _sorted(powers: Powers) -> Powers:
    return tuple(sorted(powers, key=lambda bx: (spell(bx[0]), spell(bx[1]))))


def is_sum(base: Expr) -> bool:
    """Is an atom a sum that a whole positive power would expand?"""
    return isinstance(base, Mul) or (isinstance(base, Red) and base.op == "sum") or type(base).__name__ == "Add"


def whole(x: Expr) -> int | None:
    """The exponent as a whole number, where it is one."""
    return int(x.value) if isinstance(x, Num) and x.value.denominator == 1 else None
