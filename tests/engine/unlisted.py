"""Models that a lecturer might state and nobody listed: LaTeX beside the same function in autograd.

Each derives the gradient of L in every variable of `by`; the test compares values at two settings of distinct sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as np
from autograd.scipy.special import gammaln, logsumexp


@dataclass(frozen=True)
class Case:
    """A model: its formulas, its shapes, its oracle (over the declared names, sizes among them), its variables."""

    given: list[str]
    symbols: dict[str, str]
    by: list[str]
    oracle: Callable[..., Any]
    assume: list[str] = field(default_factory=list)
    positive: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)  # integer leaves and the size they run up to
    prepare: Callable[[dict[str, Any]], None] | None = None  # makes the values satisfy the assumptions


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def relu(x: Any) -> Any:
    return np.maximum(x, 0)


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softplus(x: Any) -> Any:
    return np.log1p(np.exp(x))


def spd(*names: str) -> Callable[[dict[str, Any]], None]:
    def prepare(v: dict[str, Any]) -> None:
        for n in names:
            v[n] = v[n] @ v[n].T + np.eye(len(v[n]))

    return prepare


def rows_to_one(*names: str) -> Callable[[dict[str, Any]], None]:
    def prepare(v: dict[str, Any]) -> None:
        for n in names:
            v[n] = np.abs(v[n]) / np.sum(np.abs(v[n]), axis=-1, keepdims=True)

    return prepare


CASES: dict[str, Case] = {
    "low-rank": Case(
        [r"W = A B^\top", r"R = X W - Y", r"L = \frac{1}{2} \|R\|_F^2"],
        {"A": "n r", "B": "c r", "X": "N n", "Y": "N c"},
        ["A", "B"],
        lambda A, B, X, Y, **_: 0.5 * np.sum((X @ A @ B.T - Y) ** 2),
    ),
    "squared-hinge-on-mlp": Case(
        [r"H = \operatorname{relu}(X W)", r"s = H v", r"L = \frac{1}{N} \sum_i \max(0, 1 - y_i s_i)^2"],
        {"X": "N n", "W": "n h", "v": "h", "y": "N"},
        ["W", "v"],
        lambda X, W, v, y, **_: np.mean(relu(1 - y * (relu(X @ W) @ v)) ** 2),
    ),
    "gated-linear-unit": Case(
        [r"G = \sigma(X V)", r"H = (X W) \odot G", r"L = \|H - Y\|_F^2"],
        {"X": "N n", "W": "n h", "V": "n h", "Y": "N h"},
        ["W", "V", "X"],
        lambda X, W, V, Y, **_: np.sum(((X @ W) * sigmoid(X @ V) - Y) ** 2),
    ),
    "weight-tied-autoencoder": Case(
        [r"H = \tanh(X W)", r"R = H W^\top - X", r"L = \frac{1}{2} \|R\|_F^2"],
        {"X": "N n", "W": "n h"},
        ["W"],
        lambda X, W, **_: 0.5 * np.sum((np.tanh(X @ W) @ W.T - X) ** 2),
    ),
    "mahalanobis-metric": Case(
        [r"u = x - y", r"L = u^\top M u"],
        {"x": "n", "y": "n", "M": "n n"},
        ["M", "x"],
        lambda x, y, M, **_: (x - y) @ M @ (x - y),
    ),
    "learned-metric-map": Case(
        [r"u = A (x - y)", r"L = \|u\|^2"],
        {"x": "n", "y": "n", "A": "m n"},
        ["A", "x", "y"],
        lambda x, y, A, **_: np.sum((A @ (x - y)) ** 2),
    ),
    "triplet-loss": Case(
        [r"L = \max(0, \|a - p\|^2 - \|a - q\|^2 + m)"],
        {"a": "n", "p": "n", "q": "n", "m": ""},
        ["a", "p", "q"],
        lambda a, p, q, m, **_: relu(np.sum((a - p) ** 2) - np.sum((a - q) ** 2) + m),
    ),
    "contrastive-loss": Case(
        [r"d = \|x - y\|", r"L = t d^2 + (1 - t) \max(0, m - d)^2"],
        {"x": "n", "y": "n", "m": "", "t": ""},
        ["x"],
        lambda x, y, m, t, **_: t * np.sum((x - y) ** 2) + (1 - t) * relu(m - np.sqrt(np.sum((x - y) ** 2))) ** 2,
        assume=[r"x \neq y"],
    ),
    "mixture-density": Case(
        [
            r"\pi = \operatorname{softmax}(a)",
            r"q_k = \pi_k \frac{1}{s_k} \exp\left( -\frac{(y - m_k)^2}{2 s_k^2} \right)",
            r"L = -\log \sum_k q_k",
        ],
        {"a": "K", "m": "K", "s": "K", "y": "", r"\pi": "K"},
        ["a", "m", "s"],
        lambda a, m, s, y, **_: -np.log(np.sum(softmax(a) / s * np.exp(-((y - m) ** 2) / (2 * s**2)))),
        assume=["s_k > 0"],
        positive=("s",),
    ),
    "scaled-cosine-attention": Case(
        [
            r"r_i = \sqrt{\sum_k Q_{ik}^2}",
            r"S_{ij} = \tau \frac{\sum_k Q_{ik} K_{jk}}{r_i}",
            r"P = \operatorname{softmax}(S)",
            r"L = \|P V - Y\|_F^2",
        ],
        {"Q": "N d", "K": "M d", "V": "M h", "Y": "N h", r"\tau": ""},
        ["Q", "K", "V", r"\tau"],
        lambda Q, K, V, Y, tau, **_: np.sum(
            (softmax(tau * (Q @ K.T) / np.sqrt(np.sum(Q**2, 1, keepdims=True))) @ V - Y) ** 2
        ),
        assume=["r_i > 0"],
    ),
    "temperature-distillation": Case(
        [
            r"P = \operatorname{softmax}(Z / \tau)",
            r"L = -\frac{\tau^2}{N} \sum_{i,k} Q_{ik} \log P_{ik}",
        ],
        {"Z": "N c", "Q": "N c", r"\tau": ""},
        ["Z"],
        lambda Z, Q, tau, **_: -(tau**2) / len(Z) * np.sum(Q * np.log(softmax(Z / tau))),
        assume=[r"\sum_k Q_{ik} = 1", r"\tau > 0"],
        positive=(r"\tau",),
        prepare=rows_to_one("Q"),
    ),
    "graph-convolution": Case(
        [r"H = \operatorname{relu}(A X W)", r"P = \sigma(A H v)", r"L = \|P - y\|^2"],
        {"A": "n n", "X": "n d", "W": "d h", "v": "h", "y": "n"},
        ["W", "v", "X"],
        lambda A, X, W, v, y, **_: np.sum((sigmoid(A @ relu(A @ X @ W) @ v) - y) ** 2),
    ),
    "group-norm": Case(
        [
            r"\mu_b = \frac{1}{n} \sum_i x_{bi}",
            r"v_b = \frac{1}{n} \sum_i (x_{bi} - \mu_b)^2",
            r"\hat{x}_{bi} = \frac{x_{bi} - \mu_b}{\sqrt{v_b + \epsilon}}",
            r"L = \sum_{b,i} c_{bi} \tanh(\gamma_i \hat{x}_{bi})",
        ],
        {"x": "G n", r"\gamma": "n", r"\epsilon": "", "c": "G n", r"\hat{x}": "G n", r"\mu": "G"},
        ["x", r"\gamma"],
        lambda x, gamma, epsilon, c, **_: np.sum(
            c * np.tanh(gamma * (x - np.mean(x, 1, keepdims=True)) / np.sqrt(np.var(x, 1, keepdims=True) + epsilon))
        ),
        assume=[r"\epsilon > 0"],
        positive=(r"\epsilon",),
    ),
    "elastic-net": Case(
        [r"L = \frac{1}{2 N} \|X w - y\|^2 + \alpha \sum_j |w_j| + \frac{\beta}{2} \|w\|^2"],
        {"X": "N n", "w": "n", "y": "N", r"\alpha": "", r"\beta": ""},
        ["w"],
        lambda X, w, y, alpha, beta, **_: (
            np.sum((X @ w - y) ** 2) / (2 * len(y)) + alpha * np.sum(np.abs(w)) + beta / 2 * np.sum(w**2)
        ),
    ),
    "poisson-regression": Case(
        [r"\eta = X w", r"L = \sum_i (\exp(\eta_i) - y_i \eta_i)"],
        {"X": "N n", "w": "n", "y": "N"},
        ["w"],
        lambda X, w, y, **_: np.sum(np.exp(X @ w) - y * (X @ w)),
    ),
    "factorisation-machine": Case(
        [
            r"s = V^\top x",
            r"f = w^\top x + \frac{1}{2} \left( \|s\|^2 - \sum_{i,j} V_{ij}^2 x_i^2 \right)",
            r"L = (f - y)^2",
        ],
        {"x": "n", "w": "n", "V": "n k", "y": ""},
        ["w", "V", "x"],
        lambda x, w, V, y, **_: (w @ x + 0.5 * (np.sum((V.T @ x) ** 2) - np.sum((V**2).T @ x**2)) - y) ** 2,
    ),
    "rbf-network": Case(
        [
            r"K_{ij} = \exp\left( -\gamma \sum_k (X_{ik} - C_{jk})^2 \right)",
            r"r = K a - y",
            r"L = \frac{1}{2} \|r\|^2",
        ],
        {"X": "N d", "C": "m d", "a": "m", "y": "N", r"\gamma": ""},
        ["a", "C", r"\gamma"],
        lambda X, C, a, y, gamma, **_: (
            0.5 * np.sum((np.exp(-gamma * np.sum((X[:, None] - C[None]) ** 2, -1)) @ a - y) ** 2)
        ),
    ),
    "bilinear-attention-pooling": Case(
        [r"e = H W q", r"\alpha = \operatorname{softmax}(e)", r"c = H^\top \alpha", r"L = \|c - y\|^2"],
        {"H": "T d", "W": "d m", "q": "m", "y": "d", "e": "T"},
        ["H", "W", "q"],
        lambda H, W, q, y, **_: np.sum((H.T @ softmax(H @ W @ q) - y) ** 2),
    ),
    "residual-block": Case(
        [r"H = X + \tanh(X U) V", r"L = \frac{1}{N} \|H - Y\|_F^2"],
        {"X": "N n", "U": "n h", "V": "h n", "Y": "N n"},
        ["U", "V", "X"],
        lambda X, U, V, Y, **_: np.sum((X + np.tanh(X @ U) @ V - Y) ** 2) / len(X),
    ),
    "highway-layer": Case(
        [r"T = \sigma(X W)", r"H = T \odot \tanh(X V) + (1 - T) \odot X", r"L = \|H - Y\|_F^2"],
        {"X": "N n", "W": "n n", "V": "n n", "Y": "N n"},
        ["W", "V", "X"],
        lambda X, W, V, Y, **_: np.sum((sigmoid(X @ W) * np.tanh(X @ V) + (1 - sigmoid(X @ W)) * X - Y) ** 2),
    ),
    "info-nce": Case(
        [
            r"S_{ij} = \frac{1}{\tau} \sum_k U_{ik} V_{jk}",
            r"P = \operatorname{softmax}(S)",
            r"L = -\frac{1}{N} \sum_i \log P_{ii}",
        ],
        {"U": "N d", "V": "N d", r"\tau": ""},
        ["U", "V"],
        lambda U, V, tau, **_: -np.mean(np.log(np.diag(softmax(U @ V.T / tau)))),
        assume=[r"\tau > 0"],
        positive=(r"\tau",),
    ),
    "bradley-terry": Case(
        [r"L = -\sum_i \log \sigma(w^\top a_i - w^\top b_i)"],
        {"a": "N d", "b": "N d", "w": "d"},
        ["w", "a"],
        lambda a, b, w, **_: -np.sum(np.log(sigmoid((a - b) @ w))),
    ),
    "huber": Case(
        [
            r"r = X w - y",
            r"L = \sum_i \begin{cases} \frac{1}{2} r_i^2 & |r_i| \le \delta \\ "
            r"\delta (|r_i| - \frac{1}{2} \delta) & \text{otherwise} \end{cases}",
        ],
        {"X": "N n", "w": "n", "y": "N", r"\delta": ""},
        ["w"],
        lambda X, w, y, delta, **_: np.sum(
            np.where(np.abs(X @ w - y) <= delta, 0.5 * (X @ w - y) ** 2, delta * (np.abs(X @ w - y) - 0.5 * delta))
        ),
        assume=[r"\delta > 0"],
        positive=(r"\delta",),
    ),
    "log-cosh": Case(
        [r"L = \frac{1}{N} \sum_i \log \cosh(x_i^\top w - y_i)"],
        {"x": "N d", "w": "d", "y": "N"},
        ["w"],
        lambda x, w, y, **_: np.mean(np.log(np.cosh(x @ w - y))),
    ),
    "quantile-loss": Case(
        [r"r = y - X w", r"L = \sum_i \max(q r_i, (q - 1) r_i)"],
        {"X": "N n", "w": "n", "y": "N", "q": ""},
        ["w"],
        lambda X, w, y, q, **_: np.sum(np.maximum(q * (y - X @ w), (q - 1) * (y - X @ w))),
    ),
    "gaussian-process-evidence": Case(
        [r"L = \frac{1}{2} y^\top K^{-1} y + \frac{1}{2} \log \det K"],
        {"K": "n n", "y": "n"},
        ["K", "y"],
        lambda K, y, **_: 0.5 * y @ np.linalg.inv(K) @ y + 0.5 * np.linalg.slogdet(K)[1],
        assume=[r"K \text{ invertible}"],
        prepare=spd("K"),
    ),
    "deep-sets": Case(
        [r"H = \tanh(X W)", r"s = \sum_i H_{i:}^\top", r"L = (s^\top u - y)^2"],
        {"X": "N n", "W": "n h", "u": "h", "y": ""},
        ["W", "u", "X"],
        lambda X, W, u, y, **_: (np.sum(np.tanh(X @ W), 0) @ u - y) ** 2,
    ),
    "softplus-network": Case(
        [r"a = \log(1 + \exp(W x + b))", r"L = \frac{1}{2} (v^\top a - y)^2"],
        {"W": "h n", "x": "n", "b": "h", "v": "h", "y": ""},
        ["W", "b", "v", "x"],
        lambda W, x, b, v, y, **_: 0.5 * (v @ softplus(W @ x + b) - y) ** 2,
    ),
    "swish-unit": Case(
        [r"A = X W", r"S = A \odot \sigma(A)", r"L = \|S v - y\|^2"],
        {"X": "N n", "W": "n h", "v": "h", "y": "N"},
        ["W", "v"],
        lambda X, W, v, y, **_: np.sum(((X @ W * sigmoid(X @ W)) @ v - y) ** 2),
    ),
    "normalised-embedding": Case(
        [r"z = W x", r"u = \frac{z}{\|z\|}", r"L = \|u - y\|^2"],
        {"W": "m n", "x": "n", "y": "m"},
        ["W", "x"],
        lambda W, x, y, **_: np.sum((W @ x / np.sqrt(np.sum((W @ x) ** 2)) - y) ** 2),
        assume=[r"z \neq 0"],
    ),
    "pairwise-ranking": Case(
        [r"s = X w", r"L = \sum_{i,j} Y_{ij} \log(1 + \exp(s_j - s_i))"],
        {"X": "N d", "w": "d", "Y": "N N"},
        ["w"],
        lambda X, w, Y, **_: np.sum(Y * softplus((X @ w)[None, :] - (X @ w)[:, None])),
    ),
    "linear-recurrence": Case(
        [r"h_0 = 0", r"h_t = a h_{t-1} + x_t", r"L = \sum_{t=1}^{T} (h_t - y_t)^2"],
        {"h": "0..T", "a": "", "x": "T", "y": "T"},
        ["a", "x"],
        lambda a, x, y, **_: sum((h - t) ** 2 for h, t in zip(_leaky(a, x), y, strict=True)),
    ),
    "rnn-last-state": Case(
        [r"h_0 = g", r"h_t = \tanh(W h_{t-1} + U x_t)", r"L = \|h_T - y\|^2"],
        {"h": "0..T n", "g": "n", "W": "n n", "U": "n d", "x": "T d", "y": "n"},
        ["W", "U", "g", "x"],
        lambda g, W, U, x, y, **_: np.sum((_rnn(g, W, U, x)[-1] - y) ** 2),
    ),
    "gated-recurrence": Case(
        [
            r"h_0 = 0",
            r"z_t = \sigma(W h_{t-1} + U x_t)",
            r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot x_t",
            r"L = \sum_{t=1}^{T} v^\top h_t",
        ],
        {"h": "0..T n", "z": "T n", "W": "n n", "U": "n n", "x": "T n", "v": "n"},
        ["W", "U", "v"],
        lambda W, U, x, v, **_: sum(v @ h for h in _gated(W, U, x)),
    ),
    "layers-as-a-family": Case(
        [r"h_0 = x", r"h_l = \tanh(W_l h_{l-1} + b_l)", r"L = \frac{1}{2} \|h_D - y\|^2"],
        {"W_l": "n n for l in 1..D", "b_l": "n for l in 1..D", "h_l": "n for l in 0..D", "x": "n", "y": "n"},
        ["W_l", "b_l", "x"],
        lambda W_l, b_l, x, y, **_: 0.5 * np.sum((_layers(W_l, b_l, x) - y) ** 2),
    ),
    "dilated-convolution": Case(
        [r"y_i = \sum_{k=1}^{m} w_k x_{i+2 (k-1)}", r"L = \sum_i g_i \tanh(y_i)"],
        {"x": "o+2*m-2", "w": "m", "y": "o", "g": "o"},
        ["w", "x"],
        lambda x, w, g, **_: np.sum(g * np.tanh(sum(w[k] * x[2 * k : 2 * k + len(g)] for k in range(len(w))))),
    ),
    "embedding-bag": Case(
        [r"z = \sum_i E_{t_i,:}^\top", r"L = \|z - y\|^2"],
        {"E": "V d", "t": "N", "y": "d"},
        ["E"],
        lambda E, t, y, **_: np.sum((sum(E[k - 1] for k in t) - y) ** 2),
        assume=[r"t_i \in \{1,\dots,V\}"],
        labels={"t": "V"},
    ),
    "label-cross-entropy": Case(
        [r"P = \operatorname{softmax}(X W)", r"L = -\frac{1}{N} \sum_i \log P_{i, y_i}"],
        {"X": "N n", "W": "n c", "y": "N"},
        ["W"],
        lambda X, W, y, **_: -np.mean(np.log(softmax(X @ W)[np.arange(len(y)), y - 1])),
        assume=[r"y_i \in \{1,\dots,c\}"],
        labels={"y": "c"},
    ),
    "gamma-likelihood": Case(
        [r"L = \sum_i \left( \log \Gamma(k) - k \log r + r x_i - (k - 1) \log x_i \right)"],
        {"x": "N", "k": "", "r": ""},
        ["k", "r"],
        lambda x, k, r, **_: np.sum(gammaln(k) - k * np.log(r) + r * x - (k - 1) * np.log(x)),
        assume=["k > 0", "r > 0", "x_i > 0"],
        positive=("x", "k", "r"),
    ),
    "max-pool-over-time": Case(
        [r"H = \tanh(X W)", r"m_j = \max_i H_{ij}", r"L = (m^\top u - y)^2"],
        {"X": "T n", "W": "n h", "u": "h", "y": ""},
        ["W", "u"],
        lambda X, W, u, y, **_: (np.max(np.tanh(X @ W), 0) @ u - y) ** 2,
    ),
    "energy-based": Case(
        [r"s = W x", r"L = \log \sum_k \exp(s_k) - s^\top y"],
        {"W": "c n", "x": "n", "y": "c"},
        ["W", "x"],
        lambda W, x, y, **_: logsumexp(W @ x) - (W @ x) @ y,
    ),
    "orthogonality-penalty": Case(
        [r"L = \|W^\top W - I\|_F^2"],
        {"W": "n m"},
        ["W"],
        lambda W, **_: np.sum((W.T @ W - np.eye(W.shape[1])) ** 2),
    ),
}


def _leaky(a: Any, x: Any) -> list[Any]:
    h, out = 0.0, []
    for u in x:
        h = a * h + u
        out.append(h)
    return out


def _rnn(g: Any, W: Any, U: Any, x: Any) -> list[Any]:
    out = [g]
    for u in x:
        out.append(np.tanh(W @ out[-1] + U @ u))
    return out


def _gated(W: Any, U: Any, x: Any) -> list[Any]:
    h, out = np.zeros(x.shape[1]), []
    for u in x:
        z = sigmoid(W @ h + U @ u)
        h = (1 - z) * h + z * u
        out.append(h)
    return out


def _layers(W: Any, b: Any, x: Any) -> Any:
    for k in range(len(W)):
        x = np.tanh(W[k] @ x + b[k])
    return x
