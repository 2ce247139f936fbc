"""Accesses in code: a whole array, a slice, a diagonal, or a gather by whole-number arrays; and letters as numbers.

x[t + s − 1] with s a loop   ⇒   x[s - 1:s - 1 + o]         P[i, y_i]   ⇒   P[np.arange(B), y - 1]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.code.polynomial import at_least, by_letters, same, short
from symdl.code.values import MUL, Tensor, Value, aligned, union
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr, text

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def letter(low: Lowering, name: str) -> Value:
    """The numbers a letter runs through: whole where they index or are compared, else of the inputs' type."""
    if name in low.loops:
        return Value(low.loops[name], python=True)
    b = low.ranges[name]
    return Value(low.backend.arange(low.whole(b.first), low.whole(e.add(b.last, e.ONE)), low.integers > 0), (name,))


def access(low: Lowering, tensor: Tensor, name: str, indices: tuple[Expr, ...]) -> Value:
    """The entries of a tensor at these index expressions."""
    if len(indices) != len(tensor.axes):
        raise UnsupportedError("code for an access with missing indices", found=name)
    code, rest = _in_lists(low, tensor, indices)
    letters = [i.name if isinstance(i, e.Idx) and i.name in low.order else None for i, _ in rest]
    if len(rest) == 2 and letters[0] is not None and letters[0] == letters[1] and _full(low, letters[0], rest[0][1]):
        return Value(low.backend.diagonal(code), (letters[0],))
    slots = [_slot(low, i, axis, rest) for i, axis in rest]
    basic, kept = [], []  # first slices and single positions, then what is gathered
    for (i, axis), slot in zip(rest, slots, strict=True):
        basic.append(slot[0] if slot is not None else ":")
        if slot is None or slot[1] is not None:
            kept.append((i, axis, slot[1] if slot is not None else None))
    if any(b != ":" for b in basic):
        while basic[-1] == ":":
            basic.pop()
        code = f"{code}[{', '.join(basic)}]"
    if all(name is not None for _, _, name in kept):
        names = [name for _, _, name in kept if name is not None]
        if len(set(names)) == len(names):
            return Value(code, tuple(names))
    return _gather(low, code, kept)


def _in_lists(low: Lowering, tensor: Tensor, indices: tuple[Expr, ...]) -> tuple[str, list[tuple[Expr, Bind]]]:
    """Positions in Python lists (members of a family, rows of a recurrence) first: each a plain number."""
    code, rest = tensor.code, []
    for k, (i, axis) in enumerate(zip(indices, tensor.axes, strict=True)):
        if k >= tensor.members and k != tensor.rows:
            rest.append((i, axis))
            continue
        if i.free & set(low.order) or any(True for _ in e.accesses(i)):
            raise UnsupportedError("code for a list of arrays at a varying position", found=tensor.code)
        code += f"[{_position(low, i, axis)}]"
    values = {b.name: i for b, i in zip(tensor.axes, indices, strict=True)}
    return code, [
        (i, Bind(a.name, e.substitute(a.first, values), e.substitute(a.last, values)))  # type: ignore[misc]
        for i, a in rest
    ]


def _full(low: Lowering, name: str, axis: Bind) -> bool:
    b = low.ranges[name]
    return same(b.first, axis.first) and same(b.last, axis.last)


def _position(low: Lowering, i: Expr, axis: Bind) -> str:
    """One position, checked when the code runs unless it is known to lie inside."""
    if at_least(i, axis.first, low.ranges) and at_least(axis.last, i, low.ranges):
        if same(i, axis.last) and not isinstance(i, e.Num):
            return "-1"
        return low.whole(e.sub(i, axis.first))
    low.helpers.add("_position")
    return f"_position({low.whole(i)}, {low.whole(axis.first)}, {low.whole(axis.last)})"


def _slot(low: Lowering, i: Expr, axis: Bind, rest: list[tuple[Expr, Bind]]) -> tuple[str, str | None] | None:
    """A slice and the letter it runs over, or one position; None where only a gather will do."""
    if any(not isinstance(x, e.Idx | e.Num | e.Add | e.Mul | e.Dimension | e.Fn) for x in e.walk(i)):
        return None
    found = by_letters(i, low.order)
    if found is None:
        return None
    coefficients, offset = found
    if not coefficients:
        return _position(low, i, axis), None
    if len(coefficients) > 1:
        return None
    ((name, step),) = coefficients.items()
    if sum(name in j.free for j, _ in rest) > 1:
        return None
    b = low.ranges[name]
    if step is e.ONE and _full(low, name, axis) and offset is e.ZERO:
        return ":", name
    first, last = (short(e.add(e.mul(step, x), offset)) for x in (b.first, b.last))
    if not at_least(step, e.ONE, low.ranges):
        return None
    if not (at_least(first, axis.first, low.ranges) and at_least(axis.last, last, low.ranges)):
        return None
    start, stop = short(e.sub(first, axis.first)), short(e.add(e.sub(last, axis.first), e.ONE))
    begin = "" if start is e.ZERO else low.whole(start)
    end = "" if same(last, axis.last) else low.whole(stop)
    return f"{begin}:{end}" + ("" if step is e.ONE else f":{low.whole(step)}"), name


def _gather(low: Lowering, code: str, kept: list[tuple[Expr, Bind, str | None]]) -> Value:
    """Fancy indexing: every gathered index an array of positions, checked where it may lie outside."""
    slices = [name for _, _, name in kept]
    gathered = [k for k, name in enumerate(slices) if name is None]
    values: dict[int, Value] = {}
    with low.whole_numbers():
        for k in gathered:
            values[k] = low.value(kept[k][0])
    used = {n for v in values.values() for n in v.letters}
    plain = [n for n in slices if n is not None]
    if len(gathered) == 1 and not used & set(plain) and len(set(plain)) == len(plain):
        (k,) = gathered
        inside = ", ".join([":"] * k + [checked(low, values[k], *kept[k][:2])])
        letters = (*(n for n in slices[:k] if n), *values[k].letters, *(n for n in slices[k + 1 :] if n))
        return Value(f"{code}[{inside}]", letters)
    plain_at = {k for k, (i, _, _) in enumerate(kept) if isinstance(i, e.Idx) and i.name in low.order}
    for k, (i, axis, _) in enumerate(kept):
        if k in plain_at:
            b = low.ranges[i.name]  # type: ignore[attr-defined]
            start, stop = e.sub(b.first, axis.first), e.add(b.last, e.neg(axis.first), e.ONE)
            if at_least(start, e.ZERO, low.ranges):
                values[k] = Value(low.backend.arange(low.whole(start), low.whole(stop), True), (b.name,))
                continue
            plain_at.discard(k)
        if k not in values:
            with low.whole_numbers():
                values[k] = low.value(i)
    letters = union([values[k].letters for k in range(len(kept))], low.order)
    codes = []
    for k, (i, axis, _) in enumerate(kept):
        v = aligned(values[k], letters)
        codes.append(v.code if k in plain_at else checked(low, v, i, axis))
    return Value(f"{code}[{', '.join(codes)}]", letters)


def checked(low: Lowering, v: Value, i: Expr, axis: Bind) -> str:
    """Positions from an index that counts from the axis's first."""
    first, last = low.whole(axis.first), low.whole(axis.last)
    bounds = low.labels.get(i.name) if isinstance(i, e.Acc) else None
    known = bounds is not None and at_least(bounds[0], axis.first, low.ranges) and at_least(axis.last, bounds[1], {})
    if isinstance(i, e.Idx) or known:
        b = low.ranges[i.name] if isinstance(i, e.Idx) else None
        if known or (b is not None and at_least(b.first, axis.first, low.ranges)):
            return v.code if first == "0" else f"{v.at(MUL)} - {first}"
    if low.guarded:  # entries outside are masked where this is used
        low.helpers.add("_inside")
        return f"_inside({v.code}, {first}, {last})"
    low.helpers.add("_at")
    return f"_at({v.code}, {first}, {last})"


def matrix_function(low: Lowering, x: e.Mat, matrix: Value, outer: tuple[str, ...]) -> Value:
    """det, inverse, eigenvalues, … of code for a matrix (its last two axes)."""
    code = low.backend.matrix(x.op, matrix.code)
    if code is None:
        raise UnsupportedError(f"code for the matrix function {x.op}", found=text(x))
    if not x.indices:
        return Value(code, outer)
    positions: list[Bind] = []
    for b in (x.row, x.column)[: len(x.indices)]:
        length = short(e.add(b.last, e.neg(b.first), e.ONE))
        positions.append(Bind(e.fresh(b.name), e.ONE, length))  # type: ignore[arg-type]
    axes = (*(low.ranges[n] for n in outer), *positions)
    indices = (*(e.Idx(n) for n in outer), *x.indices)
    return access(low, Tensor(code, axes), x.op, indices)  # type: ignore[arg-type]
