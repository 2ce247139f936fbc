"""Layouts: a file in the other layout throughout gets a note; a single transposed line is a mistake."""

from __future__ import annotations

from symdl import api
from symdl.problem import load_problem

MODEL = api.Model(
    load_problem(r"""
given = ['r = A x - b', 'L = \frac{1}{2} r^\top r', 'u = B r']
derive = ['\frac{\partial L}{\partial x}']
[symbols]
A = "m n"
B = "k m"
x = "n"
b = "m"
""")
)


def test_row_gradients_throughout_get_a_note() -> None:
    text = r"$$\frac{\partial L}{\partial r} = r^\top$$ $$\frac{\partial L}{\partial x} = r^\top A$$"
    report = api.check(text, MODEL)
    assert report.verdict == "correct"
    assert report.notes


def test_transposed_jacobians_throughout_get_a_note() -> None:
    text = r"$$\frac{\partial r}{\partial x} = A^\top$$ $$\frac{\partial u}{\partial r} = B^\top$$"
    report = api.check(text, MODEL)
    assert report.first_wrong_line is None
    assert report.notes


def test_one_line_in_another_layout_is_a_mistake() -> None:
    text = r"$$\frac{\partial L}{\partial r} = r$$ $$\frac{\partial L}{\partial x} = r^\top A$$"
    report = api.check(text, MODEL)
    assert report.first_wrong_line == 2


def test_a_mistake_in_the_other_layout_is_still_found() -> None:
    text = (
        r"$$\frac{\partial L}{\partial r} = r^\top$$ $$\frac{\partial L}{\partial x} = r^\top A$$"
        r"$$\frac{\partial L}{\partial x} = 2 r^\top A$$"
    )
    report = api.check(text, MODEL)
    assert report.first_wrong_line == 3
    assert report.notes
