"""Every claim is proved, for all sizes; no planted mistake in it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symdl.judge.equality import prove
from symdl.tensor.expr import ONE, add, div, fn, mul, num, power, sub
from tests.judge.building import S, T, claim, d, program
from tests.judge.claims import CLAIMS, Bs, cross_entropy, quadratic
from tests.judge.mutants import mutants


@pytest.mark.parametrize("name", CLAIMS)
def test_a_true_claim_is_proved(name: str) -> None:
    proof = prove(CLAIMS[name]())
    assert proof is not None
    assert not proof.trivial


# mutants that are right after all: a symmetric thing turned round, (−tanh)²
RIGHT = {("symmetric quadratic form", "transpose"), ("tanh's slope", "function sign")}


@pytest.mark.parametrize("name", CLAIMS)
def test_no_mutant_is_proved(name: str) -> None:
    sequent = CLAIMS[name]()
    (goal,) = sequent.goals
    tried = 0
    for kind, wrong in mutants(goal.right):
        if (name, kind) in RIGHT or wrong is goal.right:
            continue
        tried += 1
        assert prove(replace(sequent, goals=(replace(goal, right=wrong),))) is None, (kind, wrong)
    assert tried >= 5


def test_the_fact_is_needed() -> None:
    right = div(sub(T("P", "i", "j"), T("Y", "i", "j")), Bs)
    without = claim(cross_entropy(False), "i:B j:c", d(T("L"), T("Z", "i", "j")), right)
    assert prove(without) is None


def test_symmetry_is_needed() -> None:
    right = mul(num(2), S("j:n", mul(T("A", "a", "j"), T("x", "j"))))
    assert prove(claim(quadratic(False), "a:n", d(T("q"), T("x", "a")), right)) is None


def test_trivial_lines_are_told_apart() -> None:
    a, b = T("a"), T("b")
    p = program([])
    same = prove(claim(p, "", add(a, b), add(a, b)))
    turned = prove(claim(p, "", power(add(a, b), 2), add(power(a, 2), mul(num(2), a, b), power(b, 2))))
    defined = prove(claim(quadratic(False), "", T("q"), quadratic(False).statements["q"].body))
    worked = prove(claim(p, "", fn("exp", add(a, b)), mul(fn("exp", a), fn("exp", b))))
    assert same is not None and same.trivial == "restatement"
    assert turned is not None and turned.trivial == "rearrangement"
    assert defined is not None and defined.trivial == "definition"
    assert worked is not None and worked.trivial == ""


def test_generic_rules_of_real_powers() -> None:
    """√x² is |x|, not x; √(xy) is not √x √y; log(xy) is not log x + log y unless the signs are known."""
    x, y = T("x"), T("y")
    half = power(power(x, 2), div(ONE, num(2)))
    p = program([])
    assert prove(claim(p, "", half, x)) is None
    assert prove(claim(p, "", half, fn("abs", x))) is not None
    root = div(ONE, num(2))
    assert prove(claim(p, "", power(mul(x, y), root), mul(power(x, root), power(y, root)))) is None


def test_a_logarithm_makes_positive_only_what_it_is_taken_of() -> None:
    half = div(ONE, num(2))
    first, second = T("x", ONE), T("x", num(2))
    p = program([])
    log = fn("log", first)
    assert prove(claim(p, "", add(log, power(power(second, 2), half)), add(log, second))) is None
    logs = fn("log", T("x", "i"))
    assert prove(claim(p, "i:n", add(logs, power(power(T("x", "i"), 2), half)), add(logs, T("x", "i")))) is not None
