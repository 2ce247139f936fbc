"""Functions that the oracles share, written for autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def relu(x: Any) -> Any:
    return np.maximum(x, 0)


def softplus(x: Any) -> Any:
    return np.log1p(np.exp(x))


def softmax(z: Any, axis: int = -1) -> Any:
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def lse(z: Any, axis: int = -1) -> Any:
    return np.log(np.sum(np.exp(z), axis=axis))


def gelu(x: Any) -> Any:
    from autograd.scipy.stats import norm

    return x * norm.cdf(x)


def norm(x: Any, axis: int | None = None) -> Any:
    return np.sqrt(np.sum(x**2, axis=axis, keepdims=axis is not None))


def spd(*names: str) -> Callable[[dict[str, Any]], None]:
    """Makes leaves symmetric and positive definite."""

    def prepare(v: dict[str, Any]) -> None:
        for n in names:
            v[n] = v[n] @ v[n].T + np.eye(len(v[n]))

    return prepare


def simplex(*names: str) -> Callable[[dict[str, Any]], None]:
    """Makes rows (or a vector) positive and sum to one."""

    def prepare(v: dict[str, Any]) -> None:
        for n in names:
            v[n] = np.abs(v[n]) / np.sum(np.abs(v[n]), axis=-1, keepdims=True)

    return prepare


def one_hot(*names: str) -> Callable[[dict[str, Any]], None]:
    """Makes rows (or a vector) one-hot."""

    def prepare(v: dict[str, Any]) -> None:
        for n in names:
            v[n] = (v[n] == np.max(v[n], axis=-1, keepdims=True)).astype(float)

    return prepare


def bits(*names: str) -> Callable[[dict[str, Any]], None]:
    """Makes entries 0 or 1."""

    def prepare(v: dict[str, Any]) -> None:
        for n in names:
            v[n] = (v[n] > 0).astype(float)

    return prepare


def signs(*names: str) -> Callable[[dict[str, Any]], None]:
    """Makes entries −1 or 1."""

    def prepare(v: dict[str, Any]) -> None:
        for n in names:
            v[n] = np.sign(v[n])

    return prepare
