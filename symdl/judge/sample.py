"""Samples: sizes and values that satisfy every assumption, generic otherwise.

    leaf values by construction (signs, labels, structure)  →  equalities by Gauss–Newton  →  inequalities checked

A `Sampler` belongs to one program and keeps what it drew, so that the lines of a problem share their values. Where no
sample is found, `NoSample` says why: the line is then unchecked, never vacuously true.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from time import process_time
from typing import Any

import numpy as np

from symdl.errors import SymdlError, UnsupportedError
from symdl.judge.discrete import CASE, case_values
from symdl.judge.draw_leaves import NoSample, draw_leaf, law_constraints, relevant_facts
from symdl.judge.gap import TOLERANCE_HIGH, Gap
from symdl.judge.hypotheses import about_letters
from symdl.judge.properties import CHECKED, holds
from symdl.judge.settings import Setting, Sizes, about_sizes, choose_sizes
from symdl.judge.solve import FEW_STEPS, STEPS, polish, project, residuals
from symdl.judge.special import AFFINE, MARGIN, margin_of, special_values
from symdl.tensor.expr import Acc, Diff, add, num, sub, walk
from symdl.tensor.fields import FLOAT, Array, Field
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Fact, Goal, Program, Sequent

TRIES = 24
FEW_TRIES = 3  # of special values, which satisfy the assumptions soon or not at all
SEARCH = 3.0  # seconds of processor time for one setting
SATISFIED = 1e-25
MET = 1e-10  # the blur of values that satisfy all equalities to about 45 digits
APPROXIMATE = frozenset({"orthogonal", "unit-norm", "unit", "stochastic"})
RELATIONS = ("=", "≠", "<", "≤", ">", "≥")

__all__ = ["NoSample", "Sampler", "draw", "fact_margin"]


def fact_margin(fact: Fact, valuation: Valuation, margin: float = MARGIN) -> Array:
    """By how much a relation holds at each of its entries: negative is violated (for =, minus the absolute gap).

    Strict inequalities, and ≠, must hold by `margin`.
    """
    if fact.op not in RELATIONS or fact.left is None or fact.right is None:
        raise UnsupportedError(f"no way to check the assumption {fact.op}")
    (left, right), where, _ = evaluate_box((fact.left, fact.right), valuation, fact.binders, fact.condition)
    a, b = valuation.field.floats(left)[where], valuation.field.floats(right)[where]
    if fact.op == "=":
        return np.asarray(1e-9 * (1 + np.abs(a)) - np.abs(a - b))
    if fact.op == "≠":
        return np.asarray(np.abs(a - b) - margin)
    gap = b - a if fact.op in ("<", "≤") else a - b
    return np.asarray(gap - margin if fact.op in ("<", ">") else gap + 1e-12)


class Sampler:
    """Draws valuations for sequents over one program, and keeps them."""

    def __init__(self, program: Program, seed: int = 0) -> None:
        self.program, self.seed = program, seed
        self._drawn: dict[Any, Valuation | NoSample] = {}
        self._variants: dict[Any, Valuation] = {}

    def draw(self, sequent: Sequent, setting: Setting, field: Field = FLOAT) -> Valuation:
        """Values on which everything that the sequent supposes is true.

        Raises:
            NoSample: no sizes or values were found that satisfy the assumptions; it says which fails.
        """
        suppose = (*sequent.suppose, *(premise_fact(g) for g in sequent.premises))
        key = (setting, suppose)
        found = self._drawn.get(key)
        if found is None:
            try:
                with np.errstate(all="ignore"):
                    found = self._fresh(suppose, setting)
            except NoSample as error:
                found = error
            self._drawn[key] = found
        if isinstance(found, NoSample):
            raise found
        with np.errstate(all="ignore"):
            return self._variant(found, sequent, setting, suppose, field)

    def _variant(
        self, base: Valuation, sequent: Sequent, setting: Setting, suppose: tuple[Fact, ...], field: Field
    ) -> Valuation:
        names = differentials(sequent, self.program)
        claims = (tuple(sequent.values.items()), tuple(sequent.partials.items()))
        if not names and not any(claims) and field is FLOAT:
            return base
        key = (setting, suppose, names, claims, field.name)
        found = self._variants.get(key)
        if found is None:
            leaves = base.leaves if field is FLOAT else polish(base, suppose, field)
            directions = draw_directions(base, names, np.random.default_rng((self.seed, setting.round, 7)))
            found = base.variant(
                leaves=leaves, field=field, directions=directions, values=sequent.values, partials=sequent.partials
            )
            self._variants[key] = found
        return found

    def _fresh(self, suppose: tuple[Fact, ...], setting: Setting) -> Valuation:
        facts = (*self.program.facts, *suppose)
        reason = "no values satisfy the assumptions"
        tries = TRIES if not setting.special else 1 if setting.special.startswith(CASE) else FEW_TRIES
        until = process_time() + SEARCH
        for attempt in range(tries):
            if attempt and process_time() > until:
                raise NoSample(f"no values found in time that satisfy the assumptions: {reason}")
            rng = np.random.default_rng((self.seed, setting.round, attempt))
            sizes = choose_sizes(self.program, facts, setting, rng, first=attempt == 0)
            if sizes is None:
                raise NoSample("no sizes satisfy the assumptions on sizes")
            leaves = self._leaves(sizes, facts, setting, rng)
            if setting.special.startswith(CASE):
                leaves = case_values(self.program, leaves, facts, sizes, setting.special.removeprefix(CASE))
            elif setting.special:
                kept = constructed(self.program, facts)
                if attempt:  # the pattern breaks an assumption: then only in leaves of which nothing is assumed
                    kept |= {n for n in self.program.leaves if relevant_facts(n, facts)}
                inside = margin_of(setting)
                leaves = special_values(self.program, leaves, setting.special, facts, kept, rng, inside)
            valuation = Valuation(
                self.program,
                sizes.plain,
                leaves,
                sizes.families,
                facts=suppose,
                seed=self.seed,
                affine=setting.special == AFFINE,
                gauge=int(rng.integers(2**31)),
            )
            try:
                steps = FEW_STEPS if setting.special else STEPS
                fixed = constructed(self.program, facts)
                valuation = project(valuation, equalities(self.program, facts), fixed, steps)
                failed = self._violated(valuation, facts, margin_of(setting))
                if failed is not None and not setting.special:
                    valuation = self._inside(valuation, facts, rng)
                    failed = self._violated(valuation, facts, margin_of(setting))
            except SymdlError as error:
                raise NoSample(f"an assumption can't be evaluated: {error.what}") from error
            if failed is None:
                return valuation
            reason = f"no values found that satisfy the assumptions ({failed})"
        raise NoSample(reason)

    def _leaves(
        self, sizes: Sizes, facts: tuple[Fact, ...], setting: Setting, rng: np.random.Generator
    ) -> dict[str, Array]:
        out: dict[str, Array] = {}
        wanted = law_constraints(self.program)
        for leaf in self.program.leaves.values():
            own = relevant_facts(leaf.name, facts)
            out[leaf.name] = draw_leaf(self.program, leaf, own, wanted.get(leaf.name), sizes, setting, rng)
        return out

    def _inside(self, valuation: Valuation, facts: tuple[Fact, ...], rng: np.random.Generator) -> Valuation:
        """The point moved to where the inequalities between scalars that it breaks hold by some margin: ‖u‖² < 1."""
        met = equalities(self.program, facts)
        for f in facts:
            if f.op not in ("<", "≤", ">", "≥") or f.binders or f.derived or f.left is None or f.right is None:
                continue
            if about_sizes(f) or about_letters(f.op, f.left, f.right) or np.all(fact_margin(f, valuation) >= 0):
                continue
            margin = num(Fraction(int(rng.integers(20, 70)), 100))
            met = (*met, Fact("=", f.left, sub(f.right, margin) if f.op in ("<", "≤") else add(f.right, margin)))
        return project(valuation, met, constructed(self.program, facts))

    def _violated(self, valuation: Valuation, facts: tuple[Fact, ...], least: float) -> str | None:
        for fact in facts:
            if fact.derived:
                continue
            if fact.op in CHECKED:
                if not holds(fact, valuation, least):
                    return f"{fact.subject or 'a matrix'} {fact.op}"
                continue
            if fact.op not in RELATIONS or about_sizes(fact) or boundary(fact):
                continue
            if about_letters(fact.op, fact.left, fact.right):
                continue
            margin = fact_margin(fact, valuation, least)
            if not np.all(margin >= 0):
                return f"{fact.left} {fact.op} {fact.right}"
        return None


def blur(valuation: Valuation, sequent: Sequent, *, constructed: bool = True) -> float:
    """How far values may be from a point where all equalities hold exactly: no smaller gap refutes anything.

    Newton's method may end at a mere approximation, and where a premise is flat (Σ x² = 0) a small rest of it is a
    large distance: the fourth root allows for that. `constructed` says whether structure that is built in float64 alone
    (orthogonal, unit norm) is good enough.
    """
    program = valuation.program
    facts = (*program.facts, *sequent.suppose, *(premise_fact(g) for g in sequent.premises))
    if not constructed and any(f.op in APPROXIMATE for f in facts):
        return float("inf")
    if not constructed and any(law.name == "categorical" for law in program.laws.values()):
        return float("inf")
    wanted = tuple(f for f in equalities(program, facts) if not f.derived)
    rest = max((float(abs(x)) for x in residuals(wanted, valuation)), default=0.0) if wanted else 0.0
    return 10 * rest**0.25 if rest <= SATISFIED else float("inf")


def exact(sequent: Sequent) -> bool:
    """Do values satisfy the assumptions to any number of digits: is nothing solved for?"""
    suppose = (*sequent.suppose, *(premise_fact(g) for g in sequent.premises))
    return not equalities(sequent.program, (*sequent.program.facts, *suppose))


def clear(goal: Goal, gap: Gap, valuation: Valuation, sequent: Sequent) -> bool:
    """Is a gap larger than what the values' distance from the assumptions may explain?"""
    near = blur(valuation, sequent)
    size = max(abs(gap.left), abs(gap.right))
    apart = gap.error * size if goal.op == "=" else abs(gap.left - gap.right)
    if near == 0 or apart > near:
        return True
    met = apart <= TOLERANCE_HIGH * max(1.0, size)  # a strict inequality, or an ≠, where both sides meet
    return goal.op in ("<", ">", "≠") and met and near < MET


def boundary(fact: Fact) -> bool:
    """Does it give values outside a range (g_i = 0 for i < 0)? Such a fact is read at accesses, not imposed."""
    return fact.op == "=" and fact.condition is not None and isinstance(fact.left, Acc)


def equalities(program: Program, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    return tuple(f for f in facts if f.op == "=" and not (f.derived or about_sizes(f) or boundary(f)))


def constructed(program: Program, facts: tuple[Fact, ...]) -> frozenset[str]:
    """Leaves whose values are discrete: no equality may move them."""
    fixed = {f.subject for f in facts if f.op in ("in", "range", "N", "Z") and f.subject}
    fixed |= {n for n, leaf in program.leaves.items() if leaf.integer}
    discrete = ("bernoulli", "categorical", "poisson")
    fixed |= {n for n, law in program.laws.items() if n in program.leaves and law.name in discrete}
    return frozenset(fixed)


def premise_fact(goal: Goal) -> Fact:
    """A premise as an assumption: the conclusion is judged where it holds."""
    return Fact(goal.op, goal.left, goal.right, goal.binders, goal.condition)


def differentials(sequent: Sequent, program: Program) -> tuple[str, ...]:
    """Names that get a direction: those under a d, downstream ones left out where something upstream has one."""
    names: set[str] = set()
    for goal in (*sequent.goals, *sequent.premises):
        for side in (goal.left, goal.right):
            for x in walk(side):
                if isinstance(x, Diff):
                    names |= {a.name for a in walk(x.of) if isinstance(a, Acc)}
    if not names:
        return ()
    reach = Valuation(program, {}, {}, values=sequent.values)
    return tuple(sorted(n for n in names if not (reach.reach(n) - {n}) & names))


def draw_directions(base: Valuation, names: tuple[str, ...], rng: np.random.Generator) -> Mapping[str, Array]:
    out = {}
    for name in names:
        with np.errstate(all="ignore"):
            shape = base.context().tensor(name).shape
        out[name] = rng.uniform(0.4, 1.6, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return out


def draw(sequent: Sequent, setting: Setting, rng: np.random.Generator | int = 0) -> Valuation:
    """One valuation for one sequent (a `Sampler` shares them among the lines of a problem)."""
    seed = rng if isinstance(rng, int) else int(rng.integers(2**31))
    return Sampler(sequent.program, seed).draw(sequent, setting)
