"""Models that no file names go the whole way: derived, every step judged, code that runs and equals autograd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import symdl

HELD = ("proved", "supported")


@dataclass(frozen=True)
class Net:
    """A model as a file would state it, and its loss written by hand for autograd."""

    symbols: dict[str, str]
    given: list[str]
    shapes: dict[str, Sequence[int]]
    by: list[str]
    loss: Callable[..., Any]

    def problem(self) -> Any:
        derive = [rf"\frac{{\partial L}}{{\partial {name}}}" for name in self.by]
        return symdl.Problem(title="A model", symbols=self.symbols, given=self.given, derive=derive)

    def values(self, seed: int) -> dict[str, Any]:
        rng = np.random.default_rng(seed)
        return {name: rng.normal(size=shape) for name, shape in self.shapes.items()}


def sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


def deep(X: Any, Y: Any, W_1: Any, W_2: Any, W_3: Any) -> Any:
    return anp.sum((sigmoid(anp.tanh(X @ W_1) @ W_2) @ W_3 - Y) ** 2) / (2 * len(X))


def margin(X: Any, y: Any, W: Any, v: Any, b: Any) -> Any:
    score = anp.maximum(X @ W, 0) @ v + b
    return anp.mean(anp.maximum(1 - y * score, 0)) + 0.5 * anp.sum(v**2)


def counts(X: Any, y: Any, U: Any, V: Any, w: Any) -> Any:
    z = anp.log(1 + anp.exp(anp.sin(X @ U) @ V)) @ w
    return anp.sum(anp.exp(z) - y * z)


NETS = {
    "three layers, tanh then sigmoid, squared error": Net(
        {"X": "B n", "Y": "B c", "W_1": "n h", "W_2": "h k", "W_3": "k c"},
        [
            r"H = \tanh(X W_1)",
            r"S = \sigma(H W_2)",
            r"L = \frac{1}{2 B} \|S W_3 - Y\|_F^2",
        ],
        {"X": (3, 4), "Y": (3, 5), "W_1": (4, 6), "W_2": (6, 7), "W_3": (7, 5)},
        ["W_1", "W_2", "W_3"],
        deep,
    ),
    "relu features under a hinge, with weight decay": Net(
        {"X": "B n", "y": "B", "W": "n h", "v": "h", "b": ""},
        [
            r"H = \operatorname{relu}(X W)",
            r"s_i = \sum_j H_{ij} v_j + b",
            r"L = \frac{1}{B} \sum_i \max(1 - y_i s_i, 0) + \frac{1}{2} \|v\|^2",
        ],
        {"X": (5, 3), "y": (5,), "W": (3, 4), "v": (4,), "b": ()},
        ["W", "v", "b"],
        margin,
    ),
    "sines and softplus, Poisson counts": Net(
        {"X": "B n", "y": "B", "U": "n h", "V": "h k", "w": "k"},
        [
            r"Q = \sin(X U)",
            r"R = \log(1 + e^{Q V})",
            r"z = R w",
            r"L = \sum_i (e^{z_i} - y_i z_i)",
        ],
        {"X": (4, 3), "y": (4,), "U": (3, 5), "V": (5, 6), "w": (6,)},
        ["U", "V", "w"],
        counts,
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_every_step_is_judged(name: str) -> None:
    solution = symdl.derive(NETS[name].problem())
    steps = [step for result in solution.results for step in result.steps]
    assert steps
    assert all(step.evidence.status in HELD for step in steps)
    assert all(result.evidence.status in HELD for result in solution.results)


@pytest.mark.parametrize("name", NETS)
def test_the_code_runs_and_equals_autograd(name: str) -> None:
    net = NETS[name]
    gradients = symdl.compile(net.problem())
    for seed in (1, 2):
        values = net.values(seed)
        found = gradients(**values)
        for at, parameter in enumerate(net.shapes):
            if parameter not in net.by:
                continue
            expected = autograd.grad(net.loss, at)(*values.values())
            assert np.allclose(found[f"dL_d{parameter}"], expected, rtol=1e-10, atol=1e-12)
