"""Marks and overrides: points for results and key lines, credit for following through, a person's word."""

from __future__ import annotations

from pathlib import Path

import pytest

from symdl import api
from symdl.errors import UsageError
from symdl.marking.overrides import load_overrides
from symdl.problem import load_problem

MODEL = api.Model(
    load_problem(r"""
given = ['r = X w - y', 'J = \frac{1}{2} \|r\|^2']
derive = ['\nabla_w J']
[symbols]
X = "m n"
w = "n"
y = "m"
[marks]
'\frac{\partial J}{\partial r} = r' = 1
'\nabla_w J' = 3
""")
)


def marks(text: str) -> tuple[float, float]:
    found = api.check(text, MODEL).marks
    return float(found.total), float(found.out_of)


def test_all_points() -> None:
    assert marks(r"$$\frac{\partial J}{\partial r} = r$$ $$\nabla_w J = X^\top r$$") == (4, 4)


def test_a_wrong_result_has_none_of_its_points() -> None:
    assert marks(r"$$\frac{\partial J}{\partial r} = r$$ $$\nabla_w J = X^\top r + w$$") == (1, 4)


def test_what_follows_from_a_mistake_has_credit() -> None:
    text = r"$$\frac{\partial J}{\partial r} = 2 r$$ $$\nabla_w J = X^\top \frac{\partial J}{\partial r} = 2 X^\top r$$"
    report = api.check(text, MODEL)
    assert report.first_wrong_line == 1
    assert (float(report.marks.total), report.marks.flag) == (3, "")


def test_a_mistake_that_makes_the_rest_trivial_is_flagged() -> None:
    text = r"$$\frac{\partial J}{\partial r} = 0$$ $$\nabla_w J = X^\top \frac{\partial J}{\partial r} = 0$$"
    assert api.check(text, MODEL).marks.flag


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_person_may_accept_a_line_or_a_reading(tmp_path: Path) -> None:
    file = write(tmp_path / "o.toml", '[[accept]]\nfile = "a.tex"\nline = 1\nbecause = "as in the lecture"\n')
    text = r"$$\nabla_w J = X^\top r + w$$"
    assert api.check(text, MODEL, name="a.tex", overrides=load_overrides(file)).verdict == "correct"
    assert api.check(text, MODEL, name="b.tex", overrides=load_overrides(file)).verdict == "wrong"
    reading = write(tmp_path / "r.toml", "[[accept]]\nline = 1\nreading = '\\nabla_w J = X^\\top r'\n")
    assert api.check(text, MODEL, overrides=load_overrides(reading)).verdict == "correct"


@pytest.mark.parametrize("text", ["[accept]\nline = 1\n", "[[accept]]\nlin = 1\n", "[[accept]]\nbecause = 'x'\n", "="])
def test_an_overrides_file_with_an_unknown_word_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        load_overrides(write(tmp_path / "o.toml", text))


def test_a_result_with_the_mistake_in_its_own_chain_has_no_points_until_it_is_right() -> None:
    chain = r"\begin{align}\nabla_w J &= 2 X^\top r \\ &= 2 X^\top (X w - y)\end{align}"
    assert marks(chain) == (0, 4)
    assert marks(chain + r"$$\nabla_w J = X^\top r$$") == (3, 4)
