"""Scalar functions in canonical form: parities always, expansions into exp, log and indicators where asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.tensor.canonical_composite import remainder
from symdl.tensor.canonical_order import spell
from symdl.tensor.canonical_powers import exp_of, log_of, orientation, power_of
from symdl.tensor.canonical_terms import Poly, as_number, atom, constant, minus, plus, poly_expr, scale
from symdl.tensor.expr import ZERO, Cmp, Const, Expr, Ind, fn, mul, num

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser

ODD = frozenset({"tanh", "sin", "tan", "sinh", "arcsin", "arctan", "arctanh", "arcsinh", "erf", "sign"})
EVEN = frozenset({"cos", "cosh", "abs", "phi"})
AT_ZERO = {"cos": 1, "cosh": 1}
MIRRORED = frozenset({"sigmoid", "Phi"})  # f(−x) = 1 − f(x)


def function_of(n: Normaliser, name: str, args: tuple[Poly, ...]) -> Poly:
    """The polynomial of f(args)."""
    if n.level < 0 and name in ("exp", "log"):
        return atom(fn(name, poly_expr(args[0]))) if name == "log" or args[0] else constant(1)
    if name == "exp":
        return exp_of(n, args[0])
    if name == "log":
        return log_of(n, args[0])
    if name == "sqrt":
        return power_of(n, args[0], constant(Fraction(1, 2)))
    if name == "relu":
        return n.times(args[0], positive_part(n, args[0]))
    if name in ("max", "min") and len(args) == 1:
        return args[0]
    if name == "mod" and len(args) == 2:
        rest = remainder(n, *args)
        if rest is not None:
            return rest
    if n.level > 0:
        found = _expanded(n, name, args)
        if found is not None:
            return found
    if len(args) == 1:
        return _of_one(n, name, args[0])
    return atom(fn(name, *sorted_args(name, args)))


def sorted_args(name: str, args: tuple[Poly, ...]) -> list[Expr]:
    exprs = [poly_expr(a) for a in args]
    return sorted(set(exprs), key=spell) if name in ("max", "min") else exprs


def _of_one(n: Normaliser, name: str, x: Poly) -> Poly:
    if not x:
        if name in ODD:
            return {}
        if name in AT_ZERO:
            return constant(AT_ZERO[name])
        if name in MIRRORED:
            return constant(Fraction(1, 2))
        if name in ("abs", "floor", "ceil"):
            return {}
    value = as_number(x)
    if value is not None:
        if name == "abs":
            return constant(abs(value))
        if name == "sign":
            return constant((value > 0) - (value < 0))
        if name == "floor":
            return constant(value.numerator // value.denominator)
        if name == "ceil":
            return constant(-(-value.numerator // value.denominator))
    if name in ODD | EVEN | MIRRORED and orientation(x) < 0:
        turned = _of_one(n, name, scale(x, -1))
        if name in EVEN:
            return turned
        return scale(turned, -1) if name in ODD else minus(constant(1), turned)
    inner = poly_expr(x)
    if name == "abs" and n.is_positive(inner):
        return x
    if name == "sign" and n.is_positive(inner):
        return constant(1)
    return atom(fn(name, inner))


def positive_part(n: Normaliser, x: Poly) -> Poly:
    """[x > 0]."""
    return n.poly(Ind(Cmp(">", poly_expr(x), ZERO)))


def _expanded(n: Normaliser, name: str, args: tuple[Poly, ...]) -> Poly | None:
    one = constant(1)
    x = args[0] if args else {}
    inverse = constant(-1)
    if name == "sigmoid":
        return power_of(n, plus(one, exp_of(n, scale(x, -1))), inverse)
    if name == "tanh":
        e = exp_of(n, scale(x, 2))
        return n.times(minus(e, one), power_of(n, plus(e, one), inverse))
    if name == "sinh":
        return scale(minus(exp_of(n, x), exp_of(n, scale(x, -1))), Fraction(1, 2))
    if name == "cosh":
        return scale(plus(exp_of(n, x), exp_of(n, scale(x, -1))), Fraction(1, 2))
    if name == "softplus":
        return log_of(n, plus(one, exp_of(n, x)))
    if name == "abs":
        return n.times(x, minus(positive_part(n, x), positive_part(n, scale(x, -1))))
    if name == "sign":
        return minus(positive_part(n, x), positive_part(n, scale(x, -1)))
    if name in ("max", "min") and len(args) > 1:
        rest = function_of(n, name, args[1:])
        gap = minus(args[0], rest) if name == "max" else minus(rest, args[0])
        moved = n.times(gap, positive_part(n, gap))
        return plus(rest, moved) if name == "max" else minus(rest, moved)
    if name == "clip":
        low = function_of(n, "max", (args[0], args[1]))
        return function_of(n, "min", (low, args[2]))
    if name == "phi":
        body = n.poly(fn("exp", poly_expr(scale(n.times(x, x), Fraction(-1, 2)))))
        return n.times(body, power_of(n, n.poly(mul(num(2), Const("pi"))), constant(Fraction(-1, 2))))
    if name == "tan":
        return n.times(n.poly(fn("sin", poly_expr(x))), power_of(n, n.poly(fn("cos", poly_expr(x))), inverse))
    return None
