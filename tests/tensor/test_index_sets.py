"""Index sets: read, evaluated as masks, right lines accepted, mutants refuted; discrete values one by one."""

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
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.interpret import evaluate
from symdl.tensor.program import Sequent
from tests.tensor.kinds import Texts, made, status

SET: Texts = {
    "symbols": {"x": "n", "w": "n"},
    "given": [r"m = \frac{1}{|S|} \sum_{i \in S} x_i", r"L = \sum_{i \in S} (w_i - x_i)^2"],
    "assume": [r"S \subset \{1,\dots,n\}"],
}
BITS: Texts = {"symbols": {"y": "n", "p": "n"}, "assume": [r"y_i \in \{0,1\}", "0 < p_i < 1"]}
LABELS: Texts = {"symbols": {"y": "B", "P": "B c"}, "assume": [r"y_b \in \{1,\dots,c\}"]}
HOT: Texts = {"symbols": {"Y": "B c"}, "assume": [r"Y_{bk} \in \{0,1\}", r"\sum_k Y_{bk} = 1"]}

RIGHT = [
    (SET, r"\sum_{i \in S} x_i + \sum_{i \notin S} x_i = \sum_i x_i", "proved"),
    (SET, r"|S| = \sum_{i \in S} 1", "proved"),
    (SET, r"|S| \le n", "supported"),
    (SET, r"\sum_{i \in S} (x_i - m) = 0", "proved"),
    (SET, r"\frac{\partial m}{\partial x_j} = \frac{1}{|S|} \mathbb{1}[j \in S]", "proved"),
    (SET, r"\frac{\partial L}{\partial w_j} = 0 \text{ for } j \notin S", "proved"),
    (SET, r"\frac{\partial L}{\partial w_j} = 2 (w_j - x_j) \text{ for } j \in S", "supported"),
    (BITS, r"y_i^2 = y_i", "proved"),
    (BITS, r"\sum_i y_i \ge 0", "proved"),
    (LABELS, r"\sum_b P_{b,y_b} = \sum_{b,k} P_{bk} \mathbb{1}[y_b = k]", "supported"),
    (HOT, r"\sum_{b,k} Y_{bk} = B", "proved"),
]
WRONG = [
    (SET, r"\sum_{i \in S} x_i = \sum_i x_i"),
    (SET, r"\frac{\partial m}{\partial x_j} = \frac{1}{n} \mathbb{1}[j \in S]"),
    (SET, r"\frac{\partial L}{\partial w_j} = 2 (w_j - x_j)"),
    (SET, r"\frac{\partial L}{\partial w_j} = 0 \text{ for } j \in S"),
    (SET, r"|S| < n"),  # fails for one set among 2^n
    (SET, r"|S| \ge 1"),
    (BITS, r"\sum_i y_i > 0"),
    (BITS, r"\prod_i y_i = 0"),
    (LABELS, r"\sum_b y_b < B c"),
    (HOT, r"\sum_b Y_{b1} > 0"),
]


@pytest.mark.parametrize(("texts", "line", "wanted"), RIGHT, ids=[line for _, line, _ in RIGHT])
def test_a_right_line_holds(texts: Texts, line: str, wanted: str) -> None:
    assert status(texts, line) == wanted


@pytest.mark.parametrize(("texts", "line"), WRONG, ids=[line for _, line in WRONG])
def test_a_wrong_line_is_refuted(texts: Texts, line: str) -> None:
    assert status(texts, line) == "refuted"


def test_values_are_those_of_a_mask() -> None:
    u, program = made(SET)
    v = Sampler(program, 3).draw(Sequent(program, ()), Setting("distinct"))
    inside = np.asarray(v.leaves["S"]) == 1
    assert 0 < inside.sum() < len(inside)
    el = Elaborator(u.scope, program)

    def value(tree: str) -> float:
        return float(evaluate(el.entry(read_expression(tree, u.scope), ()), v))

    assert value("|S|") == inside.sum()
    assert np.isclose(value(r"\sum_{i \in S} x_i"), v.leaves["x"][inside].sum())
    assert np.isclose(value(r"\sum_{i \notin S} x_i"), v.leaves["x"][~inside].sum())
    assert np.isclose(value("m"), v.leaves["x"][inside].mean())


def test_every_combination_of_bits_is_drawn() -> None:
    _, program = made(BITS)
    sampler, q = Sampler(program, 3), Sequent(program, ())
    seen = {
        tuple(np.asarray(sampler.draw(q, Setting("two", 100 + k, special=f"case {k}")).leaves["y"]).astype(int))
        for k in range(4)
    }
    assert len(seen) == 4


def test_printed_in_four_languages() -> None:
    u, _ = made(SET)
    line = u.assumptions[0].node
    assert latex(line) == r"S \subset \{1, \dots, n\}"
    assert text(line) == "S ⊂ {1, …, n}"
    assert typst(line) == "S subset {1, dots.h, n}"
    assert "a subset of" in speech(line)
    count = read_expression("|S|", u.scope)
    assert latex(count) == "|S|"
    total = read_expression(r"\sum_{i \notin S} x_i", u.scope)
    assert latex(total) == r"\sum_{i \notin S} x_i"


@pytest.mark.parametrize("line", [r"S = 1", r"\sum_i S_i = 1", r"T \subset \{1,\dots,n\}", r"\sum_{i \in T} x_i = 0"])
def test_a_set_is_no_number_and_is_declared_in_assume(line: str) -> None:
    u, _ = made(SET)
    with pytest.raises(ReadError):
        read_line(line, u.scope, role="show")
