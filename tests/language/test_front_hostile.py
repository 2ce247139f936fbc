"""Hostile input: whatever stands in a formula or a document, only ReadError comes out, soon, with a place inside."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symdl.errors import ReadError
from symdl.language.commands import FORBIDDEN
from symdl.language.displays import read_document
from symdl.language.parse import parse
from tests.language.shown import all_nodes

PIECES = r"""x y W 1 2 10 0.5 1e-5 \alpha \partial \nabla \sum \log \frac \sqrt { } { } { } ( ) [ ] \{ \} | \| ^ _ ' + -
= < , ; : . / \cdot \odot \mid \left( \right) \left| \right| \left. \right. \middle| \big| \mathbf \mathrm \operatorname
\text{if} \text \hat \begin{cases} \end{cases} \begin{bmatrix} \end{bmatrix} & \\ \quad \, \top \implies \over \substack
\underbrace \underset \overset \newcommand \def\x{y} \x \let # #1 $ % \bf \sim \dots ² α ‖ \langle \arg \min ! ~ \binom
\boxed \tag \color \norm \not \DeclareMathOperator \end \begin net""".split()

formulas = st.lists(st.sampled_from(PIECES), max_size=25).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda gap: gap.join(pieces))
)


@given(formulas)
@settings(max_examples=300, deadline=None)
def test_only_read_errors_and_spans_within_the_text(latex: str) -> None:
    try:
        surface = parse(latex, frozenset({"net"}))
    except ReadError as error:
        assert error.span is not None
        assert 0 <= error.span.start <= error.span.end <= len(latex)
        return
    assert all(0 <= n.span.start <= n.span.end <= len(latex) for n in all_nodes(surface))


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_at_all(latex: str) -> None:
    try:
        parse(latex)
    except ReadError as error:
        assert error.span is not None


@given(
    st.lists(st.sampled_from([*PIECES, "$$", "\\[", "\\]", "\n\n", "```math\n", "```\n", "`", ">", "%"]), max_size=30),
    st.sampled_from(["tex", "md"]),
)
@settings(max_examples=200, deadline=None)
def test_documents_are_always_read(pieces: list[str], kind: str) -> None:
    text = "$$" + " ".join(pieces)
    document = read_document(text, kind)
    for line in document.lines:
        assert all(0 <= line.offset_of(i) <= len(text) for i in range(len(line.latex)))


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 5000 + "x" + "}" * 5000,
        "(" * 5000 + "x" + ")" * 5000,
        "9^{" * 3000 + "9" + "}" * 3000,
        r"\sqrt " * 3000 + "x",
        r"\hat " * 3000 + "x",
        r"\frac " * 3000 + "xy",
        "-" * 9000 + "x",
        "x+" * 9000 + "x",
        "x=" * 9000 + "x",
        "|x" * 9000,
        r"|x\|y" * 11,
        r"\left(" * 3000,
        r"\underset{a}{" * 1400 + "=" + "}" * 1400,
        r"\underbrace{" * 1400 + "x" + "}" * 1400,
        r"\bf " * 3000 + "x",
        r"x\implies " * 1500 + "y",
        r"\begin{bmatrix}" * 1300,
        "x_" * 9000 + "y",
        "x" * 1_000_000,
        "1" * 5000,
        "x\0y",
        "\ud800",
    ],
)
def test_deep_long_and_odd_input_is_refused_at_once(latex: str) -> None:
    start = time.process_time()
    with pytest.raises(ReadError):
        parse(latex)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("command", sorted(FORBIDDEN))
def test_nothing_is_opened_or_run(command: str) -> None:
    for latex in (f"{command}{{/etc/passwd}}", rf"\text{{{command} x}}", rf"\def\a{{{command}}}\a"):
        with pytest.raises(ReadError):
            parse(latex)


def test_write18_is_refused() -> None:
    with pytest.raises(ReadError, match="opens no files"):
        parse(r"\immediate\write18{rm -rf /}")


@pytest.mark.parametrize("kind", ["tex", "md"])
@pytest.mark.parametrize(
    "piece",
    [
        "$",
        "$$",
        "\\[",
        "\\[x\n\n",
        "\\begin{align}\n\n",
        "`",
        "> ",
        "\\newcommand{\\a}{",
        "<!--",
        "\\verb|",
        "a=b\\\\",
        "$x ",
        "\\left.",
    ],
)
def test_documents_take_linear_time(piece: str, kind: str) -> None:
    start = time.process_time()
    try:
        read_document(piece * (100_000 // len(piece)), kind)
    except ReadError as error:
        assert "too many" in error.what
    assert time.process_time() - start < 5


def test_a_typical_line_is_read_in_two_milliseconds() -> None:
    latex = r"L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik} + \frac{\lambda}{2} \|W\|_F^2"
    best = min(_seconds(latex) for _ in range(20))
    assert best < 0.002


def _seconds(latex: str) -> float:
    start = time.process_time()
    parse(latex)
    return time.process_time() - start
