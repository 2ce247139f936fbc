"""Kinks, ties, roots and assumptions are said by the step that meets them; where there are none, nothing is."""

from __future__ import annotations

import pytest

from symdl.api import derive
from symdl.problem import Problem


def reasons(formula: str, of: str = "L", assume: tuple[str, ...] = (), **more: str) -> str:
    symbols = {"x": "n", "a": "n", r"\epsilon": "", "c": "", **more}
    given = [formula] if " = " in formula else [f"L = {formula}"]
    target = rf"\frac{{\partial {of}}}{{\partial x}}"
    problem = Problem(symbols=symbols, given=given, assume=list(assume), derive=[target])
    return " ".join(s.because for s in derive(problem).steps)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (r"\sum_i \operatorname{relu}(x_i)", "away from the kinks of relu"),
        (r"\sum_i |x_i|", "away from the kinks of abs"),
        (r"\max_i x_i", "away from ties of the max"),
        (r"\sum_i \max(0, 1 - a_i x_i)", "away from ties of the max"),
        (r"\sum_i \operatorname{clip}(x_i, 0, 1)", "away from the kinks of clip"),
        (r"\|x\|", "where what stands under the root is not zero"),
        (r"\sum_i \sqrt{x_i}", "where what stands under the root is positive"),
        (r"x_1 \operatorname{argmax}(x)", "away from ties of the argmax"),
        (r"\sum_i \begin{cases} x_i^2 & x_i > 0 \\ x_i & \text{otherwise} \end{cases}", "where the cases meet"),
        (r"\sum_i x_i \mathbb{1}[x_i > 0]", "away from where a bracket jumps"),
    ],
)
def test_it_is_said(formula: str, said: str) -> None:
    assert said in reasons(formula)


@pytest.mark.parametrize(
    "formula",
    [
        r"\sum_i a_i \operatorname{softmax}(x)_i",
        r"\operatorname{logsumexp}(x)",
        r"\|x\|^2",
        r"\sqrt{1 + \|x\|^2}",
        r"\sum_i \sqrt{c^2 x_i^2 + \exp(a_i)}",
        r"\sum_{i \neq j} x_i x_j",
    ],
)
def test_where_there_is_none_nothing_is_said(formula: str) -> None:
    assert "away" not in reasons(formula)
    assert "under the root" not in reasons(formula)


def test_an_assumption_decides_whether_a_root_may_be_zero() -> None:
    formula = r"\sqrt{\epsilon + \|x\|^2}"
    assert "under the root" not in reasons(formula, assume=(r"\epsilon > 0",))
    assert "is not zero" in reasons(formula, assume=(r"\epsilon \ge 0",))
    assert "is positive" in reasons(formula)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (r"y_i = \operatorname{relu}(x_i)", "away from the kinks of relu"),
        (r"y = \frac{x}{\|x\|}", "where what stands under the root is not zero"),
    ],
)
def test_a_jacobian_says_it_too(formula: str, said: str) -> None:
    assert said in reasons(formula, of="y")


def test_an_assumption_that_served_is_said_and_no_other() -> None:
    formula = r"-\sum_i a_i \log \operatorname{softmax}(x)_i"
    assert r"using $\sum_i a_i = 1$" in reasons(formula, assume=(r"\sum_i a_i = 1",))
    assert "using" not in reasons(r"\sum_i a_i x_i", assume=(r"\sum_i a_i = 1",))
    assert "using" not in reasons(formula)
