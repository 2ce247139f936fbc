"""Atoms: the smallest formulas with their scripts — letters, words, groups, fractions, roots, fonts, accents, grids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from symdl.errors import ReadError, Span
from symdl.language import commands as c
from symdl.language.surface import (
    Commas,
    Digits,
    Dots,
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

_KINDS = {"(": "()", "[": "[]", "{": "{}", "<": "<>", "|": "||", "‖": "‖‖", "floor": "floor", "ceil": "ceil", ".": ".|"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*\Z")


class Atoms:
    """What stands between operators. `level` and `elements` belong to the parser that extends this."""

    def __init__(self, tokens: list[Token], partner: list[int], words: frozenset[str]) -> None:
        self.tokens, self.partner = tokens, partner
        self.words = frozenset(w for w in words if len(w) > 1 and w.isalnum())
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

    # ------------------------------------------------------------------------------------------- atoms and scripts

    def item(self, i: int, hi: int) -> tuple[Surface, int]:
        """An atom with its scripts."""
        token = self.tokens[i]
        if token.kind in ("^", "_", "'", "prime"):
            base: Surface = Seq(Span(token.start, token.start), ())
            if token.kind == "prime":
                raise ReadError("a prime that is not raised", span=token.span, cure="write '")
        elif token.kind == "{":  # with scripts: the braces must hold one thing
            close = self.partner[i]
            base = self.group(i + 1, close, "brace")
            if not _single(base):
                raise ReadError(
                    "braces do not show: what does the script belong to?",
                    span=token.span.join(self.tokens[close].span),
                    cure="write ( ) around it",
                )
            if isinstance(base, Scripts):
                base = Group(token.span.join(self.tokens[close].span), "invisible", base)
            i = close + 1
        else:
            base, i = self.atom(i, hi)
        return self.scripts(base, i, hi)

    def scripts(self, base: Surface, i: int, hi: int) -> tuple[Surface, int]:
        sub: Surface | None = None
        sup: Surface | None = None
        primes, span = 0, base.span
        while self.scripted(i, hi):
            mark = self.tokens[i]
            if mark.kind == "'":
                if sup is not None:
                    raise ReadError("a prime after a superscript", span=mark.span, cure="write x'^2, or use brackets")
                primes += 1
                span, i = span.join(mark.span), i + 1
                continue
            value, raised, end = self.script(mark, i + 1, hi)
            span, i = span.join(mark.span).join(self.tokens[end - 1].span), end
            if mark.kind == "_":
                if sub is not None:
                    raise ReadError("two subscripts", span=span, cure="write x_{a,b}, or group with braces")
                sub = value
            else:
                if sup is not None or (raised and primes):
                    raise ReadError("two superscripts", span=span, cure="group with brackets, or write x^{a b}")
                if raised:
                    primes += raised
                    continue
                sup = value
        if isinstance(base, Seq) and not base.items and sub is None and sup is None and not primes:
            return base, i
        if sub is None and sup is None and primes == 0:
            return base, i
        return Scripts(span, base, sub, sup, primes), i

    def script(self, mark: Token, i: int, hi: int) -> tuple[Surface, int, int]:
        """The script after a mark: its tree (or how many primes it is), and where it ends."""
        if i >= hi:
            raise ReadError(f"nothing stands after {mark.kind}", span=mark.span, expected="a script")
        token = self.tokens[i]
        if token.kind == "{":
            close = self.partner[i]
            inner = self.tokens[i + 1 : close]
            if inner and all(t.kind in ("'", "prime") for t in inner):
                if mark.kind == "_":
                    raise ReadError("a prime as a subscript", span=inner[0].span, cure="write x'")
                return Letter(token.span, "'"), len(inner), close + 1
            if not inner:
                raise ReadError("an empty script", span=token.span.join(self.tokens[close].span), cure="leave it out")
            return self.group(i + 1, close, "script"), 0, close + 1
        if token.kind == "prime":
            return Letter(token.span, "'"), 1, i + 1
        if token.kind in ("add", "mul", ":"):
            return self.level(i, i + 1, "script"), 0, i + 1
        if token.kind == "digits" and i + 1 < hi:
            after = self.tokens[i + 1]
            if after.kind == "digits" and not after.space and after.text[0] != ".":
                number = token.text + after.text
                raise ReadError(
                    f"{mark.kind}{number} prints as {mark.kind}{token.text} {after.text}",
                    span=token.span.join(after.span),
                    cure=f"write {mark.kind}{{{number}}}",
                )
        if token.kind in ("^", "_", "'", ",", ";", "rel", "logic", "close", "sep", "}"):
            raise ReadError(f"nothing stands after {mark.kind}", span=mark.span, expected="a script")
        with self.deeper(token):
            value, end = self.atom(i, hi, single=True)
        return value, 0, end

    def atom(self, i: int, hi: int, single: bool = False) -> tuple[Surface, int]:
        """One thing without scripts; `single` takes one letter where words are declared, as a script does."""
        token = self.tokens[i]
        match token.kind:
            case "letter":
                if self.words and not single:
                    found = self.word(i, hi)
                    if found is not None:
                        return found
                return Letter(token.span, token.text), i + 1
            case "digits":
                return Digits(token.span, token.text), i + 1
            case "word":
                return self.operator(token, i, hi)
            case "dots":
                return Dots(token.span), i + 1
            case "open":
                return self.delimited(token, i)
            case "{":
                return self.group(i + 1, self.partner[i], "brace"), self.partner[i] + 1
            case "prose":
                text = token.text.strip()
                known = text in c.OPERATORS or text in self.words or (single and text.isalpha())
                return (Word(token.span, text, "text") if known else Prose(token.span, token.text)), i + 1
            case "begin":
                return self.grid(token, i)
            case "command":
                with self.deeper(token):
                    return self.command(token, i, hi)
        what = {"^": "a superscript", "_": "a subscript", "!": "a factorial"}.get(token.kind, token.text)
        raise ReadError(f"{what} has no place here", span=token.span, found=token.text)

    def word(self, i: int, hi: int) -> tuple[Surface, int] | None:
        """The longest declared name that the letters from here spell."""
        end, text, best = i, "", None
        while end < hi and self.tokens[end].kind in ("letter", "digits") and len(text) < self.longest:
            token = self.tokens[end]
            if (end > i and token.space) or token.text[0] == "\\":
                break
            text, end = text + token.text, end + 1
            if text in self.words:
                best = Letter(self.tokens[i].span.join(token.span), text), end
        return best

    def operator(self, token: Token, i: int, hi: int) -> tuple[Surface, int]:
        if token.text == "arg" and i + 1 < hi:
            after = self.tokens[i + 1]
            if after.kind == "word" and after.text in ("min", "max"):
                return Word(token.span.join(after.span), "arg" + after.text, "arg" + after.text), i + 2
        return Word(token.span, token.text, token.text), i + 1

    def delimited(self, token: Token, i: int) -> tuple[Surface, int]:
        close = self.partner[i]
        end = self.tokens[close]
        kind = _KINDS[token.text]
        if end.kind == "close" and token.text in "([" and end.text in "([" and end.text != token.text:
            kind = token.text + {"(": ")", "[": "]"}[end.text]
        body = self.group(i + 1, close, token.text)
        return Group(token.span.join(end.span), kind, body), close + 1

    # ----------------------------------------------------------------------------------------------- structures

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
        return [(a + 1, b) for a, b in zip(bounds, bounds[1:], strict=False)]

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

    def evaluated(self, out: list[tuple[str, str, Surface]], i: int, hi: int) -> int:
        """A bar after a formula with a subscript, `f'(x)|_{x=0}`: belongs to the factor just before it."""
        bar = self.tokens[i]
        start = len(out)
        while start > 0 and out[start - 1][0] == "item":
            start -= 1
        items = [e[2] for e in out[start:]]
        if not items or not _one_factor(items):
            raise ReadError(
                "how much is evaluated at the bar?", span=bar.span, cure="write \\left. … \\right|_{…} around it"
            )
        body = items[0] if len(items) == 1 else Seq(items[0].span.join(items[-1].span), tuple(items))
        group = Group(body.span.join(bar.span), ".|", body)
        scripted, end = self.scripts(group, i + 1, hi)
        out[start:] = [("item", "", scripted)]
        return end


def _single(base: Surface) -> bool:
    return not isinstance(base, Infix | Prefix | Commas | Seq) or (isinstance(base, Seq) and not base.items)


def _one_factor(items: list[Surface]) -> bool:
    """One thing, or a derivative and what it is applied to, such as `∇ f (x)`."""
    rest = items[1:] if len(items) > 1 and _differentiates(items[0]) else items
    return len(rest) == 1 or (len(rest) == 2 and isinstance(rest[1], Group))


def _differentiates(node: Surface) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Fraction) or (isinstance(base, Letter) and base.text == "\\nabla")


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
