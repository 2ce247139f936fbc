"""Whole statements: their boxes, and recurrences of any kind by filling in what is known.

A recurrence (forwards, backwards, in two indices, or running through several statements) starts from its boundary;
every sweep gives a value to the entries whose inputs are known. What never becomes known stays NaN, which is a failure.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expr import Acc, Expr, Mat
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Context, bind
from symdl.tensor.interpret_types import RESERVED, Env, Seed, Tensor, pad
from symdl.tensor.program import Statement

LONGEST = 2_000  # sweeps


def statement_tensor(ctx: Context, name: str, seeds: tuple[Seed, ...]) -> Tensor:
    """All values of a defined tensor; seeds (its own) are added, and flow on through a recurrence."""
    valuation = ctx.valuation
    busy = valuation.cache.setdefault("busy", set())
    key = (name, tuple(i.ident for i in ctx.items))
    if key in busy:
        raise UnsupportedError(f"a definition that needs itself: {name}")
    busy.add(key)
    try:
        statement = valuation.statements[name]
        if statement.kind == "implicit":
            from symdl.tensor.optimum_values import implicit

            return ctx._seeded(name, implicit(ctx, statement), seeds)
        if name in valuation.reach(name) or statement.base:
            return _recurrence(ctx, name, seeds)
        return ctx._seeded(name, _direct(ctx, statement), seeds)
    finally:
        busy.discard(key)


def start(ctx: Context) -> Env:
    return Env({}, ctx.ambient)


def _direct(ctx: Context, s: Statement) -> Tensor:
    env, mask = bind(ctx, s.binders, start(ctx))
    value = ctx.value(s.body, env)
    if s.kind == "decomposition":
        value = in_gauge(ctx, s, value, env.letters[s.binders[-1].name][1])
    return _pack(ctx, s, env, value, mask)


SIGNED = ("eigenvectors", "left-singular", "right-singular")


def in_gauge(ctx: Context, s: Statement, value: Jet, column: Array) -> Jet:
    """The columns of vectors with signs drawn for this valuation, shared by the outputs of one decomposition."""
    if not isinstance(s.body, Mat) or s.body.op not in SIGNED:
        return value
    rng = np.random.default_rng((ctx.valuation.gauge, zlib.crc32(s.outputs[0].encode())))
    signs = rng.choice([-1, 1], size=1 + max(0, int(np.max(column, initial=0))))
    return ctx.jets.map(value, lambda v: v * signs[np.maximum(column, 0)])


def _pack(ctx: Context, s: Statement, env: Env, value: Jet, mask: Array | None) -> Tensor:
    """Own axes first and in order, NaN outside ragged ranges."""
    lows, shape = [], []
    for b in s.binders:
        letter = env.letters[b.name][1]
        shape.append(letter.shape[0])
        lows.append(int(letter.min()) if letter.size else 1)
    data = {k: _own_axes(v, shape, env.ndim) for k, v in value.items()}
    if mask is not None:
        inside = _own_axes(mask, shape, env.ndim)
        data[0] = np.where(inside, data[0], np.nan)
        for k in data:
            if k:
                data[k] = np.where(inside, data[k], ctx.field.number(0))
    return Tensor(tuple(lows), tuple(shape), data, ctx.ambient)


def _own_axes(a: Array, shape: list[int], ndim: int) -> Array:
    a = pad(a, ndim)
    n = len(shape)
    a = np.broadcast_to(a, (*reversed(shape), *a.shape[n:]))
    return np.transpose(a, (*reversed(range(n)), *range(n, ndim)))


# ------------------------------------------------------------------------------------------------------ recurrences


def _recurrence(ctx: Context, name: str, seeds: tuple[Seed, ...]) -> Tensor:
    valuation = ctx.valuation
    group = [
        m for m in valuation.statements if m == name or (m in valuation.reach(name) and name in valuation.reach(m))
    ]
    boxes = {m: _box(ctx, valuation.statements[m]) for m in group}
    partial = {m: _unknown(ctx, boxes[m]) for m in group}
    items = ctx.items
    own = {m: tuple(i for i in items if isinstance(i, Seed) and m in i.names and not i.local) for m in group}
    for m in group:
        partial[m] = _with_base(ctx, partial[m], valuation.statements[m], boxes[m], partial)
    for _ in range(LONGEST):
        progress = False
        for m in group:
            inner = Context(valuation, items, partial)
            s = valuation.statements[m]
            new = _with_base(inner, _sweep(inner, s, boxes[m]), s, boxes[m], partial)
            partial[m], moved = _merge(ctx, partial[m], new)
            progress = progress or moved
        if not progress:
            break
    else:
        raise UnsupportedError(f"a recurrence longer than {LONGEST} steps: {name}")
    for m in group:  # its companions are known now too, in this context
        companions = valuation.context(items).relevant(m) if not ctx.partial else ()
        if not ctx.partial and not own[m] and companions == items:
            valuation.tensors[(m, *(i.ident for i in items))] = partial[m]
    return ctx._seeded(name, partial[name], seeds)


Box = tuple[tuple[int, ...], tuple[int, ...]]


def _box(ctx: Context, s: Statement) -> Box:
    """First indices and sizes, hull of the ranges and of the boundary."""
    env, _ = bind(ctx, s.binders, start(ctx))
    lows, highs = [], []
    for b in s.binders:
        letter = env.letters[b.name][1]
        lows.append(int(letter.min()) if letter.size else 1)
        highs.append(int(letter.max()) if letter.size else 0)
    for pattern, _value in s.base:
        inner, _ = _at_base(ctx, s, pattern)
        for k, b in enumerate(s.binders):
            letter = inner.letters[b.name][1]
            if letter.size:
                lows[k], highs[k] = min(lows[k], int(letter.min())), max(highs[k], int(letter.max()))
    return tuple(lows), tuple(h - low + 1 for low, h in zip(lows, highs, strict=True))


def _at_base(ctx: Context, s: Statement, pattern: tuple[Expr | None, ...]) -> tuple[Env, list[Array]]:
    """The letters of a boundary: fixed where its pattern says so, else over ranges (which may depend on those)."""
    env, fixed = start(ctx), []
    for b, at in zip(s.binders, pattern, strict=True):
        if at is None:
            env, _ = bind(ctx, (b,), env)
        else:
            where = int(ctx.index(at, Env({})).max())
            env = env.bind(b.name, where, where)
        fixed.append(env.letters[b.name][1])
    return env, fixed


def _unknown(ctx: Context, box: Box) -> Tensor:
    lows, shape = box
    data = np.full((*shape, *(1,) * (ctx.ambient + RESERVED)), np.nan)
    return Tensor(lows, shape, {0: data if ctx.field.dtype != object else data.astype(object)}, ctx.ambient)


def _sweep(ctx: Context, s: Statement, box: Box) -> Tensor:
    """The step at every index of its range, in the box."""
    env, mask = bind(ctx, s.binders, start(ctx))
    return _place(ctx, _pack(ctx, s, env, ctx.value(s.body, env), mask), box)


def _place(ctx: Context, t: Tensor, box: Box) -> Tensor:
    lows, shape = box
    if (t.lows, t.shape) == (lows, shape):
        return t
    at = tuple(slice(a - low, a - low + n) for a, low, n in zip(t.lows, lows, t.shape, strict=True))
    data: Jet = {}
    for k, v in t.data.items():
        full = np.full((*shape, *v.shape[len(shape) :]), np.nan if k == 0 else 0, dtype=v.dtype)
        full[at] = v
        data[k] = full
    return Tensor(lows, shape, data, t.ambient)


def _with_base(ctx: Context, t: Tensor, s: Statement, box: Box, partial: dict[str, Tensor]) -> Tensor:
    """The boundary's values in their place: they win over the step."""
    lows, shape = box
    for pattern, expr in s.base:
        env, fixed = _at_base(ctx, s, pattern)
        inner = Context(ctx.valuation, ctx.items, partial)
        value = _pack(inner, s, env, inner.value(expr, env), None)
        size = tuple(x.shape[0] for x in fixed)
        start_at = tuple(int(x.min()) if x.size else low for x, low in zip(fixed, lows, strict=True))
        at_base = tuple(slice(a - low, a - low + n) for a, low, n in zip(start_at, lows, size, strict=True))
        placed = _place(inner, value, box)
        chosen = np.zeros((*shape, *(1,) * (ctx.ambient + RESERVED)), dtype=bool)
        chosen[at_base] = True
        zero = ctx.field.number(0)
        data = {
            k: np.where(chosen, placed.data.get(k, np.asarray(zero)), t.data.get(k, np.asarray(zero)))
            for k in t.data.keys() | placed.data.keys()
        }
        t = Tensor(lows, shape, data, t.ambient)
    return t


def _merge(ctx: Context, old: Tensor, new: Tensor) -> tuple[Tensor, bool]:
    unknown = ctx.field.is_nan(old.data[0])
    fresh = unknown & ~ctx.field.is_nan(new.data[0])
    if not np.any(fresh):
        return old, False
    zero: Any = ctx.field.number(0)
    data = {
        k: np.where(fresh, new.data.get(k, np.asarray(zero)), old.data.get(k, np.asarray(zero)))
        for k in old.data.keys() | new.data.keys()
    }
    return Tensor(old.lows, old.shape, data, old.ambient), True


# --------------------------------------------------------------------------------------------- definitions in place


def definition_at(ctx: Context, e: Acc, env: Env) -> Jet:
    """The definition of a tensor worked out at an access (not its kept values): for local derivatives."""
    s = ctx.valuation.statements.get(e.name)
    if s is None or s.kind == "implicit":
        return ctx.value(e, env)
    places = [ctx.index(i, env) for i in e.indices]
    if len(places) != len(s.binders):
        raise UnsupportedError("an access with a wrong number of indices", found=e.name)
    letters = {b.name: v for b, v in zip(s.binders, places, strict=True)}
    inner = env.set(letters)
    out = ctx.value(s.body, inner)
    if s.kind == "decomposition":
        out = in_gauge(ctx, s, out, places[-1])
    for pattern, expr in s.base:
        truth: Any = 1.0
        for at, place in zip(pattern, places, strict=True):
            if at is not None:
                truth = np.where(place == ctx.index(at, env), truth, 0.0)
        out = ctx.jets.choose(np.asarray(truth, dtype=np.float64), ctx.value(expr, inner), out)
    return out
