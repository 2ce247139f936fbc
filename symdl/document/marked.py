"""Marked derivations as pages: a tick, a cross or a question mark beside each line, the reason below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from symdl.document import escape
from symdl.document.as_written import typst_as_written
from symdl.document.environment import environment
from symdl.errors import SymdlError, UsageError

SIGNS = {"tick": "✓", "cross": "✗", "question": "?"}
VERDICTS = {"correct": "tick", "wrong": "cross"}
WORDS = {"tick": "holds", "cross": "wrong", "question": "not checked"}


def render_marked(marked: Sequence[Any], fmt: str, groups: Sequence[Any] = ()) -> str | bytes:
    """The pages of marked submissions.

    Args:
        marked: what `symdl.submissions.mark_all` gives of each: name, verdict, message, page.
        fmt: html or pdf.
        groups: those with one mistake in common, for the summary of many.
    """
    if fmt not in ("html", "pdf"):
        raise UsageError(f"a report can't be a {fmt}", expected="text, json, html or pdf")
    family = "html" if fmt == "html" else "typst"
    formula: Callable[..., Markup] = _html_formulas() if fmt == "html" else _typst_formula
    env = environment(family)
    template = env.get_template("marked.html" if fmt == "html" else "marked.typ")
    text = template.render(
        marked=marked,
        groups=groups,
        formula=formula,
        sentence=lambda words: _sentence(words, formula, escape.html if fmt == "html" else escape.typst),
        signs=SIGNS,
        words=WORDS,
        verdicts=VERDICTS,
        string=lambda t: Markup(escape.typst_string(t)),
        rows=lambda t: _rows(t, fmt == "html"),
    )
    if fmt == "html":
        return text
    from symdl.document.pdf import pdf

    return pdf(text)


def _rows(text: str, html: bool) -> Markup:
    """Preformatted text, a row a line: HTML, or a string literal of Typst."""
    if html:
        return Markup("\n".join(escape.html(row) for row in text.splitlines()))
    return Markup('"' + "\\n".join(escape.typst_string(row)[1:-1] for row in text.splitlines()) + '"')


def _html_formulas() -> Callable[..., Markup]:
    from math_core import LatexToMathML

    converter = LatexToMathML(annotation=True, fancy_error=False)

    def formula(shown: Any, display: bool = False) -> Markup:
        latex = shown if isinstance(shown, str) else shown.latex
        spoken = latex if isinstance(shown, str) else shown.speech or latex
        out = _first(converter, _forms(shown), display)
        if out is None:
            return Markup(f"<code>{escape.html(latex)}</code>")
        out = out.replace('<math display="block"', '<math style="math-style: normal"', 1)
        return Markup(out.replace("<math", f'<math aria-label="{escape.html(spoken)}"', 1))

    return formula


def _forms(shown: Any) -> tuple[str, ...]:
    """A formula as its author wrote it, then as symdl prints it."""
    return (shown,) if isinstance(shown, str) else tuple(x for x in (shown.written, shown.latex) if x)


def _first(converter: Any, forms: Sequence[str], display: bool) -> str | None:
    """The first of several spellings that converts."""
    from math_core import LatexError

    for latex in forms:
        try:
            return str(converter.convert_with_local_state(latex, displaystyle=display))
        except LatexError:
            continue
    return None


def _typst_formula(shown: Any, display: bool = False) -> Markup:
    latex = shown if isinstance(shown, str) else shown.latex
    body = "" if isinstance(shown, str) else shown.typst
    alt = latex if isinstance(shown, str) else shown.speech or latex
    try:
        body = typst_as_written(_forms(shown)[0])
    except SymdlError:
        if not body:
            return Markup(f"#raw({escape.typst_string(latex)});")
    body = f"display({body})" if display else body
    return Markup(f"#m({escape.typst_string(alt)}, ${body}$);")


def _sentence(words: str, formula: Callable[..., Markup], escaped: Callable[[str], str]) -> Markup:
    """Words with formulas between dollar signs."""
    parts = re.split(r"\$([^$]+)\$", words)
    return Markup("".join(str(formula(p)) if k % 2 else escaped(p) for k, p in enumerate(parts)))
