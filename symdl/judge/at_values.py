"""At the values: a purely numeric line of a problem with `[values]` is judged at them, to its printed digits."""

from __future__ import annotations

import numpy as np

from symdl.errors import SymdlError
from symdl.solution.evidence import REFUTED, SUPPORTED, UNCHECKED, Evidence, Witness
from symdl.tensor.expr import Expr
from symdl.tensor.interpret import Valuation, evaluate
from symdl.tensor.printed import Printed
from symdl.tensor.program import Goal, Sequent

ROUNDING = 1e-11  # float64's own, relative


def at_values(sequent: Sequent) -> Evidence | None:
    """Rule at the problem's values, or None where this is a formula: no numeric side, or not all values given."""
    program = sequent.program
    if not program.values or not any(g.printed for g in sequent.goals):
        return None
    leaves = {n: np.asarray(float(v)) for n, v in program.values.items() if n in program.leaves}
    valuation = Valuation(program, {}, leaves, values=sequent.values, partials=sequent.partials, facts=sequent.suppose)
    worst = 0.0
    for goal in sequent.goals:
        missing = _missing(goal, valuation)
        if missing:
            return Evidence(UNCHECKED, f"a number with decimals, but no value is given for {', '.join(missing)}")
        sides = _sides(goal, valuation)
        if sides is None:
            return None
        (left, slack_left), (right, slack_right) = sides
        gap = abs(left - right)
        allowed = slack_left + slack_right + ROUNDING * max(1.0, abs(left), abs(right))
        if not np.isfinite(gap):
            return Evidence(UNCHECKED, "a side has no finite value at the values given")
        if not gap <= allowed:
            values = {n: float(v) for n, v in leaves.items()}
            how = f"at the values given the sides differ: {left:.10g} against {right:.10g}"
            return Evidence(REFUTED, how, gap, Witness({}, values, left, right))
        worst = max(worst, gap)
    return Evidence(SUPPORTED, "agrees at the values given, to the printed digits", worst)


def _missing(goal: Goal, valuation: Valuation) -> list[str]:
    """Leaves that a decimal number is compared with, and that have no value."""
    if goal.printed is None or not any(p is not None and p[1] for p in goal.printed):
        return []
    reached = valuation.reaches(goal.left) | valuation.reaches(goal.right)
    return sorted(n for n in reached if n in valuation.program.leaves and n not in valuation.leaves)


def _sides(goal: Goal, valuation: Valuation) -> tuple[Printed, Printed] | None:
    """Both sides with their uncertainties; None for a formula."""
    if goal.op != "=" or goal.binders or goal.printed is None:
        return None
    out = []
    for expr, number in zip((goal.left, goal.right), goal.printed, strict=True):
        found = number if number is not None else _exact(expr, valuation)
        if found is None:
            return None
        out.append(found)
    return out[0], out[1]


def _exact(expr: Expr, valuation: Valuation) -> Printed | None:
    program = valuation.program
    reached = valuation.reaches(expr)
    if any(n in program.leaves and n not in valuation.leaves for n in reached):
        return None
    try:
        return float(evaluate(expr, valuation)), 0.0
    except (SymdlError, KeyError):
        return None
