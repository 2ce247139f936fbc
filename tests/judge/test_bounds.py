"""Bounds: certificates where a difference can't be negative, none where it can."""

from __future__ import annotations

import pytest

from symdl.judge.equality import prove
from symdl.tensor.expr import ONE, ZERO, Expr, Lam, add, fn, mul, num, power, sub
from symdl.tensor.program import Goal, Sequent
from tests.judge.building import B, S, T, claim, fact, program

x, y = T("x"), T("y")
RIGHT: dict[str, tuple[Expr, str, Expr]] = {
    "a sum of squares": (add(power(x, 2), power(y, 2)), "≥", ZERO),
    "a square": (add(power(x, 2), power(y, 2)), "≥", mul(num(2), x, y)),
    "a norm": (S("b:B", power(S("i:n", mul(T("X", "b", "i"), T("w", "i"))), 2)), "≥", ZERO),
    "a squared sum": (S("i:n j:n", mul(T("v", "i"), T("v", "j"), T("w", "i"), T("w", "j"))), "≥", ZERO),
    "an exponential": (fn("exp", x), ">", ZERO),
    "one and a square": (ONE, "≤", add(ONE, power(x, 2))),
}
WRONG: dict[str, tuple[Expr, str, Expr]] = {
    "a product": (mul(x, y), "≥", ZERO),
    "too much": (add(power(x, 2), power(y, 2)), "≥", mul(num(3), x, y)),
    "a square is not positive": (power(x, 2), ">", ZERO),
    "a form": (S("i:n j:n", mul(T("v", "i"), T("A", "i", "j"), T("v", "j"))), "≥", ZERO),
    "a twisted square": (S("i:n j:n", mul(T("A", "i", "j"), T("A", "j", "i"))), "≥", ZERO),
    "unequal halves": (S("i:n j:n", mul(T("v", "i"), T("v", "j"), T("w", "i"))), "≥", ZERO),
    "a square below": (power(x, 2), "≤", ZERO),
    "a logarithm": (fn("log", x), "≥", ZERO),
}


@pytest.mark.parametrize("name", RIGHT)
def test_certificate(name: str) -> None:
    left, op, right = RIGHT[name]
    assert prove(claim(program([]), "", left, right, op)) is not None


@pytest.mark.parametrize("name", WRONG)
def test_no_certificate(name: str) -> None:
    left, op, right = WRONG[name]
    assert prove(claim(program([]), "", left, right, op)) is None


def test_signs_come_from_assumptions() -> None:
    left = sub(T("b"), T("a"))
    assert prove(claim(program([]), "", mul(T("a"), power(x, 2)), ZERO, "≥")) is None
    assumed = program([], [fact("", T("a"), ZERO, "≥")])
    assert prove(claim(assumed, "", mul(T("a"), power(x, 2)), ZERO, "≥")) is not None
    assert prove(claim(assumed, "", left, ZERO, "≥")) is None


def test_gram_matrices_are_positive_semidefinite() -> None:
    rows = (B("r", "n"), B("c", "n"))
    gram = Lam(rows, S("b:B", mul(T("X", "b", "r"), T("X", "b", "c"))))
    other = Lam(rows, S("b:B", mul(T("X", "b", "r"), T("Y", "b", "c"))))
    assert prove(Sequent(program([]), (Goal("⪰", gram, ZERO),))) is not None
    assert prove(Sequent(program([]), (Goal("⪰", other, ZERO),))) is None
    assert prove(Sequent(program([]), (Goal("⪰", Lam(rows, T("A", "r", "c")), ZERO),))) is None
