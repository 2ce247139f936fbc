"""The numeric half of the judge: both sides of every goal at generic values of several sizes, confirmed at 50 digits.

    float64 at 1e-9  →  a gap is confirmed at 50 digits  →  refuted, with the smallest witness found

`supported` takes agreement at every standard setting; `refuted` takes a confirmed gap; all else is `unchecked`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.confirm import FAULTS, Refuted, confirm, gaps_at, why, witness_of
from symdl.judge.gap import ACCURATE, UndecidedError
from symdl.judge.hypotheses import restricted
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import RANGES, SMALL, STANDARD, Setting
from symdl.judge.size_degree import MOST, size_degrees
from symdl.solution.evidence import REFUTED, SUPPORTED, UNCHECKED, Witness
from symdl.tensor.interpret import Valuation
from symdl.tensor.program import Sequent

REDRAWN = 4  # draws more, where conditions leave nothing to compare
SEARCHED = 2  # settings whose samples a search for a violation of a bound starts from
SEARCH_SECONDS = 0.4  # for each of them
NO_SAMPLE = "no sample meets the conditions under which it is claimed"


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
        except Refuted as found:
            witness = _small_witness(sequent, sampler, deadline) or found.witness
            return NumericResult(REFUTED, found.error, (*used, found.sizes), witness)
        except (NoSample, SymdlError) as problem:
            unchecked = unchecked or why(problem)
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


def _at(
    sequent: Sequent, sampler: Sampler, setting: Setting, deadline: float
) -> tuple[float, dict[str, int], set[int]]:
    """The largest error at a setting, its sizes, which goals had entries to compare; raises what else it finds."""
    valuation = sampler.draw(sequent, setting)
    gaps = gaps_at(sequent, valuation)
    for values in RANGES:  # logarithms, roots, arcsin of what has no stated range: other values may do
        if not any(g.undefined for g in gaps):
            break
        setting = replace(setting, values=values)
        valuation = sampler.draw(sequent, setting)
        gaps = gaps_at(sequent, valuation)
    for again in range(REDRAWN):  # conditions on values may exclude every entry of a draw
        if not any(g.empty for g in gaps):
            break
        valuation = sampler.draw(sequent, replace(setting, round=setting.round + 100 * (again + 1)))
        redrawn = gaps_at(sequent, valuation)
        if sum(g.empty for g in redrawn) < sum(g.empty for g in gaps):
            gaps, setting = redrawn, replace(setting, round=setting.round + 100 * (again + 1))
    valuation = sampler.draw(sequent, setting)
    for n, (goal, gap) in enumerate(zip(sequent.goals, gaps, strict=True)):
        if gap.undefined:
            raise UndecidedError(_undefined(valuation))
        if gap.fails:
            gaps[n] = confirm(sequent, sampler, setting, goal, gap, valuation)
    if valuation.error > ACCURATE:
        raise UndecidedError(f"an integral known to a relative error of about {valuation.error:.0e} only")
    for goal in sequent.goals if setting.round % 100 < SEARCHED else ():
        if goal.op in ("<", "≤", ">", "≥"):
            from symdl.judge.search import violation

            until = min(deadline, time.process_time() + SEARCH_SECONDS / len(sequent.goals))
            found = violation(goal, sequent, valuation, until)
            if found is not None:
                raise Refuted(found.error, dict(valuation.sizes), witness_of(found.valuation, found.gap))
    valuation.forget()
    there = {n for n, g in enumerate(gaps) if not g.empty}
    return max(g.error for g in gaps), dict(valuation.sizes), there


def _undefined(valuation: Valuation) -> str:
    notes = "; ".join(sorted(valuation.notes))
    return f"a side has no value ({notes})" if notes else "a side has no finite value"


def _small_witness(sequent: Sequent, sampler: Sampler, deadline: float) -> Witness | None:
    """The same failure at the smallest sizes and simplest numbers that show it."""
    for setting in SMALL:
        if time.process_time() > deadline:
            return None
        try:
            _at(sequent, sampler, setting, deadline)
        except Refuted as found:
            return found.witness
        except (NoSample, SymdlError, UndecidedError, *FAULTS):
            continue
    return None
