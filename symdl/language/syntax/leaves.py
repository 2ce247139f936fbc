"""Leaves: numbers, names, index letters, sizes, and the tensors that notation has signs for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symdl.language.dims import Axis, Dim, Shape
from symdl.language.syntax.base import Node


@dataclass(frozen=True)
class Number(Node):
    """A whole or decimal number, exactly. `text` keeps the digits as written (`0.0821`), for judging to its digits."""

    value: Fraction
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Constant(Node):
    """`pi`, `e` (the base of exp) or `infinity`."""

    name: str


@dataclass(frozen=True)
class Symbol(Node):
    """A declared or defined tensor, by its canonical LaTeX name; a family's member has `members` (`W_l`: (l,)).

    `axes` is its shape as declared (a family's: with the member's index put in). `integer` marks labels and counts.
    A family's `name` is the name it was declared by, e.g. `W_l`, whatever its member; `style` is how a member is
    written: `sub` (`W_l`), `paren` (`x^{(i)}`) or `bracket` (`W^{[l]}`).
    """

    name: str
    axes: Shape = ()
    members: tuple[Node, ...] = ()
    style: str = "sub"
    integer: bool = False

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class IndexVar(Node):
    """An index letter: bound by a sum or a definition, or free ("for all")."""

    name: str


@dataclass(frozen=True)
class Size(Node):
    """A dimension used as a number: n in 1/n."""

    size: Dim


@dataclass(frozen=True)
class Ones(Node):
    """`\\mathbf{1}`: all ones. Its sizes come from where it stands."""

    axes: Shape

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class Zeros(Node):
    """`\\mathbf{0}`, or a `0` that stands for a zero tensor."""

    axes: Shape

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class Identity(Node):
    """`I`: the identity matrix."""

    axis: Axis

    def _shape(self) -> Shape:
        return (self.axis, self.axis)


@dataclass(frozen=True)
class BasisVector(Node):
    """`e_k`: the column with a one at `index`."""

    index: Node
    axis: Axis

    def _shape(self) -> Shape:
        return (self.axis,)


@dataclass(frozen=True)
class Delta(Node):
    """`\\delta_{ij}`: 1 where i = j, else 0."""

    left: Node
    right: Node
