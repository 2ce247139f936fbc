"""Sizes of a model unified: what comes out of one layer is what goes into the next.

m + k − 1 = n, with m free  ⇒  m := n − k + 1
"""

from __future__ import annotations

from symdl.errors import UsageError
from symdl.language.dims import Axis, Dim, Shape
from symdl.language.written_sizes import size_text


class Unifier:
    """Free sizes and what they turned out to be; a size that a user chose is not free."""

    def __init__(self) -> None:
        self.free: dict[str, str] = {}  # free size → the name it would like
        self.values: dict[str, Dim] = {}

    def new(self, name: str) -> Dim:
        """A free size that would like this name."""
        unique = f"{name}?{len(self.free)}"
        self.free[unique] = name
        return Dim.of(unique)

    def resolve(self, d: Dim) -> Dim:
        while d.names & self.values.keys():
            d = d.substitute(self.values)
        return d

    def shape(self, axes: Shape) -> Shape:
        return tuple(Axis(self.resolve(a.size), a.base) for a in axes)

    def match(self, incoming: Shape, wanted: Shape, where: str) -> None:
        """Make both shapes one.

        Raises:
            UsageError: they can't be.
        """
        fits = len(incoming) == len(wanted)
        for a, b in zip(incoming, wanted, strict=False) if fits else ():
            fits = fits and self._equal(a.size, b.size)
        if not fits:
            raise UsageError(
                f"{where} does not fit what comes before it",
                found=" × ".join(size_text(self.shown(a.size)) for a in incoming) or "a scalar",
                expected=" × ".join(size_text(self.shown(a.size)) for a in wanted) or "a scalar",
            )

    def shown(self, d: Dim) -> Dim:
        """A size with the names that free sizes would like, for messages."""
        return self.resolve(d).substitute({u: Dim.of(n) for u, n in self.free.items()})

    def _equal(self, a: Dim, b: Dim) -> bool:
        difference = self.resolve(b) - self.resolve(a)
        if not difference.terms:
            return True
        latest_first = sorted(difference.names & self.free.keys(), key=lambda n: -list(self.free).index(n))
        for name in latest_first:
            for monomial, factor in difference.terms:
                rest = difference - Dim(((monomial, factor),))
                if monomial == ((name, 1),) and abs(factor) == 1 and name not in rest.names:
                    self.values[name] = -rest if factor == 1 else rest
                    return True
        return False

    def name_the_free(self, taken: set[str]) -> None:
        """Give each size that stayed free the name it would like, or a letter that nobody uses."""
        for unique, name in self.free.items():
            if unique in self.values:
                continue
            for candidate in (name, *"nmkdpqrsuvw", *(f"n{k}" for k in range(2, 1000))):
                if candidate not in taken:
                    break
            taken.add(candidate)
            self.values[unique] = Dim.of(candidate)
