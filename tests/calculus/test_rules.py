"""Derivative rules against finite differences, one function at a time, and what they refuse."""

from __future__ import annotations

import math

import pytest

from symdl.calculus.domains import kinks
from symdl.calculus.partial import partial
from symdl.calculus.reverse import graph
from symdl.calculus.scalar_rules import DERIVATIVES
from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc
from tests import blackboard
from tests.blackboard import Board, Values, f, relu, tanh

VALUES = {
    "tan": math.tan, "arcsin": math.asin, "arccos": math.acos, "arctan": math.atan, "sinh": math.sinh,
    "cosh": math.cosh, "arcsinh": math.asinh, "arccosh": math.acosh, "arctanh": math.atanh, "erf": math.erf,
    "Phi": lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))), "gamma": math.gamma, "loggamma": math.lgamma,
    "phi": lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi), "floor": math.floor, "ceil": math.ceil,
    "digamma": lambda x: (math.lgamma(x + 1e-5) - math.lgamma(x - 1e-5)) / 2e-5,
}  # fmt: skip


@pytest.mark.parametrize("name", DERIVATIVES)
def test_a_scalar_rule(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blackboard, "FUNCTIONS", {**blackboard.FUNCTIONS, **VALUES})
    b = Board(x="")
    at = 1.3 if name == "arccosh" else 0.4
    slope = partial(E.fn(name, Acc("x", ())), "x", ())
    values = Values(b, {})
    ends = []
    for h in (1e-6, -1e-6):
        values.fixed["x"] = blackboard.np.array(at + h)
        ends.append(values.value(E.fn(name, Acc("x", ())), {}))
    values.fixed["x"] = blackboard.np.array(at)
    assert values.value(slope, {}) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-6)


def test_a_power_of_both() -> None:
    b = Board(x="", y="")
    x, y = b.at("x"), b.at("y")
    b.define("L", "", lambda: x() ** y())
    values = Values(b, {})
    for name in "xy":
        assert values.value(partial(b.statements["L"].body, name, ()), {}) == pytest.approx(
            float(values.gradient("L", name))
        )


def test_an_index_that_depends_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="index"):
        partial(Acc("T", (Acc("x", ()),)), "x", ())


@pytest.mark.parametrize(
    "body",
    [
        E.Integ("u", None, None, Acc("x", ())),
        E.Expect((("e", None),), Acc("x", ())),
        E.Opt("argmin", "w", (), (), Acc("x", ())),
        E.Deriv(Acc("x", ()), (Acc("w", ()),), True),
        E.fn("unknown", Acc("x", ())),
    ],
)
def test_no_rule_is_an_error_and_never_zero(body: E.Expr) -> None:
    with pytest.raises(UnsupportedError, match="no derivative rule"):
        partial(body, "x", ())


def test_kinks_are_named() -> None:
    b = Board(x="")
    assert kinks((relu(b.at("x")()) + tanh(b.at("x")())).e) == ("relu",)


def test_the_graph_keeps_only_what_is_on_a_path() -> None:
    b = Board(x="", y="")
    x, y, u, v, w = (b.at(n) for n in "xyuvw")
    b.define("u", "", lambda: x() * 2)
    b.define("v", "", lambda: y() * 3)
    b.define("w", "", lambda: u() * v())
    b.define("unused", "", lambda: f(x()) + 1)
    found = graph(w().e, ("x",), b.program)
    assert found.order == ("w", "u", "x")
    assert found.users["x"] == ("u",)
    assert not found.cycles
