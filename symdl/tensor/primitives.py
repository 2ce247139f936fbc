"""The judge's own table of scalar functions: value in float64 and at 50 digits, derivative in jets, kinks.

Independent of the engine's rules on purpose: a wrong rule there can't vouch for itself here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet, Jets
from symdl.tensor.fields import HIGH, MAGNITUDE, Array

Derivative = Callable[[Jets, Jet, Jet], Jet]


@dataclass(frozen=True)
class Primitive:
    """`derivative(jets, x, y)` is f′ at x where y = f(x); `kinks` are the arguments where it does not exist."""

    value: Callable[[Array], Any]
    high: Callable[[Any], Any]
    derivative: Derivative
    kinks: tuple[float, ...] = ()
    smooth: bool = True


def _one_minus_square(j: Jets, y: Jet) -> Jet:
    return j.subtract(j.constant(1), j.mul(y, y))


def _square(j: Jets, x: Jet) -> Jet:
    return j.mul(x, x)


def _root(j: Jets, x: Jet) -> Jet:
    return j.power(x, np.asarray(0.5) if not j.field.dtype == object else np.asarray(HIGH.mpf(1) / 2, dtype=object))


def _over(j: Jets, x: Jet) -> Jet:
    return j.reciprocal(x)


def _steps(j: Jets, x: Jet, f: Callable[[Array], Array]) -> Jet:
    """A piecewise constant derivative, from the sign of the value."""
    return {0: j.field.array(f(j.field.floats(x[0])))}


def _zero(j: Jets, x: Jet, y: Jet) -> Jet:
    return {0: j.field.array(np.where(np.isnan(j.field.floats(x[0])), np.nan, 0.0))}


FURTHEST = 1e30  # e^x of more is not computed at high precision; of less, its exponent is a short number


def _sigmoid(x: Array) -> Array:
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def _high_exp(x: Any) -> Any:
    if abs(x) > FURTHEST:  # no value: a zero here would be equal to other zeros
        return HIGH.inf if x > 0 else HIGH.nan
    return HIGH.exp(x)


def _high_real(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function whose argument could make mpmath work forever: bounded."""

    def bounded(x: Any) -> Any:
        return f(x) if abs(x) < MAGNITUDE else HIGH.nan

    return bounded


def _vector(f: Callable[[float], float]) -> Callable[[Array], Array]:
    def one(x: float) -> float:
        try:
            return f(x)
        except (ValueError, OverflowError):
            return float("nan")

    return lambda a: np.vectorize(one, otypes=[np.float64])(a) if a.size else a


def _polygamma(order: int) -> Callable[[float], float]:
    def value(x: float) -> float:
        return float("nan") if x != x else float(HIGH.polygamma(order, HIGH.mpf(x)))

    return value


def _erf_slope(j: Jets, x: Jet, y: Jet) -> Jet:
    e = apply(j, "exp", j.neg(_square(j, x)))
    return j.mul(e, {0: j.field.array(np.asarray(2 / HIGH.sqrt(HIGH.pi), dtype=object))})


def _trigamma(j: Jets, x: Jet, y: Jet) -> Jet:
    return apply(j, "polygamma1", x)


def _no_rule(name: str) -> Derivative:
    def refuse(j: Jets, x: Jet, y: Jet) -> Jet:
        raise UnsupportedError(f"no derivative of {name} in the judge's table")

    return refuse


TABLE: dict[str, Primitive] = {
    "exp": Primitive(np.exp, _high_exp, lambda j, x, y: y),
    "log": Primitive(
        lambda x: np.log(np.where(x > 0, x, np.nan)), lambda x: HIGH.log(x) if x > 0 else HIGH.nan,
        lambda j, x, y: _over(j, x),
    ),
    "sin": Primitive(np.sin, _high_real(HIGH.sin), lambda j, x, y: apply(j, "cos", x)),
    "cos": Primitive(np.cos, _high_real(HIGH.cos), lambda j, x, y: j.neg(apply(j, "sin", x))),
    "tan": Primitive(np.tan, _high_real(HIGH.tan), lambda j, x, y: j.add(j.constant(1), _square(j, y))),
    "arcsin": Primitive(np.arcsin, HIGH.asin, lambda j, x, y: _over(j, _root(j, _one_minus_square(j, x)))),
    "arccos": Primitive(np.arccos, HIGH.acos, lambda j, x, y: j.neg(_over(j, _root(j, _one_minus_square(j, x))))),
    "arctan": Primitive(np.arctan, HIGH.atan, lambda j, x, y: _over(j, j.add(j.constant(1), _square(j, x)))),
    "sinh": Primitive(np.sinh, _high_real(HIGH.sinh), lambda j, x, y: apply(j, "cosh", x)),
    "cosh": Primitive(np.cosh, _high_real(HIGH.cosh), lambda j, x, y: apply(j, "sinh", x)),
    "tanh": Primitive(np.tanh, HIGH.tanh, lambda j, x, y: _one_minus_square(j, y)),
    "arcsinh": Primitive(
        np.arcsinh, HIGH.asinh, lambda j, x, y: _over(j, _root(j, j.add(j.constant(1), _square(j, x))))
    ),
    "arccosh": Primitive(
        np.arccosh, HIGH.acosh, lambda j, x, y: _over(j, _root(j, j.subtract(_square(j, x), j.constant(1))))
    ),
    "arctanh": Primitive(np.arctanh, HIGH.atanh, lambda j, x, y: _over(j, _one_minus_square(j, x))),
    "sigmoid": Primitive(
        _sigmoid, lambda x: 1 / (1 + _high_exp(-x)), lambda j, x, y: j.mul(y, j.subtract(j.constant(1), y))
    ),
    "softplus": Primitive(
        lambda x: np.logaddexp(0, x), lambda x: HIGH.log(1 + _high_exp(x)), lambda j, x, y: apply(j, "sigmoid", x)
    ),
    "relu": Primitive(
        lambda x: np.maximum(x, 0), lambda x: x if x > 0 else HIGH.mpf(0),
        lambda j, x, y: _steps(j, x, lambda v: np.where(np.isnan(v), v, v > 0)), (0.0,),
    ),
    "abs": Primitive(np.abs, abs, lambda j, x, y: _steps(j, x, np.sign), (0.0,)),
    "sign": Primitive(np.sign, lambda x: HIGH.mpf((x > 0) - (x < 0)), _zero, (0.0,)),
    "floor": Primitive(np.floor, HIGH.floor, _zero, smooth=False),
    "ceil": Primitive(np.ceil, HIGH.ceil, _zero, smooth=False),
    "erf": Primitive(_vector(math.erf), HIGH.erf, _erf_slope),
    "Phi": Primitive(
        _vector(lambda x: 0.5 * math.erfc(-x / math.sqrt(2))), lambda x: HIGH.erfc(-x / HIGH.sqrt(2)) / 2,
        lambda j, x, y: apply(j, "phi", x),
    ),
    "phi": Primitive(
        lambda x: np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
        lambda x: _high_exp(-x * x / 2) / HIGH.sqrt(2 * HIGH.pi), lambda j, x, y: j.neg(j.mul(x, y)),
    ),
    "gamma": Primitive(
        _vector(math.gamma), _high_real(HIGH.gamma), lambda j, x, y: j.mul(y, apply(j, "digamma", x))
    ),
    "loggamma": Primitive(
        _vector(lambda x: math.lgamma(x) if x > 0 else float("nan")),
        lambda x: HIGH.loggamma(x) if x > 0 else HIGH.nan, lambda j, x, y: apply(j, "digamma", x),
    ),
    "digamma": Primitive(_vector(_polygamma(0)), lambda x: HIGH.polygamma(0, x), _trigamma),
    "polygamma1": Primitive(
        _vector(_polygamma(1)), lambda x: HIGH.polygamma(1, x), lambda j, x, y: apply(j, "polygamma2", x)
    ),
    "polygamma2": Primitive(
        _vector(_polygamma(2)), lambda x: HIGH.polygamma(2, x), _no_rule("the third polygamma function")
    ),
    "sqrt": Primitive(
        lambda x: np.sqrt(np.where(x >= 0, x, np.nan)), lambda x: HIGH.sqrt(x) if x >= 0 else HIGH.nan,
        lambda j, x, y: j.mul(j.constant(0.5), _over(j, y)),
    ),
}  # fmt: skip


def apply(j: Jets, name: str, *args: Jet) -> Jet:
    """A scalar function of jets."""
    if name in ("max", "min"):
        out = args[0]
        for other in args[1:]:
            above = j.field.compare("≥" if name == "max" else "≤", out[0], other[0])
            out = j.choose(above, out, other)
        return out
    if name == "clip":
        low = apply(j, "max", args[0], args[1])
        return apply(j, "min", low, args[2])
    if name == "mod":
        quotient = j.mul(args[0], j.reciprocal(args[1]))
        return j.subtract(args[0], j.mul(args[1], apply(j, "floor", quotient)))
    found = TABLE.get(name)
    if found is None or len(args) != 1:
        raise UnsupportedError(f"no value of the function {name} in the judge's table")

    def value(x: Array) -> Array:
        return j.field.apply(found.value, found.high, x)

    return j.chain(args[0], value, lambda x, y: found.derivative(j, x, y))
