"""Confirming: a gap in float64 counts only if it is there at 50 digits, beyond every error that is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.gap import Gap, UndecidedError, gap_of
from symdl.judge.sample import Sampler, clear
from symdl.judge.settings import Setting
from symdl.solution.evidence import Witness
from symdl.tensor.fields import FLOAT, HIGH_FIELD, Array, NotPolynomialError
from symdl.tensor.interpret import Valuation
from symdl.tensor.program import Goal, Sequent

CERTAIN = 1000  # a gap refutes only if it is this many times the estimated quadrature error
# what a form nobody thought of may raise: then the line is unchecked, and says so, instead of a traceback
FAULTS = (RecursionError, MemoryError, ArithmeticError, ValueError, TypeError, LookupError, NotPolynomialError)


class Refuted(Exception):
    """A goal fails at a sample, for certain."""

    def __init__(self, error: float, sizes: dict[str, int], witness: Witness) -> None:
        super().__init__()
        self.error, self.sizes, self.witness = error, sizes, witness


def why(problem: BaseException) -> str:
    if isinstance(problem, SymdlError):
        return f"{problem.what} ({problem.found})" if problem.found else problem.what
    return str(problem)


def gaps_at(sequent: Sequent, valuation: Valuation) -> list[Gap]:
    valuation.error = valuation.kept
    return [gap_of(g, valuation) for g in sequent.goals]


def confirm(sequent: Sequent, sampler: Sampler, setting: Setting, goal: Goal, gap: Gap, valuation: Valuation) -> Gap:
    """A gap in float64 counts only if it is there at 50 digits, and beyond the error of every quadrature."""
    if valuation.error and not gap.error > CERTAIN * valuation.error:
        raise UndecidedError("a gap that is not clearly larger than the quadrature error")
    try:
        high = sampler.draw(sequent, setting, HIGH_FIELD)
        exact = gap_of(goal, high)
    except SymdlError as problem:
        raise UndecidedError(f"a gap that can't be confirmed at 50 digits: {why(problem)}") from problem
    if exact.undefined:
        raise UndecidedError("a gap that can't be confirmed at 50 digits: a side has no finite value")
    if exact.fails and not clear(goal, exact, high, sequent):
        raise UndecidedError("a gap at values that satisfy the assumptions only nearly")
    if not exact.fails:
        return exact
    raise Refuted(exact.error, dict(valuation.sizes), witness_of(valuation, exact))


def witness_of(valuation: Valuation, gap: Gap) -> Witness:
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
