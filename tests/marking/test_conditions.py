"""Setting a derivative to zero is a condition for what follows; rows may begin with an arrow."""

from __future__ import annotations

from symdl import api
from symdl.marking.check import Report
from symdl.solution.evidence import REFUTED

GRADIENT = r"\nabla_w L &= X^\top (X w - y) \\ "


def marked(rows: str, problem: str = "least-squares-normal-eq") -> Report:
    return api.check(rf"\begin{{align}} {rows} \end{{align}}", problem)


def test_rows_that_begin_with_an_arrow_conclude_from_the_condition_above() -> None:
    rows = GRADIENT + r"\nabla_w L &= 0 \\ \Rightarrow X^\top X w &= X^\top y \\ \implies w &= (X^\top X)^{-1} X^\top y"
    report = marked(rows)
    assert report.first_wrong_line is None and all(r.step.holds for r in report.lines)
    assert "condition" in report.lines[1].read_as
    wrong = marked(rows.replace("(X^\\top X)^{-1}", "(2 X^\\top X)^{-1}"))
    assert wrong.first_wrong_line == 4


def test_words_may_announce_the_condition() -> None:
    work = r"\[ \nabla_w L = X^\top (X w - y) \] Setting it to zero: \[ X^\top (X w - y) = 0 \]"
    work += r" \[ X^\top X w = X^\top y \]"
    assert api.check(work, "least-squares-normal-eq").first_wrong_line is None
    wrong = work.replace(r"\[ X^\top X w = X^\top y \]", r"\[ X^\top X w = 2 X^\top y \]")
    assert api.check(wrong, "least-squares-normal-eq").first_wrong_line == 3


def test_a_gradient_claimed_to_vanish_is_wrong() -> None:
    assert marked(r"\nabla_w L &= 0 \\ \nabla_w^2 L &= X^\top X").first_wrong_line == 1


def test_an_arrow_from_a_wrong_claim_proves_nothing() -> None:
    rows = r"\frac{\partial L}{\partial Z} &= P - Y \\ \implies \frac{\partial L}{\partial W} &= 2 X^\top (P - Y)"
    report = marked(rows, "softmax-ce-grad")
    assert [r.step.status for r in report.lines] == [REFUTED, REFUTED]
    follows = marked(rows.replace("2 X", "X"), "softmax-ce-grad")
    assert follows.lines[1].step.holds and follows.lines[1].truth.status == REFUTED


def test_a_definition_is_marked_in_what_was_read() -> None:
    report = marked(r"\delta &= \frac{1}{B} (P - Y)", "softmax-ce-grad")
    assert report.lines[0].read_as.startswith(r"\delta := ")
