"""Every scalar function: float64 against 50 digits, and its derivative against a difference at 50 digits."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.tensor.duals import Jets
from symdl.tensor.fields import FLOAT, HIGH, HIGH_FIELD
from symdl.tensor.primitives import TABLE, apply

POINTS = {
    "arccosh": (1.3, 2.7), "arcsin": (-0.4, 0.7), "arccos": (-0.4, 0.7), "arctanh": (-0.4, 0.7),
    "log": (0.3, 2.2), "sqrt": (0.3, 2.2), "gamma": (0.7, 3.2), "loggamma": (0.7, 3.2), "digamma": (0.7, 3.2),
    "polygamma1": (0.7, 3.2), "polygamma2": (0.7, 3.2),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TABLE))
def test_value_and_derivative(name: str) -> None:
    for x in POINTS.get(name, (-1.3, 0.45, 2.2)):
        value = apply(Jets(FLOAT), name, {0: np.asarray(x)})[0]
        exact = TABLE[name].high(HIGH.mpf(x))
        assert float(value) == pytest.approx(float(exact), rel=1e-13, abs=1e-15)
        if name == "polygamma2":
            continue
        moved = apply(Jets(HIGH_FIELD), name, {0: HIGH_FIELD.array(np.asarray(x)), 1: HIGH_FIELD.array(np.asarray(1))})
        h = HIGH.mpf(10) ** -20
        difference = (TABLE[name].high(x + h) - TABLE[name].high(x - h)) / (2 * h)
        slope = moved[1][()] if 1 in moved else 0
        assert abs(slope - difference) < HIGH.mpf(10) ** -25 * (1 + abs(difference))


@pytest.mark.parametrize("name", sorted(set(TABLE) - {"polygamma2", "polygamma1", "digamma"}))
def test_second_derivatives(name: str) -> None:
    j, x = Jets(HIGH_FIELD), POINTS.get(name, (-1.3, 0.45))[1]
    one = HIGH_FIELD.array(np.asarray(1))
    out = apply(j, name, {0: HIGH_FIELD.array(np.asarray(x)), 1: one, 2: one})
    f, h = TABLE[name].high, HIGH.mpf(10) ** -12
    difference = (f(x + h) - 2 * f(HIGH.mpf(x)) + f(x - h)) / h**2
    second = out[3][()] if 3 in out else 0
    assert abs(second - difference) < HIGH.mpf(10) ** -18 * (1 + abs(difference))


def test_outside_its_domain_a_function_has_no_value() -> None:
    for field in (FLOAT, HIGH_FIELD):
        for name, x in (("log", -1.0), ("arcsin", 2.0), ("sqrt", -1.0), ("arccosh", 0.5)):
            with np.errstate(all="ignore"):
                value = apply(Jets(field), name, {0: field.array(np.asarray(x))})[0]
            assert bool(field.is_nan(value)), (field.name, name)
