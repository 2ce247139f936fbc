"""Functions: quotients in short, `sinh x / cosh x ⇒ tanh x`, `e^x / (1 + e^x) ⇒ σ(x)`, `sign x / |x| ⇒ 1/x`."""

from __future__ import annotations

from symdl.rewrite.terms import Term, numeric, product_of
from symdl.tensor import expr as E
from symdl.tensor.expr import Add, Expr, Fn


def named(t: Term) -> Term:
    """A term with such quotients replaced, one after the other."""
    for n, (top, x) in enumerate(t.powers):
        if not isinstance(top, Fn) or top.name not in ("sinh", "exp", "sign") or (numeric(x) or 0) < 1:
            continue
        for m, (below, y) in enumerate(t.powers):
            if (numeric(y) or 0) > -1:
                continue
            if top.name == "sign" and isinstance(below, Fn) and below.name == "abs" and below.args == top.args:
                inverse = ((top, E.add(x, E.MINUS_ONE)), (below, E.add(y, E.ONE)), (top.args[0], E.MINUS_ONE))
                return named(product_of(t.coefficient, (*t.without(n, m).powers, *inverse), t.binders))
            name = _quotient(top, below)
            if name:
                rest = (
                    (top, E.add(x, E.MINUS_ONE)),
                    (below, E.add(y, E.ONE)),
                    (E.fn(name, top.args[0]), E.ONE),
                )
                return named(product_of(t.coefficient, (*t.without(n, m).powers, *rest), t.binders))
    return t


def _quotient(top: Fn, below: Expr) -> str:
    if top.name == "sinh":
        return "tanh" if isinstance(below, Fn) and below.name == "cosh" and below.args == top.args else ""
    one_more = isinstance(below, Add) and len(below.terms) == 2 and {*below.terms} == {top, E.ONE}
    return "sigmoid" if one_more else ""
