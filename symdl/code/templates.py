"""Jinja for modules: the template arranges, what it is given is Python already; a user's own templates come first."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from symdl.resources import templates_folder
from symdl.templating import filled


@cache
def environment(overrides: Path | None = None) -> ImmutableSandboxedEnvironment:
    """The environment; `overrides` is a folder with a user's own `code/`."""
    folders = [*([overrides / "code"] if overrides is not None else []), templates_folder() / "code"]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(f) for f in folders]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        block_start_string="<%", block_end_string="%>", variable_start_string="<<", variable_end_string=">>",
        comment_start_string="<#", comment_end_string="#>",
    )  # fmt: skip


def filled_module(overrides: Path | None = None, **values: Any) -> str:
    """The text of a module."""
    return filled(environment(overrides), "code", "module.py.jinja", **values)
