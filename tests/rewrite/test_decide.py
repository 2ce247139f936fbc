"""`𝟙[z < 1] f(min(z, 1)) ⇒ 𝟙[z < 1] f(z)`: only what a bracket says is decided, and the value stays."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.rewrite.decide import decide
from symdl.rewrite.terms import Term
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Cmp, Expr, Ind, fn

Z, A = Acc("z", ()), Acc("a", ())
ONE = E.ONE


def decided(condition: Cmp, factor: Expr) -> Expr:
    out = decide(Term(powers=((Ind(condition), ONE), (factor, ONE))))
    return out.powers[1][0] if len(out.powers) > 1 else E.ZERO


@pytest.mark.parametrize(
    ("condition", "factor", "wanted"),
    [
        (Cmp("<", Z, ONE), fn("exp", fn("min", Z, ONE)), fn("exp", Z)),
        (Cmp("≥", ONE, Z), fn("exp", fn("min", ONE, Z)), fn("exp", Z)),
        (Cmp(">", Z, ONE), fn("exp", fn("min", Z, ONE)), fn("exp", ONE)),
        (Cmp(">", Z, A), fn("max", A, Z), Z),
        (Cmp("≤", Z, A), fn("max", A, Z), A),
        (Cmp(">", Z, E.ZERO), fn("abs", Z), Z),
        (Cmp("<", Z, E.ZERO), fn("exp", fn("abs", Z)), fn("exp", E.neg(Z))),
        (Cmp(">", Z, E.ZERO), fn("relu", Z), Z),
        (Cmp("<", Z, ONE), Ind(Cmp(">", fn("min", ONE, Z), E.neg(ONE))), Ind(Cmp(">", Z, E.neg(ONE)))),
    ],
)
def test_the_side_that_counts_is_left(condition: Cmp, factor: Expr, wanted: Expr) -> None:
    assert decided(condition, factor) is wanted


@pytest.mark.parametrize(
    ("condition", "factor"),
    [
        (Cmp("<", Z, E.num(2)), fn("min", Z, ONE)),  # says nothing of 1
        (Cmp("≠", Z, ONE), fn("min", Z, ONE)),
        (Cmp("=", Z, ONE), fn("min", Z, A)),
        (Cmp("<", A, ONE), fn("abs", Z)),
        (Cmp("<", Z, ONE), fn("min", Z, ONE, A)),  # the third may be smaller
    ],
)
def test_what_no_bracket_says_stays(condition: Cmp, factor: Expr) -> None:
    assert decided(condition, factor) is factor


def test_the_value_stays_on_both_sides_and_on_the_border() -> None:
    z = np.array([-2.0, 0.0, 0.5, 1.0, 3.0])
    for op, holds in (("<", z < 1), ("≤", z <= 1), (">", z > 1), ("≥", z >= 1)):
        out = decided(Cmp(op, Z, ONE), fn("exp", fn("min", Z, ONE)))
        argument = z if out is fn("exp", Z) else np.ones_like(z)
        assert np.allclose(holds * np.exp(np.minimum(z, 1)), holds * np.exp(argument))


def test_a_letter_bound_inside_is_another_than_the_brackets() -> None:
    """[z_j > 0] says nothing of the relu(z_j) that a sum inside runs over."""
    import symdl

    given = [r"s = \sigma(V \operatorname{relu}(z))", r"L = \frac{1}{2} \|s\|^2"]
    found = symdl.derive(symdl.Problem(symbols={"V": "C r", "z": "r"}, given=given), r"\frac{\partial L}{\partial z}")
    assert found.evidence.holds
    assert all(step.evidence.holds for step in found.steps)
