"""Second batch: networks, normalisations, gates, attention variants and convolutions."""

from __future__ import annotations

import autograd.numpy as np

from tests.models.case import Case, by
from tests.models.functions import gelu, norm, relu, sigmoid, simplex, softmax

CASES: dict[str, Case] = {
    "mlp-column-vectors": Case(
        r"x: n; W^{(1)}: h n; b^{(1)}: h; W^{(2)}: c h; b^{(2)}: c; y: c",
        [
            r"z^{(1)} = W^{(1)} x + b^{(1)}",
            r"a^{(1)} = \sigma(z^{(1)})",
            r"z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}",
            r"a^{(2)} = \sigma(z^{(2)})",
            r"C = \frac{1}{2} \|y - a^{(2)}\|^2",
        ],
        by("W^{(1)}", "b^{(1)}", "W^{(2)}", "b^{(2)}", of="C"),
        lambda x, y, **v: 0.5 * np.sum((y - sigmoid(v["W_2"] @ sigmoid(v["W_1"] @ x + v["b_1"]) + v["b_2"])) ** 2),
        references={
            r"\frac{\partial C}{\partial W^{(2)}}": r"((a^{(2)} - y) \odot a^{(2)} \odot (1 - a^{(2)})) {a^{(1)}}^\top",
        },
    ),
    "mlp-index-form": Case(
        r"x: N D; w: M D; v: K M; t: N K",
        [
            r"a_{nj} = \sum_{i=1}^{D} w_{ji} x_{ni}",
            r"z_{nj} = \tanh(a_{nj})",
            r"y_{nk} = \sum_{j=1}^{M} v_{kj} z_{nj}",
            r"E = \frac{1}{2} \sum_{n=1}^{N} \sum_{k=1}^K (y_{nk} - t_{nk})^2",
        ],
        {
            r"\frac{\partial E}{\partial w_{ji}}": "w",
            r"\frac{\partial E}{\partial v_{kj}}": "v",
        },
        lambda x, w, v, t, **_: 0.5 * np.sum((np.tanh(x @ w.T) @ v.T - t) ** 2),
        references={r"\frac{\partial E}{\partial v_{kj}}": r"\sum_n (y_{nk} - t_{nk}) z_{nj}"},
    ),
    "leaky-relu-mlp": Case(
        r"X: N n; W: n h; u: h; y: N; \alpha:",
        [
            r"A = X W",
            r"H = \max(A, 0) + \alpha \min(A, 0)",
            r"L = \frac{1}{N} \sum_i (\sum_j H_{ij} u_j - y_i)^2",
        ],
        by("W", "u", r"\alpha"),
        lambda X, W, u, y, alpha, **_: np.mean((np.where(X @ W > 0, X @ W, alpha * (X @ W)) @ u - y) ** 2),
    ),
    "elu-network": Case(
        r"X: N n; W: n h; u: h; y: N; \alpha:",
        [
            r"A = X W",
            r"H_{ij} = \begin{cases} A_{ij} & A_{ij} > 0 \\ \alpha (e^{A_{ij}} - 1) & A_{ij} \le 0 \end{cases}",
            r"L = \frac{1}{2} \|H u - y\|^2",
        ],
        by("W"),
        lambda X, W, u, y, alpha, **_: (
            0.5 * np.sum((np.where(X @ W > 0, X @ W, alpha * (np.exp(X @ W) - 1)) @ u - y) ** 2)
        ),
    ),
    "swiglu": Case(
        r"X: T d; W: d h; V: d h; U: h d; Y: T d",
        [
            r"A = X W",
            r"H = (A \odot \sigma(A)) \odot (X V)",
            r"O = H U",
            r"L = \frac{1}{2} \|O - Y\|_F^2",
        ],
        by("X", "W", "V", "U"),
        lambda X, W, V, U, Y, **_: 0.5 * np.sum((((X @ W) * sigmoid(X @ W) * (X @ V)) @ U - Y) ** 2),
    ),
    "geglu": Case(
        r"X: T d; W: d h; V: d h; Y: T h",
        [r"G = X W", r"O = G \odot \Phi(G) \odot X V", r"L = \|O - Y\|_F^2"],
        by("W", "V"),
        lambda X, W, V, Y, **_: np.sum((gelu(X @ W) * (X @ V) - Y) ** 2),
    ),
    "highway": Case(
        r"x: n; W_H: n n; W_T: n n; b: n; y: n",
        [
            r"h = \tanh(W_H x)",
            r"t = \sigma(W_T x + b)",
            r"o = t \odot h + (1 - t) \odot x",
            r"L = \frac12 \|o - y\|_2^2",
        ],
        by("x", "W_H", "W_T", "b"),
        lambda x, W_H, W_T, b, y, **_: (
            0.5 * np.sum((sigmoid(W_T @ x + b) * np.tanh(W_H @ x) + (1 - sigmoid(W_T @ x + b)) * x - y) ** 2)
        ),
    ),
    "residual-stack": Case(
        r"X: N d; W_1: d d; W_2: d d; Y: N d",
        [
            r"H_1 = X + \operatorname{ReLU}(X W_1)",
            r"H_2 = H_1 + \operatorname{ReLU}(H_1 W_2)",
            r"\mathcal{L} = \frac{1}{N} \|H_2 - Y\|_F^2",
        ],
        by("W_1", "W_2", "X", of=r"\mathcal{L}"),
        lambda X, W_1, W_2, Y, N, **_: np.sum((X + relu(X @ W_1) + relu((X + relu(X @ W_1)) @ W_2) - Y) ** 2) / N,
    ),
    "dropout-fixed-mask": Case(
        r"X: N n; W: n h; M: N h; V: h c; Y: N c; q:",
        [
            r"H = \frac{1}{q} M \odot \tanh(X W)",
            r"L = \frac{1}{2 N} \|H V - Y\|_F^2",
        ],
        by("W", "V"),
        lambda X, W, M, V, Y, q, N, **_: np.sum(((M / q * np.tanh(X @ W)) @ V - Y) ** 2) / (2 * N),
        assume=["q > 0", r"M_{ij} \in \{0, 1\}"],
        positive=("q",),
        prepare=lambda v: v.update(M=(v["M"] > 0).astype(float)),
    ),
    "instance-norm": Case(
        r"x: N C P; \gamma: C; \beta: C; \epsilon:; G: N C P",
        [
            r"\mu_{nc} = \frac{1}{P} \sum_{p} x_{ncp}",
            r"v_{nc} = \frac{1}{P} \sum_{p} (x_{ncp} - \mu_{nc})^2",
            r"\hat{x}_{ncp} = \frac{x_{ncp} - \mu_{nc}}{\sqrt{v_{nc} + \epsilon}}",
            r"y_{ncp} = \gamma_c \hat{x}_{ncp} + \beta_c",
            r"L = \sum_{n,c,p} G_{ncp} y_{ncp}^2",
        ],
        by("x", r"\gamma", r"\beta"),
        lambda x, gamma, beta, epsilon, G, **_: np.sum(
            G
            * (
                gamma[:, None] * (x - np.mean(x, 2, keepdims=True)) / np.sqrt(np.var(x, 2, keepdims=True) + epsilon)
                + beta[:, None]
            )
            ** 2
        ),
        assume=[r"\epsilon > 0"],
        positive=(r"\epsilon",),
    ),
    "group-norm-three-axes": Case(
        r"x: N G m; \gamma: G m; \epsilon:; R: N G m",
        [
            r"\mu_{ng} = \frac{1}{m} \sum_{k=1}^m x_{ngk}",
            r"s_{ng} = \sqrt{\frac{1}{m} \sum_k (x_{ngk} - \mu_{ng})^2 + \epsilon}",
            r"y_{ngk} = \gamma_{gk} \frac{x_{ngk} - \mu_{ng}}{s_{ng}}",
            r"L = \sum_{n,g,k} R_{ngk} \sin y_{ngk}",
        ],
        by("x", r"\gamma"),
        lambda x, gamma, epsilon, R, **_: np.sum(
            R * np.sin(gamma * (x - np.mean(x, 2, keepdims=True)) / np.sqrt(np.var(x, 2, keepdims=True) + epsilon))
        ),
        assume=[r"\epsilon > 0"],
        positive=(r"\epsilon",),
    ),
    "weight-norm": Case(
        r"v: n; g:; X: N n; y: N",
        [r"w = \frac{g}{\|v\|} v", r"L = \frac{1}{2} \|X w - y\|^2"],
        by("v", "g"),
        lambda v, g, X, y, **_: 0.5 * np.sum((X @ (g / norm(v) * v) - y) ** 2),
        assume=[r"v \neq 0"],
    ),
    "spectral-norm-power-iteration": Case(
        r"W: m n; u: m; v: n; X: N n; Y: N m",
        [r"s = u^\top W v", r"\bar{W} = W / s", r"L = \|X \bar{W}^\top - Y\|_F^2"],
        by("W"),
        lambda W, u, v, X, Y, **_: np.sum((X @ (W / (u @ W @ v)).T - Y) ** 2),
        assume=[r"s \neq 0"],
    ),
    "layernorm-matrix-form": Case(
        r"X: N d; g: d; \epsilon:; Y: N d",
        [
            r"\mu = \frac{1}{d} X \mathbf{1}",
            r"\bar{X} = X - \mu \mathbf{1}^\top",
            r"v = \frac{1}{d} (\bar{X} \odot \bar{X}) \mathbf{1}",
            r"\hat{X} = \operatorname{diag}\left( \frac{1}{\sqrt{v + \epsilon}} \right) \bar{X}",
            r"L = \frac{1}{2} \| \hat{X} \operatorname{diag}(g) - Y \|_F^2",
        ],
        by("X", "g"),
        lambda X, g, epsilon, Y, **_: (
            0.5
            * np.sum(((X - np.mean(X, 1, keepdims=True)) / np.sqrt(np.var(X, 1, keepdims=True) + epsilon) * g - Y) ** 2)
        ),
        assume=[r"\epsilon > 0"],
        positive=(r"\epsilon",),
    ),
    "layernorm-mean-var-words": Case(
        r"x: d; \gamma: d; \beta: d; \epsilon:; t: d",
        [
            r"\hat{x} = \frac{x - \operatorname{mean}(x)}{\sqrt{\operatorname{var}(x) + \epsilon}}",
            r"y = \gamma \odot \hat{x} + \beta",
            r"L = \frac{1}{2} \|y - t\|^2",
        ],
        by("x", r"\gamma"),
        lambda x, gamma, beta, epsilon, t, **_: (
            0.5 * np.sum((gamma * (x - np.mean(x)) / np.sqrt(np.var(x) + epsilon) + beta - t) ** 2)
        ),
        assume=[r"\epsilon > 0"],
        positive=(r"\epsilon",),
    ),
    "scalenorm": Case(
        r"x: d; g:; W: c d; t: c",
        [r"\hat{x} = g \frac{x}{\lVert x \rVert}", r"L = \frac{1}{2} \lVert W \hat{x} - t \rVert^2"],
        by("x", "g"),
        lambda x, g, W, t, **_: 0.5 * np.sum((W @ (g * x / norm(x)) - t) ** 2),
        assume=[r"x \neq 0"],
    ),
    "self-attention-weights": Case(
        r"X: T d; W_Q: d k; W_K: d k; W_V: d v; Y: T v",
        [
            r"Q = X W_Q, \quad K = X W_K, \quad V = X W_V",
            r"S = \frac{Q K^\top}{\sqrt{k}}",
            r"A = \operatorname{softmax}(S)",
            r"L = \frac{1}{2} \|A V - Y\|_F^2",
        ],
        by("X", "W_Q", "W_K", "W_V"),
        lambda X, W_Q, W_K, W_V, Y, k, **_: (
            0.5 * np.sum((softmax(X @ W_Q @ (X @ W_K).T / np.sqrt(k)) @ X @ W_V - Y) ** 2)
        ),
        references={
            r"\frac{\partial L}{\partial W_Q}": r"X^\top \frac{\partial L}{\partial Q}",
            r"\frac{\partial L}{\partial W_V}": r"X^\top A^\top (A V - Y)",
        },
    ),
    "alibi-attention": Case(
        r"Q: T k; K: T k; V: T v; m:; Y: T v",
        [
            r"S_{ij} = \frac{1}{\sqrt{k}} \sum_{a} Q_{ia} K_{ja} - m |i - j|",
            r"A = \operatorname{softmax}(S)",
            r"O = A V",
            r"L = \|O - Y\|_F^2",
        ],
        by("Q", "K", "m"),
        lambda Q, K, V, m, Y, T, k, **_: np.sum(
            (softmax(Q @ K.T / np.sqrt(k) - m * np.abs(np.arange(T)[:, None] - np.arange(T))) @ V - Y) ** 2
        ),
    ),
    "relative-position-bias": Case(
        r"Q: T k; K: T k; V: T v; B: T T; Y: T v",
        [
            r"A = \operatorname{softmax}\left( \frac{1}{\sqrt{k}} Q K^\top + B \right)",
            r"L = \frac{1}{2} \|A V - Y\|_F^2",
        ],
        by("Q", "B", "V"),
        lambda Q, K, V, B, Y, k, **_: 0.5 * np.sum((softmax(Q @ K.T / np.sqrt(k) + B) @ V - Y) ** 2),
    ),
    "relative-position-vectors": Case(
        r"Q: T k; K: T k; r: 2*T-1 k; g: T T",
        [
            r"S_{ij} = \sum_a Q_{ia} (K_{ja} + r_{i - j + T, a})",
            r"A = \operatorname{softmax}(S)",
            r"L = \sum_{i,j} g_{ij} A_{ij}",
        ],
        by("r", "Q"),
        lambda Q, K, r, g, T, **_: np.sum(
            g
            * softmax(
                Q @ K.T + np.array([[1.0]]) * np.sum(Q[:, None, :] * r[np.arange(T)[:, None] - np.arange(T) + T - 1], 2)
            )
        ),
    ),
    "rope-rotation": Case(
        r"q: T 2; k: T 2; \theta:; g: T T",
        [
            r"S_{ij} = \cos((i - j) \theta) (q_{i,1} k_{j,1} + q_{i,2} k_{j,2}) "
            r"+ \sin((i - j) \theta) (q_{i,1} k_{j,2} - q_{i,2} k_{j,1})",
            r"L = \sum_{i,j} g_{ij} S_{ij}^2",
        ],
        by("q", "k", r"\theta"),
        lambda q, k, theta, g, T, **_: np.sum(
            g
            * (
                np.cos((np.arange(T)[:, None] - np.arange(T)) * theta) * (q @ k.T)
                + np.sin((np.arange(T)[:, None] - np.arange(T)) * theta) * (q[:, :1] * k[:, 1] - q[:, 1:] * k[:, 0])
            )
            ** 2
        ),
    ),
    "linear-attention": Case(
        r"Q: N d; K: N d; V: N v; Y: N v",
        [
            r"\Psi = e^{Q}, \quad \Xi = e^{K}",
            r"S = \Xi^\top V",
            r"z = \Xi^\top \mathbf{1}",
            r"O_{ij} = \frac{\sum_a \Psi_{ia} S_{aj}}{\sum_a \Psi_{ia} z_a}",
            r"L = \frac{1}{2} \|O - Y\|_F^2",
        ],
        by("Q", "K", "V"),
        lambda Q, K, V, Y, **_: (
            0.5 * np.sum(((np.exp(Q) @ (np.exp(K).T @ V)) / (np.exp(Q) @ np.sum(np.exp(K), 0))[:, None] - Y) ** 2)
        ),
    ),
    "causal-attention": Case(
        r"Q: T k; K: T k; V: T v; Y: T v",
        [
            r"E_{ts} = \exp\left( \frac{1}{\sqrt{k}} \sum_a Q_{ta} K_{sa} \right)",
            r"A_{ts} = \frac{\mathbb{1}[s \le t] E_{ts}}{\sum_{s'} \mathbb{1}[s' \le t] E_{ts'}}",
            r"O = A V",
            r"L = \frac{1}{2} \|O - Y\|_F^2",
        ],
        by("Q", "K", "V"),
        lambda Q, K, V, Y, T, k, **_: (
            0.5 * np.sum((softmax(np.where(np.tril(np.ones((T, T))) > 0, Q @ K.T / np.sqrt(k), -1e30)) @ V - Y) ** 2)
        ),
    ),
    "causal-attention-sum-under": Case(
        r"q: T k; k_s: T k; v: T m; y: T m",
        [
            r"a_{ts} = \exp\left( \sum_c q_{tc} (k_s)_{sc} \right)",
            r"o_{tj} = \frac{\sum_{s \le t} a_{ts} v_{sj}}{\sum_{s \le t} a_{ts}}",
            r"L = \sum_{t,j} (o_{tj} - y_{tj})^2",
        ],
        by("q", "v"),
        lambda q, k_s, v, y, T, **_: np.sum(
            (softmax(np.where(np.tril(np.ones((T, T))) > 0, q @ k_s.T, -1e30)) @ v - y) ** 2
        ),
    ),
    "multi-query-attention": Case(
        r"X: T d; W: H d k; U: d k; Z: d k; Y: H T k",
        [
            r"Q_{hta} = \sum_i X_{ti} W_{hia}",
            r"K = X U",
            r"V = X Z",
            r"S_{hts} = \frac{1}{\sqrt{k}} \sum_a Q_{hta} K_{sa}",
            r"P_{hts} = \frac{e^{S_{hts}}}{\sum_{s'} e^{S_{hts'}}}",
            r"O_{hta} = \sum_s P_{hts} V_{sa}",
            r"L = \frac{1}{2} \sum_{h,t,a} (O_{hta} - Y_{hta})^2",
        ],
        by("W", "U", "Z"),
        lambda X, W, U, Z, Y, k, **_: (
            0.5
            * np.sum(
                (
                    np.einsum(
                        "hts,sa->hta",
                        softmax(np.einsum("hta,sa->hts", np.einsum("ti,hia->hta", X, W), X @ U) / np.sqrt(k)),
                        X @ Z,
                    )
                    - Y
                )
                ** 2
            )
        ),
    ),
    "cross-attention": Case(
        r"X: n d; C: m e; W: d k; U: e k; Z: e v; Y: n v",
        [
            r"A = \operatorname{softmax}_{\text{row}}\left( \frac{X W (C U)^\top}{\sqrt{k}} \right)",
            r"L = \tfrac{1}{2} \left\| A C Z - Y \right\|_F^2",
        ],
        by("W", "U", "Z", "C"),
        lambda X, C, W, U, Z, Y, k, **_: 0.5 * np.sum((softmax(X @ W @ (C @ U).T / np.sqrt(k)) @ C @ Z - Y) ** 2),
    ),
    "additive-attention": Case(
        r"h: T d; s: p; W: a d; U: a p; v: a; y: d",
        [
            r"e_t = \sum_{k} v_k \tanh\left( \sum_i W_{ki} h_{ti} + \sum_j U_{kj} s_j \right)",
            r"\alpha = \operatorname{softmax}(e)",
            r"c = h^\top \alpha",
            r"L = \|c - y\|^2",
        ],
        by("W", "U", "v", "h"),
        lambda h, s, W, U, v, y, **_: np.sum((h.T @ softmax(np.tanh(h @ W.T + U @ s) @ v) - y) ** 2),
    ),
    "attention-sigmoid": Case(
        r"Q: n d; K: n d; V: n v; b:; G: n v",
        [r"A = \sigma(Q K^\top / \sqrt{d} + b)", r"L = \operatorname{tr}(G^\top A V)"],
        by("Q", "K", "V", "b"),
        lambda Q, K, V, b, G, d, **_: np.sum(G * (sigmoid(Q @ K.T / np.sqrt(d) + b) @ V)),
    ),
    "conv1d-padding-stride": Case(
        r"x: n; w: k; y: (n+2*p-k)//s+1; g: (n+2*p-k)//s+1",
        [
            r"y_i = \sum_{j=1}^{k} w_j x_{s (i - 1) + j - p}",
            r"L = \sum_i g_i y_i^2",
        ],
        by("x", "w"),
        lambda x, w, g, n, p, s, k, **_: np.sum(
            g
            * np.array([1.0])
            * np.stack(
                [
                    np.sum(w * np.concatenate([np.zeros(p), x, np.zeros(p)])[s * i : s * i + k])
                    for i in range((n + 2 * p - k) // s + 1)
                ]
            )
            ** 2
        ),
        assume=[r"x_i = 0 \text{ for } i < 1", r"x_i = 0 \text{ for } i > n"],
        code=False,  # a window that lies in the padding alone
        sizes=({"n": 7, "k": 3, "p": 1, "s": 2}, {"n": 9, "k": 4, "p": 2, "s": 3}),
    ),
    "conv1d-dilated-channels": Case(
        r"x: c o+e*(k-1); w: f c k; b: f; t: f o",
        [
            r"y_{ui} = b_u + \sum_{a=1}^{c} \sum_{j=1}^{k} w_{uaj} x_{a, i + e (j - 1)}",
            r"L = \frac{1}{2} \sum_{u,i} (y_{ui} - t_{ui})^2",
        ],
        by("x", "w", "b"),
        lambda x, w, b, t, o, k, e, **_: (
            0.5 * np.sum((b[:, None] + sum(np.dot(w[:, :, j], x[:, e * j : e * j + o]) for j in range(k)) - t) ** 2)
        ),
        sizes=({"c": 2, "o": 4, "k": 3, "f": 5, "e": 2}, {"c": 3, "o": 5, "k": 2, "f": 4, "e": 3}),
    ),
    "conv2d-depthwise": Case(
        r"X: c p+r-1 q+s-1; K: c r s; T: c p q",
        [
            r"Y_{kij} = \sum_{a=1}^{r} \sum_{b=1}^{s} K_{kab} X_{k, i+a-1, j+b-1}",
            r"L = \frac{1}{2} \sum_{k,i,j} (Y_{kij} - T_{kij})^2",
        ],
        by("X", "K"),
        lambda X, K, T, p, q, r, s, **_: (
            0.5
            * np.sum(
                (sum(K[:, a, b][:, None, None] * X[:, a : a + p, b : b + q] for a in range(r) for b in range(s)) - T)
                ** 2
            )
        ),
        sizes=({"c": 2, "p": 3, "q": 4, "r": 2, "s": 3}, {"c": 3, "p": 4, "q": 5, "r": 3, "s": 2}),
    ),
    "transposed-convolution": Case(
        r"x: n; w: k; y: n+k-1; t: n+k-1",
        [
            r"y_m = \sum_{i=1}^n x_i w_{m - i + 1}",
            r"L = \frac{1}{2} \sum_m (y_m - t_m)^2",
        ],
        by("x", "w"),
        lambda x, w, t, **_: (
            0.5 * np.sum((np.convolve(x, w) - t) ** 2)
            if not hasattr(x, "_value") and not hasattr(w, "_value")
            else 0.5
            * np.sum(
                (sum(x[i] * np.concatenate([np.zeros(i), w, np.zeros(len(x) - 1 - i)]) for i in range(len(x))) - t) ** 2
            )
        ),
        assume=[r"w_j = 0 \text{ for } j < 1", r"w_j = 0 \text{ for } j > k"],
        sizes=({"n": 5, "k": 3}, {"n": 4, "k": 6}),
    ),
    "average-pooling": Case(
        r"x: s*o; y: o; w: o",
        [r"y_i = \frac{1}{s} \sum_{j=1}^{s} x_{s (i-1) + j}", r"L = \sum_i w_i \tanh(y_i)"],
        by("x"),
        lambda x, w, s, o, **_: np.sum(w * np.tanh(np.mean(np.reshape(x, (o, s)), 1))),
    ),
    "global-average-pooling-head": Case(
        r"F: N C P; W: C K; Y: N K",
        [
            r"g_{nc} = \frac{1}{P} \sum_{p=1}^{P} F_{ncp}",
            r"Z = g W",
            r"L = -\frac{1}{N} \sum_{n,k} Y_{nk} \log \operatorname{softmax}(Z)_{nk}",
        ],
        by("F", "W"),
        lambda F, W, Y, N, **_: -np.sum(Y * np.log(softmax(np.mean(F, 2) @ W))) / N,
        assume=[r"\sum_k Y_{nk} = 1"],
        prepare=simplex("Y"),
    ),
    "squeeze-excite": Case(
        r"F: C P; W: r C; V: C r; T: C P",
        [
            r"z = \frac{1}{P} F \mathbf{1}",
            r"s = \sigma(V \operatorname{relu}(W z))",
            r"O = \operatorname{diag}(s) F",
            r"L = \frac{1}{2} \|O - T\|_F^2",
        ],
        by("F", "W", "V"),
        lambda F, W, V, T, **_: 0.5 * np.sum((sigmoid(V @ relu(W @ np.mean(F, 1)))[:, None] * F - T) ** 2),
    ),
    "film": Case(
        r"X: N h; z: e; A: h e; B: h e; Y: N h",
        [
            r"\gamma = A z",
            r"\beta = B z",
            r"H_{ni} = \gamma_i X_{ni} + \beta_i",
            r"L = \frac{1}{2} \|H - Y\|_F^2",
        ],
        by("A", "B", "z", "X"),
        lambda X, z, A, B, Y, **_: 0.5 * np.sum((X * (A @ z) + B @ z - Y) ** 2),
    ),
    "capsule-squash": Case(
        r"s: n d; G: n d",
        [
            r"r_i = \sqrt{\sum_j s_{ij}^2}",
            r"v_{ij} = \frac{r_i^2}{1 + r_i^2} \frac{s_{ij}}{r_i}",
            r"L = \sum_{i,j} G_{ij} v_{ij}",
        ],
        by("s"),
        lambda s, G, **_: np.sum(
            G * np.sum(s**2, 1, keepdims=True) / (1 + np.sum(s**2, 1, keepdims=True)) * s / norm(s, 1)
        ),
        assume=["r_i > 0"],
    ),
    "mixture-of-experts": Case(
        r"x: n; V: K n; W: K c n; y: c",
        [
            r"g = \operatorname{softmax}(V x)",
            r"e_{ka} = \sum_{j=1}^n W_{kaj} x_j",
            r"o_a = \sum_{k=1}^K g_k e_{ka}",
            r"L = \frac{1}{2} \sum_a (o_a - y_a)^2",
        ],
        by("V", "W", "x"),
        lambda x, V, W, y, **_: 0.5 * np.sum((softmax(V @ x) @ (W @ x) - y) ** 2),
        sizes=None,
    ),
    "hypernetwork": Case(
        r"z: e; A: h n e; x: n; y: h",
        [
            r"W_{ij} = \sum_k A_{ijk} z_k",
            r"L = \frac{1}{2} \| \tanh(W x) - y \|^2",
        ],
        by("A", "z", "x"),
        lambda z, A, x, y, **_: 0.5 * np.sum((np.tanh((A @ z) @ x) - y) ** 2),
    ),
    "lora": Case(
        r"X: N d; W: d k; A: d r; B: r k; \alpha:; Y: N k",
        [
            r"W' = W + \frac{\alpha}{r} A B",
            r"L = \frac{1}{2} \|X W' - Y\|_F^2",
        ],
        by("A", "B"),
        lambda X, W, A, B, alpha, Y, r, **_: 0.5 * np.sum((X @ (W + alpha / r * A @ B) - Y) ** 2),
        references={r"\frac{\partial L}{\partial B}": r"\frac{\alpha}{r} A^\top X^\top (X W' - Y)"},
    ),
    "tied-embeddings": Case(
        r"E: V d; x: N; y: N; W: d d",
        [
            r"h_{ni} = \sum_j E_{x_n, j} W_{ji}",
            r"Z = h E^\top",
            r"L = -\frac{1}{N} \sum_n \log \operatorname{softmax}(Z)_{n, y_n}",
        ],
        by("E", "W"),
        lambda E, x, y, W, N, **_: -np.mean(np.log(softmax(E[x - 1] @ W @ E.T))[np.arange(N), y - 1]),
        assume=[r"x_n \in \{1, \dots, V\}", r"y_n \in \{1, \dots, V\}"],
        labels={"x": "V", "y": "V"},
    ),
    "maxout": Case(
        r"X: N n; W: n h k; u: h; y: N",
        [
            r"Z_{ijm} = \sum_a X_{ia} W_{ajm}",
            r"H_{ij} = \max_m Z_{ijm}",
            r"L = \frac{1}{2} \|H u - y\|^2",
        ],
        by("W", "u"),
        lambda X, W, u, y, **_: 0.5 * np.sum((np.max(np.einsum("ia,ajm->ijm", X, W), 2) @ u - y) ** 2),
    ),
    "fourier-features": Case(
        r"x: N d; B: m d; u: m; v: m; y: N",
        [
            r"P = 2 \pi x B^\top",
            r"f = \cos(P) u + \sin(P) v",
            r"L = \frac{1}{N} \|f - y\|^2",
        ],
        by("B", "u", "v"),
        lambda x, B, u, v, y, **_: np.mean(
            (np.cos(2 * np.pi * x @ B.T) @ u + np.sin(2 * np.pi * x @ B.T) @ v - y) ** 2
        ),
    ),
    "gated-attention-unit": Case(
        r"X: T d; U: d e; V: d e; q: d; Y: T e",
        [
            r"A = \frac{1}{T} \operatorname{relu}(X \operatorname{diag}(q) X^\top)",
            r"O = (X U) \odot (A (X V))",
            r"L = \frac{1}{2} \|O - Y\|_F^2",
        ],
        by("U", "V", "q", "X"),
        lambda X, U, V, q, Y, T, **_: 0.5 * np.sum(((X @ U) * ((relu((X * q) @ X.T) / T) @ X @ V) - Y) ** 2),
    ),
}
