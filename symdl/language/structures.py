"""Structures: what LaTeX writes as a command with arguments — fractions, roots, fonts, accents, matrices, cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

from symdl.errors import ReadError, Span
from symdl.language import commands as c
from symdl.language.surface import (
    Commas,
    Digits,
    Fraction,
    Grid,
    Group,
    Infix,
    Letter,
    Prefix,
    Prose,
    Root,
    Scripts,
    Seq,
    Styled,
    Surface,
    Word,
)
from symdl.language.tokens import Token, first_digit

MAX_NESTING = 60  # frames of Python each nesting costs are few, but readers of the tree recurse too

__K = {"(": "()", "[": "[]", "{": "{}", "<": "<>", "|": "||", "‖": "‖‖", "floor": "floor", "ceil": "ceil", ".": ".|"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*\Z")


class Structures:
    """The parser's state and its commands. `level` and `atom` belong to the classes that extend this."""

    def __init__(self, tokens: list[Token], partner: list[int], words: frozenset[str]) -> None:
        self.tokens, self.partner = tokens, partner
        self.words = frozenset(w for w in words if len(w) > 1 and w.isalnum())
        self.coined: set[int] = set()  # texts that are new names, by position
        self.texts = frozenset(w[6:-1] for w in words if w.startswith("\\text{"))
        self.longest = max((len(w) for w in self.words), default=0)
        self.depth = 0

    def level(self, lo: int, hi: int, context: str) -> Surface:
        raise NotImplementedError

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ReadError("too deep a nest", span=token.span, expected=f"at most {MAX_NESTING} levels")
        yield
        self.depth -= 1

    def empty(self, lo: int, hi: int) -> Seq:
        if lo < hi:
            start = self.tokens[lo].start
        elif lo > 0:
            start = self.tokens[lo - 1].end
        else:
            start = 0
        return Seq(Span(start, start), ())

    def group(self, lo: int, hi: int, context: str) -> Surface:
        """A level one deeper; `{a \\over b}` splits it."""
        with self.deeper(self.tokens[max(0, min(lo, len(self.tokens)) - 1)]):
            for i in self.shallow(lo, hi):
                if self.tokens[i].text == "\\over":
                    above, below = self.level(lo, i, "brace"), self.level(i + 1, hi, "brace")
                    for side in (above, below):
                        if isinstance(side, Seq) and not side.items:
                            raise ReadError("nothing stands beside \\over", span=self.tokens[i].span, expected="a term")
                    return Fraction(above.span.join(below.span), above, below)
            return self.level(lo, hi, context)

    def shallow(self, lo: int, hi: int) -> Iterator[int]:
        """The positions that lie in no inner group."""
        i = lo
        while i < hi:
            yield i
            i = self.partner[i] + 1 if self.partner[i] >= 0 else i + 1

    def scripted(self, i: int, hi: int) -> bool:
        return i < hi and self.tokens[i].kind in ("^", "_", "'")

    def atom(self, i: int, hi: int, single: bool = False) -> tuple[Surface, int]:
        raise NotImplementedError

    def argument(self, command: Token, i: int, hi: int) -> tuple[Surface, int]:
        if i >= hi:
            raise ReadError(f"{command.text} lacks an argument", span=command.span, expected="{…}")
        token = self.tokens[i]
        if token.kind == "digits" and len(token.text) > 1:
            head, rest = first_digit(token)
            assert rest is not None
            self.tokens[i] = rest
            return Digits(head.span, head.text), i
        if token.kind == "{":
            close = self.partner[i]
            value = self.group(i + 1, close, "brace")
            if isinstance(value, Seq) and not value.items:
                raise ReadError(f"{command.text} has an empty argument", span=token.span.join(self.tokens[close].span))
            return value, close + 1
        if token.kind in ("letter", "digits", "command", "word", "open", "prose", "begin", "dots"):
            if token.kind == "open":
                raise ReadError(f"{command.text} lacks an argument", span=command.span, cure="write { } around it")
            return self.atom(i, hi, single=True)
        raise ReadError(f"{command.text} lacks an argument", span=command.span, expected="{…}")

    def command(self, token: Token, i: int, hi: int) -> tuple[Surface, int]:
        text = token.text
        if text in c.FONTS or text == "\\operatorname":
            return self.font(token, i + 1, hi)
        if text in c.ACCENTS:
            body, end = self.argument(token, i + 1, hi)
            return Styled(token.span.join(body.span).join(self.tokens[end - 1].span), c.ACCENTS[text], body), end
        if text in c.FRACTIONS:
            above, middle = self.argument(token, i + 1, hi)
            below, end = self.argument(token, middle, hi)
            return Fraction(self.stretch(token, below, end), above, below), end
        if text == "\\sqrt":
            return self.root(token, i + 1, hi)
        if text in ("\\binom", "\\dbinom", "\\tbinom"):
            above, middle = self.argument(token, i + 1, hi)
            below, end = self.argument(token, middle, hi)
            span = self.stretch(token, below, end)
            pair = Group(span, "()", Commas(span, (above, below)))
            return Seq(span, (Word(token.span, "binom", "binom"), pair)), end
        if text == "\\mathop":
            return self.argument(token, i + 1, hi)
        if text == "\\substack":
            return self.substack(token, i + 1, hi)
        raise ReadError(f"{text} has no place here", span=token.span)

    def stretch(self, token: Token, last: Surface, end: int) -> Span:
        before = self.tokens[end - 1] if end - 1 < len(self.tokens) and self.partner[end - 1] < 0 else token
        span = token.span.join(last.span)
        return span.join(before.span) if before.kind == "}" else span

    def root(self, token: Token, i: int, hi: int) -> tuple[Surface, int]:
        degree = None
        if i < hi and self.tokens[i].kind == "open" and self.tokens[i].text == "[":
            degree = self.group(i + 1, self.partner[i], "brace")
            i = self.partner[i] + 1
        body, end = self.argument(token, i, hi)
        return Root(self.stretch(token, body, end), body, degree), end

    def font(self, token: Token, i: int, hi: int) -> tuple[Surface, int]:
        style = c.FONTS.get(token.text, "operatorname")
        if style == "operatorname" and i < hi and self.tokens[i].text == "ast":
            i += 1
        if i < hi and self.tokens[i].kind == "{":
            close = self.partner[i]
            text = self.plain(i + 1, close)
            span = token.span.join(self.tokens[close].span)
            if text and self.is_word(text, style):
                if style in c.UPRIGHT:
                    return Word(span, text, style), close + 1
                return Styled(span, style, Letter(span, text)), close + 1
            if text == "d" and style == "operatorname":
                return Styled(span, "mathrm", Letter(span, "d")), close + 1
            if style in c.UPRIGHT and " " in self.spaced(i + 1, close).strip():
                return Prose(span, self.spaced(i + 1, close)), close + 1
        body, end = self.argument(token, i, hi)
        span = token.span.join(body.span).join(self.tokens[end - 1].span) if end > i else token.span.join(body.span)
        if style == "mathnormal":
            return body, end
        return _style(style, body, span), end

    def plain(self, lo: int, hi: int) -> str:
        """Letters, digits and hyphens written together: the spelling of a word, or nothing."""
        inner = self.tokens[lo:hi]
        if any(t.kind not in ("letter", "digits", "add", "word", "prose") for t in inner):
            return ""
        text = "".join(t.text.strip() for t in inner)
        if any(t.space for t in inner[1:]) and text not in c.OPERATORS:
            return ""
        return text if _NAME.match(text) else ""

    def spaced(self, lo: int, hi: int) -> str:
        """Words of several letters with spaces between them (`{\\rm for all}`)."""
        inner = self.tokens[lo:hi]
        if any(t.kind != "letter" or t.text[0] == "\\" for t in inner):
            return ""
        text = "".join((" " if t.space else "") + t.text for t in inner)
        return text if any(len(w) > 1 for w in text.split()) else ""

    def is_word(self, text: str, style: str) -> bool:
        if style == "operatorname":
            return text != "d"
        if style in c.UPRIGHT:
            return len(text) > 1
        return text in self.words or (len(text) > 1 and text in c.OPERATORS)

    def substack(self, token: Token, i: int, hi: int) -> tuple[Surface, int]:
        if i >= hi or self.tokens[i].kind != "{":
            raise ReadError("\\substack lacks an argument", span=token.span, expected="{…}")
        close = self.partner[i]
        rows = [r for r in self.cut(i + 1, close, "row") if r[0] < r[1]]
        if not rows:
            raise ReadError("\\substack has an empty argument", span=token.span)
        parts = tuple(self.group(lo, hi_, "script") for lo, hi_ in rows)
        span = token.span.join(self.tokens[close].span)
        return (parts[0] if len(parts) == 1 else Commas(span, parts)), close + 1

    def cut(self, lo: int, hi: int, kind: str) -> list[tuple[int, int]]:
        bounds = [lo - 1, *(i for i in self.shallow(lo, hi) if self.tokens[i].kind == kind), hi]
        return [(a + 1, b) for a, b in pairwise(bounds)]

    def grid(self, token: Token, i: int) -> tuple[Surface, int]:
        close = self.partner[i]
        span = token.span.join(self.tokens[close].span)
        rows = self.cut(i + 1, close, "row")
        if rows and rows[-1][0] >= rows[-1][1]:
            rows.pop()
        if token.text in c.ALIGNED:
            if len(rows) != 1:
                raise ReadError("several rows in one formula", span=span, cure="write one formula")
            cells = [self.cell(lo, hi) for lo, hi in self.cut(*rows[0], "cell")]
            raise_ = any(isinstance(x, Commas) for x in cells)
            if len(cells) == 1 and not raise_:
                return cells[0], close + 1
            raise ReadError(f"\\begin{{{token.text}}} within a formula", span=span, cure="write the formula alone")
        cells_of = tuple(tuple(self.cell(lo, hi) for lo, hi in self.cut(*row, "cell")) for row in rows)
        if not cells_of:
            raise ReadError("an empty matrix", span=span)
        return Grid(span, token.text.rstrip("*"), cells_of), close + 1

    def cell(self, lo: int, hi: int) -> Surface:
        while hi > lo and self.tokens[hi - 1].kind in (",", ".", ";", "sep"):
            hi -= 1
        return self.group(lo, hi, "cell")


def _style(style: str, body: Surface, span: Span) -> Surface:
    """A font on each letter: `\\mathbf{W x}` is bold W and bold x."""
    match body:
        case Letter() | Digits() | Word() | Styled():
            return Styled(span, style, body)
        case Scripts():
            return replace(body, span=span, base=_style(style, body.base, body.base.span))
        case Seq() if body.items:
            return replace(body, items=tuple(_style(style, x, x.span) for x in body.items))
        case Infix():
            return replace(
                body, left=_style(style, body.left, body.left.span), right=_style(style, body.right, body.right.span)
            )
        case Group() | Prefix():
            return replace(body, body=_style(style, body.body, body.body.span))
    return body
