"""Recurrences: claims for all t by induction, single values by unrolling, and never past a boundary."""

from __future__ import annotations

from symdl.judge.equality import prove
from symdl.tensor.expr import ONE, ZERO, Acc, Bind, Expr, Idx, Red, add, div, mul, neg, num, power, sub
from symdl.tensor.program import Program, Statement
from tests.judge.building import B, T, claim, program

beta, t, before = T("b"), Idx("t"), sub(Idx("τ"), ONE)


def momentum(start: int = 0) -> Program:
    step = add(mul(beta, T("m", before)), mul(sub(ONE, beta), T("g", "τ")))
    hat = Statement("h", (B("τ", "T"),), div(T("m", "τ"), sub(ONE, power(beta, Idx("τ")))))
    return program([Statement("m", (B("τ", "T", 0),), step, "scan", (((num(start),), ZERO),)), hat])


def unrolled(factor: Expr) -> Expr:
    return mul(factor, Red("sum", (Bind("i", ONE, t),), None, mul(power(beta, sub(t, Idx("i"))), T("g", "i"))))


def proved(p: Program, left: Expr, right: Expr) -> bool:
    return prove(claim(p, "t:T", left, right)) is not None


def test_for_all_t() -> None:
    assert proved(momentum(), T("m", "t"), unrolled(sub(ONE, beta)))
    assert proved(momentum(), T("h", "t"), mul(unrolled(sub(ONE, beta)), power(sub(ONE, power(beta, t)), -1)))
    for wrong in (ONE, beta, neg(sub(ONE, beta)), add(ONE, beta), power(sub(ONE, beta), 2)):
        assert not proved(momentum(), T("m", "t"), unrolled(wrong))


def test_single_values() -> None:
    second = mul(sub(ONE, beta), add(mul(beta, T("g", ONE)), T("g", num(2))))
    assert proved(momentum(), Acc("m", (num(2),)), second)
    assert not proved(momentum(), Acc("m", (num(2),)), mul(beta, second))


def test_the_step_does_not_hold_at_the_boundary() -> None:
    """With m_3 = 0 given, the step says nothing of m_1, m_2, m_3."""
    step = add(mul(beta, T("m", sub(t, ONE))), mul(sub(ONE, beta), T("g", "t")))
    assert proved(momentum(), T("m", "t"), step)
    assert not proved(momentum(3), T("m", "t"), step)
