"""Canonical names: one spelling, a fixed point, the same from a key and from a formula."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError
from symdl.language.names import canonical, surface_name
from symdl.language.parse import parse

NAMES = [
    ("W_{1}", "W_1"),
    (r"\hat f", r"\hat{f}"),
    (r"\mathbf x", r"\mathbf{x}"),
    ("h_{t-1}", "h_{t-1}"),
    ("h_{ t - 1 }", "h_{t-1}"),
    (r"\sigma^2", r"\sigma^2"),
    (r"\sigma_{x}^{2}", r"\sigma_x^2"),
    ("x^{(i)}", "x^{(i)}"),
    ("W^{[l]}", "W^{[l]}"),
    (r"w^\star", r"w^\star"),
    ("w^*", "w^*"),
    (r"\theta'", r"\theta'"),
    (r"\hat{y}_{i}", r"\hat{y}_i"),
    (r"W_{\text{in}}", r"W_{\mathrm{in}}"),
    (r"W_{\mathrm{in}}", r"W_{\mathrm{in}}"),
    (r"\operatorname{KL}", r"\mathrm{KL}"),
    (r"\bm x", r"\boldsymbol{x}"),
    (r"x_{\alpha i}", r"x_{\alpha i}"),
    ("net", "net"),
    ("net_j", "net_j"),
    (r"\Delta W", r"\Delta W"),
    ("  λ ", r"\lambda"),
]


@pytest.mark.parametrize(("latex", "name"), NAMES)
def test_canonical(latex: str, name: str) -> None:
    assert canonical(latex) == name
    assert canonical(name) == name


@pytest.mark.parametrize(("latex", "name"), [n for n in NAMES if "net" not in n[0]])
def test_a_formula_spells_the_same_name(latex: str, name: str) -> None:
    assert surface_name(parse(latex)) == name


@pytest.mark.parametrize("latex", [r"\frac{a}{b}", "a + b", r"\sqrt{x}", "2", "f(x)"])
def test_not_a_name(latex: str) -> None:
    assert surface_name(parse(latex)) is None
    with pytest.raises(ReadError, match="not a name"):
        canonical(latex)


def test_different_names_stay_different() -> None:
    different = ["w^*", r"w^\star", "W_1", "W^1", r"\hat{W}", r"\bar{W}", "W_{12}", "W_{1,2}", "w", r"\mathbf{w}", "w'"]
    assert len({canonical(n) for n in different}) == len(different)
