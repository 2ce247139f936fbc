"""Sizes not known yet: unknowns `?k` for \\mathbf{1}, I, \\mathbf{0}, e_k, solved when shapes meet.

X (B×n) · 1 (?1)  ⇒  ?1 = n
"""

from __future__ import annotations

from symdl.errors import Span
from symdl.language.dims import ONE, Axis, Dim, Shape, shape_text
from symdl.language.syntax import is_row


class Sizes:
    """A substitution for unknown sizes that grows as shapes are found to be equal."""

    def __init__(self) -> None:
        self.values: dict[str, Dim] = {}
        self.origins: dict[str, tuple[str, Span]] = {}
        self.count = 0

    def fresh(self, what: str, span: Span) -> Axis:
        """An axis of unknown size; `what` is how the thing is written, for the error if it stays unknown."""
        self.count += 1
        name = f"?{self.count}"
        self.origins[name] = (what, span)
        return Axis(Dim.of(name))

    def resolve(self, d: Dim) -> Dim:
        while self.values and not self.values.keys().isdisjoint(d.names):
            d = d.substitute(self.values)
        return d

    def shape(self, s: Shape) -> Shape:
        if not self.values:
            return s
        return tuple(a.map(self.resolve) for a in s)

    def equal(self, a: Axis, b: Axis) -> bool:
        """Make two sizes equal if that can be: True where they are (now)."""
        x, y = self.resolve(a.size), self.resolve(b.size)
        if x == y:
            return True
        for p, q in ((x, y), (y, x)):
            name = p.name
            if name is not None and name.startswith("?") and name not in q.names:
                self.values[name] = q
                return True
        for name in sorted(n for n in (x - y).names if n.startswith("?")):
            solution = solved(x - y, name)
            if solution is not None:
                self.values[name] = solution
                return True
        return False

    def could_equal(self, a: Shape, b: Shape) -> bool:
        """Would two shapes fit? Changes nothing."""
        saved = dict(self.values)
        fit = len(a) == len(b) and all(self.equal(x, y) for x, y in zip(a, b, strict=True))
        self.values = saved
        return fit

    def merge(self, a: Shape, b: Shape) -> Shape | None:
        """The common shape of an elementwise combination, or None where they don't fit; a scalar goes with anything."""
        if not a or not b:
            return a or b
        if len(a) != len(b):
            return None
        saved = dict(self.values)
        if all(self.equal(x, y) for x, y in zip(a, b, strict=True)):
            return self.shape(a)
        self.values = saved
        return None

    def times(self, a: Shape, b: Shape) -> Shape | None:
        """The shape of the juxtaposition a b, or None where they don't fit (see `syntax.product_shape`)."""
        a, b = self.shape(a), self.shape(b)
        if not a or not b:
            return a or b
        if len(a) == 1 and len(b) == 2 and is_row(b):
            return (a[0], b[1])
        if len(a) == 2 and len(b) in (1, 2):
            saved = dict(self.values)
            if self.equal(a[1], b[0]):
                a, b = self.shape(a), self.shape(b)
                out = (a[0], *b[1:])
                if is_row(out) and len(b) == 2:
                    return out if b[1].size != Dim.of(1) else ()
                return () if is_row(a) and len(b) == 1 else out
            self.values = saved
        return None


def solved(zero: Dim, name: str) -> Dim | None:
    """The size `name` for which a size is zero, where it occurs once: ?1 n − m n ⇒ ?1 = m; None otherwise."""
    with_name = [(m, c) for m, c in zero.terms if any(a == name for a, _ in m)]
    if len(with_name) != 1:
        return None
    monomial, coefficient = with_name[0]
    factors = dict(monomial)
    if factors.pop(name) != 1:
        return None
    quotient = Dim.of(0)
    for m, c in (zero - Dim(((monomial, coefficient),))).terms:
        left = dict(m)
        for atom, e in factors.items():
            left[atom] = left.get(atom, 0) - e
        if c % coefficient or name in Dim(((m, c),)).names or any(e < 0 for e in left.values()):
            return None
        term = Dim.of(-(c // coefficient))
        for atom, e in left.items():
            for _ in range(e):
                term = term * Dim.of(atom)
        quotient = quotient + term
    return quotient


def transposed(s: Shape) -> Shape | None:
    if len(s) == 0:
        return s
    if len(s) == 1:
        return (ONE, s[0])
    if len(s) == 2:
        return (s[1],) if is_row(s) else (s[1], s[0])
    return None


def describe(s: Shape) -> str:
    """A shape for messages: unknown sizes show as ?."""
    text = "×".join("?" if a.size.name and a.size.name.startswith("?") else str(a.size) for a in s)
    return text if s else shape_text(s)
