"""What every layer, loss and derivation computes, written by hand for autograd: a second opinion of their gradients.

A reference takes the leaves by their Python names and gives the scalar that is differentiated, or, where the loss is
any function of an output, that output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np
from autograd.scipy.special import erf
from autograd.scipy.stats import norm

Reference = Callable[..., Any]


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def centred(x: Any, axis: int, epsilon: Any) -> Any:
    d = x - np.mean(x, axis=axis, keepdims=True)
    return d / np.sqrt(np.mean(d**2, axis=axis, keepdims=True) + epsilon)


def attention(Q: Any, K: Any, V: Any, mask: Any = None) -> Any:
    S = Q @ K.T / np.sqrt(Q.shape[1])
    P = np.exp(S) if mask is None else np.exp(S) * mask
    return (P / np.sum(P, axis=1, keepdims=True)) @ V


def causal(Q: Any, K: Any, V: Any) -> Any:
    return attention(Q, K, V, np.tril(np.ones((len(Q), len(Q)))))


def multi_head(X: Any, W_Q: Any, W_K: Any, W_V: Any, W_O: Any, h: int) -> Any:
    d = W_Q.shape[1] // h
    cut = [slice(a * d, (a + 1) * d) for a in range(h)]
    return np.hstack([attention(X @ W_Q[:, c], X @ W_K[:, c], X @ W_V[:, c]) for c in cut]) @ W_O


def conv1d(x: Any, w: Any, b: Any) -> Any:
    """(…, C, n), (O, C, k), (O,) → (…, O, n − k + 1)."""
    k = w.shape[2]
    m = x.shape[-1] - k + 1
    return sum(np.einsum("oc,...ct->...ot", w[:, :, j], x[..., j : j + m]) for j in range(k)) + b[:, None]


def conv2d(x: Any, w: Any, b: Any) -> Any:
    k, q = w.shape[2:]
    m, p = x.shape[1] - k + 1, x.shape[2] - q + 1
    parts = [np.einsum("oc,cst->ost", w[:, :, i, j], x[:, i : i + m, j : j + p]) for i in range(k) for j in range(q)]
    return sum(parts) + b[:, None, None]


def windows(x: Any, k: int) -> Any:
    return np.reshape(x, (*x.shape[:-1], x.shape[-1] // k, k))


def bce(Z: Any, Y: Any) -> Any:
    P = sigmoid(Z)
    return -np.mean(Y * np.log(P) + (1 - Y) * np.log(1 - P))


def cross_entropy(Z: Any, Y: Any) -> Any:
    return -np.sum(Y * np.log(softmax(Z))) / len(Z)


def huber(r: Any, k: Any) -> Any:
    a = np.abs(r)
    return np.mean(np.where(a < k, r**2 / 2, k * (a - k / 2)))


LIBRARY: dict[str, Reference] = {
    "dense": lambda X, W, b: X @ W + b,
    "layer-norm": lambda x, gamma, beta, epsilon: centred(x, 1, epsilon) * gamma + beta,
    "batch-norm": lambda x, gamma, beta, epsilon: centred(x, 0, epsilon) * gamma + beta,
    "rms-norm": lambda x, gamma, epsilon: x / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + epsilon) * gamma,
    "dropout": lambda X, M, p: M * X / (1 - p),
    "residual": lambda X, W, b: X + np.tanh(X @ W + b),
    "attention": attention,
    "causal-attention": causal,
    "self-attention": lambda X, W_Q, W_K, W_V: attention(X @ W_Q, X @ W_K, X @ W_V),
    "multi-head-attention": multi_head,
    "conv1d": conv1d,
    "conv2d": conv2d,
    "max-pool": lambda x, k: np.max(windows(x, k), axis=-1),
    "avg-pool": lambda x, k: np.mean(windows(x, k), axis=-1),
    "embedding": lambda t, E: E[t - 1],
    "tanh": lambda X: np.tanh(X),
    "relu": lambda X: np.maximum(X, 0),
    "sigmoid": lambda X: sigmoid(X),
    "softplus": lambda X: np.log1p(np.exp(X)),
    "gelu": lambda X: X * (1 + erf(X / np.sqrt(2))) / 2,
    "silu": lambda X: X * sigmoid(X),
    "leaky-relu": lambda X, a: np.where(X > 0, X, a * X),
    "elu": lambda X, a: np.where(X > 0, X, a * (np.exp(X) - 1)),
    "softmax": lambda Z: softmax(Z),
    "mse": lambda Y, T: np.mean((Y - T) ** 2),
    "cross-entropy": cross_entropy,
    "bce-from-logits": bce,
    "hinge": lambda Z, Y: np.mean(np.maximum(0, 1 - Y * Z)),
    "huber": lambda Y, T, k: huber(Y - T, k),
    "kl": lambda Z, Q: np.sum(Q * (np.log(Q) - np.log(softmax(Z)))) / len(Z),
    "nll-gaussian": lambda M, S, T: -np.sum(norm.logpdf(T, M, np.exp(S / 2))) / len(M),
    "normal": lambda x, m, s: norm.logpdf(x, m, s),
    "multivariate-normal": lambda x, m, Sigma: (
        -len(x) / 2 * np.log(2 * np.pi) - np.linalg.slogdet(Sigma)[1] / 2 - (x - m) @ np.linalg.inv(Sigma) @ (x - m) / 2
    ),
    "bernoulli": lambda x, p: x * np.log(p) + (1 - x) * np.log(1 - p),
    "categorical": lambda x, z: np.sum(x * np.log(softmax(z))),
    "laplace": lambda x, m, b: -np.log(2 * b) - np.abs(x - m) / b,
}


def mazur(**v: Any) -> Any:
    h = [sigmoid(v[f"w_{i}"] * v["x_1"] + v[f"w_{i + 1}"] * v["x_2"] + v["b_1"]) for i in (1, 3)]
    o = [sigmoid(v[f"w_{i}"] * h[0] + v[f"w_{i + 1}"] * h[1] + v["b_2"]) for i in (5, 7)]
    return ((v["t_1"] - o[0]) ** 2 + (v["t_2"] - o[1]) ** 2) / 2


def gaussian_kl(mu: Any, m: Any, A: Any, S: Any) -> Any:
    inverse = np.linalg.inv(S)
    logs = np.linalg.slogdet(S)[1] - np.linalg.slogdet(A)[1]
    return (np.trace(inverse @ A) - len(m) + (mu - m) @ inverse @ (mu - m) + logs) / 2


def sne(P: Any, Y: Any) -> Any:
    K = 1 / (1 + np.sum((Y[:, None] - Y[None]) ** 2, axis=2))
    off = 1 - np.eye(len(Y))
    return np.sum(off * P * (np.log(P) - np.log(K) + np.log(np.sum(off * K))))


CATALOGUE: dict[str, Reference] = {
    "sigmoid-derivative": sigmoid,
    "tanh-derivative": lambda z: np.tanh(z),
    "relu-derivative": lambda z: np.maximum(z, 0),
    "gelu-derivative": lambda z: z * norm.cdf(z),
    "silu-derivative": lambda z: z * sigmoid(z),
    "softplus-derivative": lambda z, beta: np.log(1 + np.exp(beta * z)) / beta,
    "mish-derivative": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
    "elu-selu-celu-derivative": lambda z, alpha, lambda_: lambda_ * np.where(z > 0, z, alpha * (np.exp(z) - 1)),
    "leaky-prelu-derivative": lambda z, a: np.where(z > 0, z, a * z),
    "logsoftmax-vjp": lambda z: np.log(softmax(z)),
    "glu-swiglu-backward": lambda a, b: a * sigmoid(b),
    "bce-logits-grad": lambda z, y: bce(z, y),
    "kldiv-loss-grad": lambda p, q: np.sum(p * (np.log(p) - np.log(q))),
    "word2vec-naive-softmax": lambda U, v, y: -np.sum(y * np.log(softmax(U @ v))),
    "margin-ranking-triplet-cosine-grads": lambda a, p, n, m: np.maximum(
        0, np.sum((a - p) ** 2) - np.sum((a - n) ** 2) + m
    ),
    "infonce-grad": lambda S, tau, Y: cross_entropy(S / tau, Y),
    "mlp-backprop": lambda X, W_1, b_1, W_2, b_2: np.tanh(X @ W_1 + b_1) @ W_2 + b_2,
    "mazur-2-2-2": mazur,
    "residual-gradient": lambda x, W: x + np.tanh(W @ x),
    "dropout-backward": lambda x, m, p: m * x / (1 - p),
    "batchnorm-backward": LIBRARY["batch-norm"],
    "rmsnorm-backward": lambda x, gamma, epsilon: x / np.sqrt(np.mean(x**2) + epsilon) * gamma,
    "groupnorm-instancenorm-backward": LIBRARY["layer-norm"],
    "attention-backward": attention,
    "causal-mask-backward": causal,
    "conv1d-backward": conv1d,
    "conv2d-backward": conv2d,
    "maxpool-backward": LIBRARY["max-pool"],
    "avgpool-backward": LIBRARY["avg-pool"],
    "embedding-backward": lambda E, x: E[x - 1],
    "gaussian-kl-mvn": gaussian_kl,
    "weight-spectral-norm-backward": lambda v, g: g * v / np.sqrt(np.sum(v**2)),
    "transformer-block-backward": lambda x, gamma, beta, epsilon, W, V: (
        x + np.maximum((centred(x, 1, epsilon) * gamma + beta) @ W, 0) @ V
    ),
    "focal-loss-grad": lambda z, gamma: -((1 - sigmoid(z)) ** gamma) * np.log(sigmoid(z)),
    "hessian-vector-product": lambda X, w, u: X.T @ sigmoid(X @ w) @ u / len(X),
    "mle-equals-mse": lambda y, f, sigma: np.sum(norm.logpdf(y, f, sigma)),
    "dpo-loss": lambda u, w, beta: -np.log(sigmoid(beta * (u - w))),
    "sne-gradient": sne,
}


def states(cell: Callable[..., Any], x: Any, n: int) -> list[Any]:
    """h_1 … h_T of a recurrent cell that carries a tuple whose first part is h."""
    carried = (np.zeros(n), np.zeros(n))
    out = []
    for x_t in x:
        carried = cell(carried, x_t)
        out.append(carried[0])
    return out


def arriving(h: list[Any], g: Any) -> Any:
    return sum(np.sum(a * b) for a, b in zip(h, g, strict=True))


def rnn(x_t: Any, g_t: Any, W: Any, U: Any, b: Any) -> Any:
    return arriving(states(lambda s, x: (np.tanh(W @ s[0] + U @ x + b),), x_t, len(b)), g_t)


def lstm(x_t: Any, v_t: Any, **p: Any) -> Any:
    def cell(s: Any, x: Any) -> Any:
        i, f, o, g = (p[f"W_{k}"] @ s[0] + p[f"U_{k}"] @ x + p[f"b_{k}"] for k in "ifog")
        c = sigmoid(f) * s[1] + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    return arriving(states(cell, x_t, len(p["b_i"])), v_t)


def heads(X: Any, W_a: Any, U_a: Any, V_a: Any, O_a: Any) -> Any:
    return sum(attention(X @ W, X @ U, X @ V) @ out for W, U, V, out in zip(W_a, U_a, V_a, O_a, strict=True))


def likelihood(x_i: Any, mu: Any, Sigma: Any) -> Any:
    inverse = np.linalg.inv(Sigma)
    squares = sum((x - mu) @ inverse @ (x - mu) for x in x_i)
    return -len(x_i) / 2 * np.linalg.slogdet(Sigma)[1] - squares / 2


FAMILIES: dict[str, Reference] = {
    "rnn-bptt": rnn,
    "lstm-bptt": lstm,
    "mle-gaussian": likelihood,
    "multihead-backward": lambda Y_bar, **a: np.sum(Y_bar * heads(**a)),
}
