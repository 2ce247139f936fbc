"""Expectations ruled on: right ones supported, wrong neighbours refuted by the feature that must refute them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symdl.judge.numeric import numeric
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Bind,
    Cmp,
    Const,
    Deriv,
    Expect,
    Expr,
    Ind,
    Integ,
    Lam,
    add,
    div,
    fn,
    mul,
    num,
    power,
    refresh,
    sub,
    total,
)
from symdl.tensor.program import Fact, Law, Leaf, Program
from tests.tensor.models import acc, bind, claim, program, size

HALF = num(Fraction(1, 2))
MU, V = acc("mu"), acc("v")
X = acc("x")
NORMAL = Law("normal", (("mean", MU), ("variance", V)))


def expect(body: Expr, *names: str) -> Expr:
    return Expect(tuple((n, None) for n in names), body)


def status(p: Program, left: Expr, right: Expr, *binders: Bind) -> str:
    return numeric(claim(p, left, right, *binders)).status


def scalar_normal() -> Program:
    return program({"x": "", "mu": "", "v": ""}, laws={"x": NORMAL})


def test_moments_of_a_normal() -> None:
    p = scalar_normal()
    assert status(p, expect(power(X, 2), "x"), add(power(MU, 2), V)) == "supported"
    assert status(p, expect(power(X, 2), "x"), add(power(MU, 2), power(V, 2))) == "refuted"


def test_a_smooth_function_by_nodes() -> None:
    p = scalar_normal()
    assert status(p, expect(fn("exp", X), "x"), fn("exp", add(MU, mul(HALF, V)))) == "supported"
    assert status(p, expect(fn("exp", X), "x"), fn("exp", add(MU, V))) == "refuted"


def test_kinks_and_jumps_are_split() -> None:
    p, s = scalar_normal(), power(V, Fraction(1, 2))
    ratio = div(MU, s)
    right = add(mul(MU, fn("Phi", ratio)), mul(s, fn("phi", ratio)))
    assert status(p, expect(fn("relu", X), "x"), right) == "supported"
    assert status(p, expect(fn("relu", X), "x"), mul(MU, fn("Phi", ratio))) == "refuted"
    jump = expect(Ind(Cmp(">", X, ZERO)), "x")
    assert status(p, jump, fn("Phi", ratio)) == "supported"
    assert status(p, Deriv(jump, (MU,), True), div(fn("phi", ratio), s)) == "supported"
    assert status(p, Deriv(jump, (MU,), True), ZERO) == "refuted"  # the jump moves


def test_gradients_under_the_expectation() -> None:
    p = scalar_normal()
    slope = Deriv(expect(fn("tanh", X), "x"), (MU,), True)
    score = expect(mul(sub(X, MU), fn("tanh", X)), "x")
    assert status(p, slope, div(score, V)) == "supported"
    assert status(p, slope, score) == "refuted"
    by_variance = Deriv(expect(fn("tanh", X), "x"), (V,), True)
    curvature = Deriv(expect(fn("tanh", X), "x"), (MU, MU), True)
    assert status(p, by_variance, mul(HALF, curvature)) == "supported"


def test_mean_and_variance_say_nothing_of_the_third_moment() -> None:
    p = program({"x": "", "v": ""}, laws={"x": Law("moments", (("mean", ZERO), ("variance", V)))})
    assert status(p, expect(power(X, 2), "x"), V) == "supported"
    assert status(p, expect(power(X, 3), "x"), ZERO) == "refuted"


def test_nothing_is_independent_unless_stated() -> None:
    laws = {"x": Law("moments", (("mean", ZERO), ("variance", V))), "y": Law("moments")}
    p = program({"x": "", "y": "", "v": ""}, laws=laws)
    product = expect(mul(X, acc("y")), "x", "y")
    assert status(p, product, ZERO) == "refuted"
    assert status(replace(p, independent=(("x", "y"),)), product, ZERO) == "supported"
    assert status(p, expect(add(X, acc("y")), "x", "y"), expect(acc("y"), "y")) == "supported"  # linearity needs none


def sample(iid: bool) -> Program:
    parameters = (("mean", Lam((bind("a", "n"),), MU)), ("variance", Lam((bind("b", "n"),), V)))
    return program({"x": "n", "mu": "", "v": ""}, laws={"x": Law("moments", parameters, iid)})


def test_means_and_variances_of_samples() -> None:
    mean = div(total((bind("k", "n"),), acc("x", "k")), size("n"))
    spread = expect(power(sub(mean, MU), 2), "x")
    assert status(sample(True), spread, div(V, size("n"))) == "supported"
    assert status(sample(False), spread, div(V, size("n"))) == "refuted"
    squares = total((bind("i", "n"),), power(sub(acc("x", "i"), refresh(mean)), 2))
    assert status(sample(True), expect(div(squares, sub(size("n"), ONE)), "x"), V) == "supported"
    assert status(sample(True), expect(div(squares, size("n")), "x"), V) == "refuted"


def test_dropout_masks() -> None:
    q = acc("q")
    law = Law("bernoulli", (("probability", Lam((bind("a", "n"),), q)),), True)
    p = program({"m": "n", "w": "n", "q": ""}, laws={"m": law})
    kept = total((bind("i", "n"),), div(mul(acc("w", "i"), acc("m", "i")), q))
    whole = total((bind("j", "n"),), acc("w", "j"))
    spread = expect(power(sub(kept, whole), 2), "m")
    squares = total((bind("k", "n"),), power(acc("w", "k"), 2))
    assert status(p, expect(kept, "m"), whole) == "supported"
    assert status(p, spread, mul(div(sub(ONE, q), q), squares)) == "supported"
    assert status(p, spread, mul(sub(ONE, q), squares)) == "refuted"
    moved = Deriv(expect(mul(q, kept), "m"), (q,), True)
    assert status(p, moved, whole) == "supported"
    exponential = expect(fn("exp", acc("m", "i")), "m")
    assert status(p, exponential, add(mul(q, Const("e")), sub(ONE, q)), bind("i", "n")) == "supported"


def test_a_full_covariance() -> None:
    law = Law(
        "normal",
        (
            ("mean", Lam((bind("a", "n"),), acc("mu", "a"))),
            ("covariance", Lam((bind("b", "n"), bind("c", "n")), acc("S", "b", "c"))),
        ),
    )
    p = program({"x": "n", "mu": "n", "S": "n n", "A": "n n"}, laws={"x": law})
    ij = (bind("i", "n"), bind("j", "n"))
    form = total(ij, mul(acc("x", "i"), acc("A", "i", "j"), acc("x", "j")))
    trace = total(ij, mul(acc("A", "i", "j"), acc("S", "j", "i")))
    at_mean = total(ij, mul(acc("mu", "i"), acc("A", "i", "j"), acc("mu", "j")))
    assert status(p, expect(form, "x"), add(trace, refresh(at_mean))) == "supported"
    assert status(p, expect(form, "x"), at_mean) == "refuted"
    generating = fn("exp", add(acc("mu", "g"), mul(HALF, acc("S", "g", "g"))))
    assert status(p, expect(fn("exp", acc("x", "g")), "x"), generating, bind("g", "n")) == "supported"


def test_a_categorical_label_looks_up() -> None:
    law = Law("categorical", (("probability", Lam((bind("a", "n"),), acc("p", "a"))),))
    base = program({"p": "n", "z": "n"}, laws={"y": law})
    p = replace(base, leaves={**base.leaves, "y": Leaf("y", (), (), True)})
    mean = total((bind("k", "n"),), mul(acc("p", "k"), acc("z", "k")))
    looked = Acc("z", (acc("y"),))
    assert status(p, expect(looked, "y"), mean) == "supported"
    assert status(p, expect(power(looked, 2), "y"), power(mean, 2)) == "refuted"


def test_integrals() -> None:
    a, b = acc("a"), acc("b")
    p = program({"a": "", "b": ""}, facts=(Fact(">", a, ZERO),))
    bell = Integ("t", None, None, fn("exp", mul(num(-1), a, power(sub(acc("t"), b), 2))))
    assert status(p, bell, power(div(Const("pi"), a), Fraction(1, 2))) == "supported"
    assert status(p, bell, div(Const("pi"), a)) == "refuted"
    assert status(p, Integ("t", ZERO, b, power(acc("t"), 2)), div(power(b, 3), num(3))) == "supported"
    decay = Integ("t", ZERO, None, fn("exp", mul(num(-1), a, acc("t"))))
    assert status(p, decay, div(ONE, a)) == "supported"
    assert status(p, Deriv(Integ("t", ZERO, b, fn("exp", acc("t"))), (b,), True), fn("exp", b)) == "supported"
    assert status(p, Deriv(Integ("t", ZERO, b, fn("exp", acc("t"))), (b,), True), ZERO) == "refuted"
