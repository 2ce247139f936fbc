"""Markdown with $…$ formulas."""

from __future__ import annotations

from typing import ClassVar

from markupsafe import Markup

from symdl.document import escape, tree
from symdl.document.latex import LatexWriter, formula_latex, space_latex
from symdl.document.writer import Writer, safe_url


class MarkdownWriter(Writer):
    family: ClassVar[str] = "markdown"
    base: ClassVar[str] = "document.md"

    def functions(self) -> dict[str, object]:
        # reasons stand inside a display, in \text{…}
        inside = LatexWriter(self.notation)
        return {**super().functions(), "tex_prose": lambda body: Markup(_tex_reason(inside, body))}

    def words(self, text: str) -> str:
        return escape.markdown(text)

    def bare(self, formula: tree.Formula | tree.Space) -> str:
        return space_latex(formula) if isinstance(formula, tree.Space) else formula_latex(formula, self.notation)

    def inline_math(self, formula: tree.Formula | tree.Space) -> str:
        return f"${self.bare(formula)}$"

    def literal(self, text: str) -> str:
        return f"`{text}`" if "`" not in text else f"`` {text} ``"

    def strong(self, body: str) -> str:
        return f"**{body}**"

    def emphasis(self, body: str) -> str:
        return f"*{body}*"

    def link(self, body: str, url: str) -> str:
        address = safe_url(url)
        return f"[{body}]({address})" if address else body


def _tex_reason(writer: LatexWriter, body: tree.Prose) -> str:
    r"""Words in \text{…}, formulas beside them: what MathJax and KaTeX set alike."""
    return "".join(
        writer.bare(part) if isinstance(part, tree.Formula | tree.Space)
        else rf"\text{{{writer.inline(part) if not isinstance(part, tree.Reference) else f'({part.number})'}}}"
        for part in body
    )  # fmt: skip
