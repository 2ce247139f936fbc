"""Train a network on 1,797 scanned digits with gradients that symdl derived, and nothing else.

    python examples/digits.py [--plot FILE]

The mathematics stands in derivations/calculus/mlp-classifier.toml; symdl derives the four gradients, judges every line,
writes NumPy code and verifies it. Where torch is installed, its loss is compared with ours at every step.
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

import symdl

from run import plot  # isort: skip

HIDDEN, STEPS, BATCH, RATE = 64, 600, 128, 0.5


def data(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pixels in [0, 1] and one-hot labels; three quarters for training."""
    digits = load_digits()
    order = rng.permutation(len(digits.target))
    pixels, labels = digits.data[order] / 16.0, np.eye(10)[digits.target[order]]
    cut = 3 * len(order) // 4
    return pixels[:cut], labels[:cut], pixels[cut:], labels[cut:]


def start(rng: np.random.Generator, inputs: int) -> dict[str, np.ndarray]:
    """Xavier weights, zero biases."""
    return {
        "W_1": rng.normal(0, np.sqrt(2 / (inputs + HIDDEN)), (inputs, HIDDEN)),
        "b_1": np.zeros(HIDDEN),
        "W_2": rng.normal(0, np.sqrt(2 / (HIDDEN + 10)), (HIDDEN, 10)),
        "b_2": np.zeros(10),
    }


class Torch:
    """The same network in torch, trained beside ours by its own autograd."""

    def __init__(self, parameters: dict[str, np.ndarray]) -> None:
        import torch

        self.torch = torch
        torch.set_num_threads(1)
        self.parameters = {k: torch.tensor(v, requires_grad=True) for k, v in parameters.items()}

    def step(self, x: np.ndarray, y: np.ndarray) -> float:
        """One step of gradient descent; the loss before it."""
        torch, p = self.torch, self.parameters
        logits = torch.tanh(torch.tensor(x) @ p["W_1"] + p["b_1"]) @ p["W_2"] + p["b_2"]
        loss = -(torch.tensor(y) * torch.log_softmax(logits, dim=1)).sum() / len(x)
        gradients = torch.autograd.grad(loss, list(p.values()))
        with torch.no_grad():
            for parameter, gradient in zip(p.values(), gradients, strict=True):
                parameter -= RATE * gradient
        return float(loss.detach())


def torch_or_none(parameters: dict[str, np.ndarray]) -> Torch | None:
    try:
        return Torch(parameters)
    except ImportError:
        print("torch is not installed: the loss is not compared with torch autograd's")
        return None


def main() -> None:
    rng = np.random.default_rng(0)
    gradients = symdl.compile(symdl.load("mlp-classifier"), backend="numpy")
    forward = gradients.forward
    x_train, y_train, x_test, y_test = data(rng)
    parameters = start(rng, x_train.shape[1])
    torch = torch_or_none(parameters)
    largest_gap = 0.0
    losses = []

    for step in range(1, STEPS + 1):
        batch = rng.integers(len(x_train), size=BATCH)
        x, y = x_train[batch], y_train[batch]
        loss = float(forward(X=x, Y=y, **parameters)["L"])
        losses.append(loss)
        found = gradients(X=x, Y=y, **parameters)
        for name in parameters:
            parameters[name] = parameters[name] - RATE * found[f"dL_d{name}"]
        if torch is not None:
            largest_gap = max(largest_gap, abs(loss - torch.step(x, y)))
            assert largest_gap <= 1e-10, f"step {step}: the loss differs from torch autograd's by {largest_gap:.1e}"
        if step % 100 == 0:
            print(f"step {step:4d}   loss {loss:.4f}")

    probabilities = forward(X=x_test, Y=y_test, **parameters)["P"]
    accuracy = float(np.mean(probabilities.argmax(axis=1) == y_test.argmax(axis=1)))
    print(f"test accuracy {accuracy:.1%} on {len(x_test)} scans")
    if torch is not None:
        print(f"largest gap to torch autograd's loss over {STEPS} steps: {largest_gap:.1e}")
    plot(losses, "A two-layer network on scanned digits")
    assert accuracy >= 0.95, "the network should read at least 95 % of the test scans"


if __name__ == "__main__":
    main()
