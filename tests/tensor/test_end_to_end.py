"""Whole derivation files, from TOML to values: every quantity equals NumPy, every target a difference quotient."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from symdl.language.declare import understand
from symdl.problem import load_problem
from symdl.tensor.build import build_program
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Acc, Idx
from symdl.tensor.interpret import Valuation, evaluate
from symdl.tensor.program import Program

Leaves = dict[str, Any]
RNG = np.random.default_rng(11)


def draw(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape)


@dataclass(frozen=True)
class Case:
    """A file; sizes; arrays of its leaves; what NumPy says of its quantities (all are functions of the leaves)."""

    toml: str
    sizes: dict[str, int]
    leaves: Leaves
    values: dict[str, Callable[[Leaves], Any]]
    targets: dict[int, tuple[str, str]] = field(default_factory=dict)  # number of the target → (of, by)
    families: dict[str, dict[int, int]] = field(default_factory=dict)


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def one_hot(rows: int, columns: int) -> np.ndarray:
    return np.eye(columns)[np.arange(rows) % columns]


def cross_entropy(a: Leaves) -> float:
    p = softmax(a["X"] @ a["W"] + a["b"])
    return float(-(a["Y"] * np.log(p)).sum() / len(a["X"]))


def rnn(a: Leaves) -> np.ndarray:
    h = a["h_0"] if "h_0" in a else np.zeros(a["U"].shape[0])
    out = [h]
    for x in a["x"]:
        h = np.tanh(a["U"] @ h + a["V"] @ x)
        out.append(h)
    return np.array(out)


def layernorm(a: Leaves) -> np.ndarray:
    x = a["x"]
    centred = x - x.mean(1, keepdims=True)
    return a[r"\gamma"] * centred / np.sqrt(x.var(1, keepdims=True) + a[r"\epsilon"]) + a[r"\beta"]


def attention(a: Leaves) -> np.ndarray:
    return softmax(a["Q"] @ a["K"].T / np.sqrt(a["Q"].shape[1])) @ a["V"]


def momentum(a: Leaves) -> np.ndarray:
    m = [0.0]
    for g in a["g"]:
        m.append(a[r"\beta"] * m[-1] + (1 - a[r"\beta"]) * g)
    return np.array(m)


def causal(a: Leaves) -> np.ndarray:
    s = np.exp(a["Q"] @ a["K"].T / np.sqrt(3)) * np.tril(np.ones((4, 4)))
    return s / s.sum(1, keepdims=True)


def adam(a: Leaves) -> tuple[np.ndarray, np.ndarray]:
    m, v, w = 0.0, [0.0], [a["a"]]
    for _ in range(4):
        m = a[r"\beta"] * m + w[-1]
        v.append(a[r"\beta"] * v[-1] + m**2)
        w.append(w[-1] - m / (np.sqrt(v[-1]) + a[r"\epsilon"]))
    return np.array(w), np.array(v)


WEIGHTS, BIASES = [draw(4, 2), draw(3, 4)], [draw(4), draw(3)]


def padded(members: list[np.ndarray]) -> np.ndarray:
    """Members of different sizes in one array, NaN where there is nothing."""
    box = np.max([m.shape for m in members], axis=0)
    out = np.full((len(members), *box), np.nan)
    for k, m in enumerate(members):
        out[(k, *(slice(0, n) for n in m.shape))] = m
    return out


def layers(a: Leaves) -> float:
    h = a["x"]
    for w, b in zip(WEIGHTS, BIASES, strict=True):
        h = np.tanh(w @ h + b)
    return float(h @ h)


CASES: dict[str, Case] = {
    "softmax regression": Case(
        r"""
        given = ['Z = X W + \mathbf{1} b^\top', 'P = \operatorname{softmax}(Z)',
                 'L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}']
        derive = ['\frac{\partial L}{\partial W}', '\frac{\partial L}{\partial b}', '\frac{\partial L}{\partial Z}']
        [symbols]
        X = "B n"
        W = "n c"
        b = "c"
        Y = "B c"
        """,
        {"B": 3, "n": 4, "c": 5},
        {"X": draw(3, 4), "W": draw(4, 5), "b": draw(5), "Y": one_hot(3, 5)},
        {"P": lambda a: softmax(a["X"] @ a["W"] + a["b"]), "L": cross_entropy},
        {0: ("L", "W"), 1: ("L", "b")},
    ),
    "index form": Case(
        r"""
        given = ['S_{ij} = \sum_k A_{ik} C_{jk}', 'M = \max_{1 \le a \le 3} v_a', 'D_i = S_{ii} + v_i^2']
        [symbols]
        A = "n m"
        C = "n m"
        v = "n"
        """,
        {"n": 4, "m": 3},
        {"A": draw(4, 3), "C": draw(4, 3), "v": draw(4)},
        {
            "S": lambda a: a["A"] @ a["C"].T,
            "M": lambda a: a["v"][:3].max(),
            "D": lambda a: np.diag(a["A"] @ a["C"].T) + a["v"] ** 2,
        },
    ),
    "layernorm": Case(
        r"""
        given = ['\mu_b = \frac{1}{n} \sum_i x_{bi}', 'v_b = \frac{1}{n} \sum_i (x_{bi} - \mu_b)^2',
                 '\hat{x}_{bi} = \frac{x_{bi} - \mu_b}{\sqrt{v_b + \epsilon}}',
                 'y_{bi} = \gamma_i \hat{x}_{bi} + \beta_i', 'L = \sum_{b,i} y_{bi}^3']
        assume = ['\epsilon > 0']
        derive = ['\frac{\partial L}{\partial x}', '\frac{\partial L}{\partial \gamma}']
        [symbols]
        x = "B n"
        '\gamma' = "n"
        '\beta' = "n"
        '\epsilon' = ""
        """,
        {"B": 3, "n": 4},
        {"x": draw(3, 4), r"\gamma": draw(4), r"\beta": draw(4), r"\epsilon": 0.7},
        {"y": layernorm, "L": lambda a: (layernorm(a) ** 3).sum()},
        {0: ("L", "x"), 1: ("L", r"\gamma")},
    ),
    "attention": Case(
        r"""
        given = ['A = \operatorname{softmax}_{\text{row}}(\frac{1}{\sqrt{d}} Q K^\top)', 'O = A V', 'L = \|O\|_F^2']
        derive = ['\frac{\partial L}{\partial Q}']
        [symbols]
        Q = "n d"
        K = "m d"
        V = "m e"
        """,
        {"n": 3, "m": 4, "d": 5, "e": 2},
        {"Q": draw(3, 5), "K": draw(4, 5), "V": draw(4, 2)},
        {"O": attention, "L": lambda a: (attention(a) ** 2).sum()},
        {0: ("L", "Q")},
    ),
    "recurrent network": Case(
        r"""
        given = ['h_0 = 0', 'h_t = \tanh(U h_{t-1} + V x_t)', 'L = \frac{1}{2} \|h_T\|^2']
        derive = ['\frac{\partial L}{\partial U}']
        [symbols]
        'h_t' = "n for t in 0..T"
        'x_t' = "m for t in 1..T"
        U = "n n"
        V = "n m"
        """,
        {"n": 3, "m": 2, "T": 4},
        {"x_t": draw(4, 2), "U": draw(3, 3) / 2, "V": draw(3, 2)},
        {"h_t": lambda a: rnn({**a, "x": a["x_t"]}), "L": lambda a: (rnn({**a, "x": a["x_t"]})[-1] ** 2).sum() / 2},
        {0: ("L", "U")},
    ),
    "momentum": Case(
        r"""
        given = ['m_0 = 0', 'm_t = \beta m_{t-1} + (1-\beta) g_t']
        [symbols]
        m = "0..T"
        g = "T"
        '\beta' = ""
        """,
        {"T": 5},
        {"g": draw(5), r"\beta": 0.8},
        {"m": momentum},
    ),
    "labels": Case(
        r"""
        given = ['P = \operatorname{softmax}(Z)', 'L = -\frac{1}{B} \sum_i \log P_{i, y_i}']
        assume = ['y_i \in \{1,\dots,c\}']
        derive = ['\frac{\partial L}{\partial Z}']
        [symbols]
        Z = "B c"
        y = "B"
        """,
        {"B": 3, "c": 4},
        {"Z": draw(3, 4), "y": np.array([2, 4, 1])},
        {"L": lambda a: -np.mean(np.log(softmax(a["Z"])[range(3), a["y"] - 1]))},
        {0: ("L", "Z")},
    ),
    "convolution": Case(
        r"""
        given = ['y_i = \sum_{a} w_a x_{i+a-1}', 'L = \sum_i y_i^2']
        derive = ['\frac{\partial L}{\partial w}', '\frac{\partial L}{\partial x}']
        [symbols]
        x = "o+k-1"
        w = "k"
        y = "o"
        """,
        {"o": 4, "k": 3},
        {"x": draw(6), "w": draw(3)},
        {
            "y": lambda a: np.correlate(a["x"], a["w"], "valid"),
            "L": lambda a: (np.correlate(a["x"], a["w"], "valid") ** 2).sum(),
        },
        {0: ("L", "w"), 1: ("L", "x")},
    ),
    "axis from 0": Case(
        r"""
        given = ['p = \sum_{j=0}^{n-1} c_j x^j', "q = \\sum_{j=1}^{n-1} j c_j x^{j-1}"]
        derive = ['\frac{\partial p}{\partial x}', '\frac{\partial p}{\partial c}']
        [symbols]
        c = "0..n-1"
        x = ""
        """,
        {"n": 4},
        {"c": draw(4), "x": 0.6},
        {
            "p": lambda a: sum(a["c"][j] * a["x"] ** j for j in range(4)),
            "q": lambda a: sum(j * a["c"][j] * a["x"] ** (j - 1) for j in range(1, 4)),
        },
        {0: ("p", "x"), 1: ("p", "c")},
    ),
    "matrix calculus": Case(
        r"""
        given = ['f = \log\det(A)', 'g = \operatorname{tr}(A^{-1} C)', 'q = x^\top A x', 'R = A^2 C']
        derive = ['\frac{\partial f}{\partial A}', '\frac{\partial g}{\partial A}', '\nabla_x q', '\nabla_x^2 q']
        assume = ['A \succ 0']
        [symbols]
        A = "n n"
        C = "n n"
        x = "n"
        """,
        {"n": 3},
        {"A": (lambda m: m @ m.T + np.eye(3))(draw(3, 3)), "C": draw(3, 3), "x": draw(3)},
        {
            "f": lambda a: np.linalg.slogdet(a["A"])[1],
            "g": lambda a: np.trace(np.linalg.inv(a["A"]) @ a["C"]),
            "q": lambda a: a["x"] @ a["A"] @ a["x"],
            "R": lambda a: a["A"] @ a["A"] @ a["C"],
        },
        {0: ("f", "A"), 1: ("g", "A"), 2: ("q", "x")},
    ),
    "defined function": Case(
        r"""
        given = ['f(z) = \frac{z}{1 + e^{-z}}', 'a = f(W x)', 'L = \sum_i a_i']
        derive = ['\frac{\partial L}{\partial W}']
        [symbols]
        W = "m n"
        x = "n"
        """,
        {"m": 3, "n": 4},
        {"W": draw(3, 4), "x": draw(4)},
        {
            "a": lambda a: (lambda z: z / (1 + np.exp(-z)))(a["W"] @ a["x"]),
            "L": lambda a: (lambda z: z / (1 + np.exp(-z)))(a["W"] @ a["x"]).sum(),
        },
        {0: ("L", "W")},
    ),
    "piecewise": Case(
        r'''
        given = ["""H_i = \\begin{cases} \\frac{1}{2} r_i^2 & \\text{if } |r_i| \\le c \\\\
                    c |r_i| - \\frac{c^2}{2} & \\text{otherwise} \\end{cases}""",
                 'N = \sum_i \mathbb{1}[r_i > 0]']
        assume = ['c > 0']
        [symbols]
        r = "n"
        c = ""
        ''',
        {"n": 5},
        {"r": np.array([0.2, -3.0, 1.5, -0.4, 2.2]), "c": 1.0},
        {
            "H": lambda a: np.where(np.abs(a["r"]) <= 1, a["r"] ** 2 / 2, np.abs(a["r"]) - 0.5),
            "N": lambda a: (a["r"] > 0).sum(),
        },
    ),
    "family of layers": Case(
        r"""
        given = ['h_0 = x', 'h_l = \tanh(W_l h_{l-1} + b_l)', 'L = \|h_D\|^2']
        derive = ['\frac{\partial L}{\partial x}', '\frac{\partial L}{\partial W_1}']
        [symbols]
        'h_l' = "n_l for l in 0..D"
        'W_l' = "n_l n_{l-1} for l in 1..D"
        'b_l' = "n_l for l in 1..D"
        x = "n_0"
        """,
        {"D": 2},
        {"W_l": padded(WEIGHTS), "b_l": padded(BIASES), "x": draw(2)},
        {"L": layers},
        {0: ("L", "x")},
        {"n": {0: 2, 1: 4, 2: 3}},
    ),
    "coupled recurrences": Case(
        r"""
        given = ['m_0 = 0', 'v_0 = 0', 'w_0 = a', 'm_t = \beta m_{t-1} + w_{t-1}', 'v_t = \beta v_{t-1} + m_t^2',
                 'w_t = w_{t-1} - \frac{m_t}{\sqrt{v_t} + \epsilon}', 'L = w_T^2']
        assume = ['\beta > 0', '\epsilon > 0']
        derive = ['\frac{\partial L}{\partial a}']
        [symbols]
        m = "0..T"
        v = "0..T"
        w = "0..T"
        a = ""
        '\beta' = ""
        '\epsilon' = ""
        """,
        {"T": 4},
        {"a": 0.8, r"\beta": 0.6, r"\epsilon": 0.5},
        {"w": lambda a: adam(a)[0], "v": lambda a: adam(a)[1], "L": lambda a: adam(a)[0][-1] ** 2},
        {0: ("L", "a")},
    ),
    "composite axis": Case(
        r"""
        given = ['q_{i g c} = X_{i, (g-1) d + c}', 'L = \sum_{i,g} (\sum_c q_{i g c})^2']
        derive = ['\frac{\partial L}{\partial X}']
        [symbols]
        X = "n h*d"
        q = "n h d"
        """,
        {"n": 2, "h": 3, "d": 4},
        {"X": draw(2, 12)},
        {
            "q": lambda a: a["X"].reshape(2, 3, 4),
            "L": lambda a: (a["X"].reshape(2, 3, 4).sum(2) ** 2).sum(),
        },
        {0: ("L", "X")},
    ),
    "causal mask": Case(
        r"""
        given = ['S_{ij} = \frac{1}{\sqrt{d}} \sum_c Q_{ic} K_{jc}',
                 'A_{ij} = \frac{\mathbb{1}[j \le i] \exp S_{ij}}{\sum_{k=1}^{i} \exp S_{ik}}',
                 'L = \sum_{i,j} A_{ij}^2 V_j']
        derive = ['\frac{\partial L}{\partial Q}']
        [symbols]
        Q = "n d"
        K = "n d"
        V = "n"
        """,
        {"n": 4, "d": 3},
        {"Q": draw(4, 3), "K": draw(4, 3), "V": draw(4)},
        {"A": causal, "L": lambda a: (causal(a) ** 2 @ a["V"]).sum()},
        {0: ("L", "Q")},
    ),
    "strided convolution": Case(
        r"""
        given = ['y_i = \sum_{a} w_a x_{2 i + a - 2}', 'M = \max_i y_i']
        [symbols]
        x = "2*o+k-2"
        w = "k"
        y = "o"
        """,
        {"o": 4, "k": 3},
        {"x": draw(9), "w": draw(3)},
        {"y": lambda a: np.array([a["w"] @ a["x"][2 * i : 2 * i + 3] for i in range(4)])},
    ),
    "kernels and norms": Case(
        r"""
        given = ['G_{ij} = \exp\left(-\frac{\|x_i - x_j\|^2}{2 s^2}\right)', 'N = \|X\|_F + \|w\|_1 + \|w\|_\infty',
                 'c = \frac{w^\top u}{\|w\| \|u\|}', 'S = \log\sum_i e^{w_i}', 'K = w \otimes u']
        derive = ['\frac{\partial c}{\partial w}']
        [symbols]
        X = "n p"
        'x_i' = "p for i in 1..n"
        s = ""
        w = "q"
        u = "q"
        """,
        {"n": 3, "p": 2, "q": 4},
        {"X": draw(3, 2), "x_i": draw(3, 2), "s": 0.9, "w": draw(4), "u": draw(4)},
        {
            "G": lambda a: np.exp(-((a["x_i"][:, None] - a["x_i"][None]) ** 2).sum(-1) / (2 * 0.81)),
            "N": lambda a: np.linalg.norm(a["X"]) + np.abs(a["w"]).sum() + np.abs(a["w"]).max(),
            "c": lambda a: a["w"] @ a["u"] / np.linalg.norm(a["w"]) / np.linalg.norm(a["u"]),
            "S": lambda a: np.log(np.exp(a["w"]).sum()),
            "K": lambda a: np.outer(a["w"], a["u"]),
        },
        {0: ("c", "w")},
    ),
    "stacked rows": Case(
        r"""
        given = ['X = [x_1, \dots, x_n]^\top', 'S = \frac{1}{n} X^\top X']
        [symbols]
        'x_i' = "p for i in 1..n"
        """,
        {"n": 4, "p": 3},
        {"x_i": draw(4, 3)},
        {"X": lambda a: a["x_i"], "S": lambda a: a["x_i"].T @ a["x_i"] / 4},
    ),
}


def program_of(case: Case) -> tuple[Any, Program]:
    understanding = understand(load_problem(case.toml))
    return understanding, build_program(understanding)


def valuation(case: Case, program: Program, leaves: Leaves | None = None) -> Valuation:
    arrays = {k: np.asarray(x) for k, x in (leaves or case.leaves).items()}
    return Valuation(program, case.sizes, arrays, case.families)


def letters(case: Case, program: Program, binders: Any) -> dict[str, tuple[int, int]]:
    v = valuation(case, program)
    return {b.name: (int(evaluate(b.first, v)), int(evaluate(b.last, v))) for b in binders}


def close(got: Any, expected: Any, tolerance: float) -> bool:
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    return got.shape == expected.shape and bool(
        np.max(np.abs(got - expected)) <= tolerance * (1 + np.max(np.abs(expected)))
    )


@pytest.mark.parametrize("name", CASES)
def test_quantities_and_targets(name: str) -> None:
    case = CASES[name]
    understanding, program = program_of(case)
    assert set(program.leaves) == set(case.leaves)
    for quantity, formula in case.values.items():
        binders = program.statements[quantity].binders
        at = Acc(quantity, tuple(Idx(b.name) for b in binders))
        got = evaluate(at, valuation(case, program), letters(case, program, binders))
        assert close(got, formula(case.leaves), 1e-9), quantity
    for number, (of, by) in case.targets.items():
        el = Elaborator(understanding.scope, program)
        node = understanding.targets[number].node
        binders = el.bind_axes(node.shape)
        got = evaluate(
            el.entry(node, tuple(Idx(b.name) for b in binders)),
            valuation(case, program),
            letters(case, program, binders),
        )
        assert close(got, quotients(case, of, by), 1e-5), (of, by)


def quotients(case: Case, of: str, by: str) -> np.ndarray:
    """Central differences of NumPy's own formula."""
    x = np.asarray(case.leaves[by], dtype=float)
    out = np.zeros(x.shape)
    h = 1e-5
    for at in itertools.product(*(range(n) for n in x.shape)):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[at] += sign * h
            ends.append(case.values[of]({**case.leaves, by: moved}))
        out[at] = (ends[0] - ends[1]) / (2 * h)
    return out
