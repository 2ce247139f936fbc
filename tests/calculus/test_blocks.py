"""Derivatives through Kronecker products and stacked columns, in matrix form and equal to the judge's own."""

from __future__ import annotations

import pytest

import symdl

SYMBOLS = {"A": "n n", "B": "m m", "X": "n m", "Y": "n m"}


@pytest.mark.parametrize(
    ("given", "by", "result"),
    [
        (r"f = \operatorname{tr}(A \otimes B)", "A", r"\operatorname{tr}(B) I"),
        (r"f = \|A \otimes B\|_F^2", "B", r"2 \|A\|_F^2 B"),
        (r"f = \operatorname{vec}(X)^\top \operatorname{vec}(Y)", "X", "Y"),
        (r"f = \|(B^\top \otimes A) \operatorname{vec}(X)\|^2", "X", r"2 A^\top A X B B^\top"),
    ],
)
def test_sums_over_stacked_axes_are_split(given: str, by: str, result: str) -> None:
    problem = symdl.Problem(symbols=SYMBOLS, given=[given])
    found = symdl.derive(problem, rf"\frac{{\partial f}}{{\partial {by}}}")
    assert found.results[0].evidence.holds
    assert found.latex() == rf"\frac{{\partial f}}{{\partial {by}}} = {result}"
