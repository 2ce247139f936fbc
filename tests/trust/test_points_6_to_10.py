"""Points 6 to 10 of the judge: a wrong line each that only this point catches: switched off, it passes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symdl
from symdl.judge import gap, sample, search, stress, verdict
from symdl.judge.settings import STANDARD
from symdl.language.reader import read_line
from symdl.marking.claims import Claims
from symdl.tensor import expectation_nodes, interpret_statements, primitives
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.interpret import evaluate
from tests.trust.points import HELD, Bench, Board, Patch, evidence, off, stress_off, word

STEP = 1e-20


# 6. Derivatives by dual numbers: a complex step silently gives 0 through what is not analytic


def complex_steps(patch: Patch) -> None:
    """The judge's table with slopes of abs by a complex step: Im f(x + ih) / h, which NumPy's abs makes zero."""
    table = dict(primitives.TABLE)

    def slope(j: Any, x: Any, y: Any) -> Any:
        at = j.field.floats(x[0])
        return {0: j.field.array(np.imag(np.abs(at + 1j * STEP)) / STEP)}

    table["abs"] = replace(table["abs"], derivative=slope)
    patch.setattr(primitives, "TABLE", table)


@pytest.mark.parametrize(
    ("symbols", "wrong"),
    [("x: ", r"\frac{d}{dx} |x| = 0"), ("x: n", r"\frac{\partial}{\partial x} \|x\|_1 = 0")],
)
def test_a_complex_step_would_lose_a_slope(symbols: str, wrong: str, monkeypatch: Patch) -> None:
    assert word(Board(symbols), wrong) == "refuted"
    complex_steps(monkeypatch)
    assert word(Board(symbols), wrong) == "supported"


@pytest.mark.parametrize(
    ("board", "right", "wrong"),
    [
        (
            Board("A: n n", [], [r"\det A > 0"]),
            r"\frac{\partial}{\partial A} \log\det A = A^{-\top}",
            r"\frac{\partial}{\partial A} \log\det A = 0",
        ),
        (
            Board("x: n"),
            r"\frac{\partial}{\partial x} \|x\| = \frac{x}{\|x\|}",
            r"\frac{\partial}{\partial x} \|x\| = 0",
        ),
        (
            Board("A: n n", [], [r"A = A^\top"]),
            r"\operatorname{tr}(A) = \sum_i \lambda_i(A)",
            r"\operatorname{tr}(A) = \lambda_1(A)",
        ),
    ],
)
def test_derivatives_are_exact_where_a_complex_step_is_not(board: Board, right: str, wrong: str) -> None:
    assert word(board, right) in HELD
    assert word(board, wrong) == "refuted"


# 7. Expectations: split at kinks, exact moments


def test_a_kink_that_is_not_split_at_passes_a_wrong_value(monkeypatch: Patch) -> None:
    board = Board("x: ", random=[r"x \sim \mathcal{N}(0, 1)"])
    right = r"\mathbb{E}[\operatorname{relu}(x + \frac{3}{10})]"
    assert word(board, right + r" = \frac{3}{10} \Phi(\frac{3}{10}) + \phi(\frac{3}{10})") in HELD
    monkeypatch.setattr(expectation_nodes, "roots", lambda *a, **k: [])
    unsplit = Fraction(value_of(board, right))
    wrong = right + rf" = \frac{{{unsplit.numerator}}}{{{unsplit.denominator}}}"
    off(monkeypatch, (expectation_nodes, "note_error"))
    stress_off(monkeypatch)
    monkeypatch.setattr(gap, "TOLERANCE", 1e-12)
    assert word(board, wrong) == "supported"
    monkeypatch.undo()
    assert word(board, wrong) == "refuted"


def value_of(board: Board, latex: str) -> float:
    bench = Bench(board, seed=1)
    line = read_line(latex + " = 0", bench.understanding.scope, role="work")
    (q,) = Elaborator(bench.understanding.scope, bench.program).sequents(line)
    return float(evaluate(q.goals[0].left, sample.draw(q, STANDARD[0])))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"|x|] = \sqrt{\frac{2}{\pi}}", r"|x|] = \sqrt{\frac{2}{\pi}} + 10^{-7}"),
        (r"x^8] = 105", r"x^8] = 104"),
    ],
)
def test_an_expectation_is_exact_to_its_last_digits(right: str, wrong: str) -> None:
    board = Board("x: ", random=[r"x \sim \mathcal{N}(0, 1)"])
    assert word(board, r"\mathbb{E}[" + right) in HELD
    assert word(board, r"\mathbb{E}[" + wrong) == "refuted"


# 8. Bounds: a violation is searched for


@pytest.mark.parametrize(
    ("board", "line"),
    [
        (Board("x: "), r"(x - 3)^2 \ge \frac{1}{4}"),
        (Board("p: n", [r"H = -\sum_i p_i \log p_i"], ["p_i > 0", r"\sum_i p_i = 1"]), r"H \ge \frac{1}{5}"),
        (Board("x: ; y: "), r"x^2 + y^2 \ge 1.9999 x y + 10^{-9}"),
    ],
)
def test_a_bound_is_attacked(board: Board, line: str, monkeypatch: Patch) -> None:
    assert word(board, line) == "refuted"
    off(monkeypatch, (search, "violation"), (verdict, "stressed"))
    assert word(board, line) == "supported"


def test_a_bound_is_attacked_from_where_it_holds_by_least(monkeypatch: Patch) -> None:
    board, line = Board("x: n"), r"\|x\|_1 \|x\|_\infty \le 2 \|x\|^2"  # fails from ten entries on
    assert word(board, line) == "refuted"
    off(monkeypatch, (stress, "_attacked"))
    assert word(board, line) == "supported"


# 9. What nothing satisfies supports nothing, and what has no value agrees with nothing


@pytest.mark.parametrize(
    ("board", "line"),
    [
        (Board("x: n", [], ["x_i > 1", r"\sum_i x_i = 0"]), r"x_i = x_i^2 - x_i^2 + x_i + 7 (\sum_j x_j)"),
        (Board("a: ", [], ["a > 1", "a < 0"]), r"a^2 \ge 0"),
    ],
)
def test_an_assumption_that_nothing_satisfies_proves_nothing(board: Board, line: str, monkeypatch: Patch) -> None:
    assert "satisfy the assumptions" in evidence(board, line)
    monkeypatch.setattr(sample.Sampler, "_violated", lambda *a, **k: None)
    assert word(board, line) in HELD


def test_a_premise_that_nothing_meets_proves_nothing() -> None:
    assert word(Board("a: ; b: "), r"a^2 = -1 \implies a = b") == "unchecked"


def test_what_has_no_value_agrees_with_nothing(monkeypatch: Patch) -> None:
    board, line = Board("a: "), r"\log(-a^2 - 1) = \log(-a^2 - 1) + 7 a"
    assert word(board, line) == "unchecked"

    def careless(goal: Any, valuation: Any, difference: Any, size: Any, *rest: Any) -> gap.Gap:
        """`if error > tolerance: it fails`, which NaN never does."""
        return gap.Gap(0.0, bool((np.abs(difference) > gap.TOLERANCE * size).any()))

    monkeypatch.setattr(gap, "_equal", careless)
    monkeypatch.setattr(gap, "_without_value", lambda *a: np.asarray(False))
    stress_off(monkeypatch)
    assert word(board, line) == "supported"


# 10. Earlier claims override definitions, for the step alone; spectral claims are compared up to their gauge

WORK = r"""\begin{align}
\frac{\partial L}{\partial r} &= 2 r \\
\frac{\partial L}{\partial w} &= X^\top r + \frac{\partial L}{\partial w} - X^\top \frac{\partial L}{\partial r} \\
\frac{\partial L}{\partial w} &= 2 X^\top r
\end{align}"""


def steps() -> list[tuple[str, str]]:
    problem = symdl.Problem(
        title="t",
        symbols={"X": "m n", "w": "n", "y": "m"},
        given=["r = X w - y", r"L = \frac{1}{2} \|r\|^2"],
        derive=[r"\frac{\partial L}{\partial w}"],
    )
    return [(line.step.status, line.truth.status) for line in symdl.check(WORK, problem).lines]


def test_a_step_is_judged_on_what_was_claimed_before(monkeypatch: Patch) -> None:
    found = steps()
    assert found[0] == ("refuted", "refuted")
    assert found[2][0] in HELD
    assert found[2][1] == "refuted"
    monkeypatch.setattr(Claims, "with_line", lambda self, *a, **k: self)
    assert steps()[2] == ("refuted", "refuted")


def test_spectral_claims_are_compared_up_to_their_gauge(monkeypatch: Patch) -> None:
    board = Board("A: n n", [r"(Q, \Lambda) = \operatorname{eigh}(A)"], [r"A = A^\top"])
    line = r"\sum_{i,j} Q_{i,j} \ge 0"
    assert word(board, r"Q \Lambda Q^\top = A") in HELD
    assert word(board, line) == "refuted"

    def one_sign(ctx: Any, s: Any, value: Any, column: Any) -> Any:
        return ctx.jets.map(value, np.abs)

    monkeypatch.setattr(interpret_statements, "in_gauge", one_sign)
    stress_off(monkeypatch)
    assert word(board, line) == "supported"


@pytest.mark.parametrize(
    "line",
    [
        r"\tanh^{-1}(a) = \frac{1}{\tanh a}",
        r"\lambda_1(A) = 3",
        r"\lambda_{\max}(A) = 3",
        r"\mathbb{E}_x(a) = 3",
        r"\mathrm{Var}_x(a) = 3",
        r"\nabla(a) = 3",
        r"\partial(a) = 2",
        r"e^{a} = 1 + a",
        r"n^2 = 3 n",
    ],
)
def test_a_claim_about_something_known_is_no_definition(line: str) -> None:
    assert word(Board("a: ; x: n; A: n n"), line) not in HELD
