"""A derivation file read: TOML to `Problem`, where every error says file, line, place, found, expected and cure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from symdl.errors import Place, ProblemError, Span, nearest
from symdl.problem_data import AREAS, EXAMPLES, FORMULA_LISTS, LAYOUTS, AuthoredStep, Problem, Text, exact
from symdl.toml_errors import check_backslashes, explain
from symdl.toml_places import Spot, find_places

KEYS = ("title", "area", "sources", "intro", *FORMULA_LISTS, "layout", "examples", "tight")
TABLES = ("symbols", "aliases", "values", "marks", "step")
STEP_KEYS = ("line", "because", "by", "using", "suppose", "tight")
LIMIT = 1_000_000


def read_source(path: Path) -> str:
    """The text of one regular file of at most a megabyte, or a `ProblemError`; nothing else is opened."""
    label = str(path)
    place = Place(label if label.isprintable() else repr(label))
    try:
        if path.is_dir():
            raise ProblemError("this is a folder", place=place, expected="a derivation file (.toml)")
        if not path.exists():
            near = nearest(path.name, _neighbours(path))
            raise ProblemError("no such file", place=place, cure=near or "symdl new NAME writes a file to start from")
        if not path.is_file():
            raise ProblemError("this is not a regular file", place=place, expected="a derivation file (.toml)")
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProblemError("the file can't be read", place=place, found=reason) from None
    if len(data) > LIMIT:
        raise ProblemError("the file is too large", place=place, expected=f"at most {LIMIT // 1000} kB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProblemError(
            f"line {line} is not UTF-8",
            place=place,
            found=f"byte 0x{data[error.start]:02x}",
            cure="save the file with the encoding UTF-8",
        ) from None
    return text


def _neighbours(path: Path) -> list[str]:
    try:
        return [p.name for p in path.parent.iterdir() if p.suffix == ".toml"][:1000]
    except OSError:
        return []


def parse_problem(text: str, label: str = "") -> Problem:
    """The problem that a TOML text states; `label` names it in errors."""
    if len(text) > LIMIT:
        raise ProblemError("the text is too long", place=Place(label), expected=f"at most {LIMIT} characters")
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise ProblemError("the file nests too deeply", place=Place(label)) from None
    except ValueError as error:
        raise explain(error, text, label) from None
    return _File(text, label, data, find_places(text)).problem()


class _File:
    """One file: its text, what tomllib read, and where everything stands."""

    def __init__(self, text: str, label: str, data: dict[str, Any], spots: dict[tuple[str | int, ...], Spot]) -> None:
        self.source, self.label, self.data, self.spots = text, label, data, spots

    # ------------------------------------------------------------------------------------------------- errors

    def error(self, path: tuple[str | int, ...], what: str, *, key: bool = False, **more: Any) -> ProblemError:
        """An error with its caret under the key or the value at a path."""
        spot = self.spots.get(path)
        if spot is None:
            return ProblemError(what, place=Place(self.label), **more)
        start, end = spot.key if key and spot.key else spot.value
        line = self.source.count("\n", 0, start) + 1
        return ProblemError(what, place=Place(self.where(f"line {line}"), self.source, Span(start, end)), **more)

    def where(self, part: str) -> str:
        return f"{self.label}, {part}" if self.label else part

    def unknown(self, path: tuple[str | int, ...], known: Iterable[str], where: str) -> ProblemError:
        name = str(path[-1])
        return self.error(
            path,
            f"unknown key in {where}",
            key=True,
            found=name,
            expected=", ".join(known),
            cure=nearest(name, known),
        )

    # ------------------------------------------------------------------------------------------------- values

    def typed(self, path: tuple[str | int, ...], value: Any, kind: type, expected: str) -> Any:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(path, f"`{_shown(path)}` has a wrong type", found=_kind(value), expected=expected)
        return value

    def text(self, path: tuple[str | int, ...], value: Any, part: str, prose: bool = False) -> Text:
        self.typed(path, value, str, "text in quotes")
        spot = self.spots.get(path)
        offset = spot.content if spot else None
        found = Text(value, self.where(part), self.source if offset is not None else "", offset)
        if spot is not None:
            check_backslashes(self.source, spot.value, value, spot.literal, found.label, prose=prose)
        return found

    def rows(self, path: tuple[str | int, ...], value: Any, part: str, prose: bool = False) -> tuple[Text, ...]:
        if isinstance(value, str):
            raise self.error(path, f"`{_shown(path)}` has a wrong type", found="text", expected="a list: ['…', '…']")
        self.typed(path, value, list, "a list of texts: ['…', '…']")
        return tuple(self.text((*path, n), v, f"{part} line {n + 1}", prose) for n, v in enumerate(value))

    def word(self, path: tuple[str | int, ...], value: Any, known: tuple[str, ...]) -> str:
        word = str(self.typed(path, value, str, " | ".join(known)))
        if word not in known:
            raise self.error(
                path,
                f"`{path[-1]}` has a wrong value",
                found=word,
                expected=" | ".join(known),
                cure=nearest(word, known),
            )
        return word

    def number(self, path: tuple[str | int, ...], value: Any) -> Fraction:
        """Exactly what is written, not the nearest double."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(path, f"`{_shown(path)}` has a wrong type", found=_kind(value), expected="a number")
        start, end = self.spots[path].value
        try:
            return exact(self.source[start:end] if not isinstance(value, int) else str(value), _shown(path))
        except ProblemError as error:
            raise self.error(path, error.what, found=error.found, expected=error.expected) from None

    # ------------------------------------------------------------------------------------------------- tables

    def problem(self) -> Problem:
        parts: dict[str, Any] = {"label": self.label}
        for key, value in self.data.items():
            path = (key,)
            if key == "step":
                parts["steps"] = self.steps(value)
            elif key in TABLES:
                self.typed(path, value, dict, f"a table: [{key}]")
                self.misplaced(path, value, key)
                parts[key] = self.table(key, value)
            elif key in FORMULA_LISTS:
                parts[key] = self.rows(path, value, key)
            elif key == "sources":
                parts[key] = tuple(t.value for t in self.rows(path, value, key, prose=True))
            elif key == "intro":
                parts[key] = self.text(path, value, key, prose=True)
            elif key == "title":
                parts[key] = self.text(path, value, key, prose=True).value
            elif key == "tight":
                parts[key] = self.typed(path, value, bool, "true or false")
            elif key in ("area", "layout", "examples"):
                parts[key] = self.word(path, value, {"area": AREAS, "layout": LAYOUTS, "examples": EXAMPLES}[key])
            else:
                raise self.unknown(path, (*KEYS, *TABLES), "a derivation file")
        try:
            return Problem(**parts)
        except ProblemError as error:
            place = ("values", error.found)  # the only check of `Problem` that has no text to point at
            if error.place is None and place in self.spots:
                more = {"found": error.found, "expected": error.expected, "cure": error.cure}
                raise self.error(place, error.what, key=True, **more) from None
            raise error.at(self.label, "") from None

    def misplaced(self, path: tuple[str | int, ...], table: dict[str, Any], name: str) -> None:
        """TOML gives every key behind a header to that table, so a late `derive` would silently become a symbol."""
        for key in table:
            if key in KEYS and not (name == "[step]" and key in STEP_KEYS):
                raise self.error(
                    (*path, key),
                    f"the top-level key `{key}` stands inside [{name}]",
                    key=True,
                    found=f"`{key}` after the header [{name}]: TOML counts it to that table",
                    expected="top-level keys first, tables last",
                    cure=f"move `{key} = …` above the first [table] of the file",
                )

    def table(self, name: str, table: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in table.items():
            path = (name, key)
            if isinstance(value, dict):
                raise self.error(
                    path,
                    f"`{key}` in [{name}] is a table",
                    key=True,
                    cure=f"quote a name that has a dot: '{key}.…' = …",
                )
            spot = self.spots.get(path)
            if spot is not None and spot.key is not None:
                literal = self.source[spot.key[0]] == "'"
                check_backslashes(self.source, spot.key, key, literal, self.where(f"[{name}]"))
            if name in ("values", "marks"):
                out[key] = self.number(path, value)
                continue
            text = self.text(path, value, f"[{name}] {key}")
            if spot is not None and spot.key is not None:
                inside = self.source.find(key, spot.key[0], spot.key[1])
                text = replace(text, key=key, key_offset=inside if inside >= 0 else None, text=self.source)
            out[key] = text
        return out

    def steps(self, value: Any) -> tuple[AuthoredStep, ...]:
        self.typed(("step",), value, list, "tables: [[step]]")
        return tuple(self.step(n, v) for n, v in enumerate(value))

    def step(self, number: int, table: Any) -> AuthoredStep:
        path: tuple[str | int, ...] = ("step", number)
        part = f"step {number + 1}"
        self.typed(path, table, dict, "a table: [[step]]")
        self.misplaced(path, table, "[step]")
        for key in table:
            if key not in STEP_KEYS:
                raise self.unknown((*path, key), STEP_KEYS, "[[step]]")
        if "line" not in table:
            raise self.error(path, f"{part} has no line", expected="line = '…'")
        using = table.get("using")
        if using is not None:
            self.typed((*path, "using"), using, list, "a list of line numbers: [1, 2]")
            for n, v in enumerate(using):
                self.typed((*path, "using", n), v, int, "the number of a line")
                if v < 1 or v > number:
                    raise self.error(
                        (*path, "using", n),
                        f"{part} rests on a line that does not come before it",
                        found=str(v),
                        expected=f"a number from 1 to {number}" if number else "no number: this is the first line",
                    )
        by = self.text((*path, "by"), table.get("by", ""), f"{part} by", prose=True).value
        if by:  # the library is read only where a line names a lemma
            from symdl.library.lemma_names import lemma_names, others

            if by not in lemma_names():
                expected, near = others(by)
                raise self.error((*path, "by"), f"unknown lemma in {part}", found=by, expected=expected, cure=near)
        return AuthoredStep(
            self.text((*path, "line"), table["line"], part),
            self.text((*path, "because"), table.get("because", ""), f"{part} because", prose=True).value,
            by,
            None if using is None else tuple(using),
            self.rows((*path, "suppose"), table.get("suppose", []), f"{part} suppose"),
            self.typed((*path, "tight"), table.get("tight", False), bool, "true or false"),
        )


def _shown(path: tuple[str | int, ...]) -> str:
    return " ".join(f"line {p + 1}" if isinstance(p, int) else p for p in path)


def _kind(value: Any) -> str:
    names = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or a time")
