"""Stress: what holds at generic values must hold at special ones, at extreme sizes, at many digits, under attack.

A relation fails for good where the gap is there at 50 and at a thousand digits. A bound is tried at many entries too,
nearly met at 50 digits, and attacked from where it holds by least.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.confirm import FAULTS, Refuted, confirm, gaps_at, witness_of
from symdl.judge.deeper import deeper, is_quick
from symdl.judge.gap import TOLERANCE, Gap, UndecidedError, gap_of
from symdl.judge.hypotheses import restricted
from symdl.judge.sample import NoSample, Sampler, blur, exact
from symdl.judge.search import least_gap, violation
from symdl.judge.settings import MANY, STANDARD, Setting
from symdl.judge.special import SCATTER, is_wide, nodes_of, special_settings
from symdl.tensor.expr import ZERO, Expect, Integ, Pow, Red
from symdl.tensor.fields import HIGH, HIGH_FIELD
from symdl.tensor.interpret import Valuation
from symdl.tensor.program import Fact, Goal, Sequent

MANY_DIGITS = 1000  # far away, where 50 may all cancel
ORDERS = ("<", "≤", ">", "≥")
ATTACKS = 2  # scattered samples from which a violation of a bound is searched for: where it holds by least
ATTACK_SECONDS = 0.4
LARGE = 4000  # entries beyond which many rows and columns cost too much


@dataclass
class Lowest:
    """Samples at which a bound holds by least, relative to its sides: a few of each kind of sizes."""

    found: dict[str, list[tuple[float, int, Valuation]]] = field(default_factory=dict)

    def add(self, kind: str, goal: Goal, valuation: Valuation) -> None:
        value = least_gap(goal, valuation)
        if value is not None:
            old = self.found.get(kind, [])
            self.found[kind] = sorted([*old, (value, len(old), valuation)], key=lambda x: x[:2])[:ATTACKS]


def stressed(sequent: Sequent, sampler: Sampler, budget: float, *, proved: bool = False) -> Refuted | None:
    """A refutation at special values, at the smallest sizes or at 50 digits, of what holds at generic ones.

    What is proved equal needs no more digits, only values at which a side may have none, or another.
    """
    sequent = restricted(sequent)
    deadline = time.process_time() + budget
    lowest: dict[int, Lowest] = {n: Lowest() for n, g in enumerate(sequent.goals) if g.op in ORDERS}
    with np.errstate(all="ignore"):
        try:
            for goal in sequent.goals:
                if goal.op == "≠":
                    _tried(replace(sequent, goals=(goal,), suppose=(*sequent.suppose, _met(goal))), sampler, MEETING)
            for setting in _within(sequent, sampler) if proved else (STANDARD[0], *special_settings(sequent)):
                if time.process_time() > deadline:
                    break
                _tried(sequent, sampler, setting, lowest)
            for n, bound in lowest.items():
                _attacked(sequent.goals[n], sequent, bound, deadline)
        except Refuted as found:
            return found
    return None


def _within(sequent: Sequent, sampler: Sampler) -> Iterator[Setting]:
    """Of what is proved equal: zeros, ones, ties and the smallest sizes, where 50 digits are soon had."""
    try:
        if is_quick(sequent, sampler.draw(sequent, STANDARD[0])):
            rest = special_settings(sequent)
            yield from (x for x in rest if not (is_wide(x) or x.kind == MANY or x.special.startswith(SCATTER)))
    except (NoSample, SymdlError, UndecidedError, *FAULTS):
        return


MEETING = Setting("distinct", 45)


def _met(goal: Goal) -> Fact:
    """An ≠ is refuted where both sides are made equal inside the assumptions."""
    x = goal.left
    if isinstance(x, Red) and x.op == "sum" and isinstance(x.body, Pow) and x.condition is None and goal.right is ZERO:
        return Fact("=", x.body.base, ZERO, (*goal.binders, *x.binders), goal.condition)  # tensors: all entries
    return Fact("=", goal.left, goal.right, goal.binders, goal.condition)


def _attacked(goal: Goal, sequent: Sequent, lowest: Lowest, deadline: float) -> None:
    for _, _, start in (x for found in lowest.found.values() for x in found):
        until = min(deadline, time.process_time() + ATTACK_SECONDS)
        try:
            found = violation(goal, sequent, start, until)
        except (SymdlError, UndecidedError, *FAULTS):
            continue
        if found is not None:
            raise Refuted(found.error, dict(start.sizes), witness_of(found.valuation, found.gap))


def _tried(sequent: Sequent, sampler: Sampler, setting: Setting, lowest: dict[int, Lowest] | None = None) -> None:
    """One setting; what has no value there, or can't be decided, says nothing."""
    try:
        _stress(sequent, sampler, setting, lowest or {})
    except (NoSample, SymdlError, UndecidedError, *FAULTS):
        pass


def _stress(sequent: Sequent, sampler: Sampler, setting: Setting, lowest: dict[int, Lowest]) -> None:
    valuation = sampler.draw(sequent, setting)
    if setting.kind == MANY and sum(np.size(a) for a in valuation.leaves.values()) > LARGE:
        return
    quick = False
    if setting is STANDARD[0]:  # equal to nine digits: to thirty too, and to hundreds?
        quick = exact(sequent) and is_quick(sequent, valuation)
        valuation = sampler.draw(sequent, setting, HIGH_FIELD)
        if valuation.kept or _by_nodes(sequent) or blur(valuation, sequent, constructed=False) > TOLERANCE:
            return
    gaps = gaps_at(sequent, valuation)
    if quick:
        deeper(sequent, valuation, gaps)
    for n, (goal, gap) in enumerate(zip(sequent.goals, gaps, strict=True)):
        if setting is STANDARD[0] and goal.op != "=":
            continue
        if setting.kind == "one" and goal.op in ("<", ">", "≠"):
            continue  # a strict claim is understood of sizes at which there is something to compare
        if gap.undefined or gap.empty:
            continue
        if n in lowest and not gap.fails and (setting.kind == MANY or setting.special.startswith(SCATTER)):
            lowest[n].add(setting.kind, goal, valuation)
        if gap.fails or (gap.near and setting.kind != MANY):
            _for_good(sequent, sampler, setting, goal, gap, valuation)


def _by_nodes(sequent: Sequent) -> bool:
    """Does an expectation or an integral stand in it? Nodes agree to nine digits; to thirty, two ways to it differ."""
    return any(isinstance(x, Expect | Integ) for x in nodes_of(sequent))


def _for_good(sequent: Sequent, sampler: Sampler, setting: Setting, goal: Goal, gap: Gap, valuation: Valuation) -> None:
    """Raise `Refuted` where the goal fails at 50 digits and at a thousand."""
    try:
        confirm(sequent, sampler, setting, goal, gap, valuation)
    except Refuted as found:
        with HIGH.workdps(MANY_DIGITS):
            far = gap_of(goal, sampler.draw(sequent, setting, HIGH_FIELD).variant(field=HIGH_FIELD))
        if far.fails and not (is_wide(setting) and goal.op in ("<", ">", "≠") and far.left == far.right):
            raise found from None
