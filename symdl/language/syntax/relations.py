"""Conditions, and the lines that state what holds."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.language.dims import Range, Shape
from symdl.language.syntax.base import Condition, Node
from symdl.language.syntax.fitting import common
from symdl.language.syntax.leaves import Symbol


@dataclass(frozen=True)
class Compare(Condition):
    """`a < b`, `i \\neq j`: op is = ≠ < ≤ > ≥; of tensors entrywise (an indicator) or for all entries (a line)."""

    op: str
    left: Node
    right: Node

    def _shape(self) -> Shape:
        return common(self.left.shape, self.right.shape, self.op)


@dataclass(frozen=True)
class Within(Condition):
    """`y \\in \\{1,\\dots,c\\}`, `x \\in \\mathbb{R}`, `k \\in \\mathbb{N}`, `i \\notin S`.

    `values` for an explicit finite set, `range` for whole numbers from-to, `name` for R, N, Z or a declared index set.
    """

    element: Node
    values: tuple[Node, ...] = ()
    range: Range | None = None
    name: str = ""
    negated: bool = False


@dataclass(frozen=True)
class Subset(Condition):
    """`S \\subset \\{1, \\dots, n\\}`: any index set; what declares `S` (a tensor of zeros and ones over the range)."""

    subject: Symbol
    range: Range


@dataclass(frozen=True)
class Junction(Condition):
    """`and`, `or`, `not` of conditions."""

    op: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Property(Condition):
    """A property in words: symmetric, invertible, orthogonal, positive-definite, positive-semidefinite, convex, smooth,
    strongly-convex, lipschitz, varies-symmetrically, varies-diagonally, iid, independent, distributed, …

    `subjects` are the things it is said of, `parameters` its constants (β of β-smooth; the law of `distributed`).
    """

    name: str
    subjects: tuple[Node, ...]
    parameters: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Relation(Node):
    """A line: `a = b ≤ c`. Ops are = ≠ < ≤ > ≥ ⪰ ⪯ ≻ ≺ ≈ ∝ ; `note` keeps a stated order (`O(h^2)`) or variable."""

    sides: tuple[Node, ...]
    ops: tuple[str, ...]
    note: Node | None = None


@dataclass(frozen=True)
class Implication(Node):
    """`A ⟹ B` (op `implies`), `A ⟺ B` (op `iff`); sides are relations, conditions or implications."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Order(Node):
    """`O(h^2)`, `o(h)`: a Landau symbol; `big` tells which."""

    body: Node
    big: bool = True
