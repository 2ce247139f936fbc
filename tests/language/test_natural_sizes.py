"""Natural numbers up to which a sum runs are sizes; other declared ones stay whole numbers of their own."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import Problem

PROBLEM = Problem(
    symbols={"x": "", "k": "", "t": ""},
    assume=[r"n \in \mathbb{N}", r"k, t \in \mathbb{N}"],
    show=[r"\sum_{s=0}^{t} x^s = \frac{1 - x^{t+1}}{1 - x}"],
)


def test_what_becomes_a_size() -> None:
    scope = api.model(PROBLEM).understanding.scope
    assert {"n", "t"} <= scope.dimensions
    assert set(scope.names) == {"x", "k"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\sum_{i=1}^{n} i = \frac{n (n + 1)}{2}", r"\sum_{i=1}^{n} i = \frac{n (n - 1)}{2}"),
        (r"\sum_{s=0}^{t} x^s = \frac{1 - x^{t+1}}{1 - x}", r"\sum_{s=0}^{t} x^s = \frac{1 - x^{t}}{1 - x}"),
        (r"\prod_{i=1}^{n} e^i = e^{n (n + 1) / 2}", r"\prod_{i=1}^{n} e^i = e^{n^2 / 2}"),
        (r"(x^k)^2 = x^{2 k}", r"(x^k)^2 = x^{k + 2}"),
    ],
)
def test_sums_up_to_them(right: str, wrong: str) -> None:
    report = api.check(rf"\[ {right} \] \[ {wrong} \]", PROBLEM)
    assert report.lines[0].truth.holds
    assert report.first_wrong_line == 2
