"""Where the project's data lives: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The folder that holds `latex/`, `typst/`, `html/`, `markdown/`, `text/` and `code/`."""
    return _folder("templates")


def derivations_folder() -> Path:
    """The folder that holds the catalogue, one TOML file a derivation."""
    return _folder("derivations")


def _folder(name: str) -> Path:
    # A checkout is what has the folder next to the package and a project file beside it; a stray folder of the
    # same name in site-packages must not win over the wheel's own data.
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return _PACKAGE / "_data" / name
