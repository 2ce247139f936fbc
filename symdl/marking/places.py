"""Places in a tree: every subtree together with the way to put another one there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symdl.language.syntax import Add, Binder, Condition, Hadamard, Neg, Node, Product, Reduce

Put = Callable[[Node], Node]


@dataclass(frozen=True)
class Place:
    """A subtree, how to replace it, its parent, its depth, and the letters bound around it."""

    node: Node
    put: Put
    parent: Node | None
    depth: int
    bound: tuple[str, ...] = ()


def places(root: Node, most: int = 400) -> Iterator[Place]:
    """All places, parents first, at most so many: a mistake is sought near where people make it."""
    queue = [Place(root, lambda n: n, None, 0)]
    seen = 0
    while queue and seen < most:
        place = queue.pop(0)
        seen += 1
        yield place
        bound = place.bound
        if isinstance(place.node, Reduce):
            bound = (*bound, *(b.name for b in place.node.binders))
        for k, child in enumerate(place.node.children()):
            if not isinstance(child, Binder):
                queue.append(Place(child, _putter(place, k), place.node, place.depth + 1, bound))


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
