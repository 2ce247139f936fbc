"""Lines in a convention that symdl does not read are unchecked, never refuted."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import load_problem

MODEL = api.Model(
    load_problem(r"""
given = ['Z = X W + \mathbf{1} b^\top', 'L = L(Z)', 'G = \frac{\partial L}{\partial Z}']
[symbols]
X = "B n"
W = "n c"
b = "c"
""")
)


@pytest.mark.parametrize(
    "line",
    [
        r"Z = X W + b^\top",
        r"Z = b^\top + X W",
        r"\frac{\partial L}{\partial b^\top} = \mathbf{1}^\top G",
        r"\frac{\partial L}{\partial b^T} = \mathbf{1}^\top G",
    ],
)
def test_a_right_line_in_another_convention_is_not_refuted(line: str) -> None:
    report = api.check(f"$${line}$$", MODEL)
    assert report.lines[0].step.status != "refuted"
    assert report.verdict != "wrong"


@pytest.mark.parametrize("line", [r"Z = W X + \mathbf{1} b^\top", r"\frac{\partial L}{\partial W} = G X"])
def test_what_fits_in_no_convention_is_refuted(line: str) -> None:
    assert api.check(f"$${line}$$", MODEL).verdict == "wrong"
