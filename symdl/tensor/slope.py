"""The derivative of a scalar entry expression in one scalar name: what f' means where f has a body.

    f(z) = z tanh z, f'(u)  ⇒  tanh u + u (1 − tanh² u)

Only notation is unfolded here, one scalar at a time; the engine and the judge each have a calculus of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.errors import UnsupportedError
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Add,
    Cmp,
    Const,
    Dimension,
    Expr,
    Fn,
    Idx,
    Ind,
    Mul,
    Num,
    Pow,
    Red,
    Where,
    accesses,
    add,
    div,
    fn,
    mul,
    neg,
    num,
    power,
    sub,
    total,
)

SLOPES: dict[str, Callable[[Expr], Expr]] = {
    "exp": lambda u: fn("exp", u),
    "log": lambda u: power(u, -1),
    "sin": lambda u: fn("cos", u),
    "cos": lambda u: neg(fn("sin", u)),
    "tan": lambda u: add(ONE, power(fn("tan", u), 2)),
    "arcsin": lambda u: power(sub(ONE, power(u, 2)), Fraction(-1, 2)),
    "arccos": lambda u: neg(power(sub(ONE, power(u, 2)), Fraction(-1, 2))),
    "arctan": lambda u: power(add(ONE, power(u, 2)), -1),
    "sinh": lambda u: fn("cosh", u),
    "cosh": lambda u: fn("sinh", u),
    "tanh": lambda u: sub(ONE, power(fn("tanh", u), 2)),
    "arcsinh": lambda u: power(add(power(u, 2), ONE), Fraction(-1, 2)),
    "arccosh": lambda u: power(sub(power(u, 2), ONE), Fraction(-1, 2)),
    "arctanh": lambda u: power(sub(ONE, power(u, 2)), -1),
    "sigmoid": lambda u: mul(fn("sigmoid", u), sub(ONE, fn("sigmoid", u))),
    "softplus": lambda u: fn("sigmoid", u),
    "relu": lambda u: Ind(Cmp(">", u, ZERO)),
    "abs": lambda u: fn("sign", u),
    "erf": lambda u: div(mul(num(2), fn("exp", neg(power(u, 2)))), power(Const("pi"), Fraction(1, 2))),
    "Phi": lambda u: fn("phi", u),
    "phi": lambda u: neg(mul(u, fn("phi", u))),
    "loggamma": lambda u: fn("digamma", u),
    "gamma": lambda u: mul(fn("gamma", u), fn("digamma", u)),
    "sign": lambda u: ZERO,
    "floor": lambda u: ZERO,
    "ceil": lambda u: ZERO,
}


def slope(e: Expr, name: str) -> Expr:
    """D e / d name, where `name` is a scalar access; other accesses do not move.

    Raises:
        UnsupportedError: a form without a rule here (an expectation, a call, a matrix function).
    """
    if not any(a.name == name for a in accesses(e)):
        return ZERO
    if isinstance(e, Acc):
        if e.indices:
            raise UnsupportedError("a prime on a function of a tensor", found=name)
        return ONE
    if isinstance(e, Add):
        return add(*(slope(t, name) for t in e.terms))
    if isinstance(e, Mul):
        parts = [(k, slope(f, name)) for k, f in enumerate(e.factors)]
        return add(*(mul(*e.factors[:k], d, *e.factors[k + 1 :]) for k, d in parts))
    if isinstance(e, Pow):
        return _of_power(e, name)
    if isinstance(e, Fn) and len(e.args) == 1 and e.name in SLOPES:
        return mul(SLOPES[e.name](e.args[0]), slope(e.args[0], name))
    if isinstance(e, Fn) and e.name in ("max", "min"):
        return _of_extreme(e, name)
    if isinstance(e, Where):
        return Where(tuple((c, slope(v, name)) for c, v in e.branches))
    if isinstance(e, Red) and e.op == "sum":
        return total(e.binders, slope(e.body, name), e.condition)
    if isinstance(e, Num | Const | Idx | Dimension | Ind):
        return ZERO
    raise UnsupportedError(f"a prime on a function whose body has a {getattr(e, 'name', type(e).__name__)}")


def _of_power(e: Pow, name: str) -> Expr:
    inner, outer = slope(e.base, name), slope(e.exponent, name)
    by_base = mul(e.exponent, power(e.base, sub(e.exponent, ONE)), inner)
    if outer is ZERO:
        return by_base
    return add(by_base, mul(e, fn("log", e.base), outer))


def _of_extreme(e: Fn, name: str) -> Expr:
    """The slope of the argument that is largest (or smallest), the first one at a tie."""
    op = "≥" if e.name == "max" else "≤"
    first, rest = e.args[0], fn(e.name, *e.args[1:]) if len(e.args) > 2 else e.args[1]
    return Where(((Cmp(op, first, rest), slope(first, name)), (None, slope(rest, name))))
