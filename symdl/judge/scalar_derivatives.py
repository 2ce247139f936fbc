"""The judge's own table of scalar derivatives: f ↦ ∂f/∂argument as entries. What is missing is refused, never zero."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.errors import UnsupportedError
from symdl.tensor.expr import ONE, ZERO, Cmp, Const, Expr, Ind, div, fn, mul, neg, num, power, sub

HALF = Fraction(1, 2)


def _erf(x: Expr) -> Expr:
    return mul(num(2), power(Const("pi"), num(-HALF)), fn("exp", neg(power(x, 2))))


UNARY: dict[str, Callable[[Expr], Expr]] = {
    "exp": lambda x: fn("exp", x),
    "log": lambda x: power(x, -1),
    "sqrt": lambda x: mul(num(HALF), power(x, num(-HALF))),
    "sin": lambda x: fn("cos", x),
    "cos": lambda x: neg(fn("sin", x)),
    "tan": lambda x: power(fn("cos", x), -2),
    "arcsin": lambda x: power(sub(ONE, power(x, 2)), num(-HALF)),
    "arccos": lambda x: neg(power(sub(ONE, power(x, 2)), num(-HALF))),
    "arctan": lambda x: power(sub(power(x, 2), num(-1)), -1),
    "sinh": lambda x: fn("cosh", x),
    "cosh": lambda x: fn("sinh", x),
    "tanh": lambda x: sub(ONE, power(fn("tanh", x), 2)),
    "arcsinh": lambda x: power(sub(power(x, 2), num(-1)), num(-HALF)),
    "arccosh": lambda x: power(sub(power(x, 2), ONE), num(-HALF)),
    "arctanh": lambda x: div(ONE, sub(ONE, power(x, 2))),
    "sigmoid": lambda x: mul(fn("sigmoid", x), sub(ONE, fn("sigmoid", x))),
    "softplus": lambda x: fn("sigmoid", x),
    "relu": lambda x: Ind(Cmp(">", x, ZERO)),
    "abs": lambda x: fn("sign", x),
    "sign": lambda x: ZERO,
    "floor": lambda x: ZERO,
    "ceil": lambda x: ZERO,
    "erf": _erf,
    "Phi": lambda x: fn("phi", x),
    "phi": lambda x: neg(mul(x, fn("phi", x))),
    "loggamma": lambda x: fn("digamma", x),
    "gamma": lambda x: mul(fn("gamma", x), fn("digamma", x)),
}


def partials(name: str, args: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """∂f/∂argument for each argument, where the function is smooth."""
    if len(args) == 1:
        if name in ("max", "min"):
            return (ONE,)
        if name in UNARY:
            return (UNARY[name](args[0]),)
    if name in ("max", "min") and len(args) == 2:
        a, b = args
        first = Ind(Cmp(">" if name == "max" else "<", a, b))
        return first, sub(ONE, first)
    if name == "clip" and len(args) == 3:
        x, low, high = args
        below, above = Ind(Cmp("<", x, low)), Ind(Cmp(">", x, high))
        return sub(sub(ONE, below), above), below, above
    if name == "mod" and len(args) == 2:
        return ONE, neg(fn("floor", div(*args)))
    raise UnsupportedError(f"the derivative of {name} of {len(args)} arguments")
