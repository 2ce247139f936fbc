"""Expectations whose law moves: the score beside the function, confirmed by values; what has no rule is refused."""

from __future__ import annotations

import pytest

from symdl.api import check, derive
from symdl.calculus.score import MOVES
from symdl.errors import UnsupportedError
from symdl.language.print_latex import latex
from symdl.problem import Problem

NORMAL = (r"x \sim \mathcal{N}(\mu, \sigma^2)",)


def problem(inside: str, random: tuple[str, ...], by: str, assume: tuple[str, ...] = (), **symbols: str) -> Problem:
    return Problem(
        symbols=symbols,
        given=[rf"L = \mathbb{{E}}[{inside}]"],
        random=list(random),
        assume=list(assume),
        derive=[rf"\frac{{\partial L}}{{\partial {by}}}"],
    )


SCALAR = {"x": "", r"\mu": "", r"\sigma": ""}
CASES = [
    (r"x^3", NORMAL, r"\mu", (r"\sigma > 0",), SCALAR, r"\frac{\mathbb{E}[x^3 (x - \mu)]}{\sigma^2}"),
    (r"\tanh(x)", NORMAL, r"\mu", (r"\sigma > 0",), SCALAR, r"\frac{\mathbb{E}[\tanh(x) (x - \mu)]}{\sigma^2}"),
    (r"\exp(x)", NORMAL, r"\mu", (r"\sigma > 0",), SCALAR, r"\frac{\mathbb{E}[\exp(x) (x - \mu)]}{\sigma^2}"),
    (r"x \mu", (r"x \sim \mathcal{N}(\mu, 1)",), r"\mu", (), {"x": "", r"\mu": ""}, None),
    (r"x^2", NORMAL, r"\sigma", (r"\sigma > 0",), SCALAR, None),
    (r"R m", (r"m \sim \mathrm{Bernoulli}(q)",), "q", ("q > 0", "q < 1"), {"m": "", "q": "", "R": ""}, None),
    (
        r"x^2",
        (r"x \sim \mathrm{Exponential}(\lambda)",),
        r"\lambda",
        (r"\lambda > 0",),
        {"x": "", r"\lambda": ""},
        None,
    ),
    (
        r"\sum_i a_i x_i^2",
        (r"x_i \text{ iid}", r"x_i \sim \mathcal{N}(\mu_i, \sigma^2)"),
        r"\mu",
        (r"\sigma > 0",),
        {"x": "n", r"\mu": "n", r"\sigma": "", "a": "n"},
        None,
    ),
]


@pytest.mark.parametrize(("inside", "random", "by", "assume", "symbols", "wanted"), CASES)
def test_the_score_stands_beside_the_function(
    inside: str, random: tuple[str, ...], by: str, assume: tuple[str, ...], symbols: dict[str, str], wanted: str | None
) -> None:
    (found,) = derive(problem(inside, random, by, assume, **symbols)).results
    assert found.evidence.status in ("proved", "supported")
    assert found.steps[-1].rule == "score-function"
    assert MOVES in found.steps[-1].because
    if wanted is not None:
        assert latex(found.matrix) == wanted


def test_a_name_that_is_no_parameter_takes_the_plain_rule() -> None:
    source = problem("R m", (r"m \sim \mathrm{Bernoulli}(q)",), "R", ("q > 0", "q < 1"), m="", q="", R="")
    (found,) = derive(source).results
    assert latex(found.matrix) == r"\mathbb{E}[m]"
    assert found.steps[-1].rule == "under-expectation"


@pytest.mark.parametrize(
    ("random", "symbols", "said"),
    [
        ((r"x \sim \mathcal{N}(\mu, \Sigma)",), {"x": "n", r"\mu": "n", r"\Sigma": "n n"}, "with a covariance"),
        ((r"x_i \sim \mathcal{N}(\mu_i, 1)",), {"x": "n", r"\mu": "n"}, "may depend on each other"),
    ],
)
def test_what_has_no_rule_is_refused(random: tuple[str, ...], symbols: dict[str, str], said: str) -> None:
    with pytest.raises(UnsupportedError, match=said):
        derive(problem(r"\sum_i x_i^2", random, r"\mu", (), **symbols))


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"\mathbb{E}[\tanh(x) \frac{x - \mu}{\sigma^2}]", "correct"),
        (r"\mathbb{E}[1 - \tanh^2(x)]", "correct"),
        (r"\mathbb{E}[\tanh(x) \frac{x - \mu}{\sigma}]", "wrong"),
        (r"\mathbb{E}[\tanh(x)]", "wrong"),
    ],
)
def test_both_ways_to_such_a_gradient_are_marked_right(line: str, verdict: str) -> None:
    source = problem(r"\tanh(x)", NORMAL, r"\mu", (r"\sigma > 0",), **SCALAR)
    assert check(rf"\[ \frac{{\partial L}}{{\partial \mu}} = {line} \]", source).verdict == verdict
