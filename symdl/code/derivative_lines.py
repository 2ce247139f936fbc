"""Lines that say what a derivative is: its names, its letters and its entry, found among steps and results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symdl.language import syntax as s
from symdl.solution.numbering import Numbering
from symdl.tensor import expr as e
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Bind, Expr, Idx


def key_of(of: str, by: tuple[str, ...]) -> str:
    return " ∂ ".join((of, *by))


def parts(node: s.Node) -> tuple[str, tuple[str, ...]] | None:
    """The names in a derivative of a symbol by symbols, entries looked through."""
    by: tuple[s.Node, ...] = ()
    while isinstance(node, s.Derivative):
        by, node = (*node.by, *by), node.of
    found = [_symbol(x) for x in (node, *by)]
    if not by or any(f is None for f in found):
        return None
    first, *rest = [f for f in found if f is not None]
    return first, tuple(rest)


def _symbol(node: s.Node) -> str | None:
    if isinstance(node, s.Entry):
        node = node.base
    return node.name if isinstance(node, s.Symbol) and not node.members else None


@dataclass(frozen=True)
class DerivativeLine:
    binders: tuple[Bind, ...]
    body: Expr
    number: int | None
    tree: s.Node


def derivative_lines(elaborator: Elaborator, numbers: Numbering) -> dict[str, DerivativeLine]:
    """What each named adjoint is, from the lines that define it."""
    rows: list[tuple[int | None, s.Node]] = list(numbers.names)
    for steps in numbers.derivations:
        rows += [(n, step.line) for n, step in steps]
    out: dict[str, DerivativeLine] = {}
    for n, line in rows:
        if isinstance(line, s.Relation) and all(op == "=" for op in line.ops) and len(line.sides) >= 2:
            named = parts(line.sides[0])
            if named is not None:
                found = lowered(elaborator, line.sides[0], line.sides[-1])
                if found is not None:
                    out.setdefault(
                        key_of(*named), DerivativeLine(*found, n, s.Relation((line.sides[0], line.sides[-1]), ("=",)))
                    )
    return out


def lowered(elaborator: Elaborator, left: s.Node, right: s.Node) -> tuple[tuple[Bind, ...], Expr] | None:
    """Letters and entry of `left = right`: left a whole derivative, or its entry at index letters."""
    if left.shape:
        letters = tuple(_bind(elaborator, e.fresh("ijklpq"[k % 6]), a) for k, a in enumerate(left.shape))
        return letters, elaborator.at(right, left.shape, tuple(Idx(b.name) for b in letters))
    entries: list[tuple[s.Node, Any]] = []
    node: s.Node = left
    while isinstance(node, s.Derivative):
        by, node = node.by, node.of
        for x in by:
            if isinstance(x, s.Entry):
                entries += zip(x.indices, x.base.shape, strict=True)
    if isinstance(node, s.Entry):
        entries = [*zip(node.indices, node.base.shape, strict=True), *entries]
    if any(not isinstance(i, s.IndexVar) for i, _ in entries):
        return None
    letters = tuple(_bind(elaborator, i.name, a) for i, a in entries)  # type: ignore[attr-defined]
    if len({b.name for b in letters}) != len(letters):
        return None
    return letters, elaborator.scalar(right)


def _bind(elaborator: Elaborator, name: str, axis: Any) -> Bind:
    first = e.num(axis.base)
    return Bind(name, first, e.sub(e.add(elaborator.size(axis.size), first), e.ONE))  # type: ignore[return-value]
