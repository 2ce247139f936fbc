"""Each kind of statement is used: read, built, evaluated, a right line about it held and a mutant of that refuted."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.trust.judging import HELD, Bench, Board


@dataclass(frozen=True)
class Kind:
    name: str  # of the tensor whose statement is of the kind
    board: Board
    right: str
    wrong: str


KINDS = {
    "sum": Kind("s", Board("X: m n", [r"s_i = \sum_j X_{ij}"]), r"\sum_i s_i = \sum_{i,j} X_{ij}", r"s_i = X_{i1}"),
    "reduce": Kind("m", Board("x: n", [r"m = \max(x)"]), r"m \ge x_i", r"m > x_i"),
    "scan": Kind(
        "m",
        Board("m: 0..T; g: T", ["m_0 = 0", r"m_t = 2 m_{t-1} + g_t"]),
        r"m_t = \sum_{s=1}^{t} 2^{t-s} g_s",
        r"m_t = \sum_{s=1}^{t} 2^{s} g_s",
    ),
    "matrix": Kind(
        "Y",
        Board("A: n n", ["Y = A^{-1}"], [r"A \text{ invertible}"]),
        r"\det Y = \frac{1}{\det A}",
        r"\det Y = \det A",
    ),
    "abstract": Kind(
        "L",
        Board("X: B n; w: n", ["y = X w", "L = L(y)", r"G = \frac{\partial L}{\partial y}"]),
        r"\frac{\partial L}{\partial w} = X^\top G",
        r"\frac{\partial L}{\partial w} = X^\top y",
    ),
    "expectation": Kind(
        "v",
        Board(r"x: ; \mu: ", [r"v = \mathbb{E}[(x - \mu)^2]"], random=[r"\mathbb{E}[x] = \mu"]),
        r"\operatorname{Var}(x) = v",
        r"\mathbb{E}[x^2] = v",
    ),
    "decomposition": Kind(
        "Q",
        Board("A: n n", [r"(Q, \Lambda) = \operatorname{eigh}(A)"], [r"A = A^\top"]),
        r"A = Q \Lambda Q^\top",
        r"A = Q^\top \Lambda Q",
    ),
    "implicit": Kind(
        r"w^\star",
        Board(
            r"A: n n; b: n; w: n; w^\star: n",
            [r"J = \frac{1}{2} w^\top A w - b^\top w", r"w^\star : \nabla_w J(w^\star) = 0"],
            [r"A \succ 0"],
        ),
        r"w^\star = A^{-1} b",
        r"w^\star = A b",
    ),
    "optimum": Kind(
        r"w^\star",
        Board(
            r"X: n d; y: n; w: d; w^\star: d",
            [r"J = \|X w - y\|^2", r"w^\star = \arg\min_w J"],
            [r"X^\top X \succ 0"],
        ),
        r"w^\star = (X^\top X)^{-1} X^\top y",
        r"w^\star = 2 (X^\top X)^{-1} X^\top y",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_statement_of_the_kind_is_read_evaluated_and_judged(kind: str) -> None:
    case = KINDS[kind]
    bench = Bench(case.board, seed=1)
    assert bench.program.statements[case.name].kind == kind
    assert bench.verdict(case.right) in HELD
    assert bench.verdict(case.wrong) == "refuted"
