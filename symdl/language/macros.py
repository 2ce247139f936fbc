"""Macros: the author's own commands, read from their definitions and expanded within bounds.

`\\newcommand \\renewcommand \\providecommand \\def \\let \\DeclareMathOperator` and `\\DeclarePairedDelimiter` are
understood. Expansion replaces a call by the body, whose tokens carry the span of the call; arguments keep their own
spans. The number of calls and the length of what comes out are bounded: a loop or a bomb is an error and no hang.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from symdl.errors import ReadError, Span
from symdl.language.tokens import Token, first_digit, tokenize

MAX_CALLS = 2_000
MAX_TOKENS = 20_000
MAX_DEFINITION = 2_000  # characters of one definition
MAX_DEFINITIONS = 1_000

DEFINERS = frozenset(
    "\\newcommand \\renewcommand \\providecommand \\DeclareRobustCommand \\def \\gdef \\let \\DeclareMathOperator "
    "\\DeclarePairedDelimiter".split()
)
_DEFINER = re.compile(r"(?<!\\)(?:\\\\)*(" + "|".join(re.escape(d) + r"(?![A-Za-z])" for d in sorted(DEFINERS)) + ")")


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


@dataclass(frozen=True, slots=True)
class Macros:
    """The macros of a document by their command (`\\R`)."""

    table: Mapping[str, Macro] = field(default_factory=dict)

    @staticmethod
    def collect(text: str) -> Macros:
        """All definitions of a document, wherever they stand. A name defined twice, differently, can't be used."""
        return Macros.gather(text)[0]

    @staticmethod
    def gather(text: str) -> tuple[Macros, list[tuple[int, int]]]:
        """The macros of a document, and the stretches of it that define them."""
        table: dict[str, Macro] = {}
        places: list[tuple[int, int]] = []
        for count, found in enumerate(_DEFINER.finditer(text)):
            start = found.start(1)
            if count >= MAX_DEFINITIONS:
                raise ReadError(
                    "too many definitions", span=Span(start, found.end()), expected=f"at most {MAX_DEFINITIONS}"
                )
            if (places and start < places[-1][1]) or _in_comment(text, start):
                continue
            try:
                stream = Stream(tokenize(text[start : start + MAX_DEFINITION]))
                name, macro = stream.definition(table)
            except ReadError:
                continue  # a definition of another kind: its use is then an unknown command, which says so
            places.append((start, start + stream.position))
            if name in table and not table[name].same(macro):
                macro = Macro(0, (), conflict=True)
            table[name] = macro
        return Macros(table), places


def _in_comment(text: str, position: int) -> bool:
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return re.search(r"(?<!\\)(?:\\\\)*%", line) is not None


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


def _built_in(arguments: int, body: str) -> Macro:
    return Macro(arguments, tuple(tokenize(body)))


# What packages define and prints as its last argument: read through to the mathematics.
BUILT_IN: dict[str, Macro] = {
    "\\overset": _built_in(2, "\\symdlover{#1}{#2}"),
    "\\stackrel": _built_in(2, "\\symdlover{#1}{#2}"),
    "\\textcolor": _built_in(2, "{#2}"),
    "\\color": _built_in(1, ""),
    "\\boxed": _built_in(1, "{#1}"),
    "\\fbox": _built_in(1, "{#1}"),
    "\\mathclap": _built_in(1, "{#1}"),
    "\\mathstrut": _built_in(0, ""),
    "\\smash": _built_in(1, "{#1}"),
    "\\phantom": _built_in(1, ""),
    "\\hphantom": _built_in(1, ""),
    "\\vphantom": _built_in(1, ""),
    "\\hspace": _built_in(1, ""),
    "\\vspace": _built_in(1, ""),
    "\\label": _built_in(1, ""),
    "\\tag": _built_in(1, ""),
    "\\norm": _built_in(1, "\\lVert #1\\rVert"),
    "\\abs": _built_in(1, "\\lvert #1\\rvert"),
    "\\R": _built_in(0, "\\mathbb{R}"),
    "\\E": _built_in(0, "\\mathbb{E}"),
    "\\given": _built_in(0, "\\mid"),
    "\\suchthat": _built_in(0, "\\mid"),
    "\\transpose": _built_in(0, "\\top"),
}
_STARRED = frozenset(("\\hspace", "\\vspace", "\\tag", "\\norm", "\\abs", "\\operatorname"))


def expand(tokens: list[Token], macros: Macros | None = None) -> list[Token]:
    """All macro calls replaced; definitions within the text are obeyed.

    Raises:
        ReadError: a loop, a bomb, a missing argument, or a name that the document defines twice.
    """
    own: dict[str, Macro] = dict(macros.table) if macros else {}
    if not any(t.kind == "command" and (t.text in own or t.text in BUILT_IN or t.text in DEFINERS) for t in tokens):
        return tokens
    stream = Stream(tokens)
    out: list[Token] = []
    calls = 0
    while stream.pending:
        token = stream.pop(stream.pending[-1])
        if token.kind == "command":
            if token.text in DEFINERS and token.text not in own:
                stream.push([token])
                name, macro = stream.definition(own)
                own[name] = macro
                continue
            found = own.get(token.text) or BUILT_IN.get(token.text)
            if found is not None:
                calls += 1
                if calls > MAX_CALLS:
                    raise ReadError(
                        "the macros never end", span=token.span, found=token.text, cure="write the formula out"
                    )
                if found.conflict:
                    raise ReadError(
                        f"{token.text} is defined twice, differently",
                        span=token.span,
                        cure="give one of them another name",
                    )
                body = _call(token, found, stream)
                if found.alias:  # what \let copied keeps its first meaning
                    out.extend(body)
                elif body:
                    stream.push(body)
                continue
        out.append(token)
        if len(out) > MAX_TOKENS:
            raise ReadError("the macros expand to too much", span=token.span, cure="write the formula out")
    return out


def _call(call: Token, macro: Macro, stream: Stream) -> list[Token]:
    if call.text in _STARRED and stream.peek() == "*":
        stream.pop(call)
    arguments: list[list[Token]] = []
    if macro.default is not None:
        given = stream.optional(call)
        arguments.append([_placed(t, call) for t in macro.default] if given is None else given)
    while len(arguments) < macro.arguments:
        arguments.append(stream.argument(call))
    out: list[Token] = []
    for token in macro.body:
        if token.kind == "param":
            out.extend(arguments[int(token.text[1]) - 1])
        else:
            out.append(_placed(token, call))
        if len(out) > MAX_TOKENS:
            raise ReadError("the macros expand to too much", span=call.span, cure="write the formula out")
    if out:
        out[0] = out[0]._replace(space=call.space)
    return out


def _placed(token: Token, call: Token) -> Token:
    return token._replace(start=call.start, end=call.end)
