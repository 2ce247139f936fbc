"""Derivatives as values: seeds along a tangent axis, read off and gathered at the entries asked for.

Total: the tensor's entries move, and everything downstream with them. Local: they move only where the definition of
what is differentiated accesses them directly. Claimed adjoints stand in for everything between a tensor and the scalar.
"""

from __future__ import annotations

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet, coefficient
from symdl.tensor.expr import Acc, Deriv, Diff, Expr, Lam
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_statements import definition_at
from symdl.tensor.interpret_types import (
    RESERVED,
    Env,
    Override,
    Seed,
    Tensor,
    free_tangent,
    pad,
    tangent_axis,
)


def derivative(ctx: Context, e: Deriv, env: Env) -> Jet:
    """∂ of / ∂ by[0] ∂ by[1] … at the entries that `by` names."""
    horizon = ctx.within_horizon(e, env)
    out, seeds = _jacobian(ctx, e.of, e.by, e.total, env)
    for by, seed in zip(e.by, seeds, strict=True):
        out = _read(ctx, out, by, seed, env)
    out = out if horizon is None else ctx.jets.choose(horizon, out, None)
    return {k: _without_idle(v) for k, v in out.items()}  # it may serve again where fewer letters are bound


def _claims(ctx: Context, of: Expr, by: tuple[Acc, ...]) -> dict[str, Expr]:
    """Claimed adjoints of `of`, by the name of the tensor they belong to."""
    if not ctx.valuation.partials or not isinstance(of, Acc) or of.indices or len(by) != 1:
        return {}
    return {name: lam for (top, name), lam in ctx.valuation.partials.items() if top == of.name}


def _jacobian(ctx: Context, of: Expr, by: tuple[Acc, ...], total: bool, env: Env) -> tuple[Jet, list[Seed]]:
    """The derivative by all entries, along one tangent axis for each `by`; and the seeds."""
    claims = _claims(ctx, of, by) if total else {}
    tokens = tuple(env.letters[n][0] for n in sorted(of.free) if n in env.letters)
    key = ("jacobian", of, tuple(b.name for b in by), total, tokens)
    found = ctx.memo.get(key)
    if found is not None:
        return found  # type: ignore[no-any-return]
    seeds: list[Seed] = []
    inner = ctx
    for b in by:
        seed = _seed(inner, b.name, not total, frozenset(claims))
        seeds.append(seed)
        inner = inner.with_items(seed)
    if not total and isinstance(of, Acc) and of.name not in {b.name for b in by}:
        value = definition_at(inner, of, env)
    else:
        value = inner.value(of, env)
    mask = 0
    for s in seeds:
        mask |= s.bit
    out = coefficient(value, mask)
    if claims:
        out = _with_claims(ctx, inner, claims, seeds[0], by[0].name, env, out)
    if out is None:
        shape = value[0]
        out = {0: np.where(ctx.field.is_nan(shape), np.nan, ctx.field.number(0))}
    if bool(np.any(ctx.field.is_nan(value[0]))):  # no value, no derivative
        out[0] = np.where(ctx.field.is_nan(value[0]), np.nan, out[0]) if 0 in out else value[0]
    ctx.memo[key] = (out, seeds)
    return out, seeds


def _without_idle(v: Array) -> Array:
    """An array without leading axes of length 1, which stand for letters bound further in."""
    while v.ndim > RESERVED and v.shape[0] == 1:
        v = v[0]
    return v


def _with_claims(
    ctx: Context, inner: Context, claims: dict[str, Expr], seed: Seed, by: str, env: Env, avoiding: Jet | None
) -> Jet | None:
    """Paths that avoid every claimed tensor, plus claimed adjoint · how that tensor moves by itself."""
    out = avoiding
    for name, lam in claims.items():
        if not isinstance(lam, Lam):
            raise UnsupportedError("a claimed adjoint that is not a tensor")
        if name == by:
            moved: Jet | None = coefficient(inner.tensor(name).data, seed.bit) if name == by else None
        elif by in ctx.valuation.reach(name):
            moved = coefficient(inner.tensor(name).data, seed.bit)
        else:
            moved = None
        if moved is None:
            continue
        part = inner.tensor(name)
        # a claim that speaks of its own adjoint (a recurrence of adjoints) means the true one there
        apart = ctx.valuation.without_claim(name).context(ctx.items)
        claimed = _lambda_values(apart, lam, part, env)
        n = len(part.shape)
        product = ctx.jets.mul(
            {k: _front(v, n, part.ambient, env.rank) for k, v in moved.items()},
            {k: _front(v, n, env.rank, env.rank) for k, v in claimed.items()},
        )
        total = ctx.jets.map(product, lambda a, n=n: ctx.field.total(a, tuple(range(n))) if n else a)  # type: ignore[misc]
        out = total if out is None else ctx.jets.add(out, total)
    return out


def _front(a: Array, n: int, ambient: int, rank: int) -> Array:
    """Own axes, then all letter axes of the environment, then the reserved ones."""
    return a.reshape(a.shape[:n] + (1,) * (rank - ambient) + a.shape[n:])


def _lambda_values(ctx: Context, lam: Lam, like: Tensor, env: Env) -> Jet:
    """A claimed adjoint at every entry of its tensor: own axes first."""
    if len(lam.binders) != len(like.shape):
        raise UnsupportedError("a claimed adjoint of another shape")
    inner = env
    for b, low, size in zip(lam.binders, like.lows, like.shape, strict=True):
        inner = inner.bind(b.name, low, low + size - 1)
    value = ctx.value(lam.body, inner)
    n = len(like.shape)
    out: Jet = {}
    for k, v in value.items():
        v = pad(v, inner.ndim)
        v = np.broadcast_to(v, (*reversed(like.shape), *v.shape[n:]))
        out[k] = np.transpose(v, (*reversed(range(n)), *range(n, inner.ndim)))
    return out


def _seed(ctx: Context, name: str, local: bool, blocked: frozenset[str]) -> Seed:
    slot = free_tangent(ctx.items)
    overrides = [i for i in ctx.items if isinstance(i, Override) and i.name == name]
    ambient = overrides[-1].ambient if overrides else 0
    key = ("seed item", name, slot, local, blocked, ambient)
    found = ctx.valuation.cache.get(key)
    if found is None:
        found = ctx.valuation.cache[key] = Seed(slot, {name: None}, local, blocked)
    return found  # type: ignore[no-any-return]


def _read(ctx: Context, jac: Jet, by: Acc, seed: Seed, env: Env) -> Jet:
    """The entries along the seed's tangent axis that `by` asks for."""
    base = ctx.tensor(by.name)
    places, valid = [], None
    for i, low, size in zip(by.indices, base.lows, base.shape, strict=True):
        at = ctx.index(i, env) - low
        inside = (at >= 0) & (at < size)
        valid = inside if valid is None else valid & inside
        places.append(np.where(inside, at, 0))
    entries = int(np.prod(base.shape)) if base.shape else 1
    flat: Array = np.zeros((), dtype=np.int64)
    for at, size in zip(places, base.shape, strict=True):
        flat = flat * size + at
    axis = tangent_axis(seed.slot)
    out: Jet = {}
    for k, v in jac.items():
        v = pad(v, env.ndim)
        if v.shape[axis] == 1 and entries > 1:
            out[k] = v
        else:
            out[k] = np.take_along_axis(v, pad(np.asarray(flat), env.ndim), axis=axis)
    if valid is not None and not np.all(valid):
        ctx.valuation.notes.add(f"a derivative by {by.name} outside its range")
        out[0] = np.where(valid, out.get(0, np.zeros(())), np.nan)
    return out


def differential(ctx: Context, e: Diff, env: Env) -> Jet:
    """D of, along the valuation's directions: names in no d do not move."""
    slot = free_tangent(ctx.items)
    key = ("direction item", slot)
    seed = ctx.valuation.cache.get(key)
    if seed is None:
        seed = ctx.valuation.cache[key] = Seed(slot, dict(ctx.valuation.directions))
    value = ctx.with_items(seed).value(e.of, env)
    out = coefficient(value, seed.bit)
    undefined = ctx.field.is_nan(value[0])
    if out is None:
        out = {0: np.where(undefined, np.nan, ctx.field.number(0))}
    return out
