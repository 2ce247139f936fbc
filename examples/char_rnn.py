"""Train a recurrent network to predict the next character of a real text, by gradients through time that symdl derived.

    python examples/char_rnn.py [--plot FILE]

The text is the Python language reference, which ships with Python. The backward recurrence for ∂L/∂h_t, its end at the
horizon and the sums over time are symdl's; where torch is installed, its loss is compared with ours at every step.
"""

from __future__ import annotations

from collections.abc import Iterator
from pydoc_data.topics import topics
from typing import Any

from run import Arrays, descend, plot, torch_or_none  # isort: skip

import numpy as np

import symdl

CHARACTERS, STEPS, LENGTH, BATCH, WIDTH, RATE = 40_000, 300, 24, 32, 64, 0.5

NETWORK = symdl.Problem(
    title="A recurrent network over characters",
    symbols={
        "x": "T B",
        "y": "T B",
        "E": "v d",
        "W": "d d",
        "b": "d",
        "V": "d v",
        "c": "v",
        "h": "0..T B d",
        "o": "T B v",
        "p": "T B v",
    },
    given=[
        "h_{0,i,j} = 0",
        r"h_{tij} = \tanh(\sum_k h_{t-1,i,k} W_{kj} + E_{x_{ti},j} + b_j)",
        r"o_{til} = \sum_j h_{tij} V_{jl} + c_l",
        r"p_{til} = \frac{\exp(o_{til})}{\sum_m \exp(o_{tim})}",
        r"L = -\frac{1}{T B} \sum_{t,i} \log p_{t,i,y_{ti}}",
    ],
    assume=[r"x_{ti} \in \{1,\dots,v\}", r"y_{ti} \in \{1,\dots,v\}"],
    derive=[rf"\frac{{\partial L}}{{\partial {name}}}" for name in "EWbVc"],
)


def text() -> tuple[np.ndarray, str]:
    """The beginning of the reference as numbers from 1, and its characters in order."""
    words = "\n".join(topics[name] for name in sorted(topics))[:CHARACTERS]
    alphabet = "".join(sorted(set(words)))
    place = {c: k for k, c in enumerate(alphabet, 1)}
    return np.array([place[c] for c in words]), alphabet


def start(rng: np.random.Generator, count: int) -> Arrays:
    scale = 1 / np.sqrt(WIDTH)
    return {
        "E": rng.normal(0, 0.3, (count, WIDTH)),
        "W": rng.normal(0, scale, (WIDTH, WIDTH)),
        "b": np.zeros(WIDTH),
        "V": rng.normal(0, scale, (WIDTH, count)),
        "c": np.zeros(count),
    }


def batches(numbers: np.ndarray, rng: np.random.Generator) -> Iterator[Arrays]:
    """Stretches of the text, and the same one character later."""
    for _ in range(STEPS):
        at = rng.integers(len(numbers) - LENGTH - 1, size=BATCH) + np.arange(LENGTH)[:, None]
        yield {"x": numbers[at], "y": numbers[at + 1]}


def torch_loss(torch: Any, batch: Any, p: Any) -> Any:
    """The same network in torch."""
    h = torch.zeros(batch["x"].shape[1], WIDTH, dtype=p["W"].dtype)
    loss = 0.0
    for x, y in zip(batch["x"] - 1, batch["y"] - 1, strict=True):
        h = torch.tanh(h @ p["W"] + p["E"][x] + p["b"])
        loss = loss + torch.nn.functional.cross_entropy(h @ p["V"] + p["c"], y)
    return loss / len(batch["x"])


def main() -> None:
    rng = np.random.default_rng(0)
    gradients = symdl.compile(NETWORK, backend="numpy")
    numbers, alphabet = text()
    parameters = start(rng, len(alphabet))
    torch = torch_or_none(torch_loss, parameters, RATE)
    losses = descend(gradients, parameters, batches(numbers, rng), RATE, torch, every=100)
    first, last = np.log(len(alphabet)), float(np.mean(losses[-20:]))
    print(f"{len(alphabet)} characters: {first:.2f} nats each without learning, {last:.2f} after {STEPS} steps")
    plot(losses, "A recurrent network on the Python reference")
    assert last < 2.7, "the network should have learned something of the text"


if __name__ == "__main__":
    main()
