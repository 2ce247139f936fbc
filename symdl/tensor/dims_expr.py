"""Sizes as entry expressions and back: a `Dim` in an index or a range is an `Expr`, and the other way round."""

from __future__ import annotations

from collections.abc import Callable

from symdl.errors import UnsupportedError
from symdl.language.dims import Dim, Floor, SizeAt
from symdl.tensor.expr import Acc, Add, Dimension, Expr, Fn, Idx, Mul, Num, Pow, add, div, fn, mul, num, power, text


def expr_of(dim: Dim, name: Callable[[str], Expr]) -> Expr:
    """The entry expression of a size; `name` says what a name in it is: a size, an index letter, an integer."""
    terms: list[Expr] = []
    for monomial, coefficient in dim.terms:
        factors: list[Expr] = [num(coefficient)]
        for atom, exponent in monomial:
            if isinstance(atom, SizeAt):
                base: Expr = Dimension(atom.base, expr_of(atom.index, name))
            elif isinstance(atom, Floor):
                base = fn("floor", div(expr_of(atom.numerator, name), expr_of(atom.denominator, name)))
            else:
                base = name(atom)
            factors.append(power(base, exponent))
        terms.append(mul(*factors))
    return add(*terms)


def dim_of(e: Expr) -> Dim:
    """The size an entry expression is: whole numbers, sizes, index letters, their sums and products, floored quotients.

    Raises:
        UnsupportedError: it is not such an expression (an integer entry `y[b]`, say).
    """
    if isinstance(e, Num) and e.value.denominator == 1:
        return Dim.of(int(e.value))
    if isinstance(e, Idx):
        return Dim.of(e.name)
    if isinstance(e, Dimension):
        return Dim.of(e.name) if e.index is None else Dim.of(SizeAt(e.name, dim_of(e.index)))
    if isinstance(e, Acc) and not e.indices:
        return Dim.of(e.name)
    if isinstance(e, Add):
        total = Dim.of(0)
        for t in e.terms:
            total = total + dim_of(t)
        return total
    if isinstance(e, Mul):
        product = Dim.of(1)
        for f in e.factors:
            product = product * dim_of(f)
        return product
    if (
        isinstance(e, Pow)
        and isinstance(e.exponent, Num)
        and e.exponent.value.denominator == 1
        and e.exponent.value > 0
    ):
        product = Dim.of(1)
        for _ in range(int(e.exponent.value)):
            product = product * dim_of(e.base)
        return product
    if isinstance(e, Fn) and e.name == "floor" and isinstance(e.args[0], Mul):
        below = [f for f in e.args[0].factors if isinstance(f, Pow) and f.exponent is num(-1)]
        above = [f for f in e.args[0].factors if f not in below]
        if len(below) == 1:
            return dim_of(mul(*above)) // dim_of(below[0].base)
    raise UnsupportedError("a size that is no polynomial in sizes and index letters", found=text(e))
