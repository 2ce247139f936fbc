"""Points 1 to 5 of the judge: a wrong line each that only this point catches: switched off, it passes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symdl.judge import draw_leaves, numeric, sample, special, stress, verdict
from symdl.judge.settings import STANDARD
from symdl.language.dims import Shape
from symdl.language.reading import relations
from symdl.tensor import canonical_terms, generic_functions, sequents
from symdl.tensor.canonical_label import _refine
from symdl.tensor.expr import Expr, Idx
from symdl.tensor.quadrature import moment
from tests.trust.points import AGREES, HELD, Board, Patch, evidence, off, stress_off, word

SQUARE = tuple(s for s in STANDARD if s.kind == "square")


# 1. Shape and free indices: both sides agree at every entry, yet they are not of one shape


@pytest.mark.parametrize(
    ("symbols", "line"),
    [
        ("x: n", r"x^\top x = \|x\|^2 \mathbf{1}_n"),
        ("X: m n", r"0 \cdot X = \mathbf{1}_n^\top - \mathbf{1}_n^\top"),
        ("x: n; a: ", r"a = a x^\top x \oslash (x^\top x \mathbf{1}_n)"),
    ],
)
def test_shapes_come_first(symbols: str, line: str) -> None:
    assert evidence(Board(symbols), line).startswith("unreadable")


def test_without_shapes_a_number_equals_a_vector(monkeypatch: Patch) -> None:
    board, line = Board("x: n"), r"x^\top x = \|x\|^2 \mathbf{1}_n"
    assert "differ in shape" in evidence(board, line)

    def the_longer(op: str, left: Any, right: Any) -> Shape:
        return max((left.shape, right.shape), key=len)  # type: ignore[no-any-return]

    off(monkeypatch, (relations, "_refuse"))
    monkeypatch.setattr(sequents, "common_shape", the_longer)
    assert word(board, line) in HELD


# 2. A proof alone proves nothing: colour refinement alone confuses tr(A⁶) with tr(A³)²


def coloured(binders: Any, powers: Any) -> dict[str, Expr]:
    """Letters named by their colours: tied ones share a name."""
    letters = [b.name for b in binders]
    ranks = _refine(letters, [*powers, *((b,) for b in binders)], {n: 0 for n in letters})
    return {n: Idx(f"§1.{ranks[n]}") for n in letters}


def test_a_confused_proof_is_contradicted_by_values(monkeypatch: Patch) -> None:
    board = Board("A: n n")
    six = r"\sum_{a,b,c,d,e,f} A_{ab} A_{bc} A_{cd} A_{de} A_{ef} A_{fa}"
    line = six + r" = \sum_{a,b,c,d,e,f} A_{ab} A_{bc} A_{ca} A_{de} A_{ef} A_{fd}"
    assert word(board, six + r" = \operatorname{tr}(A^6)") == "proved"
    assert word(board, line) == "refuted"
    monkeypatch.setattr(canonical_terms, "label", coloured)
    found = evidence(board, line)
    assert found.startswith("unchecked")
    assert "contradicts itself" in found
    monkeypatch.setattr(verdict, "numeric", lambda *a, **k: AGREES)
    off(monkeypatch, (verdict, "stressed"))
    assert word(board, line) == "proved"


# 3. Sizes pairwise distinct, one above the degree; constants of order 1; both sides of kinks; discrete domains; digits


def test_distinct_sizes_show_the_wrong_mean(monkeypatch: Patch) -> None:
    board, line = Board("X: m n"), r"\frac{1}{m} \sum_{i,j} X_{ij} = \frac{1}{n} \sum_{i,j} X_{ij}"
    assert word(board, line) == "refuted"
    monkeypatch.setattr(numeric, "STANDARD", SQUARE)
    stress_off(monkeypatch)
    assert word(board, line) == "supported"


def test_a_size_above_the_degree_shows_a_polynomial_in_n(monkeypatch: Patch) -> None:
    board, line = Board("x: n"), r"(n-1)(n-2)(n-3)(n-4)(n-5) \sum_i x_i = 0"
    assert word(board, line) == "refuted"
    monkeypatch.setattr(numeric, "STANDARD", tuple(s for s in STANDARD if s.kind != "larger"))
    off(monkeypatch, (verdict, "modular"))
    assert word(board, line) == "supported"


def test_constants_of_order_one_show_a_lost_epsilon(monkeypatch: Patch) -> None:
    board = Board(r"v: n; \epsilon: ", assume=["v_i > 0"], top=r"values = {'\epsilon' = 1e-14}")
    line = r"\frac{1}{\sqrt{v_i + \epsilon}} = \frac{1}{\sqrt{v_i}}"
    assert word(board, line) == "refuted"
    generic = sample.draw_leaf

    def at_its_value(program: Any, leaf: Any, *rest: Any) -> Any:
        given = program.values.get(leaf.name)
        return generic(program, leaf, *rest) if given is None else np.asarray(float(given))

    monkeypatch.setattr(sample, "draw_leaf", at_its_value)
    stress_off(monkeypatch)
    assert word(board, line) == "supported"


def test_every_discrete_value_is_tried(monkeypatch: Patch) -> None:
    board = Board("y: n", assume=[r"y_i \in \{0, 1\}"])
    line = r"\prod_i y_i = 0"
    assert word(board, line) == "refuted"
    off(monkeypatch, (verdict, "modular"))
    monkeypatch.setattr(stress, "special_settings", lambda sequent: ())
    assert any(word(board, line, seed) == "supported" for seed in range(1, 12))


def test_both_sides_of_a_kink_are_met(monkeypatch: Patch) -> None:
    board, line = Board("x: ; y: "), r"\max(x, y - 3) = x"
    assert word(board, line) == "refuted"
    monkeypatch.setattr(special, "SIDES", 0)
    monkeypatch.setattr(stress, "special_settings", lambda sequent: ())
    off(monkeypatch, (verdict, "modular"))
    assert any(word(board, line, seed) == "supported" for seed in range(1, 12))


@pytest.mark.parametrize(
    ("symbols", "line"),
    [
        ("x: ", r"\max(x, -100) = x"),
        ("x: ", r"\log(1 + e^{100 |x| + 80}) = 100 |x| + 80"),
        ("z: n", r"z_i^2 > 0"),
        ("a: ; b: ", r"|a - b| > 0"),
        ("x: n", r"\mathbb{1}[x_i = x_j] = \delta_{ij}"),
        ("x: ", r"x = (1 + 10^{-11}) x"),
        ("x: n; y: n", r"\operatorname{rank}(x y^\top) = 1"),
        ("A: n n; B: n n", r"\operatorname{rank}(A B) = \operatorname{rank}(B A)"),
    ],
)
def test_special_values_and_digits_show_what_generic_ones_hide(symbols: str, line: str, monkeypatch: Patch) -> None:
    assert word(Board(symbols), line) == "refuted"
    stress_off(monkeypatch)
    assert word(Board(symbols), line) == "supported"


# 4. Modulo a prime: exact, where hundreds of digits see no difference


def test_a_prime_sees_what_digits_do_not(monkeypatch: Patch) -> None:
    board, line = Board("x: ; y: "), r"(x + y)^2 = x^2 + 2 x y + y^2 + 10^{-800} x"
    assert word(board, line) == "unchecked"
    off(monkeypatch, (verdict, "modular"))
    assert word(board, line) == "supported"


# 5. Generic instances: an unknown law is no Gaussian, an unknown function not separable, a label soft, Σ dense


def test_an_unknown_law_is_no_gaussian(monkeypatch: Patch) -> None:
    board = Board(r"e: ; \sigma: ", random=[r"\mathbb{E}[e] = 0", r"\operatorname{Var}(e) = \sigma^2"])
    line = r"\mathbb{E}[e^3] = 0"
    assert word(board, line) == "refuted"
    from symdl.tensor import expectation_values

    monkeypatch.setattr(
        expectation_values, "moment", lambda kind, k, field: moment("normal" if kind == "atoms" else kind, k, field)
    )
    assert word(board, line) in HELD


def test_an_unknown_function_is_not_separable(monkeypatch: Patch) -> None:
    board, line = Board("y: n", ["L = L(y)"]), r"\frac{\partial^2 L}{\partial y_1 \partial y_2} = 0"
    assert word(board, line) == "refuted"

    def separable(ctx: Any, z: Any, size: int, outputs: Any, rng: Any) -> Any:
        cube = ctx.jets.mul(z, ctx.jets.mul(z, z))
        return ctx.jets.map(cube, lambda a: ctx.field.total(a, (0,))[None])

    monkeypatch.setattr(generic_functions, "_generic", separable)
    assert word(board, line) == "supported"


def test_an_unknown_function_is_not_linear(monkeypatch: Patch) -> None:
    board, line = Board("y: n", ["L = L(y)"]), r"\frac{\partial^2 L}{\partial y_i \partial y_j} = 0"
    assert word(board, line) == "refuted"

    def linear(ctx: Any, z: Any, size: int, outputs: Any, rng: Any) -> Any:
        return ctx.jets.map(z, lambda a: ctx.field.total(a, (0,))[None])

    monkeypatch.setattr(generic_functions, "_generic", linear)
    assert word(board, line) == "supported"


@pytest.mark.parametrize(
    ("board", "line", "special_draw"),
    [
        (
            Board(r"x: n; \Sigma: n n", [], [r"\Sigma \succ 0"]),
            r"x^\top \Sigma x = \sum_i \Sigma_{ii} x_i^2",
            lambda x: np.diag(np.diag(x)) if x.ndim == 2 else x,
        ),
        (Board("y: n", [], [r"\sum_k y_k = 1"]), r"y_k^2 = y_k", lambda x: np.eye(len(x))[0] if x.ndim else x),
    ],
)
def test_values_are_generic_within_the_assumptions(
    board: Board, line: str, special_draw: Any, monkeypatch: Patch
) -> None:
    assert word(board, line) == "refuted"
    generic = draw_leaves._structured
    monkeypatch.setattr(draw_leaves, "_structured", lambda *a, **k: special_draw(generic(*a, **k)))
    stress_off(monkeypatch)
    assert word(board, line) == "supported"
