"""Planted mistakes in an entry: sign, factor, dropped part, transpose, other index, exponent, n − 1."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symdl.tensor.expr import (
    Acc,
    Add,
    Dimension,
    Expr,
    Fn,
    Mul,
    Num,
    Pow,
    add,
    mul,
    neg,
    num,
    power,
    rebuild,
    sub,
    walk,
)


def replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    return new if e is old else rebuild(e, lambda c: replaced(c, old, new))


def mutants(e: Expr) -> Iterator[tuple[str, Expr]]:
    """Each with its kind; some may be right after all, where the entry has a symmetry."""
    yield "sign", neg(e)
    yield "factor", mul(num(2), e)
    yield "half", mul(num(Fraction(1, 2)), e)
    yield "plus", add(e, num(1))
    yield "less", sub(e, num(1))
    for x in sorted(walk(e), key=repr):
        if isinstance(x, Add):
            for k, t in enumerate(x.terms):
                yield "term sign", replaced(e, x, add(*x.terms[:k], neg(t), *x.terms[k + 1 :]))
                yield "dropped term", replaced(e, x, add(*x.terms[:k], *x.terms[k + 1 :]))
        elif isinstance(x, Mul) and len(x.factors) > 1:
            for k in range(len(x.factors)):
                yield "dropped factor", replaced(e, x, mul(*x.factors[:k], *x.factors[k + 1 :]))
        elif isinstance(x, Acc) and len(x.indices) == 2 and x.indices[0] is not x.indices[1]:
            yield "transpose", replaced(e, x, Acc(x.name, x.indices[::-1]))
        elif isinstance(x, Pow) and isinstance(x.exponent, Num):
            yield "exponent", replaced(e, x, power(x.base, add(x.exponent, num(1))))
        elif isinstance(x, Dimension):
            yield "size", replaced(e, x, sub(x, num(1)))
        elif isinstance(x, Fn) and x.name != "sym":
            yield "function sign", replaced(e, x, neg(x))
