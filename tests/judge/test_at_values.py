"""Numeric lines are judged at the problem's values, to their printed digits; formulas as ever."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import Problem
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED
from symdl.tensor.printed import half_unit

NAMES = ("x_1", "x_2", "w_1", "w_2", "b", "t", r"\epsilon")
VALUES = {"x_1": "0.05", "x_2": "0.10", "w_1": "0.15", "w_2": "0.20", "b": "0.35", "t": "0.01"}
PROBLEM = Problem(
    symbols={**dict.fromkeys(NAMES, ""), "z": "n"},
    values=VALUES,
    given=["a = w_1 x_1 + w_2 x_2 + b", r"h = \sigma(a)", r"E = \frac12 (t-h)^2"],
)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (r"a = 0.15 \cdot 0.05 + 0.2 \cdot 0.1 + 0.35 = 0.3775", SUPPORTED),
        (r"h = \frac{1}{1+e^{-0.3775}} = 0.593269992", SUPPORTED),
        ("h = 0.59327", SUPPORTED),
        ("h = 0.59326", REFUTED),
        ("h = 0.593269993", REFUTED),
        (r"\frac{\partial E}{\partial w_1} = 0.58326999 \cdot 0.2413007 \cdot 0.05 = 0.00703717", SUPPORTED),
        (r"\frac{\partial E}{\partial w_1} = 0.0140743", REFUTED),
        (r"\frac{\partial E}{\partial w_1} = (h-t) h (1-h) x_1", PROVED),
        (r"\frac{\partial E}{\partial w_1} = (h-t) h (1-h) x_2", REFUTED),
        (r"\epsilon = 0.3", UNCHECKED),
        (r"\sum_i z_i = 0", REFUTED),
        (r"\sum_i z_i - \sum_i z_i = 0", PROVED),
    ],
)
def test_numeric_line(line: str, status: str) -> None:
    report = api.check(rf"\[ {line} \]", PROBLEM)
    assert report.lines[0].truth.status == status, report.lines[0].truth.how


def test_a_wrong_number_is_followed_through() -> None:
    work = r"\[ a = 0.45 \] \[ h = \frac{1}{1 + e^{-0.45}} \]"
    report = api.check(work, PROBLEM)
    assert report.first_wrong_line == 1
    assert report.lines[1].step.holds and report.lines[1].truth.status == REFUTED


@pytest.mark.parametrize(("text", "half"), [("0.5", 0.05), ("12", 0.0), ("1.25e-3", 5e-6), ("1e-5", 0.0)])
def test_half_a_unit_in_the_last_place(text: str, half: float) -> None:
    assert half_unit(text) == pytest.approx(half)
