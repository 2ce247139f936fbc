"""How fast generated NumPy is beside NumPy that an expert wrote, and beside torch's autograd where torch is installed.

    python benchmarks/code.py [--json]

Each row is forward and gradients of one problem, in one thread; the sides take turns in one run and their best times
are compared, so the ratio does not depend on the machine. The expert's versions below are as plain as they are fast.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402  once the number of threads is set

import symdl  # noqa: E402

Arrays = dict[str, Any]
LIMIT = 1.3


def partials(*names: str) -> list[str]:
    return [rf"\frac{{\partial L}}{{\partial {n}}}" for n in names]


# ------------------------------------------------------------------------------------------------------- problems

MLP = {
    "symbols": {"X": "B n", "Y": "B c", "W_1": "n h", "b_1": "h", "W_2": "h c", "b_2": "c"},
    "given": [
        r"A = X W_1 + \mathbf{1} b_1^\top",
        r"H = \tanh(A)",
        r"Z = H W_2 + \mathbf{1} b_2^\top",
        r"P = \operatorname{softmax}(Z)",
        r"L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}",
    ],
    "assume": [r"\sum_k Y_{ik} = 1"],
    "derive": partials("W_1", "b_1", "W_2", "b_2"),
}
ATTENTION = {
    "symbols": {"Q": "n d", "K": "n d", "V": "n d"},
    "given": [
        r"S = \frac{1}{\sqrt{d}} Q K^\top",
        r"A = \operatorname{softmax}(S)",
        "O = A V",
        "L = L(O)",
    ],
    "derive": partials("Q", "K", "V"),
}
LAYERNORM = {
    "symbols": {"X": "B d", r"\gamma": "d", r"\beta": "d", r"\epsilon": ""},
    "given": [
        r"\mu_i = \frac{1}{d} \sum_j X_{ij}",
        r"v_i = \frac{1}{d} \sum_j (X_{ij} - \mu_i)^2",
        r"N_{ij} = \frac{X_{ij} - \mu_i}{\sqrt{v_i + \epsilon}}",
        r"Y_{ij} = \gamma_j N_{ij} + \beta_j",
        "L = L(Y)",
    ],
    "assume": [r"\epsilon > 0"],
    "derive": partials("X", r"\gamma", r"\beta"),
}
CONV1D = {
    "symbols": {"x": "B q o+k-1", "w": "f q k", "b": "f", "y": "B f o"},
    "given": [r"y_{njt} = \sum_{i,s} w_{jis} x_{n,i,t+s-1} + b_j", "L = L(y)"],
    "derive": partials("x", "w", "b"),
}


# -------------------------------------------------------------------------------------------------- expert's versions


def mlp(X: Any, Y: Any, W_1: Any, b_1: Any, W_2: Any, b_2: Any) -> Arrays:
    h = X @ W_1
    h += b_1
    np.tanh(h, out=h)
    p = h @ W_2
    p += b_2
    p -= p.max(axis=1, keepdims=True)
    shifted = p.copy()
    np.exp(p, out=p)
    total = p.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * (shifted - np.log(total))) / len(X)
    p /= total
    g = p - Y
    g /= len(X)
    a = g @ W_2.T
    a *= 1 - h * h
    return {"L": loss, "dL_dW_1": X.T @ a, "dL_db_1": a.sum(0), "dL_dW_2": h.T @ g, "dL_db_2": g.sum(0)}


def attention(Q: Any, K: Any, V: Any, grad_O: Any) -> Arrays:
    scale = 1 / math.sqrt(Q.shape[1])
    a = Q @ K.T
    a *= scale
    a -= a.max(axis=1, keepdims=True)
    np.exp(a, out=a)
    a /= a.sum(axis=1, keepdims=True)
    out = a @ V
    g = grad_O @ V.T
    g -= np.einsum("ij,ij->i", g, a)[:, None]
    g *= a
    g *= scale
    return {"O": out, "dL_dQ": g @ K, "dL_dK": g.T @ Q, "dL_dV": a.T @ grad_O}


def layernorm(X: Any, gamma: Any, beta: Any, epsilon: float, grad_Y: Any) -> Arrays:
    d = X.shape[1]
    n = X - X.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", n, n) / d
    scale = (1 / np.sqrt(variance + epsilon))[:, None]
    n *= scale
    y = n * gamma
    y += beta
    g = grad_Y * gamma
    x = g - g.mean(axis=1, keepdims=True)
    x -= n * (np.einsum("ij,ij->i", g, n) / d)[:, None]
    x *= scale
    return {"Y": y, "dL_dX": x, "dL_dgamma": np.einsum("ij,ij->j", grad_Y, n), "dL_dbeta": grad_Y.sum(axis=0)}


def conv1d(x: Any, w: Any, b: Any, grad_y: Any) -> Arrays:
    k, o = w.shape[2], x.shape[2] - w.shape[2] + 1
    y = np.empty((len(x), len(w), o), x.dtype)
    y[:] = b[:, None]
    dx = np.zeros_like(x)
    dw = np.empty_like(w)
    for s in range(k):
        stretch = x[:, :, s : s + o]
        y += w[:, :, s] @ stretch
        dx[:, :, s : s + o] += w[:, :, s].T @ grad_y
        dw[:, :, s] = np.tensordot(grad_y, stretch, axes=([0, 2], [0, 2]))
    return {"y": y, "dL_dx": dx, "dL_dw": dw, "dL_db": grad_y.sum(axis=(0, 2))}


# ------------------------------------------------------------------------------------------------------------- torch


def torch_versions(torch: Any) -> dict[str, Callable[..., Any]]:
    F = torch.nn.functional

    def loss(X: Any, Y: Any, W_1: Any, b_1: Any, W_2: Any, b_2: Any) -> Any:
        z = torch.tanh(X @ W_1 + b_1) @ W_2 + b_2
        return -(Y * torch.log_softmax(z, dim=1)).sum() / len(X)

    def attend(Q: Any, K: Any, V: Any) -> Any:
        return torch.softmax(Q @ K.T / math.sqrt(Q.shape[1]), dim=1) @ V

    return {
        "mlp": loss,
        "attention": attend,
        "layernorm": lambda X, gamma, beta, epsilon: F.layer_norm(X, (X.shape[1],), gamma, beta, epsilon),
        "conv1d": F.conv1d,
    }


def with_torch(name: str, inputs: Arrays, wanted: tuple[str, ...]) -> Callable[[], Arrays] | None:
    """Forward and `backward()` in torch, eager, as in a training loop; None where torch is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    run = torch_versions(torch)[name]
    upstream = [torch.tensor(v) for k, v in inputs.items() if k.startswith("grad_")]
    arguments = {
        k: torch.tensor(v, requires_grad=k in wanted) if isinstance(v, np.ndarray) else v
        for k, v in inputs.items()
        if not k.startswith("grad_")
    }

    def step() -> Arrays:
        for k in wanted:
            arguments[k].grad = None
        run(*arguments.values()).backward(*upstream)
        return {f"dL_d{k}": arguments[k].grad.numpy() for k in wanted}

    return step


# ----------------------------------------------------------------------------------------------------------- measuring


def cases(dtype: Any) -> list[tuple[str, Arrays, Callable[..., Arrays], Arrays]]:
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> Any:
        return rng.normal(size=shape).astype(dtype)

    labels = np.eye(10, dtype=dtype)[rng.integers(10, size=128)]
    weights = {"W_1": normal(784, 512) / 28, "b_1": normal(512), "W_2": normal(512, 10) / 23, "b_2": normal(10)}
    scale = {"gamma": normal(512), "beta": normal(512), "epsilon": 1e-5}
    return [
        ("MLP 784-512-10, 128 rows", MLP, mlp, {"X": normal(128, 784), "Y": labels, **weights}),
        ("attention 256×64", ATTENTION, attention, {k: normal(256, 64) for k in ("Q", "K", "V", "grad_O")}),
        ("layernorm 256×512", LAYERNORM, layernorm, {"X": normal(256, 512), **scale, "grad_Y": normal(256, 512)}),
        (
            "conv1d 16×32×132, 64×32×5",
            CONV1D,
            conv1d,
            {"x": normal(16, 32, 132), "w": normal(64, 32, 5), "b": normal(64), "grad_y": normal(16, 64, 128)},
        ),
    ]


def best_times(runs: list[Callable[[], Any]], seconds: float = 1.5) -> list[float]:
    """The best times of callables that take turns: what is left when nothing else disturbs.

    The C library's allocator returns memory to the system after each call until a larger array was freed once, as in
    any process that trains: one is freed first, so that no side pays for fresh pages.
    """
    np.empty(1 << 21)
    for run in runs:
        run()
    times: list[list[float]] = [[] for _ in runs]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 7:
        for k, run in enumerate(runs):
            start = time.perf_counter()
            run()
            times[k].append(time.perf_counter() - start)
    return [min(t) for t in times]


def furthest(found: Arrays, expected: Arrays) -> float:
    """The largest difference of any gradient, as a part of its largest entry."""
    return max(float(np.abs(v - expected[k]).max() / np.abs(expected[k]).max()) for k, v in found.items())


def measure(dtype: Any) -> list[Arrays]:
    """`gradients` runs forward itself: one call is both, for every side. All must agree before they are timed."""
    rows = []
    tolerance = 1e-4 if dtype == np.float32 else 1e-12
    for name, problem, expert, inputs in cases(dtype):
        gradients = symdl.compile(symdl.Problem(**problem))
        found = gradients(**inputs)
        assert all(v.dtype == dtype for v in found.values()), f"{name}: not all gradients are {dtype}"
        runs = [lambda g=gradients, i=inputs: g(**i), lambda e=expert, i=inputs: e(**i)]
        torch = with_torch(expert.__name__, inputs, tuple(k.removeprefix("dL_d") for k in found))
        runs += [torch] if torch is not None else []
        for other in runs[1:]:
            worst = furthest(found, other())
            assert worst < tolerance, f"{name}: off by {worst:.1e}"
        times = best_times(runs)
        row = {"problem": name, "type": np.dtype(dtype).name, "generated": times[0], "expert": times[1]}
        row["ratio"] = times[0] / times[1]
        if torch is not None:
            row |= {"torch": times[2], "torch_ratio": times[0] / times[2]}
        rows.append(row)
    return rows


def means(rows: list[Arrays], key: str) -> str:
    """Geometric means of a ratio: for each type of number, and of all."""
    types = list(dict.fromkeys(r["type"] for r in rows))
    found = {t: statistics.geometric_mean(r[key] for r in rows if r["type"] == t) for t in types}
    found["all"] = statistics.geometric_mean(r[key] for r in rows)
    return ", ".join(f"{t} {m:.2f}" for t, m in found.items())


def main() -> int:
    rows = [row for dtype in (np.float32, np.float64) for row in measure(dtype)]
    worst = max(r["ratio"] for r in rows)
    if "--json" in sys.argv:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return int(worst > LIMIT)
    print(f"{'problem':28}{'type':9}{'generated':>12}{'expert':>12}{'ratio':>7}{'torch':>12}{'ratio':>7}")
    for r in rows:
        torch = f"{r['torch'] * 1e3:>9.2f} ms{r['torch_ratio']:>7.2f}" if "torch" in r else "   not installed"
        times = f"{r['generated'] * 1e3:>9.2f} ms{r['expert'] * 1e3:>9.2f} ms{r['ratio']:>7.2f}"
        print(f"{r['problem']:28}{r['type']:9}{times}{torch}")
    print(f"geometric mean of the ratios to the expert's NumPy: {means(rows, 'ratio')}")
    if all("torch_ratio" in r for r in rows):
        print(f"geometric mean of the ratios to torch: {means(rows, 'torch_ratio')}")
    print(f"largest ratio to the expert's NumPy: {worst:.2f} (limit {LIMIT})")
    return int(worst > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
