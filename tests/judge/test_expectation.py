"""Expectations: moments and independence are used where they are stated, and only there."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symdl.judge.equality import prove
from symdl.tensor.expr import ONE, ZERO, Const, Expect, Expr, Lam, add, div, fn, mul, neg, num, power, sub
from symdl.tensor.program import Goal, Law, Program, Sequent
from tests.judge.building import B, S, T, claim, define, fact, size

n = size("n")


def E(body: Expr, *names: str) -> Expr:
    return Expect(tuple((x, None) for x in names), body)


def proved(p: Program, left: Expr, right: Expr, letters: str = "") -> bool:
    return prove(claim(p, letters, left, right)) is not None


NOISE = Program(
    laws={"e": Law("moments", (("mean", ZERO), ("variance", T("s")))), "f": Law("moments")},
    independent=(("e", "f"),),
)


def test_bias_and_variance_with_independence_only() -> None:
    risk = E(power(sub(add(T("t"), T("e")), T("f")), 2), "e", "f")
    mean = E(T("f"), "f")
    spread = E(power(sub(T("f"), mean), 2), "f")
    bias = power(sub(T("t"), mean), 2)
    assert proved(NOISE, risk, add(T("s"), bias, spread))
    assert not proved(replace(NOISE, independent=()), risk, add(T("s"), bias, spread))
    for wrong in (add(bias, spread), add(T("s"), bias), sub(add(T("s"), bias), spread), add(T("s"), mean, spread)):
        assert not proved(NOISE, risk, wrong)


def test_third_moments_are_not_made_up() -> None:
    """E ε³ = 0 holds for a normal ε, not for every ε of mean 0."""
    cube = E(power(T("e"), 3), "e")
    normal = Program(laws={"e": Law("normal", (("mean", ZERO), ("variance", T("s"))))})
    assert not proved(NOISE, cube, ZERO)
    assert proved(normal, cube, ZERO)
    assert proved(normal, E(power(T("e"), 4), "e"), mul(num(3), power(T("s"), 2)))
    assert not proved(normal, E(power(T("e"), 4), "e"), power(T("s"), 2))


def sample(iid: bool) -> Program:
    mean, variance = Lam((B("q", "n"),), T("mu")), Lam((B("q", "n"),), T("s"))
    law = Law("moments", (("mean", mean), ("variance", variance)), iid=iid)
    return Program(laws={"x": law}, statements={"m": define("m", "", mul(power(n, -1), S("i:n", T("x", "i"))))})


def test_the_variance_of_a_mean_needs_iid() -> None:
    spread = E(mul(power(n, -1), S("i:n", power(sub(T("x", "i"), T("m")), 2))), "x")
    right = mul(sub(n, ONE), power(n, -1), T("s"))
    assert proved(sample(True), spread, right)
    assert not proved(sample(False), spread, right)
    for wrong in (T("s"), mul(n, T("s")), mul(add(n, ONE), power(n, -1), T("s")), neg(right)):
        assert not proved(sample(True), spread, wrong)


def test_divergence_of_normals() -> None:
    def log_density(x: Expr, mean: Expr, sd: Expr) -> Expr:
        two_pi = mul(num(2), Const("pi"), power(sd, 2))
        square = div(power(sub(x, mean), 2), mul(num(2), power(sd, 2)))
        return sub(neg(mul(num(Fraction(1, 2)), fn("log", two_pi))), square)

    a, b, s, t = T("a"), T("b"), T("s"), T("t")
    law = Law("normal", (("mean", a), ("variance", power(s, 2))))
    p = Program(facts=(fact("", s, ZERO, ">"), fact("", t, ZERO, ">")))
    left = Expect((("x·1", law),), sub(log_density(T("x·1"), a, s), log_density(T("x·1"), b, t)))
    square = div(add(power(s, 2), power(sub(a, b), 2)), mul(num(2), power(t, 2)))
    right = sub(add(fn("log", div(t, s)), square), num(Fraction(1, 2)))
    assert proved(p, left, right)
    for wrong in (neg(right), add(right, ONE), sub(fn("log", div(s, t)), square), square):
        assert not proved(p, left, wrong)


def test_a_constant_does_not_depend_on_the_law() -> None:
    both = E(mul(T("c", "i"), T("f")), "f")
    goal = Goal("=", both, mul(T("c", "i"), E(T("f"), "f")), (B("i", "n"),))
    assert prove(Sequent(NOISE, (goal,))) is not None
    assert not proved(NOISE, E(power(T("f"), 2), "f"), power(E(T("f"), "f"), 2))
