"""A missing sum of several factors is named and written: an inner product in a softmax's gradient, half a quadratic."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import load_problem

SOFTMAX = r"""given = ['p = \operatorname{softmax}(z)', 'L = L(p)', 'g = \frac{\partial L}{\partial p}']
[symbols]
z = "n"
"""
ROWS = r"""given = ['P = \operatorname{softmax}(Z)', 'L = L(P)', 'G = \frac{\partial L}{\partial P}']
[symbols]
Z = "m n"
"""
QUADRATIC = r"""given = ['f = \sum_{i,j} A_{ij} x_i x_j + \sum_i b_i x_i']
[symbols]
A = "n n"
x = "n"
b = "n"
"""
CASES = [
    (SOFTMAX, r"\frac{\partial L}{\partial z_i} = p_i g_i", r" - p_i \sum_k p_k g_k"),
    (SOFTMAX, r"\frac{\partial L}{\partial z} = p \odot g", r" - p p^\top g"),
    (ROWS, r"\frac{\partial L}{\partial Z} = P \odot G", r" - P \odot (P \odot G) \mathbf{1} \mathbf{1}^\top"),
    (ROWS, r"\frac{\partial L}{\partial Z_{ij}} = P_{ij} G_{ij}", r" - P_{ij} \sum_k P_{ik} G_{ik}"),
    (QUADRATIC, r"\frac{\partial f}{\partial x_k} = \sum_j A_{kj} x_j + b_k", r" + \sum_j A_{jk} x_j"),
]


@pytest.mark.parametrize(("problem", "line", "missing"), CASES)
def test_a_missing_sum_of_several_factors_is_written(problem: str, line: str, missing: str) -> None:
    model = api.Model(load_problem(problem))
    mistake = api.check(f"$${line}$$", model).lines[0].mistake
    assert mistake is not None
    assert mistake.kind == "chain-rule"
    assert mistake.correction == line + missing
    assert api.check(f"$${mistake.correction}$$", model).lines[0].truth.holds
