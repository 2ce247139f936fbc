"""Axes that split as a unit: pairs read, printed, evaluated like a reshape, proved in simple cases; mutants refuted."""

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

HEADS: Texts = {
    "symbols": {
        "Q": "T h*d", "K": "T h*d", "V": "T h*d", "P": "h T T", "O": "h T d", "C": "T h*d", "W": "h*d m", "z": "h*d"
    },
    "given": [
        r"S_{a,t,s} = \frac{1}{\sqrt{d}} \sum_k Q_{t,(a,k)} K_{s,(a,k)}",
        r"O_{a,t,k} = \sum_s P_{ats} V_{s,(a,k)}",
        r"C_{t,(a,k)} = O_{a,t,k}",
        r"Y = C W",
        r"L = \sum_{t,j} Y_{tj}^2",
    ],
}  # fmt: skip
PRODUCTS: Texts = {"symbols": {"A": "m n", "B": "p q"}}

RIGHT = [
    (HEADS, r"C_{t,(a,k)} = \sum_s P_{ats} V_{s,(a,k)}", "proved"),
    (HEADS, r"Y_{tj} = \sum_{(a,k)} C_{t,(a,k)} W_{(a,k),j}", "proved"),
    (HEADS, r"Y_{tj} = \sum_{a,k} O_{a,t,k} W_{(a,k),j}", "proved"),
    (HEADS, r"\sum_{(a,k)} z_{(a,k)}^2 = \|z\|^2", "proved"),
    (HEADS, r"\sum_{a=1}^{h} \sum_{k=1}^{d} z_{(a-1) d + k} = \sum_{(a,k)} z_{(a,k)}", "proved"),
    (HEADS, r"\frac{\partial L}{\partial C_{t,(a,k)}} = 2 \sum_j Y_{tj} W_{(a,k),j}", "any"),
    (HEADS, r"\frac{\partial L}{\partial O_{a,t,k}} = 2 \sum_j Y_{tj} W_{(a,k),j}", "any"),
    (PRODUCTS, r"(A \otimes B)_{(i,k),(j,l)} = A_{ij} B_{kl}", "any"),
    (PRODUCTS, r"\operatorname{vec}(A)_{(j,i)} = A_{ij}", "any"),
]
WRONG = [
    (HEADS, r"C_{t,(a,k)} = \sum_s P_{ast} V_{s,(a,k)}"),
    (HEADS, r"z_{(a,k)} = z_{(a-1) h + k}"),
    (HEADS, r"Y_{tj} = \sum_{(a,k)} O_{a,t,k} W_{(k-1) h + a,j}"),
    (HEADS, r"\frac{\partial L}{\partial O_{a,t,k}} = \sum_j Y_{tj} W_{(a,k),j}"),
    (PRODUCTS, r"(A \otimes B)_{(i,k),(j,l)} = A_{ij} B_{kl} + A_{11} B_{11}".replace("11", "1,1")),
]


@pytest.mark.parametrize(("texts", "line", "wanted"), RIGHT, ids=[line for _, line, _ in RIGHT])
def test_a_right_line_holds(texts: Texts, line: str, wanted: str) -> None:
    found = status(texts, line)
    assert found == wanted or (wanted == "any" and found in ("proved", "supported"))


@pytest.mark.parametrize(("texts", "line"), WRONG, ids=[line for _, line in WRONG])
def test_a_wrong_line_is_refuted(texts: Texts, line: str) -> None:
    assert status(texts, line) == "refuted"


def test_values_are_those_of_a_reshape() -> None:
    _, program = made(HEADS)
    v = Sampler(program, 3).draw(Sequent(program, ()), Setting("distinct"))
    h, d, t = (v.sizes[n] for n in "hdT")
    assert len({h, d, t}) == 3

    def value(name: str) -> np.ndarray:
        tensor = v.context().tensor(name)
        return tensor.data[0].reshape(tensor.shape)

    heads = {n: v.leaves[n].reshape(t, h, d).transpose(1, 0, 2) for n in "QKV"}
    assert np.allclose(value("S"), heads["Q"] @ heads["K"].transpose(0, 2, 1) / np.sqrt(d))
    out = v.leaves["P"] @ heads["V"]
    assert np.allclose(value("O"), out)
    assert np.allclose(value("C"), out.transpose(1, 0, 2).reshape(t, h * d))


def test_printed_in_four_languages() -> None:
    u, _ = made(HEADS)
    tree = read_expression(r"\sum_{(a,k)} z_{(a,k)}^2", u.scope)
    assert latex(tree) == r"\sum_{a,k} z_{(a,k)}^2"
    assert read_expression(latex(tree), u.scope) == tree
    assert text(tree) == "Σ_{a,k} z_(a,k)²"
    assert typst(tree) == "sum_(a, k) z_((a, k))^(2)"
    assert speech(tree).startswith("the sum over a, k of z sub")


@pytest.mark.parametrize(("symbols", "line"), [
    ({"y": "n"}, r"\sum_{(a,k)} y_{(a,k)} = 0"),
    ({"z": "h*d"}, r"\sum_{(a,b,k)} z_{(a,b,k)} = 0"),
    ({"z": "h*d"}, r"z_{(1,:)} = 0"),
])  # fmt: skip
def test_a_pair_needs_an_axis_of_two_parts(symbols: dict[str, str], line: str) -> None:
    u, _ = made({"symbols": symbols})
    with pytest.raises(ReadError):
        read_line(line, u.scope, role="show")
