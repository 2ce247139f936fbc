"""Marks: points for results and for key lines, with credit for what follows rightly from an earlier mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.errors import SymdlError
from symdl.language.reader import read_line
from symdl.language.syntax import Constant, Number, Relation, Size, Zeros
from symdl.language.understanding import Line, Understanding
from symdl.marking.targets import Same, Stated, targets_reached


@dataclass(frozen=True)
class Item:
    """One entry of the mark scheme: what for, the points, how many were earned, and why."""

    latex: str
    points: Fraction
    earned: Fraction
    why: str
    line: int | None = None


@dataclass(frozen=True)
class Marks:
    """All entries, and why a person should look at them (empty: no need)."""

    items: tuple[Item, ...]
    flag: str = ""

    @property
    def total(self) -> Fraction:
        return sum((i.earned for i in self.items), Fraction(0))

    @property
    def out_of(self) -> Fraction:
        return sum((i.points for i in self.items), Fraction(0))

    def as_json(self) -> dict[str, object]:
        out: dict[str, object] = {
            "total": _number(self.total),
            "out_of": _number(self.out_of),
            "items": [
                {"for": i.latex, "points": _number(i.points), "earned": _number(i.earned), "why": i.why, "line": i.line}
                for i in self.items
            ],
        }
        return {**out, "flag": self.flag} if self.flag else out


WHY = {"unfinished": "stated, but a derivative is left to work out", "missing": "not reached"}


def _slipped(found: tuple[str, int | None], stated: Sequence[Stated]) -> tuple[str, int | None]:
    """An entry that is reached only in the chain in which the mistake was made: then it is the entry that is wrong."""
    status, line = found
    if status != "reached":
        return found
    slip = next(s.slip for s in stated if s.number == line)
    return f"the mistake on line {slip} is in this one", line


def _number(x: Fraction) -> int | float:
    return int(x) if x.denominator == 1 else float(x)


def marks_of(
    scheme: Mapping[str, Fraction],
    understanding: Understanding,
    stated: Sequence[Stated],
    first_wrong: int | None,
    same: Same,
) -> Marks | None:
    """The points earned; None where the problem has no mark scheme.

    A result or a key line counts where it is stated by a line whose step holds: after a mistake this is credit for
    following through, unless the mistake was made in the same chain. One that the mistake made trivial is flagged.
    """
    if not scheme:
        return None
    items: list[Item] = []
    flag = ""
    clear = [s for s in stated if s.true or s.slip is None]
    for latex, points in scheme.items():
        status, line = _status(latex, understanding, clear, same)
        if status != "reached":
            status, line = _slipped(_status(latex, understanding, stated, same), stated)
        if status != "reached" or line is None:
            why = WHY.get(status, status)
            items.append(Item(latex, points, Fraction(0), why, line))
            continue
        here = next(s for s in stated if s.number == line)
        why = f"on line {line}"
        if not here.true:
            why += f", following from the mistake on line {first_wrong}"
            if _trivial(here):
                flag = f"the mistake on line {first_wrong} made what follows trivial: look at line {line}"
        items.append(Item(latex, points, points, why, line))
    return Marks(tuple(items), flag)


def _status(latex: str, understanding: Understanding, stated: Sequence[Stated], same: Same) -> tuple[str, int | None]:
    """The status of one entry: a target's own, or that of a key line."""
    try:
        line = read_line(latex, understanding.scope, role="target")
    except SymdlError:
        try:
            line = read_line(latex, understanding.scope, role="show")
        except SymdlError:
            return "missing", None
    asked: tuple[Line, ...] = (line,)
    is_claim = isinstance(line.node, Relation)
    alone = replace(understanding, targets=() if is_claim else asked, claims=asked if is_claim else ())
    found = targets_reached(alone, stated, same)[0]
    return found.status, found.line


def _trivial(stated: Stated) -> bool:
    """Nothing is left of the result: a number, a size or a zero."""
    return all(isinstance(n, Number | Size | Zeros | Constant) for n in stated.sides[-1].walk())
