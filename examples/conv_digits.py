"""Train a small convolutional network on 1,797 scanned digits with gradients that symdl derived, and nothing else.

    python examples/conv_digits.py [--plot FILE]

Two convolutions and a dense layer: 8×8 pixels, 8 filters, 16 filters, 10 digits. Where torch is installed, its loss is
compared with ours at every step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from run import Arrays, descend, plot, torch_or_none  # isort: skip

import numpy as np
from sklearn.datasets import load_digits

import symdl

STEPS, BATCH, RATE = 400, 64, 0.15

NETWORK = symdl.Problem(
    title="A convolutional network with two layers",
    symbols={
        "X": "B r+2*k-2 r+2*k-2",
        "Y": "B c",
        "W": "m k k",
        "a": "m",
        "U": "h m k k",
        "b": "h",
        "V": "h r r c",
        "d": "c",
        "Z": "B m r+k-1 r+k-1",
        "S": "B h r r",
    },
    given=[
        r"Z_{nfij} = \sum_{u,v} W_{fuv} X_{n,i+u-1,j+v-1} + a_f",
        r"G_{nfij} = \operatorname{relu}(Z_{nfij})",
        r"S_{ngij} = \sum_{f,u,v} U_{gfuv} G_{n,f,i+u-1,j+v-1} + b_g",
        r"H_{ngij} = \operatorname{relu}(S_{ngij})",
        r"O_{nl} = \sum_{g,i,j} H_{ngij} V_{gijl} + d_l",
        r"P = \operatorname{softmax}(O)",
        r"L = -\frac{1}{B} \sum_{n,l} Y_{nl} \log P_{nl}",
    ],
    assume=[r"\sum_l Y_{nl} = 1"],
    derive=[rf"\frac{{\partial L}}{{\partial {x}}}" for x in "WaUbVd"],
)


def data(rng: np.random.Generator) -> tuple[Arrays, Arrays]:
    """Pixels in [0, 1] and one-hot labels; three quarters for training."""
    digits = load_digits()
    order = rng.permutation(len(digits.target))
    pixels, labels = digits.images[order] / 16.0, np.eye(10)[digits.target[order]]
    cut = 3 * len(order) // 4
    return {"X": pixels[:cut], "Y": labels[:cut]}, {"X": pixels[cut:], "Y": labels[cut:]}


def start(rng: np.random.Generator) -> Arrays:
    """He's weights, zero biases."""
    return {
        "W": rng.normal(0, np.sqrt(2 / 9), (8, 3, 3)),
        "a": np.zeros(8),
        "U": rng.normal(0, np.sqrt(2 / 72), (16, 8, 3, 3)),
        "b": np.zeros(16),
        "V": rng.normal(0, np.sqrt(2 / 256), (16, 4, 4, 10)),
        "d": np.zeros(10),
    }


def batches(train: Arrays, rng: np.random.Generator) -> Iterator[Arrays]:
    for _ in range(STEPS):
        chosen = rng.integers(len(train["X"]), size=BATCH)
        yield {k: v[chosen] for k, v in train.items()}


def torch_loss(torch: Any, batch: Any, p: Any) -> Any:
    """The same network in torch."""
    convolve = torch.nn.functional.conv2d
    hidden = torch.relu(convolve(batch["X"][:, None], p["W"][:, None], p["a"]))
    hidden = torch.relu(convolve(hidden, p["U"], p["b"]))
    scores = torch.einsum("ngij,gijl->nl", hidden, p["V"]) + p["d"]
    return -(batch["Y"] * torch.log_softmax(scores, dim=1)).sum() / len(scores)


def main() -> None:
    rng = np.random.default_rng(0)
    gradients = symdl.compile(NETWORK, backend="numpy")
    train, test = data(rng)
    parameters = start(rng)
    torch = torch_or_none(torch_loss, parameters, RATE)
    losses = descend(gradients, parameters, batches(train, rng), RATE, torch, every=50)
    probabilities = gradients.forward(**test, **parameters)["P"]
    accuracy = float(np.mean(probabilities.argmax(axis=1) == test["Y"].argmax(axis=1)))
    print(f"test accuracy {accuracy:.1%} on {len(test['X'])} scans")
    plot(losses, "A convolutional network on scanned digits")
    assert accuracy >= 0.95, "the network should read at least 95 % of the test scans"


if __name__ == "__main__":
    main()
