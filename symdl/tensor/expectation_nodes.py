"""Expectations by nodes: finite laws enumerated, one continuous variable by pieces, several on a product grid."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expectation_values import (
    STANDARD,
    Random,
    entries_independent,
    independent,
    located,
    parameter,
)
from symdl.tensor.expr import Acc, Bind, Expect, Expr, Lam, rebuild, refresh, substitute, walk
from symdl.tensor.fields import Array, NotPolynomialError
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import RESERVED, Env, Override, Tensor, free_sample, pad, sample_axis
from symdl.tensor.kinks import arguments, roots
from symdl.tensor.latent import Latent, mixing, scaled
from symdl.tensor.primitives import apply
from symdl.tensor.program import Law
from symdl.tensor.quadrature import density, four_atoms, legendre, line_nodes, panels, support

NODES, NODES_HIGH = 200_000, 20_000
CONTINUOUS = ("normal", "uniform", "exponential", "laplace")
DEPTH = 12


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
    return _grid(ctx, body, variables, env)


def inlined(ctx: Context, body: Expr, names: frozenset[str], depth: int = DEPTH) -> Expr:
    """Defined quantities that depend on the random tensors are written out, so that their accesses can be seen."""
    valuation = ctx.valuation

    def visit(x: Expr) -> Expr:
        if isinstance(x, Acc) and x.name in valuation.statements and x.name not in names:
            s = valuation.statements[x.name]
            plain = s.kind not in ("scan", "implicit", "decomposition") and not s.base
            if plain and depth and valuation.reach(x.name) & names and x.name not in valuation.reach(x.name):
                at = {b.name: visit(i) for b, i in zip(s.binders, x.indices, strict=True)}
                return inlined(ctx, substitute(refresh(s.body), at), names, depth - 1)
        return rebuild(x, visit)

    return visit(body)


def scalars(variables: list[Random], body: Expr) -> tuple[list[Random], Expr] | None:
    """Where each random tensor is accessed in one way only, fixed from outside: one scalar variable each."""
    names = {v.name for v in variables}
    found: dict[str, set[tuple[Expr, ...]]] = {n: set() for n in names}
    bound: set[str] = set()
    for x in walk(body):
        bound.update(x.bound())
        if isinstance(x, Acc) and x.name in names:
            found[x.name].add(x.indices)
    out = []
    for v in variables:
        if len(found[v.name]) != 1:
            return None
        (indices,) = found[v.name]
        if any(i.free & bound for i in indices):
            return None
        parameters = tuple(_at(n, p, indices, v) for n, p in v.law.parameters)
        if any(isinstance(a, Acc) and a.name in names for _, p in parameters for a in walk(p)):
            return None
        out.append(Random(v.name, Law(v.law.name, parameters, v.law.iid), (), ()))

    def replace(x: Expr) -> Expr:
        return Acc(x.name, ()) if isinstance(x, Acc) and x.name in names else rebuild(x, replace)

    return out, replace(body)


def _at(name: str, p: Expr, indices: tuple[Expr, ...], v: Random) -> tuple[str, Expr]:
    """A parameter of the law of one entry; of a covariance, its diagonal."""
    if not isinstance(p, Lam) or v.law.name == "categorical":
        return name, p
    at = (*indices, *indices) if name == "covariance" else indices
    body = substitute(p.body, {b.name: i for b, i in zip(p.binders, at, strict=True)})
    return ("variance" if name == "covariance" else name), body


# ------------------------------------------------------------------------------------------------- one variable


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
    t = _on_axis(((steps[:, None] + x[None, :]) / count).reshape(-1), slot)
    weights = _on_axis(np.concatenate([w / count] * count), slot)
    out: Jet | None = None
    for a, b in itertools.pairwise(ends):
        length = j.subtract(b, a)
        u = j.add(a, j.mul(length, {0: t}))
        value = with_value(u, 1 << slot).value(body, env)
        p = _density(ctx, kind, u)
        piece = j.mul(j.mul(value, p), j.mul(length, {0: weights}))
        part = j.map(piece, lambda z: _over_samples(ctx, z, slot, env))
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


def _on_axis(values: Array, slot: int) -> Array:
    shape = [1] * RESERVED
    shape[sample_axis(slot)] = len(values)
    return values.reshape(shape)


def _over_samples(ctx: Context, a: Array, slot: int, env: Env) -> Array:
    a = pad(a, env.ndim)
    return ctx.field.total(a, (a.ndim + sample_axis(slot),)).reshape(
        tuple(1 if k == a.ndim + sample_axis(slot) else n for k, n in enumerate(a.shape))
    )


# --------------------------------------------------------------------------------------------------- product grids


@dataclass(frozen=True)
class Nodes:
    """Values of one variable (plain numbers) and their weights (jets over the node axis, which comes first)."""

    values: Array
    weights: Jet


def _grid(ctx: Context, body: Expr, variables: list[Random], env: Env) -> Jet:
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
    nodes = [_nodes(ctx, variables[x.tensor], x, env, shifted) for x in latents]
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
        own = np.stack([pad(_on_axis(x, slot), env.ndim) for x in z[start : start + v.size]]).reshape(
            (*v.shape, *pad(_on_axis(z[start], slot), env.ndim).shape)
        )
        data: Jet = {0: own}
        if v.law.name in STANDARD:
            data = located(inner, v, data, env)
        inner = inner.with_items(Override(v.name, Tensor(v.lows, v.shape, data, env.rank), 1 << slot))
        start += v.size
    value = j.mul(inner.value(body, env), weight)
    return j.map(value, lambda a: _over_samples(ctx, a, slot, env))


def _along(a: Array, places: Array, slot: int) -> Array:
    """Weights at the grid's places, with the grid on the sample axis."""
    if a.ndim == 1:
        return _on_axis(a[places], slot)
    last = np.moveaxis(a[places], 0, -1)
    return np.swapaxes(last, last.ndim - 1 + sample_axis(slot), -1)[..., 0]


def _nodes(ctx: Context, v: Random, latent: Latent, env: Env, shifted: bool) -> Nodes:
    field, high = ctx.field, ctx.field.dtype == object
    if latent.kind == "normal":
        values, w = line_nodes("normal", high, shifted)
        return Nodes(values, {0: w})
    if latent.kind == "atoms":
        values, w = four_atoms(high)
        return Nodes(values, {0: w})
    if latent.kind in CONTINUOUS:
        low, top = support(latent.kind, field)
        x, w = legendre(16 if shifted else 20, high)
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
        values: Jet = {0: _on_axis(u[k], slot)}
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


__all__ = ["by_nodes", "inlined", "note_error", "scalars"]
