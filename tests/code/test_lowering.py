"""Entries become arrays: each rule's code, run, against loops written by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from symdl.code.backend import Backend
from symdl.code.helpers import helpers
from symdl.code.lowering import Lowering
from symdl.code.values import Tensor
from symdl.code.whole import whole
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Acc, Bind, Dimension, Idx, Red, add, div, fn, mul, neg, num, power

N, M, K = (Dimension(x, None) for x in "nmk")
SIZES = {"n": 3, "m": 4, "k": 5}


def bind(name: str, size: e.Expr) -> Bind:
    return Bind(name, e.ONE, size)  # type: ignore[return-value]


ROW, J, L = bind("i", N), bind("j", M), bind("l", K)
A, B, V = (Acc("A", (Idx("i"), Idx("l"))), Acc("B", (Idx("l"), Idx("j"))), Acc("v", (Idx("j"),)))
RNG = np.random.default_rng(0)
VALUES = {
    "A": RNG.normal(size=(3, 5)),
    "B": RNG.normal(size=(5, 4)),
    "v": RNG.normal(size=4),
    "S": RNG.normal(size=(4, 4)),
}
AXES = {"A": (ROW, L), "B": (L, J), "v": (J,), "S": (J, bind("jj", M))}


def code(body: e.Expr, *binders: Bind) -> tuple[str, Any]:
    """The code for the body's array, and its value."""
    low = Lowering(Backend(), {n: n for n in SIZES}, {n: Tensor(n, a) for n, a in AXES.items()})
    text = low.array(body, binders)
    space: dict[str, Any] = {"np": np, "math": math, "dtype": np.dtype(float), **VALUES, **SIZES}
    for helper in low.helpers & helpers("numpy").keys():
        exec(helpers("numpy")[helper], space)
    return text, eval(text, space)


def total(body: e.Expr, *binders: Bind) -> e.Expr:
    return Red("sum", binders, None, body)


def test_matrix_product() -> None:
    text, value = code(total(mul(A, B), L), ROW, J)
    assert text == "A @ B" and value.shape == (3, 4)
    text, value = code(total(mul(A, B), L), J, ROW)
    assert np.allclose(value, (VALUES["A"] @ VALUES["B"]).T)


def test_the_cheap_order_is_chosen() -> None:
    text, value = code(total(mul(A, B, V), L, J), ROW)
    assert text == "A @ (B @ v)"
    assert np.allclose(value, VALUES["A"] @ VALUES["B"] @ VALUES["v"])


def test_a_row_is_added_to_each_row() -> None:
    text, _ = code(add(total(mul(A, B), L), V), ROW, J)
    assert text == "A @ B + v"


def test_a_column_gets_an_axis() -> None:
    u = total(A, L)
    text, value = code(add(total(mul(A, B), L), neg(u)), ROW, J)
    assert np.allclose(value, VALUES["A"] @ VALUES["B"] - VALUES["A"].sum(1)[:, None])
    assert text == "A @ B - _row_sums(A)[:, None]"


def test_a_sum_of_a_constant_counts() -> None:
    _, value = code(total(V, ROW), J)
    assert np.allclose(value, 3 * VALUES["v"])
    _, value = code(total(num(2), ROW, J))
    assert value == 24


def test_delta_picks_or_becomes_the_identity() -> None:
    jj = bind("q", M)
    _, value = code(total(mul(e.delta(Idx("j"), Idx("q")), Acc("v", (Idx("q"),))), jj), J)
    assert np.allclose(value, VALUES["v"])
    text, value = code(mul(e.delta(Idx("j"), Idx("q")), V), J, jj)
    assert np.allclose(value, np.diag(VALUES["v"])) and "np.eye(m, dtype=dtype)" in text


def test_diagonal_trace_and_gather() -> None:
    _, value = code(Acc("S", (Idx("j"), Idx("j"))), J)
    assert np.allclose(value, np.diag(VALUES["S"]))
    _, value = code(Acc("v", (num(2),)))
    assert value == VALUES["v"][1]
    shifted = Acc("v", (add(Idx("p"), num(1)),))
    _, value = code(shifted, Bind("p", e.ONE, e.sub(M, e.ONE)))  # type: ignore[arg-type]
    assert np.allclose(value, VALUES["v"][1:])


def test_outside_a_range_is_an_error_and_never_another_entry() -> None:
    with pytest.raises(IndexError, match=r"outside 1\.\.4"):
        code(Acc("v", (e.sub(Idx("p"), num(1)),)), bind("p", M))


def test_softmax_logsumexp_and_sigmoid_are_recognised() -> None:
    exp_of = total(fn("exp", Acc("v", (Idx("q"),))), bind("q", M))
    text, value = code(div(fn("exp", V), exp_of), J)
    assert text == "_softmax(v, axis=-1)" and np.isclose(value.sum(), 1)
    text, _ = code(fn("log", exp_of))
    assert text == "_logsumexp(v, axis=-1)"
    text, _ = code(power(add(e.ONE, fn("exp", neg(V))), -1), J)
    assert text == "_sigmoid(v)"
    text, _ = code(fn("log", add(e.ONE, fn("exp", V))), J)
    assert text == "np.logaddexp(0, v)"


def test_a_softmax_over_another_letter_is_not_taken_for_one() -> None:
    other = total(fn("exp", Acc("S", (Idx("q"), Idx("j")))), bind("q", M))
    text, value = code(div(fn("exp", Acc("S", (Idx("j"), Idx("p")))), other), J, bind("p", M))
    assert "_softmax" not in text
    s = VALUES["S"]
    assert np.allclose(value, np.exp(s) / np.exp(s).sum(0)[:, None])


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UnsupportedError, match="function"):
        code(fn("digamma", V), J)
    with pytest.raises(UnsupportedError, match="no value"):
        code(Acc("unknown", ()))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (add(N, mul(num(-2), add(M, num(1)))), "n - 2 * (m + 1)"),
        (mul(num(-2), add(N, num(1))), "(-2 * (n + 1))"),
        (add(neg(N), M, num(-1)), "-n + m - 1"),
        (mul(N, add(M, neg(K))), "n * (m - k)"),
        (add(fn("floor", div(add(N, neg(K)), num(2))), num(1)), "((n - k) // 2) + 1"),
    ],
)
def test_whole_numbers(size: e.Expr, expected: str) -> None:
    assert whole(size, {n: n for n in SIZES}) == expected
