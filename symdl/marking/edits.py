"""Small edits of one side of a wrong line: the ways in which it usually differs from a right one, by kind and size.

What a part lacks as a scalar factor is solved for in `scaling`; here are the changes of form. Each family yields edits
of one place; a new family is one function in `FAMILIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symdl.errors import SymdlError
from symdl.language.dims import Dim, Range
from symdl.language.syntax import Node, Symbol
from symdl.language.understanding import Definition
from symdl.marking.places import Place, is_expression, places
from symdl.marking.simplify import clean, shape_or_none

ORDER = (
    "sign",
    "factor",
    "mean",
    "scale",
    "transpose",
    "order",
    "exponent",
    "index",
    "axis",
    "chain-rule",
    "expectation",
    "assumption",
    "algebra",
)


@dataclass(frozen=True)
class Edit:
    """A changed side: kind, how big a change it is, what should be different in words, the changed side."""

    kind: str
    cost: float
    words: str
    node: Node

    @property
    def rank(self) -> tuple[float, int]:
        return self.cost, ORDER.index(self.kind)


@dataclass(frozen=True)
class Surroundings:
    """What edits may use: sizes, scalars, tensors and letters in scope, definitions, the variable derived by."""

    sizes: tuple[Dim, ...]
    scalars: tuple[Symbol, ...]
    letters: dict[str, Range]
    definitions: tuple[Definition, ...]
    variable: Node | None
    head: Node
    show: Callable[[Node], str]
    known: tuple[Symbol, ...] = ()
    leaves: frozenset[str] = frozenset()


Family = Callable[[Place, Surroundings], Iterator[Edit]]


def edits(side: Node, around: Surroundings) -> list[Edit]:
    """Every change of form of a side that keeps its shape, the smallest first."""
    from symdl.marking.edits_chain import chain, moments, slopes_inside, swaps
    from symdl.marking.edits_form import branches, exponents, factors_inside, orders, quotients, signs, sums, transposes
    from symdl.marking.edits_index import axes, bounds, indices

    families: tuple[Family, ...] = (
        signs,
        factors_inside,
        transposes,
        orders,
        exponents,
        quotients,
        sums,
        branches,
        indices,
        axes,
        bounds,
        chain,
        slopes_inside,
        swaps,
        moments,
    )
    found: dict[Node, Edit] = {}
    shape = side.shape
    for place in places(side):
        if not is_expression(place.node):
            continue
        for family in families:
            for edit in _tried(family, place, around):
                if edit.node == side or (edit.node in found and found[edit.node].rank <= edit.rank):
                    continue
                if shape_or_none(edit.node) == shape:
                    found[edit.node] = edit
    return sorted(found.values(), key=lambda e: e.rank)


def _tried(family: Family, place: Place, around: Surroundings) -> Iterator[Edit]:
    """The edits of a family, as far as it comes: one that does not type-check ends it here."""
    try:
        yield from family(place, around)
    except SymdlError:
        return


def change(kind: str, cost: float, place: Place, new: Node, around: Surroundings, words: str = "") -> Edit:
    """Another tree at a place; one that does not type-check is no change, so that its family goes on."""
    try:
        if not words:
            old = "the right side" if place.parent is None else f"${around.show(place.node)}$"
            words = f"{old} should be ${around.show(clean(new))}$"
        return Edit(kind, cost + 0.03 * place.depth, words, clean(place.put(new)))
    except SymdlError:
        return Edit(kind, cost, words, place.put(place.node))


from symdl.marking.edits_chain import slope_at, slopes  # noqa: E402

__all__ = ["ORDER", "Edit", "Family", "Surroundings", "change", "edits", "slope_at", "slopes"]
