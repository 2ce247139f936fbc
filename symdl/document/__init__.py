"""Documents: a solution as LaTeX, PDF, HTML, Markdown, Typst or plain text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from symdl.errors import UsageError, nearest

if TYPE_CHECKING:
    from symdl.document import tree
    from symdl.language.understanding import Understanding
    from symdl.solution.step import Solution

FORMATS = ("tex", "pdf", "html", "md", "txt", "typ")
ENGINES = ("typst", "latex")


def render(
    solution: Solution,
    format: str,
    *,
    detail: str = "steps",
    notation: str = "matrix",
    problem: Any = None,
    understanding: Understanding | None = None,
    code: str | None = None,
    engine: str = "typst",
    templates: Path | None = None,
) -> str | bytes:
    """A worked solution as a document.

    Args:
        solution: results with their evidence, steps, authored lines.
        format: tex, pdf, html, md, txt or typ.
        detail: result (no steps), steps, or full (blocks opened).
        notation: matrix, index or both.
        problem: the problem it answers (default: the one it carries).
        understanding: what the problem means, for its definitions and its notation (default: read from the problem).
        code: the text of the generated module, to be listed.
        engine: how a PDF is made: typst (needs nothing installed) or latex.
        templates: a folder of one's own templates (`latex/`, `typst/`, …) that come before symdl's.

    Returns:
        the text of the document, or a PDF's bytes: the same for the same input.
    """
    from symdl.document import build

    check(format, detail, notation, engine)
    part = _part(solution, problem, understanding, code)
    return write(build.document(part, detail, notation), format, notation=notation, engine=engine, templates=templates)


def write(
    document: tree.Document,
    format: str,
    *,
    notation: str = "matrix",
    engine: str = "typst",
    templates: Path | None = None,
) -> str | bytes:
    """A document tree in one format."""
    from symdl.document.environment import fill

    if format == "pdf" and engine == "latex":
        from symdl.document import tex_engine

        return tex_engine.pdf(fill(document, _writer("tex", notation), templates))
    if format == "pdf":
        from symdl.document import pdf

        return pdf.pdf(fill(document, _writer("typ", notation), templates))
    return fill(document, _writer(format, notation), templates)


_WRITERS = {
    "tex": ("latex", "LatexWriter"),
    "typ": ("typst", "TypstWriter"),
    "html": ("html", "HtmlWriter"),
    "md": ("markdown", "MarkdownWriter"),
    "txt": ("text", "TextWriter"),
}


def _writer(format: str, notation: str) -> Any:
    """The writer of a format; only its own printers are loaded."""
    from importlib import import_module

    module, name = _WRITERS[format]
    return getattr(import_module(f"symdl.document.{module}"), name)(notation)


def _part(solution: Solution, problem: Any, understanding: Understanding | None, code: str | None) -> Any:
    from symdl.document.build import Part

    problem = problem if problem is not None else solution.problem
    if understanding is None and problem is not None:
        from symdl.language.declare import understand

        understanding = understand(problem)
    return Part(solution, problem, understanding, code)


def check(format: str, detail: str, notation: str, engine: str) -> None:
    from symdl.document.build import DETAILS, NOTATIONS

    for what, value, known in (
        ("format", format, FORMATS),
        ("detail", detail, DETAILS),
        ("notation", notation, NOTATIONS),
        ("engine", engine, ENGINES),
    ):
        if value not in known:
            cure = nearest(value, known)
            raise UsageError(f"an unknown {what}", found=repr(value), expected=", ".join(known), cure=cure)
