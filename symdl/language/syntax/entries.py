"""Entries of tensors, and tensors written out by their entries."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.errors import ShapeError
from symdl.language.dims import ONE, Axis, Dim, Shape, shape_text
from symdl.language.syntax.base import Node
from symdl.language.syntax.binding import Binder


@dataclass(frozen=True)
class MultiIndex(Node):
    """`(a, k)`: one index on an axis of size h·d, made of an index for each part: (a − 1) d + k, counted from `base`.

    `sizes` are those of the parts, outermost first.
    """

    parts: tuple[Node, ...]
    sizes: tuple[Dim, ...]
    base: int = 1


@dataclass(frozen=True)
class Slice(Node):
    """`:` as an index: the whole axis."""


@dataclass(frozen=True)
class Entry(Node):
    """`X_{ij}`, `(U V^\\top)_{ij}`, `X_i` (leading axes taken, the rest a column), `X_{i:}` (a row), `X_{:j}`.

    Indices count in the axis's own base. Taking the leading axis of a matrix leaves a column (shape (n,)); `X_{i:}`
    of a matrix is a row (shape (1, n)).
    """

    base: Node
    indices: tuple[Node, ...]

    def _shape(self) -> Shape:
        s = self.base.shape
        if len(self.indices) > len(s):
            raise ShapeError(
                "more indices than axes", found=f"{len(self.indices)} indices on {shape_text(s)}", expected=f"{len(s)}"
            )
        kept = [a for a, i in zip(s, self.indices, strict=False) if isinstance(i, Slice)] + list(s[len(self.indices) :])
        explicit = any(isinstance(i, Slice) for i in self.indices)
        if explicit and len(s) == 2 and len(kept) == 1 and isinstance(self.indices[-1], Slice):
            return (ONE, kept[0])
        return tuple(kept)


@dataclass(frozen=True)
class Stack(Node):
    """A matrix written out (`bmatrix`), rows of equal length; blocks are allowed. One column of scalars is a column."""

    rows: tuple[tuple[Node, ...], ...]

    def _shape(self) -> Shape:
        heights, widths = [], []
        for row in self.rows:
            heights.append(_block(row[0].shape)[0])
        for cell in self.rows[0]:
            widths.append(_block(cell.shape)[1])
        height = sum(heights[1:], heights[0])
        width = sum(widths[1:], widths[0])
        columns_only = len(self.rows[0]) == 1 and all(len(r[0].shape) <= 1 for r in self.rows)
        return (Axis(height),) if columns_only else (Axis(height), Axis(width))


def _block(s: Shape) -> tuple[Dim, Dim]:
    if not s:
        return Dim.of(1), Dim.of(1)
    return (s[0].size, Dim.of(1)) if len(s) == 1 else (s[0].size, s[1].size)


@dataclass(frozen=True)
class Comprehension(Node):
    """`[x_1, \\dots, x_n]`: the columns `body` for each value of the binder, side by side; of scalars, a row."""

    binder: Binder
    body: Node

    def _shape(self) -> Shape:
        r = self.binder.range
        n = Axis(r.last - r.first + 1)
        s = self.body.shape
        return (ONE, n) if not s else (*s[:1], n)
