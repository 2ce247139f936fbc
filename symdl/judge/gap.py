"""How far one goal is from holding at a valuation: by relative error, with a scale made of its terms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from symdl.judge.magnitude import magnitude
from symdl.tensor.expr import ZERO, Expr, Lam
from symdl.tensor.fields import FLOAT, Array, Field
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Goal

TOLERANCE = 1e-9  # float64, relative to the magnitude of the terms
CLOSE = 1e-12  # float64: equal even where everything cancels
TOLERANCE_HIGH = 1e-30
NEAR = 1e-9  # relative: a bound met so nearly is looked at with more digits
NOTHING = 1e-36  # at 50 digits, of values of order 1: what is left where everything cancels, out of sight
ACCURATE = 1e-8  # a quadrature with a larger error estimate can't support anything


@dataclass(frozen=True)
class Gap:
    """The worst entry of a goal at a setting: relative error, both sides, place; `fails` says if it is a violation.

    `near`: a bound that holds by so little that rounding may hide its failure.
    """

    error: float
    fails: bool
    left: float = 0.0
    right: float = 0.0
    entry: tuple[int, ...] = ()
    undefined: bool = False
    empty: bool = False
    near: bool = False


class UndecidedError(Exception):
    """A setting that decides nothing: the reason is its text."""


def gap_of(goal: Goal, valuation: Valuation) -> Gap:
    """How far a goal is from holding."""
    if goal.op in ("⪰", "≻"):
        return _definite(goal, valuation)
    (left, right), where, _ = evaluate_box((goal.left, goal.right), valuation, goal.binders, goal.condition)
    if not where.any():
        return Gap(0.0, False, empty=True)
    if goal.op == "holds":
        return _truth(goal, valuation)
    field = valuation.field
    if goal.op not in ("=", "≠", "<", "≤", ">", "≥"):
        raise UndecidedError(f"{goal.op} is judged only where an order or a variable is stated")
    undefined = _without_value(field, left) | _without_value(field, right)
    if (undefined & where).any():
        elsewhere = _compared(goal, valuation, left, right, where & ~undefined)
        return elsewhere if elsewhere.fails else Gap(float("nan"), False, undefined=True)
    return _compared(goal, valuation, left, right, where)


def _without_value(field: Field, side: Array) -> Array:
    return np.asarray(~np.isfinite(field.floats(side)))


def _compared(goal: Goal, valuation: Valuation, left: Array, right: Array, where: Array) -> Gap:
    """The worst entry of those where both sides have values."""
    field = valuation.field
    if not where.any():
        return Gap(0.0, False, empty=True)
    if field.exact:
        differ = np.asarray(left != right) & where
        return _at_place(differ.astype(float), differ, left, right, field)
    apart = field.subtract(left, right)
    difference = field.floats(apart)
    size = np.maximum(np.abs(field.floats(left)), np.abs(field.floats(right)))
    if goal.op == "=":
        return _equal(goal, valuation, difference, size, where, left, right)
    one = np.asarray(apart == 0, dtype=bool)  # e^{−10⁶} is not zero, though it is in floats
    return _ordered(goal, valuation, difference, size, where & one, where, left, right)


def _equal(
    goal: Goal, valuation: Valuation, difference: Array, size: Array, where: Array, left: Array, right: Array
) -> Gap:
    tolerance = TOLERANCE_HIGH if valuation.field is not FLOAT else TOLERANCE
    gap = np.abs(difference)
    floor = NOTHING if valuation.field is not FLOAT else 0.0
    with np.errstate(all="ignore"):
        error = np.where(where, np.where(gap <= floor, 0.0, gap / size), 0.0)
    holds = error <= max(tolerance, 10 * min(valuation.error, ACCURATE))
    if not holds.all():  # both sides may be small because their terms cancel: measure by the terms
        scale = np.maximum(size, _term_scale(goal, valuation))
        with np.errstate(all="ignore"):
            by_terms = np.where(where, np.where(gap <= floor, 0.0, gap / scale), 0.0)
        limit = CLOSE if valuation.field is FLOAT else TOLERANCE_HIGH
        limit = max(limit, 10 * min(valuation.error, ACCURATE))
        error = np.where(holds, error, by_terms)
        holds = holds | (by_terms <= limit)
    return _at_place(error, ~holds & where, left, right, valuation.field)


def _term_scale(goal: Goal, valuation: Valuation) -> Array:
    terms = [magnitude(goal.left), magnitude(goal.right)]
    arrays, _, _ = evaluate_box(tuple(terms), valuation, goal.binders, goal.condition)
    scale = np.maximum(*(np.abs(valuation.field.floats(a)) for a in arrays))
    return np.where(np.isfinite(scale), scale, 0.0)


def _ordered(
    goal: Goal,
    valuation: Valuation,
    difference: Array,
    size: Array,
    one: Array,
    where: Array,
    left: Array,
    right: Array,
) -> Gap:
    """An inequality fails where it is violated by more than rounding; an ≠ where the sides agree."""
    small = CLOSE if valuation.field is FLOAT else TOLERANCE_HIGH
    slack = np.maximum(small * (1 + size), 10 * min(valuation.error, ACCURATE) * size)
    if goal.op == "≠":
        fails = (np.abs(difference) <= slack) & where
        return _at_place(np.where(fails, 1.0, 0.0), fails, left, right, valuation.field)
    over = difference if goal.op in ("<", "≤") else -difference
    fails = (over > slack) & where
    if goal.op in ("<", ">"):  # strict: equality fails too, where it is exact
        fails = fails | one
    with np.errstate(all="ignore"):
        error = np.where(fails, np.maximum(over, slack) / np.maximum(size, small), 0.0)
    near = bool(((over > -NEAR * size) & (over != 0) & where).any())
    return replace(_at_place(error, fails, left, right, valuation.field), near=near)


def _at_place(error: Array, fails: Array, left: Array, right: Array, field: Field) -> Gap:
    place: tuple[int, ...] = ()
    if error.ndim:
        place = tuple(int(k) for k in np.unravel_index(int(np.argmax(np.where(fails, error + 1, error))), error.shape))
    worst = float(error[place])
    a, b = float(field.floats(np.asarray(left[place]))), float(field.floats(np.asarray(right[place])))
    return Gap(worst, bool(fails.any()), a, b, tuple(k + 1 for k in place))


def _truth(goal: Goal, valuation: Valuation) -> Gap:
    """A condition as a goal: true at every entry."""
    from symdl.tensor.expr import Ind

    (value,), where, _ = evaluate_box((Ind(goal.left),), valuation, goal.binders, goal.condition)
    value = valuation.field.floats(value)
    if np.isnan(value[where]).any():
        return Gap(float("nan"), False, undefined=True)
    fails = (value != 1) & where
    return _at_place(fails.astype(float), fails, value, np.ones_like(value), valuation.field)


def _definite(goal: Goal, valuation: Valuation) -> Gap:
    """A ⪰ B: the smallest eigenvalue of the symmetric part of A − B; A − B itself must be symmetric."""
    field = valuation.field
    left, right = _matrix(goal.left, goal, valuation), _matrix(goal.right, goal, valuation)
    a, b = field.floats(left), field.floats(right)
    if not np.all(np.isfinite(a - b)):
        return Gap(float("nan"), False, undefined=True)
    small = CLOSE if field is FLOAT else TOLERANCE_HIGH
    scale = float(np.max(np.abs(a), initial=0.0) + np.max(np.abs(b), initial=0.0)) or 1.0
    m = field.subtract(left, right)
    if float(np.max(np.abs(field.floats(field.subtract(m, np.swapaxes(m, -1, -2)))), initial=0.0)) > small * scale:
        return Gap(1.0, True)
    smallest = float(np.min(field.floats(field.eigh(m)[0])))
    fails = smallest < -small * scale or (goal.op == "≻" and smallest <= small * scale)
    return Gap(max(0.0, -smallest / scale), fails, smallest, 0.0)


def _matrix(e: Expr, goal: Goal, valuation: Valuation) -> Array:
    other = goal.right if e is goal.left else goal.left
    lam = e if isinstance(e, Lam) else other
    if not isinstance(lam, Lam):
        raise UndecidedError("an order of matrices between scalars")
    body = e.body if isinstance(e, Lam) else ZERO
    (value,), _, _ = evaluate_box((body,), valuation, (*goal.binders, *lam.binders), goal.condition)
    return value
