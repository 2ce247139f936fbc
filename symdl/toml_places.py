"""Where things stand in a TOML file: the position of every key and value, which tomllib does not tell.

The text has been accepted by tomllib, so the scanner only has to find the pieces, not to judge them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

Path = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}\n#]*")


@dataclass(frozen=True, slots=True)
class Spot:
    """One key and its value, as offsets. `content` is where a string's first character stands, None where escapes
    make positions inside it inexact; `key` is None for an element of an array. `literal`: a string in single quotes.
    """

    value: tuple[int, int]
    key: tuple[int, int] | None = None
    content: int | None = None
    literal: bool = False


def find_places(text: str) -> dict[Path, Spot]:
    """The spots of every key and of every element of an array, by path: `("step", 0, "line")`, `("given", 2)`."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Spot] = {}
        self.counts: dict[Path, int] = {}

    def run(self) -> dict[Path, Spot]:
        prefix: Path = ()
        while True:
            self.skip(_BLANK)
            if self.at >= len(self.text):
                return self.found
            if self.text[self.at] == "[":
                prefix = self.header()
            else:
                self.pair(prefix)

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()

    def header(self) -> Path:
        """`[table]` or `[[table]]`: the path of what follows."""
        start = self.at
        double = self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        keys = self.keys()
        self.at += 2 if double else 1
        path = self.resolve(keys[:-1])
        if double:
            name: Path = (*path, keys[-1])
            number = self.counts.get(name, -1) + 1
            self.counts[name] = number
            path = (*name, number)
        else:
            path = self.resolve(keys)
        self.found.setdefault(path, Spot((start, self.at), (start, self.at)))
        return path

    def resolve(self, keys: tuple[str, ...]) -> Path:
        """The path of a table, with the number of the current member at each array of tables."""
        path: Path = ()
        for k in keys:
            path = (*path, k)
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def keys(self) -> tuple[str, ...]:
        """A dotted key; the position is left behind the blanks that follow it."""
        out: list[str] = []
        while True:
            self.skip(_SPACE)
            if self.text[self.at] in "'\"":
                start = self.at
                self.string()
                out.append(_value(self.text[start : self.at]))
            else:
                found = _BARE_KEY.match(self.text, self.at)
                assert found is not None
                out.append(found.group())
                self.at = found.end()
            self.skip(_SPACE)
            if self.at >= len(self.text) or self.text[self.at] != ".":
                return tuple(out)
            self.at += 1

    def pair(self, prefix: Path) -> None:
        start = self.at
        keys = self.keys()
        end = self.at
        while end > start and self.text[end - 1] in " \t":
            end -= 1
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value((*prefix, *keys), (start, end))

    def value(self, path: Path, key: tuple[int, int] | None) -> None:
        start = self.at
        first = self.text[start]
        content, literal = None, False
        if first in "'\"":
            content, literal = self.string()
        elif first == "[":
            self.members(path)
        elif first == "{":
            self.inline(path)
        else:
            self.skip(_SCALAR)
            while self.text[self.at - 1] in " \t":
                self.at -= 1
        self.found[path] = Spot((start, self.at), key, content, literal)

    def members(self, path: Path) -> None:
        self.at += 1
        number = 0
        while True:
            self.skip(_BLANK)
            if self.text[self.at] == "]":
                self.at += 1
                return
            self.value((*path, number), None)
            number += 1
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        while True:
            self.skip(_BLANK)
            if self.text[self.at] == "}":
                self.at += 1
                return
            self.pair(path)
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1

    def string(self) -> tuple[int | None, bool]:
        """Pass over a string; where its content begins (None if it has escapes) and whether it is literal."""
        quote = self.text[self.at]
        literal = quote == "'"
        if self.text.startswith(quote * 3, self.at):
            start = self.at + 3
            end = self.closing(start, quote * 3, literal)
            while self.text.startswith(quote, end + 3):  # up to two quotes may stand directly before the closing three
                end += 1
            self.at = end + 3
            if self.text.startswith("\n", start):
                start += 1
        else:
            start = self.at + 1
            end = self.closing(start, quote, literal)
            self.at = end + 1
        exact = literal or "\\" not in self.text[start:end]
        return (start if exact else None), literal

    def closing(self, start: int, quotes: str, literal: bool) -> int:
        at = start
        while True:
            if not literal and self.text[at] == "\\":
                at += 2
            elif self.text.startswith(quotes, at):
                return at
            else:
                at += 1


def _value(written: str) -> str:
    """What a quoted key says."""
    return str(tomllib.loads(f"k = {written}")["k"])
