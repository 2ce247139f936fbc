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


@pytest.mark.parametrize(("name", "cure"), [("x_i", r"x_i = X_{i:}^\top"), ("x^{(i)}", r"x^{(i)} = X_{i:}^\top")])
def test_a_row_that_nobody_defined_is_refused_with_its_cure(name: str, cure: str) -> None:
    given = "given = ['Y = X W', 'L = \\frac{1}{2} \\|Y\\|_F^2']\n[symbols]\nX = \"m n\"\nW = \"n k\"\n"
    problem = api.Model(load_problem(given))
    line = rf"\frac{{\partial L}}{{\partial W}} = \sum_i {name} Y_i^\top"
    report = api.check(f"$${line}$$", problem)
    assert report.verdict == "unchecked"
    assert cure in report.lines[0].message
    assert api.check(rf"$${cure}$$ $${line}$$", problem).verdict == "correct"
