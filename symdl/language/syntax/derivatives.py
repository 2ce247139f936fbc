"""Derivatives and differentials, as they are written."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.language.dims import ONE, Shape
from symdl.language.syntax.base import Node


@dataclass(frozen=True)
class Derivative(Node):
    """`\\frac{\\partial f}{\\partial x}`, `\\nabla_x f`, `\\frac{d f}{d x}`, second and mixed ones.

    `of` is differentiated by each of `by` in turn (symbols, members or entries). Shape: each scalar entry of `of`
    differentiated: of.shape + by[0].shape + …; a gradient in the numerator layout of a scalar by a column is a row, by
    a matrix transposed (`transposed`). `total` as CONTRACT rule 10; `form` is how it is written: `frac`, `nabla`, `d`.
    """

    of: Node
    by: tuple[Node, ...]
    total: bool = True
    form: str = "frac"
    transposed: bool = False
    diagonal: bool = False  # under ⊙: the diagonal of an elementwise map's Jacobian, of the shape of `of`

    def _shape(self) -> Shape:
        out = self.of.shape
        if self.diagonal:
            return out
        for x in self.by:
            out = out + x.shape
        if self.transposed and len(out) == 1:
            return (ONE, out[0])
        if self.transposed and len(out) == 2:
            return (out[1], out[0])
        return out


@dataclass(frozen=True)
class ChainProduct(Node):
    """`\\frac{∂a}{∂b} \\frac{∂b}{∂c} …`: adjacent partials contracted over all axes of what they share, either order.

    `factors` are in the written order; the contraction pairs are found by elaboration from `of` and `by`.
    """

    factors: tuple[Node, ...]
    axes: Shape

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class Differential(Node):
    """`dX`, `\\mathrm{d}L`, `d(A B)`: the differential of an expression; symbols in no `d` have none."""

    body: Node

    def _shape(self) -> Shape:
        return self.body.shape
