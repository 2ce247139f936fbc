"""Fifth batch: written after the repairs, in the styles of papers: mixed notation, L(θ), functions, several gates."""

from __future__ import annotations

import autograd.numpy as np

from tests.models.case import Case, by
from tests.models.functions import lse, norm, relu, sigmoid, simplex, softmax, softplus

CASES: dict[str, Case] = {
    "mlp-of-theta": Case(
        r"X: N n; W_1: n m; b_1: m; W_2: m c; Y: N c",
        [
            r"H = \tanh(X W_1 + b_1)",
            r"\hat{Y} = \operatorname{softmax}(H W_2)",
            r"\mathcal{L}(\theta) = -\frac{1}{N} \sum_{i,k} Y_{ik} \log \hat{Y}_{ik}",
        ],
        by("W_1", "b_1", "W_2", of=r"\mathcal{L}"),
        lambda X, W_1, b_1, W_2, Y, N, **_: -np.sum(Y * np.log(softmax(np.tanh(X @ W_1 + b_1) @ W_2))) / N,
        assume=[r"\sum_k Y_{ik} = 1"],
        prepare=simplex("Y"),
        references={r"\frac{\partial \mathcal{L}}{\partial W_2}": r"\frac{1}{N} H^\top (\hat{Y} - Y)"},
    ),
    "loss-of-two-parameters": Case(
        r"X: N n; w: n; b:; y: N",
        [
            r"f_i = \sum_j X_{ij} w_j + b",
            r"L(w, b) = \frac{1}{N} \sum_i \log(1 + e^{-y_i f_i})",
        ],
        {r"\nabla_w L(w, b)": "w", r"\frac{\partial L}{\partial b}": "b"},
        lambda X, w, b, y, **_: np.mean(np.log1p(np.exp(-y * (X @ w + b)))),
    ),
    "logistic-map-defined": Case(
        r"X: N n; w: n; y: N",
        [
            r"g(z) = \frac{1}{1 + e^{-z}}",
            r"p_i = g\left(\sum_j X_{ij} w_j\right)",
            r"L = -\sum_i y_i \log p_i + (1 - y_i) \log(1 - p_i)",
        ],
        {r"\nabla_w L": "w", r"\nabla_w^2 L": "w w"},
        lambda X, w, y, **_: -np.sum(y * np.log(sigmoid(X @ w)) + (1 - y) * np.log(1 - sigmoid(X @ w))),
        references={
            r"\nabla_w L": r"X^\top (p - y)",
            r"\nabla_w^2 L": r"X^\top \operatorname{diag}(p \odot (1 - p)) X",
        },
    ),
    "tanh-spelled-out": Case(
        r"x: n; W: m n; t: m",
        [
            r"a = W x",
            r"h_i = \frac{e^{a_i} - e^{-a_i}}{e^{a_i} + e^{-a_i}}",
            r"E = \frac{1}{2} \sum_i (h_i - t_i)^2",
        ],
        by("W", "x", of="E"),
        lambda x, W, t, **_: 0.5 * np.sum((np.tanh(W @ x) - t) ** 2),
        references={r"\frac{\partial E}{\partial W}": r"((h - t) \odot (1 - h \odot h)) x^\top"},
    ),
    "residual-named-e": Case(
        r"\Phi: N m; w: m; t: N; \lambda:",
        [r"e = t - \Phi w", r"E(w) = \frac{1}{2} e^\top e + \frac{\lambda}{2} w^\top w"],
        {r"\nabla_w E": "w", r"\nabla_w^2 E": "w w"},
        lambda Phi, w, t, lambda_, **_: 0.5 * np.sum((t - Phi @ w) ** 2) + lambda_ / 2 * w @ w,
        references={
            r"\nabla_w E": r"\lambda w - \Phi^\top e",
            r"\nabla_w^2 E": r"\Phi^\top \Phi + \lambda I",
        },
    ),
    "mixture-weights-pi": Case(
        r"z: K; f: N K",
        [
            r"\pi_k = \frac{\exp(z_k)}{\sum_l \exp(z_l)}",
            r"\ell = \sum_{i=1}^N \log \sum_{k=1}^K \pi_k f_{ik}",
        ],
        {r"\frac{\partial \ell}{\partial z}": "z", r"\frac{\partial \ell}{\partial f}": "f"},
        lambda z, f, **_: np.sum(np.log(f @ softmax(z))),
        assume=["f_{ik} > 0"],
        positive=("f",),
    ),
    "valid-convolution-relu": Case(
        r"x: n; w: k; v: n-k+1; b:",
        [
            r"y_i = \max\left(0, \sum_{j=1}^{k} w_j x_{i+j-1} + b\right)",
            r"L = \sum_i v_i y_i",
        ],
        by("w", "x", "b"),
        lambda x, w, v, b, n, k, **_: sum(v[i] * relu(np.sum(w * x[i : i + k]) + b) for i in range(n - k + 1)),
        sizes=({"n": 6, "k": 3}, {"n": 8, "k": 4}),
    ),
    "cumulative-hazard": Case(
        r"\eta: n; d: n",
        [r"\ell = \sum_{i=1}^n d_i \left( \eta_i - \log \sum_{j \ge i} e^{\eta_j} \right)"],
        {r"\frac{\partial \ell}{\partial \eta}": "eta"},
        lambda eta, d, n, **_: sum(d[i] * (eta[i] - lse(eta[i:])) for i in range(n)),
    ),
    "pairwise-hinge-ranking": Case(
        r"s: n; m:",
        [r"L = \sum_{i < j} \max(0, m - (s_i - s_j))"],
        by("s"),
        lambda s, m, n, **_: sum(relu(m - s[i] + s[j]) for i in range(n) for j in range(i + 1, n)),
    ),
    "gru-cell": Case(
        r"x: n; h: m; W_z: m n; U_z: m m; W_r: m n; U_r: m m; W: m n; U: m m; y: m",
        [
            r"z = \sigma(W_z x + U_z h)",
            r"r = \sigma(W_r x + U_r h)",
            r"\tilde{h} = \tanh(W x + U (r \odot h))",
            r"h' = (1 - z) \odot h + z \odot \tilde{h}",
            r"L = \frac{1}{2} \|h' - y\|^2",
        ],
        by("W_z", "U_r", "U", "h"),
        lambda x, h, W_z, U_z, W_r, U_r, W, U, y, **_: (
            0.5
            * np.sum(
                (
                    (1 - sigmoid(W_z @ x + U_z @ h)) * h
                    + sigmoid(W_z @ x + U_z @ h) * np.tanh(W @ x + U @ (sigmoid(W_r @ x + U_r @ h) * h))
                    - y
                )
                ** 2
            )
        ),
    ),
    "lstm-cell": Case(
        r"x: n; c: m; W_f: m n; W_i: m n; W_o: m n; W_g: m n; y: m",
        [
            r"f = \sigma(W_f x), \quad i = \sigma(W_i x), \quad o = \sigma(W_o x), \quad g = \tanh(W_g x)",
            r"c' = f \odot c + i \odot g",
            r"h = o \odot \tanh(c')",
            r"L = \frac{1}{2} \|h - y\|^2",
        ],
        by("W_f", "W_o", "W_g", "c"),
        lambda x, c, W_f, W_i, W_o, W_g, y, **_: (
            0.5
            * np.sum((sigmoid(W_o @ x) * np.tanh(sigmoid(W_f @ x) * c + sigmoid(W_i @ x) * np.tanh(W_g @ x)) - y) ** 2)
        ),
    ),
    "bidirectional-merge": Case(
        r"a: T m; b: T m; V: m c; U: m c; Y: T c",
        [
            r"P = \operatorname{softmax}(\tanh(a) V + \tanh(b) U)",
            r"L = -\frac{1}{T} \sum_{t,k} Y_{tk} \log P_{tk}",
        ],
        by("a", "U"),
        lambda a, b, V, U, Y, T, **_: -np.sum(Y * np.log(softmax(np.tanh(a) @ V + np.tanh(b) @ U))) / T,
        assume=[r"\sum_k Y_{tk} = 1"],
        prepare=simplex("Y"),
        references={r"\frac{\partial L}{\partial U}": r"\frac{1}{T} \tanh(b)^\top (P - Y)"},
    ),
    "attention-pooling-head": Case(
        r"H: T d; q: d; w: d; y:",
        [
            r"\alpha_t = \frac{\exp(\sum_i H_{ti} q_i)}{\sum_s \exp(\sum_i H_{si} q_i)}",
            r"c_i = \sum_t \alpha_t H_{ti}",
            r"L = \frac{1}{2} (w^\top c - y)^2",
        ],
        by("H", "q", "w"),
        lambda H, q, w, y, **_: 0.5 * (w @ (H.T @ softmax(H @ q)) - y) ** 2,
        references={r"\frac{\partial L}{\partial w}": r"(w^\top c - y) c"},
    ),
    "center-loss": Case(
        r"X: N d; C: K d; y: N",
        [r"L = \frac{1}{2} \sum_{i,j} (X_{ij} - C_{y_i, j})^2"],
        by("X", "C"),
        lambda X, C, y, **_: 0.5 * np.sum((X - C[y - 1]) ** 2),
        assume=[r"y_i \in \{1, \dots, K\}"],
        labels={"y": "K"},
    ),
    "prototypical-network": Case(
        r"z: d; C: K d; y:",
        [
            r"D_k = \sum_j (z_j - C_{kj})^2",
            r"L = D_y + \log \sum_k e^{-D_k}",
        ],
        by("z", "C"),
        lambda z, C, y, **_: np.sum((z - C[y - 1]) ** 2) + lse(-np.sum((z - C) ** 2, 1)),
        assume=[r"y \in \{1, \dots, K\}"],
        labels={"y": "K"},
    ),
    "soft-nearest-centroid": Case(
        r"X: N d; C: K d; \beta:",
        [
            r"D_{ik} = \|X_{i:} - C_{k:}\|^2",
            r"A = \operatorname{softmax}(-\beta D)",
            r"L = \sum_{i,k} A_{ik} D_{ik}",
        ],
        by("C", r"\beta"),
        lambda X, C, beta, **_: np.sum(
            softmax(-beta * np.sum((X[:, None] - C[None]) ** 2, 2)) * np.sum((X[:, None] - C[None]) ** 2, 2)
        ),
        refused="which norm of a matrix?",
    ),
    "orthogonal-and-spectral-penalty": Case(
        r"W: m n; X: N m; Y: N n; \mu:",
        [r"L = \frac{1}{N} \|X W - Y\|_F^2 + \mu \|W^\top W - I\|_F^2"],
        by("W"),
        lambda W, X, Y, mu, N, n, **_: np.sum((X @ W - Y) ** 2) / N + mu * np.sum((W.T @ W - np.eye(n)) ** 2),
        references={
            r"\frac{\partial L}{\partial W}": r"\frac{2}{N} X^\top (X W - Y) + 4 \mu W (W^\top W - I)",
        },
    ),
    "precision-matrix-estimation": Case(
        r"\Theta: n n; S: n n; \lambda:",
        [r"J(\Theta) = \operatorname{tr}(S \Theta) - \log \det \Theta + \frac{\lambda}{2} \|\Theta\|_F^2"],
        {r"\frac{\partial J}{\partial \Theta}": "Theta"},
        lambda Theta, S, lambda_, **_: (
            np.trace(S @ Theta) - np.linalg.slogdet(Theta)[1] + lambda_ / 2 * np.sum(Theta**2)
        ),
        assume=[r"\Theta \succ 0", "S = S^\\top"],
        prepare=lambda v: v.update(
            {r"\Theta": v[r"\Theta"] @ v[r"\Theta"].T + np.eye(len(v["S"])), "S": v["S"] + v["S"].T}
        ),
        references={r"\frac{\partial J}{\partial \Theta}": r"S - \Theta^{-1} + \lambda \Theta"},
    ),
    "normalised-gradient-direction": Case(
        r"g: n; v: n",
        [r"d = \frac{g}{\sqrt{g^\top g}}", r"f = v^\top d"],
        by("g", of="f"),
        lambda g, v, **_: v @ g / norm(g),
        assume=[r"g \neq 0"],
    ),
    "negative-log-gamma-poisson": Case(
        r"X: N n; w: n; y: N; o: N",
        [r"\mu = \exp(X w + o)", r"L = \sum_i (\mu_i - y_i \log \mu_i)"],
        {r"\nabla_w L": "w", r"\nabla_w^2 L": "w w"},
        lambda X, w, y, o, **_: np.sum(np.exp(X @ w + o) - y * (X @ w + o)),
        references={
            r"\nabla_w L": r"X^\top (\mu - y)",
            r"\nabla_w^2 L": r"X^\top \operatorname{diag}(\mu) X",
        },
    ),
    "softplus-attention-gate": Case(
        r"X: N d; u: d; V: d c; Y: N c",
        [
            r"g = \log(1 + e^{X u})",
            r"O = \operatorname{diag}(g) X V",
            r"L = \frac{1}{2 N} \|O - Y\|_F^2",
        ],
        by("u", "V"),
        lambda X, u, V, Y, N, **_: np.sum((softplus(X @ u)[:, None] * (X @ V) - Y) ** 2) / (2 * N),
    ),
}
