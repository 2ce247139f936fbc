"""Diagnose: find the smallest edit of a wrong line that makes it true, and say it in a sentence.

Edits are tried at one set of values first, which is quick; what agrees there goes to the judge, under the same claims
as the line itself. An assumption that is not given is tried by supposing it. Nothing found: `algebra`, without a
correction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.gap import TOLERANCE
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import STANDARD
from symdl.language.dims import Dim
from symdl.language.print_latex import latex
from symdl.language.syntax import (
    AxisFunction,
    Compare,
    Derivative,
    Entry,
    Moment,
    Node,
    Norm,
    Number,
    Ones,
    Property,
    Relation,
    Symbol,
)
from symdl.language.understanding import Definition, Line
from symdl.marking.edits import Edit, Surroundings, edits
from symdl.solution.evidence import Evidence
from symdl.tensor.elaborate import Elaborator, sequents
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Fact, Goal, Program, Sequent

MOST_EDITS = 1500
MOST_JUDGED = 6


@dataclass(frozen=True)
class Mistake:
    """What a wrong line differs from a right one by: kind (as in the manual), words, the corrected line."""

    kind: str
    explanation: str
    correction: str | None = None
    others: tuple[str, ...] = ()  # kinds of other edits of the same size that also repair it


@dataclass(frozen=True)
class Context:
    """What the line was ruled under: program, claims in force, definitions, the judge."""

    program: Program
    scope: object
    definitions: tuple[Definition, ...]
    with_claims: Callable[[Sequent], Sequent]
    judge: Callable[[Sequent], Evidence]
    seconds: float = 4.0


def diagnose(line: Line, context: Context) -> Mistake:
    """The likeliest single mistake of a refuted relation.

    Args:
        line: a relation whose step is refuted.
        context: what it was ruled under.

    Returns:
        a mistake of one of the kinds; `algebra` where no small edit repairs the line.
    """
    node = line.node
    deadline = monotonic() + context.seconds
    if not isinstance(node, Relation):
        return _fallback(line)
    for k, (left, op, right) in enumerate(zip(node.sides, node.ops, node.sides[1:], strict=False)):
        pair = replace(line, node=Relation((left, right), (op,)))
        if not _refuted(pair, context):
            continue
        found = list(_repairs(pair, context, deadline))
        if not found:
            missing = _assumption(pair, context, deadline)
            if missing is not None:
                return missing
            return _fallback(pair)
        best = found[0]
        ties = tuple(dict.fromkeys(e.kind for e in found[1:] if e.cost <= best.cost + 0.05 and e.kind != best.kind))
        sides = (*node.sides[: k + 1], best.node, *node.sides[k + 2 :])
        corrected = latex(replace(node, sides=sides[: k + 2], ops=node.ops[: k + 1]))
        kind = _kind(best, left)
        return Mistake(kind, _sentence(kind, best.words), corrected, ties)
    return _fallback(line)


def _refuted(pair: Line, context: Context) -> bool:
    try:
        found = [context.judge(context.with_claims(q)) for q in sequents(pair, context.program)]
    except SymdlError:
        return False
    return any(e.status == "refuted" for e in found)


def _repairs(pair: Line, context: Context, deadline: float) -> Iterator[Edit]:
    """Edits of the right side that the judge accepts, smallest first; at most a few are put to it."""
    relation = pair.node
    assert isinstance(relation, Relation)
    left, right = relation.sides
    candidates = edits(right, surroundings(pair, context))[:MOST_EDITS]
    quick = _Quick(pair, context)
    judged, best = 0, None
    for edit in candidates:
        if monotonic() > deadline or judged >= MOST_JUDGED or (best is not None and edit.cost > best + 0.05):
            return
        changed = replace(pair, node=replace(relation, sides=(left, edit.node)))
        if not quick.may_hold(changed):
            continue
        judged += 1
        try:
            holds = all(context.judge(context.with_claims(q)).holds for q in sequents(changed, context.program))
        except SymdlError:
            continue
        if holds:
            best = edit.cost if best is None else best
            yield edit


class _Quick:
    """A cheap filter: does a relation hold at one valuation? What it can't tell, it lets pass."""

    def __init__(self, pair: Line, context: Context) -> None:
        self.context = context
        self.valuation: Valuation | None = None
        try:
            sequent = context.with_claims(sequents(pair, context.program)[0])
            sampler = Sampler(context.program, 7)
            self.valuation = sampler.draw(sequent, STANDARD[0])
        except (SymdlError, NoSample):
            self.valuation = None

    def may_hold(self, line: Line) -> bool:
        if self.valuation is None:
            return True
        try:
            found = sequents(line, self.context.program)
            return all(self._holds(g) for q in found for g in q.goals)
        except SymdlError:
            return False

    def _holds(self, goal: Goal) -> bool:
        assert self.valuation is not None
        if goal.op not in ("=", "≤", "≥", "<", ">"):
            return True
        (a, b), where, _ = evaluate_box((goal.left, goal.right), self.valuation, goal.binders, goal.condition)
        left, right = np.asarray(a, dtype=float)[where], np.asarray(b, dtype=float)[where]
        if not (np.isfinite(left).all() and np.isfinite(right).all()):
            return True
        slack = 100 * TOLERANCE * (1 + np.maximum(np.abs(left), np.abs(right)))
        if goal.op == "=":
            return bool((np.abs(left - right) <= slack).all())
        return bool((left <= right + slack).all() if goal.op in ("≤", "<") else (right <= left + slack).all())


def surroundings(pair: Line, context: Context) -> Surroundings:
    """What edits of this line may use."""
    relation = pair.node
    assert isinstance(relation, Relation)
    program = context.program
    head = relation.sides[0]
    derivative = next((n for n in head.walk() if isinstance(n, Derivative)), None)
    variable = None if derivative is None else _whole(derivative.by[0])
    names = [n for n, leaf in program.leaves.items() if not leaf.axes and not leaf.members]
    names += [n for n, s in program.statements.items() if not s.binders and n not in names]
    scalars = tuple(Symbol(n) for n in names if n not in program.laws)[:12]
    sizes = tuple(Dim.of(n) for n in sorted(program.sizes))[:8]
    return Surroundings(sizes, scalars, tuple(pair.letters), context.definitions, variable, head, latex)


def _whole(node: Node) -> Node:
    return node.base if isinstance(node, Entry) else node


def _assumption(pair: Line, context: Context, deadline: float) -> Mistake | None:
    """An assumption that is not given and would make the line true."""
    for words, facts in _assumptions(pair, context):
        if monotonic() > deadline:
            return None
        try:
            queries = [context.with_claims(q) for q in sequents(pair, context.program)]
            holds = all(context.judge(replace(q, suppose=(*q.suppose, *facts))).holds for q in queries)
        except (SymdlError, NoSample):
            continue
        if holds:
            text = f"The line holds only if {words}, which is not given."
            return Mistake("assumption", text, latex(pair.node))
    return None


def _assumptions(pair: Line, context: Context) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    elaborator = Elaborator(context.scope, context.program)
    relation = pair.node
    symbols = {n for n in relation.walk() if isinstance(n, Symbol) and not n.members}
    names = {s.name for s in symbols}
    for definition in context.definitions:  # what the line speaks of may rest on more symbols
        if definition.name in names:
            symbols |= {n for n in definition.right.walk() if isinstance(n, Symbol) and not n.members}

    def facts(node: Node) -> tuple[Fact, ...]:
        return elaborator.facts(replace(pair, node=node))

    for s in sorted(symbols, key=lambda x: x.name):
        if s.name not in context.program.leaves:
            continue
        if len(s.shape) == 2 and s.shape[0].size == s.shape[1].size:
            yield f"{latex(s)} is symmetric", facts(Property("symmetric", (s,)))
            yield f"{latex(s)} is orthogonal", facts(Property("orthogonal", (s,)))
        one, zero = Number(Fraction(1)), Number(Fraction(0))
        if s.shape:
            sums = AxisFunction("sum", s)
            if len(s.shape) <= 2:
                right: Node = one if len(s.shape) == 1 else Ones(s.shape[:1])
                what = "the entries" if len(s.shape) == 1 else "each row"
                yield f"{what} of {latex(s)} add up to one", facts(Relation((sums, right), ("=",)))
            if len(s.shape) == 1:
                yield f"{latex(s)} has length one", facts(Relation((Norm(s), one), ("=",)))
        else:
            yield f"{latex(s)} is positive", facts(Compare(">", s, zero))


def _kind(edit: Edit, head: Node) -> str:
    """A slip in a rule of moments shows as a sign, an exponent or a dropped term on a line about a variance."""
    of_moment = isinstance(head, Moment) and head.kind in ("Var", "Cov")
    return "expectation" if of_moment and edit.kind in ("sign", "exponent", "chain-rule", "algebra") else edit.kind


SENTENCES = {
    "sign": "A sign is wrong: the line holds if {}.",
    "factor": "A numerical factor is wrong: the line holds if {}.",
    "mean": "A factor made of sizes is wrong: the line holds if {}.",
    "scale": "A factor is wrong: the line holds if {}.",
    "transpose": "A transpose is wrong: the line holds if {}.",
    "order": "The order of factors is wrong: the line holds if {}.",
    "exponent": "A power is wrong: the line holds if {}.",
    "index": "An index is wrong: the line holds if {}.",
    "axis": "A sum runs along the wrong axis: the line holds if {}.",
    "chain-rule": "A factor or a path of the chain rule is wrong: the line holds if {}.",
    "expectation": "A rule of moments is broken: the line holds if {}.",
    "algebra": "The line holds if {}.",
}


def _sentence(kind: str, words: str) -> str:
    return SENTENCES[kind].format(words)


def _fallback(line: Line) -> Mistake:
    about_moments = any(isinstance(n, Moment) for n in line.node.walk())
    kind = "expectation" if about_moments else "algebra"
    return Mistake(kind, "The line does not follow, and no single small change makes it true.")
