"""Fourth batch: statistics, kernels and state space, matrix calculus, Jacobians, Hessians and layouts."""

from __future__ import annotations

import autograd.numpy as np

from tests.models.case import Case, by
from tests.models.functions import lse, norm, sigmoid, softmax, softplus, spd

inv = np.linalg.inv


def logdet(A):
    return np.linalg.slogdet(A)[1]


CASES: dict[str, Case] = {
    "gp-marginal-likelihood": Case(
        r"K: N N; y: N; s:",
        [
            r"C = K + s^2 I",
            r"\ell = -\frac{1}{2} y^\top C^{-1} y - \frac{1}{2} \log \det C - \frac{N}{2} \log(2 \pi)",
        ],
        {r"\frac{\partial \ell}{\partial K}": "K", r"\frac{\partial \ell}{\partial s}": "s"},
        lambda K, y, s, N, **_: (
            -0.5 * y @ inv(K + s**2 * np.eye(N)) @ y - 0.5 * logdet(K + s**2 * np.eye(N)) - N / 2 * np.log(2 * np.pi)
        ),
        assume=[r"K \succ 0"],
        prepare=spd("K"),
    ),
    "gp-posterior-mean": Case(
        r"k: N; K: N N; y: N; s:",
        [r"m = k^\top (K + s I)^{-1} y"],
        by("k", "y", "s", of="m"),
        lambda k, K, y, s, N, **_: k @ inv(K + s * np.eye(N)) @ y,
        assume=[r"K \succ 0", "s > 0"],
        positive=("s",),
        prepare=spd("K"),
        references={r"\frac{\partial m}{\partial y}": r"(K + s I)^{-1} k"},
    ),
    "rbf-kernel-lengthscale": Case(
        r"X: N d; \ell:; A: N N",
        [
            r"D_{ij} = \sum_k (X_{ik} - X_{jk})^2",
            r"K_{ij} = \exp\left( -\frac{D_{ij}}{2 \ell^2} \right)",
            r"L = \operatorname{tr}(A^\top K)",
        ],
        by("X", r"\ell"),
        lambda X, ell, A, **_: np.sum(A * np.exp(-np.sum((X[:, None] - X[None]) ** 2, 2) / (2 * ell**2))),
        assume=[r"\ell > 0"],
        positive=(r"\ell",),
    ),
    "kalman-update": Case(
        r"m: n; P: n n; H: k n; R: k k; y: k; g: n",
        [
            r"v = y - H m",
            r"S = H P H^\top + R",
            r"G = P H^\top S^{-1}",
            r"\hat{m} = m + G v",
            r"L = g^\top \hat{m}",
        ],
        by("m", "y", "R"),
        lambda m, P, H, R, y, g, **_: g @ (m + P @ H.T @ inv(H @ P @ H.T + R) @ (y - H @ m)),
        assume=[r"P \succ 0", r"R \succ 0"],
        prepare=spd("P", "R"),
        references={r"\frac{\partial L}{\partial y}": r"G^\top g"},
    ),
    "kalman-innovation-likelihood": Case(
        r"y: k; H: k n; m: n; S: k k",
        [r"e = y - H m", r"L = \frac{1}{2} \left( \log |S| + e^\top S^{-1} e \right)"],
        by("m", "S", "H"),
        lambda y, H, m, S, **_: 0.5 * (logdet(S) + (y - H @ m) @ inv(S) @ (y - H @ m)),
        assume=[r"S \succ 0"],
        prepare=spd("S"),
        references={r"\frac{\partial L}{\partial m}": r"-H^\top S^{-1} e"},
    ),
    "factor-analysis": Case(
        r"\Lambda: n k; \psi: n; S: n n",
        [
            r"C = \Lambda \Lambda^\top + \operatorname{diag}(\psi)",
            r"L = \frac{1}{2} \log \det C + \frac{1}{2} \operatorname{tr}(C^{-1} S)",
        ],
        by(r"\Lambda", r"\psi"),
        lambda Lambda, psi, S, **_: (
            0.5 * logdet(Lambda @ Lambda.T + np.diag(psi)) + 0.5 * np.trace(inv(Lambda @ Lambda.T + np.diag(psi)) @ S)
        ),
        assume=[r"\psi_i > 0", r"S \succ 0"],
        positive=(r"\psi",),
        prepare=spd("S"),
    ),
    "gaussian-mixture-two": Case(
        r"x: N; a:; \mu_1:; \mu_2:; s:",
        [
            r"p = \sigma(a)",
            r"f_i = p e^{-(x_i - \mu_1)^2 / (2 s^2)} + (1 - p) e^{-(x_i - \mu_2)^2 / (2 s^2)}",
            r"L = N \log s - \sum_i \log f_i",
        ],
        by("a", r"\mu_1", r"\mu_2", "s"),
        lambda x, a, mu_1, mu_2, s, N, **_: (
            N * np.log(s)
            - np.sum(
                np.log(
                    sigmoid(a) * np.exp(-((x - mu_1) ** 2) / (2 * s**2))
                    + (1 - sigmoid(a)) * np.exp(-((x - mu_2) ** 2) / (2 * s**2))
                )
            )
        ),
        assume=["s > 0"],
        positive=("s",),
    ),
    "gaussian-mixture-k": Case(
        r"x: N d; a: K; m: K d",
        [
            r"w = \operatorname{softmax}(a)",
            r"q_{ik} = w_k \exp\left( -\frac{1}{2} \sum_j (x_{ij} - m_{kj})^2 \right)",
            r"\ell = \sum_i \log \sum_k q_{ik}",
        ],
        {r"\frac{\partial \ell}{\partial m}": "m", r"\frac{\partial \ell}{\partial a}": "a"},
        lambda x, a, m, **_: np.sum(np.log(np.exp(-0.5 * np.sum((x[:, None] - m[None]) ** 2, 2)) @ softmax(a))),
    ),
    "kl-diagonal-gaussians": Case(
        r"\mu: n; m: n; s: n; t: n",
        [r"D = \frac{1}{2} \sum_i \left( \frac{s_i^2 + (\mu_i - m_i)^2}{t_i^2} - 1 + 2 \log t_i - 2 \log s_i \right)"],
        by(r"\mu", "s", "t", of="D"),
        lambda mu, m, s, t, **_: 0.5 * np.sum((s**2 + (mu - m) ** 2) / t**2 - 1 + 2 * np.log(t) - 2 * np.log(s)),
        assume=["s_i > 0", "t_i > 0"],
        positive=("s", "t"),
    ),
    "kl-full-gaussians": Case(
        r"\mu: n; m: n; S: n n; T: n n",
        [
            r"D = \frac{1}{2} \left( \operatorname{tr}(T^{-1} S) + (m - \mu)^\top T^{-1} (m - \mu) - n "
            r"+ \log \frac{\det T}{\det S} \right)"
        ],
        by(r"\mu", "S", of="D"),
        lambda mu, m, S, T, n, **_: (
            0.5 * (np.trace(inv(T) @ S) + (m - mu) @ inv(T) @ (m - mu) - n + logdet(T) - logdet(S))
        ),
        assume=[r"S \succ 0", r"T \succ 0"],
        prepare=spd("S", "T"),
        references={
            r"\frac{\partial D}{\partial \mu}": r"-T^{-1} (m - \mu)",
            r"\frac{\partial D}{\partial S}": r"\frac{1}{2} (T^{-1} - S^{-1})",
        },
    ),
    "wishart-log-density": Case(
        r"X: n n; V: n n; \nu:",
        [r"\ell = \frac{\nu - n - 1}{2} \log \det X - \frac{1}{2} \operatorname{tr}(V^{-1} X)"],
        {r"\frac{\partial \ell}{\partial X}": "X"},
        lambda X, V, nu, n, **_: (nu - n - 1) / 2 * logdet(X) - 0.5 * np.trace(inv(V) @ X),
        assume=[r"X \succ 0", r"V \succ 0"],
        prepare=spd("X", "V"),
    ),
    "d-optimal-design": Case(
        r"w: N; X: N n",
        [r"M = X^\top \operatorname{diag}(w) X", r"\phi = \log \det M"],
        by("w", of=r"\phi"),
        lambda w, X, **_: logdet(X.T @ (w[:, None] * X)),
        assume=["w_i > 0", r"M \succ 0"],
        positive=("w",),
        sizes=({"N": 5, "n": 3}, {"N": 6, "n": 4}),
    ),
    "a-optimal-design": Case(
        r"W: n n",
        [r"\phi = \operatorname{tr}(W^{-1})"],
        by("W", of=r"\phi"),
        lambda W, **_: np.trace(inv(W)),
        assume=[r"W \text{ invertible}"],
        references={r"\frac{\partial \phi}{\partial W}": r"-W^{-\top} W^{-\top}"},
    ),
    "rayleigh-quotient": Case(
        r"A: n n; x: n",
        [r"R(x) = \frac{x^\top A x}{x^\top x}"],
        {r"\nabla_x R": "x"},
        lambda A, x, **_: x @ A @ x / (x @ x),
        assume=["A = A^\\top", r"x \neq 0"],
        prepare=lambda v: v.update(A=v["A"] + v["A"].T),
        references={r"\nabla_x R": r"\frac{2}{x^\top x} (A x - R x)"},
    ),
    "generalised-rayleigh-fisher": Case(
        r"w: n; B: n n; S: n n",
        [r"J(w) = \frac{w^\top B w}{w^\top S w}"],
        {r"\nabla_w J": "w"},
        lambda w, B, S, **_: w @ B @ w / (w @ S @ w),
        assume=["B = B^\\top", r"S \succ 0", r"w \neq 0"],
        prepare=lambda v: v.update(B=v["B"] + v["B"].T, S=v["S"] @ v["S"].T + np.eye(len(v["S"]))),
    ),
    "trace-quadratic-both-sides": Case(
        r"A: n n; B: k k; X: n k",
        [r"f = \operatorname{tr}(X^\top A X B)"],
        by("X", "A", of="f"),
        lambda A, B, X, **_: np.trace(X.T @ A @ X @ B),
        references={r"\frac{\partial f}{\partial X}": r"A X B + A^\top X B^\top"},
    ),
    "procrustes": Case(
        r"A: m n; B: m k; Q: n k",
        [r"f = \|A Q - B\|_F^2"],
        by("Q", "A", of="f"),
        lambda A, B, Q, **_: np.sum((A @ Q - B) ** 2),
        references={r"\frac{\partial f}{\partial Q}": r"2 A^\top (A Q - B)"},
    ),
    "sylvester-residual": Case(
        r"A: n n; B: m m; C: n m; X: n m",
        [r"f = \frac{1}{2} \|A X + X B - C\|_F^2"],
        by("X", "A", "B", of="f"),
        lambda A, B, C, X, **_: 0.5 * np.sum((A @ X + X @ B - C) ** 2),
    ),
    "inverse-entry-product": Case(
        r"A: n n; u: n; v: n",
        [r"f = u^\top A^{-1} v"],
        by("A", "u", of="f"),
        lambda A, u, v, **_: u @ inv(A) @ v,
        assume=[r"A \text{ invertible}"],
        references={r"\frac{\partial f}{\partial A}": r"-A^{-\top} u v^\top A^{-\top}"},
    ),
    "powers-of-a-matrix": Case(
        r"A: n n; u: n; v: n",
        [r"f = u^\top A^3 v"],
        by("A", of="f"),
        lambda A, u, v, **_: u @ A @ A @ A @ v,
    ),
    "kronecker-quadratic": Case(
        r"A: m m; B: n n; x: m*n",
        [r"f = x^\top (A \otimes B) x"],
        by("x", of="f"),
        lambda A, B, x, **_: x @ np.kron(A, B) @ x,
        refused="has no unambiguous print",
    ),
    "vec-linear": Case(
        r"A: m n; X: n k; c: m*k",
        [r"f = c^\top \operatorname{vec}(A X)"],
        by("X", "A", of="f"),
        lambda A, X, c, **_: c @ np.reshape((A @ X).T, -1),
        refused="has no unambiguous print",
    ),
    "khatri-rao-cp": Case(
        r"T: m n p; A: m r; B: n r; C: p r",
        [r"L = \frac{1}{2} \sum_{i,j,k} \left( T_{ijk} - \sum_{l} A_{il} B_{jl} C_{kl} \right)^2"],
        by("A", "C"),
        lambda T, A, B, C, **_: 0.5 * np.sum((T - np.einsum("il,jl,kl->ijk", A, B, C)) ** 2),
    ),
    "tucker-core": Case(
        r"T: m n; A: m r; B: n s; G: r s",
        [r"L = \frac{1}{2} \|T - A G B^\top\|_F^2"],
        by("A", "G", "B"),
        lambda T, A, B, G, **_: 0.5 * np.sum((T - A @ G @ B.T) ** 2),
        references={r"\frac{\partial L}{\partial G}": r"-A^\top (T - A G B^\top) B"},
    ),
    "total-variation-smooth": Case(
        r"x: n; y: n; \lambda:; \epsilon:",
        [r"L = \frac{1}{2} \|x - y\|^2 + \lambda \sum_{i=1}^{n-1} \sqrt{(x_{i+1} - x_i)^2 + \epsilon}"],
        by("x"),
        lambda x, y, lambda_, epsilon, **_: (
            0.5 * np.sum((x - y) ** 2) + lambda_ * np.sum(np.sqrt((x[1:] - x[:-1]) ** 2 + epsilon))
        ),
        assume=[r"\epsilon > 0"],
        positive=(r"\epsilon",),
    ),
    "total-variation": Case(
        r"x: n; \lambda:",
        [r"R = \lambda \sum_{i=1}^{n-1} |x_{i+1} - x_i|"],
        by("x", of="R"),
        lambda x, lambda_, **_: lambda_ * np.sum(np.abs(x[1:] - x[:-1])),
    ),
    "heat-equation-residual": Case(
        r"u: T n; \nu:; h:; k:",
        [
            r"r_{ti} = \frac{u_{t+1,i} - u_{ti}}{k} - \nu \frac{u_{t,i+1} - 2 u_{ti} + u_{t,i-1}}{h^2}",
            r"L = \sum_{t=1}^{T-1} \sum_{i=2}^{n-1} r_{ti}^2",
        ],
        by(r"\nu"),
        lambda u, nu, h, k, **_: np.sum(
            ((u[1:, 1:-1] - u[:-1, 1:-1]) / k - nu * (u[:-1, 2:] - 2 * u[:-1, 1:-1] + u[:-1, :-2]) / h**2) ** 2
        ),
        assume=["h > 0", "k > 0"],
        positive=("h", "k"),
    ),
    "pinn-derivative-of-network": Case(
        r"x: N; a: m; b: m; c: m; f: N",
        [
            r"t_{ij} = \tanh(a_j x_i + b_j)",
            r"g_i = \sum_j c_j a_j (1 - t_{ij}^2)",
            r"L = \frac{1}{N} \sum_i (g_i - f_i)^2",
        ],
        by("a", "b", "c"),
        lambda x, a, b, c, f, **_: np.mean(((1 - np.tanh(np.outer(x, a) + b) ** 2) @ (c * a) - f) ** 2),
    ),
    "polynomial-features": Case(
        r"x: N; w: 0..p; y: N",
        [r"L = \sum_{i=1}^N \left( \sum_{k=0}^{p} w_k x_i^k - y_i \right)^2"],
        by("w"),
        lambda x, w, y, **_: np.sum((sum(w[k] * x**k for k in range(len(w))) - y) ** 2),
        assume=["x_i > 0"],
        positive=("x",),
    ),
    "harmonic-positional-encoding": Case(
        r"\omega: k; A: T k; B: T k; Y: T k",
        [
            r"P_{tj} = A_{tj} \sin(\omega_j t) + B_{tj} \cos(\omega_j t)",
            r"L = \frac{1}{2} \sum_{t,j} (P_{tj} - Y_{tj})^2",
        ],
        by(r"\omega", "A"),
        lambda omega, A, B, Y, T, **_: (
            0.5
            * np.sum(
                (
                    A * np.sin(np.outer(np.arange(1, T + 1), omega))
                    + B * np.cos(np.outer(np.arange(1, T + 1), omega))
                    - Y
                )
                ** 2
            )
        ),
    ),
    "softmax-jacobian-temperature": Case(
        r"z: n; \tau:",
        [r"p = \operatorname{softmax}(z / \tau)"],
        {r"\frac{\partial p}{\partial z}": "z", r"\frac{\partial p}{\partial \tau}": "tau"},
        lambda z, tau, **_: softmax(z / tau),
        assume=[r"\tau > 0"],
        positive=(r"\tau",),
        references={r"\frac{\partial p}{\partial z}": r"\frac{1}{\tau} (\operatorname{diag}(p) - p p^\top)"},
    ),
    "log-softmax-jacobian": Case(
        r"z: n",
        [r"p = \operatorname{softmax}(z)", r"\ell = \log p"],
        {r"\frac{\partial \ell}{\partial z}": "z"},
        lambda z, **_: np.log(softmax(z)),
    ),
    "layernorm-jacobian": Case(
        r"x: n; \epsilon:",
        [
            r"\mu = \frac{1}{n} \sum_i x_i",
            r"s = \sqrt{\frac{1}{n} \sum_i (x_i - \mu)^2 + \epsilon}",
            r"y_i = \frac{x_i - \mu}{s}",
        ],
        {r"\frac{\partial y}{\partial x}": "x"},
        lambda x, epsilon, **_: (x - np.mean(x)) / np.sqrt(np.var(x) + epsilon),
        assume=[r"\epsilon > 0"],
        positive=(r"\epsilon",),
        references={
            r"\frac{\partial y}{\partial x}": r"\frac{1}{s} \left( I - \frac{1}{n} \mathbf{1} \mathbf{1}^\top "
            r"- \frac{1}{n} y y^\top \right)"
        },
    ),
    "l2-normalise-jacobian-scaled": Case(
        r"x: n; g:",
        [r"u = g \frac{x}{\|x\|}"],
        {r"\frac{\partial u}{\partial x}": "x", r"\frac{\partial u}{\partial g}": "g"},
        lambda x, g, **_: g * x / norm(x),
        assume=[r"x \neq 0"],
        references={r"\frac{\partial u}{\partial g}": r"\frac{1}{\|x\|} x"},
    ),
    "gauss-newton-tanh": Case(
        r"X: N n; w: n; y: N",
        [r"f = \tanh(X w)", r"L = \frac{1}{2} \|f - y\|^2"],
        {
            r"\frac{\partial f}{\partial w}": lambda X, w, **_: (1 - np.tanh(X @ w) ** 2)[:, None] * X,
            r"\nabla_w^2 L": "w w",
        },
        lambda X, w, y, **_: 0.5 * np.sum((np.tanh(X @ w) - y) ** 2),
        references={r"\frac{\partial f}{\partial w}": r"\operatorname{diag}(1 - f \odot f) X"},
    ),
    "softmax-ce-hessian": Case(
        r"z: n; y: n",
        [r"p = \operatorname{softmax}(z)", r"L = -\sum_k y_k \log p_k"],
        {r"\nabla_z L": "z", r"\nabla_z^2 L": "z z"},
        lambda z, y, **_: -np.sum(y * np.log(softmax(z))),
        assume=[r"\sum_k y_k = 1"],
        prepare=lambda v: v.update(y=np.abs(v["y"]) / np.sum(np.abs(v["y"]))),
        references={r"\nabla_z L": "p - y", r"\nabla_z^2 L": r"\operatorname{diag}(p) - p p^\top"},
    ),
    "mixed-second-derivative": Case(
        r"x: n; y: m; A: n m",
        [r"f = \sum_{i,j} \sin(x_i) A_{ij} y_j^2"],
        {r"\frac{\partial^2 f}{\partial x \partial y}": "x y"},
        lambda x, y, A, **_: np.sin(x) @ A @ y**2,
    ),
    "numerator-layout-regression": Case(
        r"X: N n; w: n; y: N",
        [r"L = \frac{1}{2} (X w - y)^\top (X w - y)"],
        {r"\frac{\partial L}{\partial w}": lambda X, w, y, **_: (X.T @ (X @ w - y))[None, :]},
        lambda X, w, y, **_: 0.5 * np.sum((X @ w - y) ** 2),
        layout="numerator",
        code=False,
        references={r"\frac{\partial L}{\partial w}": r"(X w - y)^\top X"},
    ),
    "numerator-layout-mlp": Case(
        r"x: n; W: h n; V: c h; t: c",
        [r"a = \tanh(W x)", r"o = V a", r"L = \frac{1}{2} \|o - t\|^2"],
        {r"\frac{\partial L}{\partial W}": "W^T", r"\frac{\partial L}{\partial V}": "V^T"},
        lambda x, W, V, t, **_: 0.5 * np.sum((V @ np.tanh(W @ x) - t) ** 2),
        layout="numerator",
        code=False,  # whose arrays keep the shape of the variable
    ),
    "natural-parameters-bernoulli": Case(
        r"\eta: n; t: n",
        [r"A = \sum_i \log(1 + e^{\eta_i})", r"\ell = t^\top \eta - A"],
        {r"\nabla_\eta \ell": "eta", r"\nabla_\eta^2 A": lambda eta, **_: np.diag(sigmoid(eta) * (1 - sigmoid(eta)))},
        lambda eta, t, **_: t @ eta - np.sum(softplus(eta)),
    ),
    "normal-equations-weighted": Case(
        r"X: N n; w: n; y: N; s: N",
        [r"J(w) = \sum_i s_i (y_i - \sum_j X_{ij} w_j)^2"],
        {r"\arg\min_w J": lambda X, y, s, **_: np.linalg.solve(X.T @ (s[:, None] * X), X.T @ (s * y))},
        lambda **_: 0,
        assume=["s_i > 0", r"X^\top \operatorname{diag}(s) X \text{ invertible}"],
        positive=("s",),
        code=False,
        sizes=({"N": 5, "n": 3}, {"N": 6, "n": 4}),
    ),
    "quadratic-minimiser": Case(
        r"A: n n; b: n; x: n",
        [r"q = \frac{1}{2} x^\top A x - b^\top x"],
        {r"\arg\min_x q": lambda A, b, **_: np.linalg.solve(A, b), r"\nabla_x^2 q": lambda A, **_: A},
        lambda **_: 0,
        assume=[r"A \succ 0"],
        prepare=spd("A"),
        code=False,
        references={r"\arg\min_x q": "A^{-1} b"},
    ),
    "examples-in-columns-autoencoder": Case(
        r"X: n N; E: k n; D: n k",
        [r"Z = \tanh(E X)", r"L = \frac{1}{2 N} \|D Z - X\|_F^2"],
        by("E", "D"),
        lambda X, E, D, N, **_: np.sum((D @ np.tanh(E @ X) - X) ** 2) / (2 * N),
        examples="columns",
        references={r"\frac{\partial L}{\partial D}": r"\frac{1}{N} (D Z - X) Z^\top"},
    ),
    "softplus-constrained-scale": Case(
        r"x: N; \rho:; \mu:",
        [
            r"s = \log(1 + e^{\rho})",
            r"L = \sum_i \left( \log s + \frac{(x_i - \mu)^2}{2 s^2} \right)",
        ],
        by(r"\rho", r"\mu"),
        lambda x, rho, mu, **_: np.sum(np.log(softplus(rho)) + (x - mu) ** 2 / (2 * softplus(rho) ** 2)),
    ),
    "logsumexp-pool": Case(
        r"X: N n; \beta:; w: N",
        [r"m_i = \frac{1}{\beta} \log\left( \frac{1}{n} \sum_j e^{\beta X_{ij}} \right)", r"L = \sum_i w_i m_i"],
        by("X", r"\beta"),
        lambda X, beta, w, n, **_: np.sum(w * (lse(beta * X) - np.log(n)) / beta),
        assume=[r"\beta > 0"],
        positive=(r"\beta",),
    ),
    "p-norm": Case(
        r"x: n; p:",
        [r"f = \left( \sum_i |x_i|^p \right)^{1/p}"],
        by("x", of="f"),
        lambda x, p, **_: np.sum(np.abs(x) ** p) ** (1 / p),
        assume=["p > 1", "x_i > 0"],
        positive=("x",),
        prepare=lambda v: v.update(p=np.array(2.7)),
    ),
    "cosine-embedding-loss": Case(
        r"a: n; b: n",
        [r"c = \frac{a^\top b}{\|a\| \|b\|}", r"L = (1 - c)^2"],
        by("a", "b"),
        lambda a, b, **_: (1 - a @ b / (norm(a) * norm(b))) ** 2,
        assume=[r"a \neq 0", r"b \neq 0"],
    ),
}
