"""Derivatives of scalar functions: one line each, in the function's own value where that is how it is known.

`value` is the function's value itself, so that the rule reads `tanh' = 1 − tanh²` and folds to a name.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Cmp, Expr, Fn, Ind, add, fn, mul, neg, num, power

ONE, TWO, PI = E.ONE, num(2), E.Const("pi")

# name: (x, value) → derivative
DERIVATIVES: dict[str, Callable[[Expr, Expr], Expr]] = {
    "exp": lambda x, v: v,
    "log": lambda x, v: power(x, -1),
    "sin": lambda x, v: fn("cos", x),
    "cos": lambda x, v: neg(fn("sin", x)),
    "tan": lambda x, v: add(ONE, power(v, 2)),
    "arcsin": lambda x, v: power(add(ONE, neg(power(x, 2))), Fraction(-1, 2)),
    "arccos": lambda x, v: neg(power(add(ONE, neg(power(x, 2))), Fraction(-1, 2))),
    "arctan": lambda x, v: power(add(ONE, power(x, 2)), -1),
    "sinh": lambda x, v: fn("cosh", x),
    "cosh": lambda x, v: fn("sinh", x),
    "tanh": lambda x, v: add(ONE, neg(power(v, 2))),
    "arcsinh": lambda x, v: power(add(power(x, 2), ONE), Fraction(-1, 2)),
    "arccosh": lambda x, v: power(add(power(x, 2), neg(ONE)), Fraction(-1, 2)),
    "arctanh": lambda x, v: power(add(ONE, neg(power(x, 2))), -1),
    "sigmoid": lambda x, v: mul(v, add(ONE, neg(v))),
    "softplus": lambda x, v: fn("sigmoid", x),
    "erf": lambda x, v: mul(TWO, power(PI, Fraction(-1, 2)), fn("exp", neg(power(x, 2)))),
    "Phi": lambda x, v: fn("phi", x),
    "phi": lambda x, v: neg(mul(x, v)),
    "gamma": lambda x, v: mul(v, fn("digamma", x)),
    "loggamma": lambda x, v: fn("digamma", x),
    # kinks: the derivative away from the kink; the step that uses one says so
    "relu": lambda x, v: Ind(Cmp(">", x, E.ZERO)),
    "abs": lambda x, v: fn("sign", x),
    "sign": lambda x, v: E.ZERO,
    "floor": lambda x, v: E.ZERO,
    "ceil": lambda x, v: E.ZERO,
}

KINKS = {"relu": "0", "abs": "0", "sign": "0", "floor": "whole numbers", "ceil": "whole numbers", "max": "a tie",
         "min": "a tie", "clip": "the bounds"}  # fmt: skip


def partials(e: Fn) -> tuple[Expr, ...]:
    """∂f/∂argument for each argument.

    Raises:
        UnsupportedError: there is no rule for this function; the message names it.
    """
    rule = DERIVATIVES.get(e.name)
    if rule is not None and len(e.args) == 1:
        return (rule(e.args[0], e),)
    if e.name in ("max", "min"):
        return _extreme(e)
    if e.name == "clip" and len(e.args) == 3:
        x, low, high = e.args
        inside = E.Logic("and", (Cmp(">", x, low), Cmp("<", x, high)))
        return (Ind(inside), Ind(Cmp("<", x, low)), Ind(Cmp(">", x, high)))
    raise UnsupportedError(
        f"no derivative rule for the function {e.name}", cure="symdl.calculus.scalar_rules lists them"
    )


def _extreme(e: Fn) -> tuple[Expr, ...]:
    """At a tie of two expressions the first counts: they may agree on a whole range, as r and clip(r) do."""
    strict, weak = (">", "≥") if e.name == "max" else ("<", "≤")
    out = []
    for n, a in enumerate(e.args):
        wins = tuple(
            Cmp(weak if m > n and not isinstance(a, E.Num) and not isinstance(b, E.Num) else strict, a, b)
            for m, b in enumerate(e.args)
            if m != n
        )
        out.append(Ind(wins[0] if len(wins) == 1 else E.Logic("and", wins)))
    return tuple(out)


def power_partials(base: Expr, exponent: Expr) -> tuple[Expr, Expr]:
    """∂(b^x)/∂b and ∂(b^x)/∂x."""
    whole = power(base, exponent)
    return (
        mul(exponent, power(base, add(exponent, E.MINUS_ONE))),
        mul(whole, fn("log", base)),
    )
