"""Matrix form: the factors of a term become columns on its letters and matrices between them, which then reduce.

What does not reduce (see `notation_graph`) has no matrix form, or one with a single sum left in front.
"""

from __future__ import annotations

from fractions import Fraction

from symdl.errors import ShapeError, UnsupportedError
from symdl.language import syntax as s
from symdl.tensor import expr as E
from symdl.tensor.expr import Bind, Expr, Idx
from symdl.tensor.notation_access import access, one_based, oriented, position
from symdl.tensor.notation_base import NoMatrixForm, Notation
from symdl.tensor.notation_graph import Graph, finish, reduce_dummies
from symdl.tensor.notation_index import (
    add_trees,
    axis_of,
    expectation,
    fraction_of,
    index_tree,
    is_constant,
    number,
    plus_first,
    scalar_product,
)
from symdl.tensor.notation_softmax import Softmax, take_softmax
from symdl.tensor.notation_trees import inverse_of, power_of_scalar, power_tree, product, transpose


def matrix_tree(e: Expr, letters: tuple[Bind, ...], n: Notation) -> s.Node | None:
    """The tree whose entry at the letters is e: a scalar, a column or a matrix; None where there is no such form."""
    if len(letters) > 2:
        return None
    try:
        tree = convert(e, letters, n)
        if len(tree.shape) != len(letters):
            return None
        return _untransposed(tree, n) if n.symmetric else tree
    except (NoMatrixForm, UnsupportedError, ShapeError):
        return None


def _untransposed(tree: s.Node, n: Notation) -> s.Node:
    """A symmetric matrix is its own transpose."""

    def visit(t: s.Node) -> s.Node:
        t = t.map_children(visit)
        if isinstance(t, s.Transpose) and isinstance(t.body, s.Symbol) and t.body.name in n.symmetric:
            return t.body
        return t

    return visit(tree)


def convert(e: Expr, out: tuple[Bind, ...], n: Notation) -> s.Node:
    """A tree of exactly the shape of the letters."""
    if isinstance(e, E.Add):
        return _sum(e, out, n)
    if not (e.free & {b.name for b in out}):
        scalar = _scalar(e, n)
        if not out:
            return scalar
        ones = _ones(out, n)
        return ones if scalar == s.Number(Fraction(1)) else product([scalar, ones])
    return _product(e, out, n)


def _sum(e: E.Add, out: tuple[Bind, ...], n: Notation) -> s.Node:
    """A sum; a plain number is added to every entry, as in `1 − H ⊙ H`."""
    trees: list[s.Node] = []
    shaped = any(t.free & {b.name for b in out} for t in e.terms)
    for t in plus_first(e.terms):
        trees.append(number(t.value) if isinstance(t, E.Num) and shaped else convert(t, out, n))
    return add_trees(trees)


def _ones(out: tuple[Bind, ...], n: Notation) -> s.Node:
    axes = tuple(axis_of(b.first, b.last, n) for b in out)
    if len(axes) == 1:
        return s.Ones(axes)
    return product([s.Ones(axes[:1]), transpose(s.Ones(axes[1:]))])


def _scalar(e: Expr, n: Notation) -> s.Node:
    """A scalar: traces, inner products and the like where they reduce, else in index form."""
    if isinstance(e, E.Add):
        return add_trees([_scalar(t, n) for t in plus_first(e.terms)])
    if isinstance(e, E.Mul) or (isinstance(e, E.Red) and e.op == "sum"):
        try:
            return _product(e, (), n)
        except (NoMatrixForm, ShapeError):
            return index_tree(e, n)
    if isinstance(e, E.Pow) and isinstance(e.exponent, E.Num) and not isinstance(e.base, E.Acc):
        if e.exponent.value < 0:
            return s.Quotient(s.Number(Fraction(1)), _scalar(E.power(e.base, -e.exponent.value), n))
        return power_of_scalar(_scalar(e.base, n), e.exponent.value)
    if isinstance(e, E.Fn):
        return s.Function(e.name, tuple(_scalar(a, n) for a in e.args))
    if isinstance(e, E.Expect):
        return expectation(e, _scalar(e.body, n), n)
    if isinstance(e, E.Ind) and isinstance(e.condition, E.Cmp) and any(True for _ in E.accesses(e)):
        c = e.condition
        if not any(isinstance(x, E.Idx) for x in (c.left, c.right)):
            return s.Indicator(s.Compare(c.op, _scalar(c.left, n), _scalar(c.right, n)))
    if isinstance(e, E.Deriv):
        return s.Derivative(_scalar(e.of, n), tuple(_scalar(a, n) for a in e.by), e.total)
    return index_tree(e, n)


def _flatten(e: Expr) -> tuple[list[Expr], list[Bind]]:
    """A product of factors under one list of dummies."""
    if isinstance(e, E.Mul):
        factors: list[Expr] = []
        binders: list[Bind] = []
        for f in e.factors:
            fs, bs = _flatten(f)
            factors += fs
            binders += bs
        return factors, binders
    if isinstance(e, E.Red) and e.op == "sum":
        if e.condition is not None:
            raise NoMatrixForm("a sum under a condition")
        fs, bs = _flatten(e.body)
        return fs, [*e.binders, *bs]
    return [e], []


def _product(e: Expr, out: tuple[Bind, ...], n: Notation) -> s.Node:
    """A term reduced whole; else with one sum left standing in front, `Σ_t (∂L/∂h_t) h_{t−1}^⊤`."""
    try:
        return _term(e, out, n)
    except NoMatrixForm:
        factors, dummies = _flatten(e)
        front = [f for f in factors if not f.free & ({b.name for b in dummies} | {b.name for b in out})]
        for b in dummies:
            others = tuple(d for d in dummies if d is not b)
            if not out or any(b.name in d.first.free | d.last.free for d in others):
                continue
            try:
                n.write_binders((b,))
                inner = E.total(others, E.mul(*(f for f in factors if f not in front)))
                body: s.Node = s.Reduce("sum", (n.binder(b),), _term(inner, out, n))
                n.forget((b,))
            except NoMatrixForm:
                continue
            return product([*([_scalar(E.mul(*front), n)] if front else []), body])
        raise


def _term(e: Expr, out: tuple[Bind, ...], n: Notation) -> s.Node:
    factors, dummies = _flatten(e)
    try:
        return _reduced(e, factors, dummies, out, n)
    finally:
        n.forget(dummies)


def _reduced(e: Expr, factors: list[Expr], dummies: list[Bind], out: tuple[Bind, ...], n: Notation) -> s.Node:
    if len({b.name for b in dummies}) != len(dummies):
        return _term(E.refresh(e), out, n)
    ranges = {b.name: b for b in (*out, *dummies)}
    for b in dummies:
        if (b.first.free | b.last.free) & ranges.keys():
            raise NoMatrixForm("a range that depends on a letter")
    n.write_binders(dummies)
    graph = Graph()
    coefficient = Fraction(1)
    above: list[s.Node] = []
    below: list[s.Node] = []
    scale_above: list[s.Node] = []
    scale_below: list[s.Node] = []
    softmaxes, factors = take_softmax(factors)
    for found in softmaxes:
        _softmax(graph, found, ranges, out, n)
    for f in factors:
        mine = sorted(f.free & ranges.keys())
        if isinstance(f, E.Num):
            coefficient *= f.value
        elif not mine:
            base, x = (f.base, f.exponent) if isinstance(f, E.Pow) else (f, E.ONE)
            down = isinstance(x, E.Num) and x.value < 0
            tree = _scalar(E.power(base, -x.value) if down and isinstance(x, E.Num) else f, n)
            constant = is_constant(f)
            ((scale_below if constant else below) if down else (scale_above if constant else above)).append(tree)
        elif len(mine) == 1:
            graph.labels.setdefault(mine[0], []).append(piece(f, (ranges[mine[0]],), n))
        elif len(mine) == 2:
            _edge(graph, f, mine, ranges, out, n)
        else:
            raise NoMatrixForm("a factor with three letters")
    scalars = reduce_dummies(graph, [b.name for b in dummies], ranges, n)
    front, rest = fraction_of(coefficient, [*scale_above, *above], [*scale_below, *below])
    leading = [*([front] if front is not None else []), *rest, *scalars]
    body = finish(graph, out, n)
    sign = coefficient < 0
    if body is None:
        tree = scalar_product(leading) if leading else s.Number(Fraction(1))
    else:
        while isinstance(body, s.Neg):
            body, sign = body.body, not sign
        tree = product([*leading, body]) if leading else body
    return s.Neg(tree) if sign else tree


def _softmax(graph: Graph, found: Softmax, ranges: dict[str, Bind], out: tuple[Bind, ...], n: Notation) -> None:
    """A softmax as a column or a matrix."""
    mine = sorted(found.argument.free & ranges.keys())
    own = ranges.get(found.letter)
    if own is None or own.first is not found.over.first or own.last is not found.over.last or len(mine) > 2:
        raise NoMatrixForm("a softmax over a part of an axis")
    if len(mine) == 1:
        column = s.AxisFunction("softmax", convert(found.argument, (own,), n))
        graph.labels.setdefault(mine[0], []).append(column)
        return
    row, column_letter = oriented(found.argument, mine, out)
    tree = convert(found.argument, (ranges[row], ranges[column_letter]), n)
    graph.edge(row, column_letter, s.AxisFunction("softmax", tree, -1 if column_letter == found.letter else 0))


def _edge(graph: Graph, f: Expr, mine: list[str], ranges: dict[str, Bind], out: tuple[Bind, ...], n: Notation) -> None:
    if isinstance(f, E.Ind) and isinstance(f.condition, E.Cmp) and f.condition.op == "=":
        a, b = f.condition.left, f.condition.right
        if isinstance(a, Idx) and isinstance(b, Idx):
            first, last = ranges[a.name], ranges[b.name]
            if first.first is not last.first or first.last is not last.last:
                raise NoMatrixForm("a δ between different ranges")
            graph.edge(a.name, b.name, s.Identity(axis_of(first.first, first.last, n)))
            return
    row, column = oriented(f, mine, out)
    graph.edge(row, column, piece(f, (ranges[row], ranges[column]), n))


def piece(f: Expr, out: tuple[Bind, ...], n: Notation) -> s.Node:
    """One factor as a column or a matrix over its letters."""
    names = tuple(b.name for b in out)
    if isinstance(f, E.Acc):
        return access(f, out, n)
    if isinstance(f, E.Expect):
        return expectation(f, convert(f.body, out, n), n)
    if isinstance(f, E.Deriv):
        if len(f.by) != 1 or f.of.free & set(names):
            raise NoMatrixForm("a derivative with letters of its own")
        inner = access(f.by[0], out, n)
        if isinstance(inner, s.Transpose):
            return transpose(s.Derivative(_scalar(f.of, n), (inner.body,), f.total))
        if not isinstance(inner, s.Symbol | s.Entry):
            raise NoMatrixForm("a derivative by what is no symbol")
        return s.Derivative(_scalar(f.of, n), (inner,), f.total)
    if isinstance(f, E.Pow) and isinstance(f.exponent, E.Num):
        return power_tree(convert(f.base, out, n), f.exponent.value)
    if isinstance(f, E.Fn):
        return s.Function(f.name, tuple(_argument(a, out, n) for a in f.args))
    if isinstance(f, E.Ind):
        if not isinstance(f.condition, E.Cmp):
            raise NoMatrixForm("an indicator of several conditions")
        c = f.condition
        left, right = _argument(c.left, out, n), _argument(c.right, out, n)
        if s.Compare(c.op, left, right).shape == () or any(isinstance(x, E.Idx) for x in (c.left, c.right)):
            raise NoMatrixForm("an indicator of letters")
        return s.Indicator(s.Compare(c.op, left, right))
    if isinstance(f, E.Mat) and f.op == "inverse" and len(out) == 2:
        positions = [position(i) for i in f.indices]
        if sorted(p for p in positions if p) == sorted(names) and one_based(out):
            tree = inverse_of(convert(f.body, (f.row, f.column), n))
            same = positions == list(names) or (isinstance(f.body, E.Acc) and f.body.name in n.symmetric)
            return tree if same else transpose(tree)
        raise NoMatrixForm("an entry of an inverse at other positions")
    if isinstance(f, E.Add):
        return convert(f, out, n)
    if isinstance(f, E.Red) and f.op == "sum":
        return _product(f, out, n)
    raise NoMatrixForm(f"no matrix form of {type(f).__name__}")


def _argument(a: Expr, out: tuple[Bind, ...], n: Notation) -> s.Node:
    """An argument of an entrywise function: a scalar may stay one."""
    if not a.free & {b.name for b in out}:
        return _scalar(a, n)
    return convert(a, out, n)


def matrix_function(e: E.Mat, n: Notation) -> s.Node:
    """det, log det, an entry of an inverse: of the matrix its body spells."""
    try:
        body = convert(e.body, (e.row, e.column), n)
    except NoMatrixForm:
        raise UnsupportedError(f"no notation for {e.op} of a matrix without a matrix form") from None
    if e.op == "inverse":
        return s.Entry(s.Inverse(body), tuple(index_tree(i, n) for i in e.indices))
    if e.op in ("det", "logdet", "rank"):
        return s.MatrixFunction(e.op, body)
    if e.op in ("spectral", "nuclear"):
        return s.Norm(body, e.op)
    if e.op == "eigenvalue":
        return s.Eigenvalue(body, index_tree(e.indices[0], n))
    raise UnsupportedError(f"no notation for {e.op}")
