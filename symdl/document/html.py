"""HTML: inline parts, and formulas as native MathML that keep their LaTeX."""

from __future__ import annotations

from typing import ClassVar

from markupsafe import Markup

from symdl.document import escape, tree
from symdl.document.latex import formula_latex, space_latex
from symdl.document.speech import spoken
from symdl.document.writer import Writer, safe_url
from symdl.errors import UnsupportedError


class HtmlWriter(Writer):
    family: ClassVar[str] = "html"
    base: ClassVar[str] = "document.html"

    def __init__(self, notation: str = "matrix") -> None:
        super().__init__(notation)
        from math_core import LatexToMathML

        self._converter = LatexToMathML(annotation=True, fancy_error=False)

    def functions(self) -> dict[str, object]:
        return {
            **super().functions(),
            "display": lambda f: Markup(self._mathml(f, display=True)),
            "latex": lambda f: Markup(escape.html(self.bare(f))),
        }

    def verbatim(self, text: str) -> str:
        return "\n".join(escape.html(line) for line in text.split("\n"))

    def words(self, text: str) -> str:
        return escape.html(text)

    def bare(self, formula: tree.Formula | tree.Space) -> str:
        return space_latex(formula) if isinstance(formula, tree.Space) else formula_latex(formula, self.notation)

    def inline_math(self, formula: tree.Formula | tree.Space) -> str:
        return self._mathml(formula, display=False)

    def _mathml(self, formula: tree.Formula | tree.Space, *, display: bool) -> str:
        from math_core import LatexError

        source = self.bare(formula)
        try:
            out = self._converter.convert_with_local_state(source, displaystyle=display)
        except LatexError as error:
            raise UnsupportedError(
                "a formula that can't be set as MathML", found=source, cure=str(error).strip()
            ) from error
        # A display stands in a cell of its own: inline-level MathML in display style keeps it on its line.
        out = out.replace('<math display="block"', '<math style="math-style: normal"', 1)
        return out.replace("<math", f'<math aria-label="{escape.html(spoken(formula))}"', 1)

    def literal(self, text: str) -> str:
        return f"<code>{escape.html(text)}</code>"

    def strong(self, body: str) -> str:
        return f"<strong>{body}</strong>"

    def emphasis(self, body: str) -> str:
        return f"<em>{body}</em>"

    def link(self, body: str, url: str) -> str:
        address = safe_url(url)
        return f'<a href="{escape.html(address)}">{body}</a>' if address else body

    def reference(self, part: tree.Reference) -> str:
        return f'<a href="#line-{part.anchor}">({part.number})</a>'
