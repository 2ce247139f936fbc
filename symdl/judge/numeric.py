"""The numeric half of the judge: both sides of every goal at generic values of several sizes, confirmed at 50 digits.

    float64 at 1e-9  →  a gap is confirmed at 50 digits  →  refuted, with the smallest witness found

`supported` takes agreement at every standard setting; `refuted` takes a confirmed gap; all else is `unchecked`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.hypotheses import restricted
from symdl.judge.magnitude import magnitude
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import SMALL, STANDARD, Setting
from symdl.solution.evidence import REFUTED, SUPPORTED, UNCHECKED, Witness
from symdl.tensor.expr import ZERO, Expr, Lam
from symdl.tensor.fields import FLOAT, HIGH_FIELD, Array, Field, NotPolynomialError
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Goal, Sequent

TOLERANCE = 1e-9  # float64, relative to the magnitude of the terms
CLOSE = 1e-12  # float64: equal even where everything cancels
TOLERANCE_HIGH = 1e-30
NOTHING = 1e-36  # at 50 digits, of values of order 1: what is left where everything cancels, out of sight
ACCURATE = 1e-8  # a quadrature with a larger error estimate can't support anything
SEARCHED = 2  # settings whose samples a search for a violation of a bound starts from
SEARCH_SECONDS = 0.4  # for each of them
CERTAIN = 1000  # a gap refutes only if it is this many times the estimated quadrature error
# what a form nobody thought of may raise: then the line is unchecked, and says so, instead of a traceback
FAULTS = (RecursionError, MemoryError, ArithmeticError, ValueError, TypeError, LookupError, NotPolynomialError)


@dataclass(frozen=True)
class NumericResult:
    """status supported, refuted or unchecked; the largest relative error seen; settings as size tables; why not."""

    status: str
    max_error: float | None = None
    settings: tuple[dict[str, int], ...] = ()
    witness: Witness | None = None
    reason: str = ""


@dataclass(frozen=True)
class Gap:
    """The worst entry of a goal at a setting: relative error, both sides, place; `fails` says if it is a violation."""

    error: float
    fails: bool
    left: float = 0.0
    right: float = 0.0
    entry: tuple[int, ...] = ()
    undefined: bool = False
    empty: bool = False


def numeric(sequent: Sequent, rng_seed: int = 0, budget: float = 5.0, sampler: Sampler | None = None) -> NumericResult:
    """Judge a sequent by values.

    Args:
        sequent: what is claimed, under what.
        rng_seed: of the samples.
        budget: seconds after which it gives up (unchecked).
        sampler: shares samples between the lines of one program.

    Returns:
        The verdict with its evidence; never raises for a sequent it can't handle: that is unchecked, with the reason.
    """
    if sampler is None or sampler.program is not sequent.program:
        sampler = Sampler(sequent.program, rng_seed)
    with np.errstate(all="ignore"):
        return _judge(restricted(sequent), sampler, budget)


def _judge(sequent: Sequent, sampler: Sampler, budget: float) -> NumericResult:
    deadline = time.monotonic() + budget
    worst = 0.0
    used: list[dict[str, int]] = []
    unchecked = ""
    for setting in STANDARD:
        if time.monotonic() > deadline and used:
            return NumericResult(UNCHECKED, None, tuple(used), reason="no time left for all settings")
        try:
            error, sizes = _at(sequent, sampler, setting, deadline)
        except _Refuted as found:
            witness = _small_witness(sequent, sampler, deadline) or found.witness
            return NumericResult(REFUTED, found.error, (*used, found.sizes), witness)
        except (NoSample, SymdlError) as problem:
            unchecked = unchecked or _why(problem)
            continue
        except _Unchecked as problem:
            unchecked = unchecked or str(problem)
            continue
        except FAULTS as problem:
            unchecked = unchecked or f"evaluation failed ({type(problem).__name__})"
            continue
        worst = max(worst, error)
        used.append(sizes)
    if unchecked or not used:
        return NumericResult(UNCHECKED, None, tuple(used), reason=unchecked or "no setting could be evaluated")
    return NumericResult(SUPPORTED, worst, tuple(used))


class _Refuted(Exception):
    def __init__(self, error: float, sizes: dict[str, int], witness: Witness) -> None:
        super().__init__()
        self.error, self.sizes, self.witness = error, sizes, witness


class _Unchecked(Exception):
    """A setting that decides nothing: the reason is its text."""


def _why(problem: BaseException) -> str:
    if isinstance(problem, SymdlError):
        return f"{problem.what} ({problem.found})" if problem.found else problem.what
    return str(problem)


def _at(sequent: Sequent, sampler: Sampler, setting: Setting, deadline: float) -> tuple[float, dict[str, int]]:
    """The largest error of the goals at a setting; raises what was found instead."""
    valuation = sampler.draw(sequent, setting)
    gaps = _gaps(sequent, valuation)
    if any(g.undefined for g in gaps) and not setting.positive:
        # logarithms and roots of what has no stated sign: positive values may do
        setting = replace(setting, positive=True)
        valuation = sampler.draw(sequent, setting)
        gaps = _gaps(sequent, valuation)
    if all(g.empty for g in gaps):
        raise _Unchecked("nothing to compare at these sizes")
    for n, (goal, gap) in enumerate(zip(sequent.goals, gaps, strict=True)):
        if gap.undefined:
            raise _Unchecked(_undefined(valuation))
        if gap.fails:
            gaps[n] = _confirm(sequent, sampler, setting, goal, gap, valuation)
    if valuation.error > ACCURATE:
        raise _Unchecked(f"an integral known to a relative error of about {valuation.error:.0e} only")
    for goal in sequent.goals if setting.round < SEARCHED else ():
        if goal.op in ("<", "≤", ">", "≥"):
            from symdl.judge.search import violation

            until = min(deadline, time.monotonic() + SEARCH_SECONDS / len(sequent.goals))
            found = violation(goal, sequent, valuation, until)
            if found is not None:
                raise _Refuted(found.error, dict(valuation.sizes), _witness(found.valuation, found.gap))
    valuation.forget()
    return max(g.error for g in gaps), dict(valuation.sizes)


def _gaps(sequent: Sequent, valuation: Valuation) -> list[Gap]:
    valuation.error = valuation.kept
    return [_gap(g, valuation) for g in sequent.goals]


def _undefined(valuation: Valuation) -> str:
    notes = "; ".join(sorted(valuation.notes))
    return f"a side has no value ({notes})" if notes else "a side has no finite value"


def _confirm(sequent: Sequent, sampler: Sampler, setting: Setting, goal: Goal, gap: Gap, valuation: Valuation) -> Gap:
    """A gap in float64 counts only if it is there at 50 digits, and beyond the error of every quadrature."""
    if valuation.error and not gap.error > CERTAIN * valuation.error:
        raise _Unchecked("a gap that is not clearly larger than the quadrature error")
    try:
        high = sampler.draw(sequent, setting, HIGH_FIELD)
        exact = _gap(goal, high)
    except SymdlError as problem:
        raise _Unchecked(f"a gap that can't be confirmed at 50 digits: {_why(problem)}") from problem
    if exact.undefined:
        raise _Unchecked("a gap that can't be confirmed at 50 digits: a side has no finite value")
    if not exact.fails:
        return exact
    raise _Refuted(exact.error, dict(valuation.sizes), _witness(valuation, exact))


def _small_witness(sequent: Sequent, sampler: Sampler, deadline: float) -> Witness | None:
    """The same failure at the smallest sizes and simplest numbers that show it."""
    for setting in SMALL:
        if time.monotonic() > deadline:
            return None
        try:
            _at(sequent, sampler, setting, deadline)
        except _Refuted as found:
            return found.witness
        except (NoSample, SymdlError, _Unchecked, *FAULTS):
            continue
    return None


def _witness(valuation: Valuation, gap: Gap) -> Witness:
    values = {}
    for name, data in valuation.leaves.items():
        values[name] = _listed(FLOAT.array(data) if np.asarray(data).dtype == object else np.asarray(data))
    for name, data in valuation.directions.items():
        values[f"d{name}"] = _listed(np.asarray(data))
    families = {f"{n}_{k}": v for n, t in valuation.size_families.items() for k, v in t.items() if k >= 0}
    return Witness({**valuation.sizes, **families}, values, gap.left, gap.right, gap.entry)


def _listed(a: Array) -> Any:
    return a.tolist() if a.ndim else a.item()


# ------------------------------------------------------------------------------------------------------- one goal


def _gap(goal: Goal, valuation: Valuation) -> Gap:
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
        raise _Unchecked(f"{goal.op} is judged only where an order or a variable is stated")
    undefined = ~np.isfinite(field.floats(left)) | ~np.isfinite(field.floats(right))
    if (undefined & where).any():
        return Gap(float("nan"), False, undefined=True)
    if field.exact:
        differ = np.asarray(left != right) & where
        return _at_place(differ.astype(float), differ, left, right, field)
    difference = field.floats(field.subtract(left, right))
    size = np.maximum(np.abs(field.floats(left)), np.abs(field.floats(right)))
    if goal.op == "=":
        return _equal(goal, valuation, difference, size, where, left, right)
    return _ordered(goal, valuation, difference, size, where, left, right)


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
    goal: Goal, valuation: Valuation, difference: Array, size: Array, where: Array, left: Array, right: Array
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
        fails = fails | ((difference == 0) & where)
    with np.errstate(all="ignore"):
        error = np.where(fails, np.maximum(over, slack) / np.maximum(size, small), 0.0)
    return _at_place(error, fails, left, right, valuation.field)


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
    a, b = _matrix(goal.left, goal, valuation), _matrix(goal.right, goal, valuation)
    m = a - b
    if not np.all(np.isfinite(m)):
        return Gap(float("nan"), False, undefined=True)
    scale = float(np.max(np.abs(a), initial=0.0) + np.max(np.abs(b), initial=0.0)) or 1.0
    if float(np.max(np.abs(m - np.swapaxes(m, -1, -2)), initial=0.0)) > 1e-9 * scale:
        return Gap(1.0, True)
    smallest = float(np.min(np.linalg.eigvalsh(m)))
    fails = smallest < -1e-9 * scale or (goal.op == "≻" and smallest <= 1e-12 * scale)
    return Gap(max(0.0, -smallest / scale), fails, smallest, 0.0)


def _matrix(e: Expr, goal: Goal, valuation: Valuation) -> Array:
    other = goal.right if e is goal.left else goal.left
    lam = e if isinstance(e, Lam) else other
    if not isinstance(lam, Lam):
        raise _Unchecked("an order of matrices between scalars")
    body = e.body if isinstance(e, Lam) else ZERO
    (value,), _, _ = evaluate_box((body,), valuation, (*goal.binders, *lam.binders), goal.condition)
    return valuation.field.floats(value)
