"""Right and wrong lines that nobody planned for, aimed at fooling the judge, with what each of them stands under.

A wrong line may be left unchecked where that is the honest word (an expectation that does not exist), never accepted;
a right one never refuted. `HARD` lists those that may stay unchecked; all others are ruled on.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.trust.judging import Board


@dataclass(frozen=True)
class Row:
    board: Board
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def on(symbols: str, *, right: tuple[str, ...] = (), wrong: tuple[str, ...] = (), **lists: tuple[str, ...]) -> Row:
    """A row of lines on a board of these symbols and lists (given, assume, random)."""
    return Row(Board(symbols, **lists), right, wrong)  # type: ignore[arg-type]


SYMPY_AND_ASSUMPTIONS: tuple[Row, ...] = (  # The table of DESIGN.md and pairs that differ in an assumption alone
    Row(
        Board(
            r"A: n n",
            assume=(r"\det A > 0",),
        ),
        right=(r"\frac{\partial}{\partial A} \log\det A = A^{-\top}",),
        wrong=(
            r"\frac{\partial}{\partial A} \log\det A = 0",
            r"\frac{\partial}{\partial A} \log\det A = A^{-1}",
        ),
    ),
    Row(
        Board(
            r"A: n n; S: n n",
        ),
        right=(r"\frac{\partial}{\partial A}(\operatorname{tr}(A^\top A) + \operatorname{tr}(S^\top S)) = 2A",),
        wrong=(
            r"\frac{\partial}{\partial A}(\operatorname{tr}(A^\top A) + \operatorname{tr}(S^\top S)) = 0",
            r"\frac{\partial}{\partial A}(\operatorname{tr}(A^\top A) + \operatorname{tr}(S^\top S)) = 2 A^\top",
        ),
    ),
    Row(
        Board(
            r"z: n; p: n",
            given=(r"p = \operatorname{softmax}(z)",),
        ),
        right=(r"\frac{\partial p}{\partial z} = \operatorname{diag}(p) - p p^\top",),
        wrong=(
            r"\frac{\partial p}{\partial z} = \operatorname{diag}(p)",
            r"\frac{\partial p}{\partial z} = \operatorname{diag}(p) - \operatorname{diag}(p)^2",
        ),
    ),
    Row(
        Board(
            r"x: n; W_1: h n; W_2: c h; y: c",
            given=(
                r"h_0 = \tanh(W_1 x)",
                r"L = \frac{1}{2}\|W_2 h_0 - y\|^2",
            ),
        ),
        right=(r"\frac{\partial L}{\partial W_1} = ((W_2^\top (W_2 h_0 - y)) \odot (1 - h_0^2)) x^\top",),
        wrong=(r"\frac{\partial L}{\partial W_1} = (W_2^\top (W_2 h_0 - y)) x^\top",),
    ),
    Row(
        Board(
            r"x: ",
            given=(r"f = \tanh(\tanh(\tanh(x)))",),
        ),
        right=(r"\frac{\partial f}{\partial x} = (1 - f^2)(1 - \tanh^2(\tanh(x)))(1 - \tanh^2(x))",),
        wrong=(r"\frac{\partial f}{\partial x} = (1 - f^2)(1 - \tanh^2(x))",),
    ),
    Row(
        Board(
            r"z: n; y: n; p: n",
            given=(
                r"p = \operatorname{softmax}(z)",
                r"L = -\sum_k y_k \log p_k",
            ),
        ),
        right=(r"\frac{\partial L}{\partial z} = (\sum_k y_k) p - y",),
        wrong=(r"\frac{\partial L}{\partial z} = p - y",),
    ),
    Row(
        Board(
            r"z: n; y: n; p: n",
            given=(
                r"p = \operatorname{softmax}(z)",
                r"L = -\sum_k y_k \log p_k",
            ),
            assume=(r"\sum_k y_k = 1",),
        ),
        right=(r"\frac{\partial L}{\partial z} = p - y",),
        wrong=(r"\frac{\partial L}{\partial z} = y - p",),
    ),
    Row(
        Board(
            r"A: n n; x: n",
            given=(r"f = x^\top A x",),
        ),
        right=(),
        wrong=(r"\nabla_x f = 2 A x",),
    ),
    Row(
        Board(
            r"A: n n; x: n",
            given=(r"f = x^\top A x",),
            assume=(r"A = A^\top",),
        ),
        right=(r"\nabla_x f = 2 A x",),
        wrong=(r"\nabla_x f = A x",),
    ),
    Row(
        Board(
            r"x: ; y: ",
            random=(
                r"\operatorname{Var}(x) = 1",
                r"\operatorname{Var}(y) = 1",
            ),
        ),
        right=(),
        wrong=(
            r"\operatorname{Var}(x+y) = 2",
            r"\mathbb{E}[x y] = \mathbb{E}[x] \mathbb{E}[y]",
        ),
    ),
    Row(
        Board(
            r"x: ; y: ",
            random=(
                r"\operatorname{Var}(x) = 1",
                r"\operatorname{Var}(y) = 1",
                r"x \perp y",
            ),
        ),
        right=(
            r"\operatorname{Var}(x+y) = 2",
            r"\mathbb{E}[x y] = \mathbb{E}[x] \mathbb{E}[y]",
        ),
        wrong=(r"\operatorname{Var}(x-y) = 0",),
    ),
    Row(
        Board(
            r"x: ",
        ),
        right=(r"\sqrt{x^2} = |x|",),
        wrong=(
            r"\sqrt{x^2} = x",
            r"|x| = x",
        ),
    ),
    Row(
        Board(
            r"x: ",
            assume=(r"x > 0",),
        ),
        right=(
            r"\sqrt{x^2} = x",
            r"\log x^2 = 2 \log x",
            r"|x| = x",
        ),
        wrong=(r"\sqrt{x^2} = -x",),
    ),
    Row(
        Board(
            r"Q: n n; x: n",
        ),
        right=(),
        wrong=(
            r"\|Q x\| = \|x\|",
            r"Q^{-1} = Q^\top",
        ),
    ),
    Row(
        Board(
            r"Q: n n; x: n",
            assume=(r"Q^\top Q = I",),
        ),
        right=(
            r"\|Q x\| = \|x\|",
            r"Q^{-1} = Q^\top",
            r"Q Q^\top = I",
        ),
        wrong=(
            r"Q = Q^\top",
            r"Q^2 = I",
            r"\det Q = 1",
            r"\operatorname{tr}(Q) = n",
        ),
    ),
    Row(
        Board(
            r"Q: m n",
            assume=(r"Q^\top Q = I",),
        ),
        right=(r"Q^\top Q Q^\top = Q^\top",),
        wrong=(r"Q Q^\top = I",),
    ),
    Row(
        Board(
            r"A: n n; x: n",
        ),
        right=(r"A x = 0 \implies A^2 x = 0",),
        wrong=(r"A x = 0 \implies x = 0",),
    ),
    Row(
        Board(
            r"A: n n; x: n",
            assume=(r"A \text{ invertible}",),
        ),
        right=(r"A x = 0 \implies x = 0",),
        wrong=(r"A x = 0 \implies A = 0",),
    ),
    Row(
        Board(
            r"A: n n; B: n n",
        ),
        right=(
            r"(A B)^\top = B^\top A^\top",
            r"\operatorname{tr}(A B) = \operatorname{tr}(B A)",
        ),
        wrong=(
            r"(A B)^\top = A^\top B^\top",
            r"A B = B A",
            r"A^\top A = A A^\top",
            r"(A+B)^2 = A^2 + 2 A B + B^2",
            r"(A-B)(A+B) = A^2 - B^2",
            r"\operatorname{tr}(A B A) = \operatorname{tr}(A A^\top B)",
        ),
    ),
    Row(
        Board(
            r"x: n",
        ),
        right=(),
        wrong=(
            r"(n-1) \sum_i x_i = 0",
            r"(n-1)(n-2) \sum_i x_i = 0",
            r"(n-1)(n-2)(n-3)(n-4)(n-5)(n-6)(n-7) \sum_i x_i = 0",
            r"(n-3)(n-4)(n-5)(n-6)(n-7)(n-8)(n-9)(n-10)(n-11)(n-12) \sum_i x_i = 0",
        ),
    ),
    Row(
        Board(
            r"x: n; A: n n",
        ),
        right=(),
        wrong=(
            r"n^2 = 3 n",
            r"\sum_{i,j} A_{ij} = \sum_i A_{ii}",
            r"\sum_{i=1}^{n} x_i = \sum_{i=1}^{n-1} x_i",
        ),
    ),
)

DEGENERATE: tuple[Row, ...] = (  # Zeros, ties, thresholds, tiny differences, ranges, singular matrices
    Row(
        Board(
            r"z: n",
        ),
        right=(
            r"z_i > 0 \implies z_i^2 > 0",
            r"z \neq 0 \implies \|z\|^2 > 0",
        ),
        wrong=(
            r"z \neq 0 \implies z_i^2 > 0",
            r"z_i^2 > 0",
            r"\|z\| > 0",
            r"z_i \neq 0",
        ),
    ),
    Row(
        Board(
            r"z: n",
            assume=(r"z \neq 0",),
        ),
        right=(
            r"\|z\| > 0",
            r"\frac{z^\top z}{\|z\|} = \|z\|",
        ),
        wrong=(
            r"z_i^2 > 0",
            r"z_1 \neq 0",
        ),
    ),
    Row(
        Board(
            r"a: ; b: ",
        ),
        right=(
            r"\max(a,b) = \frac{a+b+|a-b|}{2}",
            r"\max(a,b) \ge a",
            r"(a-b)^2 \ge 0",
        ),
        wrong=(
            r"\max(a,b) > a",
            r"(a-b)^2 > 0",
            r"a^2 + b^2 > 2 a b",
            r"|a-b| > 0",
            r"a^2 + b^2 \neq 2 a b",
            r"\operatorname{sign}(a)^2 = 1",
            r"a \cdot \frac{1}{a} = 0",
            r"|a| > 0",
        ),
    ),
    Row(
        Board(
            r"x: n",
        ),
        right=(
            r"\max(x) \ge \frac{1}{n} \sum_i x_i",
            r"\operatorname{relu}(x)_i = x_i \mathbb{1}[x_i > 0]",
            r"\operatorname{relu}(x_i) = x_i \mathbb{1}[x_i \ge 0]",
        ),
        wrong=(
            r"\mathbb{1}[x_i > 0] = \mathbb{1}[x_i \ge 0]",
            r"\mathbb{1}[x_i > 0] + \mathbb{1}[x_i < 0] = 1",
            r"x_1 \neq x_2",
            r"\operatorname{sign}(x_i) = \frac{x_i}{|x_i|} + 10^{-3}",
            r"\mathbb{1}[x_i = x_j] = \delta_{ij}",
            r"\sum_{i,j} \mathbb{1}[x_i = x_j] = n",
        ),
    ),
    Row(
        Board(
            r"x: ",
        ),
        right=(r"\operatorname{relu}(x) - \operatorname{relu}(-x) = x",),
        wrong=(
            r"\max(x, -100) = x",
            r"\min(x, 50) = x",
            r"\mathbb{1}[x > 7] = 0",
            r"\operatorname{clip}(x, -10, 10) = x",
            r"x^2 < 1000",
            r"\lfloor x / 1000 \rfloor = -\mathbb{1}[x<0]",
            r"e^x < 10^{6}",
            r"\mathbb{1}[x^2 > 400] = 0",
            r"x^4 - 2 x^2 + 1 > 0",
        ),
    ),
    Row(
        Board(
            r"x: ; y: ",
        ),
        right=(
            r"(x+y)^2 - (x-y)^2 = 4 x y",
            r"\frac{(x + 10^{-9} y)^2 - x^2 - 10^{-18} y^2}{10^{-9}} = 2 x y",
        ),
        wrong=(
            r"x = x + 10^{-12}",
            r"x y = x y + 10^{-15}",
            r"x = (1 + 10^{-11}) x",
            r"10^{12} x + y = 10^{12} x",
            r"e^{x} = e^x + 10^{-20}",
            r"(10^8 x + y)^2 = 10^{16} x^2 + 2 \cdot 10^8 x y",
            r"\frac{\partial}{\partial x}(x^2 + 10^{-12} x) = 2 x",
            r"\frac{\sin(10^{-4} x)}{10^{-4}} = x",
            r"\tanh(10^{-5} x) = 10^{-5} x",
        ),
    ),
    Row(
        Board(
            r"x: n; A: m n; y: m",
        ),
        right=(
            r"\sum_j A_{ij} x_j = (A x)_i",
            r"\sum_{i=1}^{n} x_i = x_1 + \sum_{i=2}^{n} x_i",
            r"\sum_{i=1}^{n-1} (x_{i+1} - x_i) = x_n - x_1",
        ),
        wrong=(
            r"\sum_{i=1}^{n-1} (x_{i+1} - x_i) = x_n",
            r"\sum_{i=2}^{n} x_i = \sum_{i=1}^{n} x_i",
            r"\sum_{i<j} x_i x_j = \frac{1}{2} (\sum_i x_i)^2",
            r"\sum_{i=1}^n i = \frac{n(n-1)}{2}",
            r"\sum_{i=1}^{n} i^2 = \frac{n (n+1) (2n+1)}{6} + 1",
            r"\prod_{i=1}^n x_i = x_1 x_2 x_3",
        ),
    ),
    Row(
        Board(
            r"x: n",
        ),
        right=(
            r"\sum_{i=1}^n i = \frac{n(n+1)}{2}",
            r"\sum_{i<j} x_i x_j = \frac{1}{2} ((\sum_i x_i)^2 - \sum_i x_i^2)",
            r"\sum_{i \neq j} x_i x_j = (\sum_i x_i)^2 - \sum_i x_i^2",
            r"\sum_{i=1}^{n} \frac{1}{i(i+1)} = \frac{n}{n+1}",
        ),
        wrong=(
            r"x_i = x_j",
            r"\sum_{i \neq j} x_i x_j = (\sum_i x_i)^2",
        ),
    ),
    Row(
        Board(
            r"A: n n; x: n; y: n",
        ),
        right=(
            r"\det(I + x y^\top) = 1 + y^\top x",
            r"\det(2 A) = 2^n \det A",
            r"\det(-A) = (-1)^n \det A",
        ),
        wrong=(
            r"\det(2A) = 8 \det A",
            r"\det(2 A) = 2 \det A",
            r"\det(-A) = -\det A",
            r"\det(A^\top A) > 0",
            r"\det(A) \neq 0",
            r"\operatorname{rank}(x y^\top) = 1",
            r"\det(A + A^\top) = 2^n \det A",
            r"A^\top A \succ 0",
            r"\det(x y^\top) = x^\top y",
            r"\operatorname{tr}(A)^2 = \operatorname{tr}(A^2)",
        ),
    ),
    Row(
        Board(
            r"A: m n",
        ),
        right=(
            r"A^\top A \succeq 0",
            r"\operatorname{tr}(A^\top A) = \|A\|_F^2",
            r"\|A\|_2 \le \|A\|_F",
            r"\|A\|_F \le \|A\|_*",
        ),
        wrong=(
            r"\|A\|_2 < \|A\|_F",
            r"\|A\|_F \le \|A\|_2",
            r"A^\top A \succ 0",
            r"\operatorname{rank}(A) = n",
            r"\|A\|_F^2 > 0",
        ),
    ),
    Row(
        Board(
            r"A: n n; B: n n",
            assume=(
                r"A \succeq 0",
                r"B \succeq 0",
            ),
        ),
        right=(
            r"\operatorname{tr}(A B) \ge 0",
            r"A + B \succeq 0",
            r"\operatorname{tr}(A) \ge 0",
            r"\det(A+B) \ge \det A",
        ),
        wrong=(
            r"A B = B A",
            r"\operatorname{tr}(A B) \le \operatorname{tr}(A)",
            r"A \succeq B",
            r"\det A > 0",
            r"A \succ 0",
            r"A \text{ invertible}",
            r"\operatorname{tr}(AB) > 0",
        ),
    ),
)

CHANCE: tuple[Row, ...] = (  # Moments, independence, laws, divergences
    Row(
        Board(
            r"x: ; y: ",
            random=(
                r"x \sim \mathcal{N}(0, 1)",
                r"y \sim \mathcal{N}(0, 1)",
                r"x \perp y",
            ),
        ),
        right=(
            r"\mathbb{E}[\max(x,y)] = \frac{1}{\sqrt{\pi}}",
            r"\mathbb{E}[x^4] = 3",
            r"\mathbb{E}[|x|] = \sqrt{\frac{2}{\pi}}",
            r"\mathbb{E}[e^x] = e^{1/2}",
            r"\mathbb{E}[x^2 y^2] = 1",
            r"\operatorname{Var}(x^2) = 2",
            r"\mathbb{E}[\operatorname{relu}(x)] = \frac{1}{\sqrt{2\pi}}",
            r"\mathbb{E}[|x-y|] = \frac{2}{\sqrt{\pi}}",
            r"\mathbb{E}[\mathbb{1}[x>y]] = \frac{1}{2}",
            r"\mathbb{E}[\Phi(x)] = \frac{1}{2}",
            r"\mathbb{E}[\sqrt{x^2+y^2}] = \sqrt{\frac{\pi}{2}}",
            r"\mathbb{E}[\operatorname{sign}(x)x] = \sqrt{\frac{2}{\pi}}",
            r"\mathbb{E}[\cos x] = e^{-1/2}",
            r"\mathbb{E}[\sin x] = 0",
            r"\mathbb{E}[\min(x,y)] = -\frac{1}{\sqrt{\pi}}",
            r"\mathbb{E}[\max(x,y)^2] = 1",
            r"\mathbb{E}[\mathbb{1}[x^2+y^2<1]] = 1 - e^{-1/2}",
        ),
        wrong=(
            r"\mathbb{E}[\max(x,y)] = \frac{1}{\pi}",
            r"\mathbb{E}[|x|] = 1",
            r"\mathbb{E}[x^2] = x^2",
            r"x = y",
            r"x^2 = 1",
            r"\mathbb{E}[x^6] = 9",
            r"\mathbb{E}[e^{x^2}] = 3",
            r"\mathbb{E}[\frac{1}{x}] = 0",
            r"\mathbb{E}[\frac{1}{x^2}] = 1",
            r"\mathbb{E}[\frac{x}{y}] = 0",
            r"\mathbb{E}[\log|x|] = 0",
            r"\mathbb{E}[\mathbb{1}[x>y]] = \frac{1}{3}",
            r"\mathbb{E}[x^2 \mid y] = y^2",
            r"\mathbb{E}[x]^2 = \mathbb{E}[x^2]",
            r"\mathbb{E}[\max(x,y)] = \max(\mathbb{E}[x], \mathbb{E}[y])",
            r"\mathbb{E}[\mathbb{1}[x > 3]] = 0",
            r"\mathbb{E}[\mathbb{1}[x>4]] = 0",
            r"\mathbb{E}[\operatorname{relu}(x-5)] = 0",
            r"\mathbb{E}[\tanh(10 x)^2] = 1",
            r"\mathbb{E}[e^{-100 (x-1)^2}] = 0",
            r"\mathbb{E}[\cos(30 x)] = 0",
            r"\mathbb{E}[\operatorname{sign}(x)] = 10^{-8}",
        ),
    ),
    Row(
        Board(
            r"x: ; y: ; \mu: ; \sigma: ",
            random=(
                r"\mathbb{E}[x] = \mu",
                r"\operatorname{Var}(x) = \sigma^2",
            ),
        ),
        right=(
            r"\mathbb{E}[x^2] = \mu^2+\sigma^2",
            r"\operatorname{Var}(3 x + 1) = 9 \sigma^2",
            r"\mathbb{E}[(x-\mu)^2] = \sigma^2",
        ),
        wrong=(
            r"\mathbb{E}[(x-\mu)^3] = 0",
            r"\mathbb{E}[x^4] = 3 \sigma^4",
            r"\mathbb{E}[|x-\mu|] = \sigma",
            r"\mathbb{E}[(x-\mu)^4] = 3 \sigma^4",
            r"\mathbb{E}[e^x] = e^{\mu + \sigma^2/2}",
            r"\operatorname{Var}(x^2) = 2 \sigma^4 + 4 \mu^2 \sigma^2",
            r"x = \mu",
            r"\mathbb{E}[x] \ge 0",
        ),
    ),
    Row(
        Board(
            r"x: n; \mu: ; \sigma: ",
            given=(r"m = \frac{1}{n} \sum_i x_i",),
            random=(
                r"x_i \text{ iid}",
                r"\mathbb{E}[x_i] = \mu",
                r"\operatorname{Var}(x_i) = \sigma^2",
            ),
        ),
        right=(
            r"\operatorname{Var}(m) = \frac{\sigma^2}{n}",
            r"\mathbb{E}[\frac{1}{n-1} \sum_i (x_i - m)^2] = \sigma^2",
            r"\operatorname{Cov}(x_i, m) = \frac{\sigma^2}{n}",
            r"\operatorname{Cov}(x_i - m, m) = 0",
        ),
        wrong=(
            r"m = \mu",
            r"\operatorname{Var}(m) = \sigma^2",
            r"\operatorname{Cov}(x_i, x_j) = 0",
            r"\mathbb{E}[x_i x_j] = \mu^2",
            r"\mathbb{E}[m^2] = \mu^2",
            r"\mathbb{E}[(x_1 - m)^2] = \sigma^2",
            r"\mathbb{E}[x_i m^2] = \mu^3 + \mu\sigma^2",
        ),
    ),
    Row(
        Board(
            r"x: n; \Sigma: n n; A: n n; \mu: n",
            assume=(r"\Sigma \succ 0",),
            random=(r"x \sim \mathcal{N}(\mu, \Sigma)",),
        ),
        right=(
            r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A \Sigma) + \mu^\top A \mu",
            r"\mathbb{E}[x x^\top] = \Sigma + \mu\mu^\top",
            r"\operatorname{Cov}(x, A x) = \Sigma A^\top",
        ),
        wrong=(
            r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A \Sigma)",
            r"\operatorname{Cov}(x, A x) = \Sigma A",
            r"\operatorname{Cov}(A x, x) = \Sigma A^\top",
            r"\Sigma = I",
            r"\mathbb{E}[x_i x_j] = \mu_i \mu_j",
            r"\mathbb{E}[x_i^2 x_j^2] = \Sigma_{ii} \Sigma_{jj} + 2 \Sigma_{ij}^2",
        ),
    ),
    Row(
        Board(
            r"p: n; q: n",
            given=(
                r"D = \sum_i p_i \log \frac{p_i}{q_i}",
                r"H = -\sum_i p_i \log p_i",
            ),
            assume=(
                r"p_i > 0",
                r"q_i>0",
                r"\sum_i p_i = 1",
                r"\sum_i q_i=1",
            ),
        ),
        right=(
            r"D \ge 0",
            r"H \le \log n",
            r"H \ge 0",
            r"\sum_i p_i^2 \le 1",
            r"\sum_i p_i^2 \ge \frac{1}{n}",
            r"D \ge \frac{1}{2} (\sum_i |p_i - q_i|)^2",
        ),
        wrong=(
            r"D > 0",
            r"D = \sum_i q_i \log \frac{q_i}{p_i}",
            r"H = 1",
            r"D \le 1",
            r"D \le \log n",
            r"H \ge 1",
            r"H < \log n",
            r"\sum_i p_i^2 \le \frac{1}{2}",
            r"p_i \le \frac{1}{2}",
            r"D \ge \frac{1}{2} \sum_i |p_i - q_i|",
            r"D \ge (\sum_i |p_i-q_i|)^2",
            r"\max(p) \ge \frac{1}{3}",
            r"p_i < 0.9",
            r"H \ge 0.1",
        ),
    ),
    Row(
        Board(
            r"q: ; m: ",
            random=(r"m \sim \mathrm{Bernoulli}(q)",),
        ),
        right=(
            r"\mathbb{E}[m] = q",
            r"\operatorname{Var}(m) = q(1-q)",
            r"m^2 = m",
            r"\operatorname{Var}(m) \le \frac{1}{4}",
            r"\mathbb{E}[m^5]=q",
        ),
        wrong=(
            r"m = 1",
            r"m = q",
            r"\operatorname{Var}(m) = q^2",
            r"\operatorname{Var}(m) < \frac{1}{4}",
            r"\mathbb{E}[2^m] = 2 q",
            r"q > 0.2",
            r"q<1",
        ),
    ),
)

ANALYSIS: tuple[Row, ...] = (  # Domains, kinks, norms, recurrences, labels, implications
    Row(
        Board(
            r"a: ; x: ",
        ),
        right=(
            r"\tanh^{-1}(a) = \frac{1}{2} \log \frac{1+a}{1-a}",
            r"\arcsin(a) + \arccos(a) = \frac{\pi}{2}",
            r"\frac{d}{da} \tanh^{-1}(a) = \frac{1}{1-a^2}",
            r"\log(1-a^2) = \log(1-a) + \log(1+a)",
            r"\arctan(a) + \arctan(\frac{1}{a}) = \frac{\pi}{2} \operatorname{sign}(a)",
            r"\sqrt{1-a^2}^2 = 1 - a^2",
            r"\frac{d}{da} \arcsin(a) = \frac{1}{\sqrt{1-a^2}}",
            r"a^{x} = e^{x \log a}",
            r"\log\log(a) = \log(\log a)",
        ),
        wrong=(
            r"\tanh^{-1}(a) = \log \frac{1+a}{1-a}",
            r"\arcsin(\sin a) = a",
            r"\arctan(a) + \arctan(\frac{1}{a}) = \frac{\pi}{2}",
            r"\log(1-a^2) = 2\log(1-a)",
            r"\tanh^{-1}(a) = \frac{1}{\tanh a}",
            r"\frac{d}{da} \tanh^{-1}(a) = \frac{1}{1+a^2}",
            r"\sqrt{(a-1)^2} = a - 1",
            r"\log(1-a) \le 0",
            r"\log(\log(a)) = \log(a)",
            r"\lfloor a \rfloor = a",
            r"\lfloor a \rfloor + \lfloor -a \rfloor = -1",
            r"\sin a = a - \frac{a^3}{6}",
            r"e^a \ge 1 + a + \frac{a^2}{2}",
            r"e^a > 1 + a",
            r"\frac{d}{da} |a| = 1",
            r"a^2 \ge a",
            r"\log a \le a - 2",
        ),
    ),
    Row(
        Board(
            r"x: ",
            given=(r"f = \operatorname{relu}(x)",),
        ),
        right=(
            r"\frac{\partial f}{\partial x} = \mathbb{1}[x > 0]",
            r"\frac{\partial f}{\partial x} = \mathbb{1}[x \ge 0]",
            r"f = \max(x, 0)",
            r"f = \frac{x + |x|}{2}",
            r"f^2 = f x",
        ),
        wrong=(
            r"\frac{\partial f}{\partial x} = \operatorname{sign}(x)",
            r"f = |x|",
            r"f > 0",
            r"f \ge x + 10^{-9}",
            r"\frac{\partial f}{\partial x} = 1",
            r"f = \log(1+e^x)",
        ),
    ),
    Row(
        Board(
            r"x: n; y: n; A: n n",
            given=(r"r = \|x\|",),
        ),
        right=(
            r"|x^\top y| \le \|x\| \|y\|",
            r"\|x+y\| \le \|x\|+\|y\|",
            r"\frac{\partial r}{\partial x} = \frac{x}{r}",
            r"\|x\|_\infty \le \|x\|",
            r"\|x\|_1 \le \sqrt{n} \|x\|",
            r"\|x - y\|^2 = \|x\|^2 + \|y\|^2 - 2 x^\top y",
            r"x^\top A x = \frac{1}{2} x^\top (A + A^\top) x",
        ),
        wrong=(
            r"\|x+y\| = \|x\|+\|y\|",
            r"|x^\top y| < \|x\| \|y\|",
            r"\|x\|_1 \le \|x\|",
            r"\|x\|_1 \le \sqrt{3} \|x\|",
            r"\frac{\partial r}{\partial x} = x",
            r"\|x\|^2 \ge \|x\|",
            r"x^\top A x \ge 0",
            r"\|x+y\| < \|x\|+\|y\|",
            r"\|x\|_\infty < \|x\|",
            r"\|x-y\| > 0",
            r"x^\top y \ge -\|x\|",
            r"\|A x\| \le \|A\|_F",
            r"\|A^2\|_F = \|A\|_F^2",
            r"x x^\top = x^\top x I",
            r"x y^\top = y x^\top",
            r"\|x - y\| \ge \|x\| - 0.999 \|y\|",
        ),
    ),
    Row(
        Board(
            r"m: 0..T; g: T; \beta: ",
            given=(
                r"m_0 = 0",
                r"m_t = \beta m_{t-1} + (1-\beta) g_t",
            ),
            assume=(r"0 < \beta < 1",),
        ),
        right=(
            r"m_t = (1-\beta) \sum_{s=1}^{t} \beta^{t-s} g_s",
            r"\frac{\partial m_t}{\partial g_t} = 1 - \beta",
            r"m_2 = \beta (1-\beta) g_1 + (1-\beta) g_2",
        ),
        wrong=(
            r"m_t = (1-\beta) \sum_{s=1}^{t} \beta^{s} g_s",
            r"m_t = (1-\beta) \sum_{s=1}^{t-1} \beta^{t-s} g_s",
            r"m_t = g_t",
            r"m_T = 0",
            r"|m_t| \le |g_t|",
            r"\frac{\partial m_t}{\partial g_t} = \beta",
            r"m_t \neq m_{t-1}",
        ),
    ),
    Row(
        Board(
            r"y: B; Z: B c; P: B c; L: ",
            given=(
                r"P = \operatorname{softmax}(Z)",
                r"L = -\frac{1}{B}\sum_b \log P_{b, y_b}",
            ),
            assume=(r"y_b \in \{1,\dots,c\}",),
        ),
        right=(
            r"\frac{\partial L}{\partial Z_{bk}} = \frac{1}{B} (P_{bk} - \mathbb{1}[y_b = k])",
            r"L > 0",
            r"L \ge 0",
            r"P_{bk} < 1",
        ),
        wrong=(
            r"\frac{\partial L}{\partial Z_{bk}} = \frac{1}{B} (P_{bk} - \mathbb{1}[y_b = 1])",
            r"\frac{\partial L}{\partial Z_{bk}} = P_{bk} - \mathbb{1}[y_b = k]",
            r"L \le \log c",
            r"L \ge \frac{1}{10}",
            r"P_{bk} \le \frac{1}{2}",
            r"y_b = 1",
            r"y_1 \neq y_2",
            r"L = -\frac{1}{B}\sum_b \log P_{b, 1}",
            r"L < 20",
        ),
    ),
    Row(
        Board(
            r"X: m n; w: n; y: m; \lambda: ",
            given=(r"J = \|X w - y\|^2 + \lambda \|w\|^2",),
            assume=(r"\lambda > 0",),
        ),
        right=(
            r"\nabla_w J = 2 X^\top (X w - y) + 2 \lambda w",
            r"\nabla_w^2 J = 2 X^\top X + 2 \lambda I",
            r"X^\top X + \lambda I \succ 0",
            r"(X^\top X + \lambda I)^{-1} X^\top = X^\top (X X^\top + \lambda I)^{-1}",
        ),
        wrong=(
            r"\nabla_w J = 2 X^\top (X w - y) + \lambda w",
            r"\nabla_w^2 J \succeq 2 I",
            r"J > 0",
            r"J \ge \|y\|^2",
            r"(X^\top X + \lambda I)^{-1} X^\top y = w",
            r"\nabla_w^2 J = 2 X^\top X",
            r"\nabla_w J \neq 0",
            r"X^\top X \succeq \lambda I",
        ),
    ),
    Row(
        Board(
            r"A: n n; B: n n; x: n; b: n",
            assume=(
                r"A \text{ invertible}",
                r"B \text{ invertible}",
            ),
        ),
        right=(
            r"(A B)^{-1} = B^{-1} A^{-1}",
            r"A x = b \implies x = A^{-1} b",
            r"A x = b \iff x = A^{-1} b",
            r"\det(A^{-1}) = \frac{1}{\det A}",
        ),
        wrong=(
            r"(A+B)^{-1} = A^{-1} + B^{-1}",
            r"(A B)^{-1} = A^{-1} B^{-1}",
            r"A x = b \implies x = b",
            r"A x = A b \implies x = 0",
            r"\det(A) > 0",
            r"x^\top A x = 0 \implies x = 0",
            r"A^2 = I \implies A = I",
            r"x^\top b = 0 \implies b = 0",
            r"A B = A \implies A = I",
            r"\|x\| = \|b\| \implies x = b",
            r"\|x\|=\|b\| \implies |x_i| = |b_i|",
        ),
    ),
    Row(
        Board(
            r"x: n; a: ; b: ",
        ),
        right=(
            r"a = b \implies a^2 = b^2",
            r"a^2 = b^2 \implies |a| = |b|",
            r"a > b \implies e^a > e^b",
            r"a < b \implies a \neq b",
            r"\sum_i x_i^2 = 0 \implies x = 0",
        ),
        wrong=(
            r"a^2 = b^2 \implies a = b",
            r"a > b \implies a^2 > b^2",
            r"a b = 0 \implies a = 0",
            r"a \le b \implies a < b",
            r"\sum_i x_i = 0 \implies x = 0",
            r"\sum_i x_i^2 = 0 \implies \sum_i x_i = 1",
            r"a > 100 \implies b > 0",
            r"a^2 = -1 \implies a = b",
            r"a \ge b \implies a^3 \ge b^2",
            r"\sum_i x_i > 0 \implies x_1 > 0",
            r"a = 0 \implies b = 0",
            r"a \neq b \implies |a| \neq |b|",
        ),
    ),
)
ROWS = (*SYMPY_AND_ASSUMPTIONS, *DEGENERATE, *CHANCE, *ANALYSIS)

# Where "unchecked" is an honest word: kinks of two normal variables at once, expectations that do not exist or that a
# quadrature can't pin down, premises that are met at the end of a creeping iteration alone, or not at all.
HARD = frozenset(
    {
        r"A x = 0 \implies x = 0",
        r"A B = A \implies A = I",
        r"a^2 = -1 \implies a = b",
        r"\sum_i x_i^2 = 0 \implies x = 0",
        r"\sum_i x_i^2 = 0 \implies \sum_i x_i = 1",
        r"\mathbb{E}[|x-y|] = \frac{2}{\sqrt{\pi}}",
        r"\mathbb{E}[\mathbb{1}[x>y]] = \frac{1}{2}",
        r"\mathbb{E}[\mathbb{1}[x>y]] = \frac{1}{3}",
        r"\mathbb{E}[\mathbb{1}[x^2+y^2<1]] = 1 - e^{-1/2}",
        r"\mathbb{E}[\max(x,y)] = \frac{1}{\sqrt{\pi}}",
        r"\mathbb{E}[\min(x,y)] = -\frac{1}{\sqrt{\pi}}",
        r"\mathbb{E}[\max(x,y)] = \frac{1}{\pi}",
        r"\mathbb{E}[\max(x,y)] = \max(\mathbb{E}[x], \mathbb{E}[y])",
        r"\mathbb{E}[\sin x] = 0",
        r"\mathbb{E}[\sqrt{x^2+y^2}] = \sqrt{\frac{\pi}{2}}",
        r"\mathbb{E}[\cos(30 x)] = 0",
        r"\mathbb{E}[\frac{1}{x^2}] = 1",
        r"\mathbb{E}[\frac{1}{x}] = 0",
        r"\mathbb{E}[\frac{x}{y}] = 0",
        r"\mathbb{E}[\operatorname{sign}(x)] = 10^{-8}",
        r"\mathbb{E}[e^{-100 (x-1)^2}] = 0",
    }
)
