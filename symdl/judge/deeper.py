"""Deeper: an equation that holds to 50 digits, at hundreds: log(1 + e^x) = x for x ≥ 80 is false, by 1e-35.

A difference that is there at 300 digits counts if it is the same at 600: what rounding leaves changes with the digits.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.confirm import FAULTS, Refuted, witness_of
from symdl.judge.gap import Gap, gap_of
from symdl.judge.special import nodes_of
from symdl.tensor.expr import Expect, Integ, Mat, Opt
from symdl.tensor.fields import HIGH, HIGH_FIELD
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Goal, Sequent

DIGITS = (300, 600)
QUICK = 0.004  # seconds in float64; what takes longer is left at 50 digits, as hundreds take so much more
SAME = 1e-6


def is_quick(sequent: Sequent, valuation: Valuation) -> bool:
    """May it be evaluated at hundreds of digits? By the time that it takes in float64."""
    fresh = valuation.variant()
    before = time.process_time()
    for goal in sequent.goals:
        gap_of(goal, fresh)
    return time.process_time() - before <= QUICK * len(sequent.goals)


def deeper(sequent: Sequent, valuation: Valuation, gaps: list[Gap]) -> None:
    """Raise `Refuted` for an equation that fails far behind the point; values are exact as they stand.

    `gaps` are those of the goals at 50 digits.
    """
    if any(isinstance(x, Expect | Integ | Opt | Mat) for x in nodes_of(sequent)):
        return
    for goal, gap in zip(sequent.goals, gaps, strict=True):
        if goal.op != "=" or gap.fails:
            continue
        try:
            found = _difference(goal, valuation)
        except (SymdlError, *FAULTS):
            continue
        if found is not None:
            raise Refuted(found.error, dict(valuation.sizes), witness_of(valuation, found))


def _difference(goal: Goal, valuation: Valuation) -> Gap | None:
    seen = []
    for digits in DIGITS:
        with HIGH.workdps(digits):
            fresh = valuation.variant(field=HIGH_FIELD)
            (left, right), where, _ = evaluate_box((goal.left, goal.right), fresh, goal.binders, goal.condition)
            seen.append((np.asarray(left - right, dtype=object), left, right))
    (first, _, _), (second, left, right) = seen
    for place in np.ndindex(where.shape):
        if where[place] and _lasting(first[place], second[place]):
            a, b = left[place], right[place]
            error = abs(second[place]) / max(abs(a), abs(b))
            return Gap(float(error), True, float(a), float(b), tuple(k + 1 for k in place))
    return None


def _lasting(first: Any, second: Any) -> bool:
    if not (HIGH.isfinite(first) and HIGH.isfinite(second)) or not second:
        return False
    return bool(abs(first - second) < SAME * abs(second))
