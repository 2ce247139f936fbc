"""The judge by values: right lines supported, each with wrong neighbours that are refuted, and honest silence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from symdl.judge.numeric import numeric
from symdl.judge.sample import Sampler
from symdl.judge.settings import STANDARD
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Bind,
    Cmp,
    Deriv,
    Diff,
    Expr,
    Idx,
    Ind,
    Lam,
    Mat,
    Opt,
    add,
    delta,
    div,
    fn,
    mul,
    num,
    power,
    sub,
    total,
)
from symdl.tensor.program import Fact, Goal, Program, Sequent, Statement
from tests.tensor.models import (
    acc,
    bind,
    by,
    claim,
    deep_network,
    logits_gradient,
    program,
    recurrent_network,
    size,
    softmax_regression,
    weights_gradient,
)

W = (bind("gj", "n"), bind("gk", "c"))
Z = (bind("gi", "B"), bind("gk", "c"))


def status(p: Program, left: Expr, right: Expr, *binders: Bind, op: str = "=") -> str:
    return numeric(claim(p, left, right, *binders, op=op)).status


MUTANTS = {
    "sign": mul(num(-1), weights_gradient()),
    "factor": mul(num(2), weights_gradient()),
    "mean": mul(size("B"), weights_gradient()),
    "dropped term": total((bind("gi", "B"),), mul(power(size("B"), -1), acc("X", "gi", "gj"), acc("P", "gi", "gk"))),
    "n ± 1": mul(size("B"), power(add(size("B"), ONE), -1), weights_gradient()),
}


def test_a_gradient_and_its_mutants() -> None:
    p = softmax_regression()
    sampler = Sampler(p)
    right = numeric(claim(p, by("L", "W", "gj", "gk"), weights_gradient(), *W), sampler=sampler)
    assert right.status == "supported"
    assert right.max_error is not None
    assert right.max_error <= 1e-12
    assert len(right.settings) == len(STANDARD)
    for name, wrong in MUTANTS.items():
        found = numeric(claim(p, by("L", "W", "gj", "gk"), wrong, *W), sampler=sampler)
        assert found.status == "refuted", name
        assert found.witness is not None
        assert max(found.witness.sizes.values()) <= 3
        assert found.witness.left != found.witness.right


def test_an_assumption_is_needed_where_it_is_needed() -> None:
    """P − Y only if the labels of a row sum to one."""
    line = (by("L", "Z", "gi", "gk"), logits_gradient(), *Z)
    assert status(softmax_regression(), *line) == "supported"
    assert status(softmax_regression(facts=()), *line) == "refuted"


def test_square_matrices_hide_no_transpose() -> None:
    p = program({"A": "n n", "x": "n"})
    quadratic = total((bind("i", "n"), bind("j", "n")), mul(acc("x", "i"), acc("A", "i", "j"), acc("x", "j")))
    right = total((bind("k", "n"),), mul(add(acc("A", "p", "k"), acc("A", "k", "p")), acc("x", "k")))
    wrong = mul(num(2), total((bind("k", "n"),), mul(acc("A", "p", "k"), acc("x", "k"))))
    gradient = Deriv(quadratic, (acc("x", "p"),), True)
    assert status(p, gradient, right, bind("p", "n")) == "supported"
    assert status(p, gradient, wrong, bind("p", "n")) == "refuted"
    said = replace(
        p, facts=(Fact("symmetric", Lam((bind("a", "n"), bind("b", "n")), acc("A", "a", "b")), subject="A"),)
    )
    assert status(said, gradient, wrong, bind("p", "n")) == "supported"
    spelt = replace(p, facts=(Fact("=", acc("A", "a", "b"), acc("A", "b", "a"), (bind("a", "n"), bind("b", "n"))),))
    assert status(spelt, gradient, wrong, bind("p", "n")) == "supported"


def test_backpropagation_through_time() -> None:
    p = recurrent_network()
    inside = mul(by("L", "h", "t", "p"), sub(ONE, power(acc("h", "t", "p"), 2)))
    before = acc("h", add(Idx("t"), num(-1)), "q")
    axes = (bind("p", "n"), bind("q", "n"))
    left = by("L", "W", "p", "q")
    assert status(p, left, total((bind("t", "T"),), mul(inside, before)), *axes) == "supported"
    assert status(p, left, total((bind("t", "T"),), mul(inside, acc("h", "t", "q"))), *axes) == "refuted"
    after = add(Idx("t"), ONE)
    carried = mul(by("L", "h", after, "r"), Deriv(acc("h", after, "r"), (acc("h", "t", "p"),), True))
    own = mul(num(2), acc("v", "p"), acc("h", "t", "p"))
    recursion = add(own, total((bind("r", "n"),), carried))
    assert status(p, by("L", "h", "t", "p"), recursion, bind("t", "T"), bind("p", "n")) == "supported"
    assert status(p, by("L", "h", "t", "p"), own, bind("t", "T"), bind("p", "n")) == "refuted"


def test_a_family_of_layers() -> None:
    p = deep_network()
    layer = Idx("l")
    slope = sub(ONE, power(Acc("h", (layer, Idx("i"))), 2))
    right = mul(by("L", "h", "l", "i"), slope, acc("h", add(layer, num(-1)), "j"))
    rows = (bind("l", "D"), Bind("i", ONE, _layer(layer)), Bind("j", ONE, _layer(add(layer, num(-1)))))
    assert status(p, by("L", "W", "l", "i", "j"), right, *rows) == "supported"
    wrong = mul(by("L", "h", "l", "i"), acc("h", add(layer, num(-1)), "j"))
    assert status(p, by("L", "W", "l", "i", "j"), wrong, *rows) == "refuted"


def _layer(index: Expr) -> Expr:
    from symdl.tensor.expr import Dimension

    return Dimension("n", index)


def test_the_questions_that_sympy_answers_wrongly() -> None:
    """∂ log det A = A⁻ᵀ, and not zero; ∂ tr AᵀA = 2A."""
    p = program({"A": "n n"}, facts=(Fact("positive-definite", subject="A"),))
    axes = (bind("i", "n"), bind("j", "n"))
    logdet = Mat("logdet", (), bind("r", "n"), bind("c", "n"), acc("A", "r", "c"))
    inverse = Mat("inverse", (Idx("j"), Idx("i")), bind("r", "n"), bind("c", "n"), acc("A", "r", "c"))
    gradient = Deriv(logdet, (acc("A", "i", "j"),), True)
    assert status(p, gradient, inverse, *axes) == "supported"
    assert status(p, gradient, ZERO, *axes) == "refuted"
    squares = total((bind("a", "n"), bind("b", "n")), power(acc("A", "a", "b"), 2))
    assert status(p, Deriv(squares, (acc("A", "i", "j"),), True), mul(num(2), acc("A", "i", "j")), *axes) == "supported"
    assert status(p, Deriv(squares, (acc("A", "i", "j"),), True), ZERO, *axes) == "refuted"


def test_errors_that_vanish_at_small_sizes() -> None:
    """Σ_i i = n(n+1)/2, and a polynomial that agrees with it at n = 1, 2, 3."""
    p = program({"x": "n"})
    n = size("n")
    right = mul(num(Fraction(1, 2)), n, add(n, ONE))
    bump = mul(sub(n, ONE), sub(n, num(2)), sub(n, num(3)))
    left = total((bind("i", "n"),), Idx("i"))
    assert status(p, left, right) == "supported"
    assert status(p, left, add(right, bump)) == "refuted"


def test_differentials() -> None:
    """D tr(A B) = tr(dA B) where B stands in no d; dZ = X dW is cut at W."""
    p = softmax_regression()
    left = Diff(acc("Z", "gi", "gk"))
    right = total((bind("q", "n"),), mul(acc("X", "gi", "q"), Diff(acc("W", "q", "gk"))))
    assert status(p, left, right, *Z) == "supported"
    assert status(p, left, mul(num(2), right), *Z) == "refuted"
    loss = total(Z, mul(logits_gradient(), Diff(acc("Z", "gi", "gk"))))
    assert status(p, Diff(acc("L")), loss) == "supported"
    assert status(p, Diff(acc("L")), mul(num(-1), loss)) == "refuted"


def test_inequalities_are_searched_for_a_violation() -> None:
    p = softmax_regression()
    spread = mul(acc("P", "gi", "gk"), sub(ONE, acc("P", "gi", "gk")))
    assert status(p, spread, num(Fraction(1, 4)), *Z, op="≤") == "supported"
    found = numeric(claim(p, spread, num(Fraction(249, 1000)), *Z, op="≤"))
    assert found.status == "refuted"  # no sample need come so near ¼: the search does
    assert status(p, acc("P", "gi", "gk"), ONE, *Z, op="<") == "supported"
    x = program({"x": ""})
    assert status(x, power(acc("x"), 2), ZERO, op="≥") == "supported"
    assert status(x, power(acc("x"), 2), num(Fraction(1, 1000)), op="≥") == "refuted"


def test_a_kink_is_tried_on_both_sides() -> None:
    p = program({"z": "n"})
    slope = Deriv(fn("relu", acc("z", "i")), (acc("z", "i"),), True)
    assert status(p, slope, Ind(Cmp(">", acc("z", "i"), ZERO)), bind("i", "n")) == "supported"
    assert status(p, slope, ONE, bind("i", "n")) == "refuted"
    assert status(p, slope, ZERO, bind("i", "n")) == "refuted"


def test_a_value_that_depends_on_no_sample_of_logarithms_is_positive() -> None:
    """Log x has no value at negative samples: positive ones are tried, and an unsound line is still refuted."""
    p = program({"x": "n"})
    assert status(
        p, fn("log", mul(acc("x", "i"), acc("x", "i"))), mul(num(2), fn("log", acc("x", "i"))), bind("i", "n")
    )
    assert status(p, fn("log", mul(num(2), acc("x", "i"))), fn("log", acc("x", "i")), bind("i", "n")) == "refuted"


def test_a_nan_never_counts_as_equal() -> None:
    p = program({"x": ""})
    nothing = fn("log", mul(num(-1), power(acc("x"), 2)))
    found = numeric(claim(p, nothing, nothing))
    assert found.status == "unchecked"
    assert "value" in found.reason


def test_assumptions_that_nothing_satisfies_leave_a_line_unchecked() -> None:
    impossible = Fact("<", power(acc("x"), 2), ZERO)
    found = numeric(claim(program({"x": ""}, facts=(impossible,)), acc("x"), ZERO))
    assert found.status == "unchecked"
    assert "assumption" in found.reason


def test_equations_among_assumptions_are_solved() -> None:
    """Q with QᵀQ = I keeps lengths; without, it does not."""
    ab = (bind("a", "n"), bind("b", "n"))
    gram = total((bind("k", "n"),), mul(acc("Q", "k", "a"), acc("Q", "k", "b")))
    fact = Fact("=", gram, delta(Idx("a"), Idx("b")), ab)
    shapes = {"Q": "n n", "x": "n"}
    image = total((bind("j", "n"),), mul(acc("Q", "i", "j"), acc("x", "j")))
    left = total((bind("i", "n"),), power(image, 2))
    right = total((bind("i", "n"),), power(acc("x", "i"), 2))
    assert status(program(shapes, facts=(fact,)), left, right) == "supported"
    assert status(program(shapes), left, right) == "refuted"


def test_an_implication_is_judged_where_its_premise_holds() -> None:
    p = program({"x": "n", "y": "n"})
    dot = total((bind("i", "n"),), mul(acc("x", "i"), acc("y", "i")))
    premise = Goal("=", dot, ZERO)

    def square(a: Expr) -> Expr:
        return total((bind("i", "n"),), power(a, 2))

    both = square(add(acc("x", "i"), acc("y", "i")))
    apart = add(square(acc("x", "i")), square(acc("y", "i")))
    line = claim(p, both, apart)
    assert numeric(line).status == "refuted"
    assert numeric(replace(line, premises=(premise,))).status == "supported"


def test_a_hypothesis_on_letters_restricts_the_entries() -> None:
    p = softmax_regression()
    jacobian = Deriv(acc("P", "a", "k"), (acc("Z", "a", "q"),), True)
    off = mul(num(-1), acc("P", "a", "k"), acc("P", "a", "q"))
    axes = (bind("a", "B"), bind("k", "c"), bind("q", "c"))
    line = claim(p, jacobian, off, *axes)
    assert numeric(line).status == "refuted"
    apart = Fact("≠", Idx("k"), Idx("q"), axes)
    assert numeric(replace(line, suppose=(apart,))).status == "supported"


def test_claims_of_earlier_lines_override_definitions() -> None:
    """After a wrong ∂L/∂Z, the ∂L/∂W that follows from it is a right step and a wrong truth."""
    p = softmax_regression()
    wrong = Lam(Z, mul(num(2), logits_gradient()))
    line = claim(p, by("L", "W", "gj", "gk"), mul(num(2), weights_gradient()), *W)
    assert numeric(line).status == "refuted"
    assert numeric(replace(line, partials={("L", "Z"): wrong})).status == "supported"
    renamed = Statement("P", Z, mul(num(2), acc("Y", "gi", "gk")))
    claimed = claim(p, acc("P", "gi", "gk"), mul(num(2), acc("Y", "gi", "gk")), *Z)
    assert numeric(claimed).status == "refuted"
    assert numeric(replace(claimed, values={"P": renamed})).status == "supported"


def test_a_minimiser_is_judged_through_its_equation() -> None:
    p = program({"X": "m n", "y": "m", "w": "n", "r": ""}, facts=(Fact(">", acc("r"), ZERO),))
    fit = sub(total((bind("j", "n"),), mul(acc("X", "i", "j"), acc("w", "j"))), acc("y", "i"))
    ridge = mul(acc("r"), total((bind("k", "n"),), power(acc("w", "k"), 2)))
    loss = add(total((bind("i", "m"),), power(fit, 2)), ridge)
    gram = total((bind("s", "m"),), mul(acc("X", "s", "a"), acc("X", "s", "b")))
    inverse = Mat(
        "inverse",
        (Idx("g"), Idx("u")),
        bind("a", "n"),
        bind("b", "n"),
        add(gram, mul(acc("r"), delta(Idx("a"), Idx("b")))),
    )
    solution = total((bind("u", "n"), bind("v", "m")), mul(inverse, acc("X", "v", "u"), acc("y", "v")))
    best = Opt("argmin", "w", (Idx("g"),), (), loss)
    assert status(p, best, solution, bind("g", "n")) == "supported"
    assert status(p, best, mul(num(2), solution), bind("g", "n")) == "refuted"


def test_sizes_are_distinct_and_one_setting_is_square() -> None:
    sampler = Sampler(softmax_regression())
    line = claim(softmax_regression(), ONE, ONE)
    tables = [dict(sampler.draw(line, s).sizes) for s in STANDARD]
    assert any(len(set(t.values())) == 1 for t in tables)
    assert sum(len(set(t.values())) == len(t) and min(t.values()) >= 3 for t in tables) >= 3
    assert max(max(t.values()) for t in tables) >= 7


def test_labels_cover_every_value() -> None:
    leaf = replace(program({"y": "B"}).leaves["y"], integer=True)
    labels = Fact("range", acc("y", "b"), None, (bind("b", "B"),), None, "y", (ONE, size("c")))
    p = Program(leaves={"y": leaf}, sizes=frozenset({"B", "c"}), facts=(labels,))
    for setting in STANDARD:
        v = Sampler(p).draw(claim(p, ONE, ONE), setting)
        y = np.asarray(v.leaves["y"])
        assert y.min() >= 1
        assert y.max() <= v.sizes["c"]
        if len(y) >= v.sizes["c"]:
            assert set(y.tolist()) == set(range(1, v.sizes["c"] + 1))


@pytest.mark.parametrize("op", ["≈", "∝"])
def test_what_has_no_meaning_in_values_is_unchecked(op: str) -> None:
    assert status(program({"x": ""}), acc("x"), acc("x"), op=op) == "unchecked"


def test_division_by_a_size_that_may_be_anything() -> None:
    p = program({"x": "n"})
    mean = div(total((bind("i", "n"),), acc("x", "i")), size("n"))
    centred = total((bind("k", "n"),), sub(acc("x", "k"), mean))
    assert status(p, centred, ZERO) == "supported"  # everything cancels
    assert status(p, mul(centred, num(2)), acc("x", ONE)) == "refuted"


def test_zero_where_the_cancellation_is_out_of_sight() -> None:
    """∂(Σ_k P_ik)/∂Z = 0: nothing is left of the terms, in float64 or at 50 digits; a small rest is no zero."""
    p = softmax_regression()
    whole = total((bind("k", "c"),), acc("P", "gi", "k"))
    slope = Deriv(whole, (acc("Z", "gi", "gk"),), True)
    assert status(p, slope, ZERO, *Z) == "supported"
    tiny = mul(num(Fraction(1, 10**14)), acc("P", "gi", "gk"))
    assert status(p, add(slope, tiny), ZERO, *Z) == "refuted"


def test_conditions_on_values_are_met_or_the_line_is_unchecked() -> None:
    p = program({"z": "n"})
    goal = Goal("=", fn("abs", acc("z", "i")), acc("z", "i"), (bind("i", "n"),), Cmp(">", acc("z", "i"), ZERO))
    assert numeric(Sequent(p, (goal,))).status == "supported"
    never = replace(goal, condition=Cmp("<", power(acc("z", "i"), 2), ZERO))
    assert numeric(Sequent(p, (never,))).status == "unchecked"
