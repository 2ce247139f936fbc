"""Places in a tree: every subtree together with the way to put another one there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from symdl.language.dims import Range
from symdl.language.syntax import (
    Add,
    AxisFunction,
    Binder,
    Condition,
    Dot,
    Hadamard,
    InnerProduct,
    MatrixFunction,
    Moment,
    Neg,
    Node,
    Product,
    Quotient,
    Reduce,
    Transpose,
)

Put = Callable[[Node], Node]


@dataclass(frozen=True)
class Place:
    """A subtree, how to replace it, its parent and depth, the letters bound around it; is the whole linear in it?"""

    node: Node
    put: Put
    parent: Node | None
    depth: int
    ranges: Mapping[str, Range] = field(default_factory=dict)
    linear: bool = True

    @property
    def bound(self) -> tuple[str, ...]:
        return tuple(self.ranges)


def places(root: Node, most: int = 400) -> Iterator[Place]:
    """All places, parents first, at most so many: a mistake is sought near where people make it."""
    queue = [Place(root, lambda n: n, None, 0)]
    seen = 0
    while queue and seen < most:
        place = queue.pop(0)
        seen += 1
        yield place
        ranges = place.ranges
        if isinstance(place.node, Reduce):
            ranges = {**ranges, **{b.name: b.range for b in place.node.binders}}
        for k, child in enumerate(place.node.children()):
            if not isinstance(child, Binder):
                linear = place.linear and _passes(place.node, child)
                queue.append(Place(child, _putter(place, k), place.node, place.depth + 1, ranges, linear))


LINEAR = (Add, Neg, Product, Hadamard, Transpose, Dot, InnerProduct)


def _passes(parent: Node, child: Node) -> bool:
    """Does a node depend linearly on this child, the others held?"""
    if isinstance(parent, Quotient):
        return child is parent.numerator
    if isinstance(parent, Reduce):
        return parent.op == "sum" and child is parent.body
    if isinstance(parent, MatrixFunction):
        return parent.name in ("trace", "tr", "diag", "vec")
    if isinstance(parent, AxisFunction):
        return parent.name in ("sum", "mean")
    if isinstance(parent, Moment):
        return parent.kind == "E"
    return isinstance(parent, LINEAR)


def _putter(place: Place, k: int) -> Put:
    def put(new: Node) -> Node:
        count = -1

        def change(old: Node) -> Node:
            nonlocal count
            count += 1
            return new if count == k else old

        return place.put(place.node.map_children(change))

    return put


def is_term(place: Place) -> bool:
    """The whole side, or a term of a sum."""
    return place.parent is None or isinstance(place.parent, Add) or (isinstance(place.parent, Neg) and place.depth <= 2)


def is_factor(place: Place) -> bool:
    return isinstance(place.parent, Product | Hadamard)


def is_expression(node: Node) -> bool:
    return not isinstance(node, Condition | Binder)


def product(*factors: Node) -> Node:
    """A product, flattened; a factor that is a sum stays one factor."""
    flat: list[Node] = []
    for f in factors:
        flat += f.factors if isinstance(f, Product) else (f,)
    return flat[0] if len(flat) == 1 else Product(tuple(flat))


def negated(node: Node) -> Node:
    return node.body if isinstance(node, Neg) else Neg(node)


def total(*terms: Node) -> Node:
    flat: list[Node] = []
    for t in terms:
        flat += t.terms if isinstance(t, Add) else (t,)
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def replaced(tree: Node, old: Node, new: Node) -> Node:
    """The tree with one node in place of another wherever it stands."""
    return new if tree == old else tree.map_children(lambda n: replaced(n, old, new))
