r"""Corrections: the student's own line, with the smallest part changed, in their names, macros and signs."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import load_problem
from tests.marking.test_corpus import ALL, FULL, Work, model

RIDGE = api.Model(
    load_problem(r"""
given = ['r = X w - y', 'J = \frac{1}{2} \|r\|^2 + \frac{\lambda}{2} \|w\|^2']
assume = ['\lambda > 0']
[symbols]
X = "m n"
w = "n"
y = "m"
'\lambda' = ""
[aliases]
'\mathcal{L}' = "J"
""")
)
MACROS = r"""\newcommand{\dd}[2]{\frac{\partial #1}{\partial #2}}\newcommand{\bX}{\mathbf{X}}
\newcommand{\vc}[1]{\mathbf{#1}}\newcommand{\tran}{^\top}"""
LINES = [
    (
        r"\dd{\mathcal L}{\bm w} = \bX^T (\bX \vc{w} - \vc y) - \lambda \cdot w",
        r"\dd{\mathcal L}{\bm w} = \bX^T (\bX \vc{w} - \vc y) + \lambda \cdot w",
    ),
    (r"\nabla_w J = \bX\tran (\bX w + y) + \lambda\,w", r"\nabla_w J = \bX\tran (\bX w - y) + \lambda\,w"),
    (r"\nabla_w J = \bX\tran (\bX w - y)", r"\nabla_w J = \bX\tran (\bX w - y) + \lambda w"),
    (r"\nabla_w J = \bX (\bX w - y) + \lambda w", r"\nabla_w J = \bX^\top (\bX w - y) + \lambda w"),
    (
        r"\nabla_w J = X^{\mathsf T} X w - X y + \lambda w",
        r"\nabla_w J = X^{\mathsf T} X w - X^{\mathsf T} y + \lambda w",
    ),
    (r"J = \dfrac12 \lVert r\rVert + \dfrac\lambda2 w^Tw", r"J = \dfrac12 \lVert r\rVert^2 + \dfrac\lambda2 w^Tw"),
    (
        r"J &= \tfrac12 r^\intercal r + \lambda w^\intercal w",
        r"J = \tfrac12 r^\intercal r + \tfrac{\lambda}{2} w^\intercal w",
    ),
]


def corrected(line: str, before: str = "") -> str | None:
    text = MACROS + r"\begin{align}" + before + line + r"\end{align}"
    mistake = next(r.mistake for r in api.check(text, RIDGE).lines if r.mistake is not None)
    return mistake.correction


@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_what_is_right_of_a_line_stays_as_it_was_written(line: str, wanted: str) -> None:
    assert corrected(line) == wanted


def test_a_line_that_goes_on_is_corrected_as_one_that_goes_on() -> None:
    before = r"\nabla_w J &= X^T r + \lambda w \\ &"
    assert corrected(r"= X^TXw + X^Ty + \lambda w", before) == r"= X^TXw - X^Ty + \lambda w"


def test_a_chain_is_corrected_where_it_is_wrong_and_ends_there() -> None:
    line = r"\nabla_w J = X^T r + \lambda w = X^T (Xw + y) + \lambda w"
    assert corrected(line) == r"\nabla_w J = X^T r + \lambda w = X^T (Xw - y) + \lambda w"


WRONG = [w for w in ALL if w.line is not None]


@pytest.mark.parametrize("work", WRONG if FULL else WRONG[::17], ids=lambda w: w.name)
def test_a_corrected_line_holds_in_the_place_of_the_wrong_one(work: Work) -> None:
    problem = model(work.problem)
    report = api.check(work.text, problem, kind=work.format)
    wrong = next(r for r in report.lines if r.number == report.first_wrong_line)
    assert wrong.mistake is not None
    if wrong.mistake.correction is None or wrong.mistake.kind == "assumption":
        return
    text = work.text[: wrong.work.start] + wrong.mistake.correction + work.text[wrong.work.end :]
    again = api.check(text, problem, kind=work.format)
    assert next(r for r in again.lines if r.number == wrong.number).step.holds, wrong.mistake.correction
