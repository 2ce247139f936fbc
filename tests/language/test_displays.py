"""Documents: which rows are lines, what is passed over, and the way back to a place in the file."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError, Span
from symdl.language.displays import MAX_DOCUMENT, read_document
from symdl.language.parse import parse


def lines(text: str, kind: str = "tex") -> list[str]:
    return [" ".join(line.latex.split()) for line in read_document(text, kind).lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\[ a = b \]", ["a = b"]),
        ("$$a = b$$ and $$c = d$$", ["a = b", "c = d"]),
        (r"\begin{displaymath}a = b\end{displaymath}", ["a = b"]),
        (r"\begin{align*} a &= b \\ &= c \end{align*}", ["a = b", "= c"]),
        (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}", ["a = b", "= c"]),
        (r"\begin{gather} a = b \\[2pt] c = d \end{gather}", ["a = b", "c = d"]),
        (r"\begin{alignat}{2} a &= b & c &= d \end{alignat}", ["a = b c = d"]),
        (r"\begin{equation}\begin{aligned}[t] a &= b \\ &= c\end{aligned}\end{equation}", ["a = b", "= c"]),
        (r"\begin{equation}\begin{split} a &= b \\ &+ c\end{split}\end{equation}", ["a = b + c"]),
        # rows that continue
        (r"\begin{align} a &= b \\ &\quad + c \\ &= d \end{align}", [r"a = b \quad + c", "= d"]),
        (r"\begin{multline} a \\ = b \\ - c \end{multline}", ["a = b - c"]),
        (r"\begin{align} a = \\ b = c \end{align}", ["a = b = c"]),
        (
            r"\begin{align} L &= \sum_{i=1}^n x_i \\ & \sum_{j=1}^m y_j \end{align}",
            [r"L = \sum_{i=1}^n x_i \sum_{j=1}^m y_j"],
        ),
        (r"\[ a = \left( b \right. \\ \left. + c \right) \]", [r"a = \left( b + c \right)"]),
        (r"\begin{align} a &= b \\ + c &= d \end{align}", ["a = b + c = d"]),
        (r"\begin{align} a &= b \\ \implies c &= d \end{align}", ["a = b", r"\implies c = d"]),
        # rows inside matrices and cases are not rows of the display
        (
            r"\[ M = \begin{bmatrix} a & b \\ c & d \end{bmatrix} \]",
            [r"M = \begin{bmatrix} a & b \\ c & d \end{bmatrix}"],
        ),
        (
            r"\[ f = \begin{cases} a = 1 \\ b \end{cases} \\ = g \]",
            [r"f = \begin{cases} a = 1 \\ b \end{cases}", "= g"],
        ),
        # passed over
        ("% $$a = b$$\n$$c = d$$", ["c = d"]),
        (r"\begin{verbatim}$$a = b$$\end{verbatim} \verb|$$x = y$$| $$c = d$$", ["c = d"]),
        (r"\$5 and $x = 1$, $y = 2$ $$c = d$$", ["c = d"]),
        (r"$$p = q$$ \begin{document} $$a = b$$ \end{document} $$c = d$$", ["a = b"]),
        ("$$a = b % = no\n + c$$", ["a = b + c"]),
        (r"\\[3pt] $$a = b$$ \\[2pt]", ["a = b"]),
        ("", []),
        ("only $x = 1$ in text", []),
        (r"\newcommand{\be}{\begin{equation}} \newcommand{\ee}{\end{equation}} \be a = b \ee", ["a = b"]),
    ],
)
def test_lines_of_tex(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\n\n$$\na = b\n$$\n", ["a = b"]),
        ("```math\na = b \\\\\n= c\n```", ["a = b", "= c"]),
        ("```python\n$$a = b$$\n```\n$$c = d$$", ["c = d"]),
        ("`$$a = b$$` costs $5 and $6 $$c = d$$", ["c = d"]),
        ("<!-- $$a = b$$ --> \\begin{align} c &= d \\end{align}", ["c = d"]),
        ("> $$\n> a = b\n> $$", ["a = b"]),
        ("$$\na\n> 0\n$$", ["a > 0"]),
        ("~~~\n$$a = b$$\n~~~\n", []),
    ],
)
def test_lines_of_markdown(text: str, expected: list[str]) -> None:
    assert lines(text, "md") == expected


TEXT = r"""
Some words.
\begin{align}
  L &= \frac{1}{n} \sum_i x_i \\
    &\quad + \left( a \right. \\
    & \left. + b \right) \\
\intertext{so that}
  \frac{\partial L}{\partial a} &= 1, \\ \text{where we used the chain rule}\\
  &= c
\end{align}
Then \[ d = e. \] Done."""


def test_numbers_displays_and_prose() -> None:
    document = read_document(TEXT, "tex")
    assert [(n.number, n.display) for n in document.lines] == [(1, 1), (2, 1), (3, 1), (4, 2)]
    assert [n.prose for n in document.lines] == ["Some words.", "so that", "where we used the chain rule", "Then"]
    assert document.prose == "Done."
    assert all(parse(n.latex, frozenset(), document.macros) for n in document.lines)


def test_every_place_in_a_line_maps_back_to_the_file() -> None:
    for line in read_document(TEXT, "tex").lines:
        assert TEXT[line.start : line.end].strip() == TEXT[line.start : line.end]
        for i, character in enumerate(line.latex):
            if not character.isspace():
                assert TEXT[line.offset_of(i)] == character


def test_the_span_of_an_error_maps_back_over_a_joined_row() -> None:
    text = "$$a = b \\\\\n + \\unknwon$$"
    (line,) = read_document(text, "tex").lines
    with pytest.raises(ReadError) as caught:
        parse(line.latex)
    assert caught.value.span is not None
    span = line.span_of(caught.value.span)
    assert text[span.start : span.end] == r"\unknwon"
    assert read_document(text, "tex").position(span.start) == (2, 4)


def test_a_display_without_a_relation_says_so() -> None:
    document = read_document(r"$$\frac{a}{b}$$ $$a = b$$", "tex")
    assert [line.relation for line in document.lines] == [False, True]


def test_macros_come_from_anywhere() -> None:
    text = r"\newcommand{\w}{\mathbf{w}} \begin{document} $$\w = 1$$ \end{document}"
    document = read_document(text, "tex")
    assert r"\w" in document.macros.table


@pytest.mark.parametrize("text", [r"\[ a = b", "$$ a = b\n\n words", r"\begin{align} a = b \end{gather}"])
def test_an_unclosed_display_can_not_be_read_but_does_no_harm_elsewhere(text: str) -> None:
    document = read_document("$$c = d$$ " + text, "tex")
    assert document.lines[0].latex == "c = d"
    with pytest.raises(ReadError):
        parse(document.lines[1].latex)


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(ReadError, match="too long"):
        read_document("x" * (MAX_DOCUMENT + 1), "tex")
    with pytest.raises(ReadError, match="no text") as caught:
        read_document("ab\0", "tex")
    assert caught.value.span == Span(2, 3)
    with pytest.raises(ValueError, match="tex or md"):
        read_document("", "html")
