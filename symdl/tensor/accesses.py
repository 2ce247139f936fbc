"""Replacing accesses in an entry expression: how a function's parameters, or a name's definition, are put in."""

from __future__ import annotations

from collections.abc import Callable

from symdl.tensor.expr import Acc, Expr, rebuild


def replace_accesses(e: Expr, change: Callable[[Acc], Expr | None]) -> Expr:
    """The expression with each access for which `change` gives one replaced by that expression (indices come first).

    The caller sees to it that bound letters stay unique: refresh what is put in, or `e`, where either is used twice.
    """
    memo: dict[Expr, Expr] = {}

    def visit(x: Expr) -> Expr:
        found = memo.get(x)
        if found is None:
            y = rebuild(x, visit)
            new = change(y) if isinstance(y, Acc) else None
            found = memo[x] = y if new is None else new
        return found

    return visit(e)
