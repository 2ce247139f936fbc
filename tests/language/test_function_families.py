"""Families of functions: `f_i(x) = …`, `l^{(i)}(w) = …` with an index that picks one of them."""

from __future__ import annotations

import pytest

import symdl
from symdl.errors import SymdlError
from symdl.language.declare import understand
from symdl.problem import Problem

GIVEN = [
    r"f_i(x) = \frac{1}{2} (\sum_j A_{ij} x_j - b_i)^2",
    r"f(x) = \frac{1}{n} \sum_{i=1}^n f_i(x)",
    r"l^{(k)}(x) = b_k x^\top x",
]
PROBLEM = symdl.Problem(symbols={"A": "n d", "b": "n", "x": "d"}, given=GIVEN)


def verdict(line: str) -> str:
    return symdl.check(f"$${line}$$", PROBLEM).lines[0].step.status


@pytest.mark.parametrize(
    "line",
    [
        r"\nabla f(x) = \frac{1}{n} \sum_{i=1}^n \nabla f_i(x)",
        r"\nabla f_i(x) = (\sum_j A_{ij} x_j - b_i) A_{i:}^\top",
        r"\sum_{k=1}^n l^{(k)}(x) = \sum_k b_k x^\top x",
        r"f_2(x) = \frac{1}{2} (\sum_j A_{2j} x_j - b_2)^2",
    ],
)
def test_a_member_is_the_function_at_its_index(line: str) -> None:
    assert verdict(line) == "proved"


@pytest.mark.parametrize(
    "line",
    [
        r"\nabla f(x) = \frac{1}{n} \sum_{i=1}^n \nabla f_1(x)",
        r"\sum_{k=1}^n l^{(k)}(x) = b_1 x^\top x",
    ],
)
def test_another_member_is_another_function(line: str) -> None:
    assert verdict(line) == "refuted"


def test_an_index_that_the_left_side_lacks_is_refused() -> None:
    with pytest.raises(SymdlError, match="free"):
        understand(Problem(symbols={"b": "n", "x": ""}, given=["f_i(x) = b_k x"]))
