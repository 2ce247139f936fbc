"""The verdict: proof and values together; a step rests on what earlier lines claim, truth on the definitions."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from symdl.judge import verdict
from symdl.judge.modular import modular, random_prime
from symdl.judge.proof import Proof
from symdl.judge.sample import Sampler
from symdl.judge.verdict import rule
from symdl.language.dims import axis
from symdl.tensor.expr import Expr, Lam, add, fn, mul, neg, num, power
from symdl.tensor.program import Leaf, Program, Sequent, Statement
from tests.judge.building import B, S, T, claim, d, define, fact

PROGRAM = Program(
    leaves={"A": Leaf("A", (axis("n"), axis("n"))), "x": Leaf("x", (axis("n"),)), "t": Leaf("t", ())},
    statements={
        "y": define("y", "i:n", S("k:n", mul(T("A", "i", "k"), T("x", "k")))),
        "L": define("L", "", S("i:n", power(T("y", "i"), 2))),
    },
    sizes=frozenset({"n"}),
)


def line(left: Expr, right: Expr, letters: str = "", op: str = "=") -> Sequent:
    return claim(PROGRAM, letters, left, right, op)


def gradient(factor: int) -> Sequent:
    return line(d(T("L"), T("x", "j")), mul(num(factor), S("i:n", mul(T("A", "i", "j"), T("y", "i")))), "j:n")


def test_proved_refuted_trivial() -> None:
    right, wrong = rule(gradient(2), seed=1), rule(gradient(3), seed=1)
    assert right.status == "proved" and "trivial" not in right.details and right.max_error is not None
    assert wrong.status == "refuted" and wrong.witness is not None
    assert rule(line(T("L"), S("i:n", power(T("y", "i"), 2))), seed=1).details["trivial"] == "definition"


def test_supported_where_there_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "prove", lambda *a, **k: None)
    found = rule(gradient(2), seed=1)
    assert found.status == "supported" and found.details["modular"]["agrees"] and "modulo" in found.how


def test_a_proof_that_values_contradict_is_never_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def liar(*_: Any, **__: Any) -> Proof:
        return Proof("trust me")

    monkeypatch.setattr(verdict, "prove", liar)
    found = rule(gradient(3), seed=1)
    assert found.status == "unchecked" and "contradicts itself" in found.how


def test_no_values_no_verdict() -> None:
    impossible = replace(PROGRAM, facts=(fact("", power(T("t"), 2), num(-1)),))
    found = rule(claim(impossible, "", mul(num(2), T("t")), add(T("t"), T("t"))), seed=1)
    assert found.status == "unchecked"


def test_a_step_rests_on_a_wrong_claim() -> None:
    """dL/dy was claimed as y (a factor 2 is lost): that dL/dx = Aᵀ y follows, though it is not true."""
    follows = line(d(T("L"), T("x", "j")), S("i:n", mul(T("A", "i", "j"), T("y", "i"))), "j:n")
    step = replace(follows, partials={("L", "y"): Lam((B("q", "n"),), T("y", "q"))})
    assert rule(follows, seed=1).status == "refuted"
    assert rule(step, seed=1).status == "proved"
    assert rule(replace(gradient(2), partials=step.partials), seed=1).status == "refuted"


def test_a_step_rests_on_a_claimed_value() -> None:
    claimed = Statement("y", (B("i", "n"),), neg(T("x", "i")))
    follows = line(T("L"), S("i:n", power(T("x", "i"), 2)))
    assert rule(follows, seed=1).status == "refuted"
    assert rule(replace(follows, values={"y": claimed}), seed=1).status == "proved"


def test_modulo_a_prime() -> None:
    sampler = Sampler(PROGRAM, 1)
    right, wrong = (modular(gradient(k), sampler, rng=random.Random(1)) for k in (2, 3))
    assert right is not None and right.agrees and right.bound < 1e-15
    assert wrong is not None and not wrong.agrees
    assert modular(line(fn("exp", T("t")), fn("exp", T("t"))), sampler, rng=random.Random(1)) is None
    for fixed in (random_prime(random.Random(k)) for k in range(3)):
        assert pow(3, fixed - 1, fixed) == 1
    lure = line(num(7), num(7 + random_prime(random.Random(7))))
    assert rule(lure, seed=7).status == "refuted"
