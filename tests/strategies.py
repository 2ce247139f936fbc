"""Well-typed trees of every node kind, with the scope they are read in: for `read(print(e)) == e` and its like.

The trees are what reading makes: sums and products flat, ranges those of the axes, no double transpose.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from symdl.language import syntax as s
from symdl.language.declare import understand
from symdl.language.dims import Axis, Dim, Range, axis, shape
from symdl.language.precedence import free_letters
from symdl.language.scope import Scope
from symdl.problem import Problem

Trees = SearchStrategy[s.Node]


def one(*choices: Trees) -> Trees:
    """One of these, each as likely: hypothesis would melt nested choices into one long list of leaves."""
    return st.one_of(*(c.map(_same) for c in choices))


def _same(e: s.Node) -> s.Node:
    return e


Letters = tuple[tuple[str, str], ...]  # bound letters with the size they run over

SYMBOLS = {
    "a": "",
    "s": "",
    r"\lambda": "",
    r"\tau^2": "",
    "z": "",
    "x": "n",
    r"\hat{y}": "n",
    "w": "n",
    "h_1": "n",
    "v": "m",
    "A": "n n",
    "S": "n n",
    "K": "m m",
    "X": "m n",
    r"\bar{X}": "m n",
    "M": "n m",
    "N": "n m",
    "y": "m",
    "F": "n m*n",
    "W_l": "n n for l in 1..D",
    "u^{(i)}": "n for i in 1..m",
}
GIVEN = [r"f : \mathbb{R} \to \mathbb{R}", r"g : \mathbb{R}^n \to \mathbb{R}", r"q = \mathcal{N}(a, s^2)"]
BOUND = "ijkr"


@lru_cache(maxsize=1)
def scope() -> Scope:
    """The scope of all generated trees."""
    return understand(
        Problem(
            symbols=SYMBOLS,
            given=GIVEN,
            assume=[r"y_i \in \{1,\dots,n\}", r"T \subset \{1,\dots,n\}"],
            random=[r"z \sim \mathcal{N}(0, 1)"],
        )
    ).scope


def sym(name: str) -> s.Symbol:
    d = scope().names[name]
    return s.Symbol(name, d.shape, integer=d.integer)


def num(value: int | str) -> s.Number:
    return s.Number(Fraction(value), str(value))


def member(name: str, index: s.Node) -> s.Symbol:
    d = scope().names[name]
    return s.Symbol(name, d.shape, (index,), d.style)


def letters_over(letters: Letters, size: str) -> list[s.Node]:
    return [s.IndexVar(name) for name, over in letters if over == size]


def index_over(letters: Letters, size: str) -> Trees:
    """An index on an axis of this size: a bound letter, a label, or a whole number."""
    choices: list[Trees] = [st.just(num(k)) for k in (1, 2)]
    choices += [st.just(i) for i in letters_over(letters, size)] * 3
    if size == "n":
        choices += [st.just(s.Entry(sym("y"), (i,))) for i in letters_over(letters, "m")]
    return st.one_of(choices)


# ------------------------------------------------------------------------------------------------------ scalars


def scalar_leaves(letters: Letters) -> Trees:
    columns = {"n": ["x", r"\hat{y}", "w", "h_1"], "m": ["v"]}
    matrices = {("n", "n"): ["A"], ("m", "n"): ["X", r"\bar{X}"], ("n", "m"): ["M"]}
    choices: list[Trees] = [
        st.sampled_from(["a", "s", r"\lambda", r"\tau^2", "z"]).map(sym),
        st.sampled_from([num(0), num(1), num(2), num(3), num(12), num("0.5"), num("0.25")]),
        st.sampled_from([s.Size(Dim.of(n)) for n in ("m", "n", "D")]),
        st.just(s.Constant("pi")),
    ]
    for size, names in columns.items():
        choices.append(st.builds(lambda n, i: s.Entry(sym(n), (i,)), st.sampled_from(names), index_over(letters, size)))
    for (rows, cols), names in matrices.items():
        choices.append(
            st.builds(
                lambda n, i, j: s.Entry(sym(n), (i, j)),
                st.sampled_from(names),
                index_over(letters, rows),
                index_over(letters, cols),
            )
        )
    choices.append(st.builds(lambda i: s.Entry(member("u^{(i)}", num(2)), (i,)), index_over(letters, "n")))
    pairs = [(i, j) for i in letters_over(letters, "n") for j in letters_over(letters, "n") if i != j]
    if pairs:
        choices.append(st.sampled_from(pairs).map(lambda p: s.Delta(*p)))
    return st.one_of(choices)


def scalars(depth: int, letters: Letters = ()) -> Trees:
    if depth <= 0:
        return scalar_leaves(letters)
    sub, col, mat = scalars(depth - 1, letters), columns(depth - 1, letters), matrices(depth - 1, letters)
    n_col, square = col("n"), mat("n", "n")
    plain = st.sampled_from(["x", "w"]).map(sym)
    names = ["exp", "log", "sqrt", "tanh", "sin", "sigmoid", "relu", "abs", "sign", "floor", "Phi", "arctanh"]
    return one(
        scalar_leaves(letters),
        rare_scalars(letters),
        sums(sub),
        sub.filter(not_negative).map(s.Neg),
        products(sub),
        st.builds(lambda u, a, v: s.Product((s.Transpose(u), a, v)), plain, square.filter(factor), n_col).filter(flat),
        st.builds(lambda u, v: s.Product((s.Transpose(u), v)), n_col.filter(not_transpose), n_col).filter(flat),
        st.builds(s.Dot, n_col, n_col),
        st.builds(s.InnerProduct, square, square),
        st.builds(s.Quotient, sub, sub),
        st.builds(s.Power, sub.filter(lambda b: b != num(0)), exponents(sub)),
        st.builds(lambda f, x: s.Function(f, (x,)), st.sampled_from(names), sub),
        st.builds(lambda f, x, y: s.Function(f, (x, y)), st.sampled_from(["max", "min"]), sub, sub),
        st.builds(lambda x, y, z: s.Function("clip", (x, y, z)), sub, sub, sub),
        st.builds(
            s.AxisFunction, st.sampled_from(["logsumexp", "mean", "var", "std", "max", "min", "argmax", "sum"]), n_col
        ),
        st.builds(s.MatrixFunction, st.sampled_from(["trace", "det", "logdet"]), square),
        mat("m", "n").map(lambda b: s.MatrixFunction("rank", b)),
        st.builds(s.Eigenvalue, square, st.sampled_from([s.Constant("max"), s.Constant("min"), num(1), num(2)])),
        st.builds(s.Norm, n_col, st.sampled_from(["2", "1", "inf"])),
        st.builds(s.Norm, mat("m", "n"), st.sampled_from(["F", "spectral", "nuclear"])),
        sub.map(lambda x: s.Apply("f", (x,), elementwise=True)),
        sub.map(lambda x: s.Apply("f", (x,), (1,), elementwise=True)),
        n_col.map(lambda x: s.Apply("g", (x,))),
        cases(sub, letters, depth),
        conditions(depth - 1, letters).map(s.Indicator),
        st.builds(
            lambda b, i, j: s.Entry(b, (i, j)),
            mat("m", "n"),
            index_over(letters, "m"),
            index_over(letters, "n"),
        ),
        reductions(depth, letters, lambda inner: scalars(depth - 1, inner), ["sum", "prod", "max", "min"]),
        optima(depth, letters),
        st.builds(
            s.Integral,
            st.just("s"),
            st.sampled_from([num(0), sym("a")]),
            st.sampled_from([num(1), sym(r"\lambda")]),
            sub.filter(no_integral),
        ),
        st.just(s.Integral("s", None, None, s.Function("exp", (s.Neg(s.Power(sym("s"), num(2))),)))),
        st.builds(lambda x: s.Moment("E", (x,)), sub),
        st.builds(lambda x: s.Moment("E", (x,), ((sym("z"), s.Distribution("named", (sym("q"),))),)), sub),
        st.builds(lambda x: s.Moment("Var", (x,), (), (sym("x"),)), sub),
        st.builds(lambda x, y: s.Density(x, s.Distribution("normal", (y, sym("a")))), sub, sub),
        st.builds(lambda x, y: s.Moment("Cov", (x, y)), sub, sub),
        st.just(
            s.Divergence("KL", (s.Distribution("named", (sym("q"),)), s.Distribution("normal", (sym("a"), num(1)))))
        ),
        st.builds(lambda of: s.Derivative(of, (sym("a"),), form="frac"), sub.filter(differentiable)),
        st.builds(lambda of: s.Derivative(of, (sym("a"), sym("a")), form="d"), sub.filter(differentiable)),
        sub.map(s.Differential),
    )


def rare_scalars(letters: Letters) -> Trees:
    return st.sampled_from(examples(letters))


def examples(letters: Letters = ()) -> list[s.Node]:
    """Kinds that only fit in special places (chain products, slices, stacks, Σ under a condition, …) or come seldom."""
    i, j = (s.IndexVar(c) for c in [c for c in BOUND if c not in dict(letters)][:2])
    over_n, over_m = Range.of_axis(axis("n")), Range.of_axis(axis("m"))
    x, w = sym("x"), sym("w")
    pair = (s.Binder(i.name, over_n), s.Binder(j.name, over_n))
    entries = s.Product((s.Entry(x, (i,)), s.Entry(w, (j,))))
    rows = ((sym("a"), sym("s")), (num(0), s.Neg(sym("a"))))
    positive = s.Compare(">", sym("a"), num(0))
    return [
        s.InnerProduct(sym("A"), sym("S")),
        s.Cases(((sym("a"), positive), (sym("s"), None))),
        s.Indicator(s.Junction("and", (positive, s.Compare("<", sym("a"), num(1))))),
        s.Integral("s", num(0), num(1), s.Power(sym("s"), num(2))),
        *(s.Reduce("sum", pair, entries, s.Compare(op, i, j)) for op in ("≠", "<", "≤")),
        s.Reduce(
            "sum", (s.Binder(i.name, over_n, True), s.Binder(j.name, Range(Dim.of(1), Dim.of(i.name)), True)), entries
        ),
        s.Reduce("sum", (pair[0],), s.Entry(x, (i,)), s.Within(i, values=(num(1), num(2)))),
        s.Reduce("sum", (pair[0],), s.Entry(x, (i,)), s.Within(i, name="T")),
        s.Reduce("sum", (pair[0],), s.Entry(x, (i,)), s.Within(i, name="T", negated=True)),
        s.Indicator(s.Within(num(2), name="T")),
        s.Quotient(num(1), s.Cardinality(sym("T"))),
        s.Power(s.Cardinality(sym("T")), num(2)),
        s.Reduce("max", (s.Binder(i.name, Range(Dim.of(1), Dim.of(3)), True),), s.Entry(x, (i,))),
        s.Reduce("argmax", (pair[0],), s.Entry(x, (i,))),
        s.Reduce("sum", (s.Binder(i.name, over_m),), s.Entry(sym("X"), (i, s.Entry(sym("y"), (i,))))),
        s.Product((s.Entry(sym("X"), (num(1), s.Slice())), x)),
        s.Entry(sym("F"), (num(1), s.MultiIndex((num(2), num(1)), (Dim.of("m"), Dim.of("n"))))),
        s.Reduce(
            "sum",
            (s.Binder(i.name, over_m), pair[1]),
            s.Entry(sym("F"), (j, s.MultiIndex((i, j), (Dim.of("m"), Dim.of("n"))))),
        ),
        s.Entry(s.Entry(sym("X"), (s.Slice(), num(2))), (num(1),)),
        s.MatrixFunction("det", s.Stack(rows)),
        s.MatrixFunction("trace", s.Product((s.Stack(rows), s.Stack(rows)))),
        s.Product((s.Transpose(x), s.BasisVector(num(2), axis("n")))),
        s.Norm(s.Add((x, s.Neg(s.BasisVector(num(1), axis("n")))))),
        s.Norm(s.Comprehension(s.Binder("i", over_n, True), s.Entry(w, (s.IndexVar("i"),))), "F")
        if not letters
        else num(1),
        s.Norm(s.Optimum("argmin", w, s.Power(s.Norm(s.Add((w, s.Neg(x)))), num(2)))),
        s.Apply("sigmoid", (sym("a"),), (1,), elementwise=True),
        s.Norm(s.Apply("g", (s.Add((x, w)),), (1,), shape("n"))),
        s.Divergence("H", (s.Distribution("named", (sym("q"),)),)),
        s.Density(sym("a"), s.Distribution("normal", (num(1), sym("a")))),
        s.Density(sym("a"), s.Distribution("bernoulli", (sym("a"),))),
        s.Indicator(s.Within(sym("a"), values=(num(0), num(1)))),
        s.Order(s.Power(sym("a"), num(2))),
        s.Reduce("sum", pair, s.Product((s.Delta(i, j), *entries.factors))),
        *(s.Eigenvalue(sym("A"), k) for k in (s.Constant("max"), num(1))),
        *(s.SingularValue(sym("A"), k) for k in (s.Constant("max"), s.Constant("min"), num(2))),
        s.SingularValue(sym("X"), num(1)),
        s.Norm(chain(), "F"),
        s.Norm(s.Kronecker(x, w), "F"),
        s.Norm(s.HadamardPower(sym("X"), num(3)), "F"),
        s.Power(s.Dot(x, w), num(2)),
        s.Differential(sym("a")),
    ]


def exponents(sub: Trees) -> Trees:
    return st.one_of(
        st.sampled_from([num(2), num(3), s.Quotient(num(1), num(2)), s.Neg(num(1)), s.Size(Dim.of("n"))]),
        sub.filter(lambda e: not isinstance(e, s.Transpose)),
    )


# ------------------------------------------------------------------------------------------------------ columns


def columns(depth: int, letters: Letters = ()) -> Callable[[str], Trees]:
    return lambda size: column(size, depth, letters)


def column_leaves(size: str, letters: Letters) -> Trees:
    names = {"n": ["x", r"\hat{y}", "w", "h_1"], "m": ["v"]}[size]
    choices: list[Trees] = [
        st.sampled_from(names).map(sym),
        st.just(s.Ones(shape(size))),
        st.just(s.Zeros(shape(size))),
    ]
    if size == "n":
        choices.append(
            st.sampled_from([member("u^{(i)}", num(1)), *(member("u^{(i)}", i) for i in letters_over(letters, "m"))])
        )
        choices.append(index_over(letters, "m").map(lambda i: s.Entry(sym("X"), (i,))))
    return st.one_of(choices)


def column(size: str, depth: int, letters: Letters) -> Trees:
    if depth <= 0:
        return column_leaves(size, letters)
    sub, mat = column(size, depth - 1, letters), matrices(depth - 1, letters)
    other = "m" if size == "n" else "n"
    scalar = scalars(depth - 1, letters)
    return one(
        column_leaves(size, letters),
        sums(sub),
        sub.filter(not_negative).map(s.Neg),
        st.builds(lambda k, v: s.Product((k, v)), scalar.filter(factor), sub.filter(factor)).filter(flat),
        st.builds(lambda a, v: s.Product((a, v)), mat(size, other), column(other, depth - 1, letters)).filter(flat),
        st.lists(sub.filter(lambda e: not isinstance(e, s.Hadamard)), min_size=2, max_size=3).map(
            lambda f: s.Hadamard(tuple(f))
        ),
        st.builds(s.Quotient, sub, scalar),
        st.builds(s.Quotient, sub, sub),
        st.builds(s.Power, sub, st.sampled_from([num(2), num(3)])),
        st.builds(lambda f, x: s.Function(f, (x,)), st.sampled_from(["exp", "log", "tanh", "sigmoid", "relu"]), sub),
        st.sampled_from(["softmax", "softmax", "sort", "argsort"]).flatmap(
            lambda f: sub.map(lambda x: s.AxisFunction(f, x))
        ),
        mat(size, size).map(lambda x: s.MatrixFunction("diag", x)),
        st.builds(
            s.AxisFunction, st.sampled_from(["mean", "logsumexp", "sum"]), mat(size, other), st.sampled_from([-1])
        ),
        scalar.filter(differentiable).map(lambda of: s.Derivative(of, (sym("x" if size == "n" else "v"),))),
        scalar.filter(scalar_name).map(lambda of: s.Derivative(of, (sym("x" if size == "n" else "v"),), form="nabla")),
        reductions(depth, letters, lambda inner: column(size, depth - 1, inner), ["sum"]),
        cases(sub, letters, depth),
        sub.map(lambda x: s.Moment("E", (x,))),
        sub.filter(lambda e: isinstance(e, s.Symbol)).map(s.Differential),
    )


# ------------------------------------------------------------------------------------------------------ matrices


def matrices(depth: int, letters: Letters = ()) -> Callable[[str, str], Trees]:
    return lambda rows, cols: matrix(rows, cols, depth, letters)


def matrix_leaves(rows: str, cols: str) -> Trees:
    names = {("n", "n"): ["A", "S"], ("m", "m"): ["K"], ("m", "n"): ["X", r"\bar{X}"], ("n", "m"): ["M", "N"]}[
        rows, cols
    ]
    choices: list[Trees] = [st.sampled_from(names).map(sym)]
    if rows == cols:
        choices.append(st.just(s.Identity(axis(rows))))
    if (rows, cols) == ("n", "n"):
        choices.append(st.just(member("W_l", num(2))))
    return st.one_of(choices)


def matrix(rows: str, cols: str, depth: int, letters: Letters) -> Trees:
    if depth <= 0:
        return matrix_leaves(rows, cols)
    sub, col = matrix(rows, cols, depth - 1, letters), columns(depth - 1, letters)
    flipped = matrix(cols, rows, depth - 1, letters)
    scalar = scalars(depth - 1, letters)
    choices = [
        matrix_leaves(rows, cols),
        sums(sub),
        sub.filter(not_negative).map(s.Neg),
        st.builds(lambda k, a: s.Product((k, a)), scalar.filter(factor), sub.filter(factor)).filter(flat),
        st.builds(lambda a, b: s.Product((a, b)), sub, matrix(cols, cols, depth - 1, letters)).filter(flat),
        st.builds(lambda u, v: s.Product((u, s.Transpose(v))), col(rows), col(cols).filter(not_transpose)).filter(flat),
        flipped.filter(not_transpose).map(s.Transpose),
        st.lists(sub.filter(lambda e: not isinstance(e, s.Hadamard)), min_size=2, max_size=3).map(
            lambda f: s.Hadamard(tuple(f))
        ),
        st.builds(s.Quotient, sub, scalar),
        st.builds(s.Quotient, sub, sub),
        st.builds(s.HadamardPower, sub, st.sampled_from([num(2), num(3)])),
        st.builds(s.Kronecker, col(rows), col(cols)),
        st.builds(lambda f, x: s.Function(f, (x,)), st.sampled_from(["exp", "log", "tanh", "sigmoid", "abs"]), sub),
        st.builds(s.AxisFunction, st.just("softmax"), sub, st.sampled_from([-1, 0])),
        reductions(depth, letters, lambda inner: matrix(rows, cols, depth - 1, inner), ["sum"]),
        sub.map(lambda x: s.Moment("E", (x,))),
        sub.filter(lambda e: isinstance(e, s.Symbol)).map(s.Differential),
    ]
    if rows == cols:
        choices += [
            col(rows).map(lambda v: s.MatrixFunction("diag", v)),
            sub.map(lambda a: s.MatrixFunction("expm", a)),
            sub.map(lambda a: s.MatrixFunction("cholesky", a)),
            sub.map(s.Inverse),
            st.builds(s.Power, sub, st.sampled_from([num(2), num(3)])),
        ]
    if (rows, cols) == ("n", "n"):
        choices.append(st.just(chain()))
        choices.append(col("n").filter(differentiable).map(lambda of: s.Derivative(of, (sym("x"),))))
        choices.append(scalar.filter(scalar_name).map(lambda of: s.Derivative(of, (sym("x"), sym("x")), form="nabla")))
    return one(*choices)


def chain() -> s.Node:
    """∂w/∂v ∂v/∂x of columns."""
    w, v, x = sym("w"), sym("v"), sym("x")
    return s.ChainProduct((s.Derivative(w, (v,)), s.Derivative(v, (x,))), shape("n", "n"))


# ------------------------------------------------------------------------------------------- shared constructions


def not_negative(e: s.Node) -> bool:
    return not isinstance(e, s.Neg)


def not_transpose(e: s.Node) -> bool:
    """Reading takes two transposes, and ᵀ on an inverse, in one way only."""
    return not isinstance(e, s.Transpose)


def factor(e: s.Node) -> bool:
    return not isinstance(e, s.Product | s.ChainProduct)


def flat(e: s.Node) -> bool:
    """Reading makes products flat, and meeting partials a chain-rule product."""
    assert isinstance(e, s.Product)
    return all(factor(f) for f in e.factors) and sum(isinstance(f, s.Derivative) for f in e.factors) < 2


def no_integral(e: s.Node) -> bool:
    return not any(isinstance(n, s.Integral) for n in e.walk())


def differentiable(e: s.Node) -> bool:
    """Not a derivative already, which would be read as one of higher order."""
    return not isinstance(e, s.Derivative | s.Transpose | s.Differential)


def scalar_name(e: s.Node) -> bool:
    return isinstance(e, s.Symbol | s.Apply) and not getattr(e, "orders", ())


def hadamards(sub: Trees) -> Trees:
    factors = sub.filter(lambda e: not isinstance(e, s.Hadamard))
    return st.lists(factors, min_size=2, max_size=3).map(lambda f: s.Hadamard(tuple(f)))


def sums(sub: Trees) -> Trees:
    terms = sub.filter(lambda e: not isinstance(e, s.Add))
    signed = st.one_of(terms, terms.filter(not_negative).map(s.Neg))
    return st.lists(signed, min_size=2, max_size=3).map(lambda t: s.Add(tuple(t)))


def products(sub: Trees) -> Trees:
    return st.lists(sub.filter(factor), min_size=2, max_size=3).map(lambda f: s.Product(tuple(f))).filter(flat)


def cases(sub: Trees, letters: Letters, depth: int) -> Trees:
    return st.builds(lambda v, c, w: s.Cases(((v, c), (w, None))), sub, comparisons(depth - 1, letters), sub)


def comparisons(depth: int, letters: Letters) -> SearchStrategy[s.Condition]:
    sub = scalars(min(depth, 1), letters)
    return st.builds(s.Compare, st.sampled_from(["=", "≠", "<", "≤", ">", "≥"]), sub, sub)


def conditions(depth: int, letters: Letters) -> SearchStrategy[s.Condition]:
    compared = comparisons(depth, letters)
    return st.one_of(compared, st.builds(lambda a, b: s.Junction("and", (a, b)), compared, compared))


def bind(letters: Letters, size: str) -> tuple[s.Binder, Letters]:
    name = next(c for c in BOUND if c not in dict(letters))
    return s.Binder(name, Range.of_axis(Axis(Dim.of(size)))), (*letters, (name, size))


def reductions(depth: int, letters: Letters, body: Callable[[Letters], Trees], ops: list[str]) -> Trees:
    """Σ_i over a body that uses i: as it is drawn, or times an entry that does."""
    if len(letters) >= len(BOUND) - 1:
        return body(letters)

    @st.composite
    def draw_one(draw: st.DrawFn) -> s.Node:
        size = draw(st.sampled_from(["n", "m"]))
        binder, inner = bind(letters, size)
        tree = draw(body(inner))
        used = s.Entry(sym("x" if size == "n" else "v"), (s.IndexVar(binder.name),))
        op = draw(st.sampled_from(ops))
        if isinstance(tree, s.Reduce) or binder.name not in free_letters(tree) or not _bare(tree, binder.name):
            tree = s.Product((used, tree)) if factor(tree) else s.Product((used, *tree.factors))  # type: ignore[attr-defined]
        written = draw(st.booleans())
        return s.Reduce(op, (s.Binder(binder.name, binder.range, written),), tree)

    return draw_one()


def _bare(tree: s.Node, letter: str) -> bool:
    """Does an entry use the letter itself, so that its range follows?"""
    return any(isinstance(n, s.Entry) and s.IndexVar(letter) in n.indices for n in tree.walk())


def optima(depth: int, letters: Letters) -> Trees:
    body = scalars(depth - 1, letters)
    bound = s.Compare("=", s.Norm(sym("w")), num(1))
    return st.builds(
        lambda op, b, c: s.Optimum(op, sym("w"), b, c),
        st.sampled_from(["min", "max"]),
        body,
        st.sampled_from([(), (bound,)]),
    )


# ---------------------------------------------------------------------------------------------------------- lines


def expressions(depth: int = 2) -> Trees:
    """An expression of any shape, without free letters."""
    return one(
        scalars(depth),
        column("n", depth, ()),
        column("m", depth, ()),
        matrix("m", "n", depth, ()),
        matrix("n", "n", depth, ()),
    )


def relations(depth: int = 1) -> Trees:
    def chain(sub: Trees) -> Trees:
        pair = st.builds(lambda a, b, op: s.Relation((a, b), (op,)), sub, sub, st.sampled_from(["=", "≤", "<", "≥"]))
        longer = st.builds(lambda a, b, c: s.Relation((a, b, c), ("=", "≤")), sub, sub, sub)
        return st.one_of(pair, longer)

    return st.one_of(chain(scalars(depth)), chain(column("n", depth, ())), chain(matrix("m", "n", depth, ())))


def statements() -> Trees:
    """Lines that are no plain relation: properties, laws, memberships, implications."""
    f, g = s.Symbol("f"), s.Symbol("g")
    squares = s.Tuple((sym("A"), sym("w")))
    thin = s.Tuple((sym("X"), sym("S"), sym("A")))
    words = ["symmetric", "invertible", "orthogonal", "diagonal", "positive-definite", "positive-semidefinite"]
    words += ["varies-symmetrically", "varies-diagonally", "full-rank"]
    return st.one_of(
        st.sampled_from(words).map(lambda p: s.Property(p, (sym("A"),))),
        st.sampled_from(
            [
                s.Property("convex", (g,)),
                s.Property("iid", (sym("x"),)),
                s.Property("independent", (sym("z"), sym("x"))),
            ]
        ),
        st.sampled_from(["smooth", "strongly-convex", "lipschitz"]).map(
            lambda p: s.Property(p, (f,), (sym(r"\lambda"),))
        ),
        st.just(s.Property("distributed", (sym("z"),), (s.Distribution("normal", (num(0), num(1))),))),
        st.just(s.Property("distributed", (sym("a"), sym("x")), (s.Distribution("bernoulli", (sym("s"),)),))),
        st.sampled_from(["R", "N", "Z"]).map(lambda r: s.Within(sym("a"), name=r)),
        st.just(s.Within(sym("x"), name="R")),
        st.just(s.Subset(sym("T"), Range(Dim.of(1), Dim.of("n")))),
        matrix("n", "n", 1, ()).map(lambda a: s.Relation((squares, s.Decomposition("eigh", a)), ("=",))),
        matrix("m", "n", 1, ()).map(lambda a: s.Relation((thin, s.Decomposition("svd", a)), ("=",))),
        st.just(s.Within(sym("a"), values=(num(0), num(1)))),
        st.just(s.Within(sym("a"), range=Range(Dim.of(1), Dim.of("n")))),
        st.builds(lambda a, b: s.Implication("implies", a, b), relations(0), relations(0)),
        st.builds(lambda a, b: s.Implication("iff", a, b), relations(0), relations(0)),
    )
