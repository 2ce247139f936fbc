"""Sums, products, largest and smallest entries over letters, as array code or as Python loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.code import contraction, masks
from symdl.code.values import ADD, Value, aligned, union
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def lower_red(low: Lowering, x: e.Red) -> Value:
    x = masks.hull(low, x)
    loop = next((b for b in x.binders if b.name in low.looped and b.name not in low.loops), None)
    if loop is not None:
        return _looped(low, x, loop)
    with low.letters(x.binders):
        if x.op == "sum":
            return contraction.summed(low, x)
        names = [b.name for b in x.binders]
        v = low.value(x.body)
        if x.condition is not None:
            v = _only_where(low, x, v)
        if x.op in ("argmax", "argmin"):
            k = names[0]
            v = low.spread(v, k)
            return _counted(low, low.backend.reduce(x.op, v, [k]), x.binders[0].first)
        for name in names:
            v = low.spread(v, name) if x.op == "prod" else v
        return low.backend.reduce(x.op, v, [n for n in names if n in v.letters])


def _counted(low: Lowering, out: Value, first: Expr) -> Value:
    """Positions as the letter counts them."""
    return out if first is e.ZERO else Value(f"{out.at(ADD)} + {low.whole(first)}", out.letters, ADD)


def _only_where(low: Lowering, x: e.Red, v: Value) -> Value:
    """The values with the operation's neutral element where the condition does not hold."""
    assert x.condition is not None
    neutral = {"max": "-inf", "argmax": "-inf", "min": "inf", "argmin": "inf", "prod": "1"}[x.op]
    truth = low.value(x.condition)
    letters = union([v.letters, truth.letters], low.order)
    if "inf" in neutral:
        neutral = neutral.replace("inf", low.backend.constants["infinity"])
    if truth.python:
        return Value(f"({v.code} if {truth.code} else {neutral})", v.letters)
    code = low.backend.where(aligned(truth, letters).code, aligned(v, letters).code, neutral, low)
    return Value(code, letters)


def _looped(low: Lowering, x: e.Red, b: Bind) -> Value:
    """A reduction over one letter as a Python loop."""
    rest = tuple(c for c in x.binders if c is not b)
    with low.loop(b) as (name, span):
        body = e.Red(x.op, rest, x.condition, x.body) if rest else x.body
        if not rest and x.condition is not None and x.op == "sum":
            body = e.mul(e.Ind(x.condition), x.body)
        v = low.value(body)
        if not rest and x.condition is not None and x.op != "sum":
            v = _only_where(low, x, v)
    pieces = f"{v.code} for {name} in {span}"
    if x.op == "sum":
        return Value(f"sum({pieces})", v.letters)
    if x.op in ("argmax", "argmin"):
        stacked = Value(low.backend.stack(f"[{pieces}]", 0), (b.name, *v.letters))
        return _counted(low, low.backend.reduce(x.op, stacked, [b.name]), b.first)
    return Value(low.backend.fold(x.op, pieces, low), v.letters)
