"""Overrides: a person's word on single lines, kept in a TOML file so that marking again keeps to it.

[[accept]]
file = "alice.tex"            # default: every file
line = 3                      # or  latex = '…', the line as the student wrote it
because = "quotes a lemma"    # accepts the line

[[accept]]
file = "bob.tex"
line = 2
reading = 'Z = X W'           # the line is judged as if this stood there
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symdl.errors import UsageError, nearest
from symdl.language.displays import WorkLine

KEYS = ("file", "line", "latex", "because", "reading")


@dataclass(frozen=True)
class Override:
    """One entry: which line of which file, and either that it is accepted or how it is to be read."""

    file: str = ""
    line: int | None = None
    latex: str = ""
    because: str = ""
    reading: str = ""

    def fits(self, file: str, work: WorkLine) -> bool:
        if self.file and Path(self.file).name != Path(file).name:
            return False
        if self.latex:
            return "".join(self.latex.split()) == "".join(work.latex.split())
        return self.line == work.number


def load_overrides(path: Path) -> tuple[Override, ...]:
    """The entries of an overrides file.

    Raises:
        UsageError: it can't be read, or says something unknown.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no overrides file", found=str(error)) from None
    for key in data:
        if key != "accept":
            raise UsageError(f"an unknown table in {path}", found=key, expected="[[accept]]")
    entries = data.get("accept", [])
    if not isinstance(entries, list):
        raise UsageError(f"{path} is no overrides file", found="[accept]", expected="[[accept]]")
    return tuple(_entry(e, path) for e in entries)


def _entry(entry: dict[str, Any], path: Path) -> Override:
    for key in entry:
        if key not in KEYS:
            raise UsageError(f"an unknown key in {path}", found=key, expected=", ".join(KEYS), cure=nearest(key, KEYS))
    if not isinstance(entry.get("line", 0), int) or not ("line" in entry or "latex" in entry):
        raise UsageError(f"an entry of {path} names no line", expected="line = a number, or latex = the line")
    words = {k: str(v) for k, v in entry.items() if k != "line"}
    return Override(line=entry.get("line"), **words)


def apply(work: WorkLine, file: str, overrides: Sequence[Override]) -> tuple[WorkLine, str | None]:
    """The line as it is to be read, and on whose word it is accepted (None: it is judged)."""
    accepted = None
    for o in overrides:
        if o.fits(file, work):
            if o.reading:
                work = replace(work, latex=o.reading)
            else:
                accepted = o.because
    return work, accepted
