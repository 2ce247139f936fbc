"""A worked instance and a common slip as blocks: names with their numbers, rounded where they must be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import floor, log10
from typing import Any

from symdl.document import tree
from symdl.document.breaking import LINE, lines, settle
from symdl.language.syntax import IndexVar, Neg, Node, Number, Relation, Stack, Symbol, Transpose
from symdl.solution.evidence import REFUTED
from symdl.solution.worked import Instance, Quantity, Slip, Values

DIGITS = 4
ROOM = LINE - 3  # the aside is set in
MOST_SHOWN = 24  # entries of one witness

SLIPS = {
    "path": "It is easy to forget one path of the chain rule.",
    "term": "It is easy to forget a term.",
    "mean": "It is easy to lose the factor of the mean.",
    "scale": "It is easy to lose the scaling factor.",
    "factor": "It is easy to lose a factor.",
    "sign": "It is easy to get a sign wrong.",
}


def decimals(values: Iterable[float]) -> int | None:
    """How many decimals show these with four digits in the largest; None where all are short decimals already."""
    found = list(values)
    largest = max((abs(v) for v in found), default=0.0)
    if all(abs(v - round(v, 3)) <= 1e-12 * max(1.0, largest) for v in found):
        return None
    return min(max(DIGITS - 1 - floor(log10(largest)), 0), 9)


def number(value: float, places: int | None = None) -> Node:
    """A number with so many decimals; of None, as short as it is."""
    text = f"{abs(value):.3f}".rstrip("0").rstrip(".") if places is None else f"{abs(value):.{places}f}"
    shown = Number(Fraction(text), text)
    return Neg(shown) if value < 0 and shown.value else shown


def quantity(name: Node, value: Values) -> tree.Formula:
    """`X = [1 2; 3 4]`; a column lies on its side, so that it takes one line."""
    places = decimals(_flat(value))

    def cell(v: Values) -> Node:
        assert not isinstance(v, tuple)
        return number(v, places)

    right: Node
    if not isinstance(value, tuple):
        right = cell(value)
    elif value and isinstance(value[0], tuple):
        right = Stack(tuple(tuple(cell(v) for v in row) for row in value if isinstance(row, tuple)))
    else:
        right = Transpose(Stack((tuple(cell(v) for v in value),)))
    return tree.Formula(Relation((name, right), ("=" if places is None else "≈",)))


def _flat(value: Values) -> Iterator[float]:
    if isinstance(value, tuple):
        for v in value:
            yield from _flat(v)
    else:
        yield value


def instance_blocks(instance: Instance) -> Iterator[tree.Block]:
    yield tree.Paragraph((tree.Words("Small numbers, so that every line can be followed by hand. Given"),), keep=True)
    yield _values(instance.inputs, keep=True)
    if instance.forward:
        yield tree.Paragraph((tree.Words("the definitions give"),), keep=True)
        yield _values(instance.forward, keep=True)
    yield tree.Paragraph((tree.Words("and the derivatives are"),), keep=True)
    yield _values(instance.derivatives)


def _values(quantities: tuple[Quantity, ...], keep: bool = False) -> tree.Values:
    return tree.Values(tuple(quantity(q.name, q.value) for q in quantities), keep)


def slip_block(slip: Slip) -> tree.Aside:
    """The wrong line, the right one, and the values at which they differ."""
    both = settle((*_rows(slip.line, "does not hold", REFUTED), *_rows(slip.right, "holds", slip.status)))
    out: list[tree.Block] = [
        tree.Paragraph((tree.Words(SLIPS[slip.kind]),)),
        tree.Aligned(both),
    ]
    shown = _witness(slip.witness.values)
    chosen: tuple[tree.Inline, ...] = ()
    for f in slip.functions:
        chosen += (tree.Words(", for one choice of " if not chosen else " and of "), tree.Formula(f))
    found: tuple[tree.Inline, ...] = (*chosen, tree.Words(", " if chosen else " "), *_compared(slip))
    if shown:
        out += [tree.Paragraph((tree.Words("Take"),), keep=True), tree.Values(shown, keep=True)]
        out.append(tree.Paragraph((tree.Words("Then"), *found)))
    else:
        out.append(tree.Paragraph((tree.Words("In a small example"), *found)))
    return tree.Aside(_why("A common slip"), tuple(out))


def _compared(slip: Slip) -> tree.Prose:
    """`entry (2, 1) of the left side is 0.5; the wrong line gives 1.`"""
    w = slip.witness
    places = decimals((w.left, w.right))
    where: tuple[tree.Inline, ...] = ()
    if slip.letter and w.entry:
        at = Relation((IndexVar(slip.letter), number(w.entry[0] - 1.0 + slip.base)), ("=",))
        where = (tree.Words("at "), tree.Formula(at), tree.Words(" "))
    elif w.entry:
        where = (tree.Words("entry (" + ", ".join(map(str, w.entry)) + ") of "),)
    return (
        *where, tree.Words("the left side is "), tree.Formula(number(w.left, places)),
        tree.Words(", but the wrong line gives "), tree.Formula(number(w.right, places)), tree.Words("."),
    )  # fmt: skip


def _rows(line: Relation, words: str, status: str) -> tuple[tree.Row, ...]:
    """The rows of a line; the last one says whether it holds."""
    *first, (left, right) = lines(line, ROOM)
    return (*(tree.Row(*f) for f in first), tree.Row(left, right, _why(words), mark=tree.Mark(status)))


def _why(words: str) -> tree.Prose:
    return (tree.Words(words),)


def _witness(values: dict[str, Any]) -> tuple[tree.Formula, ...]:
    """The tensors of a witness; none at all where they are too many or of more than two axes."""
    found, count = [], 0
    for name, value in values.items():
        nested = _nested(value)
        if nested is None or " " in name:
            return ()
        count += len(list(_flat(nested)))
        found.append(quantity(Symbol(name), nested))
    return tuple(found) if count <= MOST_SHOWN else ()


def _nested(value: Any, depth: int = 0) -> Values | None:
    if isinstance(value, list | tuple):
        if depth == 2 or not value:
            return None
        rows = [_nested(v, depth + 1) for v in value]
        return None if any(r is None for r in rows) else tuple(r for r in rows if r is not None)
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
