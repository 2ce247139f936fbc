"""What the examples share: descent by generated gradients, torch's autograd beside it, and a plot of the run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # the arrays are small: more threads would only wait for each other

import numpy as np  # noqa: E402  once the number of threads is set

Arrays = dict[str, np.ndarray]
GAP = 1e-10  # how far the loss may be from torch autograd's, at any step


class Torch:
    """The same model in torch, trained beside ours by its own autograd."""

    def __init__(self, loss: Callable[..., Any], parameters: Arrays, rate: float) -> None:
        import torch

        torch.set_num_threads(1)
        self.torch, self.loss, self.rate = torch, loss, rate
        self.parameters = {k: torch.tensor(v, requires_grad=True) for k, v in parameters.items()}

    def step(self, batch: Arrays) -> float:
        """One step of gradient descent; the loss before it."""
        torch, p = self.torch, self.parameters
        loss = self.loss(torch, {k: torch.tensor(v) for k, v in batch.items()}, p)
        gradients = torch.autograd.grad(loss, list(p.values()))
        with torch.no_grad():
            for parameter, gradient in zip(p.values(), gradients, strict=True):
                parameter -= self.rate * gradient
        return float(loss.detach())


def torch_or_none(loss: Callable[..., Any], parameters: Arrays, rate: float) -> Torch | None:
    try:
        return Torch(loss, parameters, rate)
    except ImportError:
        print("torch is not installed: the loss is not compared with torch autograd's")
        return None


def descend(
    gradients: Any, parameters: Arrays, batches: Iterable[Arrays], rate: float, torch: Torch | None, every: int
) -> list[float]:
    """Gradient descent over the batches, `parameters` replaced as it goes; the loss at each step."""
    losses: list[float] = []
    largest_gap = 0.0
    for step, batch in enumerate(batches, 1):
        losses.append(float(gradients.forward(**batch, **parameters)["L"]))
        found = gradients(**batch, **parameters)
        for name in parameters:
            parameters[name] = parameters[name] - rate * found[f"dL_d{name}"]
        if torch is not None:
            largest_gap = max(largest_gap, abs(losses[-1] - torch.step(batch)))
            assert largest_gap <= GAP, f"step {step}: the loss differs from torch autograd's by {largest_gap:.1e}"
        if step % every == 0:
            print(f"step {step:4d}   loss {losses[-1]:.4f}")
    if torch is not None:
        print(f"largest gap to torch autograd's loss over {len(losses)} steps: {largest_gap:.1e}")
    return losses


def plot(losses: list[float], title: str) -> None:
    """With `--plot FILE`: the loss at each step, as a picture; matplotlib draws it."""
    if "--plot" not in sys.argv:
        return
    after = sys.argv[sys.argv.index("--plot") + 1 :]
    if not after:
        print("--plot wants a file: --plot run.png")
        return
    path = after[0]
    try:
        import matplotlib
    except ImportError:
        print("matplotlib is not installed: no plot is drawn (pip install matplotlib)")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    axes.plot(np.arange(1, len(losses) + 1), losses, linewidth=1)
    axes.set(title=title, xlabel="step", ylabel="loss", yscale="log")
    figure.savefig(path, dpi=150)
    print(f"the run is drawn in {path}")
