"""Third batch: recurrences, generative models, graphs, embeddings, contrastive losses and reinforcement learning."""

from __future__ import annotations

import autograd.numpy as np

from tests.models.case import Case, by
from tests.models.functions import lse, norm, relu, sigmoid, simplex, softmax, softplus


def elman(x_t, U, W, V, b, y_t, T, **_):
    x, y = x_t, y_t
    h, loss = np.zeros(len(b)), 0.0
    for t in range(T):
        h = np.tanh(W @ h + U @ x[t] + b)
        loss = loss + 0.5 * np.sum((V @ h - y[t]) ** 2)
    return loss


def leaky(x_t, U, W, a, y_t, T, **_):
    x, y = x_t, y_t
    h, loss = np.zeros(len(W)), 0.0
    for t in range(T):
        h = (1 - a) * h + a * np.tanh(W @ h + U @ x[t])
        loss = loss + np.sum((h - y[t]) ** 2)
    return loss


def minimal_gated(x_t, W_f, U_f, W_h, U_h, y, T, **_):
    x, h = x_t, np.zeros(len(U_f))
    for t in range(T):
        f = sigmoid(W_f @ x[t] + U_f @ h)
        c = np.tanh(W_h @ x[t] + U_h @ (f * h))
        h = (1 - f) * h + f * c
    return 0.5 * np.sum((h - y) ** 2)


def momentum(g, beta, c, T, **_):
    m, loss = 0.0, 0.0
    for t in range(T):
        m = beta * m + (1 - beta) * g[t]
        loss = loss + c[t] * m**2
    return loss


def euler(x, W, s, y, T, **_):
    h = x
    for _t in range(T):
        h = h + s * np.tanh(W @ h)
    return 0.5 * np.sum((h - y) ** 2)


def crf(u_t, A, T, **_):
    u = u_t
    a = np.exp(u[0])
    for t in range(1, T):
        a = np.exp(u[t]) * (np.exp(A).T @ a)
    return np.log(np.sum(a))


def returns(r, gamma, w, T, **_):
    G, loss = 0.0, 0.0
    for t in reversed(range(T)):
        G = r[t] + gamma * G
        loss = loss + w[t] * G**2
    return loss


CASES: dict[str, Case] = {
    "elman-rnn": Case(
        r"x_t: n for t in 1..T; U: m n; W: m m; V: c m; b: m; y_t: c for t in 1..T",
        [
            r"h_0 = 0",
            r"h_t = \tanh(W h_{t-1} + U x_t + b)",
            r"o_t = V h_t",
            r"L = \frac{1}{2} \sum_{t=1}^T \|o_t - y_t\|^2",
        ],
        by("W", "U", "V", "b"),
        elman,
    ),
    "leaky-rnn": Case(
        r"x_t: n for t in 1..T; U: m n; W: m m; a:; y_t: m for t in 1..T",
        [
            r"h_0 = 0",
            r"h_t = (1 - a) h_{t-1} + a \tanh(W h_{t-1} + U x_t)",
            r"L = \sum_{t=1}^T \|h_t - y_t\|^2",
        ],
        by("W", "U", "a"),
        leaky,
    ),
    "minimal-gated-unit": Case(
        r"x_t: n for t in 1..T; W_f: m n; U_f: m m; W_h: m n; U_h: m m; y: m; h_t: m for t in 0..T",
        [
            r"h_0 = 0",
            r"f_t = \sigma(W_f x_t + U_f h_{t-1})",
            r"c_t = \tanh(W_h x_t + U_h (f_t \odot h_{t-1}))",
            r"h_t = (1 - f_t) \odot h_{t-1} + f_t \odot c_t",
            r"L = \frac{1}{2} \|h_T - y\|^2",
        ],
        by("W_f", "U_f", "U_h"),
        minimal_gated,
    ),
    "momentum-average": Case(
        r"g: T; \beta:; c: T",
        [
            r"m_0 = 0",
            r"m_t = \beta m_{t-1} + (1 - \beta) g_t",
            r"L = \sum_{t=1}^T c_t m_t^2",
        ],
        by("g", r"\beta"),
        momentum,
    ),
    "neural-ode-euler": Case(
        r"x: n; W: n n; s:; y: n",
        [
            r"h_0 = x",
            r"h_t = h_{t-1} + s \tanh(W h_{t-1})",
            r"L = \frac{1}{2} \|h_T - y\|^2",
        ],
        by("W", "x", "s"),
        euler,
        sizes=({"n": 3, "T": 4}, {"n": 4, "T": 3}),
    ),
    "crf-forward": Case(
        r"u_t: c for t in 1..T; A: c c",
        [
            r"\alpha_1 = \exp(u_1)",
            r"\alpha_t = \exp(u_t) \odot (\exp(A)^\top \alpha_{t-1})",
            r"Z = \log \sum_{k} \alpha_{T,k}",
        ],
        by("A", of="Z"),
        crf,
    ),
    "crf-two-steps": Case(
        r"u: c; v: c; A: c c; y:; z:",
        [
            r"S_{ij} = u_i + A_{ij} + v_j",
            r"Z = \log \sum_{i,j} e^{S_{ij}}",
            r"L = Z - S_{y,z}",
        ],
        by("A", "u", "v"),
        lambda u, v, A, y, z, **_: np.log(np.sum(np.exp(u[:, None] + A + v))) - (u[y - 1] + A[y - 1, z - 1] + v[z - 1]),
        assume=[r"y \in \{1, \dots, c\}", r"z \in \{1, \dots, c\}"],
        labels={"y": "c", "z": "c"},
    ),
    "discounted-returns": Case(
        r"r: T; \gamma:; w: T; G: T+1",
        [
            r"G_{T+1} = 0",
            r"G_t = r_t + \gamma G_{t+1}",
            r"L = \sum_{t=1}^{T} w_t G_t^2",
        ],
        by("r", r"\gamma"),
        returns,
    ),
    "vae-elbo": Case(
        r"x: n; A: k n; B: k n; W: n k; \epsilon: k",
        [
            r"\mu = A x",
            r"s = B x",
            r"z = \mu + e^{s / 2} \odot \epsilon",
            r"\hat{x} = W z",
            r"L = \frac{1}{2} \|x - \hat{x}\|^2 - \frac{1}{2} \sum_j (1 + s_j - \mu_j^2 - e^{s_j})",
        ],
        by("A", "B", "W"),
        lambda x, A, B, W, epsilon, **_: (
            0.5 * np.sum((x - W @ (A @ x + np.exp(B @ x / 2) * epsilon)) ** 2)
            - 0.5 * np.sum(1 + B @ x - (A @ x) ** 2 - np.exp(B @ x))
        ),
        references={r"\frac{\partial L}{\partial W}": r"(\hat{x} - x) z^\top"},
    ),
    "vae-bernoulli": Case(
        r"x: n; m: k; l: k; W: n k; b: n; \xi: k",
        [
            r"z_j = m_j + \exp(\tfrac{1}{2} l_j) \xi_j",
            r"p = \sigma(W z + b)",
            r"L = -\sum_i \big( x_i \log p_i + (1 - x_i) \log(1 - p_i) \big) "
            r"+ \tfrac12 \sum_j (m_j^2 + e^{l_j} - l_j - 1)",
        ],
        by("m", "l", "W", "b"),
        lambda x, m, W, b, xi, **v: (
            -np.sum(
                x * np.log(sigmoid(W @ (m + np.exp(0.5 * v["l"]) * xi) + b))
                + (1 - x) * np.log(1 - sigmoid(W @ (m + np.exp(0.5 * v["l"]) * xi) + b))
            )
            + 0.5 * np.sum(m**2 + np.exp(v["l"]) - v["l"] - 1)
        ),
        references={r"\frac{\partial L}{\partial W}": r"(p - x) z^\top", r"\frac{\partial L}{\partial b}": "p - x"},
    ),
    "affine-coupling": Case(
        r"a: n; b: n; S: n n; M: n n",
        [
            r"s = \tanh(S a)",
            r"t = M a",
            r"z = b \odot e^{s} + t",
            r"L = \frac{1}{2} (\|a\|^2 + \|z\|^2) - \sum_i s_i",
        ],
        by("S", "M", "a", "b"),
        lambda a, b, S, M, **_: (
            0.5 * (np.sum(a**2) + np.sum((b * np.exp(np.tanh(S @ a)) + M @ a) ** 2)) - np.sum(np.tanh(S @ a))
        ),
    ),
    "planar-flow": Case(
        r"z: n; u: n; w: n; b:",
        [
            r"a = \tanh(w^\top z + b)",
            r"f = z + u a",
            r"\psi = (1 - a^2) w",
            r"L = \frac{1}{2} \|f\|^2 - \log | 1 + u^\top \psi |",
        ],
        by("u", "w", "b", "z"),
        lambda z, u, w, b, **_: (
            0.5 * np.sum((z + u * np.tanh(w @ z + b)) ** 2)
            - np.log(np.abs(1 + u @ ((1 - np.tanh(w @ z + b) ** 2) * w)))
        ),
        assume=[r"1 + u^\top \psi \neq 0"],
    ),
    "linear-flow-logdet": Case(
        r"W: n n; x: n",
        [r"z = W x", r"L = \frac{1}{2} z^\top z - \log |\det W|"],
        by("W", "x"),
        lambda W, x, **_: 0.5 * np.sum((W @ x) ** 2) - np.linalg.slogdet(W)[1],
        assume=[r"W \text{ invertible}"],
        references={r"\frac{\partial L}{\partial W}": r"z x^\top - W^{-\top}"},
    ),
    "gan-generator": Case(
        r"z: N k; G: k n; w: n",
        [r"F = \tanh(z G)", r"s = F w", r"L = -\frac{1}{N} \sum_i \log \sigma(s_i)"],
        by("G"),
        lambda z, G, w, **_: -np.mean(np.log(sigmoid(np.tanh(z @ G) @ w))),
    ),
    "gan-discriminator": Case(
        r"X: N n; F: M n; w: n",
        [
            r"L = -\frac{1}{N} \sum_{i=1}^N \log \sigma(\sum_j X_{ij} w_j) "
            r"- \frac{1}{M} \sum_{i=1}^M \log(1 - \sigma(\sum_j F_{ij} w_j))"
        ],
        by("w"),
        lambda X, F, w, **_: -np.mean(np.log(sigmoid(X @ w))) - np.mean(np.log(1 - sigmoid(F @ w))),
    ),
    "wgan-gradient-penalty": Case(
        r"X: N n; F: M n; w: n; \lambda:",
        [r"L = \frac{1}{M} \mathbf{1}^\top F w - \frac{1}{N} \mathbf{1}^\top X w + \lambda (\|w\| - 1)^2"],
        by("w"),
        lambda X, F, w, lambda_, **_: np.mean(F @ w) - np.mean(X @ w) + lambda_ * (norm(w) - 1) ** 2,
        assume=[r"w \neq 0"],
    ),
    "denoising-score-matching": Case(
        r"x: N n; \xi: N n; W: n n; b: n; \sigma:",
        [
            r"\tilde{x} = x + \sigma \xi",
            r"s = \tilde{x} W + b",
            r"L = \frac{1}{2 N} \sum_{i,j} \left( s_{ij} + \frac{\xi_{ij}}{\sigma} \right)^2",
        ],
        by("W", "b"),
        lambda x, xi, W, b, sigma, N, **_: np.sum(((x + sigma * xi) @ W + b + xi / sigma) ** 2) / (2 * N),
        assume=[r"\sigma > 0"],
        positive=(r"\sigma",),
    ),
    "contrastive-divergence-rbm": Case(
        r"v: n; W: n m; a: n; b: m",
        [r"F = -a^\top v - \sum_{j} \log\left(1 + \exp(b_j + \sum_i v_i W_{ij})\right)"],
        by("W", "a", "b", "v", of="F"),
        lambda v, W, a, b, **_: -a @ v - np.sum(softplus(b + v @ W)),
        references={r"\frac{\partial F}{\partial W}": r"-v \sigma(b + W^\top v)^\top"},
    ),
    "hopfield-modern": Case(
        r"X: N d; q: d; \beta:",
        [r"E = -\frac{1}{\beta} \log \sum_{i} \exp(\beta \sum_j X_{ij} q_j) + \frac{1}{2} q^\top q"],
        by("q", "X", of="E"),
        lambda X, q, beta, **_: -lse(beta * X @ q) / beta + 0.5 * q @ q,
        assume=[r"\beta > 0"],
        positive=(r"\beta",),
        references={r"\frac{\partial E}{\partial q}": r"q - X^\top \operatorname{softmax}(\beta X q)"},
    ),
    "hopfield-classic": Case(
        r"W: n n; s: n; \theta: n",
        [r"E(s) = -\frac{1}{2} s^\top W s + \theta^\top s"],
        {r"\nabla_s E(s)": "s", r"\frac{\partial E}{\partial W}": "W"},
        lambda W, s, theta, **_: -0.5 * s @ W @ s + theta @ s,
        assume=[r"W = W^\top"],
        prepare=lambda v: v.update(W=v["W"] + v["W"].T),
        references={r"\nabla_s E(s)": r"\theta - W s"},
    ),
    "skip-gram-negative-sampling": Case(
        r"v: d; u: d; N: K d",
        [r"L = -\log \sigma(u^\top v) - \sum_{k=1}^K \log \sigma(-\sum_j N_{kj} v_j)"],
        by("v", "u", "N"),
        lambda v, u, N, **_: -np.log(sigmoid(u @ v)) - np.sum(np.log(sigmoid(-N @ v))),
        references={r"\frac{\partial L}{\partial u}": r"(\sigma(u^\top v) - 1) v"},
    ),
    "cbow": Case(
        r"E: V d; U: V d; C: V; y:",
        [r"h = E^\top C", r"z = U h", r"L = -z_y + \log \sum_{w} e^{z_w}"],
        by("E", "U"),
        lambda E, U, C, y, **_: -(U @ E.T @ C)[y - 1] + lse(U @ E.T @ C),
        assume=[r"y \in \{1, \dots, V\}"],
        labels={"y": "V"},
    ),
    "glove": Case(
        r"W: V d; C: V d; b: V; c: V; F: V V; X: V V",
        [
            r"r_{ij} = \sum_k W_{ik} C_{jk} + b_i + c_j - \log X_{ij}",
            r"J = \sum_{i,j} F_{ij} r_{ij}^2",
        ],
        by("W", "C", "b", "c", of="J"),
        lambda W, C, b, c, F, X, **_: np.sum(F * (W @ C.T + b[:, None] + c - np.log(X)) ** 2),
        assume=["X_{ij} > 0"],
        positive=("X", "F"),
        references={
            r"\frac{\partial J}{\partial W}": r"2 (F \odot r) C",
            r"\frac{\partial J}{\partial b}": r"2 (F \odot r) \mathbf{1}",
        },
    ),
    "transe": Case(
        r"h: d; r: d; t: d; g: d; s: d; \gamma:",
        [r"L = \max(0, \gamma + \|h + r - t\| - \|g + r - s\|)"],
        by("h", "r", "s"),
        lambda h, r, t, g, s, gamma, **_: relu(gamma + norm(h + r - t) - norm(g + r - s)),
        assume=[r"h + r - t \neq 0", r"g + r - s \neq 0"],
    ),
    "distmult": Case(
        r"h: d; r: d; t: d; y:",
        [r"\phi = \sum_i h_i r_i t_i", r"L = \log(1 + e^{-y \phi})"],
        by("h", "r", "t"),
        lambda h, r, t, y, **_: np.log(1 + np.exp(-y * np.sum(h * r * t))),
    ),
    "matrix-factorisation-masked": Case(
        r"M: m n; R: m n; U: m k; V: n k; \lambda:",
        [r"L = \frac{1}{2} \| M \odot (R - U V^\top) \|_F^2 + \frac{\lambda}{2} (\|U\|_F^2 + \|V\|_F^2)"],
        by("U", "V"),
        lambda M, R, U, V, lambda_, **_: (
            0.5 * np.sum((M * (R - U @ V.T)) ** 2) + lambda_ / 2 * (np.sum(U**2) + np.sum(V**2))
        ),
        assume=[r"M_{ij} \in \{0, 1\}"],
        prepare=lambda v: v.update(M=(v["M"] > 0).astype(float)),
        references={r"\frac{\partial L}{\partial U}": r"\lambda U - (M \odot (R - U V^\top)) V"},
    ),
    "biased-matrix-factorisation": Case(
        r"R: m n; p: m k; q: n k; b: m; c: n; \mu:",
        [
            r"\hat{R}_{ui} = \mu + b_u + c_i + \sum_f p_{uf} q_{if}",
            r"L = \sum_{u,i} (R_{ui} - \hat{R}_{ui})^2",
        ],
        by("p", "q", "b", "c", r"\mu"),
        lambda R, p, q, b, c, mu, **_: np.sum((R - mu - b[:, None] - c - p @ q.T) ** 2),
    ),
    "nmf-kl": Case(
        r"V: m n; W: m k; H: k n",
        [r"R = W H", r"D = \sum_{i,j} \left( V_{ij} \log \frac{V_{ij}}{R_{ij}} - V_{ij} + R_{ij} \right)"],
        by("W", "H", of="D"),
        lambda V, W, H, **_: np.sum(V * np.log(V / (W @ H)) - V + W @ H),
        assume=["V_{ij} > 0", "W_{ij} > 0", "H_{ij} > 0"],
        positive=("V", "W", "H"),
    ),
    "pca-reconstruction": Case(
        r"X: N n; W: n k",
        [r"L = \frac{1}{N} \| X - X W W^\top \|_F^2"],
        by("W"),
        lambda X, W, N, **_: np.sum((X - X @ W @ W.T) ** 2) / N,
    ),
    "sparse-autoencoder": Case(
        r"X: N n; W: n h; V: h n; \rho:; \beta:",
        [
            r"H = \sigma(X W)",
            r"q_j = \frac{1}{N} \sum_i H_{ij}",
            r"L = \frac{1}{2 N} \|H V - X\|_F^2 "
            r"+ \beta \sum_j \left( \rho \log \frac{\rho}{q_j} + (1 - \rho) \log \frac{1 - \rho}{1 - q_j} \right)",
        ],
        by("W", "V"),
        lambda X, W, V, rho, beta, N, **_: (
            np.sum((sigmoid(X @ W) @ V - X) ** 2) / (2 * N)
            + beta
            * np.sum(
                rho * np.log(rho / np.mean(sigmoid(X @ W), 0))
                + (1 - rho) * np.log((1 - rho) / (1 - np.mean(sigmoid(X @ W), 0)))
            )
        ),
        assume=[r"0 < \rho < 1"],
        prepare=lambda v: v.update({r"\rho": np.array(0.2)}),
    ),
    "contractive-autoencoder": Case(
        r"x: n; W: m n; b: m; \lambda:",
        [
            r"h = \sigma(W x + b)",
            r"L = \frac{1}{2} \|W^\top h - x\|^2 + \lambda \sum_{i,j} (h_i (1 - h_i) W_{ij})^2",
        ],
        by("W", "b"),
        lambda x, W, b, lambda_, **_: (
            0.5 * np.sum((W.T @ sigmoid(W @ x + b) - x) ** 2)
            + lambda_ * np.sum(((sigmoid(W @ x + b) * (1 - sigmoid(W @ x + b)))[:, None] * W) ** 2)
        ),
    ),
    "graph-attention": Case(
        r"X: N d; W: d k; a: k; b: k; M: N N; Y: N k",
        [
            r"H = X W",
            r"E_{ij} = \sum_f a_f H_{if} + \sum_f b_f H_{jf}",
            r"A_{ij} = \frac{M_{ij} e^{E_{ij}}}{\sum_{l} M_{il} e^{E_{il}}}",
            r"L = \frac{1}{2} \|A H - Y\|_F^2",
        ],
        by("W", "a", "b"),
        lambda X, W, a, b, M, Y, **_: (
            0.5
            * np.sum(
                (
                    (M * np.exp((X @ W @ a)[:, None] + X @ W @ b))
                    / np.sum(M * np.exp((X @ W @ a)[:, None] + X @ W @ b), 1, keepdims=True)
                    @ (X @ W)
                    - Y
                )
                ** 2
            )
        ),
        assume=["M_{ij} > 0"],
        positive=("M",),
    ),
    "sgc-two-hops": Case(
        r"S: N N; X: N d; W: d c; Y: N c",
        [r"P = \operatorname{softmax}(S^2 X W)", r"L = -\operatorname{tr}(Y^\top \log P)"],
        by("W", "X"),
        lambda S, X, W, Y, **_: -np.sum(Y * np.log(softmax(S @ S @ X @ W))),
        assume=[r"\sum_k Y_{ik} = 1"],
        prepare=simplex("Y"),
        references={r"\frac{\partial L}{\partial W}": r"X^\top (S^2)^\top (P - Y)"},
    ),
    "laplacian-regulariser": Case(
        r"f: N; y: N; A: N N; \lambda:",
        [r"L = \|f - y\|^2 + \frac{\lambda}{2} \sum_{i,j} A_{ij} (f_i - f_j)^2"],
        by("f"),
        lambda f, y, A, lambda_, **_: np.sum((f - y) ** 2) + lambda_ / 2 * np.sum(A * (f[:, None] - f) ** 2),
        assume=["A = A^\\top"],
        prepare=lambda v: v.update(A=v["A"] + v["A"].T),
    ),
    "graph-sage-mean": Case(
        r"A: N N; d: N; X: N n; W: n h; V: n h; Y: N h",
        [
            r"M = \operatorname{diag}(d)^{-1} A X",
            r"H = \operatorname{relu}(X W + M V)",
            r"L = \|H - Y\|_F^2",
        ],
        by("W", "V", "X"),
        lambda A, d, X, W, V, Y, **_: np.sum((relu(X @ W + (A @ X) / d[:, None] @ V) - Y) ** 2),
        assume=["d_i > 0"],
        positive=("d",),
    ),
    "nt-xent": Case(
        r"Z: N d; U: N d; \tau:",
        [
            r"S_{ij} = \frac{1}{\tau} \sum_k Z_{ik} U_{jk}",
            r"L = -\frac{1}{N} \sum_i \log \frac{e^{S_{ii}}}{\sum_j e^{S_{ij}}}",
        ],
        by("Z", "U", r"\tau"),
        lambda Z, U, tau, **_: -np.mean(np.diag(Z @ U.T / tau) - lse(Z @ U.T / tau)),
        assume=[r"\tau > 0"],
        positive=(r"\tau",),
    ),
    "clip-symmetric": Case(
        r"I_m: N d; T_m: N d; s:",
        [
            r"Z = e^s I_m T_m^\top",
            r"L = -\frac{1}{2N} \sum_i \left( \log \frac{e^{Z_{ii}}}{\sum_j e^{Z_{ij}}} + "
            r"\log \frac{e^{Z_{ii}}}{\sum_j e^{Z_{ji}}} \right)",
        ],
        by("Z", "s") | {r"\frac{\partial L}{\partial Z}": lambda **v: clip_z(**v)},
        lambda I_m, T_m, s, **_: clip_loss(np.exp(s) * I_m @ T_m.T),
    ),
    "supervised-triplet-squared": Case(
        r"W: k n; a: n; p: n; q: n; m:",
        [
            r"u = W (a - p), \quad v = W (a - q)",
            r"L = \max(0, \|u\|^2 - \|v\|^2 + m)",
        ],
        by("W", "a"),
        lambda W, a, p, q, m, **_: relu(np.sum((W @ (a - p)) ** 2) - np.sum((W @ (a - q)) ** 2) + m),
    ),
    "siamese-contrastive": Case(
        r"W: k n; x: n; z: n; y:; m:",
        [
            r"d = \|W x - W z\|",
            r"L = y d^2 + (1 - y) \max(0, m - d)^2",
        ],
        by("W", "x"),
        lambda W, x, z, y, m, **_: y * np.sum((W @ (x - z)) ** 2) + (1 - y) * relu(m - norm(W @ (x - z))) ** 2,
        assume=["d > 0"],
    ),
    "barlow-twins": Case(
        r"A: N d; B: N d; \lambda:",
        [
            r"C = \frac{1}{N} A^\top B",
            r"L = \sum_i (1 - C_{ii})^2 + \lambda \sum_i \sum_{j \neq i} C_{ij}^2",
        ],
        by("A", "B"),
        lambda A, B, lambda_, N, **_: (
            np.sum((1 - np.diag(A.T @ B / N)) ** 2)
            + lambda_ * (np.sum((A.T @ B / N) ** 2) - np.sum(np.diag(A.T @ B / N) ** 2))
        ),
    ),
    "vicreg-variance": Case(
        r"Z: N d; \gamma:; \epsilon:",
        [
            r"\mu_j = \frac{1}{N} \sum_i Z_{ij}",
            r"s_j = \sqrt{\frac{1}{N-1} \sum_i (Z_{ij} - \mu_j)^2 + \epsilon}",
            r"L = \frac{1}{d} \sum_j \max(0, \gamma - s_j)",
        ],
        by("Z"),
        lambda Z, gamma, epsilon, N, **_: np.mean(
            relu(gamma - np.sqrt(np.sum((Z - np.mean(Z, 0)) ** 2, 0) / (N - 1) + epsilon))
        ),
        assume=[r"\epsilon > 0", r"N \ge 2"],
        positive=(r"\epsilon",),
    ),
    "policy-gradient-softmax": Case(
        r"\Phi: T d; W: d A; a: T; R: T",
        [
            r"Z = \Phi W",
            r"\pi = \operatorname{softmax}(Z)",
            r"J = \sum_{t=1}^T R_t \log \pi_{t, a_t}",
        ],
        by("W", of="J"),
        lambda Phi, W, a, R, T, **_: np.sum(R * np.log(softmax(Phi @ W))[np.arange(T), a - 1]),
        assume=[r"a_t \in \{1, \dots, A\}"],
        labels={"a": "A"},
    ),
    "td-error-linear": Case(
        r"\phi: T d; \psi: T d; w: d; r: T; \gamma:",
        [
            r"\delta_t = r_t + \gamma \sum_i \psi_{ti} w_i - \sum_i \phi_{ti} w_i",
            r"L = \frac{1}{2 T} \sum_t \delta_t^2",
        ],
        by("w"),
        lambda phi, psi, w, r, gamma, T, **_: np.sum((r + gamma * psi @ w - phi @ w) ** 2) / (2 * T),
    ),
    "ppo-clip": Case(
        r"\ell: T; o: T; A: T; \epsilon:",
        [
            r"r_t = \exp(\ell_t - o_t)",
            r"L = -\frac{1}{T} \sum_t "
            r"\min\left( r_t A_t, \operatorname{clip}(r_t, 1 - \epsilon, 1 + \epsilon) A_t \right)",
        ],
        by(r"\ell"),
        lambda ell, o, A, epsilon, **_: (
            -np.mean(
                np.minimum(
                    np.exp(ell - o) * A,
                    np.minimum(np.maximum(np.exp(ell - o), 1 - epsilon), 1 + epsilon) * A,
                )
            )
        ),
        assume=[r"0 < \epsilon < 1"],
        prepare=lambda v: v.update({r"\epsilon": np.array(0.2)}),
    ),
    "soft-q-entropy": Case(
        r"Q: n; \alpha:",
        [r"V = \alpha \log \sum_a \exp(Q_a / \alpha)"],
        by("Q", r"\alpha", of="V"),
        lambda Q, alpha, **_: alpha * lse(Q / alpha),
        assume=[r"\alpha > 0"],
        positive=(r"\alpha",),
        references={r"\frac{\partial V}{\partial Q}": r"\operatorname{softmax}(Q / \alpha)"},
    ),
}


def clip_loss(Z):
    return -0.5 * np.mean(2 * np.diag(Z) - lse(Z) - lse(Z, 0))


def clip_z(I_m, T_m, s, **_):
    from autograd import grad

    return grad(clip_loss)(np.exp(s) * I_m @ T_m.T)
