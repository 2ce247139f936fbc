"""Fields of numbers the interpreter computes in: float64, mpmath at 50 digits, whole numbers modulo a prime.

A field works on NumPy arrays. Where a value does not exist (1/0, log of a negative number, an access outside its range)
there stands NaN: it spreads, and whoever compares must write `error <= tolerance`, so it never counts as equal.
"""

from __future__ import annotations

from functools import lru_cache

from symdl.tensor.fields_base import HIGH, MAGNITUDE, Array, Field, NotPolynomialError, as_array, as_objects
from symdl.tensor.fields_high import HighField
from symdl.tensor.fields_modular import ModularField

FLOAT = Field()
HIGH_FIELD = HighField()


@lru_cache(maxsize=8)
def modulo(prime: int) -> ModularField:
    return ModularField(prime)


__all__ = [
    "FLOAT",
    "HIGH",
    "HIGH_FIELD",
    "MAGNITUDE",
    "Array",
    "Field",
    "NotPolynomialError",
    "as_array",
    "as_objects",
    "modulo",
]
