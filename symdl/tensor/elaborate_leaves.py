"""Entries of leaves, and of what picks or places entries: symbols, constants, stacks, slices, comprehensions, vec."""

from __future__ import annotations

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Axis, Dim
from symdl.tensor.elaborate_base import Elaboration, Indices, rule, shift
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Cmp,
    Const,
    Expr,
    Num,
    Where,
    add,
    delta,
    div,
    fn,
    mul,
    num,
    sub,
)


@rule(s.Number)
def _number(el: Elaboration, node: s.Number, indices: Indices) -> Expr:
    return num(node.value)


@rule(s.Constant)
def _constant(el: Elaboration, node: s.Constant, indices: Indices) -> Expr:
    if node.name not in ("pi", "e", "infinity"):
        raise UnsupportedError("a constant without a value", found=node.name)
    return Const(node.name)


@rule(s.Symbol)
def _symbol(el: Elaboration, node: s.Symbol, indices: Indices) -> Expr:
    return Acc(node.name, (*(el.scalar(m) for m in node.members), *indices))


@rule(s.MultiIndex)
def _multi_index(el: Elaboration, node: s.MultiIndex, indices: Indices) -> Expr:
    """(a, k) ⇒ (a − 1) d + k, in any base."""
    out: Expr = num(0)
    for part, size in zip(node.parts, node.sizes, strict=True):
        out = add(mul(out, el.size(size)), sub(el.scalar(part), num(node.base)))
    return add(out, num(node.base))


def unpacked(el: Elaboration, node: s.MultiIndex, index: Expr) -> list[Expr]:
    """The parts of an index: k = ((p − 1) mod d) + 1, a from what is left over d."""
    left = sub(index, num(node.base))
    out: list[Expr] = []
    for size in reversed(node.sizes[1:]):
        d = el.size(size)
        rest = fn("mod", left, d)
        out.append(add(rest, num(node.base)))
        left = div(sub(left, rest), d)
    return [add(left, num(node.base)), *reversed(out)]


@rule(s.IndexVar)
def _letter(el: Elaboration, node: s.IndexVar, indices: Indices) -> Expr:
    return el.letter(node.name)


@rule(s.Size)
def _size(el: Elaboration, node: s.Size, indices: Indices) -> Expr:
    return el.size(node.size)


@rule(s.Ones)
def _ones(el: Elaboration, node: s.Ones, indices: Indices) -> Expr:
    return ONE


@rule(s.Zeros)
def _zeros(el: Elaboration, node: s.Zeros, indices: Indices) -> Expr:
    return ZERO


@rule(s.Identity)
def _identity(el: Elaboration, node: s.Identity, indices: Indices) -> Expr:
    return delta(*indices)


@rule(s.BasisVector)
def _basis(el: Elaboration, node: s.BasisVector, indices: Indices) -> Expr:
    return delta(indices[0], el.scalar(node.index))


@rule(s.Delta)
def _delta(el: Elaboration, node: s.Delta, indices: Indices) -> Expr:
    return delta(el.scalar(node.left), el.scalar(node.right))


@rule(s.Entry)
def _entry(el: Elaboration, node: s.Entry, indices: Indices) -> Expr:
    """X_{ij}: the written indices on the leading axes; `:` and the axes left over take the indices asked for."""
    left = list(indices)
    kept = sum(isinstance(i, s.Slice) for i in node.indices) + len(node.base.shape) - len(node.indices)
    if len(left) == kept + 1:  # a row: its first index is always the first
        left = left[1:]
    at = [left.pop(0) if isinstance(i, s.Slice) else el.scalar(i) for i in node.indices]
    return el.entry(node.base, (*at, *left))


def _cell(el: Elaboration, cell: s.Node, row: Expr, column: Expr) -> Expr:
    """An entry of a block, by 1-based positions in it; a column has one column, a scalar is 1 × 1."""
    bases = [a.base for a in cell.shape]
    at = (row, column)[: len(bases)]
    return el.entry(cell, tuple(shift(i, 1, b) for i, b in zip(at, bases, strict=True)))


def _first_block(position: Expr, ends: list[Expr], values: list[Expr]) -> Expr:
    """The value of the first block whose end is not before the position."""
    if len(values) == 1:
        return values[0]
    if isinstance(position, Num):
        for end, value in zip(ends, values, strict=True):
            if not isinstance(end, Num):
                break
            if position.value <= end.value:
                return value
    branches: list[tuple[Expr | None, Expr]] = [
        (Cmp("≤", position, end), value) for end, value in zip(ends[:-1], values[:-1], strict=True)
    ]
    return Where((*branches, (None, values[-1])))


@rule(s.Stack)
def _stack(el: Elaboration, node: s.Stack, indices: Indices) -> Expr:
    """A block matrix: which block an entry falls in, and where in it."""
    row, column = (*indices, num(1))[:2]
    heights = [_block(r[0])[0] for r in node.rows]
    widths = [_block(c)[1] for c in node.rows[0]]
    for r in node.rows:
        if [_block(c)[1] for c in r] != widths or any(_block(c)[0] != _block(r[0])[0] for c in r):
            raise UnsupportedError("a block matrix whose blocks do not line up")
    row_ends, column_ends = _ends(el, heights), _ends(el, widths)
    rows = []
    for n, cells in enumerate(node.rows):
        above = row_ends[n - 1] if n else ZERO
        blocks = [
            _cell(el, cell, sub(row, above), sub(column, column_ends[m - 1] if m else ZERO))
            for m, cell in enumerate(cells)
        ]
        rows.append(_first_block(column, column_ends, blocks))
    return _first_block(row, row_ends, rows)


def _block(cell: s.Node) -> tuple[Dim, Dim]:
    shape = (*cell.shape, Axis(Dim.of(1)), Axis(Dim.of(1)))
    return shape[0].size, shape[1].size


def _ends(el: Elaboration, sizes: list[Dim]) -> list[Expr]:
    out, end = [], Dim.of(0)
    for size in sizes:
        end = end + size
        out.append(el.size(end))
    return out


@rule(s.Comprehension)
def _comprehension(el: Elaboration, node: s.Comprehension, indices: Indices) -> Expr:
    """[x_1, …, x_n][i, j] = x_{first+j−1}[i]."""
    value = add(indices[1], sub(el.size(node.binder.range.first), num(1)))
    with el.letters_as({node.binder.name: value}):
        return el.entry(node.body, indices[: len(node.body.shape)][:1])


def vec(el: Elaboration, body: s.Node, position: Expr) -> Expr:
    """An entry p of the columns of X (m × n), stacked: X[(p−1) mod m + 1, ⌊(p−1)/m⌋ + 1]."""
    rows, columns = body.shape
    height = el.size(rows.size)
    zero_based = add(position, num(-1))
    at = (
        shift(fn("mod", zero_based, height), 0, rows.base),
        shift(fn("floor", div(zero_based, height)), 0, columns.base),
    )
    return el.entry(body, at)
