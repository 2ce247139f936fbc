"""Tokens: kinds, spans, comments, and the limits."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError
from symdl.language.tokens import MAX_DIGITS, first_digit, tokenize


def texts(latex: str) -> list[str]:
    return [t.text for t in tokenize(latex)]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\alpha x_1", [r"\alpha", "x", "_", "1"]),
        ("0.5x", ["0.5", "x"]),
        (".5 1e-5 2e", [".5", "1e-5", "2", "e"]),
        ("3.", ["3", "."]),
        ("x^12", ["x", "^", "1", "2"]),
        ("a % b\n c", ["a", "c"]),
        (r"a \% b", ["a", r"\%", "b"]),
        ("a%", ["a"]),
        (r"\\[2pt]", [r"\\", "[", "2", "p", "t", "]"]),
        (r"\mathbf1", [r"\mathbf", "1"]),
        ("#1", ["#1"]),
    ],
)
def test_pieces(latex: str, expected: list[str]) -> None:
    assert texts(latex) == expected


def test_spans_are_where_the_text_stands() -> None:
    latex = r"\frac{a}{10.5} % no" + "\n+ b"
    assert all(latex[t.start : t.end] == t.text for t in tokenize(latex))


def test_a_token_knows_whether_a_space_stood_before_it() -> None:
    assert [t.space for t in tokenize("ab c")] == [False, False, True]


def test_a_number_splits_where_tex_takes_one_token() -> None:
    head, rest = first_digit(tokenize("12")[0])
    assert (head.text, rest and rest.text) == ("1", "2")
    with pytest.raises(ReadError, match="braces"):
        first_digit(tokenize("1.5")[0])


@pytest.mark.parametrize("latex", ["x\0", "x\x07", "9" * (MAX_DIGITS + 1), "x" * 300_000])
def test_limits(latex: str) -> None:
    with pytest.raises(ReadError):
        tokenize(latex)
