"""What a field of numbers does with arrays, and float64, which does it plainly."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from symdl.errors import UnsupportedError

Array = np.ndarray[Any, Any]

LARGEST = 20_000_000  # entries of one array: about 160 MB of float64
LARGEST_OBJECTS = 1_000_000
MAGNITUDE = 10**8  # exponents beyond this are not computed at high precision: the value is infinite

HIGH = mpmath.MPContext()
HIGH.dps = 50


class NotPolynomialError(Exception):
    """A polynomial in random entries met an operation that polynomials do not have."""


def guard(a: Array, b: Array, limit: int) -> None:
    """Refuse a broadcast that would need too much memory."""
    if a.size * b.size > limit:
        size = 1
        for n in np.broadcast_shapes(a.shape, b.shape):
            size *= n
        if size > limit:
            raise UnsupportedError("an intermediate tensor is too large to evaluate", found=f"{size} entries")


class Field:
    """float64, and the interface of the others."""

    name = "float64"
    dtype: Any = np.float64
    exact = False
    digits = 15
    limit = LARGEST

    def number(self, value: Fraction | int) -> Any:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")

    def constant(self, name: str) -> Any:
        return {"pi": float(np.pi), "e": float(np.e), "infinity": float("inf")}[name]

    def array(self, values: Any) -> Array:
        """Numbers (ints, floats, Fractions, mpf) as an array of the field."""
        data = np.asarray(values)
        if data.dtype == object:
            return np.vectorize(float, otypes=[np.float64])(data) if data.size else data.astype(np.float64)
        return data.astype(np.float64)

    def floats(self, data: Array) -> Array:
        """The array as float64, for choosing, comparing and showing."""
        return data.astype(np.float64) if data.dtype != np.float64 else data

    def add(self, a: Array, b: Array) -> Array:
        guard(a, b, self.limit)
        return as_array(a + b)

    def subtract(self, a: Array, b: Array) -> Array:
        guard(a, b, self.limit)
        return as_array(a - b)

    def mul(self, a: Array, b: Array) -> Array:
        guard(a, b, self.limit)
        return as_array(a * b)

    def neg(self, a: Array) -> Array:
        return as_array(-a)

    def total(self, a: Array, axes: tuple[int, ...]) -> Array:
        return as_array(np.sum(a, axis=axes))

    def product(self, a: Array, axes: tuple[int, ...]) -> Array:
        return as_array(np.prod(a, axis=axes))

    def is_nan(self, a: Array) -> Array:
        if a.dtype == object:
            return np.asarray(a != a, dtype=bool)
        return np.isnan(a)

    def power(self, a: Array, exponent: Array) -> Array:
        """Entrywise power with exponents that do not move."""
        if a.dtype == object or exponent.dtype == object:
            return _object_power(a, exponent)
        return np.asarray(np.power(a, exponent))

    def apply(self, f: Callable[..., Any], high: Callable[..., Any], *args: Array) -> Array:
        """A scalar function given in both fields."""
        if any(a.dtype == object for a in args):
            raise NotPolynomialError
        return np.asarray(f(*args))

    def compare(self, op: str, a: Array, b: Array) -> Array:
        """1, 0 or NaN (where a side has no value)."""
        if a.dtype == object or b.dtype == object:
            raise NotPolynomialError
        truth = {"=": np.equal, "≠": np.not_equal, "<": np.less, "≤": np.less_equal, ">": np.greater,
                 "≥": np.greater_equal}[op](a, b)  # fmt: skip
        return np.where(np.isnan(a) | np.isnan(b), np.nan, truth)

    def take_best(self, a: Array, axis: int, largest: bool) -> Array:
        """Position of the largest (smallest) along an axis, the first at a tie; NaN wins, so that it is seen."""
        if a.dtype == object:
            raise NotPolynomialError
        return np.argmax(a, axis=axis) if largest else np.argmin(a, axis=axis)

    def matrix(self, a: Array) -> Array:
        if a.dtype == object:
            raise NotPolynomialError
        return a

    def inverse(self, a: Array) -> Array:
        """Inverses of a stack of matrices (…, n, n)."""
        return _stacked(self.matrix(a), np.linalg.inv, a.shape)

    def det(self, a: Array) -> Array:
        return _stacked(self.matrix(a), np.linalg.det, a.shape[:-2])

    def cholesky(self, a: Array) -> Array:
        return _stacked(self.matrix(a), np.linalg.cholesky, a.shape)

    def eigh(self, a: Array) -> tuple[Array, Array]:
        """Eigenvalues (largest first) and vectors (columns) of symmetric matrices."""
        a = self.matrix(a)
        if not np.all(np.isfinite(a)):
            return np.full(a.shape[:-1], np.nan), np.full(a.shape, np.nan)
        values, vectors = np.linalg.eigh((a + np.swapaxes(a, -1, -2)) / 2)
        return values[..., ::-1], vectors[..., ::-1]

    def rank(self, a: Array) -> Array:
        """Ranks of a stack of matrices: singular values above rounding."""
        a = self.matrix(a)
        return np.asarray(np.linalg.matrix_rank(a, tol=1e-11 * max(1.0, float(np.max(np.abs(a), initial=0.0)))))

    def matmul(self, a: Array, b: Array) -> Array:
        if a.dtype == object or b.dtype == object:
            out = np.sum(a[..., :, :, None] * b[..., None, :, :], axis=-2)
            return np.asarray(out)
        return np.asarray(np.matmul(a, b))


def _stacked(a: Array, f: Callable[[Array], Array], shape: tuple[int, ...]) -> Array:
    """F where it exists, NaN for a matrix it refuses (singular, not positive definite)."""
    try:
        return np.asarray(f(a))
    except np.linalg.LinAlgError:
        if a.ndim == 2:
            return np.full(shape, np.nan)
        return np.stack([_stacked(m, f, shape[1:]) for m in a])


def _object_power(a: Array, exponent: Array) -> Array:
    def one(x: Any, e: Any) -> Any:
        if isinstance(x, int | float):
            return float(np.power(float(x), float(e)))
        k = int(e)
        if k != e or k < 0 or k > 64:
            raise NotPolynomialError
        return x**k

    return np.asarray(np.frompyfunc(one, 2, 1)(a, exponent), dtype=object)


def as_array(a: Any) -> Array:
    """NumPy gives bare objects for 0-d results: put them back into an array."""
    if isinstance(a, np.ndarray):
        return a
    if isinstance(a, np.generic):
        return np.asarray(a)
    out = np.empty((), dtype=object)
    out[()] = a
    return out


def as_objects(a: Any) -> Array:
    if isinstance(a, np.ndarray) and a.dtype == object:
        return a
    if not isinstance(a, np.ndarray):
        return as_array(a) if not isinstance(a, np.generic) else as_objects(np.asarray(a))
    out = np.empty(a.shape, dtype=object)
    out[...] = a
    return out
