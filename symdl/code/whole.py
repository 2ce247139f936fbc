"""Whole numbers made of sizes, as Python integer arithmetic: `n - 1`, `(n + 2 * p - k) // s + 1`."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.code.values import MUL
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr, text


def whole(x: Expr, sizes: Mapping[str, str], letters: Mapping[str, str] | None = None) -> str:
    """The code of a whole number; `sizes` are the identifiers of sizes, `letters` the code of letters of loops."""
    return _Writer(sizes, letters or {}).write(x, 0)


class _Writer:
    def __init__(self, sizes: Mapping[str, str], letters: Mapping[str, str]) -> None:
        self.sizes = sizes
        self.letters = letters

    def write(self, x: Expr, level: int) -> str:
        if isinstance(x, e.Num) and x.value.denominator == 1:
            return str(x.value) if x.value >= 0 or level == 0 else f"({x.value})"
        if isinstance(x, e.Dimension) and x.name in self.sizes:
            size = self.sizes[x.name]
            return size if x.index is None else f"{size}[{self.write(x.index, 0)}]"
        if isinstance(x, e.Acc) and not x.indices and x.name in self.sizes:
            return self.sizes[x.name]
        if isinstance(x, e.Idx) and x.name in self.letters:
            return self.letters[x.name]
        if isinstance(x, e.Add):
            return self._sum(x, level)
        if isinstance(x, e.Mul):
            negative, positive = _signed(x)
            if negative:
                return f"(-{self.write(positive, MUL)})"
            return " * ".join(self.write(f, MUL) for f in x.factors)
        if isinstance(x, e.Fn) and x.name == "floor":
            return self._floor(x.args[0])
        if isinstance(x, e.Fn) and x.name in ("max", "min"):
            return f"{x.name}({', '.join(self.write(a, 0) for a in x.args)})"
        raise UnsupportedError("code with a range that is not made of plain sizes", found=text(x))

    def _sum(self, x: e.Add, level: int) -> str:
        out = ""
        for t in x.terms:
            negative, term = _signed(t)
            code = self.write(term, MUL)
            sign = ("-" if negative else "") if not out else (" - " if negative else " + ")
            out += sign + code
        return f"({out})" if level else out

    def _floor(self, x: Expr) -> str:
        factors = x.factors if isinstance(x, e.Mul) else (x,)
        fractions = [f.value for f in factors if isinstance(f, e.Num)]
        factors = tuple(f for f in factors if not isinstance(f, e.Num))
        below: list[Expr] = [f.base for f in factors if isinstance(f, e.Pow) and f.exponent is e.MINUS_ONE]
        above: list[Expr] = [f for f in factors if not (isinstance(f, e.Pow) and f.exponent is e.MINUS_ONE)]
        above += [e.num(v.numerator) for v in fractions]
        below += [e.num(v.denominator) for v in fractions]
        return f"({self.write(e.mul(*above), MUL)} // {self.write(e.mul(*below), MUL)})"


def _signed(x: Expr) -> tuple[bool, Expr]:
    """Is it negative as it is written, and what it is without that sign."""
    if isinstance(x, e.Num) and x.value < 0:
        return True, e.num(-x.value)
    if isinstance(x, e.Mul) and isinstance(x.factors[0], e.Num) and x.factors[0].value < 0:
        return True, e.mul(e.num(-x.factors[0].value), *x.factors[1:])
    return False, x
