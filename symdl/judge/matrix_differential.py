"""Derivatives of matrix functions: d A^{-1} = −A^{-1} dA A^{-1}; d log det A = tr(A^{-1} dA); d det A from it.

Of decompositions: dλ_k = q_kᵀ dA q_k,  dq_k = Σ_{l≠k} q_l (q_lᵀ dA q_k) / (λ_k − λ_l),  dσ_k = u_kᵀ dA v_k.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.errors import UnsupportedError
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Bind,
    Cmp,
    Expr,
    Idx,
    Mat,
    add,
    fresh,
    mul,
    neg,
    num,
    power,
    refresh,
    sub,
    substitute,
    total,
)
from symdl.tensor.program import Statement


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


def decomposition_differential(st: Statement, at: tuple[Expr, ...], d: Callable[[Expr], Expr]) -> Expr:
    """The derivative of an output of a decomposition at an entry, from that of the decomposed matrix's entries."""
    body = refresh(st.body)
    assert isinstance(body, Mat)
    inner = d(body.body)
    if inner is ZERO:
        return ZERO
    row, column = body.row, body.column

    def between(left: str, k: Expr, right: str, other: Expr) -> Expr:
        """Σ_ij left[i, k] dA_ij right[j, l]"""
        fresh_row, fresh_column = fresh("i"), fresh("j")
        places = {row.name: Idx(fresh_row), column.name: Idx(fresh_column)}
        binders = (Bind(fresh_row, row.first, row.last), Bind(fresh_column, column.first, column.last))
        moved = substitute(refresh(inner), places)
        product = mul(Acc(left, (Idx(fresh_row), k)), moved, Acc(right, (Idx(fresh_column), other)))
        return total(binders, product)  # type: ignore[arg-type]

    if body.op == "eigenvalue":
        return between(st.outputs[0], at[0], st.outputs[0], at[0])
    if body.op == "singular-value":
        return between(st.outputs[0], at[0], st.outputs[2], at[0])
    if body.op == "eigenvectors":
        q, values = st.outputs
        i, k = at
        letter = fresh("l")
        other = Idx(letter)
        binder = Bind(letter, st.binders[1].first, st.binders[1].last)
        both = mul(num(Fraction(1, 2)), add(between(q, other, q, k), between(q, k, q, other)))
        gap = power(sub(Acc(values, (k,)), Acc(values, (other,))), -1)
        return total((binder,), mul(Acc(q, (i, other)), both, gap), Cmp("≠", other, k))  # type: ignore[arg-type]
    raise UnsupportedError(f"a proof about the derivative of {st.name}, which svd or chol gives")
