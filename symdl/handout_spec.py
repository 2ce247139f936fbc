"""A handout spec: one TOML file that says what stands in a handout, read into frozen data.

Every slip is an error with file, line and a caret: an unknown key, a wrong type, a section with nothing in it, an id
that the catalogue does not have.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symdl.errors import Place, ProblemError, Span, SymdlError, nearest
from symdl.problem_file import read_source
from symdl.toml_errors import check_backslashes, explain
from symdl.toml_places import Spot, find_places

TEXTS = ("course", "title", "author", "date")
SWITCHES = ("solutions", "code", "figure", "example", "slip")
WORDS = {
    "detail": ("result", "steps", "full"),
    "notation": ("matrix", "index", "both"),
    "adjoints": ("partial", "bar"),
}
STATES = {"given", "derive", "show", "step", "symbols"}  # what makes a file a derivation
KEYS = (*TEXTS, "intro", *WORDS, *SWITCHES, "space", "rename", "section")
SECTION_KEYS = ("id", "file", "heading", "prose", *WORDS, *SWITCHES, "space", "rename")
MOST_SPACE = 25.0  # centimetres: one page


@dataclass(frozen=True)
class Style:
    """What a section shows. `space` is the room for an answer, in centimetres, where solutions are off."""

    detail: str = "steps"
    notation: str = "matrix"
    adjoints: str = "partial"
    solutions: bool = True
    code: bool = True
    figure: bool = True
    example: bool = True
    slip: bool = True
    space: float = 6.0
    rename: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One section: a derivation by id or path, or prose alone. `place` is where the spec names its source."""

    source: str | Path | None = None
    heading: str = ""
    prose: str = ""
    style: Style = Style()
    answer: bool = False  # does prose alone ask something?
    place: Place | None = None


@dataclass(frozen=True)
class Spec:
    """A whole handout."""

    sections: tuple[Section, ...]
    course: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    intro: str = ""


def is_spec(path: Path) -> bool:
    """Does this TOML file state a handout, as far as its keys tell?

    It has a `[[section]]`, or a key near that name and none of those that a derivation cannot do without: what is
    wrong with such a file is said in the words of a spec.
    """
    try:
        keys = tomllib.loads(read_source(path)).keys()
        return "section" in keys or (not keys & STATES and any(nearest(k.lower(), ("section",)) for k in keys))
    except (ValueError, RecursionError, SymdlError):
        return False


def load_spec(path: Path, **overrides: Any) -> Spec:
    """The spec of a file; `overrides` (solutions, detail, notation) go before what it says.

    Raises:
        ProblemError: the file breaks a rule of specs, with its place.
    """
    return parse_spec(read_source(path), str(path), path.parent, **overrides)


def parse_spec(text: str, label: str = "", folder: Path = Path(), **overrides: Any) -> Spec:
    """The spec that a TOML text states; files in it are found from `folder`."""
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise ProblemError("the file nests too deeply", place=Place(label)) from None
    except ValueError as error:
        raise explain(error, text, label) from None
    return _Reader(text, label, folder, find_places(text), overrides).spec(data)


class _Reader:
    def __init__(
        self, text: str, label: str, folder: Path, spots: Mapping[tuple[str | int, ...], Spot], overrides: Any
    ) -> None:
        self.source, self.label, self.folder, self.spots = text, label, folder, spots
        self.overrides = {k: v for k, v in overrides.items() if v is not None}

    def place(self, path: tuple[str | int, ...], key: bool = False) -> Place:
        spot = self.spots.get(path)
        if spot is None:
            return Place(self.label)
        start, end = spot.key if key and spot.key else spot.value
        line = self.source.count("\n", 0, start) + 1
        return Place(f"{self.label}, line {line}" if self.label else f"line {line}", self.source, Span(start, end))

    def error(self, path: tuple[str | int, ...], what: str, key: bool = False, **more: Any) -> ProblemError:
        return ProblemError(what, place=self.place(path, key), **more)

    def spec(self, data: dict[str, Any]) -> Spec:
        self.known((), data, KEYS, "a handout spec")
        sections = data.get("section", [])
        if not isinstance(sections, list) or not all(isinstance(s, dict) for s in sections):
            raise self.error(("section",), "`section` has a wrong type", expected="tables: [[section]]")
        if not sections:
            raise ProblemError(
                "a handout without sections", place=Place(self.label), cure="add  [[section]]  with  id = '…'"
            )
        style = self.style((), data, Style())
        texts = {k: self.text((k,), data[k]) for k in (*TEXTS, "intro") if k in data}
        return Spec(tuple(self.section(n, s, style) for n, s in enumerate(sections)), **texts)

    def section(self, n: int, data: dict[str, Any], style: Style) -> Section:
        path = ("section", n)
        self.known(path, data, SECTION_KEYS, "[[section]]")
        sources = [k for k in ("id", "file") if k in data]
        if len(sources) == 2:
            raise self.error((*path, "file"), "a section with both `id` and `file`", key=True, expected="one of them")
        texts = {k: self.text((*path, k), data[k]) for k in ("heading", "prose") if k in data}
        if not sources and not texts.get("prose"):
            raise ProblemError(
                f"section {n + 1} has nothing in it",
                place=Place(self.label),
                expected="id = '…' , file = '…' or prose = '…'",
            )
        source: str | Path | None = None
        if "id" in data:
            source = self.entry((*path, "id"), data["id"])
        elif "file" in data:
            source = self.file((*path, "file"), data["file"])
        place = self.place((*path, sources[0])) if sources else None
        return Section(source, style=self.style(path, data, style), answer="space" in data, place=place, **texts)

    def known(self, path: tuple[str | int, ...], data: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
        for key in data:
            if key not in keys:
                more: dict[str, Any] = {"found": key, "expected": ", ".join(keys), "cure": nearest(key, keys)}
                raise self.error((*path, key), f"unknown key in {where}", key=True, **more)

    def text(self, path: tuple[str | int, ...], value: Any) -> str:
        if path[-1] == "date" and isinstance(value, datetime.date):
            return value.isoformat()
        if not isinstance(value, str):
            raise self.error(path, f"`{path[-1]}` has a wrong type", found=_kind(value), expected="text in quotes")
        spot = self.spots.get(path)
        if spot is not None:
            check_backslashes(self.source, spot.value, value, spot.literal, self.label, prose=True)
        return value

    def entry(self, path: tuple[str | int, ...], value: Any) -> str:
        from symdl.catalogue import entries

        name, ids = self.text(path, value), [e.id for e in entries()]
        if name not in ids:
            cure = nearest(name, ids) or "symdl list  prints all ids"
            raise self.error(path, "there is no such derivation", found=name, expected="a catalogue id", cure=cure)
        return name

    def file(self, path: tuple[str | int, ...], value: Any) -> Path:
        found = self.folder / self.text(path, value)
        if not found.is_file():
            near = nearest(found.name, (p.name for p in self.folder.glob("*.toml")))
            raise self.error(path, "there is no such file", found=str(found), cure=near)
        return found

    def style(self, path: tuple[str | int, ...], data: dict[str, Any], above: Style) -> Style:
        """What this table says, over what stands above it; the command line goes before both."""
        out: dict[str, Any] = {f: getattr(above, f) for f in Style.__dataclass_fields__}
        for key, words in WORDS.items():
            if key in data:
                word = self.text((*path, key), data[key])
                if word not in words:
                    more: dict[str, Any] = {"found": word, "expected": " | ".join(words), "cure": nearest(word, words)}
                    raise self.error((*path, key), f"`{key}` has a wrong value", **more)
                out[key] = word
        for key in SWITCHES:
            if key in data:
                if not isinstance(data[key], bool):
                    raise self.error(
                        (*path, key), f"`{key}` has a wrong type", found=_kind(data[key]), expected="true or false"
                    )
                out[key] = data[key]
        if "space" in data:
            out["space"] = self.space((*path, "space"), data["space"])
        if "rename" in data:
            out["rename"] = {**above.rename, **self.names((*path, "rename"), data["rename"])}
        return Style(**{**out, **self.overrides})

    def space(self, path: tuple[str | int, ...], value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(path, "`space` has a wrong type", found=_kind(value), expected="centimetres: 6")
        if not 0 < value <= MOST_SPACE:
            raise self.error(path, "`space` has a wrong value", found=str(value), expected=f"up to {MOST_SPACE:g} cm")
        return float(value)

    def names(self, path: tuple[str | int, ...], value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.error(path, "`rename` has a wrong type", expected="a table: 'old' = 'new'")
        return {old: self.text((*path, old), new) for old, new in value.items()}


def _kind(value: Any) -> str:
    names = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or a time")
