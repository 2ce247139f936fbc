"""Nodes and weights: piecewise Gauss–Legendre against the standard laws, split at kinks, and four generic atoms."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from symdl.tensor.fields import HIGH, Array, Field, as_objects

# An asymmetric law of four atoms with mean 0 and variance 1 (made exact below): a Gaussian would accept E ε³ = 0.
_ATOMS = (-1.6, -0.3, 0.4, 2.3)
_PROBABILITIES = (0.21, 0.34, 0.31, 0.14)


@lru_cache(maxsize=4)
def four_atoms(high: bool) -> tuple[Array, Array]:
    """Atoms and probabilities, standardised in the field's own numbers."""
    number: Any = HIGH.mpf if high else float
    p = [number(round(100 * x)) / 100 for x in _PROBABILITIES]
    a = [number(round(10 * x)) / 10 for x in _ATOMS]
    mean = sum(x * y for x, y in zip(p, a, strict=True))
    centred = [x - mean for x in a]
    deviation = sum(x * y * y for x, y in zip(p, centred, strict=True)) ** number(0.5)
    return _array([x / deviation for x in centred], high), _array(p, high)


def _array(values: list[Any], high: bool) -> Array:
    out = np.empty(len(values), dtype=object if high else np.float64)
    out[:] = values
    return out


@lru_cache(maxsize=16)
def legendre(order: int, high: bool) -> tuple[Array, Array]:
    """Gauss–Legendre on [0, 1]."""
    if not high:
        x, w = np.polynomial.legendre.leggauss(order)
        return (x + 1) / 2, w / 2
    start, _ = np.polynomial.legendre.leggauss(order)
    nodes, weights = [], []
    for guess in start:
        x = HIGH.mpf(float(guess))
        for _ in range(4):
            p0, p1 = HIGH.mpf(1), x
            for k in range(2, order + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            slope = order * (x * p1 - p0) / (x * x - 1)
            x = x - p1 / slope
        nodes.append((x + 1) / 2)
        weights.append(1 / ((1 - x * x) * slope * slope))
    return _array(nodes, True), _array(weights, True)


def panels(field: Field, fine: bool) -> tuple[int, int]:
    """Panels for each piece and Gauss–Legendre order: enough for a normal density to the field's digits."""
    if field.dtype == object:
        return (8, 36) if fine else (8, 30)
    return (10, 22) if fine else (10, 18)


def moment(kind: str, k: int, field: Field) -> Any:
    """E u^k of a standard variable."""
    if k == 0:
        return field.number(1)
    if kind == "normal":
        if k % 2:
            return field.number(0)
        out = 1
        for n in range(1, k, 2):
            out *= n
        return field.number(out)
    if kind == "uniform":
        return field.number(1) / field.number(k + 1)
    if kind == "exponential":
        out = 1
        for n in range(1, k + 1):
            out *= n
        return field.number(out)
    if kind == "laplace":
        return field.number(0) if k % 2 else moment("exponential", k, field)
    atoms, p = four_atoms(field.dtype == object)
    return sum(x * y**k for x, y in zip(p, atoms, strict=True))


def density(kind: str, u: Any, field: Field) -> Array:
    """The density of a standard variable at plain nodes."""
    high = field.dtype == object
    exp = np.frompyfunc(HIGH.exp, 1, 1) if high else np.exp
    if kind == "normal":
        root = HIGH.sqrt(2 * HIGH.pi) if high else float(np.sqrt(2 * np.pi))
        return np.asarray(exp(-u * u / 2) / root)
    if kind == "exponential":
        return np.asarray(exp(-u))
    if kind == "laplace":
        return np.asarray(exp(-np.abs(u)) / 2)
    return as_objects(u * 0 + 1) if high else np.asarray(u * 0 + 1)


def support(kind: str, field: Field) -> tuple[float, float]:
    """Where the density counts, to the field's digits."""
    high = field.dtype == object
    reach = {
        "normal": 16.0 if high else 9.5,
        "exponential": 130.0 if high else 45.0,
        "laplace": 130.0 if high else 45.0,
    }
    if kind == "uniform":
        return (0.0, 1.0)
    return (0.0 if kind == "exponential" else -reach[kind], reach[kind])


@lru_cache(maxsize=16)
def line_nodes(kind: str, high: bool, shift: float) -> tuple[Array, Array]:
    """A trapezium rule for a standard normal: spectrally accurate for smooth functions, cheap in several dimensions.

    The nodes may be moved by a fraction of a step: the change of the result tells the error.
    """
    from symdl.tensor.fields import FLOAT, HIGH_FIELD

    field: Field = HIGH_FIELD if high else FLOAT
    reach, h = (15.0, 0.25) if high else (9.0, 0.5)
    u = np.arange(-reach, reach + h / 2, h) + h * shift
    nodes = field.array(u)
    return nodes, field.array(density(kind, nodes, field) * h)
