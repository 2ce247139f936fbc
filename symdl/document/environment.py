r"""Jinja, set up for each target: delimiters that do not clash with it, and escaping that can't be forgotten.

Every `\VAR{…}` passes through `finalize`: what a writer made (Markup) goes out as it is, anything else is escaped for
the target. A name that a template does not know is an error. A user's own templates come first, in Jinja's sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from symdl.document import escape, tree
from symdl.document.writer import Writer
from symdl.resources import templates_folder
from symdl.templating import filled

_TEX = {
    "block_start_string": r"\BLOCK{", "block_end_string": "}", "variable_start_string": r"\VAR{",
    "variable_end_string": "}", "comment_start_string": r"\#{", "comment_end_string": "}",
}  # fmt: skip
_ANGLES = {
    "block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "<<",
    "variable_end_string": ">>", "comment_start_string": "<#", "comment_end_string": "#>",
}  # fmt: skip
DELIMITERS: dict[str, dict[str, str]] = {
    "latex": _TEX,
    "typst": _ANGLES,
    "html": {},
    "markdown": _ANGLES,
    "text": _ANGLES,
}
ESCAPES: dict[str, Callable[[str], str]] = {
    "latex": escape.tex, "typst": escape.typst, "html": escape.html, "markdown": escape.markdown, "text": escape.plain,
}  # fmt: skip


@cache
def environment(family: str, overrides: Path | None = None) -> ImmutableSandboxedEnvironment:
    """The environment of one family of templates; `overrides` is a folder with a user's own `latex/`, `typst/`, …"""
    escaped = ESCAPES[family]

    def finalize(value: Any) -> Markup:
        # Markup counts as finished for Jinja too (autoescape is on), so nothing is escaped a second time as HTML.
        if isinstance(value, float):
            return Markup(f"{value:.6g}")
        return value if isinstance(value, Markup) else Markup(escaped(str(value)))

    folders = [*([overrides / family] if overrides is not None else []), templates_folder() / family]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(f) for f in folders]),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **DELIMITERS[family],  # type: ignore[arg-type]
    )


def fill(document: tree.Document, writer: Writer, overrides: Path | None = None, **options: Any) -> str:
    """The document set by its family's base template."""
    env = environment(writer.family, overrides)
    return filled(env, writer.family, writer.base, document=document, **writer.functions(), **options)
