"""First batch: regression, classification losses and regularisers, as lecturers state them."""

from __future__ import annotations

import autograd.numpy as np
from autograd.scipy.stats import norm as normal

from tests.models.case import Case, by
from tests.models.functions import lse, norm, relu, sigmoid, signs, simplex, softmax, softplus

CASES: dict[str, Case] = {
    "weighted-least-squares": Case(
        r"X: N n; w: n; y: N; s: N",
        [r"L(w) = \frac{1}{2} (X w - y)^\top \operatorname{diag}(s) (X w - y)"],
        {r"\nabla_w L": "w", r"\nabla_w^2 L": "w w"},
        lambda X, w, y, s, **_: 0.5 * np.sum(s * (X @ w - y) ** 2),
        references={
            r"\nabla_w L": r"X^\top \operatorname{diag}(s) (X w - y)",
            r"\nabla_w^2 L": r"X^\top \operatorname{diag}(s) X",
        },
    ),
    "generalised-least-squares": Case(
        r"X: N n; \beta: n; y: N; \Omega: N N",
        [r"r = y - X \beta", r"J = \frac{1}{2} r^\top \Omega^{-1} r"],
        {r"\frac{\partial J}{\partial \beta}": "beta", r"\frac{\partial J}{\partial y}": "y"},
        lambda X, beta, y, Omega, **_: 0.5 * (y - X @ beta) @ np.linalg.inv(Omega) @ (y - X @ beta),
        assume=[r"\Omega \succ 0"],
        prepare=lambda v: v.update({r"\Omega": v[r"\Omega"] @ v[r"\Omega"].T + np.eye(len(v[r"\Omega"]))}),
        references={r"\frac{\partial J}{\partial \beta}": r"-X^\top \Omega^{-1} r"},
    ),
    "ridge-index-form": Case(
        r"x: N n; w: n; b:; y: N; \lambda:",
        [
            r"\hat{y}_i = \sum_{j=1}^n w_j x_{ij} + b",
            r"L = \frac{1}{N} \sum_{i=1}^N (\hat{y}_i - y_i)^2 + \lambda \sum_{j=1}^n w_j^2",
        ],
        by("w", "b"),
        lambda x, w, b, y, lambda_, **_: np.mean((x @ w + b - y) ** 2) + lambda_ * np.sum(w**2),
        references={
            r"\frac{\partial L}{\partial w}": r"\frac{2}{N} x^\top (\hat{y} - y) + 2 \lambda w",
            r"\frac{\partial L}{\partial b}": r"\frac{2}{N} \mathbf{1}^\top (\hat{y} - y)",
        },
    ),
    "lasso": Case(
        r"A: m n; x: n; b: m; \tau:",
        [r"F = \tfrac12 \lVert A x - b \rVert_2^2 + \tau \lVert x \rVert_1"],
        by("x", "A", of="F"),
        lambda A, x, b, tau, **_: 0.5 * np.sum((A @ x - b) ** 2) + tau * np.sum(np.abs(x)),
        references={r"\frac{\partial F}{\partial x}": r"A^\top (A x - b) + \tau \operatorname{sign}(x)"},
    ),
    "group-lasso": Case(
        r"W: g k; \lambda:; X: N g; Y: N k",
        [r"L = \frac{1}{2} \| X W - Y \|_F^2 + \lambda \sum_{j} \sqrt{\sum_{l} W_{jl}^2}"],
        by("W"),
        lambda W, lambda_, X, Y, **_: 0.5 * np.sum((X @ W - Y) ** 2) + lambda_ * np.sum(norm(W, 1)),
    ),
    "tikhonov": Case(
        r"A: m n; x: n; b: m; \Gamma: p n",
        [r"J(x) = \|A x - b\|^2 + \|\Gamma x\|^2"],
        {r"\nabla_x J": "x", r"\nabla_x^2 J": "x x", r"\frac{\partial J}{\partial \Gamma}": r"Gamma"},
        lambda A, x, b, Gamma, **_: np.sum((A @ x - b) ** 2) + np.sum((Gamma @ x) ** 2),
        references={
            r"\nabla_x J": r"2 A^\top (A x - b) + 2 \Gamma^\top \Gamma x",
            r"\nabla_x^2 J": r"2 A^\top A + 2 \Gamma^\top \Gamma",
            r"\frac{\partial J}{\partial \Gamma}": r"2 \Gamma x x^\top",
        },
    ),
    "ridge-minimiser": Case(
        r"X: N n; w: n; y: N; \lambda:",
        [r"J = \|y - X w\|^2 + \lambda \|w\|^2"],
        {
            r"\arg\min_w J": lambda X, y, lambda_, n, **_: np.linalg.solve(X.T @ X + lambda_ * np.eye(n), X.T @ y),
        },
        lambda **_: 0,
        assume=[r"\lambda > 0"],
        positive=(r"\lambda",),
        code=False,
    ),
    "logistic-pm-one": Case(
        r"X: N n; w: n; y: N",
        [r"L = \sum_{i} \log\left(1 + \exp(-y_i \sum_j X_{ij} w_j)\right)"],
        {r"\frac{\partial L}{\partial w}": "w", r"\nabla_w^2 L": "w w"},
        lambda X, w, y, **_: np.sum(np.log1p(np.exp(-y * (X @ w)))),
    ),
    "logistic-pm-one-sigma": Case(
        r"X: N n; w: n; y: N; \lambda:",
        [
            r"m = y \odot (X w)",
            r"L = -\frac{1}{N} \sum_i \log \sigma(m_i) + \frac{\lambda}{2} \|w\|^2",
        ],
        {r"\nabla_w L": "w"},
        lambda X, w, y, lambda_, **_: -np.mean(np.log(sigmoid(y * (X @ w)))) + lambda_ / 2 * np.sum(w**2),
        assume=[r"y_i \in \{-1, 1\}"],
        prepare=signs("y"),
    ),
    "softmax-labels": Case(
        r"X: N n; W: n c; b: c; y: N",
        [
            r"Z = X W + b",
            r"P = \operatorname{softmax}(Z)",
            r"L = -\frac{1}{N} \sum_{i=1}^N \log P_{i, y_i}",
        ],
        by("W", "b", "X"),
        lambda X, W, b, y, N, **_: -np.mean(np.log(softmax(X @ W + b))[np.arange(N), y - 1]),
        assume=[r"y_i \in \{1, \dots, c\}"],
        labels={"y": "c"},
    ),
    "softmax-columns": Case(
        r"W: c n; X: n N; b: c; Y: c N",
        [
            r"Z = W X + b \mathbf{1}^\top",
            r"P = \operatorname{softmax}_{\text{col}}(Z)",
            r"L = -\frac{1}{N} \sum_{k,i} Y_{ki} \log P_{ki}",
        ],
        by("W", "b"),
        lambda W, X, b, Y, N, **_: -np.sum(Y * np.log(softmax(W @ X + b[:, None], 0))) / N,
        assume=[r"\sum_k Y_{ki} = 1"],
        examples="columns",
        prepare=lambda v: v.update(Y=np.abs(v["Y"]) / np.sum(np.abs(v["Y"]), 0)),
        references={
            r"\frac{\partial L}{\partial W}": r"\frac{1}{N} (P - Y) X^\top",
            r"\frac{\partial L}{\partial b}": r"\frac{1}{N} (P - Y) \mathbf{1}",
        },
    ),
    "label-smoothing": Case(
        r"Z: N c; Y: N c; \epsilon:",
        [
            r"Q = (1 - \epsilon) Y + \frac{\epsilon}{c}",
            r"L = -\frac{1}{N} \sum_{i,k} Q_{ik} \log \operatorname{softmax}(Z)_{ik}",
        ],
        by("Z"),
        lambda Z, Y, epsilon, N, c, **_: -np.sum(((1 - epsilon) * Y + epsilon / c) * np.log(softmax(Z))) / N,
        assume=[r"\sum_k Y_{ik} = 1"],
        prepare=simplex("Y"),
        references={r"\frac{\partial L}{\partial Z}": r"\frac{1}{N} (\operatorname{softmax}(Z) - Q)"},
    ),
    "focal-loss-multiclass": Case(
        r"Z: N c; Y: N c; \gamma:",
        [
            r"P = \operatorname{softmax}(Z)",
            r"p_i = \sum_k Y_{ik} P_{ik}",
            r"L = -\frac{1}{N} \sum_i (1 - p_i)^\gamma \log p_i",
        ],
        by("Z"),
        lambda Z, Y, gamma, **_: -np.mean((1 - np.sum(Y * softmax(Z), 1)) ** gamma * np.log(np.sum(Y * softmax(Z), 1))),
        assume=[r"\gamma > 0", r"\sum_k Y_{ik} = 1", r"Y_{ik} \in \{0, 1\}"],
        positive=(r"\gamma",),
        prepare=lambda v: v.update(Y=(v["Y"] == np.max(v["Y"], axis=1, keepdims=True)).astype(float)),
    ),
    "bce-two-logs": Case(
        r"x: N d; w: d; b:; t: N",
        [
            r"z_n = \sum_{j} w_j x_{nj} + b",
            r"y_n = \frac{1}{1 + e^{-z_n}}",
            r"E = -\sum_n \left\{ t_n \ln y_n + (1 - t_n) \ln(1 - y_n) \right\}",
        ],
        {r"\frac{\partial E}{\partial w}": "w", r"\frac{\partial E}{\partial b}": "b", r"\nabla_w^2 E": "w w"},
        lambda x, w, b, t, **_: -np.sum(t * np.log(sigmoid(x @ w + b)) + (1 - t) * np.log(1 - sigmoid(x @ w + b))),
        references={
            r"\frac{\partial E}{\partial w}": r"x^\top (y - t)",
            r"\nabla_w^2 E": r"x^\top \operatorname{diag}(y \odot (1 - y)) x",
        },
    ),
    "weighted-bce": Case(
        r"z: N; y: N; \alpha:",
        [r"L = -\frac{1}{N} \sum_i \left[ \alpha y_i \log \sigma(z_i) + (1 - y_i) \log(1 - \sigma(z_i)) \right]"],
        by("z"),
        lambda z, y, alpha, **_: -np.mean(alpha * y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z))),
    ),
    "probit": Case(
        r"X: N n; \beta: n; y: N",
        [
            r"\eta = X \beta",
            r"\ell = \sum_i y_i \log \Phi(\eta_i) + (1 - y_i) \log(1 - \Phi(\eta_i))",
        ],
        {r"\frac{\partial \ell}{\partial \beta}": "beta"},
        lambda X, beta, y, **_: np.sum(y * np.log(normal.cdf(X @ beta)) + (1 - y) * np.log(1 - normal.cdf(X @ beta))),
    ),
    "multi-margin-hinge": Case(
        r"S: N c; y: N",
        [r"L = \frac{1}{N} \sum_i \sum_{k \neq y_i} \max(0, 1 + S_{ik} - S_{i,y_i})"],
        by("S"),
        lambda S, y, N, **_: (np.sum(relu(1 + S - S[np.arange(N), y - 1][:, None])) - N) / N,
        assume=[r"y_i \in \{1, \dots, c\}"],
        labels={"y": "c"},
    ),
    "crammer-singer": Case(
        r"S: N c; Y: N c",
        [r"L = \sum_i \left( \max_k (S_{ik} + 1 - Y_{ik}) - \sum_k Y_{ik} S_{ik} \right)"],
        by("S"),
        lambda S, Y, **_: np.sum(np.max(S + 1 - Y, axis=1) - np.sum(Y * S, 1)),
    ),
    "exponential-loss": Case(
        r"F: N; y: N; h: N; a:",
        [r"L = \sum_{i=1}^N e^{-y_i (F_i + a h_i)}"],
        {r"\frac{\partial L}{\partial a}": "a", r"\frac{\partial L}{\partial F}": "F"},
        lambda F, y, h, a, **_: np.sum(np.exp(-y * (F + a * h))),
    ),
    "smoothed-hinge": Case(
        r"z: N; y: N",
        [
            r"m_i = y_i z_i",
            r"\ell_i = \begin{cases} \frac{1}{2} - m_i & m_i \le 0 \\ \frac{1}{2} (1 - m_i)^2 & 0 < m_i < 1 \\ "
            r"0 & m_i \ge 1 \end{cases}",
            r"L = \frac{1}{N} \sum_i \ell_i",
        ],
        by("z"),
        lambda z, y, **_: np.mean(
            np.where(y * z <= 0, 0.5 - y * z, np.where(y * z < 1, 0.5 * (1 - y * z) ** 2, 0.0 * z))
        ),
    ),
    "epsilon-insensitive": Case(
        r"X: N n; w: n; b:; y: N; \varepsilon:; C:",
        [r"J = \frac{1}{2} w^\top w + C \sum_i \max(0, |y_i - \sum_j X_{ij} w_j - b| - \varepsilon)"],
        by("w", "b", of="J"),
        lambda X, w, b, y, varepsilon, C, **_: 0.5 * w @ w + C * np.sum(relu(np.abs(y - X @ w - b) - varepsilon)),
    ),
    "svm-dual": Case(
        r"\alpha: N; y: N; K: N N",
        [r"W = \sum_i \alpha_i - \frac{1}{2} \sum_{i,j} \alpha_i \alpha_j y_i y_j K_{ij}"],
        {r"\frac{\partial W}{\partial \alpha}": "alpha", r"\nabla_\alpha^2 W": "alpha alpha"},
        lambda alpha, y, K, **_: np.sum(alpha) - 0.5 * (alpha * y) @ K @ (alpha * y),
        assume=[r"K = K^\top"],
        prepare=lambda v: v.update(K=v["K"] + v["K"].T),
    ),
    "tukey-biweight": Case(
        r"r: N; c:",
        [
            r"\rho_i = \begin{cases} \frac{c^2}{6} \left(1 - \left(1 - (r_i / c)^2\right)^3\right) & |r_i| \le c \\ "
            r"\frac{c^2}{6} & \text{otherwise} \end{cases}",
            r"L = \sum_i \rho_i",
        ],
        by("r"),
        lambda r, c, **_: np.sum(np.where(np.abs(r) <= c, c**2 / 6 * (1 - (1 - (r / c) ** 2) ** 3), c**2 / 6 + 0 * r)),
        assume=["c > 0"],
        positive=("c",),
    ),
    "cauchy-loss": Case(
        r"X: N n; w: n; y: N; c:",
        [r"r = X w - y", r"L = \frac{c^2}{2} \sum_i \log\left(1 + \frac{r_i^2}{c^2}\right)"],
        by("w"),
        lambda X, w, y, c, **_: c**2 / 2 * np.sum(np.log(1 + (X @ w - y) ** 2 / c**2)),
        assume=["c > 0"],
        positive=("c",),
    ),
    "pseudo-huber": Case(
        r"a: N; \delta:",
        [r"L = \sum_i \delta^2 \left( \sqrt{1 + (a_i / \delta)^2} - 1 \right)"],
        by("a", r"\delta"),
        lambda a, delta, **_: np.sum(delta**2 * (np.sqrt(1 + (a / delta) ** 2) - 1)),
        assume=[r"\delta > 0"],
        positive=(r"\delta",),
    ),
    "expectile": Case(
        r"y: N; q:; \tau:",
        [r"L = \sum_i \left| \tau - \mathbb{1}[y_i < q] \right| (y_i - q)^2"],
        by("q"),
        lambda y, q, tau, **_: np.sum(np.abs(tau - (y < q)) * (y - q) ** 2),
        assume=[r"0 < \tau < 1"],
        prepare=lambda v: v.update({r"\tau": np.array(0.3)}),
    ),
    "gaussian-nll-heteroscedastic": Case(
        r"X: N n; w: n; v: n; y: N",
        [
            r"\mu = X w",
            r"s = X v",
            r"L = \frac{1}{2} \sum_i \left( s_i + (y_i - \mu_i)^2 e^{-s_i} \right)",
        ],
        by("w", "v"),
        lambda X, w, v, y, **_: 0.5 * np.sum(X @ v + (y - X @ w) ** 2 * np.exp(-(X @ v))),
        references={
            r"\frac{\partial L}{\partial v}": r"\frac{1}{2} X^\top (1 - (y - \mu)^2 \odot e^{-s})",
            r"\frac{\partial L}{\partial w}": r"X^\top ((\mu - y) \odot e^{-s})",
        },
    ),
    "laplace-nll": Case(
        r"y: N; \mu: N; b:",
        [r"L = N \log(2 b) + \frac{1}{b} \sum_{i} |y_i - \mu_i|"],
        by(r"\mu", "b"),
        lambda y, mu, b, N, **_: N * np.log(2 * b) + np.sum(np.abs(y - mu)) / b,
        assume=["b > 0"],
        positive=("b",),
    ),
    "student-t-nll": Case(
        r"y: N; \mu:; s:; \nu:",
        [r"L = N \log s + \frac{\nu + 1}{2} \sum_i \log\left( 1 + \frac{(y_i - \mu)^2}{\nu s^2} \right)"],
        by(r"\mu", "s"),
        lambda y, mu, s, nu, N, **_: N * np.log(s) + (nu + 1) / 2 * np.sum(np.log(1 + (y - mu) ** 2 / (nu * s**2))),
        assume=["s > 0", r"\nu > 0"],
        positive=("s", r"\nu"),
    ),
    "negative-binomial": Case(
        r"X: N n; \beta: n; y: N; r:",
        [
            r"\mu_i = \exp\left(\sum_j X_{ij} \beta_j\right)",
            r"\ell = \sum_i \left( y_i \log \frac{\mu_i}{r + \mu_i} + r \log \frac{r}{r + \mu_i} \right)",
        ],
        {r"\frac{\partial \ell}{\partial \beta}": "beta"},
        lambda X, beta, y, r, **_: np.sum(
            y * np.log(np.exp(X @ beta) / (r + np.exp(X @ beta))) + r * np.log(r / (r + np.exp(X @ beta)))
        ),
        assume=["r > 0"],
        positive=("r",),
        references={r"\frac{\partial \ell}{\partial \beta}": r"X^\top \frac{r (y - \mu)}{r + \mu}"},
    ),
    "poisson-nll-matrix": Case(
        r"X: N n; w: n; y: N",
        [r"L = \mathbf{1}^\top \exp(X w) - y^\top X w"],
        {r"\nabla_w L": "w", r"\nabla_w^2 L": "w w"},
        lambda X, w, y, **_: np.sum(np.exp(X @ w)) - y @ X @ w,
        references={
            r"\nabla_w L": r"X^\top (\exp(X w) - y)",
            r"\nabla_w^2 L": r"X^\top \operatorname{diag}(\exp(X w)) X",
        },
    ),
    "gamma-glm": Case(
        r"X: N n; w: n; y: N; k:",
        [r"\eta = X w", r"L = k \sum_i \left( y_i e^{-\eta_i} + \eta_i \right)"],
        by("w"),
        lambda X, w, y, k, **_: k * np.sum(y * np.exp(-X @ w) + X @ w),
        references={r"\frac{\partial L}{\partial w}": r"k X^\top (1 - y \odot e^{-\eta})"},
    ),
    "tweedie-deviance": Case(
        r"\mu: N; y: N; p:",
        [
            r"D = 2 \sum_i \left( \frac{y_i^{2-p}}{(1-p)(2-p)} - \frac{y_i \mu_i^{1-p}}{1-p} + "
            r"\frac{\mu_i^{2-p}}{2-p} \right)"
        ],
        by(r"\mu", of="D"),
        lambda mu, y, p, **_: (
            2 * np.sum(y ** (2 - p) / ((1 - p) * (2 - p)) - y * mu ** (1 - p) / (1 - p) + mu ** (2 - p) / (2 - p))
        ),
        assume=["p > 1", "p < 2", r"\mu_i > 0", "y_i > 0"],
        positive=(r"\mu", "y"),
        prepare=lambda v: v.update(p=np.array(1.4)),
    ),
    "beta-nll": Case(
        r"y: N; a:; b:",
        [
            r"\ell = \sum_i (a - 1) \log y_i + (b - 1) \log(1 - y_i)",
        ],
        {r"\frac{\partial \ell}{\partial a}": "a", r"\frac{\partial \ell}{\partial b}": "b"},
        lambda y, a, b, **_: np.sum((a - 1) * np.log(y) + (b - 1) * np.log(1 - y)),
        assume=["0 < y_i < 1"],
        positive=("y", "a", "b"),
        prepare=lambda v: v.update(y=v["y"] / 2),
    ),
    "cox-partial-likelihood": Case(
        r"X: N n; \beta: n; R: N N; \delta: N",
        [
            r"\eta = X \beta",
            r"\ell = \sum_i \delta_i \left( \eta_i - \log \sum_j R_{ij} e^{\eta_j} \right)",
        ],
        {
            r"\frac{\partial \ell}{\partial \beta}": "beta",
            r"\frac{\partial \ell}{\partial \eta}": lambda **v: eta_cox(**v),
        },
        lambda X, beta, R, delta, **_: np.sum(delta * (X @ beta - np.log(R @ np.exp(X @ beta)))),
        assume=["R_{ij} > 0"],
        positive=("R",),
    ),
    "ordinal-cumulative": Case(
        r"x: N; \theta_1:; \theta_2:; u: N; v: N; w: N",
        [
            r"p_i = \sigma(\theta_1 - x_i)",
            r"q_i = \sigma(\theta_2 - x_i)",
            r"L = -\sum_i \left( u_i \log p_i + v_i \log(q_i - p_i) + w_i \log(1 - q_i) \right)",
        ],
        by("x", r"\theta_1", r"\theta_2"),
        lambda x, theta_1, theta_2, u, v, w, **_: (
            -np.sum(
                u * np.log(sigmoid(theta_1 - x))
                + v * np.log(sigmoid(theta_2 - x) - sigmoid(theta_1 - x))
                + w * np.log(1 - sigmoid(theta_2 - x))
            )
        ),
        assume=[r"\theta_1 < \theta_2"],
        prepare=lambda v: v.update({r"\theta_1": np.array(-0.4), r"\theta_2": np.array(0.7)}),
    ),
    "dice-loss": Case(
        r"z: N; g: N; \epsilon:",
        [
            r"p = \sigma(z)",
            r"D = 1 - \frac{2 \sum_i p_i g_i + \epsilon}{\sum_i p_i + \sum_i g_i + \epsilon}",
        ],
        by("z", "p", of="D") | {r"\frac{\partial D}{\partial p}": lambda **v: dice_p(**v)},
        lambda z, g, epsilon, **_: (
            1 - (2 * np.sum(sigmoid(z) * g) + epsilon) / (np.sum(sigmoid(z)) + np.sum(g) + epsilon)
        ),
        assume=[r"\epsilon > 0", "g_i > 0"],
        positive=(r"\epsilon", "g"),
    ),
    "listnet": Case(
        r"s: n; t: n",
        [
            r"P = \operatorname{softmax}(t)",
            r"Q = \operatorname{softmax}(s)",
            r"L = -\sum_j P_j \log Q_j",
        ],
        by("s", "t"),
        lambda s, t, **_: -np.sum(softmax(t) * np.log(softmax(s))),
        references={r"\frac{\partial L}{\partial s}": "Q - P"},
    ),
    "ranknet": Case(
        r"X: N n; w: n; T: N N",
        [
            r"s = X w",
            r"C = \sum_{i < j} \left( -T_{ij} (s_i - s_j) + \log(1 + e^{s_i - s_j}) \right)",
        ],
        {r"\frac{\partial C}{\partial w}": "w"},
        lambda X, w, T, N, **_: sum(
            -T[i, j] * (X[i] - X[j]) @ w + softplus((X[i] - X[j]) @ w) for i in range(N) for j in range(i + 1, N)
        ),
    ),
    "plackett-luce": Case(
        r"s: n",
        [r"L = -\sum_{i=1}^n \left( s_i - \log \sum_{j \ge i} e^{s_j} \right)"],
        by("s"),
        lambda s, n, **_: -sum(s[i] - lse(s[i:]) for i in range(n)),
    ),
    "kl-categorical-logits": Case(
        r"a: c; b: c",
        [r"p = \operatorname{softmax}(a)", r"q = \operatorname{softmax}(b)", r"D = \sum_k p_k \log \frac{p_k}{q_k}"],
        by("a", "b", of="D"),
        lambda a, b, **_: np.sum(softmax(a) * np.log(softmax(a) / softmax(b))),
        references={
            r"\frac{\partial D}{\partial b}": "q - p",
            r"\frac{\partial D}{\partial a}": r"p \odot (\log p - \log q - D)",
        },
    ),
    "entropy-regulariser": Case(
        r"Z: N c",
        [r"P = \operatorname{softmax}(Z)", r"H = -\frac{1}{N} \sum_{i,k} P_{ik} \log P_{ik}"],
        by("Z", of="H"),
        lambda Z, N, **_: -np.sum(softmax(Z) * np.log(softmax(Z))) / N,
    ),
    "dirichlet-log-density": Case(
        r"p: c; \alpha: c",
        [r"\ell = \sum_k (\alpha_k - 1) \log p_k"],
        {r"\frac{\partial \ell}{\partial \alpha}": "alpha", r"\frac{\partial \ell}{\partial p}": "p"},
        lambda p, alpha, **_: np.sum((alpha - 1) * np.log(p)),
        assume=["p_k > 0"],
        positive=("p",),
    ),
    "zero-inflated-poisson": Case(
        r"a:; \lambda:; m:; s:",
        [
            r"\pi = \sigma(a)",
            r"L = -m \log(\pi + (1 - \pi) e^{-\lambda}) "
            r"- (1 - m) \left( \log(1 - \pi) - \lambda + s \log \lambda \right)",
        ],
        by("a", r"\lambda"),
        lambda a, lambda_, m, s, **_: (
            -m * np.log(sigmoid(a) + (1 - sigmoid(a)) * np.exp(-lambda_))
            - (1 - m) * (np.log(1 - sigmoid(a)) - lambda_ + s * np.log(lambda_))
        ),
        assume=[r"\lambda > 0"],
        positive=(r"\lambda",),
    ),
    "temperature-scaling": Case(
        r"Z: N c; T:; y: N",
        [r"L = -\frac{1}{N} \sum_i \log \operatorname{softmax}(Z / T)_{i, y_i}"],
        by("T", "Z"),
        lambda Z, T, y, N, **_: -np.mean(np.log(softmax(Z / T))[np.arange(N), y - 1]),
        assume=[r"y_i \in \{1, \dots, c\}", "T > 0"],
        positive=("T",),
        labels={"y": "c"},
    ),
    "brier-score": Case(
        r"Z: N c; Y: N c",
        [r"P = \operatorname{softmax}(Z)", r"L = \frac{1}{N} \|P - Y\|_F^2"],
        by("Z"),
        lambda Z, Y, N, **_: np.sum((softmax(Z) - Y) ** 2) / N,
    ),
}


def eta_cox(X, beta, R, delta, **_):
    from autograd import grad

    return grad(lambda e: np.sum(delta * (e - np.log(R @ np.exp(e)))))(X @ beta)


def dice_p(z, g, epsilon, **_):
    from autograd import grad

    return grad(lambda p: 1 - (2 * np.sum(p * g) + epsilon) / (np.sum(p) + np.sum(g) + epsilon))(sigmoid(z))
