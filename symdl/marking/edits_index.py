"""Changes of indices: letters, offsets, deltas; the axis of a sum, a mean or a softmax; the bounds of a sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symdl.language.dims import Range
from symdl.language.syntax import (
    Add,
    AxisFunction,
    Binder,
    Delta,
    Derivative,
    Entry,
    IndexVar,
    Indicator,
    Neg,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Quotient,
    Reduce,
    Size,
    Symbol,
    Transpose,
)
from symdl.marking.edits import Edit, Surroundings, change
from symdl.marking.places import Place, is_term, product, replaced, total

ONE = Number(Fraction(1))


def indices(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    letters = tuple(dict.fromkeys((*place.bound, *around.letters)))
    if isinstance(node, IndexVar) and isinstance(
        place.parent, Entry | Delta | Symbol | Derivative | Power | Add | Product
    ):
        for other in letters:
            if other != node.name:
                words = f"the index ${show(node)}$ in ${show(place.parent)}$ should be ${other}$"
                yield change("index", 1.05, place, IndexVar(other), around, words)
        for step in (-1, 1):
            new = total(node, ONE) if step > 0 else Add((node, Neg(ONE)))
            words = f"the index ${show(node)}$ in ${show(place.parent)}$ should be ${show(new)}$"
            yield change("index", 1.1, place, new, around, words)
    if isinstance(node, IndexVar) and isinstance(place.parent, Entry):
        for other in letters:
            for step in (-1, 0):
                if other != node.name:
                    new = Add((node, IndexVar(other), Neg(ONE))) if step else Add((node, IndexVar(other)))
                    words = f"the index ${show(node)}$ in ${show(place.parent)}$ should be ${show(new)}$"
                    yield change("index", 1.2, place, new, around, words)
    if isinstance(node, IndexVar) and isinstance(place.parent, Power) and node is place.parent.exponent:
        for other in letters:
            if other != node.name:
                yield change("exponent", 1.1, place, Add((IndexVar(other), Neg(node))), around)
    if isinstance(node, Entry) and len(node.indices) == 2 and node.indices[0] != node.indices[1]:
        yield change("index", 1.05, place, replace(node, indices=node.indices[::-1]), around)
    if isinstance(node, Add) and any(isinstance(t, IndexVar) for t in node.terms):
        letter = next(t for t in node.terms if isinstance(t, IndexVar))
        yield change("index", 1.05, place, letter, around)
        offset = tuple(t for t in node.terms if t is not letter)
        turned = tuple(t.body if isinstance(t, Neg) else Neg(t) for t in offset)
        yield change("index", 1.06, place, Add((letter, *turned)), around)
    if isinstance(node, Delta | Indicator) and isinstance(place.parent, Product):
        words = f"${show(node)}$ should not be there"
        yield change("index", 1.1, place, ONE, around, words)
    if isinstance(node, Delta | Indicator) and is_term(place):
        yield change("index", 1.2, place, ONE, around)
    if isinstance(node, Number) and is_term(place) and len(letters) >= 2:
        for a in letters:
            for b in letters:
                if a < b:
                    d = Delta(IndexVar(a), IndexVar(b))
                    yield change("index", 1.1, place, d if node.value == 1 else product(node, d), around)


def axes(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, AxisFunction) and len(node.body.shape) > 1:
        for k in range(len(node.body.shape)):
            if k != node.axis % len(node.body.shape):
                new: Node = replace(node, axis=k)
                words = f"the {node.name} in ${show(node)}$ should run along the other axis"
                yield change("axis", 1.0, place, new, around, words)
    if isinstance(node, Reduce) and len(node.binders) == 1 and node.op in ("sum", "max", "min", "prod"):
        yield from _other_axis(node, place, around)
    if isinstance(node, Reduce) and len(node.binders) == 1:
        for free, r in around.letters.items():
            if free not in place.bound and free != node.binders[0].name:
                new = replace(node, binders=(Binder(free, r),))
                words = f"the sum in ${show(node)}$ should run over ${free}$, not over ${node.binders[0].name}$"
                yield change("index", 1.06, place, new, around, words)
    if isinstance(node, Product | Quotient):
        yield from _means(node, place, around)
    if isinstance(node, Product):
        fs = node.factors
        for k, f in enumerate(fs):
            if len(f.shape) == 2 and k + 1 < len(fs) and isinstance(fs[k + 1], Ones) and not fs[k + 2 :]:
                new = product(*fs[:k], Transpose(f), Ones((f.shape[0],)))
                yield change("axis", 1.1, place, new, around)


def _other_axis(node: Reduce, place: Place, around: Surroundings) -> Iterator[Edit]:
    """Σ_k X_{ik} for Σ_k X_{kj}: the bound letter at another axis, a free one where it stood."""
    binder = node.binders[0]
    ranges = {**around.letters, **place.ranges}
    for entry in node.body.walk():
        if not isinstance(entry, Entry) or not isinstance(entry.base, Symbol):
            continue
        at = [k for k, i in enumerate(entry.indices) if isinstance(i, IndexVar) and i.name == binder.name]
        if len(at) != 1 or len(entry.indices) != len(entry.base.shape):
            continue
        p = at[0]
        for q, axis in enumerate(entry.base.shape):
            if q == p:
                continue
            for free, r in ranges.items():
                if free == binder.name or r.last - r.first + 1 != entry.base.shape[p].size:
                    continue
                moved = list(entry.indices)
                moved[p], moved[q] = IndexVar(free), IndexVar(binder.name)
                body = _reindexed(node.body, entry.indices, tuple(moved))
                new = replace(node, binders=(Binder(binder.name, Range(axis.first, axis.last)),), body=body)
                words = f"the sum in ${around.show(node)}$ should run along the other axis"
                yield change("axis", 1.2, place, new, around, words)


def _means(node: Product | Quotient, place: Place, around: Surroundings) -> Iterator[Edit]:
    """A mean along the wrong axis, its size with it: 1/B Σ_a X_{ai} for 1/n Σ_i X_{bi}."""
    parts = node.factors if isinstance(node, Product) else (node.numerator,)
    for part in parts:
        if not (isinstance(part, Reduce) and part.op == "sum" and len(part.binders) == 1):
            continue
        r = part.binders[0].range
        size = Size(r.last - r.first + 1)
        inner = Place(part, lambda n: n, node, place.depth, place.ranges)
        for edit in _other_axis(part, inner, around):
            changed = edit.node
            if isinstance(changed, Reduce):
                to = changed.binders[0].range
                whole = replaced(replaced(node, part, changed), size, Size(to.last - to.first + 1))
                words = f"the mean ${around.show(node)}$ should run along the other axis"
                yield change("axis", 1.22, place, whole, around, words)


def _reindexed(tree: Node, old: tuple[Node, ...], new: tuple[Node, ...]) -> Node:
    if isinstance(tree, Entry) and tree.indices == old:
        return replace(tree, indices=new)
    return tree.map_children(lambda n: _reindexed(n, old, new))


def bounds(place: Place, around: Surroundings) -> Iterator[Edit]:
    """One more or one fewer at either end of a sum."""
    node = place.node
    if not isinstance(node, Reduce):
        return
    for k, b in enumerate(node.binders):
        r = b.range
        for first, last in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            changed = replace(b, range=Range(r.first + first, r.last + last), written=True)
            new = replace(node, binders=(*node.binders[:k], changed, *node.binders[k + 1 :]))
            end = f"start at ${r.first + first}$" if first else f"end at ${r.last + last}$"
            yield change("index", 1.15, place, new, around, f"the sum over ${b.name}$ should {end}")
