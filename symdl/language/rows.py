"""Rows: the body of one display cut at `\\\\`, and joined again where a row only continues the one above.

A row without a relation continues the row above; so does one after a row that ends in a relation, and one that begins
with `+` or `·`. A row of words alone is prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symdl.errors import ReadError, Span
from symdl.language.macros import Macros, expand
from symdl.language.tidy import tidy
from symdl.language.tokens import WIDE, Token, tokenize
from symdl.language.vocabulary import VOCABULARY

# Environments that only align: their markers go, their rows are rows of the display.
TRANSPARENT = frozenset("aligned split gathered alignedat multlined subarray".split()) | {"equation", "align", "align*"}

MAX_ROWS = 2_000  # of one display

_PIECE = re.compile(
    r"""(?P<row>\\\\\*?(?:[ \t]*\[\s*-?[0-9.]+\s*(?:[a-z]{2}|\\[a-z]+)\s*\])?|\\(?:tabularnewline|cr)(?![A-Za-z]))
    |(?P<inter>\\(?:short)?intertext\s*\{)
    |(?P<begin>\\begin\s*\{(?P<opened>[A-Za-z]+\*?)\}(?:\s*\[[tcb]\])?)
    |(?P<end>\\end\s*\{(?P<closed>[A-Za-z]+\*?)\})
    |(?P<escape>\\(?:[A-Za-z]+|.))
    |(?P<open>\{)|(?P<close>\})|(?P<cell>&)""",
    re.VERBOSE | re.DOTALL,
)
_EMPTY_SIDES = re.compile(r"\\right\s*\.\s*\Z"), re.compile(r"\A\s*\\left\s*\.")
_PROSE_ROW = re.compile(
    r"\s*\\(?:text|mbox|textrm|intertext|shortintertext|textit|textbf)\s*\{(?P<words>[^{}$]*)\}\s*[.,:;]?\s*\Z"
)
# An array that only aligns: all of the display, each row with a relation in a cell of its own.
_ALIGNED_ARRAY = re.compile(
    r"\s*\\begin\{array\}\s*\{[lcr\s]{3,9}\}(?P<body>(?:[^&]*&\s*(?:=|\\leq?|\\geq?|\\approx)\s*&)+[^&]*)\\end\{array\}[\s.,]*"
)
_LAYOUT = re.compile(
    r"\\(?:label|tag\*?|hspace\*?|vspace\*?)\s*\{[^{}]*\}"
    r"|\\(?:nonumber|notag|hline|displaystyle|allowdisplaybreaks)(?![A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a display: pieces of the text (their start in the file, their text), and the prose before it."""

    pieces: tuple[tuple[int, str], ...]
    prose: str
    relation: bool

    @property
    def latex(self) -> str:
        return " ".join(text for _, text in self.pieces)


def rows_of(text: str, start: int, end: int, macros: Macros) -> tuple[list[Row], str]:
    """The rows of the display body `text[start:end]`, and the prose after the last."""
    aligned = _ALIGNED_ARRAY.fullmatch(text, start, end)
    if aligned is not None and "array" not in aligned["body"]:
        start, end = aligned.span("body")
    out: list[Row] = []
    prose: list[str] = []
    for offset, body, note in _cut(text, start, end):
        if note:
            prose.append(body.strip())
            continue
        words = _PROSE_ROW.match(_LAYOUT.sub("", body))
        if words is not None and _speaks(words.group("words")):
            prose.append(words.group("words").strip())
            continue
        if not _LAYOUT.sub("", body).strip(" \t\r\n~,.;"):
            continue
        lead = len(body) - len(body.lstrip())
        piece = (offset + lead, body.strip())
        kinds = _shape(piece[1], macros)
        if out and _continues(out[-1], kinds, macros) and not prose:
            above = out[-1]
            out[-1] = Row(_join(above.pieces, piece), above.prose, above.relation or "rel" in kinds)
        else:
            out.append(Row((piece,), "\n".join(prose), "rel" in kinds))
            prose = []
    return out, "\n".join(prose)


def _speaks(words: str) -> bool:
    return any(len(w.strip(".,:;")) > 1 for w in words.split())


def _continues(above: Row, kinds: list[str], macros: Macros) -> bool:
    """Does a row of these kinds go on with the row above?"""
    if "rel" not in kinds:
        return True
    if not above.relation:
        return kinds[0] == "rel"
    return kinds[0] == "join" or _shape(above.pieces[-1][1], macros)[-1] == "rel"


def _join(above: tuple[tuple[int, str], ...], below: tuple[int, str]) -> tuple[tuple[int, str], ...]:
    """`\\left( a \\right. \\\\ \\left. b \\right)`: the sides that close nothing go."""
    offset, text = above[-1]
    start, rest = below
    tail, head = _EMPTY_SIDES[0].search(text), _EMPTY_SIDES[1].match(rest)
    if tail and head:
        text = text[: tail.start()]
        start, rest = start + head.end(), rest[head.end() :]
    return (*above[:-1], (offset, text), (start, rest))


def _shape(row: str, macros: Macros) -> list[str]:
    """What stands at the top level of a row: `rel`, `join` (an operator that can't begin a row), or `other`."""
    try:
        tokens = tidy(expand(tokenize(row), macros))
    except ReadError:  # broken across rows, or not readable: the parser will say so
        tokens = [_classified(t) for t in _cautious(row)]
    while tokens and tokens[0].kind == "{" and _closes_at_end(tokens):  # \boxed{a = b}
        tokens = tokens[1:-1]
    kinds: list[str] = []
    depth = 0
    for token in tokens:
        if token.kind in ("open", "{", "begin"):
            depth += 1
            kinds.append("other")
        elif token.kind in ("close", "}", "end"):
            depth = max(0, depth - 1)
            kinds.append("other")
        elif depth == 0 and token.kind not in ("sep", "cell", "."):
            kinds.append(_role(token))
    return kinds or ["other"]


def _closes_at_end(tokens: list[Token]) -> bool:
    """Does the brace that opens first close last?"""
    depth = 0
    for k, token in enumerate(tokens):
        depth += (token.kind == "{") - (token.kind == "}")
        if depth == 0:
            return k == len(tokens) - 1
    return False


def _role(token: Token) -> str:
    if token.kind in ("rel", "logic"):
        return "rel"
    return "join" if token.kind == "mul" or (token.kind == "add" and token.text == "+") else "other"


def _cautious(row: str) -> list[Token]:
    try:
        return tokenize(row)
    except ReadError:
        return []


def _classified(token: Token) -> Token:
    kind, text = VOCABULARY.get(token.text, (token.kind, token.text))
    return token._replace(kind=kind, text=text)


def _cut(text: str, start: int, end: int) -> list[tuple[int, str, bool]]:
    """Pieces between row ends at depth 0: offset, text (alignment marks blanked), and whether it is `\\intertext`."""
    out: list[tuple[int, str, bool]] = []
    buffer: list[str] = []
    row_start = position = start
    depth = 0
    last_mark = -1  # just after the alignment mark before

    def finish(at: int, resume: int) -> None:
        nonlocal row_start, position
        buffer.append(text[position:at])
        out.append((row_start, "".join(buffer), False))
        if len(out) > MAX_ROWS:
            raise ReadError("a display of too many rows", span=Span(start, end), expected=f"at most {MAX_ROWS}")
        buffer.clear()
        row_start = position = resume

    def blank(at: int, resume: int) -> None:
        nonlocal position
        buffer.append(text[position:at] + " " * (resume - at))
        position = resume

    for found in _PIECE.finditer(text, start, end):
        if found.start() < position:
            continue
        match found.lastgroup:
            case "row" if depth == 0:
                finish(found.start(), found.end())
            case "inter" if depth == 0:
                close = _brace_end(text, found.end() - 1, end)
                finish(found.start(), close)
                out.append((found.end(), text[found.end() : close - 1], True))
            case "begin" | "opened":
                if found.group("opened") not in TRANSPARENT:
                    depth += 1
                elif depth == 0:
                    resume = found.end()
                    if found.group("opened") == "alignedat" and text[resume : resume + 1] == "{":
                        resume = _brace_end(text, resume, end)
                    blank(found.start(), resume)
            case "end" | "closed":
                if found.group("closed") not in TRANSPARENT:
                    depth = max(0, depth - 1)
                elif depth == 0:
                    blank(found.start(), found.end())
            case "open":
                depth += 1
            case "close":
                depth = max(0, depth - 1)
            case "cell" if depth == 0:
                blank(found.start(), found.end())
                if last_mark >= row_start and not text[last_mark : found.start()].strip():
                    buffer[-1] = buffer[-1][:-1] + WIDE  # `&&` sets apart what follows
                last_mark = found.end()
    finish(end, end)
    return out


def _brace_end(text: str, start: int, end: int) -> int:
    """Just after the `}` that closes the `{` at `start`; the end where none does."""
    depth = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start, end):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth == 0:
            return found.end()
    return end
