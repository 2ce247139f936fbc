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
    found = [_symbol(x) for x in _named(node)]
    if len(found) < 2 or any(f is None for f in found):
        return None
    first, *rest = [f for f in found if f is not None]
    return first, tuple(rest)


def _symbol(node: s.Node) -> str | None:
    if isinstance(node, s.Entry):
        node = node.base
    return node.name if isinstance(node, s.Symbol) else None


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
    letters: list[Bind] = []
    rest: list[Bind] = []
    for x in _named(left):
        base = x.base if isinstance(x, s.Entry) else x
        written = x.indices if isinstance(x, s.Entry) else ()
        if not isinstance(base, s.Symbol):
            return None
        declared = elaborator.scope.lookup(base.name)
        for i, b in zip(base.members, declared.members if declared is not None else (), strict=False):
            if not isinstance(i, s.IndexVar):
                return None
            first, last = elaborator.size(b.range.first), elaborator.size(b.range.last)
            letters.append(Bind(i.name, first, last))  # type: ignore[arg-type]
        for k, axis in enumerate(base.shape):
            i = written[k] if k < len(written) else None
            if i is not None and not isinstance(i, s.IndexVar):
                return None
            bound = _bind(elaborator, i.name if i is not None else e.fresh("ijklpq"[k % 6]), axis)
            letters.append(bound)
            if i is None:
                rest.append(bound)
    if len({b.name for b in letters}) != len(letters):
        return None
    if not rest:
        return tuple(letters), elaborator.scalar(right)
    indices = tuple(Idx(b.name) for b in rest)
    if getattr(left, "transposed", False):
        indices = indices[::-1]
    return tuple(letters), elaborator.at(right, left.shape, indices)


def _named(node: s.Node) -> list[s.Node]:
    """What is differentiated, then by what, in order."""
    if isinstance(node, s.Derivative):
        return [*_named(node.of), *node.by]
    return [node]


def _bind(elaborator: Elaborator, name: str, axis: Any) -> Bind:
    first = e.num(axis.base)
    return Bind(name, first, e.sub(e.add(elaborator.size(axis.size), first), e.ONE))  # type: ignore[return-value]
