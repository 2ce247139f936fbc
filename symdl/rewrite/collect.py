"""Collect: common factors in front, `p_i a_i − p_i b ⇒ p_i (a_i − b)`, also under a common sum, where shorter."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import gcd

from symdl.rewrite.cost import cost
from symdl.rewrite.match import matches
from symdl.rewrite.terms import Term, expression, key, numeric, product_of, substitute_term
from symdl.tensor import expr as E
from symdl.tensor.expr import Bind, Expr, Idx

MANY = 24  # a sum of more terms is left as it is


@lru_cache(maxsize=4096)  # groups of the same terms come back on every way to group the rest
def collect(terms: tuple[Term, ...]) -> Expr:
    """The terms as one expression, factored while that makes it cheaper."""
    terms = ordered(terms)
    best = E.add(*(expression(t) for t in terms))
    if not 2 <= len(terms) <= MANY:
        return best
    price = cost(best)
    for grouped in _groupings(terms):
        c = cost(grouped)
        if c < price:
            best, price = grouped, c
    return best


def ordered(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Plus before minus, the order kept otherwise."""
    return tuple(sorted(terms, key=lambda t: t.coefficient < 0))


def _groupings(terms: tuple[Term, ...]) -> list[Expr]:
    """For each factor that two terms share: that group factored, the others collected on their own."""
    out: list[Expr] = []
    number = _content(terms)
    if number != 1:
        out.append(E.mul(E.num(number), collect(tuple(replace(t, coefficient=t.coefficient / number) for t in terms))))
    tried: set[str] = set()
    for t in terms[:4]:
        for n, (base, x) in enumerate(t.powers):
            if numeric(x) is None:
                continue
            mark = key(base, {b.name: "@" for b in t.binders})
            if mark in tried:
                continue
            tried.add(mark)
            grouped = _group(t, n, terms)
            if grouped is not None:
                out.append(grouped)
    return out


def _content(terms: tuple[Term, ...]) -> Fraction:
    """The number all coefficients share; negative if they all are."""
    tops = [abs(t.coefficient.numerator) for t in terms]
    bottoms = [t.coefficient.denominator for t in terms]
    same = len(set(bottoms)) == 1
    number = Fraction(gcd(*tops), bottoms[0] if same else 1)
    return -number if all(t.coefficient < 0 for t in terms) else number


def _group(t: Term, n: int, terms: tuple[Term, ...]) -> Expr | None:
    base, x = t.powers[n]
    pulled = tuple(b for b in t.binders if b.name in base.free)
    if any((b.first.free | b.last.free) & t.letters for b in pulled):
        return None
    members, others, exponents = [], [], []
    for u in terms:
        found = _aligned(base, pulled, u)
        same = None if found is None else numeric(found[1])
        if found is None or same is None or (same > 0) != ((numeric(x) or 0) > 0):
            others.append(u)
        else:
            members.append(found[0])
            exponents.append(same)
    if len(members) < 2:
        return None
    least = min(exponents, key=abs)
    names = {b.name for b in pulled}
    inner = tuple(
        replace(
            without(u, base, least),
            binders=tuple(b for b in u.binders if b.name not in names),
        )
        for u in members
    )
    number = _content(inner)
    inner = tuple(replace(u, coefficient=u.coefficient / number) for u in inner)
    shared, inner = _all_shared(inner)
    lacking = any(not names <= frozenset().union(*(b.free for b, _ in u.powers)) for u in inner)
    if lacking and any(b.free and not b.free & names for u in inner for b, _ in u.powers):
        return None  # a bracket that mixes summed and outer letters, (x̂_j x̂_i + 1), is no shorter to read
    body = E.mul(*(E.power(b, p) for b, p in shared), E.power(base, E.num(least)), collect(inner))
    front, body = _outside(body, names)
    return E.add(E.mul(E.num(number), *front, E.total(pulled, body)), *((collect(tuple(others)),) if others else ()))


def without(t: Term, base: Expr, exponent: Fraction) -> Term:
    """A term divided by base^exponent; a bracket is simply taken away."""
    if isinstance(base, E.Ind):
        return replace(t, powers=tuple(p for p in t.powers if p[0] is not base))
    return product_of(t.coefficient, (*t.powers, (base, E.num(-exponent))), t.binders)


def _outside(body: Expr, names: set[str]) -> tuple[list[Expr], Expr]:
    """Factors that the pulled letters do not touch go in front of their sum."""
    factors = body.factors if isinstance(body, E.Mul) else (body,)
    front = [f for f in factors if not f.free & names] if names else []
    return front, E.mul(*(f for f in factors if f not in front))


def _all_shared(terms: tuple[Term, ...]) -> tuple[tuple[tuple[Expr, Expr], ...], tuple[Term, ...]]:
    """Powers that every term has, letters free alike."""
    shared: list[tuple[Expr, Expr]] = []
    for base, x in terms[0].powers:
        if base.free & terms[0].letters or numeric(x) is None:
            continue
        exponents = [numeric(dict(t.powers).get(base, E.ZERO)) for t in terms]
        if all(e is not None and e * (numeric(x) or 0) > 0 for e in exponents):
            least = min((e for e in exponents if e is not None), key=abs)
            shared.append((base, E.num(least)))
    if not shared:
        return (), terms
    for base, x in shared:
        terms = tuple(without(t, base, numeric(x) or Fraction(0)) for t in terms)
    return tuple(shared), terms


def _aligned(base: Expr, pulled: tuple[Bind, ...], u: Term) -> tuple[Term, Expr] | None:
    """A term that holds the base, its own dummies renamed to those of the base; and the exponent there."""
    for b, x in u.powers:
        if b is base and all(p in u.binders for p in pulled):
            return u, x
    if not pulled:
        return None
    own = {b.name: b for b in u.binders}
    for b, x in u.powers:
        for found in matches(base, b, frozenset(p.name for p in pulled), {}):
            images = {p.name: found.get(p.name) for p in pulled}
            names = [i.name for i in images.values() if isinstance(i, Idx) and i.name in own]
            if len(set(names)) != len(pulled):
                continue
            back = {i.name: Idx(p) for p, i in images.items() if isinstance(i, Idx)}
            if any(
                own[i.name].first is not p.first or own[i.name].last is not p.last
                for p in pulled
                if isinstance(i := images[p.name], Idx)
            ):
                continue
            if any(p.name in own and p.name not in names for p in pulled):
                continue
            return substitute_term(u, back), x
    return None
