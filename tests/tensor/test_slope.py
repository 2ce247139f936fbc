"""The slope of every listed function, and of powers, branches and sums, equals a difference quotient."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest

from symdl.errors import UnsupportedError
from symdl.tensor.expr import ONE, Acc, Bind, Cmp, Expect, Idx, Where, add, div, fn, mul, num, power, total
from symdl.tensor.slope import SLOPES, slope
from tests.tensor import brute_force

z = Acc("z", ())
FUNCTIONS = {
    "cos": math.cos,
    "tan": math.tan,
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "arcsinh": math.asinh,
    "arccosh": math.acosh,
    "arctanh": math.atanh,
    "softplus": lambda x: math.log1p(math.exp(x)),
    "sign": lambda x: math.copysign(1, x),
    "ceil": math.ceil,
    "erf": math.erf,
    "Phi": lambda x: (1 + math.erf(x / math.sqrt(2))) / 2,
    "phi": lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "gamma": math.gamma,
    "loggamma": math.lgamma,
    "digamma": lambda x: float(mpmath.digamma(x)),
}
COMPOSITE = {
    "power": power(z, 3),
    "root": power(add(z, ONE), Fraction(1, 2)),
    "exponent": power(num(2), mul(z, z)),
    "tower": power(z, z),
    "quotient": div(fn("exp", z), add(z, ONE)),
    "branches": Where(((Cmp(">", z, num(5)), mul(z, z)), (None, mul(num(3), z)))),
    "sum": total((Bind("k·t", num(1), num(4)),), power(z, Idx("k·t"))),
    "max": fn("max", mul(z, z), z, num(0)),
    "min": fn("min", mul(z, z), z),
}


@pytest.mark.parametrize("name", [*SLOPES, *COMPOSITE])
def test_slope_is_a_difference_quotient(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for k, f in FUNCTIONS.items():
        monkeypatch.setitem(brute_force.FUNCTIONS, k, f)
    e = COMPOSITE.get(name) or fn(name, z)
    for at in (1.3, 2.7) if name == "arccosh" or name in COMPOSITE else (0.31, 0.83):

        def value(x: float, e: object = e) -> float:
            return float(brute_force.Brute({}, {"z": x}).value(e, {}))  # type: ignore[arg-type]

        h = 1e-6
        numeric = (value(at + h) - value(at - h)) / (2 * h)
        assert abs(value(at, slope(e, "z")) - numeric) <= 1e-6 * (1 + abs(numeric))


def test_no_rule_raises_and_nothing_else_moves() -> None:
    with pytest.raises(UnsupportedError):
        slope(Expect((("x", None),), z), "z")
    assert slope(fn("exp", Acc("y", ())), "z") is num(0)
