"""Equations among assumptions, solved by Gauss–Newton with the interpreter's own derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from time import process_time

import numpy as np

from symdl.tensor.duals import coefficient
from symdl.tensor.expr import sub
from symdl.tensor.fields import FLOAT, Array, Field
from symdl.tensor.interpret import Valuation, bind, evaluate_box, flatten, pad
from symdl.tensor.interpret_types import RESERVED, Env, Seed, tangent_axis
from symdl.tensor.program import Fact

STEPS = 40
FEW_STEPS = 10  # from special values, which meet the assumptions soon or not at all
SECONDS = 2.0  # of processor time; what is not met by then is found out by the check of the assumptions
NEARLY_ZERO = 1e-3


def residuals(facts: tuple[Fact, ...], valuation: Valuation) -> Array:
    """Left − right of every equality at every entry, one after the other."""
    out = [np.zeros(0, dtype=valuation.field.dtype)]
    for f in facts:
        assert f.left is not None and f.right is not None
        (gap,), where, _ = evaluate_box((sub(f.left, f.right),), valuation, f.binders, f.condition)
        out.append(gap[where])
    return np.concatenate(out)


def jacobian(facts: tuple[Fact, ...], valuation: Valuation, names: tuple[str, ...]) -> Array:
    """Their derivatives by every entry of the named leaves: rows in the order of `residuals`."""
    columns = []
    for name in names:
        seed = Seed(0, {name: None})
        entries = int(np.prod(np.shape(valuation.leaves[name])))
        ctx = valuation.context((seed,))
        rows = [np.zeros((0, entries))]
        for f in facts:
            assert f.left is not None and f.right is not None
            _, where, _ = evaluate_box((), valuation, f.binders, f.condition)
            env, _ = bind(ctx, f.binders, Env({}))
            moved = coefficient(ctx.value(sub(f.left, f.right), env), seed.bit)
            part = np.zeros((1,) * env.ndim) if moved is None else pad(moved[0], env.ndim)
            counts = [env.letters[b.name][1].shape[0] for b in f.binders]
            axis = tangent_axis(0)
            moved_axis = np.moveaxis(np.asarray(part), axis, 0)
            stack = [flatten(np.expand_dims(p, axis), counts, env.ndim)[where] for p in moved_axis]
            block = np.stack(stack, axis=-1) if stack else np.zeros((int(where.sum()), 0))
            if block.shape[-1] == 1 and entries != 1:
                block = (
                    np.broadcast_to(block, (block.shape[0], entries))
                    if moved is not None
                    else np.zeros((len(block), entries))
                )
            rows.append(valuation.field.floats(block))
        columns.append(np.concatenate(rows))
    return np.concatenate(columns, axis=1)


def movable(facts: tuple[Fact, ...], valuation: Valuation, fixed: frozenset[str]) -> tuple[str, ...]:
    names: set[str] = set()
    for f in facts:
        for side in (f.left, f.right):
            if side is not None:
                names |= valuation.reaches(side)
    return tuple(sorted(n for n in names if n in valuation.leaves and n not in fixed))


def project(valuation: Valuation, facts: tuple[Fact, ...], fixed: frozenset[str], steps: int = STEPS) -> Valuation:
    """The nearest values found on which the equalities hold; the valuation itself where they do."""
    if not facts:
        return valuation
    names = movable(facts, valuation, fixed)
    if not names:
        return valuation
    until = process_time() + SECONDS
    with np.errstate(all="ignore"):
        for _ in range(steps):
            r = residuals(facts, valuation)
            if not np.all(np.isfinite(r)) or np.max(np.abs(r), initial=0.0) <= 1e-14 or process_time() > until:
                break
            slope = jacobian(facts, valuation, names)
            if not np.all(np.isfinite(slope)):  # ‖v‖ = 1 from v = 0; LAPACK would complain on standard output
                break
            step, *_ = np.linalg.lstsq(slope, -r, rcond=1e-9)
            if not np.all(np.isfinite(step)):
                break
            limit = np.max(np.abs(step))
            longest = max(1.0, *(float(np.max(np.abs(valuation.leaves[n]), initial=0.0)) for n in names))
            if limit > longest:
                step = step * (longest / limit)
            valuation = valuation.variant(leaves=moved_leaves(valuation, names, step))
            if limit <= 1e-15:
                break
        return _snapped(valuation, facts, names)


def _snapped(valuation: Valuation, facts: tuple[Fact, ...], names: tuple[str, ...]) -> Valuation:
    """Zeros for what is nearly zero, where that is the exact solution: Newton's method only creeps up to Σ x² = 0."""
    if np.max(np.abs(residuals(facts, valuation)), initial=0.0) <= 1e-14:
        return valuation
    leaves = dict(valuation.leaves)
    for name in names:
        x = np.asarray(leaves[name])
        leaves[name] = np.where(np.abs(x) < NEARLY_ZERO, 0 * x, x)
    snapped = valuation.variant(leaves=leaves)
    return snapped if np.max(np.abs(residuals(facts, snapped)), initial=0.0) <= 1e-14 else valuation


def moved_leaves(valuation: Valuation, names: tuple[str, ...], step: Array) -> dict[str, Array]:
    out, at = dict(valuation.leaves), 0
    for name in names:
        old = valuation.field.array(valuation.leaves[name])
        out[name] = valuation.field.add(old, valuation.field.array(step[at : at + old.size].reshape(old.shape)))
        at += old.size
    return out


def polish(valuation: Valuation, suppose: tuple[Fact, ...], field: Field) -> Mapping[str, Array]:
    """The leaves with the equalities satisfied to the field's digits: float64 slopes, residuals in the field."""
    from symdl.judge.sample import constructed, equalities

    if field is FLOAT or field.exact:
        return valuation.leaves
    everything = (*valuation.program.facts, *suppose)
    facts = equalities(valuation.program, everything)
    names = movable(facts, valuation, constructed(valuation.program, everything)) if facts else ()
    if not names:
        return valuation.leaves
    with np.errstate(all="ignore"):
        slope = jacobian(facts, valuation, names)
        if not np.all(np.isfinite(slope)):
            return valuation.leaves
        inverse = np.linalg.pinv(slope, rcond=1e-9)
        high = valuation.variant(field=field)
        for _ in range(6):
            r = residuals(facts, high)
            size = max((abs(x) for x in r), default=0)
            if not size <= 1 or size < 10 ** (3 - field.digits):
                break
            step = -(field.array(inverse) @ r)
            high = high.variant(leaves=moved_leaves(high, names, step))
    return high.leaves


__all__ = ["RESERVED", "jacobian", "polish", "project", "residuals"]
