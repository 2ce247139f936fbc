"""Gradients under expectations: reparameterised ones are made and said; a law that moves is refused, never zero."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.engine import derive
from symdl.errors import UnsupportedError
from symdl.judge.verdict import rule
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.solution.step import Result
from symdl.tensor.elaborate import sequents
from tests.tensor.kinds import Texts, made, status

SYMBOLS = {r"\mu": "n", r"\epsilon": "n", r"\sigma": "", "w": "n", "W": "n n", "x": "n", "z": "n", "J": "", "m": "n"}
NOISE: Texts = {"symbols": SYMBOLS, "random": [r"\epsilon \sim \mathcal{N}(0, I)"], "given": []}
MOVING: Texts = {"symbols": SYMBOLS, "random": [r"x \sim \mathcal{N}(\mu, I)"], "given": []}


def worked(texts: Texts, given: list[str], target: str) -> tuple[Texts, Result]:
    whole = {**texts, "given": given}
    u, program = made(whole)
    return whole, derive(u, program, (read_line(target, u.scope, role="target"),)).results[0]


def by(x: str, of: str = "J") -> str:
    return rf"\frac{{\partial {of}}}{{\partial {x}}}"


SQUARE = [r"J = \mathbb{E}[\|\mu + \sigma \epsilon\|^2]"]
NAMED = [r"z = \mu + \sigma \epsilon", r"J = \mathbb{E}[(w^\top z)^2] + w^\top w"]
MATRIX = [r"z = W \epsilon + \mu", r"J = \frac{1}{2} \mathbb{E}[\|z - w\|^2]"]
DONE = [
    (NOISE, SQUARE, r"\mu", r"2 \mathbb{E}[\mu + \sigma \epsilon]", r"2 \mu"),
    (NOISE, SQUARE, r"\sigma", r"2 \mathbb{E}[\epsilon^\top (\mu + \sigma \epsilon)]", r"2 n \sigma"),
    (NOISE, NAMED, "w", None, r"2 (\mu^\top w) \mu + 2 \sigma^2 w + 2 w"),
    (NOISE, NAMED, r"\mu", None, r"2 (\mu^\top w) w"),
    (NOISE, MATRIX, "W", None, r"W"),
    (NOISE, MATRIX, r"\mu", None, r"\mu - w"),
    (MOVING, [r"J = \mathbb{E}[(w^\top x)^2]"], "w", None, r"2 (\mu^\top w) \mu + 2 w"),
]


@pytest.mark.parametrize(("texts", "given", "x", "form", "known"), DONE, ids=[f"{c[1][-1]} {c[2]}" for c in DONE])
def test_a_gradient(texts: Texts, given: list[str], x: str, form: str | None, known: str) -> None:
    whole, r = worked(texts, given, by(x))
    assert r.matrix is not None
    got = latex(r.matrix)
    assert form in (None, got)
    assert r.steps[-1].rule == "under-expectation"
    assert "under the expectation" in r.steps[-1].because
    for line in (*(s.line for s in r.steps), r.index):
        assert status(whole, latex(line)) in ("proved", "supported")
    assert status(whole, f"{got} = {known}") in ("proved", "supported")
    assert status(whole, f"{got} = 2 ({known})") == "refuted"


def test_what_is_no_polynomial_is_not_refuted() -> None:
    symbols = {r"\mu": "", r"\epsilon": "", r"\sigma": "", "J": ""}
    texts: Texts = {"symbols": symbols, "random": [r"\epsilon \sim \mathcal{N}(0, 1)"]}
    for x in (r"\mu", r"\sigma"):
        whole, r = worked(texts, [r"J = \mathbb{E}[\tanh(\mu + \sigma \epsilon)]"], by(x))
        assert r.matrix is not None
        assert "tanh" in latex(r.matrix)
        u, program = made(whole)
        for q in sequents(read_line(latex(r.index), u.scope, role="show"), program):
            found = rule(q, seed=7)
            assert found.status != "refuted"
            assert "one canonical form" in found.how


def test_by_nodes_of_gauss_and_hermite() -> None:
    """E[tanh(μ + σ ε)] by μ: what is printed against differences of the integral itself."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()

    def j(mu: float) -> float:
        return float(weights @ np.tanh(mu + 0.7 * nodes))

    slope = float(weights @ (1 - np.tanh(0.3 + 0.7 * nodes) ** 2))
    assert slope == pytest.approx((j(0.3 + 1e-5) - j(0.3 - 1e-5)) / 2e-5, rel=1e-6)
    texts: Texts = {"symbols": {r"\mu": "", r"\epsilon": "", r"\sigma": "", "J": ""},
                    "random": [r"\epsilon \sim \mathcal{N}(0, 1)"]}  # fmt: skip
    _, r = worked(texts, [r"J = \mathbb{E}[\tanh(\mu + \sigma \epsilon)]"], by(r"\mu"))
    assert r.matrix is not None
    assert latex(r.matrix) == r"\mathbb{E}[1 - \tanh^2(\mu + \sigma \epsilon)]"


REFUSED = [
    (NOISE, NAMED, by("z"), "what an expectation is over"),
    (NOISE, SQUARE, by(r"\epsilon"), "what an expectation is over"),
]


@pytest.mark.parametrize(("texts", "given", "target", "why"), REFUSED, ids=[f"{c[1][-1]} {c[2]}" for c in REFUSED])
def test_by_what_is_averaged_over_is_refused(texts: Texts, given: list[str], target: str, why: str) -> None:
    with pytest.raises(UnsupportedError, match=why):
        worked(texts, given, target)


MOVED = [
    (MOVING, [r"J = \mathbb{E}[\|x\|^2]"], by(r"\mu")),
    (MOVING, [r"J = w^\top w + \mathbb{E}[\|x\|^2]"], by(r"\mu")),
    (MOVING, [r"z = W x", r"J = \mathbb{E}[\|z\|^2]"], by(r"\mu")),
    ({**MOVING, "random": [r"x \sim \mathcal{N}(m, I)"]}, [r"m = W w", r"J = \mathbb{E}[\|x\|^2]"], by("W")),
    (MOVING, [r"J = \mathbb{E}[\|x\|^2]"], r"\frac{\partial^2 J}{\partial \mu \partial \mu^\top}"),
]


@pytest.mark.parametrize(("texts", "given", "target"), MOVED, ids=[f"{c[1][-1]} {c[2]}" for c in MOVED])
def test_a_law_that_moves_has_a_score(texts: Texts, given: list[str], target: str) -> None:
    whole, r = worked(texts, given, target)
    u, program = made(whole)
    for q in sequents(read_line(latex(r.index), u.scope, role="show"), program):
        assert rule(q, seed=7).status in ("proved", "supported")


def test_outside_an_expectation_data_are_fixed() -> None:
    _, r = worked(MOVING, [r"J = \|x - \mu\|^2"], by(r"\mu"))
    assert r.matrix is not None
    assert latex(r.matrix) in (r"-2 (x - \mu)", r"2 (\mu - x)")


def test_a_differential_leaves_out_what_is_averaged_over() -> None:
    whole, r = worked(NOISE, [r"J = \mathbb{E}[(w^\top (\mu + \epsilon))^2]"], "dJ")
    assert r.matrix is not None
    assert "\\mathrm{d} \\mu" in latex(r.matrix)
    assert "\\mathrm{d} \\epsilon" not in latex(r.matrix)
    assert status(whole, latex(r.index)) in ("proved", "supported")
    with pytest.raises(UnsupportedError, match="in one place only"):
        worked(NOISE, [r"z = \mu + \epsilon", r"J = \mathbb{E}[(w^\top z)^2] + z^\top z"], "dJ")
