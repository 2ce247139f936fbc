"""Expectations in canonical form: linear, constants outside, independent parts apart, moments where they are known.

E[a X + b] ⇒ a E[X] + b;  E[X Y] ⇒ E[X] E[Y] for independent X, Y;  E[x_i x_j] ⇒ Σ_ij + μ_i μ_j;  E[m^k] ⇒ q for a
Bernoulli m;  normal moments of any order by Isserlis. Independence is taken only from what is stated (⊥, iid, N(μ, I)).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.errors import UnsupportedError
from symdl.tensor.canonical_order import place
from symdl.tensor.canonical_terms import Poly, Raw, atom, constant, opened, plus, poly_expr
from symdl.tensor.expr import ONE, Acc, Expect, Expr, Ind, Lam, Num, add, eq, mul, neg, power, rebuild, walk
from symdl.tensor.program import Law

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser

HIGHEST = 8  # degree of a moment


def expectation(n: Normaliser, e: Expect) -> Poly:
    laws = {name: law if law is not None else n.program.laws.get(name) for name, law in e.over}
    for law in laws.values():
        if law is not None and any(v.free for _, v in law.parameters if isinstance(v, Expr)):
            raise UnsupportedError("an expectation under a law with letters of its own")
    body, laws = _with_own_names(n, e, laws)
    out: Poly = {}
    for m, c in n.poly(body).items():
        raw = opened(m, c, body.free)
        inside = {b: x for b, x in raw.powers.items() if _random(n, b, laws) | _random(n, x, laws)}
        work = [Raw(raw.coefficient, raw.binders, {b: x for b, x in raw.powers.items() if b not in inside})]
        for group in _groups(n, inside, laws):
            value = _mean(n, group, laws, raw)
            work = [r for w in work for k, v in value.items() for r in n.merged(w, k, v)]
        for r in work:
            out = plus(out, n.finish(r))
    return out


def _with_own_names(n: Normaliser, e: Expect, laws: dict[str, Law | None]) -> tuple[Expr, dict[str, Law | None]]:
    """Variables of laws written under the sign are bound: `§x1` and so on, so that their names don't matter."""
    written = [name for name, law in e.over if law is not None]
    if not written:
        return e.body, laws
    depth = 1 + sum(isinstance(x, Expect) for x in walk(e.body))
    names = {name: f"§x{depth}.{k}" for k, name in enumerate(written)}
    known = {names.get(name, name): law for name, law in laws.items()}
    return _renamed(e.body, names), known


def _renamed(e: Expr, names: dict[str, str]) -> Expr:
    def visit(x: Expr) -> Expr:
        if isinstance(x, Expect):
            inner = {k: v for k, v in names.items() if k not in {name for name, _ in x.over}}
            return Expect(x.over, _renamed(x.body, inner))
        y = rebuild(x, visit)
        return Acc(names[y.name], y.indices) if isinstance(y, Acc) and y.name in names else y

    return visit(e)


def _random(n: Normaliser, e: Expr, laws: dict[str, Law | None]) -> frozenset[str]:
    """Which of the random names a canonical factor depends on, through definitions that are not opened too."""
    found: set[str] = set()
    seen: set[str] = set()
    stack = [e]
    while stack:
        x = stack.pop()
        if isinstance(x, Expect):
            bound = {name for name, _ in x.over}
            found |= _random(n, x.body, {k: v for k, v in laws.items() if k not in bound})
            continue
        if isinstance(x, Acc):
            if x.name in laws:
                found.add(x.name)
            st = n.program.statements.get(x.name)
            if st is not None and x.name not in seen:
                seen.add(x.name)
                stack.extend((st.body, *(b for _, b in st.base)))
                if st.condition is not None:
                    stack.append(st.condition)
        stack.extend(x.children())
    return frozenset(found)


Group = dict[Expr, Expr]


def _groups(n: Normaliser, inside: Group, laws: dict[str, Law | None]) -> list[Group]:
    """Factors by the random names they share; names that are not independent stay together.

    `x ⊥ y ⊥ z` is read as independence of all together, as everybody means it.
    """
    pairs = {frozenset(p) for p in n.program.independent} if n.level >= 0 else set()
    groups: list[tuple[set[str], Group]] = []
    for b, x in inside.items():
        names = set(_random(n, b, laws) | _random(n, x, laws))
        own: Group = {b: x}
        rest = []
        for other, factors in groups:
            apart = all(frozenset((u, v)) in pairs for u in names for v in other) and not names & other
            if apart:
                rest.append((other, factors))
            else:
                names |= other
                own = {**factors, **own}
        groups = [*rest, (names, own)]
    return [g for _, g in groups]


def _mean(n: Normaliser, group: Group, laws: dict[str, Law | None], raw: Raw) -> Poly:
    """E[Π group]."""
    names = sorted(frozenset().union(*(_random(n, b, laws) | _random(n, x, laws) for b, x in group.items())))
    if len(names) == 1 and n.level >= 0:
        (name,) = names
        law = laws[name]
        factors: list[Acc] = []
        for b, x in group.items():
            whole = isinstance(x, Num) and x.value.denominator == 1 and 0 < x.value <= HIGHEST
            if not (isinstance(b, Acc) and b.name == name and isinstance(x, Num) and whole) or _random(
                n, add(*b.indices), laws
            ):
                factors = []
                break
            factors += [b] * int(x.value)
        if law is not None and factors and len(factors) <= HIGHEST:
            found = _moment(n, law, factors)
            if found is not None:
                return found
    over = tuple((k, _settled(n, laws[k]) if k.startswith("§") else None) for k in _needed(n, names, laws))
    body = poly_expr({((), tuple(group.items())): Fraction(1)})
    return atom(Expect(over, body))


def _needed(n: Normaliser, names: list[str], laws: dict[str, Law | None]) -> list[str]:
    """The names a law of these depends on too: the law of z given x."""
    found = set(names)
    stack = list(names)
    while stack:
        law = laws[stack.pop()]
        for _, value in law.parameters if law is not None else ():
            for name in _random(n, value, laws) if isinstance(value, Expr) else ():
                if name not in found:
                    found.add(name)
                    stack.append(name)
    return sorted(found)


def _settled(n: Normaliser, law: Law | None) -> Law | None:
    if law is None:
        return None
    return replace(law, parameters=tuple((k, n.expr(v) if not isinstance(v, Lam) else v) for k, v in law.parameters))


# -------------------------------------------------------------------------------------------------------- moments


def _parameter(law: Law, name: str, at: tuple[Expr, ...]) -> Expr | None:
    found = dict(law.parameters).get(name)
    if isinstance(found, Lam):
        if len(found.binders) != len(at):
            return None
        return place(found.body, {b.name: i for b, i in zip(found.binders, at, strict=True)})
    return found


def _moment(n: Normaliser, law: Law, factors: list[Acc]) -> Poly | None:
    """E[x_i x_j …] of one tensor, or None where it does not follow from the law."""
    first, rest = factors[0], factors[1:]
    same = all(f is first for f in rest)
    if not rest:
        return _first(n, law, first)
    if same and law.name in ("bernoulli", "uniform"):
        return _single(n, law, first, len(factors))
    if law.name == "normal":
        return _isserlis(n, law, factors)
    if len(factors) == 2:
        pair = _covariance(n, law, first, rest[0])
        means = [_first(n, law, f) for f in factors]
        if pair is None or means[0] is None or means[1] is None:
            return None
        return plus(pair, n.times(means[0], means[1]))
    return None


def _first(n: Normaliser, law: Law, x: Acc) -> Poly | None:
    at = x.indices
    if law.name in ("bernoulli", "uniform", "poisson", "exponential", "gamma", "beta"):
        return _single(n, law, x, 1)
    mean = _parameter(law, "mean", at)
    return None if mean is None else n.poly(mean)


def _single(n: Normaliser, law: Law, x: Acc, k: int) -> Poly | None:
    """E[x^k] of one entry."""

    def p(name: str) -> Expr:
        found = _parameter(law, name, x.indices)
        if found is None:
            raise UnsupportedError(f"a moment under a law whose {name} is not stated")
        return found

    if law.name == "bernoulli":
        return n.poly(p("probability"))
    if law.name == "uniform":
        low, high = p("lower"), p("upper")
        top = add(power(high, k + 1), neg(power(low, k + 1)))
        return n.poly(mul(Num(Fraction(1, k + 1)), top, power(add(high, neg(low)), -1)))  # type: ignore[arg-type]
    if k > 1:
        return None
    if law.name == "poisson":
        return n.poly(p("rate"))
    if law.name == "exponential":
        return n.poly(power(p("rate"), -1))
    if law.name == "gamma":
        return n.poly(mul(p("shape"), power(p("rate"), -1)))
    if law.name == "beta":
        return n.poly(mul(p("alpha"), power(add(p("alpha"), p("beta")), -1)))
    return None


def _covariance(n: Normaliser, law: Law, a: Acc, b: Acc) -> Poly | None:
    """Cov(x_a, x_b): from `covariance`; from `variance` where the entries are the same, or independent when not."""
    found = _parameter(law, "covariance", (*a.indices, *b.indices))
    if found is not None:
        return n.poly(found)
    variance = _parameter(law, "variance", a.indices)
    if variance is None:
        if law.name != "bernoulli":
            return None
        q = _parameter(law, "probability", a.indices)
        if q is None:
            return None
        variance = mul(q, add(ONE, neg(q)))
    if a is b:
        return n.poly(variance)
    if not (law.iid or law.separate):
        return None
    same = constant(1)
    for i, j in zip(a.indices, b.indices, strict=True):
        same = n.times(same, n.poly(Ind(eq(i, j))))
    return n.times(same, n.poly(variance))


def _isserlis(n: Normaliser, law: Law, factors: list[Acc]) -> Poly | None:
    """E[x_1 x_2 … x_k] = μ_1 E[x_2 …] + Σ_j Cov(1, j) E[… without 1 and j]."""
    if not factors:
        return constant(1)
    first, rest = factors[0], factors[1:]
    mean, below = _first(n, law, first), _isserlis(n, law, rest)
    if mean is None or below is None:
        return None
    out = n.times(mean, below)
    for k, other in enumerate(rest):
        pair = _covariance(n, law, first, other)
        left = _isserlis(n, law, rest[:k] + rest[k + 1 :])
        if pair is None or left is None:
            return None
        out = plus(out, n.times(pair, left))
    return out
