"""Whole numbers made of sizes, as Python integer arithmetic: `n - 1`, `(n + 2 * p - k) // s + 1`."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.code.values import MUL
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr, text


def whole(x: Expr, sizes: Mapping[str, str]) -> str:
    """The code of a whole number; `sizes` are the identifiers of sizes."""
    return _whole(x, sizes, 0)


def _whole(x: Expr, sizes: Mapping[str, str], level: int) -> str:
    if isinstance(x, e.Num) and x.value.denominator == 1:
        return str(x.value) if x.value >= 0 or level == 0 else f"({x.value})"
    if isinstance(x, e.Dimension) and x.index is None and x.name in sizes:
        return sizes[x.name]
    if isinstance(x, e.Acc) and not x.indices and x.name in sizes:
        return sizes[x.name]
    if isinstance(x, e.Add):
        out = ""
        for t in x.terms:
            negative, size = _signed(t)
            code = _whole(size, sizes, MUL)
            sign = ("-" if negative else "") if not out else (" - " if negative else " + ")
            out += sign + code
        return f"({out})" if level else out
    if isinstance(x, e.Mul):
        negative, size = _signed(x)
        if negative:
            return f"(-{_whole(size, sizes, MUL)})"
        return " * ".join(_whole(f, sizes, MUL) for f in x.factors)
    if isinstance(x, e.Fn) and x.name == "floor":
        return _floor(x.args[0], sizes)
    raise UnsupportedError("code with a range that is not made of plain sizes", found=text(x))


def _signed(x: Expr) -> tuple[bool, Expr]:
    """Is it negative as it is written, and what it is without that sign."""
    if isinstance(x, e.Num) and x.value < 0:
        return True, e.num(-x.value)
    if isinstance(x, e.Mul) and isinstance(x.factors[0], e.Num) and x.factors[0].value < 0:
        return True, e.mul(e.num(-x.factors[0].value), *x.factors[1:])
    return False, x


def _floor(x: Expr, sizes: Mapping[str, str]) -> str:
    factors = x.factors if isinstance(x, e.Mul) else (x,)
    fractions = [f.value for f in factors if isinstance(f, e.Num)]
    factors = tuple(f for f in factors if not isinstance(f, e.Num))
    below: list[Expr] = [f.base for f in factors if isinstance(f, e.Pow) and f.exponent is e.MINUS_ONE]
    above: list[Expr] = [f for f in factors if not (isinstance(f, e.Pow) and f.exponent is e.MINUS_ONE)]
    above += [e.num(v.numerator) for v in fractions]
    below += [e.num(v.denominator) for v in fractions]
    return f"({_whole(e.mul(*above), sizes, MUL)} // {_whole(e.mul(*below), sizes, MUL)})"
