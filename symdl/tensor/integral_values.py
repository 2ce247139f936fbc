"""Integrals over one variable by double-exponential rules, split at kinks, with an error estimate from two step sizes.

[a, b]: x = a + (b − a)/(1 + e^{−π sinh t})        ray: x = a ± e^{(π/2) sinh t}        line: x = sinh((π/2) sinh t)
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expectation_nodes import inlined, note_error
from symdl.tensor.expr import Const, Expr, Integ, Num
from symdl.tensor.fields import FLOAT, HIGH, HIGH_FIELD, Array, Field
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import RESERVED, Env, Override, Tensor, free_sample, pad, sample_axis
from symdl.tensor.kinks import arguments, roots
from symdl.tensor.primitives import apply

FAR = 1e6  # ends of the search for kinks on an infinite range


def integral(ctx: Context, e: Integ, env: Env) -> Jet:
    """∫ body d(variable)."""
    if ctx.field.exact:
        raise UnsupportedError("an integral has no value modulo a prime")
    body = inlined(ctx, e.body, frozenset((e.variable,)))
    if e.variable in ctx.valuation.reaches(body) - ctx.valuation.uses(body):
        raise UnsupportedError("an integral over a variable that a recurrence depends on", found=e.variable)
    fine = _integral(ctx, e, body, env, True)
    note_error(ctx, fine, _integral(ctx, e, body, env, False))
    return fine


def _end(ctx: Context, e: Expr | None, env: Env) -> Jet | None:
    if e is None or _infinite(e):
        return None
    return ctx.value(e, env)


def _infinite(e: Expr) -> bool:
    parts = e.parts[0] if hasattr(e, "factors") else (e,)
    infinite = any(isinstance(p, Const) and p.name == "infinity" for p in parts)
    return infinite and all(isinstance(p, Const | Num) for p in parts)


def _integral(ctx: Context, e: Integ, body: Expr, env: Env, fine: bool) -> Jet:
    j, slot = ctx.jets, free_sample(ctx.items)
    low, high = _end(ctx, e.lower, env), _end(ctx, e.upper, env)

    def at(u: Jet, samples: int) -> Context:
        data = {k: pad(a, env.ndim) for k, a in u.items()}
        return ctx.with_items(Override(e.variable, Tensor((), (), data, env.rank), samples))

    args = arguments(body, e.variable)
    kinks = roots(ctx, args, lambda u: at(j.constant(u), 0), env, -FAR, FAR) if args else []
    if low is None or high is None:  # a kink that is nowhere would stand at the far end
        kinks = [k for k in kinks if np.all(np.abs(ctx.field.floats(k[0])) < FAR)]
    for n, k in enumerate(kinks):
        k = k if low is None else apply(j, "max", k, low)
        kinks[n] = k if high is None else apply(j, "min", k, high)
    ends = [low, *kinks, high]
    out: Jet | None = None
    for a, b in itertools.pairwise(ends):
        x, w = _nodes(ctx, a, b, fine, slot)
        value = j.mul(at(x, 1 << slot).value(body, env), w)
        part = j.map(value, lambda z: _over_nodes(ctx, pad(z, env.ndim), slot))
        out = part if out is None else j.add(out, part)
    assert out is not None
    return out


def _over_nodes(ctx: Context, z: Array, slot: int) -> Array:
    axis = z.ndim + sample_axis(slot)
    return np.expand_dims(ctx.field.total(z, (axis,)), axis)


def _nodes(ctx: Context, a: Jet | None, b: Jet | None, fine: bool, slot: int) -> tuple[Jet, Jet]:
    j, high = ctx.jets, ctx.field.dtype == object

    def along(values: Array) -> Jet:
        shape = [1] * RESERVED
        shape[sample_axis(slot)] = len(values)
        return {0: values.reshape(shape)}

    if a is not None and b is not None:
        x, w = finite_rule(high, fine)
        length = j.subtract(b, a)
        return j.add(a, j.mul(length, along(x))), j.mul(length, along(w))
    if a is None and b is None:
        x, w = line_rule(high, fine)
        return along(x), along(w)
    x, w = ray_rule(high, fine)
    if a is not None:
        return j.add(a, along(x)), along(w)
    assert b is not None
    return j.subtract(b, along(x)), along(w)


def _steps(high: bool, fine: bool, reach: float) -> tuple[Array, float]:
    h = 1 / 32 if fine else 1 / 24
    n = int(reach / h)
    return np.arange(-n, n + 1) * h, h


def _field(high: bool) -> Field:
    return HIGH_FIELD if high else FLOAT


@lru_cache(maxsize=4)
def finite_rule(high: bool, fine: bool) -> tuple[Array, Array]:
    """Nodes and weights on [0, 1]."""
    t, h = _steps(high, fine, 4.2 if high else 3.0)
    xs, ws = [], []
    for s in t:
        s = HIGH.mpf(float(s))
        u = HIGH.pi * HIGH.sinh(s)
        x = 1 / (1 + HIGH.exp(-u))
        xs.append(x)
        ws.append(h * HIGH.pi * HIGH.cosh(s) * x / (1 + HIGH.exp(u)))
    f = _field(high)
    return f.array(np.array(xs, dtype=object)), f.array(np.array(ws, dtype=object))


@lru_cache(maxsize=4)
def ray_rule(high: bool, fine: bool) -> tuple[Array, Array]:
    """Nodes and weights on [0, ∞)."""
    t, h = _steps(high, fine, 4.3 if high else 3.2)
    xs, ws = [], []
    for s in t:
        s = HIGH.mpf(float(s))
        x = HIGH.exp(HIGH.pi / 2 * HIGH.sinh(s))
        if x > 1e3:
            continue
        xs.append(x)
        ws.append(h * HIGH.pi / 2 * HIGH.cosh(s) * x)
    f = _field(high)
    return f.array(np.array(xs, dtype=object)), f.array(np.array(ws, dtype=object))


@lru_cache(maxsize=4)
def line_rule(high: bool, fine: bool) -> tuple[Array, Array]:
    """Nodes and weights on (−∞, ∞)."""
    t, h = _steps(high, fine, 3.0)
    xs, ws = [], []
    for s in t:
        s = HIGH.mpf(float(s))
        x = HIGH.sinh(HIGH.pi / 2 * HIGH.sinh(s))
        if abs(x) > 1e3:
            continue
        xs.append(x)
        ws.append(h * HIGH.pi / 2 * HIGH.cosh(s) * HIGH.cosh(HIGH.pi / 2 * HIGH.sinh(s)))
    f = _field(high)
    return f.array(np.array(xs, dtype=object)), f.array(np.array(ws, dtype=object))
