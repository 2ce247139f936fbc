"""Mathematics as data: layers, activations, losses, optimizers and distributions, a file each, found by themselves."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from symdl.errors import UsageError, nearest
from symdl.library.entry import Distribution, Entry, Layer, Loss, Optimizer

__all__ = ["Distribution", "Entry", "Layer", "Loss", "Optimizer", "entries", "find"]

KINDS = ("layers", "activations", "losses", "optimizers", "distributions")


@cache
def entries(*kinds: str) -> tuple[Entry, ...]:
    """All entries of these kinds (default: of every kind), by kind and name."""
    found: list[Entry] = []
    for kind in kinds or KINDS:
        package = import_module(f"symdl.library.{kind}")
        for module in sorted(m.name for m in iter_modules(package.__path__)):
            found.append(_only(import_module(f"{package.__name__}.{module}"), kind))
    return tuple(found)


def find(name: str, *kinds: str) -> Entry:
    """The entry of that name; UsageError with the nearest one where there is none."""
    for e in entries(*kinds):
        if e.name == name:
            return e
    raise UsageError(
        f"the library has no {name!r}",
        expected="a name that `symdl list --layers` prints",
        cure=nearest(name, (e.name for e in entries(*kinds))),
    )


def _only(module: object, kind: str) -> Entry:
    """The entry that a file states, with its folder and its opening sentence."""
    stated = [v for v in vars(module).values() if isinstance(v, Entry)]
    if len(stated) != 1:
        raise UsageError(f"{getattr(module, '__name__', module)} states {len(stated)} entries", expected="one")
    title = (module.__doc__ or "").strip().splitlines()[0].rstrip(".")
    return replace(stated[0], kind=kind, title=stated[0].title or title)
