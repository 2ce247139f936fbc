"""Whole numbers modulo a prime: rational claims, exactly."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.fields_base import (
    LARGEST_OBJECTS,
    Array,
    Field,
    as_array,
    as_objects,
)


class ModularField(Field):
    """Whole numbers modulo a prime, in object arrays; order, kinks and transcendental functions have no value there."""

    dtype = object
    exact = True
    digits = 0
    limit = LARGEST_OBJECTS

    def __init__(self, prime: int) -> None:
        self.prime = prime
        self.name = f"modulo {prime}"

    def number(self, value: Fraction | int) -> Any:
        value = Fraction(value)
        if value.denominator % self.prime == 0:
            return float("nan")
        return value.numerator * pow(value.denominator, -1, self.prime) % self.prime

    def constant(self, name: str) -> Any:
        raise UnsupportedError(f"{name} has no value modulo a prime")

    def array(self, values: Any) -> Array:
        data = np.asarray(values)
        return as_objects(np.frompyfunc(self._element, 1, 1)(data))

    def _element(self, x: Any) -> Any:
        if isinstance(x, np.generic):
            x = x.item()
        if x != x:
            return x
        return self.number(Fraction(x)) if isinstance(x, Fraction | float) else int(x) % self.prime

    def floats(self, data: Array) -> Array:
        return np.asarray(np.vectorize(float, otypes=[np.float64])(data)) if data.size else data.astype(np.float64)

    def add(self, a: Array, b: Array) -> Array:
        return as_array(super().add(a, b) % self.prime)

    def subtract(self, a: Array, b: Array) -> Array:
        return as_array(super().subtract(a, b) % self.prime)

    def mul(self, a: Array, b: Array) -> Array:
        return as_array(super().mul(a, b) % self.prime)

    def neg(self, a: Array) -> Array:
        return as_array(-a % self.prime)

    def total(self, a: Array, axes: tuple[int, ...]) -> Array:
        return as_array(as_objects(np.sum(a, axis=axes)) % self.prime)

    def product(self, a: Array, axes: tuple[int, ...]) -> Array:
        out = a
        for axis in sorted(axes, reverse=True):
            pieces = [np.take(out, k, axis=axis) for k in range(out.shape[axis])]
            if not pieces:
                out = as_objects(np.ones(out.shape[:axis] + out.shape[axis + 1 :], dtype=object))
                continue
            result = pieces[0]
            for piece in pieces[1:]:
                result = as_objects(result * piece) % self.prime
            out = as_objects(result)
        return out

    def is_nan(self, a: Array) -> Array:
        return np.asarray(np.frompyfunc(lambda x: x != x, 1, 1)(a), dtype=bool)

    def power(self, a: Array, exponent: Array) -> Array:
        def one(x: Any, e: Any) -> Any:
            if x != x or e != e:
                return float("nan")
            k = int(e)
            if k != e:
                raise UnsupportedError("a root has no value modulo a prime")
            if k < 0 and x % self.prime == 0:
                return float("nan")
            return pow(int(x), k, self.prime)

        return as_objects(np.frompyfunc(one, 2, 1)(a, exponent))

    def apply(self, f: Callable[..., Any], high: Callable[..., Any], *args: Array) -> Array:
        raise UnsupportedError("a transcendental function has no value modulo a prime")

    def compare(self, op: str, a: Array, b: Array) -> Array:
        if op not in ("=", "≠"):
            raise UnsupportedError("an order between values does not exist modulo a prime")

        def one(x: Any, y: Any) -> float:
            return float("nan") if x != x or y != y else float((x == y) == (op == "="))

        return np.asarray(np.frompyfunc(one, 2, 1)(a, b), dtype=np.float64)

    def take_best(self, a: Array, axis: int, largest: bool) -> Array:
        raise UnsupportedError("a maximum does not exist modulo a prime")

    def inverse(self, a: Array) -> Array:
        return self._eliminate(a)[1]

    def det(self, a: Array) -> Array:
        return self._eliminate(a)[0]

    def cholesky(self, a: Array) -> Array:
        raise UnsupportedError("a Cholesky factor has no value modulo a prime")

    def eigh(self, a: Array) -> tuple[Array, Array]:
        raise UnsupportedError("an eigenvalue has no value modulo a prime")

    def matmul(self, a: Array, b: Array) -> Array:
        return as_array(super().matmul(a, b) % self.prime)

    def _eliminate(self, a: Array) -> tuple[Array, Array]:
        """Determinants and inverses by Gauss–Jordan; NaN where singular."""
        p, n = self.prime, a.shape[-1]
        dets = np.empty(a.shape[:-2], dtype=object)
        inverses = np.empty(a.shape, dtype=object)
        for where in np.ndindex(a.shape[:-2]):
            rows = [list(r) + [int(i == k) for k in range(n)] for i, r in enumerate(a[where].tolist())]
            d: Any = 1
            if any(x != x for r in rows for x in r):
                d = float("nan")
            for k in range(n):
                pivot = next((i for i in range(k, n) if rows[i][k]), None) if d == d else None
                if pivot is None:
                    d = d if d != d else 0
                    break
                if pivot != k:
                    rows[k], rows[pivot], d = rows[pivot], rows[k], -d
                d = d * rows[k][k] % p
                scale = pow(rows[k][k], -1, p)
                rows[k] = [x * scale % p for x in rows[k]]
                for i in range(n):
                    if i != k and rows[i][k]:
                        f = rows[i][k]
                        rows[i] = [(x - f * y) % p for x, y in zip(rows[i], rows[k], strict=True)]
            dets[where] = d
            for i in range(n):
                for j in range(n):
                    inverses[(*where, i, j)] = rows[i][n + j] if d == d and d else float("nan")
        return dets, inverses
