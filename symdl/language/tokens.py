"""Tokens: LaTeX text cut into commands, letters, numbers and single characters, each with its span.

Nothing is interpreted here but comments (`%` to the end of the line). A token knows whether a space stood before it,
so that `\\text{if so}` can be put together again.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from symdl.errors import ReadError, Span

MAX_TEXT = 200_000  # characters of one formula; more is no formula
MAX_DIGITS = 4_000

_TOKEN = re.compile(
    r"""(?P<space>(?:\s|%[^\n]*(?:\n|\Z))+)
    |(?P<command>\\(?:[A-Za-z]+|.|\Z))
    |(?P<digits>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![0-9.]))?)
    |(?P<letter>[A-Za-z])
    |(?P<param>\#[1-9#])
    |(?P<char>.)""",
    re.DOTALL | re.VERBOSE,
)


WIDE = "\u2003"  # an em space, what `&&` of an alignment becomes: as wide as a \\quad


class Token(NamedTuple):
    """A piece of LaTeX: kind is `command letter digits param char`, or one that `tidy` gives it."""

    kind: str
    text: str
    start: int
    end: int
    space: bool = False  # does a space stand before it?

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def tokenize(latex: str, limit: int = MAX_TEXT) -> list[Token]:
    """All tokens of a text.

    Raises:
        ReadError: the text is too long, holds a control character or a number of thousands of digits.
    """
    if len(latex) > limit:
        raise ReadError(
            "the text is too long to read",
            found=f"{len(latex)} characters",
            expected=f"at most {limit}",
            span=Span(0, 1),
        )
    tokens: list[Token] = []
    position, space, script = 0, False, False
    match = _TOKEN.match
    while position < len(latex):
        found = match(latex, position)
        assert found is not None  # the last alternative takes any character
        kind, text, end = str(found.lastgroup), found.group(), found.end()
        if kind == "space":
            if WIDE in text:
                tokens.append(Token("command", "\\quad", position, end, True))
            position, space = end, True
            continue
        if kind == "digits":
            if script:  # x^2y and x_1e: a script without braces takes one digit, as in TeX
                text, end = text[0], position + 1
            if len(text) > MAX_DIGITS:
                raise ReadError(
                    "a number of too many digits", span=Span(position, end), expected=f"at most {MAX_DIGITS}"
                )
        elif kind == "char" and text < " ":
            raise ReadError(
                "a control character in a formula", span=Span(position, end), found=repr(text), cure="remove it"
            )
        tokens.append(Token(kind, text, position, end, space))
        script = text in ("^", "_")
        position, space = end, False
    return tokens


def first_digit(token: Token) -> tuple[Token, Token | None]:
    """Split a number as TeX does where one token is taken: `12` ⇒ `1`, `2`."""
    if token.kind != "digits" or len(token.text) == 1:
        return token, None
    if not token.text.isdigit():
        raise ReadError(
            "a number without braces", span=token.span, found=token.text, cure=f"write {{{token.text}}} with its braces"
        )
    head = token._replace(text=token.text[0], end=min(token.end, token.start + 1))
    return head, token._replace(text=token.text[1:], start=min(token.end, token.start + 1), space=False)


def group_end(tokens: list[Token], start: int) -> int:
    """The position of the `}` that closes the `{` at `start`."""
    depth = 0
    for i in range(start, len(tokens)):
        text = tokens[i].text
        if text == "{":
            depth += 1
        elif text == "}":
            depth -= 1
            if depth == 0:
                return i
    raise ReadError("a { that is not closed", span=tokens[start].span, expected="}")
