"""A Jinja template filled, its faults said as a user can mend them: which file and which line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError, TemplateNotFound, TemplateSyntaxError

from symdl.errors import UsageError

_SUFFIXES = (".tex", ".typ", ".html", ".md", ".txt", ".jinja")


def filled(environment: Environment, family: str, name: str, **values: Any) -> str:
    """The template of this name in a family, filled with the values.

    Raises:
        UsageError: it is missing, can't be read, or fails.
    """
    try:
        return environment.get_template(name).render(**values)
    except TemplateSyntaxError as error:
        raise UsageError(
            "a template that can't be read",
            found=f"{error.filename or error.name}, line {error.lineno}: {error.message}",
        ) from error
    except TemplateNotFound as error:
        raise UsageError("a template is missing", found=f"{family}/{error.name}") from error
    except TemplateError as error:
        raise UsageError("a template failed", found=f"{family}/{_where(error)}: {error.message}") from error


def _where(error: BaseException) -> str:
    """`blocks.tex, line 12`: the innermost template frame, which Jinja rewrites tracebacks to show."""
    found, frame = "", error.__traceback__
    while frame is not None:
        name = Path(frame.tb_frame.f_code.co_filename)
        if name.suffix in _SUFFIXES:
            found = f"{name.name}, line {frame.tb_lineno}"
        frame = frame.tb_next
    return found
