"""The elaborator's core: the entry `[i, j]` of any tree, by one rule for each kind of node.

A rule is a function `(elaborator, node, indices) -> Expr`, registered with `@rule(NodeType)`. Indices count in the
bases of `node.shape`. Elaboration pulls: a rule asks for the entries of the node's parts that it needs, so nothing is
built that is not used, and each bound letter is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from symdl.errors import ShapeError, UnsupportedError
from symdl.language.dims import Axis, Dim, Range, Shape, shape_text
from symdl.language.scope import Scope
from symdl.language.syntax import Node
from symdl.tensor.dims_expr import expr_of
from symdl.tensor.expr import Acc, Bind, Dimension, Expr, Idx, Lam, add, fresh, num
from symdl.tensor.program import Program

Indices = tuple[Expr, ...]
Rule = Callable[["Elaboration", Any, Indices], Expr]
RULES: dict[type[Node], Rule] = {}
STEMS = "ijklmpqrstuvabc"
HALF = num(Fraction(1, 2))


def rule(*kinds: type[Node]) -> Callable[[Rule], Rule]:
    """Register the rule for these kinds of node."""

    def register(f: Rule) -> Rule:
        for kind in kinds:
            RULES[kind] = f
        return f

    return register


class Elaboration:
    """Gives entries of trees over a program (its sizes, functions, laws and definitions) and, where known, a scope.

    Free index letters of a tree stay as they are (`Idx('i')`); bound ones become fresh.
    """

    def __init__(self, scope: Scope | None = None, program: Program | None = None) -> None:
        self.program = program if program is not None else Program()
        self.scope = scope if scope is not None else Scope()
        self.letters: dict[str, Expr] = {}
        p, own = self.program, self.scope
        taken = (p.sizes, p.leaves, p.statements, own.names, own.dimensions)
        self.stems = [s for s in STEMS if not any(s in names for names in taken)] or list(STEMS)
        self._next_stem = 2

    # ------------------------------------------------------------------------------------------------- entries

    def entry(self, node: Node, indices: Indices = ()) -> Expr:
        """The entry of a tree at these index expressions, one for each axis of its shape, in its bases.

        Raises:
            UnsupportedError: a node or a form that elaboration does not know, named.
            ShapeError: the number of indices is not that of the axes.
        """
        found = RULES.get(type(node))
        if found is None:
            raise UnsupportedError(f"no entries are known for a {type(node).__name__}")
        if len(indices) != len(node.shape):
            raise ShapeError(
                "the number of indices is not that of the axes",
                found=f"{len(indices)} indices",
                expected=shape_text(node.shape),
            )
        return found(self, node, indices)

    def scalar(self, node: Node) -> Expr:
        """The value of a scalar tree; a 1×1 matrix counts as one."""
        if all(a.size == Dim.of(1) for a in node.shape):
            return self.entry(node, tuple(num(a.base) for a in node.shape))
        raise ShapeError("a scalar is expected", found=shape_text(node.shape), expected="scalar")

    def at(self, node: Node, shape: Shape, indices: Indices) -> Expr:
        """The entry of an operand at indices that count in another shape's bases; a scalar is the same everywhere."""
        if not node.shape:
            return self.entry(node, ())
        if len(node.shape) != len(shape):
            raise ShapeError("shapes do not fit", found=shape_text(node.shape), expected=shape_text(shape))
        moved = tuple(shift(i, b.base, a.base) for i, a, b in zip(indices, node.shape, shape, strict=True))
        return self.entry(node, moved)

    # ------------------------------------------------------------------------------------------ letters, sizes

    def letter(self, name: str) -> Expr:
        """What an index letter stands for here."""
        return self.letters.get(name, Idx(name))

    def size_name(self, name: str) -> Expr:
        """What a name in a size is: a bound letter, a size, an integer of the problem, else a free letter."""
        if name in self.letters:
            return self.letters[name]
        if name in self.program.sizes or name in self.scope.dimensions:
            return Dimension(name, None)
        if name in self.program.leaves or name in self.program.statements or name in self.scope.names:
            return Acc(name, ())
        return Idx(name)

    def size(self, dim: Dim) -> Expr:
        """A size as an expression."""
        return expr_of(dim, self.size_name)

    def dim(self, dim: Dim) -> Expr:
        """The same as `size`, for what asks for the end of a range."""
        return self.size(dim)

    def stem(self, position: int) -> str:
        """The usual letter of an axis: i for the first, j for the second, …; sizes and names are avoided."""
        return self.stems[position % len(self.stems)]

    def bind(self, over: Axis | Range, stem: str | None = None) -> Bind:
        """A new bound letter over an axis or a range."""
        if stem is None:
            stem = self.stem(self._next_stem)
            self._next_stem = 2 + (self._next_stem - 1) % (max(len(self.stems), 3) - 2)
        r = Range.of_axis(over) if isinstance(over, Axis) else over
        return Bind(fresh(stem), self.size(r.first), self.size(r.last))

    def bind_axes(self, shape: Shape) -> tuple[Bind, ...]:
        """New letters i, j, k, … over all axes of a shape."""
        return tuple(self.bind(a, self.stem(n)) for n, a in enumerate(shape))

    def lambda_of(self, node: Node) -> Expr:
        """A tensor as an argument: a lambda over its axes; a scalar as it is."""
        if not node.shape:
            return self.entry(node, ())
        binders = self.bind_axes(node.shape)
        return Lam(binders, self.entry(node, letters_of(binders)))

    @contextmanager
    def letters_as(self, values: Mapping[str, Expr]) -> Iterator[None]:
        """While this holds, these index letters stand for these expressions."""
        saved = self.letters
        self.letters = {**saved, **values}
        try:
            yield
        finally:
            self.letters = saved


def shift(index: Expr, from_base: int, to_base: int) -> Expr:
    """The index in another base: the same entry, counted from another number."""
    return index if from_base == to_base else add(index, num(to_base - from_base))


def letters_of(binders: tuple[Bind, ...]) -> Indices:
    """The letters that binders bind, as expressions."""
    return tuple(Idx(b.name) for b in binders)
