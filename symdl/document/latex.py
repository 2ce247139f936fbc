"""LaTeX: inline parts and formulas for the templates of `templates/latex`."""

from __future__ import annotations

from typing import ClassVar

from markupsafe import Markup

from symdl.document import escape, relations, tree
from symdl.document.writer import Writer, safe_url
from symdl.language.dims import Dim, Shape
from symdl.language.print_latex import latex
from symdl.language.syntax import Size

SIGNS = {s: rf"\{s}" for s in ("proved", "supported", "unchecked", "refuted")}
LISTED = frozenset("∂Σ→×≥≤·…—–⊙ᵀ²")  # what the template's `literate` sets


class LatexWriter(Writer):
    family: ClassVar[str] = "latex"
    base: ClassVar[str] = "document.tex"

    def functions(self) -> dict[str, object]:
        return {**super().functions(), "sign": lambda status: Markup(SIGNS[status])}

    def verbatim(self, text: str) -> str:
        """A listing can't hold its own end, nor signs that pdfTeX has no glyph for."""
        text = text.replace(r"\end{lstlisting}", r"\end {lstlisting}")
        return "".join(c if c in LISTED or ord(c) < 0x180 else "?" for c in text)

    def words(self, text: str) -> str:
        return escape.tex(text)

    def bare(self, formula: tree.Formula | tree.Space) -> str:
        if isinstance(formula, tree.Space):
            return space_latex(formula)
        return formula_latex(formula, self.notation)

    def inline_math(self, formula: tree.Formula | tree.Space) -> str:
        return f"${self.bare(formula)}$"

    def literal(self, text: str) -> str:
        return rf"\texttt{{{escape.tex(text)}}}"

    def strong(self, body: str) -> str:
        return rf"\textbf{{{body}}}"

    def emphasis(self, body: str) -> str:
        return rf"\emph{{{body}}}"

    def link(self, body: str, url: str) -> str:
        address = safe_url(url)
        return (
            rf"\href{{{address.replace('%', chr(92) + '%').replace('#', chr(92) + '#')}}}{{{body}}}"
            if address
            else body
        )

    def reference(self, part: tree.Reference) -> str:
        return rf"\eqref{{line:{part.anchor}}}"


def formula_latex(formula: tree.Formula, notation: str = "matrix") -> str:
    """The formula as LaTeX mathematics, its leading sign first."""
    body = formula.source if formula.node is None else latex(formula.node, notation)
    return f"{relations.LATEX[formula.lead]} {body}" if formula.lead else body


def space_latex(space: tree.Space) -> str:
    field = r"\mathbb{Z}" if space.integer else r"\mathbb{R}"
    return field + (f"^{{{_sizes(space.shape)}}}" if space.shape else "")


def _sizes(shape: Shape) -> str:
    return r" \times ".join(_size(a.size, len(shape) > 1) for a in shape)


def _size(size: Dim, beside: bool) -> str:
    out = latex(Size(size))
    return f"({out})" if beside and len(size.terms) > 1 else out
