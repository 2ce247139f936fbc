"""For each of the judge's ten points a wrong line that only it catches: with the point switched off it passes."""

from __future__ import annotations

from typing import Any

import pytest

from symdl.errors import SymdlError
from symdl.judge import numeric, search, verdict
from symdl.judge.proof import Proof
from symdl.judge.settings import STANDARD
from symdl.language.reader import read_line
from tests.trust.judging import HELD, Bench, Board

SQUARE = tuple(s for s in STANDARD if s.kind == "square")
Patch = pytest.MonkeyPatch


def off(patch: Patch, *what: tuple[Any, str]) -> None:
    for module, name in what:
        patch.setattr(module, name, lambda *a, **k: None)


def word(board: Board, line: str) -> str:
    return Bench(board, seed=1).verdict(line).partition(":")[0]


# 1. Shape and free indices: both sides agree at every entry that fits, yet the line says nothing


@pytest.mark.parametrize(
    "line", [r"X^\top X = X X^\top", r"x_i = \sum_i x_i", r"X w = w^\top X", r"\sum_i X_{ij} = 0 x_k"]
)
def test_shapes_and_free_indices_come_first(line: str) -> None:
    bench = Bench(Board("X: m n; x: n; w: n"))
    try:
        read = read_line(line, bench.understanding.scope, role="work")
    except SymdlError:
        return
    assert read is None or bench.verdict(line) == "refuted"


# 2. A proof alone proves nothing


def test_a_proof_that_values_contradict_proves_nothing(monkeypatch: Patch) -> None:
    bogus = Proof("both sides have one canonical form", (), "")
    monkeypatch.setattr(verdict, "prove", lambda *a, **k: bogus)
    assert word(Board("x: ; y: "), r"x + y = x y") == "unchecked"
    monkeypatch.setattr(verdict, "numeric", lambda *a, **k: numeric.NumericResult("supported", 0.0))
    assert word(Board("x: ; y: "), r"x + y = x y") == "proved"


# 3. Sizes pairwise distinct, one above the degree; both sides of kinks; 50 digits; special values


def test_distinct_sizes_show_the_wrong_mean(monkeypatch: Patch) -> None:
    board, line = Board("X: m n"), r"\frac{1}{m} \sum_{i,j} X_{ij} = \frac{1}{n} \sum_{i,j} X_{ij}"
    assert word(board, line) == "refuted"
    monkeypatch.setattr(numeric, "STANDARD", SQUARE)
    off(monkeypatch, (verdict, "stressed"), (verdict, "modular"))
    assert word(board, line) == "supported"


def test_a_size_above_the_degree_shows_a_polynomial_in_n(monkeypatch: Patch) -> None:
    board, line = Board("x: n"), r"(n-1)(n-2)(n-3)(n-4)(n-5) \sum_i x_i = 0"
    assert word(board, line) == "refuted"
    monkeypatch.setattr(numeric, "STANDARD", tuple(s for s in STANDARD if s.kind != "larger"))
    off(monkeypatch, (verdict, "modular"))
    assert word(board, line) == "supported"


@pytest.mark.parametrize(
    ("symbols", "line"),
    [
        ("x: ", r"\max(x, -100) = x"),
        ("z: n", r"z_i^2 > 0"),
        ("a: ; b: ", r"|a - b| > 0"),
        ("x: n", r"\mathbb{1}[x_i = x_j] = \delta_{ij}"),
        ("x: ", r"x = (1 + 10^{-11}) x"),
        ("x: n; y: n", r"\operatorname{rank}(x y^\top) = 1"),
    ],
)
def test_special_values_and_digits_show_what_generic_ones_hide(symbols: str, line: str, monkeypatch: Patch) -> None:
    assert word(Board(symbols), line) == "refuted"
    off(monkeypatch, (verdict, "stressed"), (verdict, "modular"), (search, "violation"))
    assert word(Board(symbols), line) == "supported"


# 4. Modulo a prime: exact, where 50 digits see no difference


def test_a_prime_sees_what_fifty_digits_do_not(monkeypatch: Patch) -> None:
    board, line = Board("x: ; y: "), r"(x + y)^2 = x^2 + 2 x y + y^2 + 10^{-45} x"
    assert word(board, line) == "unchecked"
    off(monkeypatch, (verdict, "modular"))
    assert word(board, line) == "supported"


# 5. Generic instances: an unknown law is no Gaussian, an unknown function neither linear nor separable


@pytest.mark.parametrize(
    ("board", "line"),
    [
        (
            Board(r"e: ; \sigma: ", random=[r"\mathbb{E}[e] = 0", r"\operatorname{Var}(e) = \sigma^2"]),
            r"\mathbb{E}[e^3] = 0",
        ),
        (Board("y: n", ["L = L(y)"]), r"\frac{\partial^2 L}{\partial y_1 \partial y_2} = 0"),
        (Board(r"x: n; \Sigma: n n", [], [r"\Sigma \succ 0"]), r"x^\top \Sigma x = \sum_i \Sigma_{ii} x_i^2"),
        (Board("y: n", [], [r"\sum_k y_k = 1"]), r"y_k^2 = y_k"),
    ],
)
def test_abstract_things_are_generic(board: Board, line: str) -> None:
    assert word(board, line) == "refuted"


# 6. Derivatives by dual numbers: right through determinants, norms and kinks


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
        (Board("x: "), r"\frac{d}{dx} |x| = \operatorname{sign}(x)", r"\frac{d}{dx} |x| = 0"),
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


def test_an_expectation_is_exact_to_its_last_digits() -> None:
    board = Board("x: ", random=[r"x \sim \mathcal{N}(0, 1)"])
    assert word(board, r"\mathbb{E}[\operatorname{relu}(x)] = \frac{1}{\sqrt{2 \pi}}") in HELD
    assert word(board, r"\mathbb{E}[\operatorname{relu}(x)] = \frac{1}{\sqrt{2 \pi}} + 10^{-7}") == "refuted"
    assert word(board, r"\mathbb{E}[x^8] = 105") in HELD
    assert word(board, r"\mathbb{E}[x^8] = 104") == "refuted"


# 8. Bounds: a violation is searched for


@pytest.mark.parametrize(
    ("board", "line"),
    [
        (Board("x: "), r"(x - 3)^2 \ge \frac{1}{4}"),
        (Board("p: n", [r"H = -\sum_i p_i \log p_i"], ["p_i > 0", r"\sum_i p_i = 1"]), r"H \ge \frac{1}{5}"),
    ],
)
def test_a_bound_is_attacked(board: Board, line: str, monkeypatch: Patch) -> None:
    assert word(board, line) == "refuted"
    off(monkeypatch, (search, "violation"), (verdict, "stressed"))
    assert word(board, line) == "supported"


# 9. What nothing satisfies supports nothing


@pytest.mark.parametrize(
    ("board", "line"),
    [
        (Board("a: ; b: "), r"a^2 = -1 \implies a = b"),
        (Board("x: n", [], ["x_i > 1", r"\sum_i x_i = 0"]), r"x_i = 7"),
        (Board("a: ", [], ["a > 1", "a < 0"]), r"a = 2 a"),
    ],
)
def test_an_assumption_that_nothing_satisfies_proves_nothing(board: Board, line: str, monkeypatch: Patch) -> None:
    assert word(board, line) == "unchecked"


# 10. Earlier claims override definitions, for the step alone


def test_a_step_is_judged_on_what_was_claimed_before() -> None:
    import symdl

    problem = symdl.Problem(
        title="t",
        symbols={"X": "m n", "w": "n", "y": "m"},
        given=["r = X w - y", r"L = \frac{1}{2} \|r\|^2"],
        derive=[r"\frac{\partial L}{\partial w}"],
    )
    work = r"""\begin{align}
    \frac{\partial L}{\partial r} &= 2 r \\
    \frac{\partial L}{\partial w} &= 2 X^\top r \\
    \frac{\partial L}{\partial w} &= X^\top r
    \end{align}"""
    report = symdl.check(work, problem)
    words = [(line.step.status, line.truth.status) for line in report.lines]
    assert words[0] == ("refuted", "refuted")
    assert words[1][0] in HELD
    assert words[1][1] == "refuted"
    assert report.first_wrong_line == 1


def test_spectral_claims_are_compared_up_to_their_gauge() -> None:
    board = Board("A: n n", [r"(Q, \Lambda) = \operatorname{eigh}(A)"], [r"A = A^\top"])
    assert word(board, r"Q \Lambda Q^\top = A") in HELD
    assert word(board, r"Q_{1,1} > 0") == "refuted"


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
