"""Values of arithmetic nodes, and where the values of all other nodes are worked out."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expr import (
    Acc,
    Add,
    Call,
    Const,
    Deriv,
    Diff,
    Dimension,
    Expect,
    Expr,
    Fn,
    Idx,
    Ind,
    Integ,
    Mat,
    Mul,
    Num,
    Opt,
    Pow,
    Where,
)
from symdl.tensor.fields import Array
from symdl.tensor.interpret_context import Context, handles
from symdl.tensor.interpret_types import (
    NOWHERE,
    Env,
)
from symdl.tensor.primitives import apply


@handles(Num)
def _num(ctx: Context, e: Num, env: Env) -> Jet:
    return {0: scalar(ctx, ctx.field.number(e.value))}


@handles(Const)
def _const(ctx: Context, e: Const, env: Env) -> Jet:
    return {0: scalar(ctx, ctx.field.constant(e.name))}


def scalar(ctx: Context, value: Any) -> Array:
    out = np.empty((), dtype=ctx.field.dtype)
    out[()] = value
    return out


@handles(Idx)
@handles(Dimension)
def _whole_number(ctx: Context, e: Expr, env: Env) -> Jet:
    at = ctx.index(e, env)
    out = ctx.field.array(at)
    lost = at == NOWHERE
    return {0: np.where(lost, np.nan, out) if np.any(lost) else out}


@handles(Acc)
def _acc(ctx: Context, e: Acc, env: Env) -> Jet:
    return ctx.access(e.name, tuple(ctx.index(i, env) for i in e.indices), env)


@handles(Add)
def _add(ctx: Context, e: Add, env: Env) -> Jet:
    out = ctx.value(e.terms[0], env)
    for t in e.terms[1:]:
        out = ctx.jets.add(out, ctx.value(t, env))
    return out


@handles(Mul)
def _mul(ctx: Context, e: Mul, env: Env) -> Jet:
    """Iverson brackets first, and adjoints beyond a horizon: where one is 0, the other factors need no value."""
    truth = None
    out: Jet | None = None
    rest: list[Expr] = []
    for f in e.factors:
        t = ctx.truth(f.condition, env) if isinstance(f, Ind) else ctx.within_horizon(f, env)
        if t is not None:
            truth = t if truth is None else np.where((truth == 0) | (t == 0), 0.0, truth * t)
        if not isinstance(f, Ind):
            rest.append(f)
    if truth is not None and truth.size and not np.any(truth):
        return {0: ctx.field.array(truth)}
    for f in rest:
        v = ctx.value(f, env)
        out = v if out is None else ctx.jets.mul(out, v)
    if out is None:
        out = {0: scalar(ctx, ctx.field.number(1))}
    return out if truth is None else ctx.jets.choose(truth, out, None)


@handles(Ind)
def _ind(ctx: Context, e: Ind, env: Env) -> Jet:
    return {0: ctx.field.array(ctx.truth(e.condition, env))}


@handles(Where)
def _where(ctx: Context, e: Where, env: Env) -> Jet:
    out: Jet = {0: scalar(ctx, float("nan"))}
    for condition, v in reversed(e.branches):
        value = ctx.value(v, env)
        out = value if condition is None else ctx.jets.choose(ctx.truth(condition, env), value, out)
    return out


@handles(Pow)
def _pow(ctx: Context, e: Pow, env: Env) -> Jet:
    if isinstance(e.base, Const) and e.base.name == "e":
        return apply(ctx.jets, "exp", ctx.value(e.exponent, env))
    base = ctx.value(e.base, env)
    if ctx.integral(e.exponent):
        k = ctx.index(e.exponent, env)
        if k.dtype == object or np.any(np.abs(k) > 10**6):
            raise UnsupportedError("an exponent too large to compute with")
        return ctx.jets.power(base, k)
    if isinstance(e.exponent, Num):
        if ctx.field.exact:
            raise UnsupportedError("a root has no value modulo a prime")
        return ctx.jets.power(base, scalar(ctx, ctx.field.number(e.exponent.value)))
    exponent = ctx.value(e.exponent, env)
    if set(exponent) == {0}:
        return ctx.jets.power(base, exponent[0])
    return apply(ctx.jets, "exp", ctx.jets.mul(exponent, apply(ctx.jets, "log", base)))


@handles(Fn)
def _fn(ctx: Context, e: Fn, env: Env) -> Jet:
    return apply(ctx.jets, e.name, *(ctx.value(a, env) for a in e.args))


@handles(Deriv)
def _deriv(ctx: Context, e: Deriv, env: Env) -> Jet:
    from symdl.tensor.interpret_derivatives import derivative

    return derivative(ctx, e, env)


@handles(Diff)
def _diff(ctx: Context, e: Diff, env: Env) -> Jet:
    from symdl.tensor.interpret_derivatives import differential

    return differential(ctx, e, env)


@handles(Mat)
def _mat(ctx: Context, e: Mat, env: Env) -> Jet:
    from symdl.tensor.matrix_values import matrix_function

    return matrix_function(ctx, e, env)


@handles(Call)
def _call(ctx: Context, e: Call, env: Env) -> Jet:
    from symdl.tensor.abstract_values import call

    return call(ctx, e, env)


@handles(Expect)
def _expect(ctx: Context, e: Expect, env: Env) -> Jet:
    from symdl.tensor.expectation_values import expectation

    return expectation(ctx, e, env)


@handles(Integ)
def _integ(ctx: Context, e: Integ, env: Env) -> Jet:
    from symdl.tensor.integral_values import integral

    return integral(ctx, e, env)


@handles(Opt)
def _opt(ctx: Context, e: Opt, env: Env) -> Jet:
    from symdl.tensor.optimum_values import optimum

    return optimum(ctx, e, env)
