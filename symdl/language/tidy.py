"""Tidying: from raw tokens to the parser's vocabulary, without anything that only moves ink.

Spacing, sizes and font switches go; `\\left|` and `\\big|` say which side they are; Unicode characters become the
commands they stand for; `\\text{…}` becomes one token; every token gets the kind by which the parser knows it:
`letter digits word rel logic add mul open close bar mid dmid eval sep cell row dots prose begin end command` or the
character itself for `{ } ^ _ ' , ; : !`.
"""

from __future__ import annotations

import re
import unicodedata

from symdl.errors import ReadError, nearest
from symdl.language import commands as c
from symdl.language.characters import RAISED, UNICODE
from symdl.language.tidy_layout import Layout
from symdl.language.tokens import Token, tokenize
from symdl.language.vocabulary import KNOWN_COMMANDS, VOCABULARY

UNDER = frozenset(("\\underset", "\\underbrace", "\\overbrace", "\\symdlover"))


_ASCII = {"<": "≤", ">": "≥"}  # with an = after it
MAX_DEPTH = 40  # of annotations within annotations
_LENGTH = re.compile(r"\[-?[0-9.]+([a-z]{2}|\\[a-z]+)\]")


def tidy(tokens: list[Token]) -> list[Token]:
    """The parser's tokens.

    Raises:
        ReadError: an unknown or a forbidden command, a character that has no place in a formula, a lone `\\left`.
    """
    return _Tidier(tokens).run()


class _Tidier(Layout):
    def run(self) -> list[Token]:
        i = 0
        while i < len(self.tokens):
            i = self.step(i)
        self.close_switches(self.tokens[-1] if self.tokens else None)
        if self.sides:
            raise ReadError(
                "a \\left without its \\right",
                span=self.tokens[-1].span,
                cure="write \\right) or \\right. where it ends",
            )
        return self.out

    def sub(self, tokens: list[Token]) -> list[Token]:
        if self.depth >= MAX_DEPTH and tokens:
            raise ReadError("too deep a nest", span=tokens[0].span, expected=f"at most {MAX_DEPTH} levels")
        return _Tidier(tokens, self.depth + 1).run()

    def step(self, i: int) -> int:
        token = self.tokens[i]
        kind, text = token.kind, token.text
        if kind == "letter" or kind == "digits":
            self.out.append(token)
            return i + 1
        found = VOCABULARY.get(text)
        if found is not None:
            if text == "{":
                self.switches.append(0)
                self.braces.append(True)
            elif text == "}" or found[0] in ("cell", "row"):
                self.close_switches(token)
                if text == "}":
                    if self.braces[-1:] != [True]:
                        raise ReadError("a } that closes no {", span=token.span, found="}")
                    self.switches.pop()
                    self.braces.pop()
                if found[0] == "cell" and not self.environments:
                    return i + 1
                if found[0] == "row":
                    self.put("row", text, token)
                    return self.after_row(i + 1)
            elif text == ":" and self.text_at(i + 1) == "=":
                self.out.append(Token("rel", ":=", token.start, max(token.end, self.tokens[i + 1].end), token.space))
                return i + 2
            elif text in _ASCII and self.text_at(i + 1) == "=" and not self.tokens[i + 1].space:
                op = _ASCII[text]
                self.out.append(Token("rel", op, token.start, max(token.end, self.tokens[i + 1].end), token.space))
                return i + 2
            self.put(found[0], found[1], token)
            return i + 1
        if text in c.DROPPED:
            return i + 1
        if kind == "command":
            return self.command(i, token)
        return self.character(i, token)

    def after_row(self, i: int) -> int:
        """Skip the star and the [2pt] that may follow a row's end."""
        if self.text_at(i) == "*":
            i += 1
        if self.text_at(i) == "[":
            length = "".join(t.text for t in self.tokens[i : i + 8])
            found = _LENGTH.match(length)
            while found is not None and self.text_at(i) != "]":
                i += 1
            return i + (found is not None)
        return i

    # ------------------------------------------------------------------------------------------------- commands

    def command(self, i: int, token: Token) -> int:
        text = token.text
        if text in c.SWITCHES:
            self.put("command", c.SWITCHES[text], token)
            self.put("{", "{", token)
            self.switches[-1] += 1
            return i + 1
        if text in c.TEXTS:
            return self.prose(i)
        if text in ("\\left", "\\right", "\\middle") or text in c.SIZES:
            return self.delimiter(i)
        if text in ("\\begin", "\\end"):
            return self.environment(i)
        if text == "\\not":
            return self.negation(i)
        if text in UNDER:
            return self.under(i)
        if text in c.FORBIDDEN:
            raise ReadError(
                f"{text} is not read: symdl opens no files and runs no code", span=token.span, cure="leave it out"
            )
        near = nearest(text, KNOWN_COMMANDS) if text[1:].isalpha() and len(text) < 30 else ""
        cure = near or "define it with \\newcommand, or write what it stands for"
        raise ReadError(f"unknown command {text}", span=token.span, found=text, cure=cure)

    def character(self, i: int, token: Token) -> int:
        text = token.text
        if text in UNICODE or text in RAISED:
            if text in RAISED:
                mark = RAISED[text][0]
                self.put(mark, mark, token)
                self.put("{", "{", token)
                while self.text_at(i) in RAISED and RAISED[self.text_at(i)][0] == mark:
                    self.spell(RAISED[self.text_at(i)][1], self.tokens[i])
                    i += 1
                self.put("}", "}", self.tokens[i - 1])
                return i
            self.spell(UNICODE[text], token)
            return i + 1
        plain = unicodedata.normalize("NFKC", text)
        if plain != text and plain.isascii() and plain.isalnum():  # 𝑥, 𝐖: mathematical letters
            self.spell(plain, token)
            return i + 1
        text = text if text.isprintable() else ascii(text)
        cure = "$ signs are not part of a formula" if text == "$" else "write it as a LaTeX command"
        raise ReadError(f"a character that is no mathematics: {text}", span=token.span, found=text, cure=cure)

    def spell(self, latex: str, at: Token) -> None:
        """Put what a Unicode character stands for."""
        spelled = [t._replace(start=at.start, end=at.end) for t in tokenize(latex)]
        self.out.extend(self.sub(spelled))

    def negation(self, i: int) -> int:
        op = c.RELATIONS.get(self.text_at(i + 1), "")
        if op not in c.NEGATED:
            raise ReadError("\\not before this is not read", span=self.tokens[i].span, expected="\\not= or \\not\\in")
        self.put("rel", c.NEGATED[op], self.tokens[i])
        return i + 2

    def delimiter(self, i: int) -> int:
        """`\\left| ⇒ \\lvert`, `\\middle| ⇒ \\mid`, `\\left. … \\right| ⇒` evaluated at."""
        command = self.tokens[i]
        if i + 1 >= len(self.tokens):
            raise ReadError(f"{command.text} lacks its delimiter", span=command.span, expected="( [ \\{ | or .")
        token = self.tokens[i + 1]
        text = {"<": "\\langle", ">": "\\rangle"}.get(token.text, UNICODE.get(token.text, token.text))
        left = command.text == "\\left" or (command.text[-1:] == "l" and command.text in c.SIZES)
        right = command.text == "\\right" or (command.text[-1:] == "r" and command.text in c.SIZES)
        start, end = min(command.start, token.start), max(command.end, token.end)
        token = token._replace(start=start, end=end, space=command.space)
        empty = text == "."
        if command.text == "\\left":
            self.sides.append(empty)
        elif command.text == "\\right":
            if not self.sides:
                raise ReadError("a \\right without its \\left", span=command.span, cure="write \\left before it")
            if self.sides.pop():
                self.put("close", "." if text in c.BARS else "left.", token)
                if text not in c.BARS and not empty:
                    raise ReadError(
                        "a delimiter on one side only", span=token.span, cure="close it, or use \\begin{cases}"
                    )
                return i + 2
        if empty:
            if right:
                raise ReadError("a delimiter on one side only", span=token.span, cure="close it, or use \\begin{cases}")
            self.put("open", ".", token)
        elif text in c.BARS:
            bar = c.BARS[text]
            if left or right:
                self.put("open" if left else "close", bar, token)
            elif command.text == "\\middle" or command.text[-1] == "m":
                self.put(*(("mid", "mid") if bar == "|" else ("dmid", "||")), token)
            else:
                self.put("bar", bar, token)
        elif text in c.OPENERS:
            self.put("open", c.OPENERS[text], token)
        elif text in c.CLOSERS:
            self.put("close", c.CLOSERS[text], token)
        elif text == "/":
            self.put("mul", "/", token)
        else:
            raise ReadError(f"{command.text} needs a delimiter", span=token.span, found=text, expected="( [ \\{ | or .")
        return i + 2
