"""Generic instances of abstract functions: nonlinear, not separable, smooth, with the properties that are assumed.

    f(Z) = Σ_r c_r tanh(⟨A_r, Z⟩ + b_r) + Σ_r d_r ⟨B_r, Z⟩⁴ + linear terms

What holds for this draw holds for a generic function; what needs more (linearity, separability) fails on it. Modulo a
prime tanh is replaced by a cube.
"""

from __future__ import annotations

import zlib

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expr import Call, Expr, Lam
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import (
    RESERVED,
    Env,
    Tensor,
    gather,
)
from symdl.tensor.primitives import apply
from symdl.tensor.program import Function

TERMS = 3  # at least; as many as there are arguments, so that no Hessian is singular by construction
MOST_TERMS = 12
JUST = 1 - 1e-12  # the extreme curvature, with room for rounding
KNOWN = {
    "convex", "strongly-convex", "smooth", "lipschitz", "positive", "differentiable", "continuous", "concave",
    "twice-differentiable", "increasing", "non-negative", "nonnegative",
}  # fmt: skip


def instance(ctx: Context, f: Function, arguments: list[Tensor], e: Call, env: Env) -> Jet:
    if is_density(f) and arguments and not e.indices:
        return _density(ctx, f, arguments)
    properties = dict(f.properties)
    unknown = properties.keys() - KNOWN
    if unknown:
        raise UnsupportedError(f"no generic instance with the property {', '.join(sorted(unknown))}", found=f.name)
    z = _flat(ctx, arguments)
    size = sum(int(np.prod(a.shape)) for a in arguments)
    outputs = _output_shape(ctx, f, e, env)
    seed = zlib.crc32(f"{e.name}|{size}|{outputs}".encode())
    rng = np.random.default_rng((ctx.valuation.seed, seed))
    j = ctx.jets
    if outputs and properties.keys() & {"convex", "strongly-convex", "smooth", "concave"}:
        raise UnsupportedError("convexity of a function that is no scalar", found=f.name)
    if "convex" in properties or "strongly-convex" in properties or "smooth" in properties or "concave" in properties:
        value = _convex(ctx, properties, z, size, rng, env)
        return j.neg(value) if "concave" in properties else value
    if "lipschitz" in properties:
        return _lipschitz(ctx, properties["lipschitz"], z, size, rng, env)
    affine = ctx.valuation.affine and not properties
    value = _affine(ctx, z, size, outputs, rng) if affine else _generic(ctx, z, size, outputs, rng)
    if "positive" in properties or "non-negative" in properties or "nonnegative" in properties:
        value = apply(j, "exp", j.scale(value, ctx.field.array(0.5)))
    if "increasing" in properties:
        raise UnsupportedError("no generic increasing function", found=f.name)
    if not outputs:
        return ctx.jets.map(value, lambda v: v[0])
    lows = (1,) * len(outputs)
    front = ctx.jets.map(value, lambda v: v.reshape((*outputs, *v.shape[1:])))
    return gather(Tensor(lows, outputs, front, env.rank), tuple(ctx.index(i, env) for i in e.indices), env.rank)[0]


SUPPORT = 4


def is_density(f: Function) -> bool:
    """A positive function of which nothing else is known: the density of an undefined law."""
    return f.body is None and not f.arguments and ("positive", ()) in f.properties


def support_points(size: int) -> Array:
    """The finite support that every undefined law of a vector of this size has: integrals become sums over it."""
    return _weights(np.random.default_rng((77, size)), SUPPORT, size)


def _density(ctx: Context, f: Function, arguments: list[Tensor]) -> Jet:
    """Exp g(z, …) / Σ_s exp g(s, …): positive, generic, and normalised in its first argument."""
    first, rest = arguments[0], arguments[1:]
    size = int(np.prod(first.shape))

    def unnormalised(own: Tensor) -> Jet:
        z = _flat(ctx, [own, *rest])
        seed = zlib.crc32(f"{f.name}|{len(next(iter(z.values())))}".encode())
        rng = np.random.default_rng((ctx.valuation.seed, seed))
        return apply(ctx.jets, "exp", ctx.jets.map(_generic(ctx, z, len(z[0]), (), rng), lambda v: v[0]))

    total: Jet | None = None
    for point in support_points(size):
        values = ctx.field.array(point.reshape(first.shape)).reshape(first.shape + (1,) * (first.ambient + RESERVED))
        part = unnormalised(Tensor(first.lows, first.shape, {0: values}, first.ambient))
        total = part if total is None else ctx.jets.add(total, part)
    assert total is not None
    return ctx.jets.mul(unnormalised(first), ctx.jets.reciprocal(total))


def _output_shape(ctx: Context, f: Function, e: Call, env: Env) -> tuple[int, ...]:
    sizes = ctx.valuation.sizes
    if not e.indices:
        return ()
    if len(f.result) != len(e.indices):  # members of a family of functions: the size of what is asked for
        return tuple(int(ctx.index(i, env).max()) for i in e.indices)
    try:
        return tuple(a.size.value(sizes, ctx.valuation.size_at) + (a.base - 1) for a in f.result)
    except KeyError as error:
        raise UnsupportedError(f"a function whose result has no fixed size: {f.name}") from error


def _flat(ctx: Context, arguments: list[Tensor]) -> Jet:
    """All entries of all arguments along one leading axis."""
    out: Jet = {}
    for k in {key for a in arguments for key in a.data}:
        parts = []
        for a in arguments:
            n = int(np.prod(a.shape))
            ndim = a.ambient + RESERVED
            v = a.data.get(k)
            parts.append(
                ctx.field.array(np.zeros((n, *(1,) * ndim))) if v is None else v.reshape((n, *v.shape[len(a.shape) :]))
            )
        shape = np.broadcast_shapes(*(p.shape[1:] for p in parts))
        out[k] = np.concatenate([np.broadcast_to(p, (p.shape[0], *shape)) for p in parts])
    return out


def _inner(ctx: Context, weights: Array, z: Jet) -> Jet:
    """⟨A_r, Z⟩ for every r: weights (…, m) and z (m, rest…) give (…, rest…)."""

    def one(v: Array) -> Array:
        w = ctx.field.array(weights).reshape(weights.shape + (1,) * (v.ndim - 1))
        return ctx.field.total(ctx.field.mul(w, v), (weights.ndim - 1,))

    return ctx.jets.map(z, one)


def _terms(size: int) -> int:
    return max(TERMS, min(size, MOST_TERMS))


def _weights(rng: np.random.Generator, *shape: int) -> Array:
    """Generic numbers of order one, exactly representable in every field."""
    x = rng.uniform(0.3, 1.2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return np.asarray(np.round(x * 1024) / 1024)


def _columns(ctx: Context, values: Array, like: Jet) -> Jet:
    """Numbers along leading axes, against jets whose other axes follow."""
    rest = next(iter(like.values())).ndim - values.ndim
    return {0: ctx.field.array(values).reshape(values.shape + (1,) * rest)}


def _generic(ctx: Context, z: Jet, size: int, outputs: tuple[int, ...], rng: np.random.Generator) -> Jet:
    j, m, terms = ctx.jets, int(np.prod(outputs)) if outputs else 1, _terms(size)
    scale = 1 / np.sqrt(max(size, 1))
    scale = float(np.round(scale * 1024) / 1024)
    first = _inner(ctx, _weights(rng, terms, size) * scale, z)
    offsets = _columns(ctx, _weights(rng, terms), first)
    inside = j.add(first, offsets)
    bent = j.power(inside, np.asarray(3)) if ctx.field.exact else apply(j, "tanh", inside)
    quartic = j.power(_inner(ctx, _weights(rng, terms, size) * scale, z), np.asarray(4))
    c, d = _weights(rng, m, terms), _weights(rng, m, terms) / 8
    linear = _inner(ctx, _weights(rng, m, size) * scale, z)
    return j.add(linear, j.add(_combine(ctx, c, bent), _combine(ctx, d, quartic)))


def _affine(ctx: Context, z: Jet, size: int, outputs: tuple[int, ...], rng: np.random.Generator) -> Jet:
    """The instance without curvature, on which fails what holds of almost every function only: det ∇²f ≠ 0."""
    m = int(np.prod(outputs)) if outputs else 1
    linear = _inner(ctx, _weights(rng, m, size), z)
    return ctx.jets.add(linear, _columns(ctx, _weights(rng, m), linear))


def _combine(ctx: Context, weights: Array, x: Jet) -> Jet:
    return _inner(ctx, weights, x)


def _constant(ctx: Context, parameters: tuple[Expr, ...], env: Env) -> Jet:
    """The constant of a property (β of β-smooth); 1 where it is not named."""
    if not parameters:
        return ctx.jets.constant(1)
    p = parameters[0]
    return ctx.value(p.body if isinstance(p, Lam) and not p.binders else p, env)


def _convex(
    ctx: Context, properties: dict[str, tuple[Expr, ...]], z: Jet, size: int, rng: np.random.Generator, env: Env
) -> Jet:
    """μ/2 ‖z‖² + c Σ_r s(⟨a_r, z⟩ + b_r), s softplus with s″ ≤ ¼ (sin where it need not be convex), and directions of
    their own in which the curvature is β, and μ (−β): so that no better constant would do.
    """
    j, terms = ctx.jets, _terms(size)
    convex = bool(properties.keys() & {"convex", "strongly-convex", "concave"})
    a = _weights(rng, terms, size)
    basis = np.linalg.qr(rng.normal(size=(size, size)))[0].T
    smooth, strong = "smooth" in properties, "strongly-convex" in properties
    kept = [basis[0]] if size > 1 and smooth else []
    if size > len(kept) + 1 and (strong or (smooth and not convex)):
        kept.append(basis[1])
    for u in kept:  # along these directions the curvature is a constant of its own
        a = a - np.outer(a @ u, u)
    inside = _inner(ctx, a, z)
    inside = j.add(inside, _columns(ctx, _weights(rng, terms), inside))
    bent = apply(j, "softplus", inside) if convex else apply(j, "sin", inside)
    total = j.map(bent, lambda v: ctx.field.total(v, (0,)))
    curvature = max(float(np.linalg.norm(a, 2) ** 2) * (0.25 if convex else 1.0), 1e-3)
    half = j.constant(0.5)
    mu = _constant(ctx, properties["strongly-convex"], env) if strong else None
    if smooth:
        beta = _constant(ctx, properties["smooth"], env)
        room = j.subtract(beta, mu) if mu is not None else beta
        if np.any(ctx.field.floats(room[0]) < 0):
            raise UnsupportedError("a function smoother than it is strongly convex: μ > β")
        total = j.mul(j.constant(1 / curvature), total)
        for sign, u in zip((1.0, 0.0 if convex else -1.0), kept, strict=False):
            square = j.power(_inner(ctx, u[None], z), np.asarray(2))
            total = j.add(total, j.map(j.scale(square, ctx.field.array(sign * JUST / 2)), lambda v: v[0]))
        total = j.mul(room, total)
    elif convex:
        quartic = j.map(j.power(inside, np.asarray(4)), lambda v: ctx.field.total(v, (0,)))
        total = j.add(total, j.scale(quartic, ctx.field.array(0.125)))
    if mu is None:
        return total
    square = j.map(j.mul(z, z), lambda v: ctx.field.total(v, (0,)))
    return j.add(total, j.mul(half, j.mul(mu, square)))


def _lipschitz(
    ctx: Context, parameters: tuple[Expr, ...], z: Jet, size: int, rng: np.random.Generator, env: Env
) -> Jet:
    """κ Σ_r c_r sin(⟨a_r, z⟩) with Σ |c_r| ‖a_r‖ ≤ 1."""
    j, terms = ctx.jets, _terms(size)
    a, c = _weights(rng, terms, size), _weights(rng, terms)
    c = c / float(np.sum(np.abs(c) * np.linalg.norm(a, axis=1)) * 1.0001)
    waves = apply(j, "sin", _inner(ctx, a, z))
    return j.mul(_constant(ctx, parameters, env), _inner(ctx, c, waves))
