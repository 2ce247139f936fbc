"""Documents: the displayed formulas of a .tex or Markdown file, as numbered lines with their places in the file.

A line is a displayed row. Comments, verbatim text and code are passed over; inline `$…$` is prose. Nothing is
included, opened or run.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from symdl.errors import ReadError, Span
from symdl.language.macros import Macros
from symdl.language.rows import Row, rows_of

MAX_DOCUMENT = 2_000_000  # characters
MAX_LINES = 5_000
MAX_INLINE = 500  # characters of a formula in running text

DISPLAYS = frozenset(
    "equation align aligned gather gathered multline split eqnarray alignat alignedat flalign displaymath dmath "
    "IEEEeqnarray xalignat math".split()
)
_VERBATIM = "verbatim|Verbatim|lstlisting|minted|comment|alltt|filecontents"


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One line of somebody's work.

    Args:
        number: counts from 1 through the whole file.
        latex: the formula; rows that continue it are joined by a space.
        start, end: the stretch of the file from its first to its last character.
        display: which display it stands in, from 1; prose: the text before it.
        relation: does it state anything, or is it an expression that stands alone?
        pieces: where each part of `latex` begins, in `latex` and in the file.
    """

    number: int
    latex: str
    start: int
    end: int
    display: int
    prose: str = ""
    relation: bool = True
    pieces: tuple[tuple[int, int], ...] = ()

    def offset_of(self, position: int) -> int:
        """The place in the file of a place in `latex`."""
        if not self.pieces:
            return self.start + position
        index = max(0, bisect_right([p for p, _ in self.pieces], position) - 1)
        local, place = self.pieces[index]
        return min(place + position - local, self.end)

    def span_of(self, span: Span) -> Span:
        """The stretch of the file that a span of `latex` covers."""
        start = self.offset_of(span.start)
        return Span(start, max(start, self.offset_of(max(span.start, span.end - 1)) + (span.end > span.start)))


@dataclass(frozen=True, slots=True)
class Document:
    """A document as symdl sees it: its lines, its author's macros, and the prose after the last line."""

    text: str
    kind: str
    lines: tuple[WorkLine, ...]
    macros: Macros = field(default_factory=Macros)
    prose: str = ""

    def position(self, offset: int) -> tuple[int, int]:
        """Row and column of a place in the file, counted from 1."""
        start = self.text.rfind("\n", 0, offset) + 1
        return self.text.count("\n", 0, offset) + 1, offset - start + 1


def read_document(text: str, kind: str) -> Document:
    """Find the lines of a document.

    Args:
        text: the file's text.
        kind: `tex` or `md`.

    Raises:
        ReadError: the text is too long, or holds NUL characters.
    """
    if kind not in ("tex", "md"):
        raise ValueError(f"a document is tex or md, not {kind}")
    if len(text) > MAX_DOCUMENT:
        raise ReadError("the file is too long", found=f"{len(text)} characters", expected=f"at most {MAX_DOCUMENT}")
    if "\0" in text:
        raise ReadError(
            "the file is no text", span=Span(text.index("\0"), text.index("\0") + 1), found="a NUL character"
        )
    masked = _mask_tex(text) if kind == "tex" else _mask_markdown(text)
    macros, definitions = Macros.gather(masked)
    masked = _without(masked, definitions)
    first, last = 0, len(masked)
    if kind == "tex":
        opened = masked.find("\\begin{document}")
        if opened >= 0:
            first = opened + len("\\begin{document}")
            closed = masked.find("\\end{document}", first)
            last = closed if closed >= 0 else last
    lines: list[WorkLine] = []
    prose_start, carried, display = first, "", 0
    for outer_start, start, end, outer_end in _displays(masked, first, last, kind, macros):
        display += 1
        before = _speech(carried, masked[prose_start:outer_start])
        rows, carried = rows_of(masked, start, end, macros)
        for n, row in enumerate(rows):
            lines.append(_line(len(lines) + 1, row, display, _speech(before, row.prose) if n == 0 else row.prose))
            if len(lines) > MAX_LINES:
                raise ReadError("the file has too many lines", span=Span(start, end), expected=f"at most {MAX_LINES}")
        if not rows:
            carried = _speech(before, carried)
        prose_start = outer_end
    return Document(text, kind, tuple(lines), macros, _speech(carried, masked[prose_start:last]))


def _speech(*parts: str) -> str:
    return "\n".join(p.strip() for p in parts if p.strip())


def _line(number: int, row: Row, display: int, prose: str) -> WorkLine:
    places: list[tuple[int, int]] = []
    local = 0
    for offset, piece in row.pieces:
        places.append((local, offset))
        local += len(piece) + 1
    last_offset, last_piece = row.pieces[-1]
    return WorkLine(
        number, row.latex, row.pieces[0][0], last_offset + len(last_piece), display, prose, row.relation, tuple(places)
    )


# ------------------------------------------------------------------------------------------------- finding displays

_OPENING = r"""(?P<skip>\\\\|\\[$])
    |\\begin\s*\{(?P<name>[A-Za-z]+)(?P<star>\*?)\}
    |(?P<bracket>\\\[)
    |(?P<dollars>\$\$)
    |(?P<inline>\$)
    |(?P<fence>(?<![^\n])[ \t]*(?P<ticks>`{3,}|~{3,})[ \t]*math[ \t]*\n)
    |(?P<command>\\[A-Za-z]+)"""
_OPENER = re.compile(_OPENING, re.VERBOSE)
_INLINE_CLOSE = re.compile(r"(?<!\\)\$")
_INLINE_CLOSE_MARKDOWN = re.compile(r"(?<![\s\\$])\$(?![0-9$])")
_PARAGRAPH = re.compile(r"\n[ \t>]*\n")
_ALIAS = re.compile(r"\\(begin|end)\{([A-Za-z]+)\*?\}\Z")


def _displays(text: str, first: int, last: int, kind: str, macros: Macros) -> list[tuple[int, int, int, int]]:
    """For each display: where it begins, where its body begins and ends, where it ends. In linear time.

    One that is not closed ends at the paragraph, and its body keeps its opening, which the parser will refuse.
    """
    out: list[tuple[int, int, int, int]] = []
    shortcuts = _shortcuts(macros)
    position = first
    absent: set[str] = set()  # closing marks that do not occur any more
    while True:
        found = _OPENER.search(text, position, last)
        if found is None:
            return out
        position = found.end()
        closer = ""
        name = found.group("name")
        if name is not None:
            if name not in DISPLAYS:
                continue
            closer = rf"\\end\s*\{{{name}{re.escape(found.group('star'))}\}}"
        elif found.group("command"):
            name = shortcuts.get(found.group("command"), "")
            if not name:
                continue
            ends = [re.escape(k) + "(?![A-Za-z])" for k, v in shortcuts.items() if v == f"/{name}"]
            closer = "|".join([*ends, rf"\\end\s*\{{{name}\*?\}}"])
            if name.startswith("/"):
                continue
        elif found.group("bracket"):
            closer = r"\\\]"
        elif found.group("dollars"):
            closer = r"\$\$"
        elif found.group("fence"):
            closer = r"(?<![^\n])[ \t]*" + found.group("ticks") + r"[ \t]*(?=\n|\Z)"
        elif found.group("inline"):
            position = _inline_end(text, position, last, kind)
            continue
        else:
            continue
        close = None if closer in absent else _find_close(text, position, last, closer)
        if close is None:
            absent.add(closer)
            gap = _PARAGRAPH.search(text, position, last)
            end = gap.start() if gap else last
            out.append((found.start(), found.start(), end, end))
            position = end
            continue
        start = position
        if name in ("alignat", "alignedat", "xalignat", "IEEEeqnarray"):
            columns = re.compile(r"\s*\{[^{}]*\}").match(text, start)
            start = columns.end() if columns else start
        out.append((found.start(), start, close.start(), close.end()))
        position = close.end()


def _find_close(text: str, start: int, last: int, closer: str) -> re.Match[str] | None:
    """The closing mark, passing over `\\\\` and `\\$`, which may only look like one."""
    for found in re.compile(rf"(?P<close>{closer})|\\\\|\\\$").finditer(text, start, last):
        if found.group("close") is not None:
            return found
    return None


def _inline_end(text: str, start: int, last: int, kind: str) -> int:
    """After an inline formula; a dollar sign that opens none (`5 $`) is passed over."""
    if kind == "md" and text[start : start + 1].isspace():
        return start
    limit = min(last, start + MAX_INLINE)
    gap = _PARAGRAPH.search(text, start, limit)
    limit = gap.start() if gap else limit
    found = (_INLINE_CLOSE if kind == "tex" else _INLINE_CLOSE_MARKDOWN).search(text, start, limit)
    if found is not None:
        return found.end()
    return start


def _shortcuts(macros: Macros) -> dict[str, str]:
    """Macros that only open or close an environment: `\\be` ⇒ `equation`, `\\ee` ⇒ `/equation`."""
    out: dict[str, str] = {}
    for name, macro in macros.table.items():
        found = _ALIAS.match("".join(t.text for t in macro.body)) if len(macro.body) < 40 else None
        if found is not None and found.group(2) in DISPLAYS:
            out[name] = ("" if found.group(1) == "begin" else "/") + found.group(2)
    return out


# ------------------------------------------------------------------------------------------------------- masking

_TEX_MASK = re.compile(
    rf"""(?P<escape>\\[\\%$])
    |(?P<comment>%[^\n]*)
    |(?P<verbatim>\\begin\s*\{{(?:{_VERBATIM})\*?\}}.*?(?:\\end\s*\{{(?:{_VERBATIM})\*?\}}|\Z))
    |(?P<verb>\\verb\*?(?P<bar>[^A-Za-z\s*])[^\n]*?(?P=bar))
    |(?P<off>\\iffalse(?![A-Za-z]).*?(?:\\fi(?![A-Za-z])|\Z))""",
    re.VERBOSE | re.DOTALL,
)
_MARKDOWN_MASK = re.compile(
    r"""(?P<fence>^[ \t]*(?P<ticks>`{3,}|~{3,})(?![ \t]*math[ \t]*$)[^\n]*$.*?(?:^[ \t]*(?P=ticks)[`~]*[ \t]*$|\Z))
    |(?P<math>^[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*math[ \t]*$.*?(?:^[ \t]*(?P=marks)[ \t]*$|\Z))
    |(?P<note><!--.*?(?:-->|\Z))
    |(?P<code>(?<!`)(?P<tick>`+)(?!`)[^\n]{0,1000}?(?<!`)(?P=tick)(?!`))""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_QUOTED = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE)


def _without(text: str, stretches: list[tuple[int, int]]) -> str:
    out: list[str] = []
    position = 0
    for start, end in stretches:
        out += [text[position:start], _spaces(text[start:end])]
        position = end
    return "".join([*out, text[position:]])


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _mask_tex(text: str) -> str:
    """Comments and verbatim text as spaces, so that every place stays where it is."""
    return _TEX_MASK.sub(lambda m: m.group() if m.group("escape") else _spaces(m.group()), text)


def _mask_markdown(text: str) -> str:
    """Code and HTML comments as spaces; the `>` of a quotation too, where a display stands in one."""
    text = _MARKDOWN_MASK.sub(lambda m: m.group() if m.group("math") else _spaces(m.group()), text)
    out: list[str] = []
    position, quoted = 0, False
    for line in text.splitlines(keepends=True):
        mark = _QUOTED.match(line)
        if mark is None:
            quoted = False
        elif quoted or not position or "$$" in line or "\\[" in line or "\\begin" in line or not out[-1].strip():
            quoted = True
        out.append(line if mark is None or not quoted else " " * mark.end() + line[mark.end() :])
        position += len(line)
    return "".join(out)
