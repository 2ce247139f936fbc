"""Function names spelled in plain letters, `max(0, z)`, `exp(-x)`, `tr(A)`: known words directly before a bracket.

m a x (…)  ⇒  \\max(…)    unless every one of the letters is a name of its own
"""

from __future__ import annotations

from symdl.language.functions import ALONG_AXIS, ELEMENTWISE, OF_MATRIX
from symdl.language.reading.context import Context
from symdl.language.reading.names import dimension, find, letter_name
from symdl.language.surface import Group, Letter, Scripts, Surface, Word

WORDS = (frozenset(ELEMENTWISE) | frozenset(ALONG_AXIS) | frozenset(OF_MATRIX) | {"KL", "Var", "Cov"}) - {"e"}
LONGEST = max(len(w) for w in WORDS)


def spelled(ctx: Context, row: list) -> list:  # type: ignore[type-arg]
    """The row with each spelled function as one word."""
    if not any(isinstance(x, Letter) for x in row):
        return row
    out: list = []  # type: ignore[type-arg]
    at = 0
    while at < len(row):
        found = _word_at(ctx, row, at)
        if found is None:
            out.append(row[at])
            at += 1
        else:
            word, at = found
            out.append(word)
    return out


def _word_at(ctx: Context, row: list, at: int) -> tuple[Word, int] | None:  # type: ignore[type-arg]
    end = at
    while end < len(row) and end - at < LONGEST and _joins(row, at, end):
        end += 1
    if end - at < 2 or end >= len(row) or not _bracket(row[end]):
        return None
    letters = row[at:end]
    text = "".join(x.text for x in letters)
    if text not in WORDS or all(_known(ctx, x) for x in letters):
        return None
    return Word(letters[0].span.join(letters[-1].span), text, text), end


def _joins(row: list, at: int, end: int) -> bool:  # type: ignore[type-arg]
    x = row[end]
    if not isinstance(x, Letter) or len(x.text) != 1 or not x.text.isalpha():
        return False
    return end == at or row[end - 1].span.end == x.span.start


def _bracket(s: object) -> bool:
    core = s.base if isinstance(s, Scripts) else s
    return isinstance(core, Group) and core.kind == "()"


def _known(ctx: Context, s: Surface) -> bool:
    name = letter_name(s)
    return find(ctx, s) is not None or dimension(ctx, s) is not None or (name is not None and ctx.is_bound(name))


__all__ = ["spelled"]
