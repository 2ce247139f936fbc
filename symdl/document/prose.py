"""An author's prose: a small part of Markdown, with $…$ formulas read by symdl's own reader.

Blocks: paragraphs, `- ` and `1. ` lists, `#` headings, displays in $$…$$. Inline: **strong**, *emphasis*, `code`,
[text](address), $formula$, and a backslash before any sign that should stand for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from symdl.document import tree
from symdl.errors import Span, SymdlError, UsageError
from symdl.language.scope import Scope
from symdl.language.syntax import Node

Read = Callable[[str], "Node | None"]

_INLINE = re.compile(
    r"""\\(?P<escaped>[\\`*_{}\[\]()#+\-.!$~&%^|<>])
      | \$(?P<formula>(?:[^$\\]|\\.)+)\$
      | (?P<ticks>`+)(?P<code>.+?)(?P=ticks)
      | \*\*(?P<strong>\S(?:.*?\S)?)\*\*
      | \*(?P<emphasis>[^\s*](?:[^*]*[^\s*])?)\*
      | \[(?P<text>[^\]]+)\]\((?P<url>[^()\s]+)\)""",
    re.VERBOSE | re.DOTALL,
)
_ITEM = re.compile(r"\s*(?:[-*+]|(?P<number>\d+)\.)\s+")
_HEADING = re.compile(r"(#{1,4})\s+(.*)")


def no_reader(latex: str) -> Node | None:
    """Formulas stay as the author wrote them."""
    return None


def reader(scope: Scope | None) -> Read:
    """Read formulas in a scope; one that can't be read (`$n \\times c$`) stays as it is written."""
    if scope is None:
        return no_reader
    known = scope

    def read(latex: str) -> Node | None:
        from symdl.language.reader import read_expression, read_line

        try:
            return read_expression(latex, known)
        except SymdlError:
            pass
        try:
            return read_line(latex, known).node
        except SymdlError:
            return None

    return read


def inline(text: str, read: Read = no_reader) -> tree.Prose:
    """One stretch of prose as inline parts."""
    out: list[tree.Inline] = []
    end = 0
    for match in _INLINE.finditer(text):
        _words(out, text[end : match.start()])
        end = match.end()
        if match["escaped"] is not None:
            _words(out, match["escaped"])
        elif match["formula"] is not None:
            out.append(formula(match["formula"], read, text, match.start("formula")))
        elif match["code"] is not None:
            out.append(tree.Literal(match["code"].strip() or match["code"]))
        elif match["strong"] is not None:
            out.append(tree.Strong(inline(match["strong"], read)))
        elif match["emphasis"] is not None:
            out.append(tree.Emphasis(inline(match["emphasis"], read)))
        else:
            out.append(tree.Link(inline(match["text"], read), match["url"]))
    _words(out, text[end:])
    return tuple(out)


def _words(out: list[tree.Inline], text: str) -> None:
    if not text:
        return
    if out and isinstance(out[-1], tree.Words):
        out[-1] = tree.Words(out[-1].text + text)
    else:
        out.append(tree.Words(text))


def formula(latex: str, read: Read, text: str = "", start: int = 0) -> tree.Formula:
    """A formula, as a tree where it can be read; one whose braces do not match would break the page around it."""
    depth = 0
    for i, c in enumerate(re.sub(r"\\[\\{}%$]", "  ", latex)):
        depth += (c == "{") - (c == "}")
        if depth < 0 or c == "%":
            raise UsageError(
                "a formula in the prose whose braces do not match" if c == "}" else "a comment inside a formula",
                span=Span(start + i, start + i + 1),
            ).at("prose", text or latex)
    if depth:
        raise UsageError("a formula in the prose whose braces do not match", span=Span(start, start + len(latex))).at(
            "prose", text or latex
        )
    node = read(latex)
    return tree.Formula(node=node) if node is not None else tree.Formula(source=latex.strip())


def blocks(text: str, read: Read = no_reader) -> tuple[tree.Block, ...]:
    """A longer text: paragraphs, lists, headings and displays."""
    out: list[tree.Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        if not part.strip():
            continue
        heading = _HEADING.fullmatch(part.strip())
        if heading:
            out.append(tree.Heading(len(heading[1]) + 1, inline(heading[2], read)))
        elif part.strip().startswith("$$") and part.strip().endswith("$$") and len(part.strip()) > 4:
            shown = formula(part.strip()[2:-2].strip(), read, part, part.find("$$") + 2)
            out.append(tree.Aligned((tree.Row(None, shown),)))
        elif _ITEM.match(part):
            out.append(_list(part, read))
        else:
            out.append(tree.Paragraph(inline(" ".join(part.split("\n")).strip(), read)))
    return tuple(out)


def _list(part: str, read: Read) -> tree.Bullets:
    items: list[str] = []
    ordered = False
    for line in part.split("\n"):
        start = _ITEM.match(line)
        if start:
            ordered = ordered or start["number"] is not None
            items.append(line[start.end() :])
        elif items:
            items[-1] += " " + line.strip()
    return tree.Bullets(tuple(inline(item, read) for item in items), ordered)


def plain(body: tree.Prose) -> str:
    """The words alone, for a window's title or a PDF's metadata."""
    out = []
    for part in body:
        if isinstance(part, tree.Words | tree.Literal):
            out.append(part.text)
        elif isinstance(part, tree.Reference):
            out.append(f"({part.number})")
        elif isinstance(part, tree.Formula):
            out.append(_plain_formula(part))
        elif not isinstance(part, tree.Space):
            out.append(plain(part.body))
    return "".join(out)


def _plain_formula(part: tree.Formula) -> str:
    if part.node is None:
        return part.source
    from symdl.language.print_text import text

    return text(part.node)
