"""Premises that are equations between entries: no random sample meets them, so they are taken for all letters."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import Problem
from symdl.solution.evidence import REFUTED, SUPPORTED, UNCHECKED

PROBLEM = Problem(
    symbols={"p": "n", r"\lambda": "", "x": "n", "y": "n", "z": "n"},
    assume=["p_i > 0"],
    given=[r"\mathcal{L} = -\sum_i p_i \log p_i + \lambda (\sum_i p_i - 1)"],
)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (r"\frac{\partial \mathcal{L}}{\partial p_i} = 0 \implies p_i = e^{\lambda - 1}", SUPPORTED),
        (r"\frac{\partial \mathcal{L}}{\partial p_i} = 0 \implies p_i = e^{\lambda}", REFUTED),
        (r"z_i = 0 \implies z_j = 0", UNCHECKED),
        (r"x_i = y_i \implies x_i = 2 y_i", REFUTED),
    ],
)
def test_premise_about_an_entry(line: str, status: str) -> None:
    assert api.check(rf"\[ {line} \]", PROBLEM).lines[0].truth.status == status
