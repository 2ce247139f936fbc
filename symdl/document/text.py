"""Plain text for terminals: formulas in symdl's own notation."""

from __future__ import annotations

import re
from typing import ClassVar

from markupsafe import Markup

from symdl.document import escape, tree
from symdl.document.writer import Writer, safe_url
from symdl.language.dims import Dim
from symdl.language.glyphs import COMMANDS
from symdl.language.print_text import text


class TextWriter(Writer):
    """Plain text: formulas as symdl's own notation in Unicode."""

    family: ClassVar[str] = "text"
    base: ClassVar[str] = "document.txt"

    def functions(self) -> dict[str, object]:
        return {**super().functions(), "pad": lambda s, n: Markup(str(s).ljust(n)), "width": len}

    def words(self, text: str) -> str:
        return escape.plain(text)

    def bare(self, formula: tree.Formula | tree.Space) -> str:
        if isinstance(formula, tree.Space):
            field = "integer" if formula.integer else "real"
            return f"{field} {'×'.join(_size(a.size, len(formula.shape) > 1) for a in formula.shape)}".strip()
        body = _as_written(formula.source) if formula.node is None else text(formula.node)
        return f"{formula.lead} {body}" if formula.lead else body

    def inline_math(self, formula: tree.Formula | tree.Space) -> str:
        return self.bare(formula)

    def literal(self, text: str) -> str:
        return text

    def strong(self, body: str) -> str:
        return body

    def emphasis(self, body: str) -> str:
        return body

    def link(self, body: str, url: str) -> str:
        address = safe_url(url)
        return f"{body} <{address}>" if address else body


def _size(size: Dim, beside: bool) -> str:
    return f"({size})" if beside and len(size.terms) > 1 else str(size)


_COMMAND = re.compile(r"\\([A-Za-z]+) ?")


def _as_written(source: str) -> str:
    """A formula that no tree stands for: its letters as Unicode, the rest as the author wrote it."""
    out = _COMMAND.sub(lambda m: COMMANDS[m[1]][0] if m[1] in COMMANDS else m[1] + " ", source)
    return re.sub(r"([\^_])\{(\w)\}", r"\1\2", out).strip()
