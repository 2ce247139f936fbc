"""Macros: the author's own commands, read from their definitions and expanded within bounds.

`\\newcommand \\renewcommand \\providecommand \\def \\let \\DeclareMathOperator` and `\\DeclarePairedDelimiter` are
understood. Expansion replaces a call by the body, whose tokens carry the span of the call with
its arguments; arguments keep their own spans. The number of calls and the length of what comes out are bounded: a loop
or a bomb is an error and no hang.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from symdl.errors import ReadError, Span
from symdl.language.definitions import DEFINERS, MAX_TOKENS, Macro, Stream
from symdl.language.tokens import Token, tokenize

MAX_CALLS = 2_000
MAX_DEFINITION = 2_000  # characters of one definition
MAX_DEFINITIONS = 1_000

_DEFINER = re.compile(r"(?<!\\)(?:\\\\)*(" + "|".join(re.escape(d) + r"(?![A-Za-z])" for d in sorted(DEFINERS)) + ")")


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


def expanded(latex: str, macros: Macros | None) -> str:
    """A formula without the author's macros, for those who do not know them; as it is where they can't be expanded."""
    if macros is None or not any(name in latex for name in macros.table):
        return latex
    try:
        tokens = expand(tokenize(latex), macros)
    except ReadError:
        return latex
    out = ""
    for token in tokens:
        runs = out[-1:].isalpha() and "\\" in out and token.text[:1].isalpha()
        out += (" " if token.space or runs else "") + token.text
    return out


def _call(call: Token, macro: Macro, stream: Stream) -> list[Token]:
    if call.text in _STARRED and stream.peek() == "*":
        stream.pop(call)
    if macro is BUILT_IN["\\hspace"]:
        wide = is_wide("".join(t.text for t in stream.argument(call)))
        return [Token("command", "\\quad", call.start, call.end, call.space)] if wide else []
    arguments: list[list[Token]] = []
    stream.position = call.end
    if macro.default is not None:
        given = stream.optional(call)
        arguments.append([_placed(t, call) for t in macro.default] if given is None else given)
    while len(arguments) < macro.arguments:
        arguments.append(stream.argument(call))
    call = call._replace(end=max(call.end, stream.position))  # a call ends where its last argument does
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


_POINTS = {"em": 10.0, "ex": 4.3, "pt": 1.0, "mm": 2.8, "cm": 28.5, "in": 72.3, "mu": 0.55, "pc": 12.0}
_WIDTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*([a-z]{2})")


def is_wide(length: str) -> bool:
    """Is a space as wide as a \\quad, which sets statements apart?"""
    found = _WIDTH.match(length)
    return found is not None and float(found[1]) * _POINTS.get(found[2], 0.0) >= _POINTS["em"]


def _placed(token: Token, call: Token) -> Token:
    return token._replace(start=call.start, end=call.end)
