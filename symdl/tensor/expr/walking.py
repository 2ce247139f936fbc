"""Going through an entry: every node, every access; rebuilt, with letters replaced, with fresh letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from symdl.tensor.expr.base import Expr
from symdl.tensor.expr.building import add, fresh, mul, power
from symdl.tensor.expr.kinds import Acc, Add, Bind, Const, Idx, Mul, Num, Pow


def rebuild(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same node with each direct child changed, through the folding constructors."""
    if isinstance(e, Idx | Num | Const):
        return e
    if isinstance(e, Acc):
        return Acc(e.name, tuple([change(i) for i in e.indices]))
    if isinstance(e, Add):
        return add(*[change(t) for t in e.terms])
    if isinstance(e, Mul):
        return mul(*[change(f) for f in e.factors])

    def walk(value: Any) -> Any:
        if isinstance(value, Expr):
            return change(value)
        if isinstance(value, tuple):
            return tuple(walk(v) for v in value)
        return value.map_exprs(walk) if hasattr(value, "map_exprs") else value

    parts = tuple(walk(p) for p in e.parts)
    if all(a is b for a, b in zip(parts, e.parts, strict=True)):
        return e
    if isinstance(e, Pow):
        return power(*parts)
    return type(e)(*parts)


def substitute(e: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace free index letters. Bound letters are unique, so nothing is captured; ranges are substituted too."""
    memo: dict[Expr, Expr] = {}

    def visit(x: Expr) -> Expr:
        if not (x.free & values.keys()):
            return x
        if isinstance(x, Idx):
            return values.get(x.name, x)
        found = memo.get(x)
        if found is None:
            found = memo[x] = rebuild(x, visit)
        return found

    return visit(e)


def refresh(e: Expr) -> Expr:
    """A copy whose bound letters are all new: needed when one expression is used twice inside one another."""

    def visit(x: Expr) -> Expr:
        y = rebuild(x, visit)
        names = y.bound()
        if not names:
            return y
        fresh_names = {n: fresh(n) for n in names}

        def rename(v: Any) -> Any:
            if isinstance(v, Bind):
                return Bind(fresh_names.get(v.name, v.name), rename(v.first), rename(v.last))
            if isinstance(v, Expr):
                return substitute(v, {n: Idx(m) for n, m in fresh_names.items()})
            if isinstance(v, tuple):
                return tuple(rename(u) for u in v)
            return v.map_exprs(rename) if hasattr(v, "map_exprs") else v

        return type(y)(*(rename(p) for p in y.parts))

    return visit(e)


def walk(e: Expr) -> Iterator[Expr]:
    """Every distinct node, parents first."""
    seen: set[int] = set()
    stack = [e]
    while stack:
        x = stack.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        yield x
        stack.extend(x.children())


def accesses(e: Expr) -> Iterator[Acc]:
    """Every distinct access in it."""
    return (x for x in walk(e) if isinstance(x, Acc))
