"""Readings that students rely on: a sum after a logarithm, powers of a declared square, ranges from the sum before."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import load_problem

PROBLEM = r"""
given = ['\pi = \operatorname{softmax}(\theta)', 'e = R - \theta', 'S = \sum_i x_i']
assume = ['x_i > 0', '\lambda > 0', '\sigma^2 > 0']
[symbols]
R = "A"
'\theta' = "A"
x = "n"
'\lambda' = ""
'\sigma^2' = ""
"""

RIGHT = [
    r"\sum_i x_i \log\lambda = \log\lambda \sum_i x_i",
    r"\log \frac{1}{n} \sum_i x_i = \log S - \log n",  # rule 5: the logarithm takes the sum
    r"\sum_i (1 + x_i) = \sum_i x_i + \sum_i 1",
    r"(\sigma^2)^2 = \sigma^4",
    r"\frac{1}{\sigma^2} = \sigma^{-2}",
    r"\sum_a \pi_a = 1",  # π is what `given` defines, not 3.14…
    r"\sum_a R_a = \sum_a e_a + \sum_a \theta_a",
]
WRONG = [
    r"\sum_i x_i \log\lambda = \log\lambda + \log\lambda \sum_i x_i",
    r"\log \frac{1}{n} \sum_i x_i = \log S + \log n",
    r"\sum_i (1 + x_i) = \sum_i x_i + 2 \sum_i 1",
    r"\sigma^2 = \sigma^4",
    r"\frac{1}{\sigma^2} = \sigma^{-4}",
    r"\sum_a \pi_a = \pi_1",
]


@pytest.fixture(scope="module")
def model() -> api.Model:
    return api.Model(load_problem(PROBLEM))


@pytest.mark.parametrize("line", RIGHT)
def test_a_right_line_holds(line: str, model: api.Model) -> None:
    assert api.check(f"$${line}$$", model).verdict == "correct"


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_refuted(line: str, model: api.Model) -> None:
    assert api.check(f"$${line}$$", model).verdict == "wrong"


OTHERS = r"""
given = [
  'x_0 = a', 'x_t = x_{t-1} - \eta A x_{t-1}', 'x^\star = A^{-1} b',
  'f(z) = \begin{cases} z & z > 0 \\ \eta z & z \le 0 \end{cases}',
  'p_i = \sum_j P_{ij}',
]
assume = ['A \text{ invertible}', 'A = A^\top', 'P_{ij} > 0', '\sum_{i,j} P_{ij} = 1', '\eta > 0']
[symbols]
x = "0..T n"
A = "n n"
b = "n"
a = "n"
'\eta' = ""
P = "k m"
"""


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"A x^\star = b", "correct"),
        (r"A x^\star = 2 b", "wrong"),
        (r"f'(z) = \begin{cases} 1 & z > 0 \\ \eta & z < 0 \end{cases}", "correct"),  # z is the parameter of f
        (r"f'(z) = \begin{cases} 1 & z > 0 \\ 1 & z < 0 \end{cases}", "wrong"),
        (r"\sum_i p_i = 1", "correct"),
        (r"\sum_i p_i^2 = 1", "wrong"),
        (r"x_t = (I - \eta A)^{t-1} a", "wrong"),
    ],
)
def test_names_with_marks_parameters_and_laws_of_matrices(line: str, verdict: str) -> None:
    assert api.check(f"$${line}$$", api.Model(load_problem(OTHERS))).verdict == verdict
