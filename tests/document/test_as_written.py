"""Formulas that no tree stands for are set as they are written."""

from __future__ import annotations

import pytest

from symdl.document.as_written import typst_as_written
from symdl.document.pdf import pdf
from symdl.errors import SymdlError

FORMULAS = [
    "f(x) = x^3",
    r"n \times c",
    r"\frac{\partial f_{i}}{\partial x_j} \approx \frac{f(x+h) - f(x)}{h}",
    r"O(h^2)",
    r"\sum_{i=1}^{n} a_i, b_{i,k} \in \mathbb{R}^{n}",
    r"\hat{y} = \sigma(w^\top x + b)",
    r"\sqrt{a/b} \le \|x\| + |y|",
    r"x \to \infty",
    r"a \neq b \implies \log a",
]


@pytest.mark.parametrize("latex", FORMULAS)
def test_each_compiles(latex: str) -> None:
    body = typst_as_written(latex)
    page = f'#set document(title: "x")\n#math.equation(alt: "x", ${body}$)'
    assert pdf(page)[:5] == b"%PDF-"


def test_a_slash_stays_a_slash_and_commas_stay_commas() -> None:
    assert typst_as_written("a/b") == r"a \/ b"
    assert typst_as_written(r"\frac{a,b}{c}") == r"frac(a \, b, c)"


def test_unknown_signs_are_refused() -> None:
    with pytest.raises(SymdlError):
        typst_as_written(r"\heartsuit x")
