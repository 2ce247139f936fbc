"""Matrix functions, derivatives and calls of abstract functions: arrays that have a name or a routine of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.code import accesses
from symdl.code.values import Value, permuted
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr, text

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def lower_mat(low: Lowering, x: e.Mat) -> Value:
    with low.letters((x.row, x.column)):
        v = low.value(x.body)
        inside = [n for n in v.letters if n not in (x.row.name, x.column.name)]
        if set(v.letters) < {x.row.name, x.column.name}:
            raise UnsupportedError(f"code for {x.op} of a matrix with constant rows or columns", found=text(x))
        matrix = permuted(v, (*inside, x.row.name, x.column.name))
    return accesses.matrix_function(low, x, matrix, tuple(inside))


def lower_deriv(low: Lowering, x: e.Deriv) -> Value:
    name, indices = low.derivative(x)
    if name not in low.tensors:
        raise UnsupportedError("code for a derivative that no step works out", found=text(x))
    return accesses.access(low, low.tensors[name], name, indices)


def lower_call(low: Lowering, x: e.Call) -> Value:
    if len(x.slots) == 1 and not x.indices:
        argument = x.args[x.slots[0][0]]
        name = upstream_key(argument.body if isinstance(argument, e.Lam) else argument)
        if name in low.tensors:
            return accesses.access(low, low.tensors[name], name, x.slots[0][1])
    raise UnsupportedError("code for an abstract function", found=text(x))


def upstream_key(argument: Expr) -> str:
    return f"∇ {argument.name}" if isinstance(argument, e.Acc) else ""
