"""Formulas of textbooks in LaTeX, plain text, Typst and words, as a good book would have them."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest
import typst as compiler
from hypothesis import HealthCheck, given, settings

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Dim, Range, axis, shape
from symdl.language.glyphs import ACCENT_FORMS, COMMANDS, FONT_FORMS
from symdl.language.print_latex import latex
from symdl.language.print_speech import speech
from symdl.language.print_text import text
from symdl.language.print_typst import typst
from symdl.language.reader import read_line
from symdl.language.scope import Scope
from symdl.problem import Problem
from tests.strategies import expressions, num, statements


@lru_cache(maxsize=1)
def scope() -> Scope:
    from symdl.language.declare import understand

    scalars = ["L", "a", "t", r"\lambda", r"\mu", r"\sigma", r"\epsilon", r"\varepsilon"]
    columns = ["x", "v", "w", r"w^\star"]
    squares = ["A", "Q", "V", r"\Sigma"]
    symbols = {
        **dict.fromkeys(scalars, ""),
        **dict.fromkeys(columns, "n"),
        **dict.fromkeys(squares, "n n"),
        **dict.fromkeys(["Y", "P", "Z"], "B c"),
        **dict.fromkeys(["b", "p", "z"], "c"),
        **dict.fromkeys(["y", r"\hat{y}"], "B"),
        "X": "B n",
        "W": "n c",
        "W_l": "n n for l in 1..D",
        "x^{(i)}": "n for i in 1..B",
    }
    given_lines = [
        r"f : \mathbb{R}^n \to \mathbb{R}",
        r"\phi_0 : \mathbb{R} \to \mathbb{R}",
        r"q = \mathcal{N}(\mu, \sigma^2)",
        r"r = \mathcal{N}(0, 1)",
    ]
    return understand(Problem(symbols=symbols, given=given_lines)).scope


# Blocks of four lines: LaTeX, plain text, Typst, words. Each was written down as a textbook has it and read over.
PRINTED = [b.split("\n") for b in Path(__file__).with_name("printed.txt").read_text("utf-8").strip().split("\n\n")]

REWRITTEN = [
    (
        r"\mathrm{KL}(q \| r) = \frac{1}{2} (\mu^2 + \sigma^2 - 1 - \log \sigma^2)",
        r"\mathrm{KL}(q \,\|\, r) = \frac{1}{2} (\mu^2 + \sigma^2 - 1 - \log \sigma^2)",
    ),
    (
        r"\operatorname{softmax}(z)_i = \frac{\exp(z_i)}{\sum_{j} \exp(z_j)}",
        r"\operatorname{softmax}(z)_i = \frac{\exp(z_i)}{\sum_j \exp(z_j)}",
    ),
    (
        r"\log \sum_k e^{z_k} = t + \log \sum_k e^{z_k - t}",
        r"\log \sum_k \exp(z_k) = t + \log \sum_k \exp(z_k - t)",
    ),
    (
        r"f(x) \ge f(v) + \nabla f(v)^\top (x - v)",
        r"f(x) \ge f(v) + (\nabla_v f(v))^\top (x - v)",
    ),
    (
        r"(x^{(i)})^\top x^{(i)} = \sum_j (x^{(i)}_j)^2",
        r"(x^{(i)})^\top x^{(i)} = \sum_j (x_j^{(i)})^2",
    ),
    (
        r"\frac{a}{b_1} + \frac{1}{n - 1} \sum_{i=1}^{n} x_i",
        r"\frac{a}{b_1} + \frac{1}{n - 1} \sum_{i=1}^n x_i",
    ),
    (
        r"\prod_{i} x_i = \exp\left( \sum_i \log x_i \right)",
        r"\prod_i x_i = \exp\left( \sum_i \log x_i \right)",
    ),
    (
        r"(A^{-1})_{ij} = \sum_k (A^{-1})_{ik} (I)_{kj}",
        r"(A^{-1})_{ij} = \sum_k (A^{-1})_{ik} (I_n)_{kj}",
    ),
    (
        r"\sum_{i \neq j} A_{ij} = \mathbf{1}^\top A \mathbf{1} - \operatorname{tr}(A)",
        r"\sum_{i,j,i \neq j} A_{ij} = \mathbf{1}^\top A \mathbf{1} - \operatorname{tr}(A)",
    ),
    (
        r"f \text{ is } \lambda\text{-smooth}",
        r"f \text{ is } \lambda \text{-smooth}",
    ),
]


def read(formula: str) -> s.Node:
    return read_line(formula, scope(), role="assume").node


@pytest.mark.parametrize(("formula", "plain", "markup", "words"), PRINTED)
def test_a_formula_in_every_language(formula: str, plain: str, markup: str, words: str) -> None:
    tree = read(formula)
    assert latex(tree) == formula
    assert text(tree) == plain
    assert typst(tree) == markup
    assert speech(tree) == words


@pytest.mark.parametrize(("written", "printed"), REWRITTEN)
def test_other_spellings_are_printed_in_one(written: str, printed: str) -> None:
    assert latex(read(written)) == printed


def compiles(*formulas: str) -> bool:
    page = "\n\n".join(f"$ {f} $" for f in formulas)
    return bool(compiler.compile(page.encode(), format="svg"))


def test_typst_compiles_every_formula() -> None:
    assert compiles(*(markup for _, _, markup, _ in PRINTED))


def test_typst_knows_every_glyph() -> None:
    names = [f"\\{c}" for c in COMMANDS if c.isalpha()]
    names += [f"\\{f}{{x}}_{{ij}}^{{2}}" for f in (*FONT_FORMS, *ACCENT_FORMS)]
    names += ["net", r"\mathrm{net}'", "h_{t-1}", "x^{(i)}", "W^{[1]}", r"w^\star", r"w^*", r"\Delta x"]
    assert compiles(*(typst(s.Symbol(n)) for n in names))
    with pytest.raises(compiler.TypstError):  # the compiler does say no
        compiles("frac(a")


CALM = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@CALM
@given(expressions())
def test_typst_compiles_any_tree(tree: s.Node) -> None:
    assert compiles(typst(tree))


@CALM
@given(expressions() | statements())
def test_speech_has_no_markup(tree: s.Node) -> None:
    said = speech(tree)
    assert re.fullmatch(r"[A-Za-z0-9 ,;]+", said), said


@CALM
@given(expressions() | statements())
def test_text_has_no_commands(tree: s.Node) -> None:
    assert not re.search(r"[\\$]", text(tree))


# ---------------------------------------------------------------------------------------------- trees by hand


def test_parentheses_where_a_sum_would_reach_too_far() -> None:
    i = s.IndexVar("i")
    x = s.Symbol("x", shape("n"))
    entry = s.Entry(x, (i,))
    total = s.Reduce("sum", (s.Binder("i", Range(Dim.of(1), Dim.of("n"))),), entry)
    assert latex(s.Add((total, num(1)))) == r"\sum_i x_i + 1"
    assert latex(s.Add((total, entry))) == r"\left( \sum_i x_i \right) + x_i"
    assert latex(s.Product((total, s.Symbol("a")))) == r"\left( \sum_i x_i \right) a"


def test_a_range_that_does_not_follow_from_use_is_printed() -> None:
    i = s.IndexVar("i")
    x = s.Symbol("x", shape("n"))
    short = s.Reduce("sum", (s.Binder("i", Range(Dim.of(2), Dim.of("n"))),), s.Entry(x, (i,)))
    assert latex(short) == r"\sum_{i=2}^n x_i"
    loose = s.Reduce("sum", (s.Binder("i", Range(Dim.of(1), Dim.of("n"))),), i)
    assert latex(loose) == r"\sum_{i=1}^n i"


def test_sizes_of_ones_are_printed_where_nothing_fixes_them() -> None:
    n = shape("n")
    one, x = s.Ones(n), s.Symbol("x", n)
    assert latex(s.Add((x, s.Neg(one)))) == r"x - \mathbf{1}"
    assert latex(s.Product((s.Transpose(one), x))) == r"\mathbf{1}^\top x"
    assert latex(s.Product((x, s.Transpose(one)))) == r"x \mathbf{1}_n^\top"
    assert latex(s.Product((s.Transpose(one), one))) == r"\mathbf{1}_n^\top \mathbf{1}_n"
    assert latex(s.MatrixFunction("det", s.Identity(axis("n")))) == r"\det(I_n)"


def test_numbers() -> None:
    a = s.Symbol("a")
    assert latex(s.Product((num(2), num(3), a))) == r"2 \cdot 3 a"
    assert latex(s.Power(s.Number(Fraction(-1)), num(2))) == "(-1)^2"
    assert latex(s.Number(Fraction(1, 3))) == r"\frac{1}{3}"
    assert latex(s.Number(Fraction(1, 8))) == r"\frac{1}{8}"
    assert latex(s.Number(Fraction(3, 1000))) == "0.003"
    assert latex(s.Number(Fraction("0.0820"), "0.0820")) == "0.0820"
    assert latex(s.Add((a, s.Number(Fraction(-2))))) == "a - 2"
    assert latex(s.Power(a, s.Number(Fraction(1, 2)))) == "a^{1/2}"


def test_a_dimension_called_d_is_no_differential() -> None:
    assert latex(s.Product((s.Size(Dim.of("d")), s.Symbol("x")))) == r"d \cdot x"
    dx = s.Differential(s.Symbol("x"))
    assert latex(s.Quotient(dx, dx)) == r"\frac{(\mathrm{d} x)}{\mathrm{d} x}"


def test_bars_in_bars_say_which_is_which() -> None:
    a = s.Symbol("a")
    inner = s.Function("abs", (a,))
    assert latex(s.Function("abs", (s.Add((inner, num(1))),))) == r"\left| |a| + 1 \right|"


def test_trees_too_deep_or_too_long_are_refused() -> None:
    deep: s.Node = s.Symbol("a")
    for _ in range(5000):
        deep = s.Neg(deep)
    wide: s.Node = s.Symbol("a")
    for _ in range(60):
        wide = s.Add((wide, wide))
    for printer in (latex, text, typst, speech):
        for tree in (deep, wide):
            with pytest.raises(UnsupportedError):
                printer(tree)
