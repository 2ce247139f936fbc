"""symdl derives the mathematics of deep learning, proves and tests every line it prints, marks hand derivations."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

# Public names and where they live; loaded when first used, so that `import symdl` costs nothing.
_WHERE = {
    "Problem": "symdl.problem",
    "Sequential": "symdl.sequential",
    "check": "symdl.api",
    "compile": "symdl.api",
    "derive": "symdl.api",
    "layers": "symdl.library.shelf",
    "load": "symdl.api",
    "losses": "symdl.library.shelf",
    "SymdlError": "symdl.errors",
}
__all__ = ["Problem", "Sequential", "SymdlError", "check", "compile", "derive", "layers", "load", "losses"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        from importlib import import_module

        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'symdl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
