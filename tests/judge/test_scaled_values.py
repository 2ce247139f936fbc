"""A bound must hold at every magnitude of what it speaks of: small and large leaves show what generic ones hide."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.judge.verdict import rule
from symdl.language.reader import read_line
from symdl.problem import load_problem
from symdl.tensor.elaborate import sequents

PROBLEM = r"""
given = ['c = A e', 'm = \frac{1}{n} \sum_i e_i', '\kappa = \|A\|_2 \|A^{-1}\|_2']
assume = ['A \text{ invertible}']
[symbols]
A = "n n"
e = "n"
"""
FALSE = [r"\|e\| \le \kappa \|c\|", r"\|e\| \le \|A\|_2 \|c\|", r"\|c\| \le \|A\|_2^2 \|e\|"]
FALSE += [r"m^2 \le \frac{4}{n^2} \|e\|^2", r"\|e\|_1 \le 2 \|e\|_2"]  # they hold at few sizes
TRUE = [r"\|e\| \le \|A^{-1}\|_2 \|c\|", r"\|c\| \le \|A\|_F \|e\|", r"\|A\|_2 \|e\| \le \kappa \|c\|"]
TRUE += [r"0 < \exp(-\|e\|^2)", r"\exp(-\|c\|^2) \le 1"]  # next to nothing is not nothing


@pytest.fixture(scope="module")
def model() -> api.Model:
    return api.Model(load_problem(PROBLEM))


@pytest.mark.parametrize("line", FALSE)
@pytest.mark.parametrize("seed", range(4))
def test_a_bound_that_fails_at_another_magnitude_is_refuted(line: str, seed: int, model: api.Model) -> None:
    found = sequents(read_line(line, model.understanding.scope), model.program)
    assert rule(found[0], seed=seed).status == "refuted"


@pytest.mark.parametrize("line", TRUE)
def test_a_bound_that_scales_holds(line: str, model: api.Model) -> None:
    found = sequents(read_line(line, model.understanding.scope), model.program)
    assert rule(found[0], seed=1).holds
