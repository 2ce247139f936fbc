r"""Hands: an author's spelling is seen in their line, and what is written in it reads back as the same tree."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.errors import SymdlError
from symdl.language.displays import read_document
from symdl.language.hand import hand_of
from symdl.language.macros import Macros
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.language.scope import Scope
from symdl.language.understanding import Line
from symdl.problem import load_problem
from tests.marking.corpus_files import corpus
from tests.marking.test_corpus import model

SCOPE = api.Model(
    load_problem(r"""
given = ['r = X w - y', 'J = \frac{1}{2} \|r\|^2', 'q = \operatorname{sigmoid}(y)', 'v_l = W_l w']
[symbols]
X = "m n"
w = "n"
y = "m"
A = "n n"
'W_l' = "n n for l in 1..D"
[aliases]
'\mathcal{L}' = "J"
""")
).understanding.scope
MACROS = Macros.collect(
    r"\newcommand{\dd}[2]{\frac{\partial #1}{\partial #2}} \newcommand{\vc}[1]{\mathbf{#1}} \newcommand{\bX}{\mathbf X}"
    r"\DeclareMathOperator{\Trace}{tr} \newcommand{\tran}{^\top}"
)
LINES = [
    (r"\dd{\mathcal L}{\bm w} = \bX^T (\bX \vc{w} - \vc y)", r"\frac{\partial \mathcal L}{\partial \bm w} = \bX^T"),
    (r"\dfrac{\partial J}{\partial w} = X^{\mathsf T} r", r"\dfrac{\partial J}{\partial w} = X^{\mathsf T} r"),
    (r"dJ = r^\intercal X dw", r"dJ = r^\intercal X dw"),
    (r"\mathrm{d}J = r^\intercal X \mathrm{d} w", r"\mathrm{d}"),
    (r"J \leqslant \sum_i \ln q_i", r"J \leqslant \sum_i \ln q_i"),
    (r"q = \sigma(y)", r"q = \sigma(y)"),
    (r"y \circ y = r", r"y \circ y = r"),
    (r"\Trace(A) = 1", r"\Trace(A) = 1"),
    (r"\bX\tran r = 0", r"\bX^\top r"),
    (r"\mathbf{W}_2 w = v_2", r"\mathbf{W}_2 w = v_2"),
    (r"\frac{1}{m}\mathbf 1^T y = \bm{1}^\top y", r"\mathbf 1^T"),
]


@pytest.mark.parametrize(("line", "written"), LINES)
def test_a_hand_is_kept_and_reads_back(line: str, written: str) -> None:
    read = read_line(line, SCOPE, macros=MACROS)
    text = latex(read.node, hand=hand_of(read))
    assert written in text
    assert read_line(text, SCOPE, macros=MACROS).node == read.node


def test_what_a_call_of_a_macro_spans_is_the_whole_call() -> None:
    line = r"\dd{\mathcal L}{w} = \bX^T r"
    trace = read_line(line, SCOPE, macros=MACROS).trace
    assert trace is not None
    stretches = {line[s.start : s.end] for s, _ in trace.parts}
    assert {r"\dd{\mathcal L}{w}", r"\bX^T", r"\bX"} <= stretches


def test_every_line_of_the_corpus_reads_back_in_its_own_hand() -> None:
    count, plain = 0, 0
    for work in corpus():
        scope = model(work.problem).understanding.scope
        document = read_document(work.text, work.format)
        for row in document.lines:
            try:
                line = read_line(row.latex, scope, macros=document.macros)
            except SymdlError:
                continue  # it goes on from the line above, or uses a name of the student's
            if line.definition is None:
                plain += _reads(latex(line.node), line, scope, document.macros)
                count += _reads(latex(line.node, hand=hand_of(line)), line, scope, document.macros)
    assert count == plain
    assert count > 100


def _reads(text: str, line: Line, scope: Scope, macros: Macros) -> bool:
    try:
        return read_line(text, scope, macros=macros).node == line.node
    except SymdlError:
        return False
