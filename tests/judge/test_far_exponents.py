"""A power of e far below every float is no zero."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import Problem

PROBLEM = Problem(
    symbols={"x": "n", "y": "n", "s": ""},
    given=[r"k = \exp\left(-\frac{\|x - y\|^2}{2 s^2}\right)"],
    assume=["s > 0"],
)


@pytest.mark.parametrize("line", [r"0 < k \le 1", r"k > 0", r"1 + k > 1"])
def test_it_stays_positive(line: str) -> None:
    for _ in range(3):
        assert api.check(rf"\[ {line} \]", PROBLEM).first_wrong_line is None


@pytest.mark.parametrize("line", [r"k < 1", r"k \ge 10^{-9}", r"k > \frac{1}{1000}"])
def test_a_wrong_bound_is_refuted(line: str) -> None:
    assert api.check(rf"\[ {line} \]", PROBLEM).first_wrong_line == 1
