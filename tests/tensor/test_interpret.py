"""Values of programs against NumPy written by hand, and derivatives against finite differences of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symdl.errors import UnsupportedError
from symdl.language.dims import shape
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Bind,
    Cmp,
    Const,
    Deriv,
    Expr,
    Idx,
    Ind,
    Mat,
    Red,
    Where,
    add,
    fn,
    mul,
    num,
    power,
    sub,
    total,
)
from symdl.tensor.fields import HIGH_FIELD, modulo
from symdl.tensor.interpret import Valuation, evaluate
from symdl.tensor.program import Fact, Leaf, Program, Statement
from tests.tensor.models import acc, bind, by, deep_network, program, recurrent_network, size, softmax_regression

RNG = np.random.default_rng(0)


def softmax_case() -> tuple[Valuation, dict[str, np.ndarray]]:
    x = {"X": (5, 4), "W": (4, 3), "b": (3,)}
    data = {k: RNG.normal(size=s) for k, s in x.items()}
    data["Y"] = RNG.dirichlet(np.ones(3), size=5)
    return Valuation(softmax_regression(), {"B": 5, "n": 4, "c": 3}, data), data


def test_softmax_regression_and_its_gradient() -> None:
    v, d = softmax_case()
    z = d["X"] @ d["W"] + d["b"]
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    np.testing.assert_allclose(evaluate(acc("P", "i", "k"), v, {"i": (1, 5), "k": (1, 3)}), p, rtol=1e-13)
    gradient = evaluate(by("L", "W", "j", "k"), v, {"j": (1, 4), "k": (1, 3)})
    np.testing.assert_allclose(gradient, d["X"].T @ (p - d["Y"]) / 5, atol=1e-14)


def test_a_hessian_by_jets_agrees_with_differences_of_the_gradient() -> None:
    v, d = softmax_case()
    letters = {"i": (1, 4), "k": (1, 3), "p": (1, 4), "q": (1, 3)}
    hessian = evaluate(Deriv(acc("L"), (acc("W", "i", "k"), acc("W", "p", "q")), True), v, letters)
    h = 1e-6
    for place in ((0, 0), (2, 1), (3, 2)):
        sides = []
        for sign in (1, -1):
            w = d["W"].copy()
            w[place] += sign * h
            moved = v.variant(leaves={**d, "W": w})
            sides.append(evaluate(by("L", "W", "i", "k"), moved, {"i": (1, 4), "k": (1, 3)}))
        np.testing.assert_allclose(hessian[:, :, place[0], place[1]], (sides[0] - sides[1]) / (2 * h), atol=1e-8)


def test_fifty_digits_agree_with_float64() -> None:
    v, _ = softmax_case()
    high = evaluate(by("L", "b", "k"), v.variant(field=HIGH_FIELD), {"k": (1, 3)})
    np.testing.assert_allclose(high.astype(float), evaluate(by("L", "b", "k"), v, {"k": (1, 3)}), atol=1e-15)
    assert high[0] != float(high[0])  # more digits than a float has


def test_a_recurrence_through_two_statements() -> None:
    shapes = {"W": (3, 3), "U": (3, 2), "x": (4, 2), "v": (3,), "g": (3,)}
    d = {k: RNG.normal(size=s) for k, s in shapes.items()}
    v = Valuation(recurrent_network(), {"n": 3, "m": 2, "T": 4}, d)

    def run(w: np.ndarray) -> list[np.ndarray]:
        h = [d["g"]]
        for t in range(4):
            h.append(np.tanh(w @ h[-1] + d["U"] @ d["x"][t]))
        return h

    np.testing.assert_allclose(evaluate(acc("h", "t", "i"), v, {"t": (0, 4), "i": (1, 3)}), run(d["W"]), rtol=1e-13)
    gradient = evaluate(by("L", "W", "p", "q"), v, {"p": (1, 3), "q": (1, 3)})
    eps = 1e-6 * np.eye(9).reshape(9, 3, 3)
    loss = lambda w: sum(d["v"] @ (h * h) for h in run(w)[1:])  # noqa: E731
    numeric = np.array([(loss(d["W"] + e) - loss(d["W"] - e)) / 2e-6 for e in eps]).reshape(3, 3)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6)


def test_families_of_ragged_matrices() -> None:
    widths = {0: 2, 1: 4, 2: 3, 3: 2}
    weights = np.full((3, 4, 4), np.nan)
    for k in (1, 2, 3):
        weights[k - 1, : widths[k], : widths[k - 1]] = RNG.normal(size=(widths[k], widths[k - 1]))
    x = RNG.normal(size=2)
    v = Valuation(deep_network(), {"D": 3}, {"W": weights, "x": x}, {"n": widths})
    h = x
    for k in (1, 2, 3):
        h = np.tanh(weights[k - 1, : widths[k], : widths[k - 1]] @ h)
    np.testing.assert_allclose(float(evaluate(acc("L"), v)), h @ h, rtol=1e-13)
    gradient = evaluate(by("L", "x", "i"), v, {"i": (1, 2)})
    assert np.all(np.isfinite(gradient))


def test_a_table_filled_in_two_indices() -> None:
    """Binomials: C(i, j) = C(i−1, j−1) + C(i−1, j) from two boundaries."""
    up = add(Idx("i"), num(-1))
    body = Where(
        ((Cmp(">", Idx("j"), Idx("i")), ZERO), (None, add(acc("C", up, add(Idx("j"), num(-1))), acc("C", up, "j"))))
    )
    c = Statement("C", (bind("i", "n"), bind("j", "n")), body, "scan", base=(((None, ZERO), ONE), ((ZERO, None), ZERO)))
    start = (((ZERO, None), ZERO), ((None, ZERO), ONE))
    c = Statement("C", c.binders, c.body, "scan", base=(*start, ((ZERO, ZERO), ONE)))
    v = Valuation(Program(statements={"C": c}, sizes=frozenset("n")), {"n": 6}, {})
    table = evaluate(acc("C", "i", "j"), v, {"i": (1, 6), "j": (1, 6)})
    assert table[5].tolist() == [6, 15, 20, 15, 6, 1]


def test_conditions_keep_what_has_no_value_out() -> None:
    p = program({"x": "n"})
    v = Valuation(p, {"n": 4}, {"x": np.array([1.0, 2.0, 4.0, 7.0])})
    apart = Red("sum", (bind("j", "n"),), Cmp("≠", Idx("j"), Idx("i")), power(sub(acc("x", "i"), acc("x", "j")), -1))
    out = evaluate(apart, v, {"i": (1, 4)})
    x = np.array([1.0, 2.0, 4.0, 7.0])
    expected = [sum(1 / (a - b) for b in x if a != b) for a in x]
    np.testing.assert_allclose(out, expected)
    before = mul(Ind(Cmp(">", Idx("i"), ONE)), acc("x", add(Idx("i"), num(-1))))
    assert evaluate(before, v, {"i": (1, 4)}).tolist() == [0, 1, 2, 4]
    assert np.isnan(evaluate(acc("x", add(Idx("i"), num(-1))), v, {"i": (1, 4)})[0])


def test_values_outside_a_range_come_from_assumptions_alone() -> None:
    fact = Fact("=", acc("g", "k"), ZERO, (), Cmp("<", Idx("k"), ONE))
    shifted = acc("g", add(Idx("i"), num(-2)))
    data = {"g": np.array([3.0, 5.0, 8.0])}
    v = Valuation(program({"g": "n"}, facts=(fact,)), {"n": 3}, data)
    assert evaluate(shifted, v, {"i": (1, 3)}).tolist() == [0, 0, 3]
    ahead = evaluate(acc("g", add(Idx("i"), ONE)), v, {"i": (1, 3)})
    assert np.isnan(ahead[2])
    assert v.notes


def test_lookups_maxima_and_their_derivatives() -> None:
    p = Program(leaves={**program({"Z": "B c"}).leaves, "y": Leaf("y", program({"y": "B"}).leaves["y"].axes, (), True)},
                sizes=frozenset({"B", "c"}))  # fmt: skip
    z, y = RNG.normal(size=(4, 3)), np.array([2, 1, 3, 2])
    v = Valuation(p, {"B": 4, "c": 3}, {"Z": z, "y": y})
    np.testing.assert_array_equal(evaluate(acc("Z", "i", acc("y", "i")), v, {"i": (1, 4)}), z[np.arange(4), y - 1])
    top = Red("max", (bind("k", "c"),), None, acc("Z", "i", "k"))
    np.testing.assert_array_equal(evaluate(top, v, {"i": (1, 4)}), z.max(1))
    where = evaluate(Deriv(top, (acc("Z", "i", "q"),), True), v, {"i": (1, 4), "q": (1, 3)})
    np.testing.assert_array_equal(where, np.eye(3)[z.argmax(1)])
    best = Red("argmax", (bind("k", "c"),), None, acc("Z", "i", "k"))
    np.testing.assert_array_equal(evaluate(best, v, {"i": (1, 4)}), z.argmax(1) + 1)


def test_local_and_total_derivatives_differ() -> None:
    s = (Statement("u", (), power(acc("x"), 2)), Statement("f", (), mul(acc("u"), acc("x"))))
    v = Valuation(program({"x": ""}, s), {}, {"x": np.array(3.0)})
    assert float(evaluate(by("f", "x"), v)) == 27  # of x³
    assert float(evaluate(by("f", "x", total_=False), v)) == 9  # u stays


def test_claimed_adjoints_replace_the_true_ones() -> None:
    """F = u x, u = x²: with ∂f/∂u claimed to be 7, ∂f/∂x = 7·2x + u."""
    s = (Statement("u", (), power(acc("x"), 2)), Statement("f", (), mul(acc("u"), acc("x"))))
    from symdl.tensor.expr import Lam

    claims = {("f", "u"): Lam((), num(7))}
    v = Valuation(program({"x": ""}, s), {}, {"x": np.array(3.0)}, partials=claims)
    assert float(evaluate(by("f", "u"), v)) == 7
    assert float(evaluate(by("f", "x"), v)) == 7 * 6 + 9


def test_symmetric_variation_moves_both_entries() -> None:
    fact = Fact("varies-symmetrically", subject="A")
    p = program({"A": "n n", "B": "n n"}, facts=(fact,))
    b = RNG.normal(size=(3, 3))
    v = Valuation(p, {"n": 3}, {"A": np.eye(3), "B": b})
    inner = total((bind("i", "n"), bind("j", "n")), mul(acc("A", "i", "j"), acc("B", "i", "j")))
    got = evaluate(Deriv(inner, (acc("A", "p", "q"),), True), v, {"p": (1, 3), "q": (1, 3)})
    np.testing.assert_allclose(got, b + b.T - np.diag(np.diag(b)))


@pytest.mark.parametrize("op", ["expm", "pinv", "det", "logdet", "inverse", "nuclear", "spectral"])
def test_matrix_functions_against_differences(op: str) -> None:
    a = RNG.normal(size=(4, 4))
    a = a @ a.T + np.eye(4)
    a[0, 1] += 0.3
    scalar = op in ("det", "logdet", "nuclear", "spectral")
    e = Mat(op, () if scalar else (num(2), num(3)), bind("r", "n"), bind("c", "n"), acc("A", "r", "c"))
    p = program({"A": "n n"})
    v = Valuation(p, {"n": 4}, {"A": a})
    got = evaluate(Deriv(e, (acc("A", "i", "j"),), True), v, {"i": (1, 4), "j": (1, 4)})
    h = 1e-6
    for k in ((0, 1), (2, 2), (3, 0)):
        sides = []
        for sign in (1, -1):
            moved = a.copy()
            moved[k] += sign * h
            sides.append(float(evaluate(e, Valuation(p, {"n": 4}, {"A": moved}))))
        assert got[k] == pytest.approx((sides[0] - sides[1]) / (2 * h), rel=1e-6, abs=1e-7)


def test_eigenvalues_move_along_their_vectors() -> None:
    a = RNG.normal(size=(4, 4))
    a = a + a.T
    e = Mat("eigenvalue", (ONE,), bind("r", "n"), bind("c", "n"), acc("A", "r", "c"))
    v = Valuation(program({"A": "n n"}), {"n": 4}, {"A": a})
    _, q = np.linalg.eigh(a)
    got = evaluate(Deriv(e, (acc("A", "i", "j"),), True), v, {"i": (1, 4), "j": (1, 4)})
    np.testing.assert_allclose(got, np.outer(q[:, -1], q[:, -1]), atol=1e-12)
    with pytest.raises(UnsupportedError):
        evaluate(e, Valuation(program({"A": "n n"}), {"n": 4}, {"A": a + np.triu(a, 1)}))


def test_modulo_a_prime() -> None:
    p = 2**61 - 1
    e = add(power(acc("x"), -1), num(Fraction(1, 3)), power(acc("x"), 5))
    v = Valuation(program({"x": ""}), {}, {"x": np.array(7)}, field=modulo(p))
    assert int(evaluate(e, v)) == (pow(7, -1, p) + pow(3, -1, p) + 7**5) % p
    with pytest.raises(UnsupportedError):
        evaluate(fn("exp", acc("x")), v)


def test_absurd_numbers_are_refused_quickly() -> None:
    """9^{9^{9^9}} has no value: infinite or refused, never a long wait."""
    tower: Expr = num(9)
    for _ in range(3):
        tower = power(num(9), tower)
    for v in (Valuation(Program(), {}, {}), Valuation(Program(), {}, {}, field=HIGH_FIELD)):
        try:
            assert not np.isfinite(float(evaluate(tower, v)))
        except UnsupportedError:
            pass
    with pytest.raises(UnsupportedError):
        evaluate(total((Bind("k", ONE, num(10**9)),), Idx("k")), Valuation(Program(), {}, {}))
    assert np.isinf(float(evaluate(Const("infinity"), Valuation(Program(), {}, {}))))


def test_a_definition_that_needs_itself_is_nan_or_refused() -> None:
    s = Statement("u", (), add(acc("u"), ONE))
    v = Valuation(Program(statements={"u": s}), {}, {})
    assert np.isnan(float(evaluate(acc("u"), v)))


def test_sizes_and_letters_are_numbers_too() -> None:
    v = Valuation(Program(sizes=frozenset("n")), {"n": 5}, {})
    assert float(evaluate(total((bind("k", "n"),), mul(size("n"), Idx("k"))), v)) == 75


def test_a_derivative_under_a_sum_is_the_same_outside_it() -> None:
    """∂L/∂f stands under Σ_j and beside it: what was worked out where more letters are bound serves where fewer are."""
    i, j = Idx("i"), Idx("j")
    f, size = Acc("f", ()), num(3)
    slope = Deriv(Acc("L", ()), (f,), True)
    program = Program(
        leaves={"w": Leaf("w", shape(3))},
        statements={"f": Statement("f", (), Red("sum", (Bind("k", num(1), size),), None, Acc("w", (Idx("k"),)))),
                    "L": Statement("L", (), power(f, 2))},
    )  # fmt: skip
    w = np.array([1.0, 2.0, 4.0])
    inside = Red("sum", (Bind("j", num(1), size),), None, mul(Acc("w", (j,)), slope, Acc("w", (i,))))
    got = evaluate(add(inside, mul(slope, Acc("w", (i,)))), Valuation(program, {}, {"w": w}), {"i": (1, 3)})
    assert np.allclose(got, 14 * w * (1 + w.sum()))
