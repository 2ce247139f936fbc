"""Errors as a user meets them: what, where, found, expected, cure; never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch `start:end` of a source text, in characters."""

    start: int
    end: int

    def join(self, other: Span) -> Span:
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: a label such as `mine.toml, given line 2`, the text itself, a span in it."""

    label: str
    text: str = ""
    span: Span | None = None


class SymdlError(Exception):
    """The base of all errors that reach a user.

    Args:
        what: one clause that says what is wrong (`shapes do not fit`).
        found: what stands there; expected: what should; cure: what to write instead.
        span: the part of the text being read; place: filled in by whoever knows the file.
    """

    def __init__(
        self,
        what: str,
        *,
        span: Span | None = None,
        found: str = "",
        expected: str = "",
        cure: str = "",
        place: Place | None = None,
    ) -> None:
        super().__init__(what)
        self.what, self.found, self.expected, self.cure = what, found, expected, cure
        self.span = span
        self.place = place

    def at(self, label: str, text: str, offset: int = 0) -> SymdlError:
        """Say where: keeps the innermost place if one is known already."""
        if self.place is None:
            span = None if self.span is None else Span(self.span.start + offset, self.span.end + offset)
            self.place = Place(label, text, span)
        return self

    def render(self) -> str:
        """The message as STYLE asks: place and what, the line with a caret, found, expected, cure."""
        place = self.place
        head = f"symdl: {place.label}: {self.what}" if place and place.label else f"symdl: {self.what}"
        lines = [head]
        if place and place.text and place.span is not None:
            lines += ["", *_caret(place.text, place.span)]
        body = [
            *([f"found: {self.found}"] if self.found else []),
            *([f"expected: {self.expected}"] if self.expected else []),
            *([self.cure] if self.cure else []),
        ]
        if body:
            if len(lines) == 1:
                lines.append("")
            lines += [f"    {row}" for part in body for row in part.splitlines()]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.render()


class ReadError(SymdlError):
    """A formula, a file or a document that can't be read."""


class ShapeError(ReadError):
    """Shapes that do not fit."""


class IndexClash(ReadError):
    """An index letter that would run over two axes of different sizes.

    `certain` where no other reading is left: a letter bound by a sum, on two axes in one of its terms.
    """

    certain = False


class UnknownName(ReadError):
    """A name that nobody declared."""


class ProblemError(SymdlError):
    """A derivation file with a wrong key, table or value."""


class UnsupportedError(SymdlError):
    """A rule, a primitive or a form that symdl does not have: it says which, and never guesses."""


class WrongLine(SymdlError):
    """A line of an author that the judge refutes.

    `report` is what a machine may still read of it, its evidence included.
    """

    report: str = ""


class UsageError(SymdlError):
    """A command or a call that can't be carried out as given."""


def _caret(text: str, span: Span, width: int = 100) -> list[str]:
    start = max(0, min(span.start, len(text)))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    line, column = text[line_start:line_end], start - line_start
    length = max(1, min(span.end, line_end) - start)
    if len(line) > width:  # keep the place in view on very long lines
        shift = max(0, column - width // 2)
        line, column = line[shift : shift + width], column - shift
        length = min(length, max(1, width - column))
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return [f"    {line}", "    " + " " * column + "^" * length]


def nearest(name: str, known: Iterable[str]) -> str:
    """The cure for a typo: `did you mean X?`, or nothing when no known name is near."""
    match = difflib.get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    return f"did you mean  {match[0]} ?" if match else ""
