"""Functions: of a scalar entry by entry, along an axis, declared by name, and by cases."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.errors import ShapeError
from symdl.language.dims import Shape
from symdl.language.syntax.base import Condition, Node
from symdl.language.syntax.fitting import common


@dataclass(frozen=True)
class Function(Node):
    """A scalar function applied entry by entry: exp log sqrt tanh sigmoid relu abs sign floor erf Phi clip max min …

    `max` and `min` take two or more arguments, `clip` three; `inverse` marks `\\tanh^{-1}`.  The names known are in
    `symdl.language.functions`.
    """

    name: str
    args: tuple[Node, ...]

    def _shape(self) -> Shape:
        out: Shape = ()
        for a in self.args:
            out = common(out, a.shape, "with")
        return out


SHAPE_KEEPING = ("softmax", "sort", "argsort")


@dataclass(frozen=True)
class AxisFunction(Node):
    """softmax, sort, argsort, logsumexp, mean, var, std, max, min, argmax, argmin, sum along one axis (0-based from the
    left).

    softmax, sort (ascending) and argsort keep the shape, the others drop the axis. `axis` −1 is the last (the only one
    of a column).
    """

    name: str
    body: Node
    axis: int = -1

    def _shape(self) -> Shape:
        s = self.body.shape
        if not s:
            raise ShapeError(f"{self.name} of a scalar", found="scalar", expected="a column, a matrix or a tensor")
        if self.name in SHAPE_KEEPING:
            return s
        k = self.axis % len(s)
        return s[:k] + s[k + 1 :]


@dataclass(frozen=True)
class Apply(Node):
    """A declared or defined function applied: `f(x)`, `L(H, C)`; `orders` are derivatives by argument (`f'(z)`: (1,)).

    `result` is the shape of the value. A derivative of an abstract scalar function of one column of order 1 is written
    as a gradient instead, so `orders` only occur for scalar arguments.
    """

    name: str
    args: tuple[Node, ...]
    orders: tuple[int, ...] = ()
    result: Shape = ()
    members: tuple[Node, ...] = ()

    def _shape(self) -> Shape:
        # a function of a scalar, applied to a tensor, acts entry by entry
        if not self.result and len(self.args) == 1 and self.elementwise:
            return self.args[0].shape
        return self.result

    elementwise: bool = False


@dataclass(frozen=True)
class Cases(Node):
    """`\\begin{cases}`: pairs (value, condition); a condition of None is "otherwise"."""

    branches: tuple[tuple[Node, Condition | None], ...]

    def _shape(self) -> Shape:
        out: Shape = ()
        for value, _ in self.branches:
            out = common(out, value.shape, "or")
        return out


@dataclass(frozen=True)
class Indicator(Node):
    """`\\mathbb{1}[c]`, `\\mathbf{1}_{c}`: 1 where the condition holds; entrywise if it compares tensors."""

    condition: Condition

    def _shape(self) -> Shape:
        return self.condition.shape
