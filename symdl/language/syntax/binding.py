"""Operators that bind a letter or a variable: sums, optima, integrals."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.language.dims import Range, Shape
from symdl.language.syntax.base import Condition, Node
from symdl.language.syntax.leaves import Symbol


@dataclass(frozen=True)
class Binder(Node):
    """A bound letter with its inferred range. `written` says whether the source gave the range (for printing)."""

    name: str
    range: Range
    written: bool = False


@dataclass(frozen=True)
class Reduce(Node):
    """`\\sum_{i,k}`, `\\prod`, bounded `\\max_{1 \\le a \\le 3}`, `\\min`: op is sum, prod, max, min, argmax or argmin.

    `condition` restricts the binders (`i \\neq j`, `i < j`, `i \\in S`).
    """

    op: str
    binders: tuple[Binder, ...]
    body: Node
    condition: Condition | None = None

    def _shape(self) -> Shape:
        return self.body.shape


@dataclass(frozen=True)
class Cardinality(Node):
    """`|S|`: how many indices are in a declared set."""

    subject: Symbol


@dataclass(frozen=True)
class Optimum(Node):
    """`\\arg\\min_w J`, `\\max_{\\|v\\|=1} …`: op is min, max, argmin, argmax over a tensor, under constraints."""

    op: str
    variable: Symbol
    body: Node
    constraints: tuple[Condition, ...] = ()

    def _shape(self) -> Shape:
        return self.variable.shape if self.op.startswith("arg") else ()


@dataclass(frozen=True)
class Integral(Node):
    """`\\int_a^b f dx`: over a scalar variable; bounds of None are the whole line."""

    variable: str
    lower: Node | None
    upper: Node | None
    body: Node
