"""Exact proof: both sides of every goal come to one canonical form, for all sizes and values within the assumptions.

Attempts go from the least to the most work: nothing opened; definitions opened of what moves with the variables of the
derivatives; all except those that assumptions speak of; all; functions expanded too; cases of the conditions.
Derivatives are worked out by the judge's own differential first. A failed attempt says nothing; `prove` returns None
then, never a refutation.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Set
from dataclasses import replace

from symdl.errors import UnsupportedError
from symdl.judge.assumptions import knowledge_of
from symdl.judge.differential import Differentiator
from symdl.judge.directions import directions_of, has_derivatives
from symdl.judge.induction import by_induction
from symdl.judge.proof import Attempt, Proof
from symdl.judge.vanish import vanishes
from symdl.tensor.canonical import CLOSED, Exhausted, Normaliser, unfolded
from symdl.tensor.canonical_facts import Knowledge
from symdl.tensor.canonical_terms import Poly, minus, poly_expr
from symdl.tensor.expr import ZERO, Acc, Bind, Cmp, Deriv, Expect, Expr, Idx, Ind, Integ, Num, accesses, num, walk
from symdl.tensor.program import Fact, Goal, Program, Sequent, Statement


def prove(sequent: Sequent, *, seconds: float = 2.5) -> Proof | None:
    """A proof of all goals, or None."""
    until = time.process_time() + seconds
    try:
        prover = Prover(sequent, until)
        proofs = [prover.goal(g) for g in sequent.goals]
    except (UnsupportedError, Exhausted, RecursionError):
        return None
    if not proofs or any(p is None for p in proofs):
        return None
    uses: dict[str, None] = {}
    for p in proofs:
        assert p is not None
        uses.update(dict.fromkeys(p.uses))
    kinds = {p.trivial for p in proofs if p is not None}
    trivial = min(kinds) if "" not in kinds else ""
    said = dict.fromkeys(p.how for p in proofs if p is not None and p.how)
    return Proof("; ".join(said) or _sentence(tuple(uses), trivial), trivial, tuple(uses))


def _sentence(uses: tuple[str, ...], trivial: str) -> str:
    if trivial == "definition":
        return "equal by definition"
    if trivial:
        return "both sides are the same but for their arrangement"
    after = " after " + ", ".join(uses) if uses else ""
    return f"both sides have one canonical form{after}, for all sizes"


class Prover:
    """Proofs of the goals of one sequent."""

    def __init__(self, sequent: Sequent, until: float) -> None:
        program = sequent.program
        if sequent.values:
            program = replace(program, statements={**program.statements, **sequent.values})
        self.until = until
        self.differentiator = Differentiator(program, sequent.partials)
        facts = (*program.facts, *sequent.suppose, *(_as_fact(g) for g in sequent.premises))
        implicit = (st for st in program.statements.values() if st.kind == "implicit" and st.condition is not None)
        facts = (*facts, *(Fact("=", st.condition, ZERO, st.binders) for st in implicit))
        self.facts = tuple(self._plain_fact(f) for f in facts)
        self.suppose = sequent.suppose
        self.source = program
        self.program = replace(program, statements={k: self._plain(s) for k, s in program.statements.items()})
        self.fact_names = {a.name for f in facts for e in (f.left, f.right) if e is not None for a in accesses(e)}

    def _plain(self, st: Statement) -> Statement:
        """A statement with its derivatives worked out, where they can be."""
        if st.kind not in CLOSED or not has_derivatives(st.body):
            return st
        try:
            return replace(st, body=self.differentiator.body(st))
        except UnsupportedError:
            return replace(st, kind="closed")

    def _narrowed(self, b: Bind) -> Bind:
        """A letter of the line with what the line supposes of it: t ≥ 1."""
        for f in self.suppose:
            if f.left is Idx(b.name) and isinstance(f.right, Num) and f.op in (">", "≥"):
                least = f.right.value + (1 if f.op == ">" else 0)
                if isinstance(b.first, Num) and b.first.value < least and least.denominator == 1:
                    b = Bind(b.name, num(least), b.last)  # type: ignore[assignment]
        return b

    def resolved(self, *sides: Expr) -> tuple[Expr, ...]:
        """The sides with derivatives and differentials worked out."""
        directions = directions_of(self.differentiator.program, *sides)
        worker = self.differentiator
        if directions:
            worker = Differentiator(worker.program, worker.claims, directions)
        return tuple(map(worker.resolve, sides))

    def _plain_fact(self, f: Fact) -> Fact:
        try:
            left = None if f.left is None else self.differentiator.resolve(f.left)
            right = None if f.right is None else self.differentiator.resolve(f.right)
        except UnsupportedError:
            return replace(f, op="?")
        return replace(f, left=left, right=right)

    # --------------------------------------------------------------------------------------------------- goals

    def goal(self, g: Goal) -> Proof | None:
        g = replace(g, binders=tuple(self._narrowed(b) for b in g.binders))
        if g.op != "=" or type(g.left).__name__ == "Lam":
            from symdl.judge.bounds import prove_bound

            return prove_bound(self, g)
        trivial = self._trivial(g)
        if trivial:
            return Proof("", trivial)
        found = self._directly(g)
        if found is None and time.process_time() < self.until:
            found = by_induction(self, g)
        return found

    def _directly(self, g: Goal) -> Proof | None:
        uses: tuple[str, ...] = ()
        left, right = g.left, g.right
        variables = {v.name for e in (left, right) for x in walk(e) if isinstance(x, Deriv) for v in x.by}
        if has_derivatives(left) or has_derivatives(right):
            left, right = self.resolved(left, right)
            uses = ("differentiation",)
        knowledge = knowledge_of(self.program, self.facts, (left, right, *g.binders))
        plain = replace(knowledge, facts=())
        for attempt in self.attempts(left, right, variables):
            for k, facts in ((plain, ()), *(((knowledge, ("the facts assumed",)),) if knowledge.facts else ())):
                found = self._attempt(replace(g, left=left, right=right), attempt, k)
                if found is not None:
                    return Proof("", "", (*uses, *attempt.uses, *facts, *found))
                if time.process_time() > self.until:
                    return None
        return None

    def attempts(self, left: Expr, right: Expr, variables: Set[str] = frozenset()) -> list[Attempt]:
        named = {a.name for e in (left, right) for a in accesses(e)}
        opens = any(self._opens(name) for name in named)
        out = [Attempt(lambda name: False, 0, ())]
        if opens:
            if any(self._opens(n) and self._moves(n, variables) for n in named):
                out.append(Attempt(lambda name: self._moves(name, variables), 0, ("opening definitions",)))
            if any(self._opens(name) for name in self.fact_names):
                spoken = self.fact_names
                out.append(Attempt(lambda name: name not in spoken, 0, ("opening definitions",)))
            out.append(Attempt(lambda name: True, 0, ("opening definitions",)))
        out.append(Attempt(lambda name: True, 1, ("opening definitions",) if opens else ()))
        return out

    def _moves(self, name: str, variables: Set[str]) -> bool:
        """Does it depend on one of the variables? What does not stays a name: opening it helps no derivative."""
        return any(name != v and self.differentiator.depends(name, v) for v in variables)

    def _opens(self, name: str) -> bool:
        st = self.program.statements.get(name)
        return st is not None and st.kind in CLOSED

    def _trivial(self, g: Goal) -> str:
        if g.left is g.right:
            return "restatement"
        if has_derivatives(g.left) or has_derivatives(g.right):
            return ""
        program = replace(self.source, facts=())
        for one, other in ((g.left, g.right), (g.right, g.left)):
            st = self.source.statements.get(one.name) if isinstance(one, Acc) else None
            if isinstance(one, Acc) and st is not None and st.kind in CLOSED and not has_derivatives(st.body):
                body = unfolded(st, one.indices)
                if self._same(program, g, body, other):
                    return "definition"
        return "rearrangement" if self._same(program, g, g.left, g.right) else ""

    def _same(self, program: Program, g: Goal, left: Expr, right: Expr) -> bool:
        try:
            n = Normaliser(program, level=-1, binders=g.binders, steps=8000)
            return not minus(n.poly(left), n.poly(right))
        except (UnsupportedError, Exhausted):
            return False

    # ------------------------------------------------------------------------------------------------ attempts

    def _attempt(self, g: Goal, a: Attempt, knowledge: Knowledge) -> tuple[str, ...] | None:
        """What more it took, or None."""
        try:
            p, n = self.difference(g, a, knowledge, {})
            if vanishes(n, p):
                return ()
            if a.level > 0 and self._by_cases(g, a, knowledge, p):
                return ("a case split",)
        except (UnsupportedError, Exhausted):
            return None
        return None

    def difference(self, g: Goal, a: Attempt, k: Knowledge, truth: dict[Expr, bool]) -> tuple[Poly, Normaliser]:
        left_seconds = max(0.05, min(2.0, self.until - time.process_time()))
        n = Normaliser(
            self.program,
            unfold=a.unfold,
            level=a.level,
            knowledge=k,
            binders=g.binders,
            truth=truth,
            seconds=left_seconds,
        )
        p = minus(n.poly(g.left), n.poly(g.right))
        if n.inverses:  # rules met on the way may simplify what came before them
            p = minus(n.poly(g.left), n.poly(g.right))
        if g.condition is not None:
            p = n.times(p, n.poly(Ind(g.condition)))
        return p, n

    def _by_cases(self, g: Goal, a: Attempt, k: Knowledge, p: Poly) -> bool:
        """Each way the real conditions of the claim can turn out."""
        conditions = [
            x
            for x in walk(poly_expr(p))
            if isinstance(x, Ind) and isinstance(x.condition, Cmp) and x.condition.op == ">"
        ]
        if not 0 < len(conditions) <= 3 or any("§" in name for c in conditions for name in c.free):
            return False
        averaged = {y for x in walk(poly_expr(p)) if isinstance(x, Expect | Integ) for y in walk(x.body)}
        if averaged.intersection(conditions):  # it turns out both ways under the expectation
            return False
        for values in itertools.product((True, False), repeat=len(conditions)):
            q, n = self.difference(g, a, k, dict(zip(conditions, values, strict=True)))
            if not vanishes(n, q):
                return False
        return True


def _as_fact(g: Goal) -> Fact:
    return Fact(g.op, g.left, g.right, g.binders, g.condition)
