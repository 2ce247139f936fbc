"""A plain rendering of entries, for messages of last resort and for debugging."""

from __future__ import annotations

from typing import Any

from symdl.tensor.expr.base import Expr
from symdl.tensor.expr.kinds import Acc, Add, Bind, Cmp, Const, Dimension, Fn, Idx, Ind, Mul, Num, Pow, Red


def text(e: Any) -> str:
    """A plain rendering for messages of last resort and for debugging; people see `notation`."""
    if isinstance(e, Num):
        return str(e.value)
    if isinstance(e, Const | Idx):
        return e.name
    if isinstance(e, Dimension):
        return e.name if e.index is None else f"{e.name}_{text(e.index)}"
    if isinstance(e, Acc):
        return f"{e.name}[{', '.join(map(text, e.indices))}]" if e.indices else e.name
    if isinstance(e, Add):
        return "(" + " + ".join(map(text, e.terms)) + ")"
    if isinstance(e, Mul):
        return "·".join(map(text, e.factors))
    if isinstance(e, Pow):
        return f"{text(e.base)}^({text(e.exponent)})"
    if isinstance(e, Fn):
        return f"{e.name}({', '.join(map(text, e.args))})"
    if isinstance(e, Cmp):
        return f"{text(e.left)} {e.op} {text(e.right)}"
    if isinstance(e, Ind):
        return f"[{text(e.condition)}]"
    if isinstance(e, Bind):
        return f"{e.name}={text(e.first)}..{text(e.last)}"
    if isinstance(e, Red):
        where = f" | {text(e.condition)}" if e.condition is not None else ""
        return f"{e.op}[{', '.join(map(text, e.binders))}{where}] {text(e.body)}"
    if isinstance(e, Expr):
        return f"{type(e).__name__}({', '.join(text(p) for p in e.parts)})"
    if isinstance(e, tuple):
        return "(" + ", ".join(map(text, e)) + ")"
    return str(e)
