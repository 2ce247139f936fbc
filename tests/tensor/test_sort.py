"""Sort and argsort: read, evaluated like NumPy, constant permutation in derivatives, mutants refuted."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.errors import ReadError
from symdl.judge.sample import Sampler
from symdl.judge.settings import Setting
from symdl.language.print_latex import latex
from symdl.language.print_speech import speech
from symdl.language.print_text import text
from symdl.language.print_typst import typst
from symdl.language.reader import read_expression, read_line
from symdl.tensor.program import Sequent
from tests.tensor.kinds import Texts, made, status

SORT: Texts = {
    "symbols": {"x": "n", "X": "m n", "s": "n"},
    "given": [r"s = \operatorname{sort}(x)", r"R = \operatorname{sort}(X)", r"T = \sum_{k=1}^{2} s_{n-k+1}"],
}

RIGHT = [
    (r"\sum_k s_k = \sum_i x_i", "supported"),
    (r"s_1 = \min(x)", "supported"),
    (r"s_n = \max(x)", "supported"),
    (r"s_k \le s_{k+1}", "supported"),
    (r"s_k = x_{\operatorname{argsort}(x)_k}", "supported"),
    (r"\frac{\partial s_k}{\partial x_j} = \mathbb{1}[\operatorname{argsort}(x)_k = j]", "supported"),
    (r"\frac{\partial \|s\|^2}{\partial x} = 2 x", "supported"),
    (r"\operatorname{sort}(2 x) = 2 s", "proved"),
    (r"R_{i,1} = \min_j X_{ij}", "supported"),
    (r"T \ge s_n + s_1", "supported"),
]
WRONG = [
    r"s_1 = \max(x)",
    r"s_k \ge s_{k+1}",
    r"s = x",
    r"\frac{\partial s_k}{\partial x_j} = \delta_{jk}",
    r"\frac{\partial \|s\|^2}{\partial x} = 2 s",
    r"\operatorname{sort}(-x) = -s",
    r"R_{i,1} = \max_j X_{ij}",
    r"T = 2 s_n",
]


@pytest.mark.parametrize(("line", "wanted"), RIGHT)
def test_a_right_line_holds(line: str, wanted: str) -> None:
    assert status(SORT, line) == wanted


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_refuted(line: str) -> None:
    assert status(SORT, line) == "refuted"


def test_values_are_numpys() -> None:
    _, program = made(SORT)
    v = Sampler(program, 3).draw(Sequent(program, ()), Setting("distinct"))

    def value(name: str) -> np.ndarray:
        t = v.context().tensor(name)
        return t.data[0].reshape(t.shape)

    assert np.allclose(value("s"), np.sort(v.leaves["x"]))
    assert np.allclose(value("R"), np.sort(v.leaves["X"], axis=-1))
    assert np.allclose(value("T"), np.sort(v.leaves["x"])[-2:].sum())


def test_printed_in_four_languages() -> None:
    u, _ = made(SORT)
    tree = read_expression(r"\operatorname{argsort}(x)_1", u.scope)
    assert latex(tree) == r"\operatorname{argsort}(x)_1"
    assert text(tree) == "argsort(x)_1"
    assert 'op("argsort")' in typst(tree)
    assert "order" in speech(tree)


def test_an_index_in_parentheses_is_not_guessed() -> None:
    u, _ = made(SORT)
    with pytest.raises(ReadError, match="order statistic"):
        read_line(r"x_{(1)} = \min(x)", u.scope, role="show")
