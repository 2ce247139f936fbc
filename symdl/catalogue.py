"""The catalogue: derivation files found by themselves, one TOML each; its id is the file's name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from symdl.errors import UsageError, nearest
from symdl.resources import derivations_folder

AREAS = ("linear-algebra", "calculus", "probability", "numerics", "geometry")


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue."""

    id: str
    title: str
    area: str
    derives: tuple[str, ...]
    path: Path


@cache
def entries() -> tuple[Entry, ...]:
    """All entries, by area and id."""
    found = []
    for path in sorted(derivations_folder().rglob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        derives = (*data.get("derive", ()), *data.get("show", ()))
        if not derives and data.get("step"):
            derives = (data["step"][-1]["line"],)
        found.append(Entry(path.stem, data.get("title", path.stem), data.get("area", ""), tuple(derives), path))
    order = {a: k for k, a in enumerate(AREAS)}
    return tuple(sorted(found, key=lambda e: (order.get(e.area, 9), e.id)))


def find(name: str, others: Iterable[str] = ()) -> Entry:
    """The entry of that id; UsageError with the nearest one, or the nearest of other names, where there is none."""
    for e in entries():
        if e.id == name:
            return e
    if Path(name).is_dir():
        raise UsageError(
            f"{name} is a folder", expected="a catalogue id (symdl list) or the path of a .toml file in it"
        )
    raise UsageError(
        f"there is no derivation {name!r}",
        expected="a catalogue id (symdl list) or the path of a .toml file",
        cure=nearest(name, (*(e.id for e in entries()), *others)),
    )
