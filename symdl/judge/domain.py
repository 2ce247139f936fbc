"""Domains: a line may leave unsaid where it speaks, but its right side must have a value wherever its left side does.

    log x² = 2 log x    at x < 0 the left side has a value, the right one none: not true without x > 0
    log (x y) = log x + log y    turning x alone takes the value from both sides: a logarithm implies its domain
    d/dx log x = 1/x    the left side alone is restricted: nothing that it says is lost

Asked by turning the sign of one tensor at a time, at values where both sides, and all that is defined, have values.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.confirm import FAULTS
from symdl.judge.hypotheses import restricted
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import RANGES, Setting
from symdl.judge.special import FLIP, leaves_of, nodes_of
from symdl.tensor.expr import Fn, Num, Pow
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Goal, Sequent

PARTIAL = frozenset({"log", "sqrt", "arcsin", "arccos", "arctanh", "arccosh", "loggamma", "digamma"})
BASE = Setting("distinct", 30)


def narrowed(sequent: Sequent, sampler: Sampler) -> str:
    """A tensor whose sign decides whether the right side of an equation has a value, though not the left; or ''."""
    if not any(_is_partial(x) for x in nodes_of(sequent)):
        return ""
    sequent = restricted(sequent)
    with np.errstate(all="ignore"):
        for goal in sequent.goals:
            if goal.op != "=":
                continue
            for values in ("", *RANGES):
                found = _narrowed(goal, sequent, sampler, replace(BASE, values=values))
                if found is not None:
                    if found:
                        return found
                    break
    return ""


def _is_partial(x: object) -> bool:
    if isinstance(x, Fn):
        return x.name in PARTIAL
    return isinstance(x, Pow) and not (isinstance(x.exponent, Num) and x.exponent.value.denominator == 1)


def _narrowed(goal: Goal, sequent: Sequent, sampler: Sampler, setting: Setting) -> str | None:
    """As above at one range of values; None where a side has no value there."""
    try:
        start = sampler.draw(sequent, setting)
        left, right = _defined(goal, start)
        if not (left.all() and right.all()):
            return None
    except (NoSample, SymdlError, *FAULTS):
        return None
    for name in leaves_of(sequent):
        try:
            turned = sampler.draw(sequent, replace(setting, special=FLIP + name))
            left, right = _defined(goal, turned)
            if left.all() and not right.all() and _meant(start, turned):
                return name
        except (NoSample, SymdlError, *FAULTS):
            continue
    return ""


def _defined(goal: Goal, valuation: Valuation) -> tuple[Array, Array]:
    sides, where, _ = evaluate_box((goal.left, goal.right), valuation, goal.binders, goal.condition)
    left, right = (np.isfinite(valuation.field.floats(a))[where] for a in sides)
    return left, right


def _meant(start: Valuation, turned: Valuation) -> bool:
    """Does everything that is defined still have the values it had? If not, the problem itself does not go there."""
    for name in start.program.statements:
        try:
            one, other = (np.isfinite(v.field.floats(v.context().tensor(name).data[0])) for v in (start, turned))
        except (SymdlError, *FAULTS):
            continue
        if one.shape != other.shape or (one & ~other).any():
            return False
    return True
