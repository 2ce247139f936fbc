"""Atoms: the smallest formulas — letters, numbers, words, brackets — and the scripts on them."""

from __future__ import annotations

import re

from symdl.errors import ReadError, Span
from symdl.language import commands as c
from symdl.language.structures import Structures
from symdl.language.surface import (
    Commas,
    Digits,
    Dots,
    Fraction,
    Group,
    Infix,
    Letter,
    Prefix,
    Prose,
    Scripts,
    Seq,
    Surface,
    Word,
)
from symdl.language.tokens import Token

MAX_NESTING = 60  # frames of Python each nesting costs are few, but readers of the tree recurse too

_KINDS = {"(": "()", "[": "[]", "{": "{}", "<": "<>", "|": "||", "‖": "‖‖", "floor": "floor", "ceil": "ceil", ".": ".|"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*\Z")


class Atoms(Structures):
    """What stands between operators. `level` and `elements` belong to the parser that extends this."""

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
                scripted = single or self.scripted(i + 1, hi)
                known = text in c.OPERATORS or text in self.words or text in self.texts or i in self.coined
                known = known or (scripted and text.isalpha())
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
