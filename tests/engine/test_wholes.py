"""Differentials and minimisers, each judged; and what cannot be derived says so with a cure."""

from __future__ import annotations

import pytest

from symdl.api import Model, judged
from symdl.engine import derive
from symdl.errors import SymdlError, UnsupportedError, UsageError
from symdl.language.print_latex import latex
from symdl.problem import Problem
from symdl.solution.step import Result


def result(target: str, given: list[str], symbols: dict[str, str], *assume: str) -> Result:
    model = Model(Problem(title="", given=given, symbols=symbols, derive=[target], assume=list(assume)))
    return judged(derive(model.understanding, model.program), model).results[0]


RESIDUAL = ["r = X w - y", r"L = \frac{1}{2 N} \|r\|^2"]
SHAPES = {"X": "N d", "w": "d", "y": "N", "r": "N"}


@pytest.mark.parametrize(
    ("target", "given", "symbols", "assume", "wanted"),
    [
        (
            r"\arg\min_w L",
            [r"L = \|X w - y\|^2 + \lambda \|w\|^2"],
            {"X": "N d", "w": "d", "y": "N", r"\lambda": ""},
            r"\lambda > 0",
            r"(X^\top X + \lambda I)^{-1} X^\top y",
        ),
        (r"\arg\min_w L", RESIDUAL, SHAPES, r"X^\top X \text{ invertible}", r"(X^\top X)^{-1} X^\top y"),
        (
            r"\arg\min_W L",
            [r"L = \|X W - Y\|_F^2 + \lambda \|W\|_F^2"],
            {"X": "N d", "W": "d c", "Y": "N c", r"\lambda": ""},
            r"\lambda > 0",
            r"(X^\top X + \lambda I)^{-1} X^\top Y",
        ),
        ("dL", [r"L = \log \det S"], {"S": "n n"}, r"S \text{ invertible}", r"\operatorname{tr}(S^{-1} \mathrm{d} S)"),
    ],
)
def test_results(target: str, given: list[str], symbols: dict[str, str], assume: str, wanted: str) -> None:
    found = result(target, given, symbols, assume)
    assert found.matrix is not None
    assert latex(found.matrix) == wanted
    assert found.evidence is not None and found.evidence.status in ("proved", "supported")
    assert found.steps[-1].evidence is not None


def test_normal_equations_are_steps() -> None:
    steps = result(r"\arg\min_w L", RESIDUAL, SHAPES, r"X^\top X \text{ invertible}").steps
    assert [s.rule for s in steps] == ["chain-rule", "collect", "stationary-point"]
    assert latex(steps[1].line) == r"\frac{\partial L}{\partial w} = \frac{1}{N} (X^\top X w - X^\top y)"
    assert all(s.evidence is not None and s.evidence.status in ("proved", "supported") for s in steps)


def test_generalised_least_squares_knows_its_symmetric_weight() -> None:
    model = Model(
        Problem(
            title="",
            given=[r"L = (y - X w)^\top S (y - X w)"],
            symbols={"X": "N d", "w": "d", "y": "N", "S": "N N"},
            derive=[r"\arg\min_w L"],
            assume=[r"S \succ 0"],
        )
    )
    found = derive(model.understanding, model.program).results[0]
    assert found.matrix is not None
    assert latex(found.matrix) == r"(X^\top S X)^{-1} X^\top S y"


def test_a_differential_names_the_adjoints_it_uses() -> None:
    given = [r"H = \tanh(X W)", r"Z = H V", r"P = \operatorname{softmax}(Z)", r"L = -\sum_{i,k} Y_{ik} \log P_{ik}"]
    found = result("dL", given, {"X": "N n", "W": "n h", "V": "h c", "Y": "N c"}, r"\sum_k Y_{ik} = 1")
    assert found.matrix is not None
    named = " ".join(latex(w) for w in found.where)
    for name in "HZ":
        symbol = rf"\frac{{\partial L}}{{\partial {name}}}"
        assert symbol not in latex(found.matrix) or symbol in named


@pytest.mark.parametrize(
    ("target", "given", "symbols", "assume", "kind", "message"),
    [
        (r"\arg\min_w L", [r"L = \sum_i \exp(w_i)"], {"w": "n"}, "w_i > 0", UnsupportedError, "not quadratic"),
        (r"\frac{\partial L}{\partial A}", [r"L = \log \det A"], {"A": "n n"}, r"\det A = 0", UsageError, "singular"),
        (
            r"\frac{\partial L}{\partial k}",
            ["L = p_k"],
            {"p": "n", "k": ""},
            r"k \in \{1,\dots,n\}",
            UsageError,
            "whole numbers",
        ),
        (r"\frac{\partial L}{\partial q}", [r"L = \|x\|^2"], {"x": "n"}, "x_i > 0", SymdlError, "nobody declared"),
    ],
)
def test_bad_input(
    target: str, given: list[str], symbols: dict[str, str], assume: str, kind: type[SymdlError], message: str
) -> None:
    with pytest.raises(kind, match=message):
        result(target, given, symbols, assume)


def test_no_dependence_is_zero_and_proved() -> None:
    found = result(r"\frac{\partial L}{\partial y}", [r"L = \|x\|^2"], {"x": "n", "y": "m"})
    assert found.evidence is not None and found.evidence.status == "proved"
    assert "does not depend" in found.steps[0].because
