"""Whole files through reader, elaboration and judge: right lines hold, wrong ones are refuted."""

from __future__ import annotations

from functools import lru_cache

import pytest

from symdl.judge.verdict import rule
from symdl.language.declare import understand
from symdl.language.reader import read_line
from symdl.problem import load_problem
from symdl.solution.evidence import REFUTED
from symdl.tensor.build import build_program
from symdl.tensor.elaborate import Elaborator

FILES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "abstract loss": (
        r"""
given=['Z = X W', 'L = L(Z)', 'G = \frac{\partial L}{\partial Z}']
[symbols]
X="B n"
W="n c"
        """,
        (
            r"\frac{\partial L}{\partial W} = X^\top G",
            r"\frac{\partial L}{\partial W} = X^\top \frac{\partial L}{\partial Z}",
            r"dL = \operatorname{tr}(G^\top dZ)",
            r"\frac{\partial L}{\partial W} = \frac{\partial L}{\partial Z} \frac{\partial Z}{\partial W}",
            r"\frac{\partial L}{\partial W_{ij}} = \sum_b G_{bj} X_{bi}",
        ),
        (r"\frac{\partial L}{\partial W} = 2 X^\top G",),
    ),
    "implicit": (
        r"""
given=['J = \frac{1}{2} \|X w - y\|^2', 'w^\star : \nabla_w J(w^\star) = 0']
assume=['X^\top X \text{ invertible}']
[symbols]
X="m n"
w="n"
'w^\star' = "n"
y="m"
        """,
        (
            r"w^\star = (X^\top X)^{-1} X^\top y",
            r"\nabla_w J = X^\top (X w - y)",
        ),
        (
            r"w^\star = (X^\top X)^{-1} X^\top X w",
            r"w^\star = 2 (X^\top X)^{-1} X^\top y",
        ),
    ),
    "kl": (
        r"""
given=['p = \mathcal{N}(\mu, \sigma^2)', 'q = \mathcal{N}(0, 1)', 'K = \mathrm{KL}(p \| q)']
assume=['\sigma > 0']
[symbols]
'\mu'=""
'\sigma'=""
        """,
        (
            r"K = \frac{1}{2} (\mu^2 + \sigma^2 - 1) - \log \sigma",
            r"\mathbb{E}_{x \sim p}[x^2] = \mu^2 + \sigma^2",
            r"\frac{\partial K}{\partial \mu} = \mu",
        ),
        (
            r"K = \frac{1}{2} (\mu^2 + \sigma^2 - 1) + \log \sigma",
            r"\mathbb{E}_{x \sim p}[x^2] = \sigma^2",
        ),
    ),
    "klvec": (
        r"""
given=['q = \mathcal{N}(\mu, \operatorname{diag}(v))', 'p = \mathcal{N}(0, I_n)', 'K = \mathrm{KL}(q \| p)']
assume=['v_i > 0']
[symbols]
'\mu'="n"
v="n"
        """,
        (r"K = \frac{1}{2} \sum_i (\mu_i^2 + v_i - 1 - \log v_i)",),
        (r"K = \frac{1}{2} \sum_i (\mu_i^2 + v_i + 1 - \log v_i)",),
    ),
    "klfull": (
        r"""
given=['q = \mathcal{N}(\mu, S)', 'p = \mathcal{N}(0, I_n)', 'K = \mathrm{KL}(q \| p)']
assume=['S \succ 0']
[symbols]
'\mu'="n"
S="n n"
        """,
        (r"K = \frac{1}{2} (\mu^\top \mu + \operatorname{tr} S - n - \log\det S)",),
        (r"K = \frac{1}{2} (\mu^\top \mu + \operatorname{tr} S - n + \log\det S)",),
    ),
    "iid": (
        r"""
given=['m = \frac{1}{n} \sum_j x_j', 's = \frac{1}{n-1} \sum_j (x_j - m)^2']
random=['x_j \text{ iid}', '\mathbb{E}[x_j] = \mu', '\operatorname{Var}(x_j) = \sigma^2']
assume=['n \ge 2']
[symbols]
x="n"
'\mu'=""
'\sigma'=""
        """,
        (
            r"\mathbb{E}[s] = \sigma^2",
            r"\operatorname{Var}(m) = \frac{\sigma^2}{n}",
            r"\mathbb{E}[x_j^2] = \mu^2 + \sigma^2",
        ),
        (
            r"\mathbb{E}[s] = \frac{n-1}{n} \sigma^2",
            r"\operatorname{Var}(m) = \sigma^2",
        ),
    ),
    "func": (
        r"""
given=['f : \mathbb{R}^n \to \mathbb{R}', 'x_{t+1} = x_t - \frac{1}{\beta} \nabla f(x_t)']
assume=['f \text{ is } \beta\text{-smooth}', '\beta > 0']
[symbols]
'x_t' = "n for t in 0..T"
'\beta'=""
        """,
        (r"f(x_{t+1}) \le f(x_t) - \frac{1}{2\beta} \|\nabla f(x_t)\|^2",),
        (r"f(x_{t+1}) \ge f(x_t) + \frac{1}{2\beta} \|\nabla f(x_t)\|^2",),
    ),
    "reparam": (
        r"""
given=['f : \mathbb{R}^n \to \mathbb{R}','z = \mu + \sigma \odot \epsilon', 'J = \mathbb{E}[\|z\|^2]']
random=['\epsilon \sim \mathcal{N}(0, I)']
[symbols]
'\mu'="n"
'\sigma'="n"
'\epsilon'="n"
        """,
        (
            r"\frac{\partial J}{\partial \mu} = 2\mu",
            r"J = \|\mu\|^2 + \|\sigma\|^2",
            r"\frac{\partial J}{\partial \sigma} = 2 \mathbb{E}[z \odot \epsilon]",
        ),
        (
            r"\frac{\partial J}{\partial \mu} = \mu",
            r"J = \|\mu\|^2",
        ),
    ),
    "defs": (
        r"""
given=['f(z) = z \tanh(z)', 'g : \mathbb{R} \to \mathbb{R}','a = g(W x)', 'L = L(a)']
[symbols]
W="m n"
x="n"
u=""
        """,
        (
            r"f'(u) = \tanh(u) + u (1 - \tanh^2 u)",
            r"f'(2 u) = \tanh(2u) + 2u (1 - \tanh^2 (2u))",
            r"\frac{\partial L}{\partial W} = (\frac{\partial L}{\partial a} \odot g'(W x)) x^\top",
            r"\frac{d}{du} g(u^2) = 2 u g'(u^2)",
            r"\frac{\partial a}{\partial x} = \operatorname{diag}(g'(W x)) W",
        ),
        (
            r"f'(u) = \tanh(u) + u",
            r"\frac{d}{du} g(u^2) = g'(u^2)",
            r"\frac{\partial L}{\partial W} = \frac{\partial L}{\partial a} x^\top",
        ),
    ),
    "sets": (
        r"""
given=['P = \operatorname{softmax}(z)']
assume=['\sum_k y_k = 1']
[symbols]
z="n"
y="n"
Q="n n"
        """,
        (
            r"\frac{\partial P}{\partial z} = \operatorname{diag}(P) - P P^\top",
            r"\frac{\partial P_i}{\partial z_j} = P_i (\delta_{ij} - P_j)",
            r"\sum_i P_i = 1",
            r"Q Q^\top \succeq 0",
            r"z_i > 0 \implies z_i^2 > 0",
            r"\|z\|_1 \ge \|z\|",
            r"P_i \le 1 \iff P_i^2 \le 1",
            r"\sum_{i \neq j} z_i z_j = (\sum_i z_i)^2 - \sum_i z_i^2",
        ),
        (
            r"\frac{\partial P_i}{\partial z_j} = P_i (\delta_{ij} - P_i)",
            r"Q \succeq 0",
            r"z_i > 0 \implies z_i < 0",
            r"\|z\|_1 \le \|z\|",
            r"P_i^2 \le 1 \iff z_i \le 1",
            r"\sum_{i \neq j} z_i z_j = (\sum_i z_i)^2",
        ),
    ),
}
LINES = [
    (name, line, good) for name, (_, right, wrong) in FILES.items() for good in (1, 0) for line in (wrong, right)[good]
]


@lru_cache
def elaborator(name: str) -> Elaborator:
    understanding = understand(load_problem(FILES[name][0]))
    return Elaborator(understanding.scope, build_program(understanding))


@pytest.mark.parametrize(("name", "line", "good"), LINES)
def test_line(name: str, line: str, good: int) -> None:
    el = elaborator(name)
    found = [rule(q) for q in el.sequents(read_line(line, el.scope))]
    if good:
        assert all(e.holds for e in found), [e.how for e in found]
    else:
        assert any(e.status == REFUTED for e in found), [e.how for e in found]
