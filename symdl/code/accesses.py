"""Accesses in code: a whole array, a slice, a diagonal, or a gather by whole-number arrays; and letters as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.code.values import ADD, ATOM, MUL, Value, aligned, union
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr, text

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering, Tensor


def letter(low: Lowering, name: str) -> Value:
    """The numbers a letter runs through."""
    b = low.ranges[name]
    first, last = low.whole(b.first), low.whole(e.add(b.last, e.ONE))
    return Value(low.backend.call("arange", first, last) if first != "0" else low.backend.call("arange", last), (name,))


def access(low: Lowering, tensor: Tensor, name: str, indices: tuple[Expr, ...]) -> Value:
    """The entries of a tensor at these index expressions."""
    if len(indices) != len(tensor.axes):
        raise UnsupportedError("code for an access with missing indices", found=name)
    letters = [i.name for i in indices if isinstance(i, e.Idx)]
    if len(letters) == len(indices) and len(set(letters)) == len(letters):
        slices = [_slice(low, n, axis) for n, axis in zip(letters, tensor.axes, strict=True)]
        if all(s == ":" for s in slices):
            return Value(tensor.code, tuple(letters))
        return Value(f"{tensor.code}[{', '.join(slices)}]", tuple(letters))
    if len(letters) == len(indices) == 2 and _full(low, letters[0], tensor.axes[0]):
        return Value(low.backend.call("diagonal", tensor.code), (letters[0],))
    return _gather(low, tensor, indices)


def _full(low: Lowering, name: str, axis: e.Bind) -> bool:
    b = low.ranges[name]
    return b.first is axis.first and b.last is axis.last


def _slice(low: Lowering, name: str, axis: e.Bind) -> str:
    if _full(low, name, axis):
        return ":"
    b = low.ranges[name]
    start = low.whole(e.sub(b.first, axis.first))
    stop = low.whole(e.add(e.sub(b.last, axis.first), e.ONE))
    return f"{'' if start == '0' else start}:{stop}"


def _gather(low: Lowering, tensor: Tensor, indices: tuple[Expr, ...]) -> Value:
    """Fancy indexing: every index an array of positions, checked at run time where its values come from the inputs."""
    values = [low.value(i) for i in indices]
    letters = union([v.letters for v in values], low.order)
    codes = []
    for v, i, axis in zip(values, indices, tensor.axes, strict=True):
        aligned_index = aligned(v, letters)
        first = low.whole(axis.first)
        if any(True for _ in e.accesses(i)) or not isinstance(i, e.Idx):
            low.helpers.add("_at")
            codes.append(f"_at({aligned_index.code}, {first}, {low.whole(axis.last)})")
        else:
            codes.append(f"{aligned_index.at(ADD)} - {first}" if first != "0" else aligned_index.code)
    return Value(f"{tensor.code}[{', '.join(codes)}]", letters)


def matrix_function(low: Lowering, x: e.Mat, matrix: Value, outer: tuple[str, ...]) -> Value:
    """det, inverse, eigenvalues, … of code for a matrix (its last two axes)."""
    code = low.backend.matrix(x.op, matrix.code)
    if code is None:
        raise UnsupportedError(f"code for the matrix function {x.op}", found=text(x))
    if not x.indices:
        return Value(code, outer)
    letters = [i.name for i in x.indices if isinstance(i, e.Idx)]
    same = len(letters) == len(x.indices) and len(set(letters)) == len(letters)
    if same and all(low.ranges[n].first is e.ONE for n in letters):
        return Value(code, (*outer, *letters))
    positions = [low.value(i) for i in x.indices]
    if outer or any(p.letters for p in positions):
        raise UnsupportedError(f"code for entries of {x.op} at these indices", found=text(x))
    return Value(f"{code}[{', '.join(f'{p.at(MUL)} - 1' for p in positions)}]", level=ATOM)
