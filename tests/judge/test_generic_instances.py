"""What nobody stated must not hold of the instances that the judge draws: abstract functions, stated covariances."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import Problem

UNCORRELATED = Problem(symbols={"x": "n"}, random=[r"\mathbb{E}[x] = 0", r"\operatorname{Cov}(x) = I"])
COVARIANCE = Problem(
    symbols={"x": "n", r"\mu": "n", r"\Sigma": "n n", "A": "n n"},
    random=[r"\mathbb{E}[x] = \mu", r"\operatorname{Cov}(x) = \Sigma"],
)
SMOOTH = Problem(symbols={"x": "n"}, given=[r"f : \mathbb{R}^n \to \mathbb{R}"])


@pytest.mark.parametrize(
    ("problem", "right", "wrong"),
    [
        (UNCORRELATED, r"\mathbb{E}[x_1 x_2] = 0", r"\mathbb{E}[x_1^2 x_2^2] = 1"),
        (UNCORRELATED, r"\mathbb{E}[\|x\|^2] = n", r"\mathbb{E}[x_1^3] = 0"),
        (
            COVARIANCE,
            r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A \Sigma) + \mu^\top A \mu",
            r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A \Sigma)",
        ),
        (COVARIANCE, r"\mathbb{E}[x x^\top] = \Sigma + \mu \mu^\top", r"\mathbb{E}[x x^\top] = \Sigma - \mu \mu^\top"),
        (SMOOTH, r"\nabla^2 f(x) = (\nabla^2 f(x))^\top", r"\det(\nabla^2 f(x)) = 0"),
        (
            SMOOTH,
            r"\operatorname{tr} \nabla^2 f(x) = \sum_i (\nabla^2 f(x))_{ii}",
            r"\operatorname{rank} \nabla^2 f(x) = n",
        ),
        (SMOOTH, r"f(x) = f(x)", r"\det(\nabla^2 f(x)) \neq 0"),
        (SMOOTH, r"\|\nabla f(x)\|^2 \ge 0", r"\|\nabla^2 f(x)\|_F^2 > 0"),
    ],
)
def test_only_what_is_stated_holds(problem: Problem, right: str, wrong: str) -> None:
    report = api.check(rf"\[ {right} \] \[ {wrong} \]", problem)
    assert report.lines[0].truth.holds
    assert report.first_wrong_line == 2


def test_a_joint_distribution_is_drawn() -> None:
    problem = Problem(
        symbols={"p": "m n"}, given=[r"a_i = \sum_j p_{ij}"], assume=["p_{ij} > 0", r"\sum_{i,j} p_{ij} = 1"]
    )
    report = api.check(r"\[ \sum_i a_i = 1 \] \[ \sum_i a_i^2 = 1 \]", problem)
    assert report.lines[0].truth.holds
    assert report.first_wrong_line == 2
