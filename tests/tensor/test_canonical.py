"""The canonical form: it keeps the value, does not depend on how things are written, and tells apart what differs."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from symdl.language.dims import axis
from symdl.tensor.canonical import canonical
from symdl.tensor.expr import (
    ONE,
    Acc,
    Add,
    Bind,
    Cmp,
    Dimension,
    Expr,
    Idx,
    Ind,
    Mul,
    Red,
    add,
    delta,
    fn,
    mul,
    neg,
    num,
    power,
    rebuild,
    refresh,
    sub,
)
from symdl.tensor.interpret import Valuation, evaluate
from symdl.tensor.program import Leaf, Program

n, m = Dimension("n", None), Dimension("m", None)
PROGRAM = Program(
    leaves={
        "A": Leaf("A", (axis("n"), axis("n"))),
        "X": Leaf("X", (axis("n"), axis("m"))),
        "u": Leaf("u", (axis("n"),)),
        "v": Leaf("v", (axis("m"),)),
        "a": Leaf("a", ()),
    },
    sizes=frozenset({"n", "m"}),
)
SIZES = {"n": 3, "m": 4}
FREE = (Bind("i", ONE, n), Bind("j", ONE, m))


def values(seed: int) -> Valuation:
    rng = np.random.default_rng(seed)
    shapes = {"A": (3, 3), "X": (3, 4), "u": (3,), "v": (4,), "a": ()}
    return Valuation(PROGRAM, SIZES, {k: np.asarray(rng.uniform(0.3, 1.5, s)) for k, s in shapes.items()})


def total(letter: str, size: Expr, body: Expr) -> Expr:
    return Red("sum", (Bind(letter, ONE, size),), None, body)


def T(name: str, *letters: str) -> Expr:
    return Acc(name, tuple(map(Idx, letters)))


@st.composite
def entries(draw: st.DrawFn, rows: tuple[str, ...] = ("i",), columns: tuple[str, ...] = ("j",), depth: int = 3) -> Expr:
    """An entry over row letters (1..n) and column letters (1..m)."""
    kinds = ["leaf"] if depth == 0 else ["leaf", "add", "mul", "mul", "row sum", "column sum", "power", "fn", "delta"]
    kind = draw(st.sampled_from(kinds))
    row, column = draw(st.sampled_from(rows)), draw(st.sampled_from(columns))

    def below(r: tuple[str, ...] = rows, c: tuple[str, ...] = columns) -> Expr:
        return draw(entries(r, c, depth - 1))

    if kind == "leaf":
        other = draw(st.sampled_from(rows))
        options = [T("A", row, other), T("X", row, column), T("u", row), T("v", column), T("a"), num(2), n]
        return draw(st.sampled_from(options))
    if kind == "add":
        return add(below(), neg(below()) if draw(st.booleans()) else below())
    if kind == "mul":
        return mul(below(), below())
    if kind == "row sum":
        new = f"r{depth}{len(rows)}"
        return refresh(total(new, n, below((*rows, new), columns)))
    if kind == "column sum":
        new = f"c{depth}{len(columns)}"
        return refresh(total(new, m, below(rows, (*columns, new))))
    if kind == "power":
        return power(below(), draw(st.sampled_from([2, -1])))
    if kind == "delta":
        return mul(delta(Idx(row), Idx(draw(st.sampled_from(rows)))), below())
    return fn(draw(st.sampled_from(["tanh", "sigmoid", "sin"])), below())


def shuffled(e: Expr, rng: random.Random) -> Expr:
    """The same entry with terms, factors and bound letters in another order and under other names."""

    def visit(x: Expr) -> Expr:
        y = rebuild(x, visit)
        if isinstance(y, Add):
            return Add(tuple(rng.sample(y.terms, len(y.terms))))
        if isinstance(y, Mul):
            return Mul(tuple(rng.sample(y.factors, len(y.factors))))
        return y

    return refresh(visit(e))


@settings(max_examples=120, deadline=None)
@given(entries(), st.integers(0, 10_000))
def test_the_value_stays(e: Expr, seed: int) -> None:
    try:
        form = canonical(e, PROGRAM, FREE)
    except Exception as error:  # a zero denominator, or the budget: nothing is claimed
        assert type(error).__name__ in ("UnsupportedError", "Exhausted")
        return
    box = {"i": (1, 3), "j": (1, 4)}
    before, after = evaluate(e, values(seed), box), evaluate(form, values(seed), box)
    sound = np.isfinite(before) & (np.abs(before) < 1e8)
    np.testing.assert_allclose(after[sound], before[sound], rtol=1e-6, atol=1e-6)


@settings(max_examples=120, deadline=None)
@given(entries(), st.integers(0, 10_000))
def test_the_form_does_not_depend_on_the_writing(e: Expr, seed: int) -> None:
    try:
        form = canonical(e, PROGRAM, FREE)
    except Exception as error:
        assert type(error).__name__ in ("UnsupportedError", "Exhausted")
        return
    assert canonical(shuffled(e, random.Random(seed)), PROGRAM, FREE) is form


def trace_of_power(k: int, stem: str) -> Expr:
    letters = [f"{stem}{q}" for q in range(k)]
    body = mul(*(T("A", letters[q], letters[(q + 1) % k]) for q in range(k)))
    for letter in letters:
        body = total(letter, n, body)
    return body


def test_cycles_that_colours_alone_confuse() -> None:
    """Tr A⁶ is not (tr A³)²: every letter has the same colour in both."""
    six, threes = trace_of_power(6, "a"), mul(trace_of_power(3, "a"), trace_of_power(3, "b"))
    assert canonical(six) is canonical(trace_of_power(6, "c"))
    assert canonical(threes) is canonical(power(trace_of_power(3, "d"), 2))
    assert canonical(six) is not canonical(threes)


def test_deltas_and_ranges() -> None:
    k, t = Idx("k"), Dimension("t", None)
    assert canonical(total("k", n, mul(delta(k, Idx("i")), T("u", "k"))), PROGRAM, FREE) is canonical(T("u", "i"))
    assert canonical(total("k", n, ONE)) is n
    shifted = Red("sum", (Bind("k", num(0), sub(t, ONE)),), None, Acc("g", (add(k, ONE),)))
    assert canonical(shifted) is canonical(total("k", t, Acc("g", (k,))))
    outside = total("k", n, mul(delta(k, add(Idx("i"), ONE)), T("u", "k")))  # i + 1 may lie beyond n
    assert canonical(outside, PROGRAM, FREE) is not canonical(Acc("u", (add(Idx("i"), ONE),)))


def test_nested_ranges_may_change_places() -> None:
    i, j = Idx("i"), Idx("j")
    below = Red("sum", (Bind("i", ONE, n), Bind("j", ONE, i)), None, mul(T("u", "i"), T("w", "j")))
    square = Red("sum", (Bind("i", ONE, n), Bind("j", ONE, n)), Cmp("≤", j, i), mul(T("u", "i"), T("w", "j")))
    strict = Red("sum", (Bind("i", ONE, n), Bind("j", ONE, n)), Cmp("<", j, i), mul(T("u", "i"), T("w", "j")))
    diagonal = total("i", n, mul(T("u", "i"), T("w", "i")))
    assert canonical(below) is canonical(square)
    assert canonical(square) is canonical(add(strict, diagonal))
    assert canonical(square) is not canonical(strict)


def test_closed_sums() -> None:
    k = Idx("k")
    assert canonical(total("k", n, k)) is canonical(mul(n, add(n, ONE), power(num(2), -1)))
    assert canonical(mul(Ind(Cmp("≥", Idx("i"), ONE)), T("u", "i")), PROGRAM, FREE) is canonical(T("u", "i"))


def test_families_of_powers() -> None:
    """(1 − β)^{-1}(1 − β) = 1 only once denominators are cleared; e^a e^{−a} = 1 at once."""
    a = T("a")
    assert canonical(mul(fn("exp", a), fn("exp", neg(a)))) is ONE
    assert canonical(mul(power(a, 3), power(a, -2))) is a
    assert canonical(power(mul(num(4), a), num(1))) is canonical(mul(num(4), a))
