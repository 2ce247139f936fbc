"""A total order on entries: an injective spelling that does not depend on how commutative things are arranged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symdl.tensor.expr import (
    Acc,
    Add,
    Bind,
    Cmp,
    Const,
    Dimension,
    Expr,
    Fn,
    Idx,
    Logic,
    Mul,
    Num,
    rebuild,
    refresh,
    substitute,
)

COMMUTATIVE = frozenset({"max", "min", "sym"})  # `sym` marks the two index places of a symmetric matrix
_spelled: dict[Expr, str] = {}
_arranged: dict[Expr, Expr] = {}
_bound: dict[Expr, frozenset[str]] = {}


def spell(e: Expr) -> str:
    """Equal spellings mean equal values: sums, products and symmetric places are spelled in sorted order."""
    found = _spelled.get(e)
    if found is None:
        if len(_spelled) > 400_000:
            _spelled.clear()
        found = _spelled[e] = _spell(e)
    return found


def _spell(e: Expr) -> str:
    if isinstance(e, Num):
        return str(e.value)
    if isinstance(e, Idx):
        return "'" + e.name
    if isinstance(e, Const):
        return "`" + e.name
    if isinstance(e, Dimension):
        return f"#{e.name!r}" + ("" if e.index is None else f"_{spell(e.index)}")
    if isinstance(e, Acc):
        return f"{e.name!r}[{','.join(map(spell, e.indices))}]"
    if isinstance(e, Add):
        return "(" + "+".join(sorted(map(spell, e.terms))) + ")"
    if isinstance(e, Mul):
        return "<" + "*".join(sorted(map(spell, e.factors))) + ">"
    arguments = [_any(p) for p in e.parts]
    if isinstance(e, Fn) and e.name in COMMUTATIVE:
        return f"{e.name}({','.join(sorted(map(spell, e.args)))})"
    if isinstance(e, Cmp) and e.op in "=≠":
        return f"[{e.op},{','.join(sorted((spell(e.left), spell(e.right))))}]"
    if isinstance(e, Logic) and e.op != "not":
        return f"{e.op}({','.join(sorted(map(spell, e.args)))})"
    return f"{type(e).__name__}({','.join(arguments)})"


def _any(value: Any) -> str:
    if isinstance(value, Expr):
        return spell(value)
    if isinstance(value, tuple):
        return "{" + ",".join(map(_any, value)) + "}"
    return repr(value)


def arranged(e: Expr) -> Expr:
    """The same entry with commutative things in order of their spelling: one object for one spelling."""
    found = _arranged.get(e)
    if found is None:
        if len(_arranged) > 400_000:
            _arranged.clear()
        x = rebuild(e, arranged)
        if isinstance(x, Add):
            x = Add(tuple(sorted(x.terms, key=spell)))
        elif isinstance(x, Mul):
            x = Mul(tuple(sorted(x.factors, key=spell)))
        elif isinstance(x, Fn) and x.name in COMMUTATIVE:
            x = Fn(x.name, tuple(sorted(x.args, key=spell)))
        elif isinstance(x, Logic) and x.op != "not":
            x = Logic(x.op, tuple(sorted(x.args, key=spell)))
        found = _arranged[e] = x
    return found


def bound_names(e: Expr) -> frozenset[str]:
    """All letters that something inside binds."""
    found = _bound.get(e)
    if found is None:
        if len(_bound) > 400_000:
            _bound.clear()
        found = frozenset(e.bound()).union(*(bound_names(c) for c in e.children()))
        _bound[e] = found
    return found


def height(e: Expr) -> int:
    """The greatest level of canonical letters `§level.number` bound inside."""
    return max((int(n[1:].split(".")[0]) for n in bound_names(e) if n.startswith("§")), default=0)


def place(e: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace free letters where bound ones may bear the same names: those get new names first."""
    if not values:
        return e
    if bound_names(e) & frozenset(values).union(*(v.free for v in values.values())):
        e = refresh(e)
    return substitute(e, values)


def rename(e: Any, names: dict[str, Expr]) -> Any:
    """Replace free letters in an expression or a binder."""
    if isinstance(e, Bind):
        target = names.get(e.name)
        name = target.name if isinstance(target, Idx) else e.name
        return Bind(name, substitute(e.first, names), substitute(e.last, names))
    return substitute(e, names)
