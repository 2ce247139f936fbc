"""Every command and form that section 2 of the contract lists, each read and given the value that it has."""

from __future__ import annotations

from collections.abc import Callable
from math import erf
from typing import Any

import numpy as np
import pytest

from tests.real_latex.corpus import Formula, agrees, drawn, evaluated, read

SYMBOLS = {
    "x": "n",
    "y": "n",
    "A": "n n",
    "S": "n n",
    "X": "B n",
    "U": "B r",
    "V": "n r",
    "s": "",
    "t": "",
    "p": "n",
} | {n: "" for n in (r"\hat{a}", r"\bar{a}", r"\tilde{a}", r"\dot{a}", r"\mathcal{L}", r"\ell^\star")}
DRAW = {"S": "spd", "p": "simplex"}
RANDOM = (r"\varepsilon \sim \mathcal{N}(0, 1)",)


def _softmax(z: Any, axis: int = -1) -> Any:
    e = np.exp(z - z.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _kron(a: Any, b: Any) -> Any:
    return np.kron(a, b)


FORMS: list[tuple[str, Callable[..., Any]]] = [
    # fractions, derivatives, sums
    (r"\frac{s}{2} + \dfrac{s}{2} + \tfrac{s}{2}", lambda s: 1.5 * s),
    (r"\frac{\partial}{\partial x}(x^\top A x)", lambda x, A: (A + A.T) @ x),
    (r"\frac{\partial x^\top y}{\partial x}", lambda y: y),
    (r"\nabla_x (x^\top A x)", lambda x, A: (A + A.T) @ x),
    (r"\frac{d}{ds}(s^3)", lambda s: 3 * s**2),
    (r"\sum_i x_i + \prod_i y_i", lambda x, y: (x + y.prod() / len(x)).sum()),
    (r"\sum_{i=1}^{n} \sum_{k=1}^{i} A_{ik}", lambda A: np.tril(A).sum()),
    (r"\int_0^1 s u \, du", lambda s: s / 2),
    # functions
    (r"\log(s^2) + \ln(s^2) + \exp(s)", lambda s: 2 * np.log(s**2) + np.exp(s)),
    (r"\sqrt{s^2 + 1}", lambda s: np.sqrt(s**2 + 1)),
    (r"\sinh s + \cosh s + \sin s + \cos s + \tan s", lambda s: np.exp(s) + np.sin(s) + np.cos(s) + np.tan(s)),
    (r"\arcsin(\sin(s) / 2) + \arctan s", lambda s: np.arcsin(np.sin(s) / 2) + np.arctan(s)),
    (r"\operatorname{erf}(s) + \Phi(s)", lambda s: erf(s) + (1 + erf(s / 2**0.5)) / 2),
    (
        r"\operatorname{sign}(s) + \lfloor s \rfloor + \operatorname{floor}(t)",
        lambda s, t: np.sign(s) + np.floor(s) + np.floor(t),
    ),
    (r"\operatorname{clip}(x, 0, 1)", lambda x: np.clip(x, 0, 1)),
    (r"\tanh(x) + \operatorname{sigmoid}(x)", lambda x: np.tanh(x) + _sigmoid(x)),
    (r"\operatorname{relu}(x) + \operatorname{ReLU}(x)", lambda x: 2 * np.maximum(x, 0)),
    (r"\operatorname{softmax}(X)", lambda X: _softmax(X)),
    (
        r"\operatorname{softmax}_{\text{row}}(X) + \operatorname{softmax}_{\text{col}}(X)",
        lambda X: _softmax(X) + _softmax(X, 0),
    ),
    (r"\operatorname{logsumexp}(x)", lambda x: np.log(np.exp(x).sum())),
    (r"\operatorname{mean}(x) + \operatorname{var}(x) + \operatorname{std}(x)", lambda x: x.mean() + x.var() + x.std()),
    (r"\max(x) + \min_i x_i + \max_{1 \le a \le 3} y_a", lambda x, y: x.max() + x.min() + y[:3].max()),
    (r"\arg\max_i x_i + \operatorname{argmin}_i x_i", lambda x: x.argmax() + x.argmin() + 2),
    # transposes, inverses, products
    (r"x^\top y + x^T y + x^{\mathsf T} y + x^\intercal y", lambda x, y: 4 * x @ y),
    (r"S^{-1} x + S^{-\top} y", lambda S, x, y: np.linalg.solve(S, x) + np.linalg.solve(S.T, y)),
    (r"x \odot y + x \circ y + x \oslash (y \odot y)", lambda x, y: 2 * x * y + x / y**2),
    (r"x \otimes y", lambda x, y: np.outer(x, y)),
    (r"A \otimes S", lambda A, S: _kron(A, S)),
    (r"x \cdot y + s \times t", lambda x, y, s, t: x @ y + s * t),
    (r"\langle x, y \rangle + \|x\|^2 + \lVert y \rVert", lambda x, y: x @ y + x @ x + np.linalg.norm(y)),
    (r"| s | + \left| t \right| + \big| s \big|", lambda s, t: 2 * abs(s) + abs(t)),
    (r"\|A\|_F + \|A\|_2 + \|X\|_*", lambda A, X: np.linalg.norm(A) + np.linalg.norm(A, 2) + np.linalg.norm(X, "nuc")),
    (r"\operatorname{tr}(A) + \operatorname{Tr} A + \mathrm{tr}(A)", lambda A: 3 * np.trace(A)),
    (
        r"\operatorname{diag}(x) + \operatorname{diag}(\operatorname{diag}(A))",
        lambda x, A: np.diag(x) + np.diag(np.diag(A)),
    ),
    (r"\det(S) + |S| + \operatorname{logdet}(S)", lambda S: 2 * np.linalg.det(S) + np.linalg.slogdet(S)[1]),
    (r"\operatorname{vec}(X)", lambda X: X.T.reshape(-1)),
    (r"\operatorname{expm}(0 A) x", lambda x: x),
    (r"\lambda_{\max}(S) + \lambda_{\min}(S)", lambda S: np.linalg.eigvalsh(S)[[0, -1]].sum()),
    # fonts, accents, constants
    (r"\mathbf{x} + \boldsymbol{x} + \bm{x} + \mathrm{x}", lambda x: 4 * x),
    (r"\mathbf{1}^\top x + \mathbf{0}^\top x + e_1^\top x", lambda x: x.sum() + x[0]),
    (r"I x + \delta_{1,2} y", lambda x: x),
    (r"\sum_{i,k} \delta_{ik} A_{ik}", lambda A: np.trace(A)),
    # indices
    (r"X_{1,2} + (U V^\top)_{1,2}", lambda X, U, V: X[0, 1] + (U @ V.T)[0, 1]),
    (r"\sum_{i \neq j} A_{ij}", lambda A: A.sum() - np.trace(A)),
    (r"\sum_{i < j} A_{ij}", lambda A: np.triu(A, 1).sum()),
    # indicators, cases, matrices, notes that mean nothing
    (r"\mathbb{1}[s>0] + \mathbf{1}_{s>0} + \mathbf{1}\{t \le 0\}", lambda s, t: 2.0 * (s > 0) + (t <= 0)),
    (r"\begin{cases} s & t > 0 \\ -s & \text{otherwise} \end{cases}", lambda s, t: s if t > 0 else -s),
    (r"\begin{bmatrix} s & 1 \\ 0 & t \end{bmatrix}", lambda s, t: np.array([[s, 1], [0, t]])),
    (r"\underbrace{s}_{\text{one}} + \overset{a}{t} \tag{1} \label{q}", lambda s, t: s + t),
    (r"\left( s + \bigl[ t \bigr] \right) \, \; \qquad", lambda s, t: s + t),
    (r"\sigma'(s) + \operatorname{rank}(S)", lambda s, S: _sigmoid(s) * (1 - _sigmoid(s)) + len(S)),
    (r"\hat a + \bar{a} + \tilde a + \dot{a}", lambda hat_a, bar_a, tilde_a, dot_a: hat_a + bar_a + tilde_a + dot_a),
    (r"\mathcal{L} + \ell^\star", lambda cal_L, ell_star: cal_L + ell_star),
    (r"x_1 + \sum_{i \in \{2, \dots, n\}} x_i", lambda x: x.sum()),
    # moments and divergences
    (
        r"\mathbb{E}[\varepsilon^2] + \operatorname{Var}(\varepsilon) + \operatorname{Cov}(\varepsilon, \varepsilon)",
        lambda: 3.0,
    ),
    (r"\mathbb{E}_{u \sim \mathcal{N}(s, 1)}[u]", lambda s: s),
    (r"\mathrm{KL}(p \| p) + \operatorname{KL}(p \,\|\, p)", lambda: 0.0),
]
STATED = [
    r"x \in \mathbb{R}^n",
    r"s \notin \{0, 1\}",
    r"s \neq t",
    r"S \succeq 0",
    r"s \le t",
    r"s \ge t",
    r"s = t \implies t = s",
    r"s = t \Rightarrow t = s",
    r"s = t \iff t = s",
    r"s \propto t \text{ in } t",
    r"s \approx t",
    r"s = t, \quad t = s \notag",
    r"[x_1, \dots, x_n]^\top = x",
    r"\begin{bmatrix} x_1 \\ \vdots \\ x_n \end{bmatrix} = x",
    r"d(A x) = A dx",
    r"\mathrm{d}s = \mathrm{d}t",
    r"s = t + O(h^2)",
]
ENVIRONMENTS = "equation align gather multline eqnarray".split()


@pytest.mark.parametrize(("latex", "value"), FORMS, ids=[f for f, _ in FORMS])
def test_reads_with_the_right_value(latex: str, value: Callable[..., Any]) -> None:
    chance = "varepsilon" in latex
    symbols, random = ({**SYMBOLS, r"\varepsilon": ""}, RANDOM) if chance else (SYMBOLS, ())
    formula = Form(id="", page="", latex=latex, source="", licence="", symbols=symbols, draw=DRAW, random=random)
    object.__setattr__(formula, "known", value)
    ((line, scope, program),) = read(formula).rows
    for seed in (1, 2):
        point = drawn(formula, seed)
        (found,) = evaluated(line, scope, program, point)
        assert agrees(found, point.expected(formula)), found


class Form(Formula):
    """A formula whose value stands beside it."""

    @property
    def value(self) -> Any:  # type: ignore[override]
        return self.__dict__["known"]


@pytest.mark.parametrize("latex", STATED)
def test_statements_are_read(latex: str) -> None:
    symbols = {**SYMBOLS, "h": ""}
    assert read(Formula(id="", page="", latex=latex, source="", licence="", symbols=symbols)).rows


@pytest.mark.parametrize("name", [f"{e}{star}" for e in ENVIRONMENTS for star in ("", "*")])
def test_environments_and_macros_are_read(name: str) -> None:
    latex = rf"\begin{{{name}}} \twice{{s}} = 2 s \end{{{name}}}"
    macros = r"\newcommand{\twice}[1]{#1 + #1} \def\R{s} \DeclareMathOperator{\tr}{tr}"
    formula = Formula(id="", page="", latex=latex, source="", licence="", symbols=SYMBOLS, macros=macros)
    ((line, scope, program),) = read(formula).rows
    point = drawn(formula, 1)
    left, right = evaluated(line, scope, program, point)
    assert agrees(left, 2 * point.leaves["s"]) and agrees(right, left)
