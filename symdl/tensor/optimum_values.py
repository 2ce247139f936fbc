"""Values defined by equations: w⋆ with ∇J(w⋆) = 0, and minima and maxima over a tensor, by Newton's method.

The derivative of a solution follows from its equation: Newton steps in jets with the value's own Jacobian settle one
order of ε after the other.
"""

from __future__ import annotations

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet, bits, coefficient
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, Idx, Opt, neg, num
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Context, bind, flatten
from symdl.tensor.interpret_types import (
    RESERVED,
    Env,
    Override,
    Seed,
    Tensor,
    free_tangent,
    gather,
    pad,
    tangent_axis,
)
from symdl.tensor.program import Statement

STEPS = 60


def implicit(ctx: Context, s: Statement) -> Tensor:
    """The tensor that makes the condition 0 at each of its entries."""
    if s.condition is None:
        raise UnsupportedError(f"an implicit definition without its equation: {s.name}")
    if ctx.ambient:
        raise UnsupportedError(f"an implicit definition under an expectation or an integral: {s.name}")
    env, mask = bind(ctx, s.binders, Env({}))
    if mask is not None:
        raise UnsupportedError(f"an implicit definition with ragged ranges: {s.name}")
    shape = tuple(env.letters[b.name][1].shape[0] for b in s.binders)
    lows = tuple(int(env.letters[b.name][1].min()) for b in s.binders)
    return Solver(ctx, s.name, s.condition, s, lows, shape).solve()


class Solver:
    """Newton's method for condition[binders] = 0 in the entries of a tensor."""

    def __init__(
        self, ctx: Context, name: str, condition: Expr, s: Statement, lows: tuple[int, ...], shape: tuple[int, ...]
    ) -> None:
        self.ctx, self.name, self.condition, self.s = ctx, name, condition, s
        self.lows, self.shape = lows, shape
        self.size = int(np.prod(shape))

    def residual(self, w: Jet, moving: bool = False) -> tuple[Jet, Array | None]:
        """The condition at w (entries first), and where asked its Jacobian by w."""
        items: list[Override | Seed] = [Override(self.name, Tensor(self.lows, self.shape, w))]
        bit = 0
        if moving:
            slot = free_tangent(self.ctx.items)
            seed = Seed(slot, {self.name: None})
            items.append(seed)
            bit = seed.bit
        inner = self.ctx.with_items(*items)
        env, _ = bind(inner, self.s.binders, Env({}))
        value = inner.value(self.condition, env)
        counts = list(self.shape)
        n = len(counts)

        def own(a: Array) -> Array:
            a = pad(a, env.ndim)
            a = np.broadcast_to(a, (*reversed(counts), *a.shape[n:]))
            return np.transpose(a, (*reversed(range(n)), *range(n, env.ndim)))

        rest = {k: own(v) for k, v in value.items() if not k & bit}
        if not moving:
            return rest, None
        moved = coefficient(value, bit)
        if moved is None:
            raise UnsupportedError(f"an equation for {self.name} that does not depend on it")
        full = np.moveaxis(own(moved[0]), tangent_axis(slot), n)
        return rest, full.reshape(self.size, self.size)

    def solve(self) -> Tensor:
        """Newton from several starts, then orders of ε one after the other."""
        field = self.ctx.field
        best: Array | None = None
        for start in range(6):
            rng = np.random.default_rng(start)
            x = rng.normal(size=self.shape) * (0.3 + 0.3 * start)
            best = self._newton(field.array(x))
            if best is not None:
                break
        if best is None:
            raise UnsupportedError(f"no solution found for {self.name}")
        w: Jet = {0: best.reshape(self.shape + (1,) * RESERVED)}
        _, slope = self.residual(w, moving=True)
        assert slope is not None
        inverse = field.inverse(slope)
        order = bits(self.residual(w)[0]).bit_count()
        for _ in range(order):
            r, _ = self.residual(w)
            step = self.ctx.jets.map({k: v for k, v in r.items() if k}, lambda a: self._times(inverse, a))
            w = self.ctx.jets.add(w, self.ctx.jets.neg(step)) if step else w
        return Tensor(self.lows, self.shape, w)

    def _times(self, inverse: Array, a: Array) -> Array:
        flat = a.reshape((self.size, -1))
        return self.ctx.field.matmul(inverse, flat).reshape(a.shape)

    def _newton(self, x: Array) -> Array | None:
        field = self.ctx.field
        goal = 10.0 ** (2 - field.digits) if field.digits > 20 else 1e-13
        for _ in range(STEPS):
            w: Jet = {0: x.reshape(self.shape + (1,) * RESERVED)}
            r, slope = self.residual(w, moving=True)
            assert slope is not None
            flat = r[0].reshape((self.size, -1))
            gap = field.floats(flat)
            if flat.shape[1] != 1 or not np.all(np.isfinite(gap)):
                return None
            step = field.matmul(field.inverse(slope), flat).reshape(self.shape)
            size = float(np.max(np.abs(field.floats(step)), initial=0.0))
            if not np.isfinite(size):
                return None
            x = field.subtract(x, step if size <= 2 else field.mul(step, field.array(2 / size)))
            if size <= goal * 10:
                return x
        return None


def optimum(ctx: Context, e: Opt, env: Env) -> Jet:
    """min, max, argmin, argmax over a whole tensor where it has one stationary point of the right curvature."""
    if e.constraints:
        raise UnsupportedError("an optimum under constraints")
    if ctx.ambient or e.body.free & env.letters.keys():
        raise UnsupportedError("an optimum for every value of a letter")
    base = ctx.tensor(e.variable)
    letters = tuple(
        Bind(f"·opt{k}", num(low), num(low + n - 1))
        for k, (low, n) in enumerate(zip(base.lows, base.shape, strict=True))
    )
    at = Acc(e.variable, tuple(Idx(b.name) for b in letters))
    statement = Statement(e.variable, letters, at, "implicit")
    gradient = Deriv(e.body, (at,), True)
    solver = Solver(ctx, e.variable, gradient, statement, base.lows, base.shape)
    best = solver.solve()
    _, curvature = solver.residual({0: best.data[0]}, moving=True)
    assert curvature is not None
    h = ctx.field.floats(curvature)
    h = h if e.op.endswith("min") else -h
    if not np.all(np.linalg.eigvalsh((h + h.T) / 2) > 1e-9):
        raise UnsupportedError("a stationary point that is no strict optimum")
    _one_only(ctx, solver, best, e)
    if e.op.startswith("arg"):
        return gather(best, tuple(ctx.index(i, env) for i in e.indices), env.rank)[0]
    return ctx.with_items(Override(e.variable, best)).value(e.body, env)


def _one_only(ctx: Context, solver: Solver, best: Tensor, e: Opt) -> None:
    """No point far away may be better than the stationary point found."""
    sign = neg(e.body) if e.op.endswith("max") else e.body
    here = _float(ctx, e.variable, best, sign)
    rng = np.random.default_rng(1)
    for scale in (0.3, 1.0, 3.0, 10.0, 30.0):
        for _ in range(4):
            x = ctx.field.array(rng.normal(size=best.shape) * scale).reshape(best.shape + (1,) * RESERVED)
            there = _float(ctx, e.variable, Tensor(best.lows, best.shape, {0: x}), sign)
            if np.isfinite(there) and there < here - 1e-9 * (1 + abs(here)):
                raise UnsupportedError("a stationary point that is not the optimum")


def _float(ctx: Context, name: str, t: Tensor, body: Expr) -> float:
    value = ctx.with_items(Override(name, t)).value(body, Env({}))
    return float(ctx.field.floats(flatten(value[0], [], RESERVED)))
