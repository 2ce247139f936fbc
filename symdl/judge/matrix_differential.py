"""Derivatives of matrix functions: d A^{-1} = −A^{-1} dA A^{-1}; d log det A = tr(A^{-1} dA); d det A from it."""

from __future__ import annotations

from symdl.errors import UnsupportedError
from symdl.tensor.expr import ONE, ZERO, Expr, Idx, Mat, mul, neg, refresh, sub, total


def matrix_differential(e: Mat, inner: Expr) -> Expr:
    """The derivative of a matrix function, from that of the matrix's entries (`inner`, over its own letters)."""
    if inner is ZERO:
        return ZERO
    row, column = e.row, e.column
    copy = refresh(Mat("inverse", (ONE, ONE), row, column, e.body))
    assert isinstance(copy, Mat)

    def inverse(i: Expr, j: Expr) -> Expr:
        return Mat("inverse", (i, j), copy.row, copy.column, copy.body)

    r = sub(Idx(row.name), sub(row.first, ONE))
    c = sub(Idx(column.name), sub(column.first, ONE))
    if e.op == "inverse":
        i, j = e.indices
        return neg(total((row, column), mul(inverse(i, r), inner, inverse(c, j))))  # type: ignore[arg-type]
    if e.op in ("det", "logdet"):
        out = total((row, column), mul(inverse(c, r), inner))
        return out if e.op == "logdet" else mul(refresh(e), out)
    raise UnsupportedError(f"the derivative of a matrix's {e.op}")
