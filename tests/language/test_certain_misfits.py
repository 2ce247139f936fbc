"""Ill-typed is only what no convention of the field allows; anything else that does not fit is merely not read."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError, ShapeError
from symdl.language.declare import understand
from symdl.language.reader import read_line
from symdl.language.scope import Scope
from symdl.problem import Problem
from tests.language.short import short

SYMBOLS = {
    "X": "B n",
    "W": "n c",
    "Y": "B c",
    "P": "B c",
    "A": "n n",
    "M": "m n",
    "w": "n",
    "x": "n",
    "q": "m",
    "s": "",
    "J": "",
}


@pytest.fixture(scope="module")
def scope() -> Scope:
    return understand(Problem(symbols=SYMBOLS, given=["r = X w", r"h = \tanh(M x)", r"R = w^\top w"])).scope


OPEN = [
    r"s = \frac{1}{2} r^2",  # the square of a length
    "R = w^2",
    r"s = -\frac{1}{2} Y \cdot \log P",  # \cdot over all entries
    r"\frac{M}{M} = s",  # entry by entry
    r"P = e^Y / \sum_k e^{Y_k}",  # a row each
    r"\frac{\partial s}{\partial Y} = (P - Y)^\top 1",  # 1 as a column
    r"\frac{\partial h}{\partial M} = (1 - h^2) x^\top",  # what a chain rule multiplies by
    r"\frac{\partial (A x)^\top}{\partial x} = x",  # derivatives of rows
    r"X^\top X = \sum_i x_i x_i^\top",  # x_i as a column
    r"\mathbb{E}[x] = \frac{1}{n} \sum_i x_i",  # the mean of entries
    "x_0 = 1",  # a name, or counted from 0
    "x_{-1} = s",
    r"\|M\|_{2,1} = s",
    "M^2 = M",
]
CERTAIN = [
    "Y = W X",
    r"Y = W^\top X",
    "R = w w",
    r"s = x^\top A",
    "x = A",
    r"M \odot W",
    r"\operatorname{tr}(M)",
    r"M^{-1} x",
    r"\langle X, x \rangle = s",
    r"\frac{x}{A} = x",
    "s = x^3",
    r"A \cdot M = A",
    "A_{ijk} = s",
]


@pytest.mark.parametrize("written", OPEN)
def test_what_some_write_is_not_ill_typed(scope: Scope, written: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_line(written, scope)
    assert not isinstance(caught.value, ShapeError)


@pytest.mark.parametrize("written", CERTAIN)
def test_what_nobody_writes_is_ill_typed(scope: Scope, written: str) -> None:
    with pytest.raises(ShapeError):
        read_line(written, scope)


def test_a_transposed_one_is_a_row_of_ones(scope: Scope) -> None:
    assert short(read_line(r"s = 1^\top x", scope).node) == "s = <Ones(n)ᵀ x>"


def test_vec_of_a_column_is_the_column(scope: Scope) -> None:
    assert short(read_line(r"\operatorname{vec}(M x) = q", scope).node) == "<M x> = q"
