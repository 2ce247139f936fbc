"""A solution in Python: its forms in LaTeX, its steps, its evidence, and how a notebook shows it."""

from __future__ import annotations

import pytest

import symdl
from symdl.errors import UsageError
from symdl.language.reader import read_line
from symdl.solution.evidence import Evidence
from symdl.solution.face import weakest


@pytest.fixture(scope="module")
def solution() -> symdl.solution.step.Solution:  # type: ignore[name-defined]
    return symdl.derive("logistic-regression")


def test_latex_in_each_notation(solution) -> None:  # type: ignore[no-untyped-def]
    first, second = solution.latex().splitlines()
    assert first == r"\nabla_w L = \frac{1}{B} X^\top (p - y)"
    assert second.startswith(r"\nabla_w^2 L = ")
    assert len(solution.latex("both").splitlines()) == 4
    assert r"\sum_i" in solution.latex("index")
    with pytest.raises(UsageError, match="notation"):
        solution.latex("matrices")


def test_latex_reads_back(solution) -> None:  # type: ignore[no-untyped-def]
    scope = symdl.api.Model(solution.problem).understanding.scope  # type: ignore[attr-defined]
    for line in solution.latex("both").splitlines():
        assert read_line(line, scope).node is not None


def test_steps_come_once_and_in_order(solution) -> None:  # type: ignore[no-untyped-def]
    lines = [s.line for s in solution.steps]
    assert len(lines) == len(set(lines)) >= 4
    assert all(s.because and s.evidence.holds for s in solution.steps)


def test_evidence_is_the_weakest(solution) -> None:  # type: ignore[no-untyped-def]
    assert solution.evidence.status == weakest([r.evidence for r in solution.results]).status
    proved, unchecked = Evidence("proved", "x"), Evidence("unchecked", "y")
    assert weakest([proved, unchecked, None]) is unchecked
    assert weakest([None]) is None


def test_notebook_shows_results_with_evidence(solution) -> None:  # type: ignore[no-untyped-def]
    html, latex = solution._repr_html_(), solution._repr_latex_()
    assert html.count("<tr>") >= 2 and "proved" in html and r"\nabla_w L = " in html
    assert latex.startswith("$$") and latex.endswith("$$") and r"\text{proved}" in latex
    assert "Logistic regression" in str(solution) and "[proved]" in str(solution)


def test_html_escapes_what_authors_write() -> None:
    problem = symdl.Problem(
        title="<script>", symbols={"x": "n"}, given=[r"L = \sum_i x_i^2"], derive=[r"\nabla_x L"], assume=["x_i < 1"]
    )
    html = symdl.derive(problem)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_check_in_python() -> None:
    work = r"$$\nabla_w L = \frac{1}{B} X^\top (p - y)$$ $$\nabla_w^2 L = X^\top \operatorname{diag}(p \odot (1-p)) X$$"
    assert symdl.check(work, "logistic-regression").first_wrong_line == 2
