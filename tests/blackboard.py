"""A blackboard for tests of the engine: programs written as Python formulas, and a tiny evaluator of entries.

It shares nothing with the project's reader and interpreter, so that what it computes is a second opinion.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symdl.language import syntax as s
from symdl.language.dims import shape
from symdl.language.scope import Declaration, Scope
from symdl.language.understanding import Line, Understanding
from symdl.tensor import expr as E
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.program import Fact, Function, Leaf, Program, Statement


class F:
    """A formula: an entry with Python's operators."""

    def __init__(self, e: E.Expr) -> None:
        self.e = e

    def __add__(self, o: Any) -> F:
        return F(E.add(self.e, f(o).e))

    __radd__ = __add__

    def __sub__(self, o: Any) -> F:
        return F(E.sub(self.e, f(o).e))

    def __rsub__(self, o: Any) -> F:
        return F(E.sub(f(o).e, self.e))

    def __mul__(self, o: Any) -> F:
        return F(E.mul(self.e, f(o).e))

    __rmul__ = __mul__

    def __truediv__(self, o: Any) -> F:
        return F(E.div(self.e, f(o).e))

    def __rtruediv__(self, o: Any) -> F:
        return F(E.div(f(o).e, self.e))

    def __pow__(self, o: Any) -> F:
        return F(E.power(self.e, f(o).e))

    def __neg__(self) -> F:
        return F(E.neg(self.e))


def f(x: Any) -> F:
    if isinstance(x, F):
        return x
    if isinstance(x, E.Expr):
        return F(x)
    return F(E.num(Fraction(x)))


def fn(name: str) -> Callable[..., F]:
    return lambda *a: F(E.fn(name, *(f(x).e for x in a)))


exp, log, tanh, sigmoid, relu = map(fn, ("exp", "log", "tanh", "sigmoid", "relu"))


def sqrt(x: Any) -> F:
    return f(x) ** Fraction(1, 2)


def dim(name: str) -> E.Expr:
    return E.Dimension(name, None)


class Board:
    """Declare leaves, define quantities, derive, and check against finite differences."""

    def __init__(self, **leaves: str) -> None:
        self.leaves: dict[str, tuple[str, ...]] = {n: tuple(d.split()) for n, d in leaves.items()}
        self.shapes = dict(self.leaves)
        self.statements: dict[str, Statement] = {}
        self.functions: dict[str, Function] = {}
        self.facts: list[Fact] = []
        self.rows_sum_to_one: list[str] = []

    def _size(self, d: str) -> E.Expr:
        return E.num(int(d)) if d.isdigit() else dim(d)

    def bind(self, *dims: str) -> tuple[E.Bind, ...]:
        stems = "ijkl"
        return tuple(E.Bind(E.fresh(stems[n]), E.ONE, self._size(d)) for n, d in enumerate(dims))

    def at(self, name: str) -> Callable[..., F]:
        return lambda *i: F(E.Acc(name, tuple(f(x).e for x in i)))

    def define(self, name: str, dims: str, body: Callable[..., F], kind: str = "sum") -> None:
        binders = self.bind(*dims.split())
        self.shapes[name] = tuple(dims.split())
        self.statements[name] = Statement(name, binders, body(*(F(E.Idx(b.name)) for b in binders)).e, kind)

    def sum(self, d: str, body: Callable[..., F]) -> F:
        binders = self.bind(*d.split())
        return F(E.total(binders, body(*(F(E.Idx(b.name)) for b in binders)).e))

    def fact(self, dims: str, left: Callable[..., F], right: Any) -> None:
        binders = self.bind(*dims.split())
        self.facts.append(Fact("=", left(*(F(E.Idx(b.name)) for b in binders)).e, f(right).e, binders))

    @property
    def program(self) -> Program:
        sizes = frozenset(d for ds in self.shapes.values() for d in ds if not d.isdigit())
        leaves = {n: Leaf(n, self._shape(n)) for n in self.leaves}
        return Program(leaves, self.statements, self.functions, facts=tuple(self.facts), sizes=sizes)

    def symbol(self, name: str) -> s.Symbol:
        return s.Symbol(name, self._shape(name))

    def _shape(self, name: str) -> Any:
        return shape(*(int(d) if d.isdigit() else d for d in self.shapes[name]))

    def understanding(self, *targets: s.Node) -> Understanding:
        names = {n: Declaration(n, self._shape(n)) for n in self.shapes}
        scope = Scope(names=names, dimensions=self.program.sizes)
        return Understanding(scope, targets=tuple(Line(t, "") for t in targets))

    def d(self, of: str, *by: str) -> s.Derivative:
        return s.Derivative(self.symbol(of), tuple(self.symbol(b) for b in by))


# ------------------------------------------------------------------------------------------------------- evaluation

FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp, "log": math.log, "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "abs": abs,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "relu": lambda x: max(x, 0.0), "max": max, "min": min,
    "softplus": lambda x: math.log1p(math.exp(x)), "sign": lambda x: float(np.sign(x)),
}  # fmt: skip


class Values:
    """Numbers for sizes and leaves; statements by recursion, with some of them cut (fixed)."""

    def __init__(self, board: Board, sizes: dict[str, int], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.board, self.sizes = board, sizes
        self.fixed = {n: rng.uniform(0.3, 1.5, self._extent(d)) for n, d in board.leaves.items()}
        for n in board.rows_sum_to_one:
            self.fixed[n] /= self.fixed[n].sum(axis=-1, keepdims=True)
        self.memo: dict[tuple[str, tuple[int, ...]], float] = {}

    def _extent(self, dims: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(int(d) if d.isdigit() else self.sizes[d] for d in dims)

    def tensor(self, name: str) -> np.ndarray:
        if name in self.fixed:
            return self.fixed[name]
        extent = self._extent(self.board.shapes[name])
        out = np.empty(extent)
        for p in np.ndindex(*extent):
            out[p] = self.access(name, tuple(i + 1 for i in p))
        return out

    def access(self, name: str, at: tuple[int, ...]) -> float:
        if name in self.fixed:
            return float(self.fixed[name][tuple(i - 1 for i in at)])
        if (name, at) not in self.memo:
            st = self.board.statements[name]
            start = next(
                (b for i, b in st.base if all(x is None or x.value == y for x, y in zip(i, at, strict=True))), None
            )
            letters = {b.name: i for b, i in zip(st.binders, at, strict=True)}
            self.memo[name, at] = self.value(st.body if start is None else start, letters)
        return self.memo[name, at]

    def gradient(self, of: str, by: str) -> np.ndarray:
        """Central differences, the graph cut at `by` (at one entry of a recurrence)."""
        point = self.tensor(by).copy()
        base = dict(self.fixed)
        first = self.tensor(of)
        out = np.empty((*first.shape, *point.shape))
        h = 1e-5
        for p in np.ndindex(*point.shape):
            ends = []
            for sign in (1, -1):
                moved = point.copy()
                moved[p] += sign * h
                if by in self.board.statements and self.board.statements[by].kind == "scan":
                    self.memo = {(by, tuple(i + 1 for i in p)): float(moved[p])}  # later moments follow this one
                else:
                    self.fixed, self.memo = {**base, by: moved}, {}
                ends.append(np.array(self.tensor(of)))
            out[(..., *p)] = (ends[0] - ends[1]) / (2 * h)
        self.fixed, self.memo = base, {}
        return out

    def value(self, e: E.Expr, letters: dict[str, int]) -> float:
        v = lambda x: self.value(x, letters)  # noqa: E731
        if isinstance(e, E.Num):
            return float(e.value)
        if isinstance(e, E.Const):
            return math.pi if e.name == "pi" else math.e
        if isinstance(e, E.Idx):
            return letters[e.name]
        if isinstance(e, E.Dimension):
            return self.sizes[e.name]
        if isinstance(e, E.Acc):
            return self.access(e.name, tuple(round(v(i)) for i in e.indices))
        if isinstance(e, E.Add):
            return sum(map(v, e.terms))
        if isinstance(e, E.Mul):
            out = 1.0
            for x in sorted(e.factors, key=lambda x: not isinstance(x, E.Ind)):
                out *= v(x)
                if not out:
                    break  # a bracket that does not hold hides what it guards
            return out
        if isinstance(e, E.Pow):
            return v(e.base) ** v(e.exponent)
        if isinstance(e, E.Fn):
            return FUNCTIONS[e.name](*map(v, e.args))
        if isinstance(e, E.Ind):
            return float(self.truth(e.condition, letters))
        if isinstance(e, E.Red):
            return self.reduction(e, letters)
        if isinstance(e, E.Deriv):
            assert isinstance(e.of, E.Acc)
            by = e.by[0]
            key = f"∂{e.of.name}/∂{by.name}"
            if key not in self.fixed:
                self.fixed[key] = self.gradient(e.of.name, by.name)
            return float(self.fixed[key][tuple(round(v(i)) - 1 for i in (*e.of.indices, *by.indices))])
        if isinstance(e, E.Mat):
            return self.matrix(e, letters)
        raise NotImplementedError(type(e).__name__)

    def matrix(self, e: E.Mat, letters: dict[str, int]) -> float:
        span = [
            range(round(self.value(b.first, letters)), round(self.value(b.last, letters)) + 1)
            for b in (e.row, e.column)
        ]
        a = np.array(
            [[self.value(e.body, {**letters, e.row.name: i, e.column.name: j}) for j in span[1]] for i in span[0]]
        )
        if e.op == "det":
            return float(np.linalg.det(a))
        if e.op == "logdet":
            return float(np.linalg.slogdet(a)[1])
        i, j = (round(self.value(x, letters)) - 1 for x in e.indices)
        return float(np.linalg.inv(a)[i, j])

    def truth(self, c: E.Expr, letters: dict[str, int]) -> bool:
        if isinstance(c, E.Logic):
            parts = [self.truth(a, letters) for a in c.args]
            return all(parts) if c.op == "and" else any(parts) if c.op == "or" else not parts[0]
        assert isinstance(c, E.Cmp)
        a, b = self.value(c.left, letters), self.value(c.right, letters)
        return {"=": a == b, "≠": a != b, "<": a < b, "≤": a <= b, ">": a > b, "≥": a >= b}[c.op]

    def reduction(self, e: E.Red, letters: dict[str, int]) -> float:
        found: list[tuple[float, int]] = []

        def visit(n: int, known: dict[str, int]) -> None:
            if n == len(e.binders):
                if e.condition is None or self.truth(e.condition, known):
                    found.append((self.value(e.body, known), known[e.binders[-1].name]))
                return
            b = e.binders[n]
            for i in range(round(self.value(b.first, known)), round(self.value(b.last, known)) + 1):
                visit(n + 1, {**known, b.name: i})

        visit(0, letters)
        values = [x for x, _ in found]
        if e.op == "argmax":
            return max(found, key=lambda p: p[0])[1]
        return {"sum": sum, "max": max, "min": min, "prod": math.prod}[e.op](values)


def check(board: Board, node: s.Node, expected: np.ndarray, values: Values, tolerance: float = 2e-6) -> None:
    """The tree's entries, elaborated again, are the expected numbers."""
    el = Elaborator(board.understanding().scope, board.program)
    extent = tuple(a.size.value(values.sizes) for a in node.shape)
    assert extent == expected.shape, (extent, expected.shape)
    names = [f"?{n}" for n in range(len(extent))]
    entry = el.entry(node, tuple(E.Idx(n) for n in names))
    for p in itertools.product(*(range(1, k + 1) for k in extent)):
        got = values.value(entry, dict(zip(names, p, strict=True)))
        want = expected[tuple(i - 1 for i in p)]
        assert abs(got - want) <= tolerance * max(1.0, abs(want)), (p, got, want)
