"""Diagnosis: the kind of a slip, and a corrected line that is right and clean."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import load_problem

RIDGE = api.Model(
    load_problem(r"""
given = ['r = X w - y', 'J = \frac{1}{2} \|r\|^2 + \frac{\lambda}{2} \|w\|^2']
assume = ['\lambda > 0']
[symbols]
X = "m n"
w = "n"
y = "m"
'\lambda' = ""
""")
)
SLIPS = [
    (r"\nabla_w J = X^\top r - \lambda w", "sign", r"\nabla_w J = X^\top r + \lambda w"),
    (r"\nabla_w J = 2 X^\top r + 2 \lambda w", "factor", r"\nabla_w J = X^\top r + \lambda w"),
    (r"\nabla_w J = \frac{1}{m} X^\top r + \lambda w", "mean", r"\nabla_w J = X^\top r + \lambda w"),
    (r"\nabla_w J = X^\top r + w", "scale", r"\nabla_w J = X^\top r + \lambda w"),
    (r"\nabla_w J = X r + \lambda w", "transpose", r"\nabla_w J = X^\top r + \lambda w"),
    (r"\nabla_w J = r X^\top + \lambda w", "order", r"\nabla_w J = X^\top r + \lambda w"),
    (r"\nabla_w J = X^\top r", "chain-rule", r"\nabla_w J = X^\top r + \lambda w"),
    (r"\frac{\partial J}{\partial w_j} = \sum_i X_{ji} r_i + \lambda w_j", "index", None),
    (r"J = \frac{1}{2} \|r\| + \frac{\lambda}{2} \|w\|^2", "exponent", None),
    (r"\nabla_w J = X^\top w", "shape", None),
]


@pytest.mark.parametrize(("line", "kind", "correction"), SLIPS)
def test_a_slip_is_named_and_put_right(line: str, kind: str, correction: str | None) -> None:
    report = api.check(f"$${line}$$", RIDGE)
    assert report.first_wrong_line == 1
    mistake = report.lines[0].mistake
    assert mistake is not None
    assert mistake.kind == kind
    if correction is not None:
        assert mistake.correction == correction
    if mistake.correction is not None:
        assert api.check(f"$${mistake.correction}$$", RIDGE).lines[0].truth.holds


def test_an_assumption_that_is_missing_is_named() -> None:
    model = api.Model(load_problem('given = [\'f = x^\\top A x\']\n[symbols]\nA = "n n"\nx = "n"\n'))
    mistake = api.check(r"$$\nabla_x f = 2 A x$$", model).lines[0].mistake
    assert mistake is not None
    assert mistake.kind == "assumption"
    assert "symmetric" in mistake.explanation


def test_a_chain_goes_on_after_a_line_that_does_not_type_check() -> None:
    text = "\\begin{align}\n\\nabla_w J &= X r + \\lambda w \\\\\n&= X^\\top (X w - y) + \\lambda w\n\\end{align}"
    report = api.check(text, RIDGE)
    assert report.first_wrong_line == 1
    assert report.lines[1].truth.holds


def test_after_an_unreadable_line_what_does_not_hold_is_not_held_against_the_student() -> None:
    text = "\\begin{align}\n\\nabla_w J &= \\mystery{X} \\\\\n&= 3 X^\\top r\n\\end{align}"
    report = api.check(text, RIDGE)
    assert [r.step.status for r in report.lines] == ["unchecked", "unchecked"]
    assert report.verdict == "unchecked"
