"""Macros: every kind of definition, arguments, spans of calls, and bounds on expansion."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError
from symdl.language.macros import Macros
from symdl.language.parse import parse
from tests.language.shown import all_nodes, shown


def read(definitions: str, latex: str) -> str:
    return shown(parse(latex, frozenset(), Macros.collect(definitions)))


@pytest.mark.parametrize(
    ("definitions", "latex", "tree"),
    [
        (r"\newcommand{\w}{\mathbf{w}}", r"\w^2", "mathbf{w}^{2}"),
        (r"\newcommand\w{\mathbf w}", r"\w_1", "mathbf{w}_{1}"),
        (r"\renewcommand{\vec}[1]{\mathbf{#1}}", r"\vec{x} + \vec y", "(mathbf{x} + mathbf{y})"),
        (r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}", r"\pd{L}{W}", r"frac([\partial L], [\partial W])"),
        (r"\newcommand{\pd}[2][f]{\frac{d #1}{d #2}}", r"\pd{x} \pd[g]{y}", "[frac([d f], [d x]) frac([d g], [d y])]"),
        (r"\def\half{\tfrac12}", r"\half x", "[frac(1, 2) x]"),
        (r"\def\f#1#2{#2 #1}", r"\f ab", "[b a]"),
        (
            r"\DeclareMathOperator{\diag}{diag} \DeclareMathOperator*{\amin}{arg\,min}",
            r"\diag(x) \amin_w",
            "[<diag> «() x» <argmin>_{w}]",
        ),
        (r"\DeclarePairedDelimiter{\norm}{\lVert}{\rVert}", r"\norm{x}_2 \norm*{y}", "[«‖‖ x»_{2} «‖‖ y»]"),
        (r"\let\eps\epsilon", r"\eps", r"\epsilon"),
        (r"\let\temp\phi \let\phi\varphi \let\varphi\temp", r"\phi\varphi", r"[\varphi \phi]"),
        (r"\newcommand{\T}{^\top}", r"W\T x", r"[W^{\top} x]"),
        (r"\newcommand{\eqn}{\overset{d}{=}}", r"a \eqn b", "Rel(a = b)"),
        (r"\newcommand{\iff}{x}", r"\iff", "x"),
        (r"% \newcommand{\R}{x}", r"\R", "mathbb{R}"),
    ],
)
def test_definitions(definitions: str, latex: str, tree: str) -> None:
    assert read(definitions, latex) == tree


def test_definitions_within_a_formula_are_obeyed() -> None:
    assert shown(parse(r"\def\x{a} \x + \x")) == "(a + a)"


def test_the_span_of_an_expanded_token_is_that_of_the_call() -> None:
    latex = r"a + \pd{L} = b"
    macros = Macros.collect(r"\newcommand{\pd}[1]{\frac{\partial #1}{\partial W}}")
    spans = {latex[n.span.start : n.span.end] for n in all_nodes(parse(latex, frozenset(), macros))}
    assert r"\pd{L}" in spans or r"\pd" in spans
    assert "L" in spans  # an argument keeps its own


def test_a_name_defined_twice_differently_is_refused_where_it_is_used() -> None:
    both = r"\newcommand{\w}{a} \renewcommand{\w}{b}"
    with pytest.raises(ReadError, match="twice"):
        read(both, r"\w")
    assert read(both, "x") == "x"
    assert read(r"\newcommand{\w}{a} \newcommand{\w}{a}", r"\w") == "a"


@pytest.mark.parametrize(
    "latex",
    [
        r"\def\a{\a}\a",
        r"\def\a{x\a}\a",
        r"\def\a#1{\a{#1#1}}\a{x}",
        r"\def\a{\b}\def\b{\a}\a",
        r"\def\a{xxxxxxxxxx}"
        + "".join(rf"\def\{q}{{{chr(92) + p}" * 1 + rf"\{p}" * 9 + "}" for p, q in zip("abcdef", "bcdefg", strict=True))
        + r"\g",
        r"\newcommand{\a}[1]{#1#1}" + r"\a{" * 40 + "x" + "}" * 40,
    ],
)
def test_loops_and_bombs_end_in_an_error(latex: str) -> None:
    with pytest.raises(ReadError, match="macros"):
        parse(latex)


def test_a_missing_argument_is_an_error() -> None:
    with pytest.raises(ReadError, match="argument"):
        read(r"\newcommand{\pd}[2]{#1#2}", r"\pd{x}")
