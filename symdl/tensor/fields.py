"""Fields of numbers the interpreter computes in: float64, mpmath at 50 digits, whole numbers modulo a prime.

A field works on NumPy arrays. Where a value does not exist (1/0, log of a negative number, an access outside its range)
there stands NaN: it spreads, and whoever compares must write `error <= tolerance`, so it never counts as equal.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
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
        return _array(a + b)

    def subtract(self, a: Array, b: Array) -> Array:
        guard(a, b, self.limit)
        return _array(a - b)

    def mul(self, a: Array, b: Array) -> Array:
        guard(a, b, self.limit)
        return _array(a * b)

    def neg(self, a: Array) -> Array:
        return _array(-a)

    def total(self, a: Array, axes: tuple[int, ...]) -> Array:
        return _array(np.sum(a, axis=axes))

    def product(self, a: Array, axes: tuple[int, ...]) -> Array:
        return _array(np.prod(a, axis=axes))

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


def _array(a: Any) -> Array:
    """NumPy gives bare objects for 0-d results: put them back into an array."""
    if isinstance(a, np.ndarray):
        return a
    if isinstance(a, np.generic):
        return np.asarray(a)
    out = np.empty((), dtype=object)
    out[()] = a
    return out


class HighField(Field):
    """mpmath numbers of 50 digits in object arrays."""

    name = "50 digits"
    dtype = object
    digits = 50
    limit = LARGEST_OBJECTS

    def number(self, value: Fraction | int) -> Any:
        value = Fraction(value)
        return HIGH.mpf(value.numerator) / HIGH.mpf(value.denominator)

    def constant(self, name: str) -> Any:
        return {"pi": +HIGH.pi, "e": +HIGH.e, "infinity": HIGH.inf}[name]

    def array(self, values: Any) -> Array:
        data = np.asarray(values)
        return _objects(np.frompyfunc(_to_high, 1, 1)(data))

    def floats(self, data: Array) -> Array:
        with np.errstate(all="ignore"):
            return (
                np.asarray(np.vectorize(_to_float, otypes=[np.float64])(data)) if data.size else data.astype(np.float64)
            )

    def is_nan(self, a: Array) -> Array:
        return np.asarray(np.frompyfunc(lambda x: x != x, 1, 1)(a), dtype=bool)

    def power(self, a: Array, exponent: Array) -> Array:
        return _objects(np.frompyfunc(_high_power, 2, 1)(a, exponent))

    def apply(self, f: Callable[..., Any], high: Callable[..., Any], *args: Array) -> Array:
        return _objects(np.frompyfunc(lambda *xs: _safe(high, *xs), len(args), 1)(*args))

    def compare(self, op: str, a: Array, b: Array) -> Array:
        test = {"=": lambda x, y: x == y, "≠": lambda x, y: x != y, "<": lambda x, y: x < y,
                "≤": lambda x, y: x <= y, ">": lambda x, y: x > y, "≥": lambda x, y: x >= y}[op]  # fmt: skip

        def one(x: Any, y: Any) -> float:
            if hasattr(x, "terms") or hasattr(y, "terms"):
                raise NotPolynomialError
            return float("nan") if x != x or y != y else float(test(x, y))

        return np.asarray(np.frompyfunc(one, 2, 1)(a, b), dtype=np.float64)

    def take_best(self, a: Array, axis: int, largest: bool) -> Array:
        moved = np.moveaxis(a, axis, -1)
        out = np.empty(moved.shape[:-1], dtype=np.intp)
        for where in np.ndindex(out.shape):
            row = list(moved[where])
            bad = [k for k, x in enumerate(row) if x != x]
            best = bad[0] if bad else row.index(max(row) if largest else min(row))
            out[where] = best
        return out

    def inverse(self, a: Array) -> Array:
        return _each(a, lambda m: HIGH.inverse(m), a.shape)

    def det(self, a: Array) -> Array:
        return _each(a, lambda m: HIGH.det(m), a.shape[:-2])

    def cholesky(self, a: Array) -> Array:
        return _each(a, lambda m: HIGH.cholesky(m), a.shape)

    def eigh(self, a: Array) -> tuple[Array, Array]:
        values = np.empty(a.shape[:-1], dtype=object)
        vectors = np.empty(a.shape, dtype=object)
        n = a.shape[-1]
        for where in np.ndindex(a.shape[:-2]):
            e, q = HIGH.eigsy((HIGH.matrix(a[where].tolist()) + HIGH.matrix(a[where].T.tolist())) / 2)
            order = sorted(range(n), key=lambda k: -e[k])
            for new, old in enumerate(order):
                values[(*where, new)] = e[old]
                for r in range(n):
                    vectors[(*where, r, new)] = q[r, old]
        return values, vectors


def _objects(a: Any) -> Array:
    if isinstance(a, np.ndarray) and a.dtype == object:
        return a
    if not isinstance(a, np.ndarray):
        return _array(a) if not isinstance(a, np.generic) else _objects(np.asarray(a))
    out = np.empty(a.shape, dtype=object)
    out[...] = a
    return out


def _to_high(x: Any) -> Any:
    if isinstance(x, Fraction):
        return HIGH.mpf(x.numerator) / HIGH.mpf(x.denominator)
    if isinstance(x, np.generic):
        x = x.item()
    return HIGH.mpf(x)


def _to_float(x: Any) -> float:
    try:
        return float(x)
    except OverflowError:
        return float("inf") if x > 0 else float("-inf")


def _safe(f: Callable[..., Any], *args: Any) -> Any:
    if any(x != x for x in args):
        return HIGH.nan
    try:
        value = f(*args)
    except (ZeroDivisionError, ValueError, ArithmeticError, HIGH.NoConvergence):
        return HIGH.nan
    except TypeError as error:
        raise NotPolynomialError from error
    return HIGH.nan if isinstance(value, HIGH.mpc) else value


def _high_power(x: Any, e: Any) -> Any:
    if not isinstance(x, HIGH.mpf | int | float | Fraction):
        k = int(e)
        if k != e or not 0 <= k <= 64:
            raise NotPolynomialError
        return x**k
    if x != x or e != e:
        return HIGH.nan
    x = HIGH.mpf(x)
    if x == 0:
        return HIGH.mpf(0) if e > 0 else HIGH.mpf(1) if e == 0 else HIGH.nan
    if abs(e) * max(1, abs(HIGH.mag(x))) > MAGNITUDE:
        return HIGH.inf
    whole = int(e) == e
    if x < 0 and not whole:
        return HIGH.nan
    return x ** (int(e) if whole else e)


def _each(a: Array, f: Callable[[Any], Any], shape: tuple[int, ...]) -> Array:
    out = np.empty(shape, dtype=object)
    for where in np.ndindex(a.shape[:-2]):
        rows = a[where].tolist()
        if any(x != x for row in rows for x in row):
            out[where] = HIGH.nan
            continue
        try:
            value = f(HIGH.matrix(rows))
        except (ZeroDivisionError, ValueError):
            value = HIGH.nan
        out[where] = np.array(value.tolist(), dtype=object) if isinstance(value, HIGH.matrix) else value
    return out


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
        return _objects(np.frompyfunc(self._element, 1, 1)(data))

    def _element(self, x: Any) -> Any:
        if isinstance(x, np.generic):
            x = x.item()
        if x != x:
            return x
        return self.number(Fraction(x)) if isinstance(x, Fraction | float) else int(x) % self.prime

    def floats(self, data: Array) -> Array:
        return np.asarray(np.vectorize(float, otypes=[np.float64])(data)) if data.size else data.astype(np.float64)

    def add(self, a: Array, b: Array) -> Array:
        return _array(super().add(a, b) % self.prime)

    def subtract(self, a: Array, b: Array) -> Array:
        return _array(super().subtract(a, b) % self.prime)

    def mul(self, a: Array, b: Array) -> Array:
        return _array(super().mul(a, b) % self.prime)

    def neg(self, a: Array) -> Array:
        return _array(-a % self.prime)

    def total(self, a: Array, axes: tuple[int, ...]) -> Array:
        return _array(_objects(np.sum(a, axis=axes)) % self.prime)

    def product(self, a: Array, axes: tuple[int, ...]) -> Array:
        out = a
        for axis in sorted(axes, reverse=True):
            pieces = [np.take(out, k, axis=axis) for k in range(out.shape[axis])]
            if not pieces:
                out = _objects(np.ones(out.shape[:axis] + out.shape[axis + 1 :], dtype=object))
                continue
            result = pieces[0]
            for piece in pieces[1:]:
                result = _objects(result * piece) % self.prime
            out = _objects(result)
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

        return _objects(np.frompyfunc(one, 2, 1)(a, exponent))

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
        return _array(super().matmul(a, b) % self.prime)

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


FLOAT = Field()
HIGH_FIELD = HighField()


@lru_cache(maxsize=8)
def modulo(prime: int) -> ModularField:
    return ModularField(prime)
