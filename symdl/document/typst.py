"""Typst: inline parts and formulas for the templates of `templates/typst`, each formula with its alt text.

Each call in a line ends with a semicolon: without it the words that follow could be read as its arguments.
"""

from __future__ import annotations

from typing import ClassVar

from markupsafe import Markup

from symdl.document import escape, relations, tree
from symdl.document.as_written import typst_as_written
from symdl.document.speech import spoken, spoken_row
from symdl.document.writer import Writer, safe_url
from symdl.errors import SymdlError, UnsupportedError
from symdl.language.dims import Dim, Shape
from symdl.language.print_typst import typst
from symdl.language.syntax import Size


class TypstWriter(Writer):
    family: ClassVar[str] = "typst"
    base: ClassVar[str] = "document.typ"

    def functions(self) -> dict[str, object]:
        return {
            **super().functions(),
            "alt_of": lambda row: Markup(escape.typst_string(spoken_row(row))),
            "alt": lambda f: Markup(escape.typst_string(spoken(f))),
            "string": lambda t: Markup(escape.typst_string(t)),
            "raw": lambda t: Markup(_raw(t)),
        }

    def words(self, text: str) -> str:
        return escape.typst(text)

    def bare(self, formula: tree.Formula | tree.Space) -> str:
        if isinstance(formula, tree.Space):
            return _space(formula)
        if formula.node is None:
            body = self._as_written(formula.source)
        else:
            body = typst(formula.node)
        return f"{relations.TYPST[formula.lead]} {body}" if formula.lead else body

    def _as_written(self, source: str) -> str:
        """A formula that no tree stands for."""
        try:
            return typst_as_written(source)
        except SymdlError as error:
            raise UnsupportedError(
                "a formula in the prose that can't be set without TeX",
                found=source,
                cure="write it in the notation that symdl reads, or make the PDF with  --engine latex",
            ) from error

    def inline_math(self, formula: tree.Formula | tree.Space) -> str:
        return f"#m({escape.typst_string(spoken(formula))}, ${self.bare(formula)}$);"

    def literal(self, text: str) -> str:
        return f"#raw({escape.typst_string(text)});"

    def strong(self, body: str) -> str:
        return f"#strong[{body}];"

    def emphasis(self, body: str) -> str:
        return f"#emph[{body}];"

    def link(self, body: str, url: str) -> str:
        address = safe_url(url)
        return f"#link({escape.typst_string(address)})[{body}];" if address else body


def _space(space: tree.Space) -> str:
    field = "ZZ" if space.integer else "RR"
    return field + (f"^({_sizes(space.shape)})" if space.shape else "")


def _sizes(shape: Shape) -> str:
    return " times ".join(_size(a.size, len(shape) > 1) for a in shape)


def _size(size: Dim, beside: bool) -> str:
    out = typst(Size(size))
    return f"\\({out}\\)" if beside and len(size.terms) > 1 else out


def _raw(text: str) -> str:
    """A string that keeps its line breaks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
