"""The engine: every model's results have their reference form and length, and the numbers of finite differences."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from symdl.engine import derive
from symdl.errors import UnsupportedError, UsageError
from symdl.language import syntax as s
from symdl.language.dims import Dim, Range
from symdl.solution.narrative import claim_of, free_letters
from symdl.tensor import expr as E
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.program import Fact
from tests.blackboard import Board, F, Values, check, exp, f, tanh
from tests.engine_models import MODELS, Targets
from tests.spelling import spell

SIZES = ({"B": 3, "n": 4, "c": 2, "h": 5, "m": 2, "d": 3}, {"B": 2, "n": 3, "c": 4, "h": 2, "m": 5, "d": 4})


def tokens(text: str) -> int:
    return len(re.findall(r"[A-Za-zα-ω∂]+|\d+|⁻¹|ᵀ|\S", text.replace("(", "").replace(")", "")))


def outer(text: str) -> str:
    """Without the parentheses around a whole sum or ⊙-product."""
    return text[1:-1] if text.startswith("(") and text.endswith(")") and _closes_last(text) else text


def _closes_last(text: str) -> bool:
    depth = 0
    for n, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0:
            return n == len(text) - 1
    return False


def index_check(board: Board, line: s.Relation, expected: np.ndarray, values: Values) -> None:
    """The index form's right side, entry by entry, at the letters its left side names."""
    left = line.sides[0]
    assert isinstance(left, s.Derivative)
    letters = [
        i.name for x in (left.of, *left.by) if isinstance(x, s.Entry) for i in x.indices if isinstance(i, s.IndexVar)
    ]
    entry = Elaborator(board.understanding().scope, board.program).entry(line.sides[1], ())
    for p in np.ndindex(*expected.shape):
        got = values.value(entry, dict(zip(letters, (i + 1 for i in p), strict=True)))
        assert abs(got - expected[p]) <= 2e-6 * max(1.0, abs(expected[p]))


@pytest.mark.parametrize("name", MODELS)
def test_forms_and_numbers(name: str) -> None:
    board, targets = MODELS[name]()
    solution = derive(board.understanding(*(board.d(*t) for t, _ in targets)), board.program)
    for (target, reference), result in zip(targets, solution.results, strict=True):
        if reference is not None:
            assert result.matrix is not None, target
            got, wanted = spell(result.matrix), reference.lstrip("=")
            if reference.startswith("="):
                assert outer(got) == outer(wanted)
            assert tokens(got) <= 1.3 * tokens(wanted), (got, wanted)
        assert "Cases" not in str(result.index)
        for seed, sizes in enumerate(SIZES[:1] if name in ("layernorm", "batchnorm", "convolution") else SIZES):
            values = Values(board, sizes, seed)
            expected = values.gradient(*target) if len(target) == 2 else second(values, *target)
            if result.matrix is not None:
                check(board, result.matrix, expected, values, 2e-6 if len(target) == 2 else 2e-4)
            if len(target) == 2:
                assert isinstance(result.index, s.Relation)
                index_check(board, result.index, expected, values)


def second(values: Values, of: str, by: str, again: str) -> np.ndarray:
    """A Hessian by differences of differences."""
    base = dict(values.fixed)
    point = base[again]
    out = np.empty((*values.tensor(by).shape, *point.shape))
    h = 1e-4
    for p in np.ndindex(*point.shape):
        ends = []
        for sign in (1, -1):
            moved = point.copy()
            moved[p] += sign * h
            values.fixed, values.memo = {**base, again: moved}, {}
            ends.append(values.gradient(of, by))
        out[(..., *p)] = (ends[0] - ends[1]) / (2 * h)
    values.fixed, values.memo = base, {}
    return out


def test_the_numeric_check_catches_a_wrong_gradient() -> None:
    board, _ = MODELS["linear_regression_with_a_name"]()
    values = Values(board, SIZES[0])
    wrong = s.Product((s.Transpose(board.symbol("X")), board.symbol("r")))  # the 1/B is missing
    with pytest.raises(AssertionError):
        check(board, wrong, values.gradient("L", "w"), values)


def mlp() -> Board:
    b = Board(X="B n", W1="n h", b1="h", W2="h c", b2="c", Y="B c")
    X, W1, b1, Z1, H, W2, b2, Z2, P, Y = map(b.at, ("X", "W1", "b1", "Z1", "H", "W2", "b2", "Z2", "P", "Y"))
    b.define("Z1", "B h", lambda i, j: b.sum("n", lambda k: X(i, k) * W1(k, j)) + b1(j))
    b.define("H", "B h", lambda i, j: tanh(Z1(i, j)))
    b.define("Z2", "B c", lambda i, j: b.sum("h", lambda k: H(i, k) * W2(k, j)) + b2(j))
    b.define("P", "B c", lambda i, k: exp(Z2(i, k)) / b.sum("c", lambda j: exp(Z2(i, j))))
    size = F(E.Dimension("B", None))
    b.define("L", "", lambda: -f(1) / size * b.sum("B c", lambda i, k: Y(i, k) * F(E.fn("log", P(i, k).e))))
    b.fact("B", lambda i: b.sum("c", lambda k: Y(i, k)), 1)
    return b


def test_an_mlp_in_seven_steps() -> None:
    board = mlp()
    targets = [board.d("L", x) for x in ("Z2", "W2", "b2", "W1", "b1")]
    solution = derive(board.understanding(*targets), board.program)
    lines = [spell(step.line) for r in solution.results for step in r.steps]
    assert lines == [
        "∂L/∂Z2 = [1 / B] (P - Y)",
        "∂L/∂W2 = Hᵀ ∂L/∂Z2 = [1 / B] Hᵀ (P - Y)",
        "∂L/∂b2 = ∂L/∂Z2ᵀ 1 = [1 / B] (P - Y)ᵀ 1",
        "∂L/∂H = ∂L/∂Z2 W2ᵀ",
        "∂L/∂Z1 = (∂L/∂H ⊙ (1 - (H ⊙ H)))",
        "∂L/∂W1 = Xᵀ ∂L/∂Z1",
        "∂L/∂b1 = ∂L/∂Z1ᵀ 1",
    ]
    assert [spell(w) for w in solution.results[3].where] == [lines[0], lines[3], lines[4]]  # every name it rests on
    assert all(step.because and step.rule == "chain-rule" for r in solution.results for step in r.steps)


def test_a_fact_is_used_only_where_it_is_given() -> None:
    board = mlp()
    board.facts.clear()
    result = derive(board.understanding(board.d("L", "Z2")), board.program).results[0]
    assert result.matrix is not None
    assert spell(result.matrix) != "[1 / B] (P - Y)"
    values = Values(board, SIZES[0])
    check(board, result.matrix, values.gradient("L", "Z2"), values)


def chain(depth: int) -> Board:
    b = Board(H0="B n", **{f"W{k}": "n n" for k in range(1, depth + 1)})
    for k in range(1, depth + 1):
        before, W, Z = map(b.at, (f"H{k - 1}", f"W{k}", f"Z{k}"))
        b.define(f"Z{k}", "B n", lambda i, j, u=before, W=W: b.sum("n", lambda m: u(i, m) * W(m, j)))
        b.define(f"H{k}", "B n", lambda i, j, Z=Z: tanh(Z(i, j)))
    last = b.at(f"H{depth}")
    b.define("L", "", lambda: f(1) / 2 * b.sum("B n", lambda i, j: last(i, j) ** 2))
    return b


def test_a_deep_network_costs_linear_time() -> None:
    spent = []
    for depth in (50, 200):
        board = chain(depth)
        understanding, program = board.understanding(*(board.d("L", f"W{k}") for k in (1, depth))), board.program
        start = time.process_time()
        solution = derive(understanding, program)
        spent.append(time.process_time() - start)
    assert spent[1] < 10 * spent[0]
    assert spell(solution.results[0].matrix or s.Ones(())) == "H0ᵀ ∂L/∂Z1"


def test_what_does_not_depend_is_zero_and_says_so() -> None:
    board = mlp()
    board.leaves["V"] = board.shapes["V"] = ("n",)
    result = derive(board.understanding(board.d("L", "V")), board.program).results[0]
    assert result.matrix == s.Zeros(board.symbol("V").axes)
    assert result.steps[0].rule == "independent"
    assert "does not depend" in result.steps[0].because


def test_a_kink_is_said() -> None:
    board, _ = MODELS["relu_network"]()
    result = derive(board.understanding(board.d("L", "Z")), board.program).results[0]
    assert "kinks of relu" in result.steps[-1].because


def refused(body: Callable[[Callable[..., F]], F]) -> str:
    b = Board(x="n")
    b.define("L", "", lambda: body(b.at("x")))
    with pytest.raises(UnsupportedError) as error:
        derive(b.understanding(b.d("L", "x")), b.program)
    return str(error.value)


def test_a_missing_rule_says_which() -> None:
    assert "zeta" in refused(lambda x: F(E.fn("zeta", x(1).e)))
    assert "spectral" in refused(_spectral)


def _spectral(x: Callable[..., F]) -> F:
    r, c = (E.Bind(E.fresh("i"), E.ONE, E.Dimension("n", None)) for _ in range(2))
    return F(E.Mat("spectral", (), r, c, (x(E.Idx(r.name)) * x(E.Idx(c.name))).e))


def test_constrained_variation_is_refused_rather_than_ignored() -> None:
    board, _ = MODELS["log_determinant"]()
    board.facts.append(Fact("varies-symmetrically", subject="S"))
    with pytest.raises(UnsupportedError, match="varies"):
        derive(board.understanding(board.d("L", "S")), board.program)


def test_no_targets_is_an_error() -> None:
    board, _ = MODELS["ridge"]()
    with pytest.raises(UsageError):
        derive(board.understanding(), board.program)


def test_an_index_form_is_a_line_with_its_own_letters() -> None:
    board, _ = MODELS["matrix_factors"]()
    result = derive(board.understanding(board.d("L", "A")), board.program).results[0]
    assert claim_of(result, result.index) is result.index
    assert sorted(str(r) for r in free_letters(result.index).values()) == ["1..d", "1..m"]
    assert result.matrix is not None
    assert claim_of(result, result.matrix) == s.Relation((result.target, result.matrix), ("=",))
    assert result.shape == ("m", "d")


def recurrence() -> tuple[Board, Targets]:
    b = Board(a="", x="T", y="T")
    h, a, x, y = map(b.at, ("h", "a", "x", "y"))
    b.define("h", "T", lambda t: tanh(a() * h(t - 1) + x(t)), "scan")
    st = b.statements["h"]
    b.statements["h"] = type(st)(st.name, st.binders, st.body, "scan", (((E.ONE,), x(1).e),))
    b.define("L", "", lambda: f(1) / 2 * b.sum("T", lambda t: (h(t) - y(t)) ** 2))
    return b, [(("L", "a"), None), (("L", "x"), None)]


def test_a_recurrence_runs_backwards_and_leaves_its_boundary_out() -> None:
    board, targets = recurrence()
    solution = derive(board.understanding(*(board.d(*t) for t, _ in targets)), board.program)
    values = Values(board, {"T": 5})
    for (target, _), result in zip(targets, solution.results, strict=True):
        assert isinstance(result.index, s.Relation)
        index_check(board, result.index, values.gradient(*target), values)
    step = solution.results[0].steps[0].line
    assert isinstance(step, s.Relation)
    assert "∂L/∂h" in spell(step.sides[-1])  # the adjoint of the next moment


def test_a_symmetric_matrix_is_written_one_way() -> None:
    board, _ = MODELS["quadratic_form"]()
    board.facts.append(Fact("symmetric", subject="A"))
    result = derive(board.understanding(board.d("L", "x")), board.program).results[0]
    assert result.matrix is not None
    assert spell(result.matrix) == "2 A x"
    board, _ = MODELS["mahalanobis"]()
    board.facts.append(Fact("positive-definite", subject="S"))
    result = derive(board.understanding(board.d("L", "x")), board.program).results[0]
    assert result.matrix is not None
    assert spell(result.matrix) == "2 S⁻¹ (x - m)"


def test_the_derivative_by_itself_is_one() -> None:
    board, _ = MODELS["ridge"]()
    assert derive(board.understanding(board.d("L", "L")), board.program).results[0].matrix == s.Number(E.ONE.value)


def test_letters_of_the_target_stay_as_the_author_wrote_them() -> None:
    board, _ = MODELS["linear_regression_with_a_name"]()
    entry = s.Entry(board.symbol("w"), (s.IndexVar("q"),))
    target = s.Derivative(board.symbol("L"), (entry,))
    understanding = board.understanding(target)
    line = replace(understanding.targets[0], letters={"q": Range(Dim.of(1), Dim.of("n"))})
    result = derive(understanding, board.program, (line,)).results[0]
    assert result.matrix is not None
    values = Values(board, SIZES[0])
    expected = values.gradient("L", "w")
    got = Elaborator(understanding.scope, board.program).entry(result.matrix, ())
    for q in range(4):
        assert values.value(got, {"q": q + 1}) == pytest.approx(expected[q], rel=1e-6)
