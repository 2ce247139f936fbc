"""Entries of every kind of tree, by plain loops, equal NumPy formulas written by hand; sizes are pairwise distinct."""

from __future__ import annotations

import inspect
from fractions import Fraction

import numpy as np
import pytest

from symdl.errors import ShapeError, UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Dim, Range, axis, shape
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.elaborate_base import RULES
from symdl.tensor.expr import Acc, Call, Deriv, Diff, Expect, Idx, Integ, Lam, Opt, num, walk
from symdl.tensor.laws import law_of
from symdl.tensor.program import Function, Law, Program
from tests.tensor.brute_force import Brute

SIZES = {"m": 3, "n": 4, "p": 5, "h": 2, "d": 3}
RNG = np.random.default_rng(7)
LEAVES = {
    "A": RNG.normal(size=(3, 4)),
    "B": RNG.normal(size=(4, 5)),
    "C": RNG.normal(size=(3, 4)),
    "S": RNG.normal(size=(4, 4)) + 4 * np.eye(4),
    "x": RNG.normal(size=4),
    "y": RNG.normal(size=4),
    "u": RNG.normal(size=3),
    "q": np.array([0.1, 0.2, 0.3, 0.4]),
    "p": np.array([0.4, 0.1, 0.2, 0.3]),
    "a": 0.7,
    "b": -1.3,
    "z": RNG.normal(size=4),  # counts from 0
    "Z": RNG.normal(size=(3, 4)),  # columns count from 0
    "t": np.array([2, 4, 1]),
    "T": RNG.normal(size=(3, 4, 5)),
    "k": 3,
}
BASES = {"z": (0,), "Z": (1, 0)}
PROGRAM = Program(sizes=frozenset(SIZES))
A, B, C = (s.Symbol(x, shape(*d)) for x, d in (("A", "mn"), ("B", "np"), ("C", "mn")))
S = s.Symbol("S", shape("n", "n"))
P = s.Product((S, s.Transpose(S)))  # positive definite
x, y, q, p = (s.Symbol(name, shape("n")) for name in "xyqp")
u = s.Symbol("u", shape("m"))
a, b = s.Symbol("a"), s.Symbol("b")
k = s.Symbol("k", integer=True)
z = s.Symbol("z", (axis("n", 0),))
Z = s.Symbol("Z", (axis("m"), axis("n", 0)))
t = s.Symbol("t", shape("m"), integer=True)
T3 = s.Symbol("T", shape("m", "n", "p"))
i, j = s.IndexVar("i"), s.IndexVar("j")
v = LEAVES
M = v["S"] @ v["S"].T


def n_(value: int | Fraction) -> s.Number:
    return s.Number(Fraction(value))


def bound(name: str, last: str | int, first: int = 1) -> s.Binder:
    return s.Binder(name, Range(Dim.of(first), Dim.of(last)))


def soft(m: np.ndarray, ax: int = -1) -> np.ndarray:
    w = np.exp(m)
    return w / w.sum(axis=ax, keepdims=True)


def col(m: np.ndarray) -> np.ndarray:
    return m[:, None]


CASES: dict[str, tuple[s.Node, object]] = {
    "number": (n_(Fraction(3, 4)), 0.75),
    "constant": (s.Constant("pi"), np.pi),
    "size": (s.Size(Dim.of("n") * 2 + 1), 9),
    "floor size": (s.Size((Dim.of("n") + 1) // Dim.of("h")), 2),
    "ones": (s.Product((s.Ones(shape("m")), s.Transpose(x))), np.ones((3, 1)) * v["x"]),
    "zeros": (s.Add((A, s.Zeros(shape("m", "n")))), v["A"]),
    "identity": (s.Add((S, s.Identity(axis("n")))), v["S"] + np.eye(4)),
    "basis": (s.BasisVector(n_(2), axis("n")), np.eye(4)[1]),
    "delta": (
        s.Reduce("sum", (bound("i", "n"), bound("j", "n")), s.Product((s.Delta(i, j), s.Entry(S, (i, j))))),
        np.trace(v["S"]),
    ),
    "add scalar": (s.Add((A, a)), v["A"] + 0.7),
    "neg": (s.Neg(x), -v["x"]),
    "matrix product": (s.Product((A, B)), v["A"] @ v["B"]),
    "matrix vector": (s.Product((A, x)), v["A"] @ v["x"]),
    "quadratic": (s.Product((s.Transpose(x), S, y)), v["x"] @ v["S"] @ v["y"]),
    "row times matrix": (s.Product((s.Transpose(x), B)), (v["x"] @ v["B"])[None, :]),
    "outer": (s.Product((u, s.Transpose(x))), np.outer(v["u"], v["x"])),
    "outer and on": (s.Product((u, s.Transpose(x), y)), v["u"] * (v["x"] @ v["y"])),
    "scalar first": (s.Product((n_(2), s.Transpose(x), y, u)), 2 * (v["x"] @ v["y"]) * v["u"]),
    "sandwich": (s.Product((A, S, s.Transpose(C))), v["A"] @ v["S"] @ v["C"].T),
    "dot": (s.Dot(x, y), v["x"] @ v["y"]),
    "inner": (s.InnerProduct(A, C), (v["A"] * v["C"]).sum()),
    "hadamard": (s.Hadamard((A, C)), v["A"] * v["C"]),
    "kron vectors": (s.Kronecker(u, x), np.outer(v["u"], v["x"])),
    "kron matrices": (s.Kronecker(A, B), np.kron(v["A"], v["B"])),
    "quotient": (s.Quotient(x, y), v["x"] / v["y"]),
    "quotient scalar": (s.Quotient(A, a), v["A"] / 0.7),
    "one over": (s.Quotient(n_(1), x), 1 / v["x"]),
    "power scalar": (s.Power(a, b), 0.7**-1.3),
    "power column": (s.Power(x, n_(2)), v["x"] ** 2),
    "power matrix": (s.Power(S, n_(3)), np.linalg.matrix_power(v["S"], 3)),
    "power zero": (s.Power(S, n_(0)), np.eye(4)),
    "power high": (s.Power(S, n_(9)), np.linalg.matrix_power(v["S"], 9)),
    "power symbolic": (s.Power(S, k), np.linalg.matrix_power(v["S"], 3)),
    "power negative": (s.Power(S, n_(-2)), np.linalg.inv(v["S"] @ v["S"])),
    "root of matrix": (s.Product((s.Power(P, n_(Fraction(1, 2))), s.Power(P, n_(Fraction(1, 2))))), M),
    "exp by e": (s.Power(s.Constant("e"), s.Neg(a)), np.exp(-0.7)),
    "hadamard power": (s.HadamardPower(A, n_(2)), v["A"] ** 2),
    "transpose": (s.Transpose(A), v["A"].T),
    "transpose column": (s.Transpose(x), v["x"][None, :]),
    "transpose twice": (s.Transpose(s.Transpose(x)), v["x"]),
    "inverse": (s.Inverse(S), np.linalg.inv(v["S"])),
    "inverse applied": (s.Product((s.Inverse(S), x)), np.linalg.solve(v["S"], v["x"])),
    "function": (s.Function("tanh", (A,)), np.tanh(v["A"])),
    "sqrt": (s.Function("sqrt", (s.Power(x, n_(2)),)), np.abs(v["x"])),
    "max": (s.Function("max", (x, n_(0))), np.maximum(v["x"], 0)),
    "clip": (s.Function("clip", (x, n_(-1), a)), np.clip(v["x"], -1, 0.7)),
    "softmax": (s.AxisFunction("softmax", A), soft(v["A"])),
    "softmax columns": (s.AxisFunction("softmax", A, 0), soft(v["A"], 0)),
    "softmax column": (s.AxisFunction("softmax", x), soft(v["x"])),
    "logsumexp": (s.AxisFunction("logsumexp", A), np.log(np.exp(v["A"]).sum(1))),
    "mean": (s.AxisFunction("mean", A), v["A"].mean(1)),
    "mean first": (s.AxisFunction("mean", A, 0), v["A"].mean(0)),
    "var": (s.AxisFunction("var", A), v["A"].var(1)),
    "std": (s.AxisFunction("std", x), v["x"].std()),
    "axis max": (s.AxisFunction("max", A), v["A"].max(1)),
    "argmax": (s.AxisFunction("argmax", A), v["A"].argmax(1) + 1),
    "argmin from 0": (s.AxisFunction("argmin", z), v["z"].argmin()),
    "axis sum of three": (s.AxisFunction("sum", T3, 1), v["T"].sum(1)),
    "trace": (s.MatrixFunction("trace", s.Product((S, s.Inverse(S), S))), np.trace(v["S"])),
    "det": (s.MatrixFunction("det", S), np.linalg.det(v["S"])),
    "logdet": (s.MatrixFunction("logdet", P), np.linalg.slogdet(M)[1]),
    "rank": (s.MatrixFunction("rank", A), 3),
    "diag of column": (s.MatrixFunction("diag", x), np.diag(v["x"])),
    "diag of matrix": (s.MatrixFunction("diag", S), np.diag(v["S"])),
    "vec": (s.MatrixFunction("vec", A), v["A"].flatten(order="F")),
    "vec from 0": (s.MatrixFunction("vec", Z), v["Z"].flatten(order="F")),
    "expm": (s.MatrixFunction("expm", s.Quotient(S, n_(4))), None),
    "eigenvalue": (s.Eigenvalue(P, n_(2)), np.sort(np.linalg.eigvalsh(M))[-2]),
    "eigenvalue max": (s.Eigenvalue(P, s.Constant("max")), np.linalg.eigvalsh(M).max()),
    "eigenvalue min": (s.Eigenvalue(P, s.Constant("min")), np.linalg.eigvalsh(M).min()),
    "norm": (s.Norm(x), np.linalg.norm(v["x"])),
    "norm squared": (s.Power(s.Norm(x), n_(2)), v["x"] @ v["x"]),
    "norm cubed": (s.Power(s.Norm(x), n_(3)), np.linalg.norm(v["x"]) ** 3),
    "norm 1": (s.Norm(x, "1"), np.abs(v["x"]).sum()),
    "norm inf": (s.Norm(x, "inf"), np.abs(v["x"]).max()),
    "norm F": (s.Norm(A, "F"), np.linalg.norm(v["A"])),
    "norm spectral": (s.Norm(A, "spectral"), np.linalg.norm(v["A"], 2)),
    "norm nuclear": (s.Norm(A, "nuclear"), np.linalg.norm(v["A"], "nuc")),
    "cases": (
        s.Cases(((x, s.Compare(">", x, n_(0))), (s.Product((a, x)), None))),
        np.where(v["x"] > 0, v["x"], 0.7 * v["x"]),
    ),
    "indicator": (s.Indicator(s.Compare(">", A, n_(0))), (v["A"] > 0).astype(float)),
    "indicator and": (
        s.Indicator(s.Junction("and", (s.Compare(">", a, n_(0)), s.Compare("<", b, a)))),
        1,
    ),
    "within": (s.Indicator(s.Within(k, (n_(1), n_(3)))), 1),
    "not within": (s.Indicator(s.Within(k, range=Range(Dim.of(1), Dim.of("m")), negated=True)), 0),
    "entry": (s.Entry(s.Product((A, B)), (n_(2), n_(5))), (v["A"] @ v["B"])[1, 4]),
    "row as column": (s.Entry(A, (n_(2),)), v["A"][1]),
    "row": (s.Entry(A, (n_(2), s.Slice())), v["A"][1:2]),
    "column": (s.Entry(A, (s.Slice(), n_(3))), v["A"][:, 2]),
    "slab": (s.Entry(T3, (n_(1),)), v["T"][0]),
    "label": (
        s.Reduce("sum", (bound("i", "m"),), s.Entry(A, (i, s.Entry(t, (i,))))),
        v["A"][range(3), v["t"] - 1].sum(),
    ),
    "stack": (s.Stack(((a, b), (b, n_(2)))), np.array([[0.7, -1.3], [-1.3, 2]])),
    "stacked column": (s.Stack(((a,), (x,))), np.concatenate([[0.7], v["x"]])),
    "blocks": (
        s.Stack(((S, x), (s.Transpose(y), a))),
        np.block([[v["S"], col(v["x"])], [v["y"][None, :], np.array([[0.7]])]]),
    ),
    "comprehension": (s.Comprehension(bound("i", "m"), s.Entry(A, (i,))), v["A"].T),
    "row comprehension": (s.Comprehension(bound("i", 3, 2), s.Entry(x, (i,))), v["x"][None, 1:3]),
    "transposed comprehension": (s.Transpose(s.Comprehension(bound("i", "m"), s.Entry(A, (i,)))), v["A"]),
    "sum": (s.Reduce("sum", (bound("i", "m"),), s.Entry(A, (i,))), v["A"].sum(0)),
    "product over": (s.Reduce("prod", (bound("i", "n"),), s.Entry(x, (i,))), v["x"].prod()),
    "dependent range": (
        s.Reduce(
            "sum",
            (bound("i", "n"), s.Binder("j", Range(Dim.of(1), Dim.of("i")))),
            s.Product((s.Entry(x, (i,)), s.Entry(y, (j,)))),
        ),
        np.tril(np.outer(v["x"], v["y"])).sum(),
    ),
    "condition": (
        s.Reduce("sum", (bound("i", "n"), bound("j", "n")), s.Entry(S, (i, j)), s.Compare("≠", i, j)),
        v["S"].sum() - np.trace(v["S"]),
    ),
    "max over": (s.Reduce("max", (bound("i", 3),), s.Entry(x, (i,))), v["x"][:3].max()),
    "letter as number": (
        s.Reduce("sum", (bound("i", "n"),), s.Product((i, s.Entry(x, (i,))))),
        np.arange(1, 5) @ v["x"],
    ),
    "bases meet": (s.Add((z, x)), v["z"] + v["x"]),
    "bases in a product": (s.Product((Z, x)), v["Z"] @ v["x"]),
    "bases in a dot": (s.Dot(x, z), v["x"] @ v["z"]),
    "from 0": (s.Entry(z, (n_(0),)), v["z"][0]),
    "KL of vectors": (s.Divergence("KL", (p, q)), (v["p"] * np.log(v["p"] / v["q"])).sum()),
    "entropy": (s.Divergence("H", (p,)), -(v["p"] * np.log(v["p"])).sum()),
    "cross-entropy": (s.Divergence("CE", (p, q)), -(v["p"] * np.log(v["q"])).sum()),
}
_E = np.linalg.eig(v["S"] / 4)
CASES["expm"] = (CASES["expm"][0], ((_E[1] * np.exp(_E[0])) @ np.linalg.inv(_E[1])).real)


@pytest.mark.parametrize("name", CASES)
def test_entries_equal_numpy(name: str) -> None:
    node, expected = CASES[name]
    got = Brute(SIZES, LEAVES, BASES).array(Elaborator(None, PROGRAM), node)
    expected = np.asarray(expected, dtype=float)
    assert got.shape == expected.shape
    assert np.max(np.abs(got - expected)) <= 1e-9 * (1 + np.max(np.abs(expected)))


def test_every_node_kind_has_a_rule() -> None:
    lines = {s.Relation, s.Implication, s.Subset, s.Order, s.Property}
    lines |= {s.Condition, s.Node, s.Binder, s.Slice, s.Distribution}
    kinds = {c for _, c in inspect.getmembers(s, inspect.isclass) if issubclass(c, s.Node)}
    assert kinds - lines == RULES.keys() & kinds
    for kind in lines - {s.Condition, s.Node}:
        assert kind not in RULES
    with pytest.raises(UnsupportedError, match="Slice"):
        Elaborator(None, PROGRAM).entry(s.Slice())


def test_bound_letters_are_unique_along_every_path() -> None:
    node = s.Product((s.Transpose(s.Product((A, x))), s.Power(s.Product((A, s.Transpose(A))), n_(3)), A, x))
    entry = Elaborator(None, PROGRAM).entry(node)

    def check(e: object, above: frozenset[str]) -> None:
        own = set(e.bound())  # type: ignore[attr-defined]
        assert not own & above
        for c in e.children():  # type: ignore[attr-defined]
            check(c, above | own)

    check(entry, frozenset())


def test_free_letters_keep_their_names() -> None:
    entry = Elaborator(None, PROGRAM).entry(s.Entry(s.Product((A, B)), (i, j)))
    assert entry.free == {"i", "j"}


# --------------------------------------------------------------------------------------- functions, derivatives

f = Function("f", (shape("n"),), ())
WITH_FUNCTIONS = Program(
    sizes=frozenset(SIZES),
    functions={"f": f, "J": Function("J", (shape("n"),), shape("n"), ("w",), Acc("w", (Idx("l"),)), ("l",))},
)


def test_abstract_function_is_a_call_and_its_gradient_has_slots() -> None:
    el = Elaborator(None, WITH_FUNCTIONS)
    fx = s.Apply("f", (x,))
    call = el.entry(fx)
    assert isinstance(call, Call) and isinstance(call.args[0], Lam) and call.slots == ()
    gradient = el.entry(s.Derivative(fx, (x,), form="nabla"), (Idx("i"),))
    assert isinstance(gradient, Call) and gradient.slots == ((0, (Idx("i"),)),)
    hessian = el.entry(s.Derivative(fx, (x, x), form="nabla"), (Idx("i"), Idx("j")))
    assert isinstance(hessian, Call) and hessian.slots == ((0, (Idx("i"),)), (0, (Idx("j"),)))
    elsewhere = s.Apply("f", (s.Add((x, s.Neg(y))),))
    at = el.entry(s.Derivative(elsewhere, elsewhere.args, form="nabla"), (num(2),))
    assert isinstance(at, Call) and at.slots == ((0, (num(2),)),)


def test_defined_function_is_its_body() -> None:
    el = Elaborator(None, WITH_FUNCTIONS)
    got = Brute(SIZES, LEAVES).array(el, s.Apply("J", (s.Add((x, y)),), result=shape("n")))
    assert np.max(np.abs(got - v["x"] - v["y"])) <= 1e-12


def test_unknown_function_and_matrix_norm_raise() -> None:
    el = Elaborator(None, PROGRAM)
    for bad in (
        s.Apply("nope", (x,)),
        s.Norm(A, "1"),
        s.Function("zeta", (a,)),
        s.Power(S, n_(Fraction(1, 3))),
        s.Power(S, a),
    ):
        with pytest.raises(UnsupportedError):
            el.entry(bad, tuple(Idx(c) for c in "ij"[: len(bad.shape)]))


def test_wrong_number_of_indices_raises() -> None:
    with pytest.raises(ShapeError):
        Elaborator(None, PROGRAM).entry(A, (Idx("i"),))


def test_jacobian_entries_and_layouts() -> None:
    el = Elaborator(None, PROGRAM)
    jacobian = s.Derivative(s.Product((A, x)), (x,))
    entry = el.entry(jacobian, (Idx("i"), Idx("j")))
    assert isinstance(entry, Deriv) and entry.by == (Acc("x", (Idx("j"),)),)
    row = el.entry(s.Derivative(s.Norm(x), (x,), transposed=True), (num(1), Idx("j")))
    assert isinstance(row, Deriv) and row.by == (Acc("x", (Idx("j"),)),)
    matrix = el.entry(s.Derivative(s.Norm(A, "F"), (A,), transposed=True), (Idx("j"), Idx("i")))
    assert isinstance(matrix, Deriv) and matrix.by == (Acc("A", (Idx("i"), Idx("j"))),)
    with pytest.raises(UnsupportedError):
        el.entry(s.Derivative(s.Norm(x), (s.Product((A, x)),)), (Idx("i"),))


@pytest.mark.parametrize("forward", [True, False])
def test_chain_product_contracts_over_the_shared_variable(forward: bool) -> None:
    el = Elaborator(None, PROGRAM)
    loss, pre = s.Symbol("L"), s.Symbol("Y", shape("m", "p"))
    upper, lower = s.Derivative(loss, (pre,)), s.Derivative(pre, (B,))
    factors = (upper, lower) if forward else (lower, upper)
    entry = el.entry(s.ChainProduct(factors, shape("n", "p")), (Idx("i"), Idx("j")))
    partials = [d for d in entry.children() if isinstance(d, Deriv)] or list(entry.body.factors)  # type: ignore[attr-defined]
    assert len(entry.binders) == 2 and entry.free == {"i", "j"}  # type: ignore[attr-defined]
    assert {d.by[0].name for d in partials} == {"Y", "B"}
    with pytest.raises(UnsupportedError):
        el.entry(s.ChainProduct((upper, upper), shape("m", "p")), (Idx("i"), Idx("j")))


def test_differential_optimum_integral() -> None:
    el = Elaborator(None, PROGRAM)
    assert el.entry(s.Differential(A), (Idx("i"), Idx("j"))) is Diff(Acc("A", (Idx("i"), Idx("j"))))
    best = el.entry(s.Optimum("argmin", x, s.Norm(x)), (Idx("i"),))
    assert isinstance(best, Opt) and best.indices == (Idx("i"),)
    area = el.entry(s.Integral("s", n_(0), None, s.Symbol("s")))
    assert isinstance(area, Integ) and area.body is Acc("s", ())


# -------------------------------------------------------------------------------------------------- probability


def test_expectation_is_over_what_the_body_depends_on() -> None:
    leaves = {"x": None, "w": None}
    program = Program(sizes=frozenset(SIZES), laws={"w": Law("moments"), "x": Law("normal")}, leaves=leaves)  # type: ignore[arg-type]
    el = Elaborator(None, program)
    mean = el.entry(s.Moment("E", (s.Norm(x),)))
    assert isinstance(mean, Expect) and mean.over == (("x", None),)
    both = s.Product((s.Transpose(x), s.Symbol("w", shape("n"))))
    assert [n for n, _ in el.entry(s.Moment("E", (both,))).over] == ["w", "x"]  # type: ignore[attr-defined]
    given = el.entry(s.Moment("E", (both,), given=(x,)))
    assert [n for n, _ in given.over] == ["w"]  # type: ignore[attr-defined]
    assert el.entry(s.Moment("E", (a,))) is Acc("a", ())
    variance = el.entry(s.Moment("Var", (x,)), (Idx("i"), Idx("j")))
    assert isinstance(variance, Expect) and variance.free == {"i", "j"}


def test_law_under_the_sign_keeps_its_letters() -> None:
    el = Elaborator(None, PROGRAM)
    law = s.Distribution("normal", (s.Entry(x, (i,)), n_(1)))
    e = el.entry(
        s.Reduce("sum", (bound("i", "n"),), s.Moment("E", (s.Power(s.Symbol("w"), n_(2)),), ((s.Symbol("w"), law),)))
    )
    assert e.free == frozenset()
    (inner,) = (c for c in e.children() if isinstance(c, Expect))
    assert inner.free == {e.bound()[0]}


def test_chain_product_of_a_square_gradient_in_numerator_layout_is_turned() -> None:
    el = Elaborator(None, PROGRAM)
    loss, pre = s.Symbol("L"), s.Symbol("Y", shape("n", "n"))
    onward = s.Derivative(pre, (S,))
    for turned, expected in ((True, ("j", "i")), (False, ("i", "j"))):
        upper = s.Derivative(loss, (pre,), transposed=turned)
        entry = el.entry(s.ChainProduct((upper, onward), shape("n", "n")), (Idx("i"), Idx("j")))
        lower = next(d for d in walk(entry) if isinstance(d, Deriv) and d.by[0].name == "S")
        assert lower.by[0].indices == tuple(map(Idx, expected))


def test_an_undefined_density_under_the_sign_is_the_variables_own_law() -> None:
    w = s.Symbol("w")
    named = s.Distribution("named", (s.Symbol(r"q_\phi"),))
    law = law_of(Elaborator(None, PROGRAM), named, "w", (), (a,))
    program = Program(sizes=frozenset(SIZES), laws={"w": law}, leaves={"w": None, "a": None})  # type: ignore[dict-item]
    e = Elaborator(None, program).entry(s.Moment("E", (w,), ((w, named),)))
    assert isinstance(e, Expect) and e.over == (("w", None),)
    other = s.Distribution("named", (s.Symbol("r"),))
    e = Elaborator(None, program).entry(s.Moment("E", (w,), ((w, other),)))
    assert isinstance(e, Expect) and e.over[0][1] is not None
