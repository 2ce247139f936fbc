"""Matrix functions: `d det A = det A tr(A⁻¹ dA)`, `d log det A = tr(A⁻¹ dA)`, `dA⁻¹ = −A⁻¹ dA A⁻¹`, entry by entry."""

from __future__ import annotations

from collections.abc import Callable

from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Expr, Idx, Mat


def position(b: E.Bind) -> Expr:
    """The 1-based position of a binder's letter."""
    return E.add(Idx(b.name), E.neg(b.first), E.ONE)


def partial(e: Mat, d: Callable[[Expr], Expr]) -> Expr:
    """The derivative of a matrix function, given that of its body."""
    fresh = E.refresh(e)
    assert isinstance(fresh, Mat)
    row, column = fresh.row, fresh.column
    inner = d(fresh.body)
    if e.op in ("det", "logdet"):
        inverse = E.refresh(Mat("inverse", (position(column), position(row)), e.row, e.column, e.body))
        scale = e if e.op == "det" else E.ONE
        return E.total((row, column), E.mul(scale, inverse, inner))
    if e.op == "inverse":
        left = E.refresh(Mat("inverse", (e.indices[0], position(row)), e.row, e.column, e.body))
        right = E.refresh(Mat("inverse", (position(column), e.indices[1]), e.row, e.column, e.body))
        return E.total((row, column), E.mul(E.MINUS_ONE, left, inner, right))
    raise UnsupportedError(f"no derivative rule for the matrix function {e.op}")
