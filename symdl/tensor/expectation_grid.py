"""Expectations on product grids: finite laws enumerated, several continuous variables, dependent ones tilted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expectation_nodes import CONTINUOUS, NODES, NODES_HIGH, note_error, on_axis, over_samples
from symdl.tensor.expr import Bind, Expr, Lam
from symdl.tensor.fields import Array, NotPolynomialError
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import RESERVED, Env, Override, Tensor, free_sample, pad, sample_axis
from symdl.tensor.latent import Latent, mixing, scaled
from symdl.tensor.primitives import apply
from symdl.tensor.quadrature import density, four_atoms, legendre, line_nodes, support
from symdl.tensor.random_tensors import (
    STANDARD,
    Random,
    entries_independent,
    independent,
    located,
    parameter,
)

# steps by which the nodes of each variable move for the error estimate: all different, so that a kink along x = y moves
# against the grid too
SHIFTS = (0.5, 0.24, 0.37, 0.11)


@dataclass(frozen=True)
class Nodes:
    """Values of one variable (plain numbers) and their weights (jets over the node axis, which comes first)."""

    values: Array
    weights: Jet


def grid(ctx: Context, body: Expr, variables: list[Random], env: Env) -> Jet:
    continuous = any(STANDARD.get(v.law.name) in CONTINUOUS for v in variables)
    fine = _on_grid(ctx, body, variables, env, False)
    if continuous:
        note_error(ctx, fine, _on_grid(ctx, body, variables, env, True))
    return fine


def _on_grid(ctx: Context, body: Expr, variables: list[Random], env: Env, shifted: bool) -> Jet:
    j, slot = ctx.jets, free_sample(ctx.items)
    latents = [
        Latent(n, k, STANDARD.get(v.law.name, v.law.name)) for n, v in enumerate(variables) for k in range(v.size)
    ]
    shifts = itertools.cycle(SHIFTS) if shifted else itertools.repeat(0.0)
    nodes = [_nodes(ctx, variables[x.tensor], x, env, by) for x, by in zip(latents, shifts, strict=False)]
    counts = [len(n.values) for n in nodes]
    total = int(np.prod([float(c) for c in counts]))
    if total > (NODES_HIGH if ctx.field.dtype == object else NODES):
        raise UnsupportedError("too many random entries for exact nodes", found=f"{total} nodes")
    places = np.indices(counts).reshape(len(counts), -1) if counts else np.zeros((0, 1), dtype=int)
    u = [n.values[p] for n, p in zip(nodes, places, strict=True)]
    weight: Jet = j.constant(1.0)
    for n, p in zip(nodes, places, strict=True):
        weight = j.mul(weight, {k: _along(a, p, slot) for k, a in n.weights.items()})

    def apart(a: Latent, b: Latent) -> bool:
        if a.tensor == b.tensor:
            return entries_independent(variables[a.tensor])
        return independent(ctx, variables[a.tensor], variables[b.tensor])

    z, weight = _joint(ctx, latents, u, weight, apart, slot)
    inner, start = ctx, 0
    for v in variables:
        own = np.stack([pad(on_axis(x, slot), env.ndim) for x in z[start : start + v.size]]).reshape(
            (*v.shape, *pad(on_axis(z[start], slot), env.ndim).shape)
        )
        data: Jet = {0: own}
        if v.law.name in STANDARD:
            data = located(inner, v, data, env)
        inner = inner.with_items(Override(v.name, Tensor(v.lows, v.shape, data, env.rank), 1 << slot))
        start += v.size
    value = j.mul(inner.value(body, env), weight)
    return j.map(value, lambda a: over_samples(ctx, a, slot, env))


def _along(a: Array, places: Array, slot: int) -> Array:
    """Weights at the grid's places, with the grid on the sample axis."""
    if a.ndim == 1:
        return on_axis(a[places], slot)
    last = np.moveaxis(a[places], 0, -1)
    return np.swapaxes(last, last.ndim - 1 + sample_axis(slot), -1)[..., 0]


def _nodes(ctx: Context, v: Random, latent: Latent, env: Env, shift: float) -> Nodes:
    field, high = ctx.field, ctx.field.dtype == object
    if latent.kind == "normal":
        values, w = line_nodes("normal", high, shift)
        return Nodes(values, {0: w})
    if latent.kind == "atoms":
        values, w = four_atoms(high)
        return Nodes(values, {0: w})
    if latent.kind in CONTINUOUS:
        low, top = support(latent.kind, field)
        x, w = legendre(16 if shift else 20, high)
        count = 1 if latent.kind == "uniform" else 4
        steps = field.array(np.arange(count))
        t = ((steps[:, None] + x[None, :]) / count).reshape(-1)
        values = t * (top - low) + low
        return Nodes(
            values, {0: np.concatenate([w / count] * count) * (top - low) * density(latent.kind, values, field)}
        )
    return _discrete(ctx, v, latent, env)


def _discrete(ctx: Context, v: Random, latent: Latent, env: Env) -> Nodes:
    j = ctx.jets
    if v.law.name == "bernoulli":
        q = parameter(ctx, v, "probability", env)
        n = len(v.shape)
        one = {k: a.reshape((v.size, *a.shape[n:]))[latent.entry] for k, a in q.items()}
        zero = j.subtract(j.constant(1.0), one)
        return Nodes(ctx.field.array([0, 1]), _stacked(ctx, [zero, one]))
    if v.law.name == "categorical":
        p = dict(v.law.parameters).get("probability")
        if not isinstance(p, Lam) or len(p.binders) != 1:
            raise UnsupportedError("a categorical law whose probabilities are no vector")
        b: Bind = p.binders[0]
        first, last = int(ctx.index(b.first, env).min()), int(ctx.index(b.last, env).max())
        parts = [ctx.value(p.body, env.set({b.name: np.asarray(k)})) for k in range(first, last + 1)]
        return Nodes(ctx.field.array(np.arange(first, last + 1)), _stacked(ctx, parts))
    if v.law.name == "poisson":
        rate = parameter(ctx, v, "rate", env)
        n = len(v.shape)
        lam = {k: a.reshape((v.size, *a.shape[n:]))[latent.entry] for k, a in rate.items()}
        decay = apply(j, "exp", j.neg(lam))
        parts, term = [], decay
        for k in range(80 if ctx.field.dtype == object else 45):
            if k:
                term = j.mul(term, j.mul(lam, j.reciprocal(j.constant(k))))
            parts.append(term)
        return Nodes(ctx.field.array(np.arange(len(parts))), _stacked(ctx, parts))
    raise UnsupportedError(f"no nodes for the law {v.law.name}")


def _stacked(ctx: Context, parts: list[Jet]) -> Jet:
    out: Jet = {}
    for k in {key for p in parts for key in p}:
        arrays = [p.get(k, ctx.field.array(np.zeros(()))) for p in parts]
        shape = np.broadcast_shapes(*(a.shape for a in arrays), (1,) * RESERVED)
        out[k] = np.stack([np.broadcast_to(a, shape) for a in arrays])
    return out


def _joint(
    ctx: Context, latents: list[Latent], u: list[Array], weight: Jet, apart: Callable[[Latent, Latent], bool], slot: int
) -> tuple[list[Array], Jet]:
    """Values that depend on each other where nothing says otherwise: mixtures, or tilted weights for finite laws."""
    try:
        rows = mixing(latents, apart)
    except NotPolynomialError:
        return u, _tilted(ctx, latents, u, weight, apart, slot)
    z = []
    for row in rows:
        own = scaled(row, ctx.field)
        if len(own) == 1:
            z.append(u[next(iter(own))])
            continue
        total = None
        for m, c in own.items():
            total = u[m] * c if total is None else total + u[m] * c
        assert total is not None
        z.append(total)
    return z, weight


def _tilted(
    ctx: Context, latents: list[Latent], u: list[Array], weight: Jet, apart: Callable[[Latent, Latent], bool], slot: int
) -> Jet:
    """W · (1 + θ Σ g_a g_b) over dependent pairs, each g bounded with mean 0 under its own law: marginals stay."""
    pairs = [(a, b) for b in range(len(latents)) for a in range(b) if not apart(latents[a], latents[b])]
    j = ctx.jets
    centred: dict[int, Jet] = {}
    for k in {x for p in pairs for x in p}:
        kind = latents[k].kind
        values: Jet = {0: on_axis(u[k], slot)}
        if kind in ("normal", "laplace"):
            centred[k] = apply(j, "tanh", values)
        elif kind == "atoms":
            centred[k] = j.mul(j.constant(0.25), values)
        elif kind == "uniform":
            centred[k] = j.subtract(values, j.constant(0.5))
        else:
            mean = j.map(j.mul(weight, values), lambda a: np.sum(a, axis=sample_axis(slot), keepdims=True))
            width = float(np.max(np.abs(ctx.field.floats(u[k])))) or 1.0
            centred[k] = j.mul(j.constant(1 / width), j.subtract(values, mean))
    factor = j.constant(1.0)
    theta = j.constant(0.8 / max(1, len(pairs)))
    for a, b in pairs:
        factor = j.add(factor, j.mul(theta, j.mul(centred[a], centred[b])))
    return j.mul(weight, factor)
