"""mpmath numbers of 50 digits in object arrays: what confirms a gap before anything is refuted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symdl.tensor.fields_base import (
    HIGH,
    LARGEST_OBJECTS,
    MAGNITUDE,
    Array,
    Field,
    NotPolynomialError,
    as_objects,
)


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
        return as_objects(np.frompyfunc(_to_high, 1, 1)(data))

    def floats(self, data: Array) -> Array:
        with np.errstate(all="ignore"):
            return (
                np.asarray(np.vectorize(_to_float, otypes=[np.float64])(data)) if data.size else data.astype(np.float64)
            )

    def is_nan(self, a: Array) -> Array:
        return np.asarray(np.frompyfunc(lambda x: x != x, 1, 1)(a), dtype=bool)

    def power(self, a: Array, exponent: Array) -> Array:
        return as_objects(np.frompyfunc(_high_power, 2, 1)(a, exponent))

    def apply(self, f: Callable[..., Any], high: Callable[..., Any], *args: Array) -> Array:
        return as_objects(np.frompyfunc(lambda *xs: _safe(high, *xs), len(args), 1)(*args))

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

    def rank(self, a: Array) -> Array:
        """By elimination with the largest pivot: pivots above 10^-38 of the largest entry count."""
        out = np.empty(a.shape[:-2], dtype=np.int64)
        for where in np.ndindex(out.shape):
            out[where] = _rank(a[where])
        return out

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


def _rank(m: Array) -> int:
    rows = m.copy()
    least = max((abs(x) for x in rows.flat), default=0) * HIGH.mpf(10) ** -38
    rank = 0
    while rank < min(rows.shape):
        i, j = max(np.ndindex(rows[rank:, rank:].shape), key=lambda ij: abs(rows[rank + ij[0], rank + ij[1]]))
        if not abs(rows[rank + i, rank + j]) > least:
            break
        rows[[rank, rank + i]] = rows[[rank + i, rank]]
        rows[:, [rank, rank + j]] = rows[:, [rank + j, rank]]
        for r in range(rank + 1, rows.shape[0]):
            rows[r] = rows[r] - rows[rank] * (rows[r, rank] / rows[rank, rank])
        rank += 1
    return rank


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
