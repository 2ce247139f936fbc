"""What is positive wherever it is defined: sizes, exponentials, what assumptions and definitions say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.tensor.canonical_ranges import non_negative
from symdl.tensor.canonical_terms import constant, minus
from symdl.tensor.expr import Acc, Add, Const, Dimension, Expr, Fn, Idx, Mul, Num, Pow, Red

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser

POSITIVE = frozenset({"exp", "cosh", "softplus", "sigmoid", "abs", "phi", "Phi", "gamma"})


def positive(n: Normaliser, e: Expr, names: frozenset[str]) -> bool:
    """Sufficient, never guessed; abs and even powers count, as they are zero only where x is."""
    if isinstance(e, Num):
        return e.value > 0
    if isinstance(e, Dimension):
        return True
    if isinstance(e, Const):
        return e.name in ("e", "pi")
    if isinstance(e, Idx):
        span = n.span(None)(e.name)
        return span is not None and non_negative(minus(span[0], constant(1)), n.span(None), n.knowledge.least)
    if isinstance(e, Acc):
        if e.name in names:
            return True
        st = n.program.statements.get(e.name)
        return st is not None and st.kind in ("sum", "reduce") and n.is_positive(st.body)
    if isinstance(e, Add):
        return all(n.is_positive(t) for t in e.terms)
    if isinstance(e, Mul):
        return all(n.is_positive(f) for f in e.factors)
    if isinstance(e, Pow):
        if isinstance(e.exponent, Num) and e.exponent.value % 2 == 0:
            return True
        if isinstance(e.exponent, Num) and e.exponent.value.denominator != 1:
            return True
        return n.is_positive(e.base)
    if isinstance(e, Fn):
        return e.name in POSITIVE or (e.name == "sqrt")
    if isinstance(e, Red) and e.op in ("sum", "prod", "max", "min"):
        return e.condition is None and n.is_positive(e.body)
    return False
