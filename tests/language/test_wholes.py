"""Names as a whole, bars in pairs, indicators, categories: what the reader makes of them, and what it must refuse."""

from __future__ import annotations

import pytest

import symdl

PROBLEM = symdl.Problem(
    symbols={"x": "n", "y": "n", "a": "m", "b": "m", "w": "n", "s": ""},
    given=[
        r"p = \mathrm{Categorical}(a)",
        r"q = \mathrm{Categorical}(b)",
        r"P(y \mid x) = \exp(-\sum_i (y_i - w_i x_i)^2)",
        r"f(x) = w^\top x",
    ],
    assume=["a_k > 0", "b_k > 0"],
)


def status(*lines: str) -> str:
    return symdl.check("\n\n".join(f"$${line}$$" for line in lines), PROBLEM).lines[-1].step.status


@pytest.mark.parametrize(
    "lines",
    [
        [r"-\log P(y \mid x) = \sum_i (y_i - w_i x_i)^2"],
        [r"h(f, x) = \frac{|w^\top x|}{||w||}", r"h(f, x)^2 = \frac{f(x)^2}{w^\top w}"],
        [r"\mathrm{KL}(p \| q) = \sum_k p(k) \log \frac{p(k)}{q(k)}"],
        [r"||x||_2^2 = x^\top x"],
        [r"\mid \mid x \mid \mid^2 = x^\top x"],
        [r"\sum_i \mid x_i \mid = \|x\|_1"],
        [r"\max(0, s) = s [s > 0]"],
        [r"\max(0, s) = s \, 1\{s > 0\} = s \, \mathbb{I}[s > 0]"],
    ],
)
def test_holds(lines: list[str]) -> None:
    assert status(*lines) in ("proved", "supported")


@pytest.mark.parametrize(
    "lines",
    [
        [r"\log P(y \mid x) = \sum_i (y_i - w_i x_i)^2"],
        [r"h(f, x) = \frac{|w^\top x|}{||w||}", r"h(f, x) = \frac{f(x)^2}{w^\top w}"],
        [r"\mathrm{KL}(p \| q) = \sum_k q(k) \log \frac{p(k)}{q(k)}"],
        [r"||x|| = x^\top x"],
        [r"\max(0, s) = s [s < 0]"],
    ],
)
def test_mutants_are_refuted(lines: list[str]) -> None:
    assert status(*lines) == "refuted"


@pytest.mark.parametrize(
    "lines",
    [
        [r"P(x \mid y) = \exp(-\sum_i (y_i - w_i x_i)^2)", r"P(w \mid y) = 1"],  # other names, no calls of P
        [r"\log P(x \mid y) = \sum_i (y_i - w_i x_i)^2"],
        [r"|x|^2 = x^\top x"],  # entry by entry, or a length?
    ],
)
def test_nothing_is_guessed(lines: list[str]) -> None:
    assert status(*lines) != "refuted"
