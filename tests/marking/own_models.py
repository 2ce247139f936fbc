"""Numbers for a derivation whose problem brings its own NumPy model: what its claims may speak of.

A corpus file's `model` is Python that draws inputs from `rng` and computes every quantity that the claims name;
derivatives are central differences, expectations exact sums or Gauss–Hermite.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import erf
from typing import Any

import numpy as np

DRAWS = 4


def grad(f: Callable[[Any], Any], x: Any, step: float = 1e-6) -> Any:
    """∂f/∂x with the axes of f before those of x."""
    x = np.asarray(x, dtype=float)
    out = np.empty(np.shape(f(x)) + x.shape)
    for at in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[at] = step
        out[(..., *at)] = (np.asarray(f(x + e)) - np.asarray(f(x - e))) / (2 * step)
    return out


def hess(f: Callable[[Any], Any], x: Any) -> Any:
    """∂²f/∂x∂x of a scalar function."""
    return grad(lambda u: grad(f, u, 1e-4), x, 1e-4)


def gauss(f: Callable[[Any], Any], mean: float = 0.0, sd: float = 1.0, order: int = 60) -> Any:
    """E f(x) for x ~ N(mean, sd²), for smooth f."""
    x, w = np.polynomial.hermite_e.hermegauss(order)
    return sum(wk * np.asarray(f(mean + sd * xk)) for xk, wk in zip(x, w, strict=True)) / np.sqrt(2 * np.pi)


def law(mean: float, variance: float) -> tuple[Any, Any]:
    """Three unequal atoms with this mean and variance."""
    p = np.array([0.5, 0.3, 0.2])
    x = np.array([-1.0, 0.5, 2.0])
    x = (x - p @ x) / np.sqrt(p @ (x - p @ x) ** 2)
    return mean + np.sqrt(variance) * x, p


def expect(laws: list[tuple[Any, Any]], f: Callable[..., Any]) -> Any:
    """The expectation of a function of independent variables, exactly."""
    total: Any = 0.0
    for atoms in itertools.product(*(zip(x, p, strict=True) for x, p in laws)):
        total = total + np.prod([p for _, p in atoms]) * np.asarray(f(*(x for x, _ in atoms)))
    return total


def variance(laws: list[tuple[Any, Any]], f: Callable[..., Any]) -> Any:
    return expect(laws, lambda *x: np.asarray(f(*x)) ** 2) - expect(laws, f) ** 2


def softmax(z: Any, axis: int = -1) -> Any:
    e = np.exp(z - np.max(z, axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def total(a: Any, axis: Any = None) -> Any:
    return np.sum(list(a) if isinstance(a, Iterator) else a, axis)


def sig(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def spd(rng: np.random.Generator, n: int) -> Any:
    a = rng.normal(size=(n, n))
    return a @ a.T + np.eye(n)


def simplex(rng: np.random.Generator, *shape: int) -> Any:
    p = rng.uniform(0.2, 1.0, size=shape)
    return p / p.sum(-1, keepdims=True)


TOOLS: dict[str, Any] = {
    "np": np, "grad": grad, "hess": hess, "gauss": gauss, "law": law, "expect": expect, "variance": variance,
    "softmax": softmax, "sig": sig, "spd": spd, "simplex": simplex, "erf": erf, "inv": np.linalg.inv,
    "det": np.linalg.det, "norm": np.linalg.norm, "eye": np.eye, "log": np.log, "exp": np.exp, "sqrt": np.sqrt,
    "tr": np.trace, "diag": np.diag, "one": np.ones, "kron": np.kron, "outer": np.outer, "sum": total,
    "vec": lambda m: np.asarray(m).T.ravel(),
}  # fmt: skip


def spaces(model: str) -> Iterator[dict[str, Any]]:
    """The quantities of a model at a few draws."""
    for seed in range(DRAWS):
        space = {**TOOLS, "rng": np.random.default_rng(seed)}
        exec(model, space)  # our own corpus, not a submission
        yield space
