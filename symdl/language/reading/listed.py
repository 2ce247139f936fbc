"""The listed functions of arguments already read: entry by entry, along an axis, of a matrix (rules 7 and 8)."""

from __future__ import annotations

from fractions import Fraction as Rational

from symdl.language.dims import SCALAR
from symdl.language.functions import ALONG_AXIS, APPLIED_LETTERS, ARITY, ELEMENTWISE, INVERSES, OF_MATRIX
from symdl.language.reading import building
from symdl.language.reading.context import Context
from symdl.language.reading.heads import Head
from symdl.language.reading.names import unwrap
from symdl.language.reading.operators import trace_without_parentheses
from symdl.language.surface import Digits, Letter, Surface, Word
from symdl.language.syntax import (
    Apply,
    AxisFunction,
    Function,
    MatrixFunction,
    Node,
    Number,
    Power,
    Quotient,
)


def listed(ctx: Context, name: str, head: Head, args: tuple[Node, ...], s: Surface) -> Node:
    """A listed function of read arguments, with the scripts on its name."""
    if name in OF_MATRIX:
        value = _matrix_function(ctx, OF_MATRIX[name], args, s)
    elif name in ALONG_AXIS and (name not in ("max", "min") or len(args) == 1):
        value = _axis_function(ctx, ALONG_AXIS[name], head, args, s)
    else:
        value = _elementwise(ctx, name, head, args, s)
        if value is None:
            raise AssertionError
    if head.primes:
        raise ctx.error("a prime on this function", s, cure="write \\frac{d}{dz}")
    if head.sup is not None and not is_inverse(head.sup):
        value = Power(value, ctx.read(head.sup)) if len(ctx.shape(value)) < 2 else _power(ctx, value, head, s)
    return value


def _power(ctx: Context, value: Node, head: Head, s: Surface) -> Node:
    from symdl.language.reading.superscripts import superscript
    from symdl.language.syntax import HadamardPower

    assert head.sup is not None
    if isinstance(value, Function):
        return HadamardPower(value, ctx.read(head.sup))
    return superscript(ctx, value, head.sup, s)


def is_inverse(sup: Surface) -> bool:
    from symdl.language.surface import Prefix

    core = unwrap(sup)
    if not isinstance(core, Prefix) or core.op != "-":
        return False
    body = unwrap(core.body)
    return isinstance(body, Digits) and body.text == "1"


def _elementwise(ctx: Context, name: str, head: Head, args: tuple[Node, ...], s: Surface) -> Node:
    known = APPLIED_LETTERS.get(name) or ELEMENTWISE.get(name) or name
    low, high = ARITY.get(known, (1, 1))
    if not low <= len(args) <= high:
        raise ctx.error(f"{name} takes {low if low == high else f'{low} or more'} arguments", s, found=str(len(args)))
    if head.sup is not None and is_inverse(head.sup):
        if known not in INVERSES:
            raise ctx.error(f"{name} has no inverse function here", s, expected=", ".join(sorted(INVERSES)))
        known = INVERSES[known]
    if head.primes:
        primes, head.primes = head.primes, 0
        return Apply(known, args, (primes,), SCALAR, elementwise=True)
    value: Node = building.elementwise(ctx, list(args), s, "with", lambda: Function(known, args))
    if head.sub is not None:
        core = unwrap(head.sub)
        if known == "log" and isinstance(core, Digits):
            base = Number(Rational(core.text), core.text)
            return Quotient(value, Function("log", (base,)))
        if known == "log" and isinstance(core, Letter) and core.text == "e":
            return value
        raise ctx.error(f"a subscript on {name}", head.sub, expected="\\log_2, or a subscript on the whole value")
    return value


def _matrix_function(ctx: Context, name: str, args: tuple[Node, ...], s: Surface) -> Node:
    if len(args) != 1:
        if name == "diag" and all(not ctx.shape(a) for a in args):
            from symdl.language.syntax import Stack

            return MatrixFunction("diag", Stack(tuple((a,) for a in args)))
        raise ctx.error(f"{name} takes one argument", s, found=str(len(args)))
    body = args[0]
    shape = ctx.shape(body)
    if name in ("trace", "det", "logdet", "expm", "cholesky"):
        return trace_without_parentheses(ctx, name, body, s)
    if name == "diag":
        if len(shape) == 1 or (len(shape) == 2 and ctx.sizes.equal(shape[0], shape[1])):
            return MatrixFunction(name, body)
        raise ctx.misfit("diag takes a column or a square matrix", s, ctx.describe(body), "a column or a square matrix")
    if name == "vec" and len(shape) == 1:
        return body
    if len(shape) != 2:
        raise ctx.misfit(f"{name} of what is not a matrix", s, ctx.describe(body), "a matrix")
    return MatrixFunction(name, body)


def _axis_function(ctx: Context, name: str, head: Head, args: tuple[Node, ...], s: Surface) -> Node:
    if len(args) != 1:
        raise ctx.error(f"{name} takes one argument", s, found=str(len(args)))
    body = args[0]
    rank = len(ctx.shape(body))
    if rank == 0:
        raise ctx.misfit(f"{name} of a scalar", s, "a scalar", "a column, a matrix or a tensor")
    axis = -1 if rank == 1 or ctx.scope.examples == "rows" else 0
    if head.sub is not None:
        core = unwrap(head.sub)
        text = core.text if isinstance(core, Word | Letter) else ctx.text(core)
        if text in ("row", "rows") and rank == 2:
            axis = -1 if ctx.scope.examples == "rows" else 1  # -1 is the axis that goes without saying
        elif text in ("col", "cols", "column", "columns") and rank == 2:
            axis = 0
        else:
            raise ctx.error(
                f"a subscript on {name}", head.sub, expected="_{\\text{row}} or _{\\text{col}}, of a matrix"
            )
    return AxisFunction(name, body, axis)
