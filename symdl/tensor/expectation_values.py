"""Expectations, exactly or by nodes, never by Monte Carlo.

    polynomial bodies: random entries become polynomials in standard variables, each monomial becomes its moment
    else: finite laws are enumerated, continuous ones get Gauss–Legendre nodes split at kinks, with an error estimate

Nothing is independent unless it is said to be: entries and tensors that may depend on each other share variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.abstract_values import SUPPORT, support_points
from symdl.tensor.duals import Jet
from symdl.tensor.expr import Acc, Bind, Call, Expect, Expr, Idx, Lam, num
from symdl.tensor.fields import Array, NotPolynomialError
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import RESERVED, Env, Override, Tensor, free_sample, pad, sample_axis
from symdl.tensor.latent import Latent, mixing, scaled
from symdl.tensor.polynomials import Monomial, Poly
from symdl.tensor.program import Law
from symdl.tensor.quadrature import moment


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


def expectation(ctx: Context, e: Expect, env: Env) -> Jet:
    """E[body]: exact where the body is a polynomial, by nodes elsewhere."""
    if ctx.field.exact:
        raise UnsupportedError("an expectation has no value modulo a prime")
    variables = [_random(ctx, name, law, e, env) for name, law in e.over]
    variables = _in_order(ctx, variables)
    reached = ctx.valuation.reaches(e.body)
    if any(v.law.name == "named" for v in variables):
        return _over_support(ctx, e, variables, env)
    if any(v.law.name in ("categorical", "poisson", "gamma", "beta") for v in variables):
        from symdl.tensor.expectation_nodes import by_nodes

        return by_nodes(ctx, e, variables, env)
    needed = [v for v in variables if v.name in reached]
    needed = [v for v in variables if v in needed or any(v.name in _parameter_names(ctx, w) for w in needed)]
    if not needed:
        return ctx.value(e.body, env)
    try:
        return _exact(ctx, e.body, needed, env)
    except (NotPolynomialError, TypeError):
        from symdl.tensor.expectation_nodes import by_nodes

        return by_nodes(ctx, e, needed, env)


def _over_support(ctx: Context, e: Expect, variables: list[Random], env: Env) -> Jet:
    """Undefined laws: a sum over their finite support with the density as weight, the other expectations inside."""
    v = next(x for x in variables if x.law.name == "named")
    later = [x for x in variables if x is not v]
    if any(w.name in _parameter_names(ctx, v) for w in later):
        raise UnsupportedError("an undefined law conditioned on what is averaged over too", found=v.name)
    if not all(independent(ctx, v, w) for w in later):
        raise UnsupportedError("undefined laws that may depend on each other", found=v.name)
    density = dict(v.law.parameters).get("density")
    if not isinstance(density, Call):
        raise UnsupportedError("an undefined law without a density", found=v.name)
    slot = free_sample(ctx.items)
    points = ctx.field.array(support_points(v.size).T)
    axes = [1] * RESERVED
    axes[sample_axis(slot)] = SUPPORT
    data = points.reshape((*v.shape, *(1,) * env.rank, *axes))
    inner = ctx.with_items(Override(v.name, Tensor(v.lows, v.shape, {0: data}, env.rank), 1 << slot))
    binders = tuple(
        Bind(f"·own{k}", num(low), num(low + n - 1)) for k, (low, n) in enumerate(zip(v.lows, v.shape, strict=True))
    )
    at = Acc(v.name, tuple(Idx(b.name) for b in binders))
    own = Lam(binders, at) if binders else at
    weight = inner.value(Call(density.name, density.indices, (own, *density.args[1:]), ()), env)
    over = tuple((n, law) for n, law in e.over if n != v.name)
    body = Expect(over, e.body) if over else e.body
    product = ctx.jets.mul(weight, inner.value(body, env))

    def summed(a: Array) -> Array:
        a = pad(a, env.ndim)
        axis = a.ndim + sample_axis(slot)
        return np.expand_dims(ctx.field.total(a, (axis,)), axis)

    return ctx.jets.map(product, summed)


def _random(ctx: Context, name: str, law: Any, e: Expect, env: Env) -> Random:
    law = law if isinstance(law, Law) else ctx.valuation.all_laws.get(name)
    if law is None:
        law = Law("moments")
    if name in ctx.valuation.leaves:
        base = ctx.tensor(name)
        return Random(name, law, base.lows, base.shape)
    binders: tuple[Bind, ...] = ()
    for parameter, value in law.parameters:
        if isinstance(value, Lam) and parameter not in (
            "covariance",
            "probability" if law.name == "categorical" else "",
        ):
            binders = value.binders
    if not binders:
        for parameter, value in law.parameters:
            if parameter == "covariance" and isinstance(value, Lam):
                binders = value.binders[: len(value.binders) // 2]
    from symdl.tensor.interpret import bind

    inner, _ = bind(ctx, binders, env)
    letters = [inner.letters[b.name][1] for b in binders]
    return Random(name, law, tuple(int(x.min()) for x in letters), tuple(x.shape[0] for x in letters))


def _parameter_names(ctx: Context, v: Random) -> frozenset[str]:
    out: frozenset[str] = frozenset()
    for _, p in v.law.parameters:
        out |= ctx.valuation.reaches(p)
    return out - {v.name}


def _in_order(ctx: Context, variables: list[Random]) -> list[Random]:
    """Those that others' laws depend on first."""
    out: list[Random] = []
    left = list(variables)
    while left:
        ready = [v for v in left if not _parameter_names(ctx, v) & {w.name for w in left if w is not v}]
        if not ready:
            raise UnsupportedError("laws that depend on each other in a circle")
        out.append(ready[0])
        left.remove(ready[0])
    return out


# ------------------------------------------------------------------------------------------------------ dependence


def independent(ctx: Context, a: Random, b: Random) -> bool:
    """Are two random tensors stated to be independent (or is one's law conditioned on the other)?"""
    pairs = ctx.valuation.program.independent
    if (a.name, b.name) in pairs or (b.name, a.name) in pairs:
        return True
    return a.name in _parameter_names(ctx, b) or b.name in _parameter_names(ctx, a)


def entries_independent(v: Random) -> bool:
    return v.law.iid or (v.law.name == "normal" and any(n == "covariance" for n, _ in v.law.parameters))


# ---------------------------------------------------------------------------------------------------- exact moments

STANDARD = {
    "normal": "normal",
    "moments": "atoms",
    "uniform": "uniform",
    "exponential": "exponential",
    "laplace": "laplace",
}


def _exact(ctx: Context, body: Expr, variables: list[Random], env: Env) -> Jet:
    """Polynomials in standard variables, monomial by monomial."""
    latents = [
        Latent(n, k, STANDARD.get(v.law.name, v.law.name)) for n, v in enumerate(variables) for k in range(v.size)
    ]
    mixed = mixing(
        latents,
        lambda a, b: (
            entries_independent(variables[a.tensor])
            if a.tensor == b.tensor
            else independent(ctx, variables[a.tensor], variables[b.tensor])
        ),
    )
    inner = ctx
    bernoulli: dict[int, tuple[Random, int]] = {}
    start = 0
    for v in variables:
        raw = np.empty(v.size, dtype=object)
        for k in range(v.size):
            raw[k] = Poly({((m, 1),): c for m, c in scaled(mixed[start + k], ctx.field).items()})
        z = raw.reshape(v.shape + (1,) * (env.rank + RESERVED))
        if v.law.name == "bernoulli":
            if len(variables) > 1 or v.size > 1:
                _demand_independence(ctx, v, variables)
            for k in range(v.size):
                bernoulli[start + k] = (v, k)
            data: Jet = {0: z}
        else:
            data = located(inner, v, {0: z}, env)
        inner = inner.with_items(Override(v.name, Tensor(v.lows, v.shape, data, env.rank)))
        start += v.size
    value = inner.value(body, env)
    probabilities = {k: _probability(ctx, v, place, env) for k, (v, place) in bernoulli.items()}
    kinds = {m: latent.kind for m, latent in enumerate(latents)}
    return _moments(ctx, value, kinds, probabilities)


def _demand_independence(ctx: Context, v: Random, variables: list[Random]) -> None:
    if v.size > 1 and not v.law.iid:
        raise NotPolynomialError
    if any(w is not v and not independent(ctx, v, w) for w in variables):
        raise NotPolynomialError


def _probability(ctx: Context, v: Random, place: int, env: Env) -> Jet:
    q = parameter(ctx, v, "probability", env)
    n = len(v.shape)
    return {k: a.reshape((v.size, *a.shape[n:]))[place] for k, a in q.items()}


def _moments(ctx: Context, value: Jet, kinds: dict[int, str], probabilities: dict[int, Jet]) -> Jet:
    known: dict[Monomial, Any] = {}

    def plain(m: Monomial) -> Any:
        found = known.get(m)
        if found is None:
            found = ctx.field.number(1)
            for variable, power in m:
                if variable not in probabilities:
                    found = found * moment(kinds[variable], power, ctx.field)
            known[m] = found
        return found

    def mean(x: Any) -> Any:
        if not isinstance(x, Poly):
            return x
        total = ctx.field.number(0)
        for m, c in x.terms.items():
            total = total + c * plain(m)
        return total

    if not probabilities:
        return {k: _to_field(ctx, np.frompyfunc(mean, 1, 1)(v)) for k, v in value.items()}
    out: Jet = {}
    for key, v in value.items():  # split by which Bernoulli variables occur: E Π m = Π q, whatever the powers
        groups: dict[tuple[int, ...], Array] = {}
        flat = np.asarray(v, dtype=object)
        for where in np.ndindex(flat.shape):
            x = flat[where]
            terms: dict[Monomial, Any] = x.terms if isinstance(x, Poly) else {(): x}
            for m, c in terms.items():
                group = tuple(sorted(a for a, _ in m if a in probabilities))
                if group not in groups:
                    groups[group] = np.full(flat.shape, ctx.field.number(0), dtype=object)
                groups[group][where] = groups[group][where] + c * plain(m)
        for group, array in groups.items():
            part: Jet = {key: _to_field(ctx, array)}
            for a in group:
                part = ctx.jets.mul(part, probabilities[a])
            out = ctx.jets.add(out, part)
    return out or {0: _to_field(ctx, np.asarray(0.0))}


def _to_field(ctx: Context, a: Any) -> Array:
    a = np.asarray(a)
    return ctx.field.array(a) if a.dtype != ctx.field.dtype or a.ndim == 0 else a


# ------------------------------------------------------------------------------------------- location, scale, entries


def located(ctx: Context, v: Random, z: Jet, env: Env) -> Jet:
    """A random tensor from its standard variables: mean + scale · z, its parameters being jets in this context."""
    j, law = ctx.jets, v.law
    if law.name in ("normal", "moments"):
        mean = parameter(ctx, v, "mean", env)
        covariance = dict(law.parameters).get("covariance")
        if covariance is not None:
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
