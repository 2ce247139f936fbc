"""Ill-typed lines: what small change of the text would make the line read, and true."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from symdl.errors import SymdlError
from symdl.judge.sample import NoSample
from symdl.language.macros import Macros
from symdl.language.parse import parse
from symdl.language.reader import read_line
from symdl.language.reading.names import words_of
from symdl.language.syntax import Derivative, Differential, Implication, Junction, Relation
from symdl.language.understanding import Line
from symdl.marking.bench import Bench
from symdl.marking.kinds import sentence
from symdl.marking.mistake import Context, Mistake
from symdl.marking.surface_edits import TextEdit, pairs_of, text_edits, transpose_sign
from symdl.tensor.elaborate import sequents

MOST_JUDGED = 4
MOST_PAIRS = 120
SECONDS = 1.5


def repaired(latex: str, context: Context, previous: Line | None, macros: Macros | None) -> Mistake | None:
    """The smallest change of the text that the judge accepts, as a mistake; None if none is found."""
    try:
        return _repaired(latex, context, previous, macros)
    except (SymdlError, NoSample, ArithmeticError, LookupError, TypeError, ValueError, RecursionError):
        return None


def _repaired(latex: str, context: Context, previous: Line | None, macros: Macros | None) -> Mistake | None:
    scope = context.scope
    hand = context.hand
    names = tuple(dict.fromkeys(hand.names.get(n, n) for n in context.names if len(n) < 20))
    words = words_of(scope)  # type: ignore[arg-type]
    letters = ("i", "j", "k")

    def changes(text: str) -> list[TextEdit]:
        return text_edits(text, parse(text, words, macros), names, letters, top)

    def read(text: str) -> Line | None:
        try:
            line = read_line(text, scope, role="work", previous=previous, macros=macros)  # type: ignore[arg-type]
        except SymdlError:
            return None
        node = line.node
        return line if line.definition is None and isinstance(node, Relation | Implication | Junction) else None

    top = hand.signs.get("top") or transpose_sign(latex, parse(latex, words, macros))
    deadline = process_time() + SECONDS
    single = changes(latex)
    found = _first(single, read, context, deadline)
    if found is None:
        found = _first(list(pairs_of(latex, single, changes))[:MOST_PAIRS], read, context, deadline)
    if found is None:
        return None
    right = read(found.text)
    assert right is not None
    text = " ".join(found.text.split())
    about = [right.node, *([previous.node] if previous is not None else [])]
    derived = any(isinstance(n, Derivative | Differential) for r in about for n in r.walk())
    kind = found.kind if derived or found.kind != "chain-rule" else "shape"  # no chain rule where nothing is derived
    return Mistake(kind, sentence(kind, found.words), text, corrected=right.node)


def _first(
    edits: list[TextEdit], read: Callable[[str], Line | None], context: Context, deadline: float
) -> TextEdit | None:
    judged = 0
    for edit in sorted(edits, key=lambda e: e.cost):
        if process_time() > deadline or judged >= MOST_JUDGED:
            return None
        line = read(edit.text)
        if line is None:
            continue
        bench = Bench(line, context.program, context.with_claims)
        if not bench or not bench.holds(line):
            continue
        judged += 1
        try:
            if all(context.judge(context.with_claims(q)).holds for q in sequents(line, context.program)):
                return edit
        except SymdlError:
            continue
    return None
