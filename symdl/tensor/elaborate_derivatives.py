"""Entries of derivatives, chain-rule products, differentials, optima and integrals."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import ONE as ONE_AXIS
from symdl.language.dims import Shape, same_sizes, shape_text
from symdl.tensor.elaborate_base import Elaboration, Indices, letters_of, rule, shift
from symdl.tensor.elaborate_conditions import condition
from symdl.tensor.elaborate_functions import Argument, applied, argument, at_itself
from symdl.tensor.expr import Acc, Bind, Deriv, Diff, Expr, Integ, Opt, accesses, mul, total


def split(indices: Indices, shapes: list[Shape]) -> list[Indices]:
    """The indices of each of several shapes, from their concatenation."""
    out, start = [], 0
    for shape in shapes:
        out.append(indices[start : start + len(shape)])
        start += len(shape)
    return out


def natural_shape(node: s.Derivative) -> Shape:
    """of.shape + by.shape + …, before a numerator layout transposes it."""
    out = node.of.shape
    for x in node.by:
        out = out + x.shape
    return out


@rule(s.Derivative)
def _derivative(el: Elaboration, node: s.Derivative, indices: Indices) -> Expr:
    if node.transposed:
        indices = indices[1:] if len(natural_shape(node)) == 1 else tuple(reversed(indices))
    return derivative(el, node, indices)


def derivative(el: Elaboration, node: s.Derivative, indices: Indices) -> Expr:
    """∂ of[…] / ∂ by[…], at indices of `of`, then of each `by`."""
    if node.diagonal:  # of the Jacobian of an elementwise map: both indices the same
        (x,) = node.by
        same = (shift(i, a.base, b.base) for i, a, b in zip(indices, node.of.shape, x.shape, strict=True))
        indices = (*indices, *same)
    function = el.program.functions.get(node.of.name) if isinstance(node.of, s.Apply) else None
    if isinstance(node.of, s.Apply) and function is not None and at_itself(el, node.of, function):
        node = replace(node, of=s.Symbol(node.of.name, node.of.shape))  # a quantity like any other
    if isinstance(node.of, s.Apply):
        node = replace(node, by=tuple(_in_point(el, node.of, x) for x in node.by))
    of, *by = split(indices, [node.of.shape, *(x.shape for x in node.by)])
    if isinstance(node.of, s.Apply):
        found = _in_argument(el, node, node.of, of, by)
        if found is not None:
            return found
    entries = []
    for x, at in zip(node.by, by, strict=True):
        e = el.entry(x, at)
        if not isinstance(e, Acc):
            raise UnsupportedError("a derivative by what is no symbol and no entry of one")
        entries.append(e)
    return Deriv(el.entry(node.of, of), tuple(entries), node.total)


def _in_point(el: Elaboration, of: s.Apply, by: s.Node) -> s.Node:
    """∇_w J(w⋆): a variable that the point does not depend on names the argument, so the point takes its place."""
    function = el.program.functions.get(of.name)
    if function is None or not isinstance(by, s.Symbol) or depends(el, of.args, by.name):
        return by
    if by.name in function.parameters:
        return of.args[function.parameters.index(by.name)]
    if function.body is None and len(of.args) == 1 and same_sizes(of.args[0].shape, by.shape):
        return of.args[0]
    if function.body is not None and depends(el, (function.body,), by.name):
        return by
    raise UnsupportedError("a derivative of a function by what none of its arguments depends on", found=by.name)


def depends(el: Elaboration, on: tuple[s.Node | Expr, ...], name: str) -> bool:
    """Does any of these depend on a tensor of this name, through definitions too?"""
    seen: set[str] = set()
    stack: list[str] = []
    for x in on:
        if isinstance(x, Expr):
            stack += [a.name for a in accesses(x)]
        else:
            stack += [n.name for n in x.walk() if isinstance(n, s.Symbol)]
    while stack:
        n = stack.pop()
        if n == name:
            return True
        found = el.program.statements.get(n)
        if n not in seen and found is not None:
            seen.add(n)
            parts = [found.body, *(value for _, value in found.base)]
            stack += [a.name for part in parts for a in accesses(part)]
    return False


def _in_argument(el: Elaboration, node: s.Derivative, of: s.Apply, out: Indices, by: list[Indices]) -> Expr | None:
    """∇f(x): f differentiated in its argument and taken at x, where every `by` is an argument of f as it stands.

    A defined function of a symbol is its body, differentiated by that symbol; None leaves it to the general rule.
    """
    if not all(x in of.args for x in node.by) or (of.elementwise and of.shape):
        return None
    function = el.program.functions.get(of.name)
    if function is None or any(of.args.count(x) > 1 for x in node.by):
        return None
    if function.body is not None and all(isinstance(x, s.Symbol) for x in node.by):
        return None
    args: list[Argument] = [argument(el, a, of, out) for a in of.args]
    written = tuple((k, ()) for k, order in enumerate(of.orders) for _ in range(order))
    slots = tuple((of.args.index(x), at) for x, at in zip(node.by, by, strict=True))
    members = tuple(el.scalar(m) for m in of.members)
    return applied(el, function, members, out, args, (*written, *slots))


@rule(s.ChainProduct)
def _chain_product(el: Elaboration, node: s.ChainProduct, indices: Indices) -> Expr:
    """∂a/∂b · ∂b/∂c = Σ over all entries of b, in whichever order and layout the partials are written."""
    scalars = [f for f in node.factors if not isinstance(f, s.Derivative) and not f.shape]
    partials = [f for f in node.factors if isinstance(f, s.Derivative)]
    if len(scalars) + len(partials) != len(node.factors) or not partials:
        raise UnsupportedError("a chain-rule product with a factor that is no partial derivative")
    chain = in_order(partials)
    of, by = chain[0].of, chain[-1].by[0]
    natural = of.shape + by.shape
    turned = not of.shape and any(p.transposed for p in partials)
    at = _in_natural_order(node.axes, natural, indices, turned)
    left, right = split(at, [of.shape, by.shape])
    binders: list[Bind] = []
    factors = [el.scalar(f) for f in scalars]
    for n, partial in enumerate(chain):
        if n + 1 < len(chain):
            shared = tuple(el.bind(a) for a in partial.by[0].shape)
            below = letters_of(shared)
        else:
            shared, below = (), right
        factors.append(derivative(el, partial, (*left, *below)))
        binders += shared
        left = below
    return total(tuple(binders), mul(*factors))


def in_order(partials: list[s.Derivative]) -> list[s.Derivative]:
    """The partials so that each one's variable is what the next one differentiates."""
    if any(len(p.by) != 1 for p in partials):
        raise UnsupportedError("a chain-rule product of higher derivatives")
    for chain in (partials, partials[::-1]):
        if all(a.by[0] == b.of for a, b in pairwise(chain)):
            return chain
    raise UnsupportedError("a chain-rule product whose neighbours share no variable")


def _in_natural_order(axes: Shape, natural: Shape, indices: Indices, turned: bool) -> Indices:
    """Indices of the written shape as indices of numerator axes followed by denominator axes.

    `turned`: a gradient in the numerator layout, which a square shape does not show.
    """
    if same_sizes(axes, natural) and not (turned and len(natural) == 2):
        pairs = zip(indices, axes, natural, strict=True)
    elif len(natural) == 1 and same_sizes(axes, (ONE_AXIS, *natural)):
        pairs = zip(indices[1:], axes[1:], natural, strict=True)
    elif len(natural) == 2 and same_sizes(axes, natural[::-1]):
        pairs = zip(indices[::-1], axes[::-1], natural, strict=True)
    else:
        raise UnsupportedError(
            "a chain-rule product in a layout of its own", found=shape_text(axes), expected=shape_text(natural)
        )
    return tuple(shift(i, a.base, b.base) for i, a, b in pairs)


@rule(s.Differential)
def _differential(el: Elaboration, node: s.Differential, indices: Indices) -> Expr:
    """dX[i, j]; of an expression, the differential of its entry."""
    return Diff(el.entry(node.body, indices))


@rule(s.Optimum)
def _optimum(el: Elaboration, node: s.Optimum, indices: Indices) -> Expr:
    constraints = tuple(constraint(el, c) for c in node.constraints)
    return Opt(node.op, node.variable.name, indices, constraints, el.scalar(node.body))


def constraint(el: Elaboration, c: s.Condition) -> Expr:
    """A constraint under an optimum, on scalars."""
    if c.shape:
        raise UnsupportedError("a constraint on a tensor under an optimum")
    return condition(el, c, (), ())


@rule(s.Integral)
def _integral(el: Elaboration, node: s.Integral, indices: Indices) -> Expr:
    lower = None if node.lower is None else el.scalar(node.lower)
    upper = None if node.upper is None else el.scalar(node.upper)
    return Integ(node.variable, lower, upper, el.entry(node.body, indices))
