"""Lines that say what a derivative is: its names, its letters and its entry, found among steps and results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symdl.code.polynomial import larger, narrowed, short, smaller
from symdl.language import syntax as s
from symdl.solution.numbering import Numbering
from symdl.tensor import expr as e
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Bind, Expr, Idx


def key_of(of: str, by: tuple[str, ...]) -> str:
    return " ∂ ".join((of, *by))


def parts(node: s.Node) -> tuple[str, tuple[str, ...]] | None:
    """The names in a derivative of a symbol by symbols, entries looked through."""
    found = [_symbol(x) for x in _named(node)]
    if len(found) < 2 or any(f is None for f in found):
        return None
    first, *rest = [f for f in found if f is not None]
    return first, tuple(rest)


def _symbol(node: s.Node) -> str | None:
    base = _base(node)
    return base.name if isinstance(base, s.Symbol) else None


def _base(node: s.Node) -> s.Node:
    """What an entry is one of; `L(w)` as L, since only at its own w a line defines a derivative of it."""
    if isinstance(node, s.Entry):
        node = node.base
    if isinstance(node, s.Apply) and not node.orders and not node.members and not node.elementwise:
        return s.Symbol(node.name, node.shape)
    return node


@dataclass(frozen=True)
class DerivativeLine:
    """What an adjoint is over its letters; `base` lists its values at an end that has a line of its own."""

    binders: tuple[Bind, ...]
    body: Expr
    number: int | None
    tree: s.Node
    base: tuple[tuple[tuple[Expr | None, ...], Expr], ...] = ()


@dataclass(frozen=True)
class _Piece:
    """One line: its letters, the conditions that it stands under, and the places that it speaks of only."""

    binders: tuple[Bind, ...]
    body: Expr
    conditions: tuple[Expr, ...]
    fixed: tuple[Expr | None, ...]
    number: int | None
    tree: s.Node


def derivative_lines(elaborator: Elaborator, numbers: Numbering) -> dict[str, DerivativeLine]:
    """What each named adjoint is, from the lines that define it; several where a recurrence has ends."""
    rows: list[tuple[int | None, s.Node]] = list(numbers.names)
    for steps in numbers.derivations:
        rows += [(n, step.line) for n, step in steps]
    pieces: dict[str, list[_Piece]] = {}
    trees: list[s.Node] = []
    for n, line in rows:
        found = _piece(elaborator, line, n)
        if found is not None and found[1].tree not in trees:
            trees.append(found[1].tree)
            pieces.setdefault(found[0], []).append(found[1])
    out = {}
    for key, parts_ in pieces.items():
        whole = [p for p in parts_ if not p.conditions and all(f is None for f in p.fixed)]
        out[key] = _merged(whole[:1] or parts_)
    return out


def line_of(elaborator: Elaborator, line: s.Node, n: int | None) -> DerivativeLine | None:
    """One line that says all of a derivative."""
    found = _piece(elaborator, line, n)
    return None if found is None else _merged([found[1]])


def _piece(elaborator: Elaborator, line: s.Node, n: int | None) -> tuple[str, _Piece] | None:
    conditions: list[Expr] = []
    whole = line
    while isinstance(line, s.Implication):
        premise = line.left
        if not isinstance(premise, s.Relation):
            return None
        sides = [elaborator.scalar(x) for x in premise.sides]
        conditions += [e.Cmp(op, a, b) for op, a, b in zip(premise.ops, sides, sides[1:], strict=False)]
        line = line.right
    if not isinstance(line, s.Relation) or any(op != "=" for op in line.ops) or len(line.sides) < 2:
        return None
    left, right = line.sides[0], line.sides[-1]
    named = parts(left)
    letters = _letters(elaborator, left) if named is not None else None
    if named is None or letters is None:
        return None
    binders, fixed, rest = letters
    indices: tuple[Expr, ...] = tuple(Idx(b.name) for b in rest)
    if getattr(left, "transposed", False):
        indices = indices[::-1] if len(indices) > 1 else (e.ONE, *indices)  # a row; code keeps the variable's shape
    body = elaborator.at(right, left.shape, indices) if rest else elaborator.scalar(right)
    tree = s.Relation((left, right), ("=",)) if whole is line else whole
    return key_of(*named), _Piece(binders, body, tuple(conditions), fixed, n, tree)


def _letters(
    elaborator: Elaborator, left: s.Node
) -> tuple[tuple[Bind, ...], tuple[Expr | None, ...], list[Bind]] | None:
    """Letters for all axes of a derivative, the places it is fixed at, and the letters that are not written."""
    letters: list[Bind] = []
    fixed: list[Expr | None] = []
    rest: list[Bind] = []
    for x in _named(left):
        base = _base(x)
        written = x.indices if isinstance(x, s.Entry) else ()
        if not isinstance(base, s.Symbol):
            return None
        declared = elaborator.scope.lookup(base.name)
        members = declared.members if declared is not None else ()
        values: dict[str, Expr] = {}
        for m, b in zip(base.members, members, strict=False):
            first, last = elaborator.size(b.range.first), elaborator.size(b.range.last)
            name = m.name if isinstance(m, s.IndexVar) else e.fresh(b.name)
            letters.append(Bind(name, first, last))  # type: ignore[arg-type]
            fixed.append(None if isinstance(m, s.IndexVar) else elaborator.scalar(m))
            values[b.name] = Idx(name)
        for k, axis in enumerate(base.shape):
            i = written[k] if k < len(written) else None
            name = i.name if isinstance(i, s.IndexVar) else e.fresh("ijklpq"[k % 6])
            bound = _bind(elaborator, name, axis)
            bound = Bind(name, e.substitute(bound.first, values), e.substitute(bound.last, values))  # type: ignore
            letters.append(bound)
            fixed.append(None if i is None or isinstance(i, s.IndexVar) else elaborator.scalar(i))
            if i is None:
                rest.append(bound)
    if len({b.name for b in letters}) != len(letters):
        return None
    return tuple(letters), tuple(fixed), rest


def _merged(pieces: list[_Piece]) -> DerivativeLine:
    """One line from several: each part of the range where it holds, ends as a boundary."""
    steps = [p for p in pieces if all(f is None for f in p.fixed)]
    ends = [p for p in pieces if p not in steps]
    first = steps[0] if steps else ends[0]
    names = [b.name for b in first.binders]
    terms, ranges = [], []
    for p in steps:
        new: dict[str, Expr] = {b.name: Idx(n) for b, n in zip(p.binders, names, strict=True)}
        conditions = [e.substitute(c, new) for c in p.conditions]
        own = tuple(Bind(n, b.first, b.last) for n, b in zip(names, first.binders, strict=True))
        ranges.append(_holding(own, conditions))  # type: ignore[arg-type]
        terms.append(e.mul(*(e.Ind(c) for c in conditions), e.substitute(p.body, new)))
    base = []
    for p in ends:
        new = {b.name: Idx(n) for b, n in zip(p.binders, names, strict=True)}
        base.append((p.fixed, e.substitute(p.body, new)))
        at = [Bind(n, f, f) if f is not None else b for n, f, b in zip(names, p.fixed, first.binders, strict=True)]
        ranges.append(tuple(at))  # type: ignore[arg-type]
    binders = []
    for k, b in enumerate(first.binders):
        low, high = ranges[0][k].first, ranges[0][k].last
        for r in ranges[1:]:
            low = smaller(low, r[k].first, {})
            high = larger(high, r[k].last, {})
        binders.append(Bind(b.name, short(low), short(high)))
    tree = first.tree
    return DerivativeLine(tuple(binders), e.add(*terms), first.number, tree, tuple(base))  # type: ignore[arg-type]


def _holding(binders: tuple[Bind, ...], conditions: list[Expr]) -> tuple[Bind, ...]:
    """The ranges of letters where comparisons with one letter each hold."""
    out = list(binders)
    for c in conditions:
        for k, b in enumerate(out):
            if isinstance(c, e.Cmp) and b.name in c.free:
                found = narrowed(b, c, {x.name: x for x in out})
                out[k] = b if found is None else found
    return tuple(out)


def _named(node: s.Node) -> list[s.Node]:
    """What is differentiated, then by what, in order."""
    if isinstance(node, s.Derivative):
        return [*_named(node.of), *node.by]
    return [node]


def _bind(elaborator: Elaborator, name: str, axis: Any) -> Bind:
    first = e.num(axis.base)
    return Bind(name, first, e.sub(e.add(elaborator.size(axis.size), first), e.ONE))  # type: ignore[return-value]
