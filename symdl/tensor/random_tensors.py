"""Random tensors: their laws and parameters at values, and what is stated to be independent of what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expr import Expr, Lam
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import Env, pad
from symdl.tensor.program import Law


@dataclass(frozen=True)
class Random:
    """A random tensor under an expectation: its law and its shape."""

    name: str
    law: Law
    lows: tuple[int, ...]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return int(np.prod(self.shape)) if self.shape else 1


def parameter_names(ctx: Context, v: Random) -> frozenset[str]:
    out: frozenset[str] = frozenset()
    for _, p in v.law.parameters:
        out |= ctx.valuation.reaches(p)
    return out - {v.name}


def independent(ctx: Context, a: Random, b: Random) -> bool:
    """Are two random tensors stated to be independent (or is one's law conditioned on the other)?"""
    pairs = ctx.valuation.program.independent
    if (a.name, b.name) in pairs or (b.name, a.name) in pairs:
        return True
    return a.name in parameter_names(ctx, b) or b.name in parameter_names(ctx, a)


def entries_independent(v: Random) -> bool:
    """Are its standard variables independent? `located` makes the stated covariance from such ones."""
    return v.law.iid or any(n == "covariance" for n, _ in v.law.parameters)


STANDARD = {
    "normal": "normal",
    "moments": "atoms",
    "uniform": "uniform",
    "exponential": "exponential",
    "laplace": "laplace",
}


def located(ctx: Context, v: Random, z: Jet, env: Env) -> Jet:
    """A random tensor from its standard variables: mean + scale · z, its parameters being jets in this context."""
    j, law = ctx.jets, v.law
    if law.name in ("normal", "moments"):
        mean = parameter(ctx, v, "mean", env)
        covariance = dict(law.parameters).get("covariance")
        if covariance is not None:
            z = z if law.name == "normal" else _turned(ctx, z)
            return j.add(mean, _through_cholesky(ctx, v, covariance, z, env))
        variance = parameter(ctx, v, "variance", env)
        half = np.asarray(0.5) if ctx.field.dtype != object else np.asarray(ctx.field.number(1) / 2, dtype=object)
        return j.add(mean, j.mul(j.power(variance, half), z))
    if law.name == "uniform":
        lower, upper = parameter(ctx, v, "lower", env), parameter(ctx, v, "upper", env)
        return j.add(lower, j.mul(j.subtract(upper, lower), z))
    if law.name == "exponential":
        return j.mul(j.reciprocal(parameter(ctx, v, "rate", env)), z)
    if law.name == "laplace":
        return j.add(parameter(ctx, v, "mean", env), j.mul(parameter(ctx, v, "scale", env), z))
    raise UnsupportedError(f"no values of the law {law.name}")


def parameter(ctx: Context, v: Random, name: str, env: Env) -> Jet:
    """A parameter over the tensor's own axes (then letters of the environment); generic where it is not stated."""
    value = dict(v.law.parameters).get(name)
    if value is None:
        if v.law.name != "moments":
            raise UnsupportedError(f"a law without its {name}", found=v.name)
        rng = np.random.default_rng((ctx.valuation.seed, len(v.name), v.size, len(name)))
        numbers = np.round(rng.uniform(0.5, 1.5, size=v.shape) * 256) / 256
        return {0: ctx.field.array(numbers).reshape(v.shape + (1,) * env.ndim)}
    inner = env
    letters: dict[str, Array] = {}
    for low, size in zip(v.lows, v.shape, strict=True):
        inner = inner.bind("·own", low, low + size - 1)
        letters[str(len(letters))] = inner.letters["·own"][1]
    if isinstance(value, Lam):
        if len(value.binders) != len(v.shape):
            raise UnsupportedError(f"a parameter of another shape than its variable {v.name}")
        named = {b.name: x for b, x in zip(value.binders, letters.values(), strict=True)}
        out = ctx.value(value.body, inner.set(named))
    else:
        out = ctx.value(value, inner)
    n = len(v.shape)
    result: Jet = {}
    for k, a in out.items():
        a = pad(a, inner.ndim)
        a = np.broadcast_to(a, (*reversed(v.shape), *a.shape[n:]))
        result[k] = np.transpose(a, (*reversed(range(n)), *range(n, inner.ndim)))
    return result


def _turned(ctx: Context, z: Jet) -> Jet:
    """H z with H = I − 2 v vᵀ / vᵀ v: uncorrelated still, but no longer independent, as nobody said that they are."""
    v = ctx.field.array(np.arange(2, 2 + len(z[0])))
    weights = v * (ctx.field.number(2) / np.sum(v * v))

    def reflect(a: Array) -> Array:
        rest = (1,) * (a.ndim - 1)
        return np.asarray(a - weights.reshape(-1, *rest) * np.sum(v.reshape(-1, *rest) * a, axis=0))

    return ctx.jets.map(z, reflect)


def _through_cholesky(ctx: Context, v: Random, covariance: Expr, z: Jet, env: Env) -> Jet:
    """C z with C Cᵀ = Σ, over a vector."""
    from symdl.tensor.matrix_values import Matrices

    if len(v.shape) != 1 or not isinstance(covariance, Lam) or len(covariance.binders) != 2:
        raise UnsupportedError("a covariance of a tensor that is no vector", found=v.name)
    n, low = v.shape[0], v.lows[0]
    rows = env.bind(covariance.binders[0].name, low, low + n - 1)
    both = rows.bind(covariance.binders[1].name, low, low + n - 1)
    stacked: Jet = {}
    for k, a in ctx.value(covariance.body, both).items():
        a = pad(a, both.ndim)
        a = np.broadcast_to(a, (n, n, *a.shape[2:]))
        stacked[k] = np.moveaxis(a, (1, 0), (-2, -1))
    m = Matrices(ctx.jets)
    column = ctx.jets.map(z, lambda a: np.moveaxis(pad(a, 1 + env.ndim), 0, -1)[..., None])
    out = m.mul(m.cholesky(stacked), column)
    return ctx.jets.map(out, lambda a: np.moveaxis(a[..., 0], -1, 0))
