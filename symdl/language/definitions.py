"""Definitions: how an author's `\\newcommand`, `\\def` and the like are read from tokens, with their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symdl.errors import ReadError
from symdl.language.tokens import Token, first_digit, tokenize

MAX_TOKENS = 20_000

DEFINERS = frozenset(
    "\\newcommand \\renewcommand \\providecommand \\DeclareRobustCommand \\def \\gdef \\let \\DeclareMathOperator "
    "\\DeclarePairedDelimiter".split()
)


@dataclass(frozen=True, slots=True)
class Macro:
    """One definition: how many arguments, the default of an optional first one, and the body.

    `alias` is what `\\let` made it; `conflict` says that the document defines the name twice, differently.
    """

    arguments: int
    body: tuple[Token, ...]
    default: tuple[Token, ...] | None = None
    alias: bool = False
    conflict: bool = False

    def same(self, other: Macro) -> bool:
        def texts(tokens: tuple[Token, ...] | None) -> list[str] | None:
            return None if tokens is None else [t.text for t in tokens]

        return (self.arguments, texts(self.body), texts(self.default)) == (
            other.arguments,
            texts(other.body),
            texts(other.default),
        )


class Stream:
    """Tokens to be read from the front, where expansion puts new ones back."""

    def __init__(self, tokens: list[Token]) -> None:
        self.pending = tokens[::-1]
        self.moved = 0
        self.position = 0  # where the last token taken ends

    def push(self, tokens: list[Token] | tuple[Token, ...]) -> None:
        self.pending.extend(reversed(tokens))
        if len(self.pending) > 10 * MAX_TOKENS:
            raise ReadError("the macros expand to too much", span=tokens[0].span, cure="write the formula out")

    def pop(self, after: Token) -> Token:
        if not self.pending:
            raise ReadError(f"{after.text} lacks an argument", span=after.span, expected="{…}")
        self.moved += 1
        if self.moved > 50 * MAX_TOKENS:
            raise ReadError("the macros expand to too much", span=after.span, cure="write the formula out")
        token = self.pending.pop()
        self.position = token.end
        return token

    def peek(self) -> str:
        return self.pending[-1].text if self.pending else ""

    def argument(self, after: Token) -> list[Token]:
        """What TeX takes as one argument: a group without its braces, or one token."""
        token = self.pop(after)
        if token.text == "}":
            raise ReadError(f"{after.text} lacks an argument", span=after.span, expected="{…}")
        if token.text != "{":
            head, rest = first_digit(token)
            if rest is not None:
                self.pending.append(rest)
                self.position = head.end
            return [head]
        out: list[Token] = []
        depth = 1
        while True:
            token = self.pop(after)
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return out
            out.append(token)

    def optional(self, after: Token) -> list[Token] | None:
        """An argument in square brackets, if one stands next."""
        if self.peek() != "[":
            return None
        self.pop(after)
        out: list[Token] = []
        depth = 0
        while True:
            token = self.pop(after)
            if token.text == "]" and depth == 0:
                return out
            depth += (token.text == "{") - (token.text == "}")
            out.append(token)

    def definition(self, known: Mapping[str, Macro]) -> tuple[str, Macro]:
        """Read a definition: the macro's command and its meaning."""
        definer = self.pop(Token("command", "a definition", 0, 0))
        if self.peek() == "*":
            self.pop(definer)
        target = self.argument(definer)
        if len(target) != 1 or target[0].kind != "command":
            raise ReadError(f"{definer.text} defines no command", span=definer.span, expected=r"a name such as \R")
        name = target[0].text
        match definer.text:
            case "\\let":
                if self.peek() == "=":
                    self.pop(definer)
                source = self.pop(definer)
                if source.kind == "param":
                    raise ReadError("\\let needs a command or a character", span=source.span, found=source.text)
                return name, known.get(source.text) or Macro(0, (source,), alias=True)
            case "\\DeclareMathOperator":
                body = self.argument(definer)
                return name, _macro(definer, 0, [_made("\\operatorname"), _made("{"), *body, _made("}")], None)
            case "\\DeclarePairedDelimiter":
                left, right = self.argument(definer), self.argument(definer)
                return name, _macro(definer, 1, [*left, Token("param", "#1", 0, 0), *right], None)
            case "\\def" | "\\gdef":
                arguments = 0
                while self.peek() == f"#{arguments + 1}":
                    self.pop(definer)
                    arguments += 1
                if self.peek() != "{":
                    raise ReadError(
                        f"{name} is defined with delimited arguments", span=definer.span, cure="use \\newcommand"
                    )
                return name, _macro(definer, arguments, self.argument(definer), None)
            case _:
                count = self.optional(definer)
                arguments = int(count[0].text) if count and count[0].kind == "digits" and count[0].text.isdigit() else 0
                default = self.optional(definer)
                return name, _macro(definer, arguments, self.argument(definer), default)


def _macro(definer: Token, arguments: int, body: list[Token], default: list[Token] | None) -> Macro:
    for token in body:
        if token.kind == "param" and not (token.text[1].isdigit() and int(token.text[1]) <= arguments):
            raise ReadError("a definition uses an argument that it does not take", span=definer.span, found=token.text)
    return Macro(arguments, tuple(body), None if default is None else tuple(default))


def _made(text: str) -> Token:
    return tokenize(text)[0]
