"""Bounds: a ≤ b by a certificate, b − a being a sum of parts that can't be negative; M ⪰ 0 as a sum of Gram matrices.

A part can't be negative if its coefficient is positive and its factors are: even powers, positive or non-negative
atoms, exponentials, indicators, sums of those, pairs of equal sums (a square), Σ_i u_i Σ_j u_j (a square too).
What has no certificate is left to the search for a violation: None here refutes nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import isqrt
from typing import TYPE_CHECKING

from symdl.errors import UnsupportedError
from symdl.judge.assumptions import knowledge_of
from symdl.judge.proof import Proof
from symdl.tensor.canonical import Exhausted, Normaliser
from symdl.tensor.canonical_order import rename, spell
from symdl.tensor.canonical_terms import Mono, Poly, minus, plus, scale
from symdl.tensor.expr import (
    ZERO,
    Acc,
    Add,
    Const,
    Dimension,
    Expr,
    Fn,
    Idx,
    Ind,
    Lam,
    Num,
    Red,
    add,
    fresh,
    mul,
    neg,
    num,
    refresh,
    substitute,
)
from symdl.tensor.program import Fact, Goal

if TYPE_CHECKING:
    from symdl.judge.equality import Prover

NEVER_NEGATIVE = frozenset({"exp", "cosh", "softplus", "sigmoid", "abs", "relu", "sqrt", "Phi", "phi"})


def prove_bound(prover: Prover, g: Goal) -> Proof | None:
    """A certificate for a goal with ≤, ≥, <, > or ⪰; strict ones need a positive part."""
    if g.op in ("⪰", "≻"):
        return _definite(prover, g) if g.op == "⪰" else None
    if g.op not in ("≤", "≥", "<", ">"):
        return None
    high, low = (g.right, g.left) if g.op in ("≤", "<") else (g.left, g.right)
    high, low = prover.resolved(high, low)
    whole = replace(g, op="=", left=high, right=low)
    knowledge = knowledge_of(prover.program, prover.facts, (high, low, *g.binders))
    signs = _signs(prover.facts)
    for attempt in prover.attempts(high, low):
        try:
            p, n = prover.difference(whole, attempt, knowledge, {})
            if g.op in ("≤", "≥") and _perfect_square(n, p):
                return Proof("the difference is a square", "", attempt.uses)
            if _non_negative(n, p, signs) and (g.op in ("≤", "≥") or _strict(n, p)):
                return Proof("the difference is a sum of parts that can't be negative", "", attempt.uses)
        except (UnsupportedError, Exhausted):
            continue
    return None


def _signs(facts: tuple[Fact, ...]) -> frozenset[str]:
    """Names of tensors that are assumed not to be negative."""
    names = set()
    for f in facts:
        if f.op in ("≥", ">") and isinstance(f.left, Acc) and isinstance(f.right, Num) and f.right.value >= 0:
            letters = {i.name for i in f.left.indices if isinstance(i, Idx)}
            if f.condition is None and len(letters) == len(f.left.indices) and letters <= {b.name for b in f.binders}:
                names.add(f.left.name)
    return frozenset(names)


def _non_negative(n: Normaliser, p: Poly, signs: frozenset[str]) -> bool:
    """Does every term have a sign by itself?"""
    return all(c > 0 and _term(n, m, signs) for m, c in p.items())


def _perfect_square(n: Normaliser, p: Poly) -> bool:
    """Is p = (± √c_1 s_1 ± √c_2 s_2 …)², read off its squares?"""
    roots: list[Poly] = []
    for (binders, powers), c in p.items():
        whole = all(isinstance(x, Num) and x.value % 2 == 0 for _, x in powers)
        top, bottom = isqrt(abs(c.numerator)), isqrt(c.denominator)
        if binders or not whole or c < 0 or top * top != c.numerator or bottom * bottom != c.denominator:
            continue
        half = tuple((b, num(x.value / 2)) for b, x in powers if isinstance(x, Num))
        roots.append({((), half): Fraction(top, bottom)})
    if not 1 < len(roots) <= 4:
        return False
    for signs in itertools.product((1, -1), repeat=len(roots) - 1):
        root = plus(roots[0], *(scale(r, s) for r, s in zip(roots[1:], signs, strict=True)))
        if not minus(p, n.times(root, root)):
            return True
    return False


def _strict(n: Normaliser, p: Poly) -> bool:
    """Is some term positive, never zero? (A square may be zero.)"""
    return any(not m[0] and all(_never_zero(n, b) for b, _ in m[1]) for m in p)


def _never_zero(n: Normaliser, e: Expr) -> bool:
    if isinstance(e, Fn):
        return e.name in ("exp", "cosh", "softplus", "sigmoid")
    if isinstance(e, Add):
        return all(map(partial(_never_zero, n), e.terms))
    return isinstance(e, Num | Dimension | Const) or (isinstance(e, Acc) and e.name in n.knowledge.positives)


def _term(n: Normaliser, m: Mono, signs: frozenset[str]) -> bool:
    _, powers = m
    odd = [(b, x) for b, x in powers if not _factor(n, b, x, signs)]
    if not odd:
        return True
    return _square(n, m, odd)


def _factor(n: Normaliser, base: Expr, x: Expr, signs: frozenset[str]) -> bool:
    if isinstance(x, Num) and (x.value.denominator == 1 and x.value % 2 == 0):
        return True
    if isinstance(x, Num) and x.value.denominator % 2 == 0:
        return True  # a real root has a value only where it is not negative
    if isinstance(base, Ind) or n.is_positive(base):
        return True
    if isinstance(base, Fn) and base.name in NEVER_NEGATIVE:
        return True
    if isinstance(base, Acc):
        return base.name in signs or base.name in n.knowledge.binary
    return False


def _square(n: Normaliser, m: Mono, odd: list[tuple[Expr, Expr]]) -> bool:
    """Σ_k (Σ_i a_ik)(Σ_j a_jk) ≥ 0: letters pair off so that exchanging the pairs leaves two equal halves."""
    binders, _ = m
    names = [b.name for b in binders]
    if len(odd) % 2 or len(odd) > 6 or any(b.free & set(names) for b in binders):
        return False
    items = sorted(odd, key=lambda bx: spell(bx[0]))
    first = items[0]
    for other in items[1:]:
        pairs = _pairing(first[0], other[0], names)
        if pairs is None or other[1] is not first[1]:
            continue
        turned: dict[str, Expr] = {}
        for u, v in pairs.items():
            turned[u], turned[v] = Idx(v), Idx(u)
        left = list(items)
        halves = 0
        while left:
            b, x = left.pop(0)
            image = n.expr(rename(b, turned))
            twin = next((it for it in left if it[0] is image and it[1] is x), None)
            if twin is None or not _apart(b, image, pairs):
                break
            left.remove(twin)
            halves += 1
        even = [(b, x) for b, x in m[1] if (b, x) not in odd]
        moved = any(b.free & turned.keys() for b, _ in even)
        spans = {b.name: (b.first, b.last) for b in binders}
        same = all(spans[a] == spans[b] for a, b in pairs.items())
        if not left and halves and not moved and same:
            return True
    return False


def _pairing(a: Expr, b: Expr, names: list[str]) -> dict[str, str] | None:
    """The letters of a and b that differ in the same places."""
    if not (isinstance(a, Acc) and isinstance(b, Acc)) or a.name != b.name or len(a.indices) != len(b.indices):
        return None
    out: dict[str, str] = {}
    for i, j in zip(a.indices, b.indices, strict=True):
        if i is j:
            continue
        if not (isinstance(i, Idx) and isinstance(j, Idx) and i.name in names and j.name in names):
            return None
        if out.setdefault(i.name, j.name) != j.name:
            return None
    values = list(out.values())
    return out if out and len(set(values)) == len(values) and not set(values) & out.keys() else None


def _apart(b: Expr, image: Expr, pairs: dict[str, str]) -> bool:
    """Do the halves have their own letters each?"""
    left, right = set(pairs), set(pairs.values())
    return not (b.free & left and b.free & right) and not (image.free & left and image.free & right)


def _definite(prover: Prover, g: Goal) -> Proof | None:
    """M ⪰ 0: vᵀ M v for a free v is a sum of parts that can't be negative, and M is symmetric."""
    lam = g.left if isinstance(g.left, Lam) else g.right
    if not isinstance(lam, Lam) or len(lam.binders) != 2:
        return None
    row, column = lam.binders

    def entry(side: Expr, i: Expr, j: Expr) -> Expr:
        body = refresh(side)
        if not isinstance(body, Lam):
            return body
        return substitute(body.body, {body.binders[0].name: i, body.binders[1].name: j})

    i, j, name = Idx(fresh("i")), Idx(fresh("j")), "§direction"

    def gap(a: Expr, b: Expr) -> Expr:
        return add(entry(g.left, a, b), neg(entry(g.right, a, b)))

    spans = tuple(type(row)(x.name, b.first, b.last) for x, b in ((i, row), (j, column)))  # type: ignore[attr-defined]
    symmetric = prover.goal(Goal("=", gap(i, j), gap(j, i), (*g.binders, *spans)))
    if symmetric is None:
        return None
    form = Red("sum", spans, None, mul(Acc(name, (i,)), gap(i, j), Acc(name, (j,))))
    found = prove_bound(prover, Goal("≥", form, ZERO, g.binders))
    if found is None:
        return None
    return Proof("it is symmetric, and its quadratic form is a sum of parts that can't be negative", "", found.uses)
