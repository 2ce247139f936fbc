"""Where a long line breaks: at its relations, then at the top level of a sum, as people break them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.document import tree
from symdl.document.prose import plain
from symdl.document.widths import width, words_width
from symdl.language import syntax

LINE = 34.0  # what a formula may fill of a text column, in em
COLUMNS = 36.5  # what formula and reason may fill together
REASON = 0.9  # a reason is set smaller
MARK = 2.0  # the judge's mark and the space before a reason
SHORT = 16.0  # a chain of inequalities no wider than this stays on its line


def pieces(node: syntax.Node, lead: str, room: float) -> Iterator[tree.Formula]:
    """The node as one formula, or, where it is wider than the room, a row for each run of terms or factors."""
    if isinstance(node, syntax.Neg) and isinstance(node.body, syntax.Product) and width(node) > room:
        first, *rest = _factors(node.body, room)
        yield tree.Formula(syntax.Neg(first), lead=lead, wide=width(first) > room)
        yield from (tree.Formula(f, lead="×", wide=width(f) > room) for f in rest)
        return
    if isinstance(node, syntax.Product) and width(node) > room:
        for k, run in enumerate(_factors(node, room)):
            yield tree.Formula(run, lead="×" if k else lead, wide=width(run) > room)
        return
    if not isinstance(node, syntax.Add) or width(node) <= room:
        yield tree.Formula(node, lead=lead, wide=width(node) > room)
        return
    for term in _runs(node.terms, room):
        yield _run(list(term), lead)
        lead = "+"


def _runs(parts: Sequence[syntax.Node], room: float) -> Iterator[tuple[syntax.Node, ...]]:
    """Neighbours together, as many as fit."""
    run: list[syntax.Node] = []
    used = 0.0
    for part in parts:
        w = width(part) + 1.2
        if run and used + w > room:
            yield tuple(run)
            run, used = [], 0.0
        run.append(part)
        used += w
    yield tuple(run)


def _factors(node: syntax.Node, room: float) -> list[syntax.Node]:
    """A product as shorter products; one that holds a matrix stays whole: a sign between would say something else."""
    if not isinstance(node, syntax.Product) or any(f.shape for f in node.factors):
        return [node]
    return [run[0] if len(run) == 1 else syntax.Product(run) for run in _runs(node.factors, room)]


def _run(terms: list[syntax.Node], lead: str) -> tree.Formula:
    first = terms[0]
    if lead == "+" and isinstance(first, syntax.Neg):
        return tree.Formula(_sum([first.body, *terms[1:]]), lead="-") if _plain(first.body) else _negative(terms)
    whole = _sum(terms)
    return tree.Formula(whole, lead=lead, wide=len(terms) == 1 and width(whole) > LINE)


def _plain(node: syntax.Node) -> bool:
    """May a minus sign stand before it with no parentheses?"""
    return not isinstance(node, syntax.Add | syntax.Neg)


def _negative(terms: list[syntax.Node]) -> tree.Formula:
    return tree.Formula(_sum(terms))  # the tree prints its own sign and parentheses


def _sum(terms: list[syntax.Node]) -> syntax.Node:
    return terms[0] if len(terms) == 1 else syntax.Add(tuple(terms))


Pieces = tuple[tree.Formula | None, tree.Formula]


def segments(node: syntax.Node, room: float = LINE) -> tuple[tuple[Pieces, ...], ...]:
    """The rows (left, right) that a line is set in, those of each of its relations together."""
    if not isinstance(node, syntax.Relation):
        return (tuple((None, piece) for piece in pieces(node, "", room)),)
    left = tree.Formula(node.sides[0])
    if len(node.ops) > 1 and "=" not in node.ops and node.note is None and width(node) <= SHORT:  # −1 ≤ c ≤ 1
        rest = syntax.Relation(node.sides[1:], node.ops[1:])
        return (((left, tree.Formula(rest, lead=node.ops[0])),),)
    room -= min(width(node.sides[0]), room / 2)
    out: list[tuple[Pieces, ...]] = []
    for op, side in zip(node.ops, node.sides[1:], strict=True):
        parts = list(pieces(side, op, room))
        out.append(tuple((left if not out and not k else None, p) for k, p in enumerate(parts)))
    return tuple(out)


def lines(node: syntax.Node, room: float = LINE) -> tuple[Pieces, ...]:
    """The rows that a line is set in."""
    return tuple(row for segment in segments(node, room) for row in segment)


def settle(rows: Sequence[tree.Row]) -> tuple[tree.Row, ...]:
    """Which reasons of a block of lines stand beside their formulas, in a column of their own, and which below."""
    left = max((_formula_width(r.left) + 1.2 * r.depth for r in rows), default=0)
    fits = {k for k, r in enumerate(rows) if left + _formula_width(r.right) + _reason_width(r) <= COLUMNS}
    while fits:
        column = max(_formula_width(rows[k].right) for k in fits)
        over = [k for k in fits if left + column + _reason_width(rows[k]) > COLUMNS]
        if not over:
            break
        fits.discard(max(over, key=lambda k: (_reason_width(rows[k]), k)))
    return tuple(replace(r, beside=k in fits) for k, r in enumerate(rows))


def _formula_width(formula: tree.Formula | None) -> float:
    return 0.0 if formula is None or formula.node is None else width(formula.node) + (1.33 if formula.lead else 0.0)


def _reason_width(row: tree.Row) -> float:
    text = plain(row.reason) + "".join(" if " + plain((c,)) for c in row.conditions)
    return REASON * words_width(text) + (MARK if row.mark is not None or text else 0)
