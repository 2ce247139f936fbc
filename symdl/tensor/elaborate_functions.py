"""Entries of functions: scalar ones entry by entry, along an axis, of matrices, norms, declared and defined ones."""

from __future__ import annotations

from collections.abc import Callable

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Axis, Dim
from symdl.tensor.accesses import replace_accesses
from symdl.tensor.elaborate_base import HALF, Elaboration, Indices, letters_of, rule, shift
from symdl.tensor.elaborate_leaves import vec
from symdl.tensor.elaborate_probability import log_density_at, log_density_of
from symdl.tensor.elaborate_products import matrix, positions, sum_of_squares
from symdl.tensor.expr import (
    Acc,
    Call,
    Cmp,
    Expr,
    Idx,
    Ind,
    Logic,
    Red,
    add,
    delta,
    div,
    fn,
    mul,
    num,
    power,
    refresh,
    sub,
    substitute,
    total,
)
from symdl.tensor.program import Function
from symdl.tensor.slope import slope

SCALAR_FUNCTIONS = frozenset(
    "exp log sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sigmoid relu softplus abs sign "
    "floor ceil erf Phi phi max min clip mod gamma loggamma digamma".split()
)


@rule(s.Function)
def _function(el: Elaboration, node: s.Function, indices: Indices) -> Expr:
    args = tuple(el.at(a, node.shape, indices) for a in node.args)
    if node.name == "log" and isinstance(node.args[0], s.Density):
        return log_density_at(el, node.args[0].point, node.args[0].law)
    if node.name == "log" and isinstance(node.args[0], s.Apply):
        density = log_density_of(el, node.args[0])
        if density is not None:
            return density
    if node.name == "sqrt":
        return power(args[0], HALF)
    if node.name not in SCALAR_FUNCTIONS:
        raise UnsupportedError("a function without a value", found=node.name)
    return fn(node.name, *args)


@rule(s.AxisFunction)
def _along_axis(el: Elaboration, node: s.AxisFunction, indices: Indices) -> Expr:
    """softmax, log-sum-exp, mean, variance (÷ n), max, argmax, … along one axis."""
    shape = node.body.shape
    axis = node.axis % len(shape)
    before = indices[:axis]
    after = indices[axis + 1 :] if node.name in s.SHAPE_KEEPING else indices[axis:]

    def along(make: Callable[[Expr], Expr], op: str = "sum") -> Expr:
        k = el.bind(shape[axis])
        return Red(op, (k,), None, make(el.entry(node.body, (*before, Idx(k.name), *after))))

    def mean(make: Callable[[Expr], Expr]) -> Expr:
        return mul(power(el.size(shape[axis].size), -1), along(make))

    def variance() -> Expr:
        return mean(lambda x: power(sub(x, mean(lambda y: y)), 2))

    if node.name == "softmax":
        return div(fn("exp", el.entry(node.body, indices)), along(lambda x: fn("exp", x)))
    if node.name == "logsumexp":
        return fn("log", along(lambda x: fn("exp", x)))
    if node.name == "mean":
        return mean(lambda x: x)
    if node.name == "var":
        return variance()
    if node.name == "std":
        return power(variance(), HALF)
    if node.name in ("sum", "prod", "max", "min", "argmax", "argmin"):
        return along(lambda x: x, node.name)
    if node.name in ("sort", "argsort"):
        return sorted_at(el, shape[axis], lambda j: el.entry(node.body, (*before, j, *after)), indices[axis], node.name)
    raise UnsupportedError("a function along an axis", found=node.name)


def sorted_at(el: Elaboration, axis: Axis, entry: Callable[[Expr], Expr], place: Expr, name: str) -> Expr:
    """Σ_j x_j [as many come before x_j as before the place], ascending; of equal ones the first comes first.

    The permutation is made of brackets alone, so it is constant wherever no two entries are equal.
    """
    j, other = el.bind(axis), el.bind(axis)
    mine, its = entry(Idx(j.name)), entry(Idx(other.name))
    tie = Logic("and", (Cmp("=", its, mine), Cmp("<", Idx(other.name), Idx(j.name))))
    before = total((other,), Ind(Logic("or", (Cmp("<", its, mine), tie))))
    here = Ind(Cmp("=", add(num(axis.base), before), place))
    return total((j,), mul(entry(Idx(j.name)) if name == "sort" else Idx(j.name), here))


@rule(s.MatrixFunction)
def _of_matrix(el: Elaboration, node: s.MatrixFunction, indices: Indices) -> Expr:
    body, shape = node.body, node.body.shape
    if node.name == "trace":
        if not shape:
            return el.entry(body, ())
        k = el.bind(shape[0])
        i = Idx(k.name)
        return total((k,), el.entry(body, (i, shift(i, shape[0].base, shape[1].base))))
    if node.name == "diag" and len(shape) == 1:
        return mul(el.entry(body, indices[:1]), delta(*indices))
    if node.name == "diag":
        return el.entry(body, (indices[0], shift(indices[0], shape[0].base, shape[1].base)))
    if node.name == "vec":
        return vec(el, body, indices[0])
    if node.name in ("det", "logdet", "rank", "expm", "cholesky"):
        return matrix(el, node.name, body, positions(node, indices))
    raise UnsupportedError("a function of a matrix", found=node.name)


@rule(s.Eigenvalue)
def _eigenvalue(el: Elaboration, node: s.Eigenvalue, indices: Indices) -> Expr:
    """λ_i, largest first: λ_max is the first, λ_min the last."""
    if isinstance(node.index, s.Constant):
        index = num(1) if node.index.name == "max" else el.size(node.body.shape[0].size)
    else:
        index = el.scalar(node.index)
    return matrix(el, "eigenvalue", node.body, (index,))


@rule(s.SingularValue)
def _singular_value(el: Elaboration, node: s.SingularValue, indices: Indices) -> Expr:
    """σ_i, largest first: σ_max is the first, σ_min the last of as many as the shorter side is long."""
    if isinstance(node.index, s.Constant):
        rows, columns = (el.size(a.size) for a in node.body.shape)
        least = rows if rows is columns else fn("min", rows, columns)
        index = num(1) if node.index.name == "max" else least
    else:
        index = el.scalar(node.index)
    return matrix(el, "singular-value", node.body, (index,))


@rule(s.Decomposition, s.Tuple)
def _several(el: Elaboration, node: s.Decomposition | s.Tuple, indices: Indices) -> Expr:
    raise UnsupportedError("a decomposition outside `given`", cure="define its names there, then speak of them")


@rule(s.Norm)
def _norm(el: Elaboration, node: s.Norm, indices: Indices) -> Expr:
    shape = node.body.shape
    if node.kind in ("spectral", "nuclear"):
        return matrix(el, node.kind, node.body, ())
    flat = len(shape) <= 1 or any(a.size == Dim.of(1) for a in shape)
    if node.kind == "F" or (node.kind == "2" and flat):
        return power(sum_of_squares(el, node.body), HALF)
    if node.kind in ("1", "inf") and flat:
        binders = tuple(el.bind(a) for a in shape)
        x = fn("abs", el.entry(node.body, letters_of(binders)))
        return total(binders, x) if node.kind == "1" or not binders else Red("max", binders, None, x)
    raise UnsupportedError(
        "a matrix norm with two meanings",
        found=f"‖·‖ of kind {node.kind}",
        cure=r"write _F, _2 (spectral) or _*; or the sum or maximum of the entries",
    )


# ----------------------------------------------------------------------------------------- declared and defined


@rule(s.Density)
def _density(el: Elaboration, node: s.Density, indices: Indices) -> Expr:
    return fn("exp", log_density_at(el, node.point, node.law))


@rule(s.Apply)
def _apply(el: Elaboration, node: s.Apply, indices: Indices) -> Expr:
    """f(x): the body of a defined function, a call of an abstract one; a scalar function acts entry by entry."""
    density = log_density_of(el, node)
    if density is not None:
        return fn("exp", density)
    function = el.program.functions.get(node.name) or _listed(node)
    if at_itself(el, node, function):
        return Acc(node.name, indices)
    args = [argument(el, a, node, indices) for a in node.args]
    members = tuple(el.scalar(m) for m in node.members)
    entrywise = node.elementwise and not function.result
    own = len(function.result) - (len(members) if function.body is not None else 0)
    out = () if entrywise else indices[:own]
    left, slots = (() if entrywise else indices[len(out) :]), []
    for k, order in enumerate(node.orders):
        for _ in range(order):
            axes = 0 if entrywise else len(node.args[k].shape)
            slots.append((k, left[:axes]))
            left = left[axes:]
    if left:
        raise UnsupportedError("a derivative of a function in a shape of its own", found=node.name)
    return applied(el, function, members, out, args, tuple(slots))


def at_itself(el: Elaboration, node: s.Apply, function: Function) -> bool:
    """Is it a quantity `L(w) = …` at its own w, that is L?"""
    if node.orders or node.members or node.name not in el.program.statements:
        return False
    own = tuple(a.name if isinstance(a, s.Symbol) and not a.members else None for a in node.args)
    return function.body is not None and own == function.parameters


def _listed(node: s.Apply) -> Function:
    """A listed function with a prime: tanh'(z)."""
    if node.name not in SCALAR_FUNCTIONS or len(node.args) != 1:
        raise UnsupportedError("a function that nothing declares", found=node.name)
    return Function(node.name, ((),), (), ("·",), fn(node.name, Acc("·", ())))


Argument = tuple[Expr, Callable[[Indices], Expr]]  # whole (a lambda; a scalar as it is), and by entry


def argument(el: Elaboration, node: s.Node, of: s.Apply, indices: Indices) -> Argument:
    """An argument by its entries; of a function that acts entry by entry, the one entry."""
    letters = dict(el.letters)

    def by_entry(at: Indices) -> Expr:
        with el.letters_as(letters):
            return el.entry(node, at)

    if of.elementwise and not of.result:
        one = el.at(node, of.shape, indices)
        return one, lambda at: refresh(one)
    return el.lambda_of(node), by_entry


def applied(
    el: Elaboration,
    function: Function,
    members: Indices,
    out: Indices,
    args: list[Argument],
    slots: tuple[tuple[int, Indices], ...],
) -> Expr:
    """A function of arguments, differentiated by `slots`; a defined one is its body, differentiated where it can be."""
    body = function.body
    try:
        for k, at in slots if body is not None else ():
            if at or function.arguments[k]:
                raise UnsupportedError("a gradient of a defined function")
            body = slope(body, function.parameters[k]) if body is not None else None
    except UnsupportedError:
        body = None
    if body is None:
        return Call(function.name, (*members, *out), tuple(whole for whole, _ in args), slots)
    by_name = {p: entry for p, (_, entry) in zip(function.parameters, args, strict=True)}
    body = substitute(refresh(body), dict(zip(function.letters, (*members, *out), strict=True)))
    return replace_accesses(body, lambda a: by_name[a.name](a.indices) if a.name in by_name else None)
