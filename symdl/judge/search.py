"""A search for a violation of an inequality: from samples, along the gradient of the gap, inside the assumptions."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.confirm import CERTAIN
from symdl.judge.gap import NEAR, gap_of
from symdl.judge.hypotheses import about_letters
from symdl.judge.properties import CHECKED, holds
from symdl.judge.sample import clear, constructed, equalities, fact_margin, premise_fact
from symdl.judge.settings import about_sizes
from symdl.judge.solve import moved_leaves, polish, project
from symdl.judge.special import FINE, bounds_of
from symdl.tensor.duals import coefficient
from symdl.tensor.expr import Expr, Lam, neg, sub
from symdl.tensor.fields import HIGH_FIELD, Array
from symdl.tensor.interpret import Valuation, bind, evaluate_box
from symdl.tensor.interpret_types import Env, Seed, pad
from symdl.tensor.program import Fact, Goal, Sequent

if TYPE_CHECKING:
    from symdl.judge.gap import Gap

STEPS = 30
RETURNS = 3
SIMPLE = (1, 2, 3, 4)  # denominators of the numbers near which equality may be reached


@dataclass(frozen=True)
class Violation:
    error: float
    valuation: Valuation
    gap: Gap


def violation(goal: Goal, sequent: Sequent, start: Valuation, deadline: float) -> Violation | None:
    """A point inside the assumptions where the goal fails, if going downhill on its gap finds one."""
    if goal.op not in ("<", "≤", ">", "≥") or isinstance(goal.left, Lam):
        return None
    facts = (*sequent.program.facts, *sequent.suppose, *(premise_fact(g) for g in sequent.premises))
    fixed = constructed(sequent.program, facts)
    gap = _distance(goal)
    names = tuple(
        sorted(
            n
            for n in start.reaches(gap)
            if n in start.leaves and n not in fixed and not start.program.leaves[n].integer
        )
    )
    if not names:
        return None
    valuation, step = start, 0.5
    best = _lowest(gap, goal, valuation)
    for _ in range(STEPS):
        if best is None or time.process_time() > deadline:
            break
        slope = _slope(gap, goal, valuation, names, best[1])
        if slope is None or not np.all(np.isfinite(slope)) or not np.linalg.norm(slope) > 1e-12:
            break
        direction = -slope / np.linalg.norm(slope)
        moved = None
        while step > 1e-4:
            candidate = _inside(valuation, names, direction * step, facts, fixed)
            value = None if candidate is None else _lowest(gap, goal, candidate)
            if candidate is not None and value is not None and value[0] < best[0]:
                moved, best = candidate, value
                step = min(2 * step, 4.0)
                break
            step /= 2
        if moved is None:
            break
        valuation = moved
        found = gap_of(goal, valuation)
        if found.fails and not found.undefined:
            if valuation.error and not found.error > CERTAIN * valuation.error:
                return None
            exact = _exactly(goal, sequent, valuation)
            if exact is not None:
                return Violation(exact.error, valuation, exact)
    if best is not None and best[0] < NEAR:  # met so nearly that rounding may hide a violation
        exact = _exactly(goal, sequent, valuation)
        if exact is not None:
            return Violation(exact.error, valuation, exact)
    return _at_the_limit(goal, sequent, valuation, names, facts, fixed) if goal.op in ("<", ">") else None


def _distance(goal: Goal) -> Expr:
    """What must not be negative."""
    return sub(goal.right, goal.left) if goal.op in ("<", "≤") else sub(goal.left, goal.right)


def least_gap(goal: Goal, valuation: Valuation) -> float | None:
    """By how much a bound holds at its worst entry, relative to the side that is larger there."""
    if isinstance(goal.left, Lam):
        return None
    sides = (_distance(goal), goal.left, goal.right)
    (gap, left, right), where, _ = evaluate_box(sides, valuation, goal.binders, goal.condition)
    size = np.maximum(np.abs(valuation.field.floats(left)), np.abs(valuation.field.floats(right)))
    relative = np.where(where, valuation.field.floats(gap) / np.where(size > 0, size, 1.0), np.inf).reshape(-1)
    return None if not relative.size or np.isnan(relative).any() else float(relative.min())


def _exactly(goal: Goal, sequent: Sequent, valuation: Valuation) -> Gap | None:
    """The gap at 50 digits, if it is a violation there, with every equality among the assumptions satisfied."""
    suppose = (*sequent.suppose, *(premise_fact(g) for g in sequent.premises))
    high = valuation.variant(leaves=polish(valuation, suppose, HIGH_FIELD), field=HIGH_FIELD)
    exact = gap_of(goal, high)
    return exact if exact.fails and not exact.undefined and clear(goal, exact, high, sequent) else None


def _at_the_limit(
    goal: Goal,
    sequent: Sequent,
    valuation: Valuation,
    names: tuple[str, ...],
    facts: tuple[Fact, ...],
    fixed: frozenset[str],
) -> Violation | None:
    """A strict inequality fails where equality is reached, at simple numbers near where the descent ends."""
    for denominator in SIMPLE:
        moves = [np.round(valuation.leaves[n] * denominator) / denominator - valuation.leaves[n] for n in names]
        step = np.concatenate([np.asarray(m, dtype=np.float64).reshape(-1) for m in moves])
        near = _inside(valuation, names, step, facts, fixed)
        if near is None:
            continue
        exact = _exactly(goal, sequent, near) if gap_of(goal, near).fails else None
        if exact is not None:
            return Violation(exact.error, near, exact)
    return None


def _lowest(gap: Expr, goal: Goal, valuation: Valuation) -> tuple[float, int] | None:
    (value,), where, _ = evaluate_box((gap,), valuation, goal.binders, goal.condition)
    flat = np.where(where, value, np.inf).reshape(-1)
    if flat.size == 0 or np.isnan(flat).any():
        return None
    at = int(np.argmin(flat))
    return float(flat[at]), at


def _slope(gap: Expr, goal: Goal, valuation: Valuation, names: tuple[str, ...], at: int) -> Array | None:
    parts = []
    for name in names:
        entries = int(np.prod(np.shape(valuation.leaves[name])))
        ctx = valuation.context((Seed(0, {name: None}),))
        with np.errstate(all="ignore"):
            env, _ = bind(ctx, goal.binders, Env({}))
            moved = coefficient(ctx.value(neg(neg(gap)), env), 1)
        if moved is None:
            parts.append(np.zeros(entries))
            continue
        counts = [env.letters[b.name][1].shape[0] for b in goal.binders]
        place = tuple(reversed(np.unravel_index(at, counts))) if counts else ()
        a = pad(moved[0], env.ndim)
        row = a[tuple(int(k) if a.shape[n] > 1 else 0 for n, k in enumerate(place))].reshape(-1)
        parts.append(np.broadcast_to(row, (entries,)) if row.size == 1 else row)
    return np.concatenate(parts) if parts else None


def _within_bounds(valuation: Valuation, names: tuple[str, ...], facts: tuple[Fact, ...]) -> Valuation:
    leaves, changed = dict(valuation.leaves), False
    for name in names:
        low, high = bounds_of(name, facts, FINE)
        clipped = np.clip(leaves[name], low, high)
        if np.any(clipped != leaves[name]):
            leaves[name], changed = clipped, True
    return valuation.variant(leaves=leaves) if changed else valuation


def _inside(
    valuation: Valuation, names: tuple[str, ...], step: Array, facts: tuple[Fact, ...], fixed: frozenset[str]
) -> Valuation | None:
    """The moved point, back on the equalities; None where an inequality among the assumptions fails there."""
    try:
        moved = valuation.variant(leaves=moved_leaves(valuation, names, np.nan_to_num(step)))
        for _ in range(RETURNS):  # to the bounds and the equalities in turn
            moved = _within_bounds(moved, names, facts)
            moved = project(moved, equalities(valuation.program, facts), fixed)
        for f in facts:
            if f.derived or about_letters(f.op, f.left, f.right):
                continue
            if (
                f.op in ("=", "≠", "<", "≤", ">", "≥")
                and not about_sizes(f)
                and not (f.op == "=" and f.condition is not None)
            ):
                if not np.all(fact_margin(f, moved, FINE) >= 0):
                    return None
            elif f.op in CHECKED:
                if not holds(f, moved, FINE):
                    return None
            elif f.op == "unit-norm":
                return None  # structure that only construction gives: stay with the samples
    except SymdlError:
        return None
    return moved
