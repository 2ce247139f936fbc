"""Programs built from hand-made understandings: statements have the values that NumPy gives, circles are refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symdl.errors import ReadError, ShapeError, UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Axis, Dim, Range, SizeAt, axis, shape
from symdl.language.scope import Declaration, Scope, Signature
from symdl.language.understanding import Definition, Line, Understanding
from symdl.tensor.build import build_program
from symdl.tensor.elaborate import Elaborator, sequents
from symdl.tensor.expr import Acc, Call, Deriv, Idx, Lam, Opt, num
from symdl.tensor.program import Program
from tests.tensor.brute_force import Brute

RNG = np.random.default_rng(3)
i, j, t, layer_letter = (s.IndexVar(x) for x in "ijtl")


def number(value: int) -> s.Number:
    return s.Number(Fraction(value))


def sym(name: str, *dims: str) -> s.Symbol:
    return s.Symbol(name, shape(*dims))


def understand(
    *definitions: Definition,
    leaves: tuple[s.Symbol, ...] = (),
    dims: str = "mnp",
    extra: tuple[Declaration, ...] = (),
    **more: object,
) -> Understanding:
    names = {x.name: Declaration(x.name, x.axes) for x in leaves}
    for d in definitions:
        if isinstance(d.left, s.Symbol) and d.name not in names:
            names[d.name] = Declaration(d.name, d.left.axes, defined=True)
    names.update({d.name: d for d in extra})
    return Understanding(Scope(names=names, dimensions=frozenset(dims)), definitions, **more)  # type: ignore[arg-type]


def value(name: str, right: s.Node, left: s.Node | None = None, kind: str = "value") -> Definition:
    return Definition(name, left or s.Symbol(name, right.shape), right, kind=kind)


A, x, b = sym("A", "m", "n"), sym("x", "n"), sym("b")
SIZES = {"m": 3, "n": 4, "p": 5}
LEAVES = {"A": RNG.normal(size=(3, 4)), "x": RNG.normal(size=4), "b": 0.4}


def brute(program: Program, **more: object) -> Brute:
    return Brute(SIZES, LEAVES, program=program, **more)  # type: ignore[arg-type]


def test_statements_in_order_of_use_with_their_values() -> None:
    y = sym("y", "m")
    late = value("L", s.Power(s.Norm(y), number(2)))
    early = value("y", s.Add((s.Product((A, x)), b)))
    program = build_program(understand(late, early, leaves=(A, x, b)))
    assert list(program.statements) == ["y", "L"] and set(program.leaves) == {"A", "x", "b"}
    assert abs(brute(program).access("L", ()) - ((LEAVES["A"] @ LEAVES["x"] + 0.4) ** 2).sum()) <= 1e-9


def test_index_form_binds_letters_in_any_order() -> None:
    left = s.Entry(s.Symbol("Y", shape("n", "m")), (j, i))
    d = value("Y", s.Entry(A, (i, j)), left)
    program = build_program(understand(d, leaves=(A,), extra=(Declaration("Y", shape("n", "m"), defined=True),)))
    assert brute(program).access("Y", (2, 3)) == LEAVES["A"][2, 1]


def test_repeated_and_constant_indices_on_the_left() -> None:
    Y = s.Symbol("Y", shape("n", "n"))
    diagonal = value("Y", s.Entry(x, (i,)), s.Entry(Y, (i, i)))
    first = value("Y", number(7), s.Entry(Y, (number(1), j)))
    program = build_program(understand(diagonal, first, leaves=(x,), extra=(Declaration("Y", Y.axes, defined=True),)))
    found = brute(program)
    assert found.access("Y", (2, 2)) == LEAVES["x"][1] and found.access("Y", (1, 3)) == 7


def test_recurrence_is_a_scan_with_a_base() -> None:
    steps = Axis(Dim.of("n") + 1, 0)
    m = s.Symbol("m_", (steps,))
    start = value("m_", number(0), s.Entry(m, (number(0),)), "start")
    step = value(
        "m_",
        s.Add((s.Product((b, s.Entry(m, (s.Add((t, number(-1))),)))), s.Entry(x, (t,)))),
        s.Entry(m, (t,)),
        "step",
    )
    program = build_program(understand(start, step, leaves=(x, b), extra=(Declaration("m_", (steps,), defined=True),)))
    statement = program.statements["m_"]
    assert statement.kind == "scan" and statement.base == (((num(0),), num(0)),)
    expected = 0.0
    for entry in LEAVES["x"]:
        expected = 0.4 * expected + entry
    assert abs(brute(program).access("m_", (4,)) - expected) <= 1e-12
    ahead = value("m_", s.Entry(m, (t,)), s.Entry(m, (s.Add((t, number(1))),)), "step")
    shifted = build_program(understand(start, ahead, extra=(Declaration("m_", (steps,), defined=True),)))
    (access,) = [a for a in (shifted.statements["m_"].body,) if isinstance(a, Acc)]
    assert str(access.indices[0]).endswith("-1)")


def test_recurrences_that_use_one_another_are_scans() -> None:
    steps = Axis(Dim.of("n") + 1, 0)
    h, c = s.Symbol("h", (steps,)), s.Symbol("c", (steps,))
    before = s.Add((t, number(-1)))
    defs = (
        value("h", number(1), s.Entry(h, (number(0),)), "start"),
        value("c", s.Add((s.Entry(h, (before,)), s.Entry(x, (t,)))), s.Entry(c, (t,))),
        value("h", s.Function("tanh", (s.Entry(c, (t,)),)), s.Entry(h, (t,)), "step"),
    )
    declared = tuple(Declaration(n, (steps,), defined=True) for n in "hc")
    program = build_program(understand(*defs, leaves=(x,), extra=declared))
    assert {st.kind for st in program.statements.values()} == {"scan"}
    expected = 1.0
    for entry in LEAVES["x"]:
        expected = np.tanh(expected + entry)
    assert abs(brute(program).access("h", (4,)) - expected) <= 1e-12


@pytest.mark.parametrize("length", [1, 2, 3])
def test_circles_are_refused_and_named(length: int) -> None:
    names = ["P", "Q", "R"][:length]
    defs = [value(n, s.Add((s.Symbol(names[(k + 1) % length]), number(1)))) for k, n in enumerate(names)]
    with pytest.raises(ReadError, match="circle") as caught:
        build_program(understand(*defs))
    assert " → ".join([*names, names[0]]) in str(caught.value)


def test_a_recurrence_that_makes_no_progress_is_a_circle() -> None:
    h = s.Symbol("h", shape("n"))
    loop = value("h", s.Entry(h, (t,)), s.Entry(h, (t,)))
    both = value(
        "h",
        s.Add((s.Entry(h, (s.Add((t, number(1))),)), s.Entry(h, (s.Add((t, number(-1))),)))),
        s.Entry(h, (t,)),
    )
    for d in (loop, both):
        with pytest.raises(ReadError, match="circle"):
            build_program(understand(d, extra=(Declaration("h", shape("n"), defined=True),)))


def test_family_members_have_ranges_that_depend_on_their_letter() -> None:
    layer = s.Binder("l", Range(Dim.of(1), Dim.of("D")))
    now, before = Dim.of(SizeAt("n", Dim.of("l"))), Dim.of(SizeAt("n", Dim.of("l") - 1))
    w = s.Symbol("W_l", (Axis(now), Axis(before)), (layer_letter,))
    h_axes = (Axis(now),)
    h = s.Symbol("h_l", h_axes, (layer_letter,))
    h_before = s.Symbol("h_l", (Axis(before),), (s.Add((layer_letter, number(-1))),))
    x0 = s.Symbol("x", (Axis(Dim.of(SizeAt("n", Dim.of(0)))),))
    extra = (
        Declaration("W_l", w.axes, members=(layer,)),
        Declaration("h_l", h_axes, members=(s.Binder("l", Range(Dim.of(0), Dim.of("D"))),), defined=True),
        Declaration("x", x0.axes),
    )
    defs = (
        value("h_l", x0, s.Symbol("h_l", x0.axes, (number(0),)), "start"),
        value("h_l", s.Function("tanh", (s.Product((w, h_before)),)), h, "step"),
        value("y", s.Symbol("h_l", (Axis(Dim.of(SizeAt("n", Dim.of("D")))),), (s.Size(Dim.of("D")),))),
    )
    scope = understand(*defs, dims="D", extra=extra)
    scope = Understanding(Scope(scope.scope.names, scope.scope.dimensions, frozenset("n")), defs)
    program = build_program(scope)
    assert program.leaves["W_l"].members[0].name == "l"
    weights = {1: RNG.normal(size=(3, 2)), 2: RNG.normal(size=(4, 3))}
    flat = {
        (k, a + 1, c + 1): m[a, c] for k, m in weights.items() for a in range(m.shape[0]) for c in range(m.shape[1])
    }
    at = np.array([0.3, -0.8])
    found = Brute({"D": 2}, {"W_l": flat, "x": at}, program=program, size_families={"n": {0: 2, 1: 3, 2: 4}})
    expected = np.tanh(weights[2] @ np.tanh(weights[1] @ at))
    assert abs(found.access("y", (4,)) - expected[3]) <= 1e-12


def test_abstract_gradient_implicit_optimum() -> None:
    loss = value("L", s.Apply("L", (A,)), kind="abstract")
    gradient = value("G", s.Derivative(s.Symbol("L"), (A,)), kind="gradient")
    best = value("v", s.Optimum("argmin", x, s.Norm(x)))
    root = Definition("r", s.Symbol("r"), s.Relation((s.Power(s.Symbol("r"), number(2)), b), ("=",)), kind="implicit")
    program = build_program(understand(loss, gradient, best, root, leaves=(A, x, b)))
    assert isinstance(program.statements["L"].body, Call) and program.functions["L"].arguments == (A.axes,)
    assert isinstance(program.statements["G"].body, Deriv) and program.statements["G"].kind == "sum"
    assert isinstance(program.statements["v"].body, Opt) and program.statements["v"].kind == "optimum"
    assert program.statements["r"].kind == "implicit" and program.statements["r"].condition is not None


def test_functions_laws_and_facts() -> None:
    w, e = sym("w"), sym("e", "n")
    f = Definition("f", s.Apply("f", (w,)), s.Power(w, number(2)), kind="function")
    p = value("p", s.Distribution("normal", (b, number(1))), s.Symbol("p"), "law")
    extra = (
        Declaration("f", kind="function", signature=Signature(((),), (), ("w",), s.Power(w, number(2)), True)),
        Declaration("p", kind="distribution"),
    )
    random = (
        Line(
            s.Property("distributed", (e,), (s.Distribution("normal", (s.Zeros(shape("n")), s.Identity(axis("n")))),)),
            "",
        ),
        Line(s.Relation((s.Moment("E", (x,)), s.Zeros(shape("n"))), ("=",)), ""),
        Line(s.Property("iid", (x,)), ""),
        Line(s.Property("independent", (e, x)), ""),
    )
    assume = (
        Line(s.Compare(">", b, number(0)), ""),
        Line(s.Property("convex", (s.Symbol("f"),)), ""),
        Line(s.Within(s.Entry(x, (i,)), (number(0), number(1))), "", {"i": Range(Dim.of(1), Dim.of("n"))}),
        Line(s.Relation((s.Product((A, s.Transpose(A))), s.Number(Fraction(0))), ("≻",)), ""),
    )
    u = understand(f, p, leaves=(A, x, b, e), extra=extra, random=random, assumptions=assume)
    program = build_program(u)
    assert program.laws["e"].name == "normal" and program.laws["x"].iid and program.laws["x"].name == "moments"
    assert program.independent == (("e", "x"),) and program.laws["p"].name == "normal"
    assert program.functions["f"].properties == (("convex", ()),)
    assert [fact.op for fact in program.facts] == [">", "convex", "in", "≻"]
    assert program.facts[2].subject == "x" and [v.name for v in program.facts[2].binders] == ["i"]
    el = Elaborator(u.scope, program)
    assert (
        abs(brute(program).value(el.entry(s.Apply("f", (s.Add((b, number(1))),), elementwise=True)), {}) - 1.96)
        <= 1e-12
    )
    prime = el.entry(s.Apply("f", (s.Add((b, number(1))),), (1,), elementwise=True))
    assert abs(brute(program).value(prime, {}) - 2.8) <= 1e-12
    normal = el.entry(s.Function("log", (s.Apply("p", (number(2),)),)))
    assert abs(brute(program).value(normal, {}) + np.log(2 * np.pi) / 2 + 1.6**2 / 2) <= 1e-12
    kl = el.entry(
        s.Divergence(
            "KL", (s.Distribution("named", (s.Symbol("p"),)), s.Distribution("normal", (number(0), number(1))))
        )
    )
    assert kl.over[0][1] == program.laws["p"]  # type: ignore[attr-defined]


def test_goals_of_chains_implications_and_orders() -> None:
    y = sym("y", "n")
    program = build_program(understand(leaves=(A, x, y, b)))
    el = Elaborator(None, program)
    chain = Line(s.Relation((x, y, s.Add((x, y))), ("=", "≤")), "")
    premises, goals = el.goals(chain)
    assert premises == () and [g.op for g in goals] == ["=", "≤"] and all(len(g.binders) == 1 for g in goals)
    letters = Line(s.Relation((s.Entry(x, (i,)), s.Entry(y, (i,))), ("=",)), "", {"i": Range(Dim.of(1), Dim.of("n"))})
    assert [bound.name for bound in el.goals(letters)[1][0].binders] == ["i"]
    either = Line(s.Implication("iff", s.Compare(">", b, number(0)), s.Compare("≥", b, number(0))), "")
    first, second = sequents(either, program)
    assert first.premises[0].op == ">" and second.premises[0].op == "≥" and second.goals[0].op == ">"
    order = Line(s.Relation((s.Product((A, s.Transpose(A))), s.Identity(axis("m"))), ("⪯",)), "")
    (goal,) = el.goals(order)[1]
    assert goal.op == "⪰" and isinstance(goal.left, Lam) and "A" not in str(goal.left)
    entrywise = Line(s.Relation((x, number(0)), ("⪰",)), "")
    assert el.goals(entrywise)[1][0].op == "≥"
    noted = Line(s.Relation((b, b), ("∝",), s.Symbol("w")), "")
    assert el.goals(noted)[1][0].note == s.Symbol("w")
    for bad in (s.Relation((x, number(1)), ("=",)), s.Relation((x, s.Transpose(x)), ("=",))):
        with pytest.raises(ShapeError):
            el.goals(Line(bad, ""))
    with pytest.raises(UnsupportedError):
        el.goals(Line(s.Property("convex", (x,)), ""))


def test_zero_stands_for_any_shape() -> None:
    program = build_program(understand(leaves=(x,)))
    (goal,) = Elaborator(None, program).goals(Line(s.Relation((x, number(0)), ("=",)), ""))[1]
    assert goal.right is num(0) and len(goal.binders) == 1 and goal.left.free == {goal.binders[0].name}
    assert Idx(goal.binders[0].name) in goal.left.indices  # type: ignore[attr-defined]


def test_a_recurrence_without_a_start_gets_a_leaf_for_it() -> None:
    steps = s.Binder("t", Range(Dim.of(0), Dim.of("p")))
    after = s.Symbol("x_t", shape("n"), (s.Add((t, number(1))),))
    now = s.Symbol("x_t", shape("n"), (t,))
    step = value("x_t", s.Add((s.Product((b, now)), x)), after, "step")
    program = build_program(
        understand(step, leaves=(x, b), extra=(Declaration("x_t", shape("n"), members=(steps,), defined=True),))
    )
    start = RNG.normal(size=4)
    assert program.leaves["x_0"].axes == shape("n")
    found = Brute(SIZES, {**LEAVES, "x_0": start}, program=program)
    expected = start
    for _ in range(2):
        expected = 0.4 * expected + LEAVES["x"]
    assert abs(found.access("x_t", (2, 3)) - expected[2]) <= 1e-12
    back = value("x_t", after, now, "step")
    with pytest.raises(UnsupportedError, match="last value"):
        build_program(understand(back, extra=(Declaration("x_t", shape("n"), members=(steps,), defined=True),)))


def test_gradient_of_a_function_at_a_point_that_its_variable_does_not_reach() -> None:
    w, star = sym("w", "n"), sym("w^\\star", "n")
    body = s.Power(s.Norm(w), number(2))
    f = Definition("J", s.Apply("J", (w,)), body, kind="function")
    declared = Declaration("J", kind="function", signature=Signature((shape("n"),), (), ("w",), body))
    u = understand(
        f,
        leaves=(w, star, A, x),
        extra=(declared, Declaration("g", kind="function", signature=Signature((shape("m"),), ()))),
    )
    el = Elaborator(u.scope, build_program(u))
    at = el.entry(s.Derivative(s.Apply("J", (star,)), (w,), form="nabla"), (Idx("i"),))
    assert isinstance(at, Deriv) and at.by == (Acc("w^\\star", (Idx("i"),)),) and "w^\\star" in str(at.of)
    inner = s.Apply("g", (s.Product((A, x)),))
    chained = el.entry(s.Derivative(inner, (x,)), (Idx("i"),))
    assert isinstance(chained, Deriv) and chained.by[0].name == "x"
    with pytest.raises(UnsupportedError):
        el.entry(s.Derivative(inner, (star,)), (Idx("i"),))


def test_a_premise_about_the_lines_letters_is_a_condition() -> None:
    y = sym("y", "n")
    el = Elaborator(None, build_program(understand(leaves=(x, y, b))))
    letters = {"i": Range(Dim.of(1), Dim.of("n")), "j": Range(Dim.of(1), Dim.of("n"))}
    at_i, at_j = s.Compare(">", s.Entry(x, (i,)), number(0)), s.Compare(">", s.Entry(x, (j,)), number(0))
    premises, (goal,) = el.goals(Line(s.Implication("implies", at_i, at_j), "", letters))
    assert premises == () and goal.condition is not None and goal.condition.free == {"i"}
    premises, (goal,) = el.goals(Line(s.Implication("implies", s.Compare("=", x, y), at_j), "", letters))
    assert len(premises) == 1 and goal.condition is None and not {v.name for v in premises[0].binders} & {"i", "j"}
    whole = s.Implication("implies", s.Relation((x, s.Product((s.Entry(y, (i,)), y))), ("=",)), at_j)
    (goal,) = el.goals(Line(whole, "", letters))[1]
    assert goal.condition is not None and goal.condition.free == {"i"}


def test_unequal_tensors_differ_somewhere() -> None:
    el = Elaborator(None, build_program(understand(leaves=(x,))))
    (goal,) = el.goals(Line(s.Relation((x, number(0)), ("≠",)), ""))[1]
    assert goal.binders == () and brute(el.program).value(goal.left, {}) > 0
