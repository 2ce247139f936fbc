"""Expectations, exactly or by nodes, never by Monte Carlo.

    polynomial bodies: random entries become polynomials in standard variables, each monomial becomes its moment
    else: finite laws are enumerated, continuous ones get Gauss–Legendre nodes split at kinks, with an error estimate

Nothing is independent unless it is said to be: entries and tensors that may depend on each other share variables.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expr import Acc, Bind, Call, Expect, Expr, Idx, Lam, num
from symdl.tensor.fields import Array, NotPolynomialError
from symdl.tensor.generic_functions import SUPPORT, support_points
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import RESERVED, Env, Override, Tensor, free_sample, pad, sample_axis
from symdl.tensor.latent import Latent, mixing, scaled
from symdl.tensor.polynomials import Monomial, Poly
from symdl.tensor.program import Law
from symdl.tensor.quadrature import moment
from symdl.tensor.random_tensors import (
    STANDARD,
    Random,
    entries_independent,
    independent,
    located,
    parameter,
    parameter_names,
)


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
    needed = [v for v in variables if v in needed or any(v.name in parameter_names(ctx, w) for w in needed)]
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
    if any(w.name in parameter_names(ctx, v) for w in later):
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
    for kind, value in law.parameters:
        if isinstance(value, Lam) and kind not in (
            "covariance",
            "probability" if law.name == "categorical" else "",
        ):
            binders = value.binders
    if not binders:
        for kind, value in law.parameters:
            if kind == "covariance" and isinstance(value, Lam):
                binders = value.binders[: len(value.binders) // 2]
    from symdl.tensor.interpret import bind

    inner, _ = bind(ctx, binders, env)
    letters = [inner.letters[b.name][1] for b in binders]
    return Random(name, law, tuple(int(x.min()) for x in letters), tuple(x.shape[0] for x in letters))


def _in_order(ctx: Context, variables: list[Random]) -> list[Random]:
    """Those that others' laws depend on first."""
    out: list[Random] = []
    left = list(variables)
    while left:
        ready = [v for v in left if not parameter_names(ctx, v) & {w.name for w in left if w is not v}]
        if not ready:
            raise UnsupportedError("laws that depend on each other in a circle")
        out.append(ready[0])
        left.remove(ready[0])
    return out


# ---------------------------------------------------------------------------------------------------- exact moments


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
