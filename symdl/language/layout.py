"""Layout: from a tree to boxes, with parentheses exactly where reading needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from symdl.errors import UnsupportedError
from symdl.language.boxes import (
    Box,
    Fence,
)
from symdl.language.precedence import (
    LINE,
    SUM,
    level,
)
from symdl.language.syntax import Node

MAX_DEPTH = 120
MAX_NODES = 100_000

Maker = Callable[..., Box]
_M = TypeVar("_M", bound=Maker)
_makers: dict[type, Maker] = {}


def lays(*kinds: type) -> Callable[[_M], _M]:
    """Register how a kind of node is laid out: (node, last, fixed) → box."""

    def register(maker: _M) -> _M:
        for kind in kinds:
            _makers[kind] = maker
        return maker

    return register


def layout(node: Node) -> Box:
    """The boxes of a whole formula.

    Raises:
        UnsupportedError: the tree nests too deeply to be written.
    """
    # Each module registers how it lays out its kinds of nodes.
    from symdl.language import (  # noqa: F401
        layout_arithmetic,
        layout_binding,
        layout_functions,
        layout_leaves,
        layout_probability,
        layout_statements,
    )

    _check_depth(node)
    return lay(node, LINE)


def _check_depth(node: Node) -> None:
    depth, count, row = 0, 0, [node]
    while row:
        depth, count = depth + 1, count + len(row)
        if depth > MAX_DEPTH:
            raise UnsupportedError("a formula nests too deeply to be written", expected=f"at most {MAX_DEPTH} levels")
        if count > MAX_NODES:
            raise UnsupportedError("a formula is too long to be written", expected=f"at most {MAX_NODES} parts")
        row = [c for n in row for c in n.children()]


def lay(node: Node, need: int, last: bool = True, fixed: bool = False) -> Box:
    """A node at a place that asks for a level: in parentheses where it binds less tightly.

    `need` is how tightly the place wants it to bind; `last`: nothing follows in the product; `fixed`: the context fixes
    the shape, so that 1, 0 and I go unmarked.
    """
    if level(node, last) < need:
        return Fence("()", lay(node, LINE, True, fixed))
    maker = _makers.get(type(node))
    if maker is None:
        raise UnsupportedError(f"no way to write {type(node).__name__} is known")
    return maker(node, last, fixed)


def inside(node: Node) -> Box:
    """A node that stands alone between delimiters."""
    return lay(node, LINE)


def side(node: Node, fixed: bool = False) -> Box:
    """A side of a relation."""
    return lay(node, SUM, True, fixed)
