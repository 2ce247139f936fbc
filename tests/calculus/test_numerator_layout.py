"""The numerator layout: rows and transposes as its books print them, each line judged and read back."""

from __future__ import annotations

import numpy as np
import pytest

import symdl
from symdl import api


@pytest.mark.parametrize(
    ("given", "target", "result"),
    [
        (
            ["r = X w - y", r"L = \frac{1}{n} r^\top r + \lambda w^\top w"],
            "w",
            r"2 \lambda w^\top + \frac{2}{n} r^\top X",
        ),
        (["r = X w - y", r"L = \frac{1}{n} r^\top r + \lambda w^\top w"], "X", r"\frac{2}{n} w r^\top"),
        (["Z = X W", "L = L(Z)"], "W", r"\frac{\partial L}{\partial Z} X"),
        (["Z = X W", "L = L(Z)", r"G = \frac{\partial L}{\partial Z}"], "X", "W G"),
        ([r"p = \operatorname{softmax}(w)", "L = L(p)"], "w", None),
    ],
)
def test_results_are_rows_and_transposes(given: list[str], target: str, result: str | None) -> None:
    symbols = {"X": "n d", "w": "d", "y": "n", "W": "d c", r"\lambda": ""}
    problem = symdl.Problem(symbols=symbols, given=given, layout="numerator")
    solution = symdl.derive(problem, rf"\frac{{\partial L}}{{\partial {target}}}")
    assert all(s.evidence.holds for s in solution.steps) and solution.evidence.holds
    if result is not None:
        assert solution.latex() == rf"\frac{{\partial L}}{{\partial {target}}} = {result}"
    work = rf"\[ {solution.latex()} \]"
    assert api.check(work, problem).first_wrong_line is None
    turned = symdl.Problem(symbols=symbols, given=given)
    assert api.check(work, turned).lines[0].truth.status != "proved"  # not so in the other layout


def test_code_keeps_the_shape_of_the_variable() -> None:
    given = [r"L = \|X w - y\|^2"]
    problem = symdl.Problem(
        symbols={"X": "n d", "w": "d", "y": "n"},
        given=given,
        layout="numerator",
        derive=[r"\frac{\partial L}{\partial w}", r"\frac{\partial L}{\partial X}"],
    )
    rng = np.random.default_rng(0)
    x, w, y = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5)
    out = symdl.compile(problem)(X=x, w=w, y=y)
    np.testing.assert_allclose(out["dL_dw"], 2 * x.T @ (x @ w - y))
    np.testing.assert_allclose(out["dL_dX"], 2 * np.outer(x @ w - y, w))


def test_a_minimum_is_where_the_row_is_zero() -> None:
    problem = symdl.Problem(
        symbols={"X": "n d", "w": "d", "y": "n"},
        given=[r"L = \|X w - y\|^2"],
        assume=[r"X^\top X \succ 0"],
        layout="numerator",
    )
    found = symdl.derive(problem, r"\arg\min_w L")
    assert found.evidence.holds
