"""The size of what is added up: Σ |terms| of an expression, so that cancellation can't pass for a small error."""

from __future__ import annotations

from symdl.tensor.expr import Add, Deriv, Expr, Mul, Red, add, fn, mul


def magnitude(e: Expr, depth: int = 4) -> Expr:
    """|a + b| ⇒ |a| + |b|, |Σ a| ⇒ Σ |a|, |a b| ⇒ |a| |b|, a few levels down; the absolute value of all else."""
    if depth:
        if isinstance(e, Add):
            return add(*(magnitude(t, depth - 1) for t in e.terms))
        if isinstance(e, Mul):
            return mul(*(magnitude(f, depth - 1) for f in e.factors))
        if isinstance(e, Red) and e.op == "sum":
            body = magnitude(e.body, depth - 1)
            return Red("sum", e.binders, e.condition, body)
    if isinstance(e, Deriv):
        return fn("abs", e)
    return fn("abs", e)
