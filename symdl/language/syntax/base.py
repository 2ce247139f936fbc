"""The base of all nodes, and of conditions: children, walking and rebuilding, by the fields of a dataclass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from symdl.language.dims import SCALAR, Axis, Dim, Range, Shape


@dataclass(frozen=True)
class Node:
    """The base of all nodes."""

    @cached_property
    def shape(self) -> Shape:
        return self._shape()

    def _shape(self) -> Shape:
        return SCALAR

    def children(self) -> Iterator[Node]:
        """All nodes directly below, in reading order."""
        for f in fields(self):
            yield from _nodes_in(getattr(self, f.name))

    def map_children(self, change: Callable[[Node], Node]) -> Node:
        """The same node with each child changed; the node itself where none did."""
        new: dict[str, Any] = {}
        for f in fields(self):
            old = getattr(self, f.name)
            out = _map_nodes(old, change)
            if out is not old:
                new[f.name] = out
        return replace(self, **new) if new else self

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(list(node.children())))


def _nodes_in(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _nodes_in(v)


def _map_nodes(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        out = tuple(_map_nodes(v, change) for v in value)
        return out if any(x is not y for x, y in zip(out, value, strict=True)) else value
    return value


@dataclass(frozen=True)
class Condition(Node):
    """The base of what is true or false."""


def substitute_sizes(node: Node, values: dict[str, Dim]) -> Node:
    """Replace unknown (or other) sizes by name everywhere in a tree: in axes, sizes, ranges."""

    def value(v: Any) -> Any:
        if isinstance(v, Node):
            return visit(v)
        if isinstance(v, Dim):
            return v.substitute(values)
        if isinstance(v, Axis):
            return v.map(lambda d: d.substitute(values))
        if isinstance(v, Range):
            return v.substitute(values)
        if isinstance(v, tuple):
            return tuple(value(x) for x in v)
        return v

    def visit(n: Node) -> Node:
        new = {f.name: value(getattr(n, f.name)) for f in fields(n)}
        return replace(n, **new) if any(new[f.name] != getattr(n, f.name) for f in fields(n)) else n

    return visit(node)
