"""The canonical form of entries: equal forms mean equal values, for all sizes and values where both are defined.

A `Normaliser` turns an entry into a tensor polynomial (`canonical_terms`) by expanding products over sums, merging
powers, eliminating deltas and unused letters, rewriting by facts, and naming bound letters canonically. What it can't
open stays an atom with canonical insides. It is sound by construction and bounded: `Exhausted` ends what grows too far.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from symdl.errors import UnsupportedError
from symdl.tensor.canonical_atoms import open_atom
from symdl.tensor.canonical_composite import merged_letters, split_letters
from symdl.tensor.canonical_conditions import indicator
from symdl.tensor.canonical_facts import Knowledge
from symdl.tensor.canonical_functions import function_of
from symdl.tensor.canonical_label import Exhausted
from symdl.tensor.canonical_letters import deltas, letters, numbers, squares, sums
from symdl.tensor.canonical_order import place
from symdl.tensor.canonical_orient import Rule
from symdl.tensor.canonical_powers import power_of
from symdl.tensor.canonical_ranges import is_integer_valued
from symdl.tensor.canonical_rules import apply_rules
from symdl.tensor.canonical_spans import conditions, nested_ranges
from symdl.tensor.canonical_terms import UNIT, Mono, Poly, Raw, atom, constant, labelled, opened, plus, poly_expr
from symdl.tensor.expr import (
    ZERO,
    Acc,
    Add,
    Bind,
    Const,
    Dimension,
    Expr,
    Fn,
    Idx,
    Ind,
    Mul,
    Num,
    Pow,
    Red,
    fresh,
    substitute,
)
from symdl.tensor.program import Program, Statement

CLOSED = frozenset({"sum", "reduce", "matrix", "abstract", "expectation"})  # kinds whose body is all there is to them

# How a term is finished, cheap rules first; the first that applies starts the round again.
FINISHING = (
    numbers,
    sums,
    squares,
    deltas,
    conditions,
    letters,
    nested_ranges,
    merged_letters,
    split_letters,
    apply_rules,
)

__all__ = ["Exhausted", "Normaliser", "canonical"]


class Normaliser:
    """Canonical forms over one program.

    Args:
        program: statements, leaves, laws.
        unfold: which defined names are replaced by their definitions.
        level: −1 is mere rearrangement: no rule of exp, log, inverses or closed sums; 0 keeps functions such as sigmoid
            as they are; 1 expands them into exp, log and indicators.
        knowledge: facts as rewriting rules, positivity, symmetry.
        binders: ranges of the free letters.
        truth: conditions assumed to hold or to fail (for a case split).
        steps, seconds: the budget.
    """

    def __init__(
        self,
        program: Program,
        *,
        unfold: Callable[[str], bool] = lambda name: False,
        level: int = 0,
        knowledge: Knowledge | None = None,
        binders: Iterable[Bind] = (),
        truth: Mapping[Expr, bool] | None = None,
        steps: int = 60_000,
        seconds: float = 3.0,
    ) -> None:
        self.program = program
        self.unfold = unfold
        self.level = level
        self.knowledge = knowledge or Knowledge()
        self.truth = dict(truth or {})
        self.rules: list[Rule] = []
        self.ranges: dict[str, tuple[Poly, Poly]] = {}
        self.steps, self.until = steps, time.process_time() + seconds
        self._memo: dict[Expr, Poly] = {}
        self._positive: dict[Expr, bool] = {}
        self._busy: set[str] = set()
        self.inverses: set[Expr] = set()
        self.tries = 12  # how often a claim may be multiplied by a matrix
        for b in binders:
            self.ranges[b.name] = (self.poly(b.first), self.poly(b.last))
        self.rules = self.knowledge.rules(self)
        self._memo.clear()

    # ------------------------------------------------------------------------------------------ entry points

    def expr(self, e: Expr) -> Expr:
        """The canonical expression of e."""
        return poly_expr(self.poly(e))

    def poly(self, e: Expr) -> Poly:
        found = self._memo.get(e)
        if found is None:
            self.tick()
            found = self._memo[e] = self._poly(e)
        return found

    def forget(self) -> None:
        """A new rule: what was simplified before may simplify further."""
        self._memo.clear()

    def tick(self, n: int = 1) -> None:
        self.steps -= n
        if self.steps < 0 or (self.steps % 64 == 0 and time.process_time() > self.until):
            raise Exhausted("the budget is used up")

    def _poly(self, e: Expr) -> Poly:
        if isinstance(e, Num):
            return constant(e.value)
        if isinstance(e, Idx):
            return atom(e)
        if isinstance(e, Const):
            if e.name == "infinity":
                raise UnsupportedError("infinity as a number")
            return atom(e)
        if isinstance(e, Dimension):
            return atom(Dimension(e.name, None if e.index is None else self.expr(e.index)))
        if isinstance(e, Add):
            return plus(*map(self.poly, e.terms))
        if isinstance(e, Mul):
            out = constant(1)
            for f in sorted(map(self.poly, e.factors), key=len):
                out = self.times(out, f)
            return out
        if isinstance(e, Pow):
            return power_of(self, self.poly(e.base), self.poly(e.exponent))
        if isinstance(e, Fn):
            return function_of(self, e.name, tuple(map(self.poly, e.args)))
        if isinstance(e, Ind):
            return indicator(self, e.condition)
        if isinstance(e, Acc):
            return self._access(e)
        if isinstance(e, Red) and e.op == "sum":
            return self._sum(e)
        return open_atom(self, e)

    def _access(self, e: Acc) -> Poly:
        st = self.program.statements.get(e.name)
        if st is not None and st.kind in CLOSED and self.unfold(e.name) and e.name not in self._busy:
            self._busy.add(e.name)
            try:
                return self.poly(unfolded(st, tuple(map(self.expr, e.indices))))
            finally:
                self._busy.discard(e.name)
        indices = tuple(map(self.expr, e.indices))
        return self.knowledge.access(self, e.name, indices)

    def _sum(self, e: Red) -> Poly:
        binders, condition, body = self.enter(e.binders, e.condition, e.body)
        inner = self.poly(body)
        if condition is not None:
            inner = self.times(inner, self.poly(Ind(condition)))
        out: Poly = {}
        for m, c in inner.items():
            raw = opened(m, c, (b.name for b in binders))
            raw.binders = (*binders, *raw.binders)
            out = plus(out, self.finish(raw))
        return out

    def enter(
        self, binders: tuple[Bind, ...], condition: Expr | None, body: Expr
    ) -> tuple[tuple[Bind, ...], Expr | None, Expr]:
        """Take in bound letters: ranges canonical and known; a letter met before with another range gets a new name."""
        out = []
        names: dict[str, Expr] = {}
        for b in binders:
            first = self.expr(substitute(b.first, names) if names else b.first)
            last = self.expr(substitute(b.last, names) if names else b.last)
            name = b.name
            if not name.startswith("§"):
                span = (self.poly(first), self.poly(last))
                if self.ranges.setdefault(name, span) != span:
                    name = fresh(b.name)
                    self.ranges[name] = span
                    names[b.name] = Idx(name)
            out.append(Bind(name, first, last))
        if names:
            body = place(body, names)
            condition = None if condition is None else place(condition, names)
        return tuple(out), condition, body  # type: ignore[return-value]

    # --------------------------------------------------------------------------------------------- arithmetic

    def times(self, p: Poly, q: Poly) -> Poly:
        """Expand p · q."""
        if len(p) == 1 and UNIT in p:
            return {m: c * p[UNIT] for m, c in q.items()}
        if len(q) == 1 and UNIT in q:
            return {m: c * q[UNIT] for m, c in p.items()}
        if len(p) * len(q) > 4000:
            raise Exhausted("a product with too many terms")
        parts = []
        for m1, c1 in p.items():
            used = frozenset().union(*(b.free | x.free for b, x in m1[1]), *(b.free for b in m1[0]))
            for m2, c2 in q.items():
                first = opened(m1, c1, frozenset().union(*(b.free | x.free for b, x in m2[1])))
                parts.extend(self.merged(first, m2, c2, used))
        return plus(*(self.finish(r) for r in parts))

    def merged(self, raw: Raw, m: Mono, c: Fraction, used: Iterable[str] = ()) -> list[Raw]:
        """One term in work, raw × (c·m), with the letters of both."""
        other = opened(m, c, raw.names() | set(used))
        powers = dict(raw.powers)
        for b, x in other.powers.items():
            self.put(powers, b, x)
        return [Raw(raw.coefficient * other.coefficient, (*raw.binders, *other.binders), powers)]

    def put(self, powers: dict[Expr, Expr], base: Expr, x: Expr) -> None:
        """Multiply powers by base^x: exponents add."""
        old = powers.get(base)
        if old is None:
            powers[base] = x
            return
        if isinstance(base, Ind):
            return
        if isinstance(old, Num) and isinstance(x, Num):
            new: Expr = Num(old.value + x.value)
        else:
            new = poly_expr(plus(self.poly(old), self.poly(x)))
        if new is ZERO:
            del powers[base]
        else:
            powers[base] = new

    def product_expr(self, x: Expr, p: Poly) -> Expr:
        return poly_expr(self.times(self.poly(x), p))

    def finish(self, raw: Raw) -> Poly:
        """Simplify a term in work until no rule applies, and label it."""
        done: dict[Mono, Fraction] = {}
        work = [raw]
        while work:
            r = work.pop()
            self.tick()
            if not r.coefficient:
                continue
            for rule in FINISHING:
                found = rule(self, r)
                if found is not None:
                    work.extend(found)
                    break
            else:
                m = labelled(r)
                value = done.get(m, Fraction(0)) + r.coefficient
                if value:
                    done[m] = value
                else:
                    done.pop(m, None)
            if len(work) > 3000 or len(done) > 3000:
                raise Exhausted("too many terms")
        return done

    # ------------------------------------------------------------------------------------------------- domains

    def is_positive(self, e: Expr) -> bool:
        """Is e known to be positive wherever it is defined?"""
        found = self._positive.get(e)
        if found is None:
            self._positive[e] = False  # while asking: a circle proves nothing
            found = self._positive[e] = self.knowledge.is_positive(self, e)
        return found

    def is_integer(self, p: Poly) -> bool:
        return is_integer_valued(p, self.knowledge.is_integer)

    def span(self, raw: Raw | None) -> Callable[[str], tuple[Poly, Poly] | None]:
        """The ranges of letters: those bound in a term, then the free ones."""

        def of(letter: str) -> tuple[Poly, Poly] | None:
            for b in raw.binders if raw is not None else ():
                if b.name == letter:
                    return self.poly(b.first), self.poly(b.last)
            return None if letter.startswith("§") else self.ranges.get(letter)

        return of


def unfolded(st: Statement, indices: tuple[Expr, ...]) -> Expr:
    """The body of a statement at given indices, with no letter captured."""
    return place(st.body, {b.name: i for b, i in zip(st.binders, indices, strict=True)})


def canonical(e: Expr, program: Program | None = None, binders: Iterable[Bind] = ()) -> Expr:
    """The canonical form of an entry, with no definition opened and no fact used."""
    return Normaliser(program or Program(), binders=binders).expr(e)
