"""Where a long line breaks: at its relations, then at the top level of a sum, as people break them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.document import tree
from symdl.document.prose import plain
from symdl.language import syntax
from symdl.language.print_latex import latex

LINE = 58.0  # the width of a text column, in units of about one letter of mathematics
COLUMNS = 64.0  # what formula and reason may fill together
REASON = 0.82  # a letter of a reason, set smaller, in the same unit


def width(node: syntax.Node) -> float:
    """How wide a tree is when set, roughly."""
    return latex_width(latex(node))


_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
_SILENT = {
    r"\left", r"\right", r"\mathbf", r"\mathrm", r"\mathcal", r"\mathbb", r"\operatorname", r"\hat", r"\bar", r"\tilde",
    r"\dot", r"\boldsymbol", r"\bigl", r"\bigr", r"\text", r"\big", r"\displaystyle", r"\,", r"\!", r"\limits", r"\bm",
}  # fmt: skip
_WIDE = {
    r"\sum": 2.2,
    r"\prod": 2.2,
    r"\int": 1.5,
    r"\quad": 2,
    r"\qquad": 4,
    r"\log": 2.4,
    r"\exp": 2.6,
    r"\tanh": 3.2,
}


def latex_width(source: str) -> float:
    """Letters in the widest line of a formula: a fraction is as wide as its wider part, scripts are smaller."""
    tokens = _TOKEN.findall(source)
    total, i = 0.0, 0

    def group(j: int) -> tuple[str, int]:
        while j < len(tokens) and tokens[j].isspace():
            j += 1
        if j >= len(tokens):
            return "", j
        if tokens[j] != "{":
            return tokens[j], j + 1
        depth, k = 1, j + 1
        while k < len(tokens) and depth:
            depth += (tokens[k] == "{") - (tokens[k] == "}")
            k += 1
        return "".join(tokens[j + 1 : k - 1]), k

    while i < len(tokens):
        t = tokens[i]
        if t in (r"\frac", r"\dfrac", r"\tfrac"):
            top, i = group(i + 1)
            bottom, i = group(i)
            total += max(latex_width(top), latex_width(bottom)) + 0.5
        elif t in "_^":
            script, i = group(i + 1)
            if not (t == "^" and total and script == r"\top"):
                total += 0.7 * latex_width(script)
            else:
                total += 0.7
        elif t.isspace() or t in "{}" or t in _SILENT:
            i += 1
        else:
            total += _WIDE.get(t, 1.9 if t in "=+-<>" or t in (r"\le", r"\ge", r"\odot", r"\cdot", r"\times") else 1.0)
            i += 1
    return total


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
        w = width(part) + 2
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


def lines(node: syntax.Node, room: float = LINE) -> tuple[tuple[tree.Formula | None, tree.Formula], ...]:
    """The rows (left, right) that a line is set in."""
    if not isinstance(node, syntax.Relation):
        return tuple((None, piece) for piece in pieces(node, "", room))
    left = tree.Formula(node.sides[0])
    room -= min(width(node.sides[0]), room / 2)
    out: list[tuple[tree.Formula | None, tree.Formula]] = []
    for op, side in zip(node.ops, node.sides[1:], strict=True):
        for piece in pieces(side, op, room):
            out.append((left if not out else None, piece))
    return tuple(out)


def settle(rows: Sequence[tree.Row]) -> tuple[tree.Row, ...]:
    """Which reasons of a block of lines stand beside their formulas, in a column of their own, and which below."""
    left = max((_formula_width(r.left) + 2 * r.depth for r in rows), default=0)
    fits = {k for k, r in enumerate(rows) if left + _formula_width(r.right) + _reason_width(r) <= COLUMNS}
    while fits:
        column = max(_formula_width(rows[k].right) for k in fits)
        over = [k for k in fits if left + column + _reason_width(rows[k]) > COLUMNS]
        if not over:
            break
        fits.discard(max(over, key=lambda k: (_reason_width(rows[k]), k)))
    return tuple(replace(r, beside=k in fits) for k, r in enumerate(rows))


def _formula_width(formula: tree.Formula | None) -> float:
    return 0.0 if formula is None or formula.node is None else width(formula.node) + 2


def _reason_width(row: tree.Row) -> float:
    letters = len(plain(row.reason)) + sum(6 + len(plain((c,))) for c in row.conditions)
    return REASON * letters + (5 if row.mark is not None or letters else 0)
