"""Calls: abstract functions by generic instances, defined ones by their bodies, and their partial derivatives."""

from __future__ import annotations

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet, coefficient
from symdl.tensor.expr import Call, Expr, Lam
from symdl.tensor.fields import Array
from symdl.tensor.generic_functions import instance
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import (
    RESERVED,
    Env,
    Override,
    Tensor,
    free_tangent,
    pad,
    tangent_axis,
)
from symdl.tensor.program import Function


def call(ctx: Context, e: Call, env: Env) -> Jet:
    """The value of a function, or of its partial derivative, at its arguments."""
    function = ctx.valuation.program.functions.get(e.name) or Function(e.name, (), ())
    arguments = [_argument(ctx, a, env) for a in e.args]
    slots: list[tuple[int, int]] = []
    inner = ctx
    for number, _entry in e.slots:
        slot = free_tangent(tuple(inner.items)) if inner is not ctx or ctx.items else 0
        used = {s for _, s in slots}
        while slot in used or any(1 << slot & _bits(a.data) for a in arguments):
            slot += 1
        if slot >= 3:
            raise UnsupportedError("a derivative of an abstract function nested too deep")
        slots.append((number, slot))
    seeded = list(arguments)
    for number, slot in slots:
        seeded[number] = _seed(ctx, seeded[number], slot)
    value = (
        _defined(ctx, function, seeded, e, env)
        if function.body is not None
        else instance(ctx, function, seeded, e, env)
    )
    mask = 0
    for _, slot in slots:
        mask |= 1 << slot
    out = coefficient(value, mask) if mask else value
    if out is None:
        out = {0: np.asarray(ctx.field.array(0))}
    for (number, slot), (_, entry) in zip(slots, e.slots, strict=True):
        out = _read(ctx, out, arguments[number], slot, entry, env)
    return out


def _bits(data: Jet) -> int:
    out = 0
    for k in data:
        out |= k
    return out


def _argument(ctx: Context, a: Expr, env: Env) -> Tensor:
    """An argument as a tensor: own axes first, the letters of the environment as ambient axes."""
    if not isinstance(a, Lam):
        value = ctx.value(a, env)
        return Tensor((), (), {k: pad(v, env.ndim) for k, v in value.items()}, env.rank)
    from symdl.tensor.interpret import bind

    inner, mask = bind(ctx, a.binders, env)
    if mask is not None:
        raise UnsupportedError("a ragged tensor as an argument")
    shape = tuple(inner.letters[b.name][1].shape[0] for b in a.binders)
    lows = tuple(int(inner.letters[b.name][1].min()) for b in a.binders)
    n = len(shape)
    data: Jet = {}
    for k, v in ctx.value(a.body, inner).items():
        v = pad(v, inner.ndim)
        v = np.broadcast_to(v, (*reversed(shape), *v.shape[n:]))
        data[k] = np.transpose(v, (*reversed(range(n)), *range(n, inner.ndim)))
    return Tensor(lows, shape, data, env.rank)


def _seed(ctx: Context, t: Tensor, slot: int) -> Tensor:
    n = int(np.prod(t.shape))
    axes = [1] * RESERVED
    axes[tangent_axis(slot)] = n
    eye = ctx.field.array(np.eye(n)).reshape((*t.shape, *(1,) * t.ambient, *axes))
    data = {**t.data}
    data[1 << slot] = ctx.field.add(data[1 << slot], eye) if 1 << slot in data else eye
    return Tensor(t.lows, t.shape, data, t.ambient)


def _read(ctx: Context, out: Jet, argument: Tensor, slot: int, entry: tuple[Expr, ...], env: Env) -> Jet:
    flat: Array = np.zeros((), dtype=np.int64)
    valid: Array = np.ones((), dtype=bool)
    for i, low, size in zip(entry, argument.lows, argument.shape, strict=True):
        at = ctx.index(i, env) - low
        valid = valid & (at >= 0) & (at < size)
        flat = flat * size + np.clip(at, 0, size - 1)
    axis = tangent_axis(slot)
    entries = int(np.prod(argument.shape))
    result: Jet = {}
    for k, v in out.items():
        v = pad(v, env.ndim)
        one = v.shape[axis] == 1 and entries > 1
        result[k] = v if one else np.take_along_axis(v, pad(flat, env.ndim), axis=axis)
    if not np.all(valid):
        result[0] = np.where(valid, result.get(0, np.zeros(())), np.nan)
    return result


def _defined(ctx: Context, f: Function, arguments: list[Tensor], e: Call, env: Env) -> Jet:
    """A defined function: its body with the parameters standing for the arguments."""
    assert f.body is not None
    inner = ctx.with_items(*(Override(p, t) for p, t in zip(f.parameters, arguments, strict=True)))
    letters = {
        x: ctx.index(i, env) for x, i in zip(f.letters, e.indices[len(e.indices) - len(f.letters) :], strict=True)
    }
    return inner.value(f.body, env.set(letters))
