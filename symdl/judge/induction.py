"""Induction: a claim about a recurrence for all t, from its first value and one step.

P(first) by unrolling to the boundary; P(t) from P(t − 1) by unrolling once, with P(t − 1) as a fact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symdl.errors import UnsupportedError
from symdl.judge.assumptions import knowledge_of
from symdl.judge.proof import Attempt, Proof
from symdl.judge.vanish import vanishes
from symdl.tensor.canonical import CLOSED, Exhausted, Normaliser
from symdl.tensor.canonical_order import place
from symdl.tensor.canonical_terms import as_number
from symdl.tensor.expr import ONE, Acc, Bind, Expr, Idx, accesses, add, neg, rebuild, sub
from symdl.tensor.program import Fact, Goal, Statement

if TYPE_CHECKING:
    from symdl.judge.equality import Prover

DEPTH = 6  # how far a boundary may lie from a first value


def by_induction(prover: Prover, g: Goal) -> Proof | None:
    """A proof by induction on one of the goal's letters, or None."""
    scans = {
        name: st
        for name, st in prover.program.statements.items()
        if st.kind == "scan" and st.base and any(prover.differentiator.depends(a.name, name) for a in _named(g))
    }
    if not scans or g.condition is not None:
        return None
    left, right = prover.resolved(g.left, g.right)
    opened = replace(g, left=_opened(prover, left, scans), right=_opened(prover, right, scans))
    plain = Normaliser(prover.program)
    try:
        if _holds(prover, _unrolled(plain, opened, None, scans), ()):
            return Proof("", "", ("unrolling the recurrence",))
    except (UnsupportedError, Exhausted):
        pass
    for b in g.binders:
        try:
            if _inductive(prover, opened, b, scans):
                return Proof("", "", (f"induction on {b.name}",))
        except (UnsupportedError, Exhausted):
            continue
    return None


def _named(g: Goal) -> list[Acc]:
    return [*accesses(g.left), *accesses(g.right)]


def _opened(prover: Prover, e: Expr, scans: dict[str, Statement]) -> Expr:
    """Definitions that rest on a recurrence, opened down to it."""

    def visit(x: Expr) -> Expr:
        y = rebuild(x, visit)
        if isinstance(y, Acc) and y.name not in scans:
            st = prover.program.statements.get(y.name)
            rests = st is not None and any(prover.differentiator.depends(y.name, s) for s in scans)
            if st is not None and rests and st.kind in CLOSED:
                return visit(place(st.body, {b.name: i for b, i in zip(st.binders, y.indices, strict=True)}))
        return y

    return visit(e)


def _inductive(prover: Prover, g: Goal, b: Bind, scans: dict[str, Statement]) -> bool:
    t = Idx(b.name)
    others = tuple(o for o in g.binders if o is not b)
    if any(b.name in o.free for o in others):
        return False

    plain = Normaliser(prover.program)
    for st in scans.values():  # the step must hold from the second value on: no boundary lies beyond the first
        for where, _ in st.base:
            for w in where:
                ahead = None if w is None else as_number(plain.poly(sub(b.first, w)))
                if w is not None and (ahead is None or ahead < 0):
                    return False

    def at(e: Expr, value: Expr) -> Expr:
        return place(e, {b.name: value})

    first = Goal("=", at(g.left, b.first), at(g.right, b.first), others)
    if not _holds(prover, _unrolled(plain, first, None, scans), ()):
        return False
    before = add(t, neg(ONE))
    known = Fact("=", at(g.left, before), at(g.right, before), others)
    later = Bind(b.name, add(b.first, ONE), b.last)
    step = Goal("=", g.left, g.right, (later, *others))  # type: ignore[arg-type]
    return _holds(prover, _unrolled(plain, step, t, scans), (known,))


def _unrolled(plain: Normaliser, g: Goal, t: Expr | None, scans: dict[str, Statement]) -> Goal:
    """Every access to a recurrence at t, or at a number, replaced by its step or its boundary."""

    def visit(x: Expr, left: int) -> Expr:
        y = rebuild(x, lambda c: visit(c, left))
        if not (isinstance(y, Acc) and y.name in scans) or not left:
            return y
        st = scans[y.name]
        for where, value in st.base:
            fixed = [(i, w) for i, w in zip(y.indices, where, strict=True) if w is not None]
            if all(not plain.poly(sub(i, w)) for i, w in fixed):
                rest = {b.name: i for b, i, w in zip(st.binders, y.indices, where, strict=True) if w is None}
                return visit(place(value, rest), left - 1)
        where = st.base[0][0]
        for i, w in zip(y.indices, where, strict=True):
            if w is None:
                continue
            ahead = as_number(plain.poly(sub(i, w if t is None else t)))
            if ahead is None or ahead < 0 or (t is None and ahead < 1):
                return y
        return visit(place(st.body, {b.name: i for b, i in zip(st.binders, y.indices, strict=True)}), left - 1)

    return replace(g, left=visit(g.left, DEPTH), right=visit(g.right, DEPTH))


def _holds(prover: Prover, g: Goal, more: tuple[Fact, ...]) -> bool:
    knowledge = knowledge_of(prover.program, (*prover.facts, *more), (g.left, g.right, *g.binders))
    for level in (0, 1):
        p, n = prover.difference(g, Attempt(lambda name: True, level, ()), knowledge, {})
        if vanishes(n, p):
            return True
    return False
