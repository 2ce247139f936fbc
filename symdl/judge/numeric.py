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
from symdl.judge.gap import ACCURATE, TOLERANCE, Gap, UndecidedError, gap_of
from symdl.judge.hypotheses import restricted
from symdl.judge.sample import NoSample, Sampler, blur, clear
from symdl.judge.settings import RANGES, SMALL, STANDARD, Setting
from symdl.judge.size_degree import MOST, size_degrees
from symdl.judge.special import is_wide, special_settings
from symdl.solution.evidence import REFUTED, SUPPORTED, UNCHECKED, Witness
from symdl.tensor.expr import ZERO, Acc, Expect, Integ, Pow, Red, walk
from symdl.tensor.fields import FLOAT, HIGH, HIGH_FIELD, Array, NotPolynomialError
from symdl.tensor.interpret import Valuation
from symdl.tensor.program import Fact, Goal, Sequent

REDRAWN = 4  # draws more, where conditions leave nothing to compare
SEARCHED = 2  # settings whose samples a search for a violation of a bound starts from
SEARCH_SECONDS = 0.4  # for each of them
MANY_DIGITS = 1000  # far away, where 50 may all cancel
NO_SAMPLE = "no sample meets the conditions under which it is claimed"
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
    try:
        with np.errstate(all="ignore"):
            return _judge(restricted(sequent), sampler, budget)
    except UndecidedError as problem:
        return NumericResult(UNCHECKED, reason=str(problem))


def stressed(sequent: Sequent, sampler: Sampler, budget: float) -> NumericResult | None:
    """A refutation at special values, at the smallest sizes or at 50 digits, of what holds at generic ones."""
    sequent = restricted(sequent)
    deadline = time.process_time() + budget
    with np.errstate(all="ignore"):
        for goal in sequent.goals:
            if goal.op == "≠":
                found = _met(goal, sequent, sampler)
                if found is not None:
                    return found
        for setting in (STANDARD[0], *special_settings(sequent)):
            if time.process_time() > deadline:
                break
            try:
                _stress(sequent, sampler, setting)
            except _Refuted as found:
                return NumericResult(REFUTED, found.error, (found.sizes,), found.witness)
            except (NoSample, SymdlError, UndecidedError, *FAULTS):
                continue
    return None


def _met(goal: Goal, sequent: Sequent, sampler: Sampler) -> NumericResult | None:
    """An ≠ is refuted where both sides are made equal inside the assumptions."""
    equal = Fact("=", goal.left, goal.right, goal.binders, goal.condition)
    x = goal.left
    if isinstance(x, Red) and x.op == "sum" and isinstance(x.body, Pow) and x.condition is None and goal.right is ZERO:
        equal = Fact("=", x.body.base, ZERO, (*goal.binders, *x.binders), goal.condition)  # tensors: all entries
    try:
        _stress(replace(sequent, goals=(goal,), suppose=(*sequent.suppose, equal)), sampler, Setting("distinct", 45))
    except _Refuted as found:
        return NumericResult(REFUTED, found.error, (found.sizes,), found.witness)
    except (NoSample, SymdlError, UndecidedError, *FAULTS):
        pass
    return None


def _stress(sequent: Sequent, sampler: Sampler, setting: Setting) -> None:
    """What has no value here says nothing; a gap counts if it is there at 50 and at a thousand digits."""
    valuation = sampler.draw(sequent, setting)
    if setting is STANDARD[0]:  # equal to nine digits: to thirty too?
        valuation = sampler.draw(sequent, setting, HIGH_FIELD)
        if valuation.kept or _by_nodes(sequent) or blur(valuation, sequent, constructed=False) > TOLERANCE:
            return
    for goal, gap in zip(sequent.goals, _gaps(sequent, valuation), strict=True):
        if setting is STANDARD[0] and goal.op != "=":
            continue
        if setting.kind == "one" and goal.op in ("<", ">", "≠"):
            continue  # a strict claim is understood of sizes at which there is something to compare
        if gap.undefined or gap.empty or not gap.fails:
            continue
        try:
            _confirm(sequent, sampler, setting, goal, gap, valuation)
        except _Refuted as found:
            with HIGH.workdps(MANY_DIGITS):
                exact = gap_of(goal, sampler.draw(sequent, setting, HIGH_FIELD).variant(field=HIGH_FIELD))
            if exact.fails and not (is_wide(setting) and goal.op in ("<", ">", "≠") and exact.left == exact.right):
                raise found


def _by_nodes(sequent: Sequent) -> bool:
    """Does an expectation or an integral stand in it? Nodes agree to nine digits; to thirty, two ways to it differ."""
    stack = [x for g in (*sequent.premises, *sequent.goals) for x in (g.left, g.right) if x is not None]
    seen: set[str] = set()
    while stack:
        for x in walk(stack.pop()):
            if isinstance(x, Expect | Integ):
                return True
            if isinstance(x, Acc) and x.name in sequent.program.statements and x.name not in seen:
                seen.add(x.name)
                stack.append(sequent.program.statements[x.name].body)
    return False


def _judge(sequent: Sequent, sampler: Sampler, budget: float) -> NumericResult:
    deadline = time.process_time() + budget
    worst = 0.0
    used: list[dict[str, int]] = []
    unchecked = ""
    met: set[int] = set()  # goals that had an entry to compare
    for setting in standard(sequent):
        if time.process_time() > deadline and used:
            return NumericResult(UNCHECKED, None, tuple(used), reason="no time left for all settings")
        try:
            error, sizes, there = _at(sequent, sampler, setting, deadline)
        except _Refuted as found:
            witness = _small_witness(sequent, sampler, deadline) or found.witness
            return NumericResult(REFUTED, found.error, (*used, found.sizes), witness)
        except (NoSample, SymdlError) as problem:
            unchecked = unchecked or _why(problem)
            continue
        except UndecidedError as problem:
            unchecked = unchecked or str(problem)
            continue
        except FAULTS as problem:
            unchecked = unchecked or f"evaluation failed ({type(problem).__name__})"
            continue
        worst = max(worst, error)
        used.append(sizes)
        met |= there
    if len(met) < len(sequent.goals):
        unchecked = unchecked or NO_SAMPLE
    if unchecked or not used:
        return NumericResult(UNCHECKED, None, tuple(used), reason=unchecked or "no setting could be evaluated")
    return NumericResult(SUPPORTED, worst, tuple(used))


def standard(sequent: Sequent) -> tuple[Setting, ...]:
    """The standard settings, the larger one above the claim's degree in each size.

    Raises:
        UndecidedError: the degree is so high that no size above it can be tried.
    """
    sides = [e for g in sequent.goals for e in (g.left, g.right)]
    degrees = {n: d for n, d in size_degrees(sides, sequent.program).items() if d > 4}
    if any(d > MOST for d in degrees.values()):
        raise UndecidedError("its degree in the sizes is higher than the sizes that can be tried")
    above = tuple((n, d + 2) for n, d in degrees.items())
    return tuple(replace(s, above=above) if s.kind == "larger" else s for s in STANDARD)


class _Refuted(Exception):
    def __init__(self, error: float, sizes: dict[str, int], witness: Witness) -> None:
        super().__init__()
        self.error, self.sizes, self.witness = error, sizes, witness


def _why(problem: BaseException) -> str:
    if isinstance(problem, SymdlError):
        return f"{problem.what} ({problem.found})" if problem.found else problem.what
    return str(problem)


def _at(
    sequent: Sequent, sampler: Sampler, setting: Setting, deadline: float
) -> tuple[float, dict[str, int], set[int]]:
    """The largest error at a setting, its sizes, which goals had entries to compare; raises what else it finds."""
    valuation = sampler.draw(sequent, setting)
    gaps = _gaps(sequent, valuation)
    for values in RANGES:  # logarithms, roots, arcsin of what has no stated range: other values may do
        if not any(g.undefined for g in gaps):
            break
        setting = replace(setting, values=values)
        valuation = sampler.draw(sequent, setting)
        gaps = _gaps(sequent, valuation)
    for again in range(REDRAWN):  # conditions on values may exclude every entry of a draw
        if not any(g.empty for g in gaps):
            break
        valuation = sampler.draw(sequent, replace(setting, round=setting.round + 100 * (again + 1)))
        redrawn = _gaps(sequent, valuation)
        if sum(g.empty for g in redrawn) < sum(g.empty for g in gaps):
            gaps, setting = redrawn, replace(setting, round=setting.round + 100 * (again + 1))
    valuation = sampler.draw(sequent, setting)
    for n, (goal, gap) in enumerate(zip(sequent.goals, gaps, strict=True)):
        if gap.undefined:
            raise UndecidedError(_undefined(valuation))
        if gap.fails:
            gaps[n] = _confirm(sequent, sampler, setting, goal, gap, valuation)
    if valuation.error > ACCURATE:
        raise UndecidedError(f"an integral known to a relative error of about {valuation.error:.0e} only")
    for goal in sequent.goals if setting.round % 100 < SEARCHED else ():
        if goal.op in ("<", "≤", ">", "≥"):
            from symdl.judge.search import violation

            until = min(deadline, time.process_time() + SEARCH_SECONDS / len(sequent.goals))
            found = violation(goal, sequent, valuation, until)
            if found is not None:
                raise _Refuted(found.error, dict(valuation.sizes), _witness(found.valuation, found.gap))
    valuation.forget()
    there = {n for n, g in enumerate(gaps) if not g.empty}
    return max(g.error for g in gaps), dict(valuation.sizes), there


def _gaps(sequent: Sequent, valuation: Valuation) -> list[Gap]:
    valuation.error = valuation.kept
    return [gap_of(g, valuation) for g in sequent.goals]


def _undefined(valuation: Valuation) -> str:
    notes = "; ".join(sorted(valuation.notes))
    return f"a side has no value ({notes})" if notes else "a side has no finite value"


def _confirm(sequent: Sequent, sampler: Sampler, setting: Setting, goal: Goal, gap: Gap, valuation: Valuation) -> Gap:
    """A gap in float64 counts only if it is there at 50 digits, and beyond the error of every quadrature."""
    if valuation.error and not gap.error > CERTAIN * valuation.error:
        raise UndecidedError("a gap that is not clearly larger than the quadrature error")
    try:
        high = sampler.draw(sequent, setting, HIGH_FIELD)
        exact = gap_of(goal, high)
    except SymdlError as problem:
        raise UndecidedError(f"a gap that can't be confirmed at 50 digits: {_why(problem)}") from problem
    if exact.undefined:
        raise UndecidedError("a gap that can't be confirmed at 50 digits: a side has no finite value")
    if exact.fails and not clear(exact, high, sequent):
        raise UndecidedError("a gap at values that satisfy the assumptions only nearly")
    if not exact.fails:
        return exact
    raise _Refuted(exact.error, dict(valuation.sizes), _witness(valuation, exact))


def _small_witness(sequent: Sequent, sampler: Sampler, deadline: float) -> Witness | None:
    """The same failure at the smallest sizes and simplest numbers that show it."""
    for setting in SMALL:
        if time.process_time() > deadline:
            return None
        try:
            _at(sequent, sampler, setting, deadline)
        except _Refuted as found:
            return found.witness
        except (NoSample, SymdlError, UndecidedError, *FAULTS):
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
    """An array as lists, without the rounding that solving for an assumption leaves (0.5, not 0.5000000000000001)."""
    shown = np.round(a, 12) + 0.0 if np.issubdtype(a.dtype, np.floating) else a
    return shown.tolist() if shown.ndim else shown.item()


__all__ = ["CERTAIN", "TOLERANCE", "NumericResult", "numeric"]
