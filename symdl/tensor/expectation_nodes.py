"""Expectations by nodes: finite laws enumerated, one continuous variable by pieces, several on a product grid."""

from __future__ import annotations

import itertools

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expectation_bodies import inlined, scalars
from symdl.tensor.expr import Expect, Expr
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import RESERVED, Env, Override, Tensor, free_sample, pad, sample_axis
from symdl.tensor.kinks import arguments, roots
from symdl.tensor.primitives import apply
from symdl.tensor.quadrature import legendre, panels, support
from symdl.tensor.random_tensors import (
    STANDARD,
    Random,
    located,
)

NODES, NODES_HIGH = 200_000, 20_000
CONTINUOUS = ("normal", "uniform", "exponential", "laplace")


def by_nodes(ctx: Context, e: Expect, variables: list[Random], env: Env) -> Jet:
    """E[body] as a sum over nodes."""
    for v in variables:
        if v.law.name in ("gamma", "beta", "named"):
            raise UnsupportedError(f"no nodes for the law {v.law.name}", found=v.name)
    body = inlined(ctx, e.body, frozenset(v.name for v in variables))
    reduced = scalars(variables, body)
    if reduced is not None:
        variables, body = reduced
    if len(variables) == 1 and variables[0].size == 1 and STANDARD.get(variables[0].law.name) in CONTINUOUS:
        return _one_variable(ctx, body, variables[0], env)
    from symdl.tensor.expectation_grid import grid

    return grid(ctx, body, variables, env)


def _one_variable(ctx: Context, body: Expr, v: Random, env: Env) -> Jet:
    fine, coarse = (_pieces(ctx, body, v, env, f) for f in (True, False))
    note_error(ctx, fine, coarse)
    return fine


def note_error(ctx: Context, fine: Jet, coarse: Jet) -> None:
    """Keep the largest relative difference of two orders as the error estimate."""
    for k, a in fine.items():
        b = coarse.get(k)
        if b is None:
            continue
        x, y = ctx.field.floats(np.asarray(a)), ctx.field.floats(np.asarray(b))
        scale = max(float(np.max(np.abs(x), initial=0.0)), 1e-30)
        gap = float(np.max(np.abs(x - y), initial=0.0)) / scale
        if gap > 1e-14:
            ctx.valuation.error = max(ctx.valuation.error, gap)


def _pieces(ctx: Context, body: Expr, v: Random, env: Env, fine: bool) -> Jet:
    kind = STANDARD[v.law.name]
    low, high = support(kind, ctx.field)
    slot = free_sample(ctx.items)

    def with_value(u: Jet, samples: int) -> Context:
        own = {k: pad(a, env.ndim).reshape(v.shape + pad(a, env.ndim).shape) for k, a in u.items()}
        data = located(ctx, v, own, env)
        return ctx.with_items(Override(v.name, Tensor(v.lows, v.shape, data, env.rank), samples))

    kinks = roots(ctx, arguments(body, v.name), lambda u: with_value(ctx.jets.constant(u), 0), env, low, high)
    j = ctx.jets
    ends = [j.constant(low), *kinks, j.constant(high)]
    if kind == "laplace":
        ends = [j.constant(low), j.constant(0.0), j.constant(high)]
        if kinks:
            raise UnsupportedError("a kink under a Laplace law")
    count, order = panels(ctx.field, fine)
    x, w = legendre(order, ctx.field.dtype == object)
    steps = ctx.field.array(np.arange(count))
    t = on_axis(((steps[:, None] + x[None, :]) / count).reshape(-1), slot)
    weights = on_axis(np.concatenate([w / count] * count), slot)
    out: Jet | None = None
    for a, b in itertools.pairwise(ends):
        length = j.subtract(b, a)
        u = j.add(a, j.mul(length, {0: t}))
        value = with_value(u, 1 << slot).value(body, env)
        p = _density(ctx, kind, u)
        piece = j.mul(j.mul(value, p), j.mul(length, {0: weights}))
        part = j.map(piece, lambda z: over_samples(ctx, z, slot, env))
        out = part if out is None else j.add(out, part)
    assert out is not None
    return out


def _density(ctx: Context, kind: str, u: Jet) -> Jet:
    j = ctx.jets
    if kind == "normal":
        return apply(j, "phi", u)
    if kind == "exponential":
        return apply(j, "exp", j.neg(u))
    if kind == "laplace":
        return j.mul(j.constant(0.5), apply(j, "exp", j.neg(apply(j, "abs", u))))
    return j.constant(1.0)


def on_axis(values: Array, slot: int) -> Array:
    shape = [1] * RESERVED
    shape[sample_axis(slot)] = len(values)
    return values.reshape(shape)


def over_samples(ctx: Context, a: Array, slot: int, env: Env) -> Array:
    a = pad(a, env.ndim)
    return ctx.field.total(a, (a.ndim + sample_axis(slot),)).reshape(
        tuple(1 if k == a.ndim + sample_axis(slot) else n for k, n in enumerate(a.shape))
    )
