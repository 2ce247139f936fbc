"""Facts as rewriting: Σ_k Y_ik ⇒ 1, Σ_k Q_ki Q_kj ⇒ δ_ij, A A^{-1} ⇒ I, matched modulo the names of letters.

A rule's pattern is a product of powers; its bound letters must be bound letters of the term that occur nowhere else,
with the same range; its free letters stand for any index in their ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.tensor.canonical_domains import positive
from symdl.tensor.canonical_expect import expectation
from symdl.tensor.canonical_order import spell
from symdl.tensor.canonical_orient import Rule, lead, oriented
from symdl.tensor.canonical_terms import Poly, Raw, minus, opened, plus
from symdl.tensor.expr import ONE, Acc, Bind, Expect, Expr, Fn, Idx, Mat, Num, add, delta, mul, neg, refresh, substitute
from symdl.tensor.program import Fact

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser


@dataclass
class Knowledge:
    """What assumptions say: relations, and properties of tensors by name."""

    facts: tuple[Fact, ...] = ()
    symmetric: frozenset[str] = frozenset()
    binary: frozenset[str] = frozenset()
    positives: frozenset[str] = frozenset()
    integers: frozenset[str] = frozenset()
    least: dict[Expr, Fraction] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def rules(self, n: Normaliser) -> list[Rule]:
        out = []
        for f in self.facts:
            if f.op == "=" and f.left is not None and f.right is not None and f.condition is None:
                rule = oriented(n, f.left, f.right, f.binders)
                if rule is not None:
                    out.append(rule)
        return out

    def access(self, n: Normaliser, name: str, indices: tuple[Expr, ...]) -> Poly:
        """An access, the two places of a symmetric matrix marked so that their order does not matter."""
        if name in self.symmetric and len(indices) == 2:
            indices = (Fn("sym", tuple(sorted(indices, key=spell))),)
        return n.finish(Raw(Fraction(1), (), {Acc(name, indices): ONE}))

    def is_binary(self, name: str) -> bool:
        return name in self.binary

    def is_integer(self, e: Expr) -> bool:
        return isinstance(e, Acc) and e.name in self.integers

    def is_positive(self, n: Normaliser, e: Expr) -> bool:
        return positive(n, e, self.positives)

    def expectation(self, n: Normaliser, e: Expect) -> Poly:
        return expectation(n, e)

    def inverse_rules(self, n: Normaliser, e: Mat) -> None:
        """For an inverse that was met: Σ_k M_ik M^{-1}_kj ⇒ δ_ij and Σ_k M^{-1}_ik M_kj ⇒ δ_ij."""
        key = Mat("inverse", (), e.row, e.column, e.body)
        if key in n.inverses:
            return
        n.inverses.add(key)
        i, j, k = (f"·{x}{len(n.inverses)}" for x in "ijk")
        base = add(e.row.first, Num(Fraction(-1)))

        def entry(r: str, c: str) -> Expr:
            places = {e.row.name: add(Idx(r), base), e.column.name: add(Idx(c), base)}
            return substitute(refresh(e.body), places)

        symmetric = len(e.indices) == 1

        def inverse(r: str, c: str) -> Expr:
            places = (Fn("sym", (Idx(r), Idx(c))),) if symmetric else (Idx(r), Idx(c))
            return Mat("inverse", places, e.row, e.column, e.body)

        size = add(e.row.last, neg(base))
        free = (Bind(i, ONE, size), Bind(j, ONE, size))
        for b in (*free, Bind(k, ONE, size)):
            n.ranges.setdefault(b.name, (n.poly(ONE), n.poly(size)))
        rules, n.rules = n.rules, []  # a rule is made of the bare definition, whatever else is known
        n.forget()
        made = []
        for product in (mul(entry(i, k), inverse(k, j)), mul(inverse(i, k), entry(k, j))):
            left = n.poly(mul(product))
            closed: Poly = {}
            for m, c in left.items():
                raw = opened(m, c, (k,))
                raw.binders = (Bind(k, ONE, size), *raw.binders)  # type: ignore[assignment]
                closed = plus(closed, n.finish(raw))
            rule = lead(n, minus(closed, n.poly(delta(Idx(i), Idx(j)))), free, with_inverse=True)
            if rule is not None:
                made.append(rule)
        n.rules = [*rules, *made]
        n.forget()
