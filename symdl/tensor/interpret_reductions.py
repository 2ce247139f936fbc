"""Sums, products, maxima and argmaxima over letters whose ranges may depend on other letters."""

from __future__ import annotations

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expr import (
    Bind,
    Red,
)
from symdl.tensor.fields import Array
from symdl.tensor.interpret_context import Context, handles
from symdl.tensor.interpret_nodes import scalar
from symdl.tensor.interpret_types import (
    NOWHERE,
    Env,
    pad,
)


def bind(ctx: Context, binders: tuple[Bind, ...], env: Env) -> tuple[Env, Array | None]:
    """The binders as new axes; and where their (dependent) ranges hold, if they are ragged."""
    mask = None
    for b in binders:
        first, last = ctx.index(b.first, env), ctx.index(b.last, env)
        if first.size and last.size and ((first == NOWHERE).any() or (last == NOWHERE).any()):
            gone = (first == NOWHERE) | (last == NOWHERE)
            first, last = np.where(gone, 0, first), np.where(gone, -1, last)
        low = int(first.min()) if first.size else 1
        high = max(int(last.max()) if last.size else 0, low - 1)
        if high - low > 100_000:
            raise UnsupportedError("a range too long to evaluate", found=f"{low}..{high}")
        env = env.bind(b.name, low, high)
        if first.size > 1 or last.size > 1:
            letter = env.letters[b.name][1]
            inside = (letter >= first) & (letter <= last)
            mask = inside if mask is None else mask & inside
    return env, mask


@handles(Red)
def _red(ctx: Context, e: Red, env: Env) -> Jet:
    inner, mask = bind(ctx, e.binders, env)
    truth = None if mask is None else mask.astype(np.float64)
    if e.condition is not None:
        condition = ctx.truth(e.condition, inner)
        truth = condition if truth is None else np.where((truth == 0) | (condition == 0), 0.0, truth * condition)
    body = ctx.value(e.body, inner)
    k = inner.rank - env.rank
    counts = tuple(inner.letters[b.name][1].shape[0] for b in reversed(e.binders))
    axes = tuple(range(k))
    if e.op == "sum":
        if truth is not None:
            body = ctx.jets.choose(truth, body, None)
        return ctx.jets.map(body, lambda a: _sum(ctx, a, axes, counts, inner.ndim))
    full = {key: _spread(a, counts, inner.ndim) for key, a in body.items()}
    if e.op == "prod":
        if truth is not None:
            full = ctx.jets.choose(truth, full, {0: scalar(ctx, ctx.field.number(1))})
            full = {key: _spread(a, counts, inner.ndim) for key, a in full.items()}
        return _product(ctx, full, k)
    return _extremum(ctx, e, full, truth, inner, counts)


def _spread(a: Array, counts: tuple[int, ...], ndim: int) -> Array:
    a = pad(a, ndim)
    shape = (*counts, *a.shape[len(counts) :])
    return a if a.shape == shape else np.broadcast_to(a, shape)


def _sum(ctx: Context, a: Array, axes: tuple[int, ...], counts: tuple[int, ...], ndim: int) -> Array:
    a = pad(a, ndim)
    long = tuple(k for k in axes if a.shape[k] != 1 or counts[k] == 1)
    times = 1
    for k in axes:
        if k not in long:
            times *= counts[k]
    out = ctx.field.total(a, long) if long else a
    out = np.asarray(out).reshape(a.shape[len(axes) :])
    return out if times == 1 else ctx.field.mul(out, ctx.field.array(times))


def _product(ctx: Context, full: Jet, k: int) -> Jet:
    if set(full) == {0}:
        return {0: ctx.field.product(full[0], tuple(range(k)))}
    out = full
    for _ in range(k):  # jets: one factor after the other
        n = out[0].shape[0]
        total: Jet = {0: scalar(ctx, ctx.field.number(1))}
        for i in range(n):
            total = ctx.jets.mul(total, {key: a[i] for key, a in out.items()})
        out = total
    return out


def _extremum(ctx: Context, e: Red, full: Jet, truth: Array | None, inner: Env, counts: tuple[int, ...]) -> Jet:
    largest = e.op in ("max", "argmax")
    k = len(counts)
    values = full[0]
    out = values
    if truth is not None:
        worst = ctx.field.number(0) + float("-inf" if largest else "inf")
        out = np.where(truth == 1, values, worst)
        out = np.where(np.isnan(truth), np.nan, out)
        out = _spread(out, counts, inner.ndim)
    flat_shape = (int(np.prod(counts)), *out.shape[k:])
    if flat_shape[0] == 0:
        return {0: np.full(out.shape[k:], np.nan)}
    best = ctx.field.take_best(out.reshape(flat_shape), 0, largest)[None]

    def pick(a: Array) -> Array:
        flat = a.reshape((flat_shape[0], *a.shape[k:]))
        return np.take_along_axis(flat, best, axis=0)[0]

    if e.op.startswith("arg"):
        if len(e.binders) != 1:
            raise UnsupportedError("argmax over several letters")
        letter = _spread(inner.letters[e.binders[0].name][1], counts, inner.ndim)
        at = ctx.field.array(pick(letter))
        undefined = ctx.field.is_nan(pick(out))
        return {0: np.where(undefined, np.nan, at) if np.any(undefined) else at}
    result = {key: pick(a) for key, a in full.items() if key}
    chosen = pick(out)
    infinite = np.isinf(ctx.field.floats(chosen))
    result[0] = np.where(infinite, np.nan, chosen) if np.any(infinite) else chosen
    return result
