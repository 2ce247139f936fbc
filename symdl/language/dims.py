"""Dimension arithmetic: sizes such as n, o+k-1, h*d, (n+2p-k)//s+1 as canonical polynomials.

A `Dim` is a polynomial with integer coefficients over atoms; an atom is a name (a size such as `n`, or an
index letter such as `i` where a range depends on one), a size that belongs to a family (`n_l`: `SizeAt`), or a
floored quotient (`Floor`). Two dims are equal if their polynomials are, so `n+1-1 == n` holds by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property


@dataclass(frozen=True)
class SizeAt:
    """The size `base_index` of a family of sizes: n_l, n_{l-1}."""

    base: str
    index: Dim


@dataclass(frozen=True)
class Floor:
    """⌊numerator / denominator⌋."""

    numerator: Dim
    denominator: Dim


Atom = str | SizeAt | Floor
Monomial = tuple[tuple[Atom, int], ...]  # sorted (atom, exponent ≥ 1)


def _atom_key(atom: Atom) -> tuple[int, str]:
    return (0, atom) if isinstance(atom, str) else (1, str(atom))


@dataclass(frozen=True)
class Dim:
    """A polynomial: `terms` maps monomials to non-zero integers, as a sorted tuple."""

    terms: tuple[tuple[Monomial, int], ...]

    @staticmethod
    def of(value: Dim | int | str | SizeAt | Floor) -> Dim:
        if isinstance(value, Dim):
            return value
        if isinstance(value, int):
            return Dim((((), value),) if value else ())
        return Dim(((((value, 1),), 1),))

    @staticmethod
    def _from(terms: Mapping[Monomial, int]) -> Dim:
        kept = [(m, c) for m, c in terms.items() if c]
        kept.sort(key=lambda mc: (-sum(e for _, e in mc[0]), [(_atom_key(a), e) for a, e in mc[0]]))
        return Dim(tuple(kept))

    def __add__(self, other: Dim | int) -> Dim:
        out = dict(self.terms)
        for m, c in Dim.of(other).terms:
            out[m] = out.get(m, 0) + c
        return Dim._from(out)

    def __neg__(self) -> Dim:
        return Dim(tuple((m, -c) for m, c in self.terms))

    def __sub__(self, other: Dim | int) -> Dim:
        return self + (-Dim.of(other))

    def __mul__(self, other: Dim | int) -> Dim:
        out: dict[Monomial, int] = {}
        for m1, c1 in self.terms:
            for m2, c2 in Dim.of(other).terms:
                powers: dict[Atom, int] = {}
                for a, e in (*m1, *m2):
                    powers[a] = powers.get(a, 0) + e
                m = tuple(sorted(powers.items(), key=lambda ae: _atom_key(ae[0])))
                out[m] = out.get(m, 0) + c1 * c2
        return Dim._from(out)

    def __floordiv__(self, other: Dim | int) -> Dim:
        den = Dim.of(other)
        if den.constant is not None and den.constant != 0:
            d = den.constant
            if self.constant is not None:
                return Dim.of(self.constant // d)
            if all(c % d == 0 for _, c in self.terms):
                return Dim(tuple((m, c // d) for m, c in self.terms))
        return Dim.of(Floor(self, den))

    @property
    def constant(self) -> int | None:
        """The value, if it is a plain whole number."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and self.terms[0][0] == ():
            return self.terms[0][1]
        return None

    @property
    def sign(self) -> int | None:
        """1 where it is at least 0 for all sizes from 1 upwards, −1 where at most 0, 0 where it is 0, else None."""
        if not self.terms:
            return 0
        if any(not isinstance(a, str) for m, _ in self.terms for a, _ in m):
            return None
        above = self.substitute({n: Dim.of(n) + 1 for n in self.names})  # what each size has beyond 1
        signs = {c > 0 for _, c in above.terms}
        return None if len(signs) != 1 else 1 if signs == {True} else -1

    @property
    def name(self) -> str | None:
        """The name, if it is a single name."""
        if len(self.terms) == 1:
            m, c = self.terms[0]
            if c == 1 and len(m) == 1 and m[0][1] == 1 and isinstance(m[0][0], str):
                return m[0][0]
        return None

    @cached_property
    def names(self) -> frozenset[str]:
        """All names in it: sizes, families of sizes, index letters."""
        found: set[str] = set()
        for m, _ in self.terms:
            for a, _e in m:
                if isinstance(a, str):
                    found.add(a)
                elif isinstance(a, SizeAt):
                    found |= {a.base} | a.index.names
                else:
                    found |= a.numerator.names | a.denominator.names
        return frozenset(found)

    def map(self, atom: Callable[[Atom], Dim]) -> Dim:
        """Replace each atom by a dim."""
        total = Dim.of(0)
        for m, c in self.terms:
            product = Dim.of(c)
            for a, e in m:
                value = atom(a)
                for _ in range(e):
                    product = product * value
            total = total + product
        return total

    def substitute(self, values: Mapping[str, Dim]) -> Dim:
        """Replace names (not the base of a family) by dims, inside indices and floors too."""

        def one(a: Atom) -> Dim:
            if isinstance(a, str):
                return values.get(a, Dim.of(a))
            if isinstance(a, SizeAt):
                return Dim.of(SizeAt(a.base, a.index.substitute(values)))
            return a.numerator.substitute(values) // a.denominator.substitute(values)

        return self.map(one)

    def value(self, sizes: Mapping[str, int], size_at: Callable[[str, int], int] | None = None) -> int:
        """The whole number it is at given sizes; KeyError where a name has none."""
        total = 0
        for m, c in self.terms:
            product = c
            for a, e in m:
                if isinstance(a, str):
                    v = sizes[a]
                elif isinstance(a, SizeAt):
                    if size_at is None:
                        raise KeyError(a.base)
                    v = size_at(a.base, a.index.value(sizes, size_at))
                else:
                    v = a.numerator.value(sizes, size_at) // a.denominator.value(sizes, size_at)
                product *= v**e
            total += product
        return total

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        out = ""
        for m, c in self.terms:
            factors = [_atom_text(a) + (f"^{e}" if e > 1 else "") for a, e in m]
            if abs(c) != 1 or not factors:
                factors.insert(0, str(abs(c)))
            body = " ".join(factors)
            sign = "-" if c < 0 else "+"
            out += (("-" if c < 0 else "") + body) if not out else f"{sign}{body}"
        return out


def _atom_text(a: Atom) -> str:
    if isinstance(a, str):
        return a
    if isinstance(a, SizeAt):
        text = str(a.index)
        return f"{a.base}_{text}" if len(text) == 1 else f"{a.base}_{{{text}}}"
    return f"⌊({a.numerator})/({a.denominator})⌋"


@dataclass(frozen=True)
class Axis:
    """One axis of a tensor: its size and the number its first entry carries (1, or 0 where declared so).

    `factors` are the parts, outermost first, of an axis that splits as a unit (`h*d`: heads of d entries each); they
    say how a pair `(a, k)` counts on it and take no part in comparing axes.
    """

    size: Dim
    base: int = 1
    factors: tuple[Dim, ...] = field(default=(), compare=False)

    @property
    def first(self) -> Dim:
        return Dim.of(self.base)

    def map(self, change: Callable[[Dim], Dim]) -> Axis:
        """The axis with its size, and those of its parts, changed."""
        return replace(self, size=change(self.size), factors=tuple(map(change, self.factors)))

    @property
    def last(self) -> Dim:
        return self.size + (self.base - 1)

    def __str__(self) -> str:
        return str(self.size) if self.base == 1 else f"0..{self.last}"


Shape = tuple[Axis, ...]
ONE = Axis(Dim.of(1))
SCALAR: Shape = ()


def axis(size: Dim | int | str, base: int = 1) -> Axis:
    return Axis(Dim.of(size), base)


def shape(*sizes: Dim | int | str) -> Shape:
    return tuple(axis(s) for s in sizes)


def same_sizes(a: Shape, b: Shape) -> bool:
    """Do two shapes have the same sizes, whatever their bases?"""
    return len(a) == len(b) and all(x.size == y.size for x, y in zip(a, b, strict=True))


def shape_text(s: Shape) -> str:
    """`B×n`, `n`, `scalar`."""
    return "×".join(str(a.size) for a in s) if s else "scalar"


@dataclass(frozen=True)
class Range:
    """The whole numbers from first to last, both included; either may use sizes and outer index letters."""

    first: Dim
    last: Dim

    @staticmethod
    def of_axis(a: Axis) -> Range:
        return Range(a.first, a.last)

    def substitute(self, values: Mapping[str, Dim]) -> Range:
        return Range(self.first.substitute(values), self.last.substitute(values))

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"
