"""Each family of rewriting rules, as an arrow; and that a rewrite keeps the value."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.rewrite.collect import collect
from symdl.rewrite.cost import cost
from symdl.rewrite.delta import eliminate, outside, solve
from symdl.rewrite.match import matches
from symdl.rewrite.normal import terms_of
from symdl.rewrite.pipeline import context, simplify
from symdl.rewrite.terms import key, merge, substitute, total
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Idx
from tests.blackboard import Board, F, Values, exp, f, sigmoid, tanh


def board() -> Board:
    b = Board(a="n", c="n", A="n n", z="n", s="")
    a, z = b.at("a"), b.at("z")
    b.define("p", "n", lambda i: exp(z(i)) / b.sum("n", lambda j: exp(z(j))))
    b.define("m", "", lambda: b.sum("n", lambda i: a(i)) / F(E.Dimension("n", None)))
    b.define("q", "n", lambda i: sigmoid(a(i)))
    return b


def same(left: E.Expr, right: E.Expr) -> bool:
    return key(left) == key(right)


I = Idx("i")  # noqa: E741
RANGE = Bind("i", E.ONE, E.Dimension("n", None))


def setup() -> tuple[Board, object]:
    b = board()
    ctx = context(b.program)
    ctx.know((RANGE,))
    return b, ctx


def test_delta_is_solved_by_substitution() -> None:
    b, ctx = setup()
    a = b.at("a")
    e = b.sum("n", lambda j: F(E.delta(j.e, I)) * a(j))
    assert simplify(e.e, ctx) is a(I).e


def test_a_delta_out_of_range_keeps_its_condition() -> None:
    b, ctx = setup()
    a = b.at("a")
    e = b.sum("n", lambda j: F(E.delta(E.add(j.e, E.ONE), I)) * a(j))
    out = simplify(e.e, ctx)
    assert any(isinstance(x, E.Ind) for x in E.walk(out))
    values = Values(b, {"n": 4})
    for i in range(1, 5):
        assert values.value(out, {"i": i}) == pytest.approx(values.value(e.e, {"i": i}))


def test_an_idle_sum_counts() -> None:
    b, ctx = setup()
    assert same(simplify(b.sum("n", lambda j: b.at("s")()).e, ctx), E.mul(E.Dimension("n", None), Acc("s", ())))


def test_fold_puts_a_name_back() -> None:
    b, ctx = setup()
    z, p = b.at("z"), b.at("p")
    e = exp(z(I)) / b.sum("n", lambda j: exp(z(j)))
    assert simplify(e.e, ctx) is p(I).e


def test_fold_of_a_mean() -> None:
    b, ctx = setup()
    a = b.at("a")
    assert same(simplify(b.sum("n", lambda j: a(j)).e, ctx), E.mul(E.Dimension("n", None), Acc("m", ())))


def test_fold_never_makes_a_new_division() -> None:
    b = Board(a="n", g="n", G="n")
    a, g = b.at("a"), b.at("g")
    b.define("h", "n", lambda i: a(i) * sigmoid(g(i)))
    ctx = context(b.program)
    ctx.know((RANGE,))
    out = simplify((b.at("G")(I) * sigmoid(g(I))).e, ctx)
    assert not any(isinstance(x, E.Pow) for x in E.walk(out))


def test_a_declared_fact_is_used() -> None:
    b = board()
    b.fact("", lambda: b.sum("n", lambda k: b.at("c")(k)), 1)
    ctx = context(b.program)
    ctx.know((RANGE,))
    p, c = b.at("p"), b.at("c")
    assert simplify(b.sum("n", lambda k: c(k) * p(I)).e, ctx) is p(I).e


def test_a_fact_about_the_whole_axis_is_not_used_for_a_part() -> None:
    b = board()
    b.fact("", lambda: b.sum("n", lambda k: b.at("c")(k)), 1)
    ctx = context(b.program)
    part = Bind(E.fresh("k"), E.num(2), E.Dimension("n", None))
    e = E.total((part,), Acc("c", (Idx(part.name),)))
    assert simplify(e, ctx) is not E.ONE


def test_a_sum_over_a_definition_is_proved() -> None:
    b, ctx = setup()
    assert simplify(b.sum("n", lambda k: b.at("p")(k)).e, ctx) is E.ONE


def test_collect_takes_common_factors_out() -> None:
    b, ctx = setup()
    a, c, s = (b.at(n) for n in "acs")
    e = a(I) * c(I) - a(I) * s()
    out = collect(terms_of(e.e, ctx))
    assert same(out, (a(I) * (c(I) - s())).e)
    assert cost(out) < cost(e.e)


def test_a_delta_stays_outside_brackets() -> None:
    b, ctx = setup()
    p, J = b.at("p"), Idx("j")
    ctx.know((Bind("j", E.ONE, E.Dimension("n", None)),))
    e = p(I) * F(E.delta(I, J)) - p(I) * p(J)
    assert same(simplify(e.e, ctx), e.e)


def test_like_terms_merge_whatever_their_letters() -> None:
    b, ctx = setup()
    a = b.at("a")
    e = b.sum("n n", lambda j, k: a(j) * b.at("A")(j, k)) - b.sum("n n", lambda k, j: b.at("A")(k, j) * a(k))
    assert merge(terms_of(e.e, ctx)) == ()


def test_a_transpose_is_no_like_term() -> None:
    b, ctx = setup()
    a, A = b.at("a"), b.at("A")
    e = b.sum("n", lambda j: A(I, j) * a(j)) - b.sum("n", lambda j: A(j, I) * a(j))
    assert len(merge(terms_of(e.e, ctx))) == 2


def test_substitution_captures_nothing() -> None:
    inner = Bind("k", E.ONE, E.Dimension("n", None))
    e = E.total((inner,), E.mul(Acc("a", (Idx("k"),)), Acc("c", (I,))))
    out = substitute(e, {"i": Idx("k")})
    assert out.free == {"k"}


def test_matching_solves_a_shift() -> None:
    pattern = Acc("h", (E.add(Idx("t"), E.MINUS_ONE),))
    (found,) = matches(pattern, Acc("h", (Idx("j"),)), frozenset("t"), {})
    assert found["t"] is E.add(Idx("j"), E.ONE)


def test_a_range_is_checked_at_both_ends() -> None:
    _, ctx = setup()
    assert outside(I, RANGE, ctx) == []
    assert len(outside(E.add(I, E.ONE), RANGE, ctx)) == 1
    assert solve(E.add(Idx("j"), I), E.num(3), "j", ctx) is not None
    assert solve(E.mul(E.num(2), Idx("j")), I, "j", ctx) is None  # a stride is not divided


def test_rewriting_keeps_the_value() -> None:
    b, ctx = setup()
    a, c, A, z, p, q = (b.at(n) for n in ("a", "c", "A", "z", "p", "q"))
    forms = [
        (a(I) + c(I)) ** 2 - a(I) ** 2,
        b.sum("n", lambda j: (a(j) - b.at("m")()) * p(j)) * q(I),
        exp(z(I)) / b.sum("n", lambda j: exp(z(j))) * (1 - p(I)) + tanh(a(I)) ** 2,
        b.sum("n n", lambda j, k: A(j, k) * F(E.delta(j.e, I)) * (a(k) - c(j))),
        sigmoid(a(I)) * (1 - q(I)) / (c(I) + 2) - f(3) * q(I),
    ]
    values = Values(b, {"n": 4})
    for e in forms:
        out = simplify(e.e, ctx)
        for i in range(1, 5):
            assert np.isclose(values.value(out, {"i": i}), values.value(e.e, {"i": i}))


def test_elimination_leaves_free_deltas() -> None:
    b, ctx = setup()
    e = F(E.delta(I, Idx("j"))) * b.at("a")(I)
    (term,) = terms_of(e.e, ctx)
    assert total(eliminate(term, ctx)) is e.e or same(total(eliminate(term, ctx)), e.e)


def test_a_huge_power_is_left_alone() -> None:
    _, ctx = setup()
    e = E.power(E.mul(E.num(9), Acc("s", ())), E.num(9**9))
    assert len(E.text(simplify(e, ctx))) < 100
