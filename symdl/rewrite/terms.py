"""Terms: an expression as a flat sum of products, `c · Σ_k Π atom^exponent`, with sums pulled to the front.

A product's bound letters are kept apart from each other when two are multiplied. Compound factors (sums that are not
expanded) stay atoms, so nothing grows unless a pass asks for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Add, Bind, Deriv, Expr, Idx, Ind, Mul, Num, Red


@dataclass(frozen=True)
class Term:
    """coefficient · Σ_binders Π base^exponent; the Iverson brackets of conditions are atoms like any other."""

    coefficient: Fraction = Fraction(1)
    powers: tuple[tuple[Expr, Expr], ...] = ()
    binders: tuple[Bind, ...] = ()

    @property
    def letters(self) -> frozenset[str]:
        return frozenset(b.name for b in self.binders)

    def without(self, *places: int) -> Term:
        return replace(self, powers=tuple(p for n, p in enumerate(self.powers) if n not in places))


_bound: dict[Expr, frozenset[str]] = {}


def bound_letters(e: Expr) -> frozenset[str]:
    """Every letter bound anywhere in it."""
    found = _bound.get(e)
    if found is None:
        found = _bound[e] = frozenset(e.bound()).union(*(bound_letters(c) for c in e.children()))
    return found


def substitute(e: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace free letters; bound letters that a value would meet are renamed first, so nothing is captured."""
    if not (e.free & values.keys()):
        return e
    incoming = frozenset().union(*(v.free for v in values.values()))
    if bound_letters(e) & incoming:
        e = E.refresh(e)
    return E.substitute(e, values)


def substitute_binder(b: Bind, values: Mapping[str, Expr]) -> Bind:
    name = values.get(b.name)
    return Bind(name.name if isinstance(name, Idx) else b.name, substitute(b.first, values), substitute(b.last, values))


def substitute_term(t: Term, values: Mapping[str, Expr]) -> Term:
    powers = tuple((substitute(b, values), substitute(x, values)) for b, x in t.powers)
    return product_of(t.coefficient, powers, tuple(substitute_binder(b, values) for b in t.binders))


def product_of(coefficient: Fraction, powers: Iterable[tuple[Expr, Expr]], binders: tuple[Bind, ...]) -> Term:
    """A term with equal bases merged; brackets are idempotent and need no power."""
    merged: dict[Expr, Expr] = {}
    for base, exponent in powers:
        if isinstance(base, Num) and isinstance(exponent, Num) and exponent.value.denominator == 1:
            if (base.value or exponent.value > 0) and abs(exponent.value) <= 64:
                coefficient *= base.value ** int(exponent.value)
                continue
        base = alike(base)
        if isinstance(base, Ind):
            merged[base] = E.ONE
            continue
        old = merged.get(base)
        merged[base] = exponent if old is None else E.add(old, exponent)
    kept = tuple((b, x) for b, x in merged.items() if x is not E.ZERO)
    return Term(coefficient, kept, binders)


def rename_apart(t: Term, taken: frozenset[str]) -> Term:
    """The same term, its binders renamed where they are in `taken`."""
    clash = t.letters & taken
    if not clash:
        return t
    return substitute_term(t, {n: Idx(E.fresh(n)) for n in clash})


def multiply(a: Term, b: Term) -> Term:
    """The product a b, with b inside the sums of a: b's own binders are renamed apart, its free letters are a's."""
    taken = a.letters.union(*(x.free for x, _ in a.powers)) if a.powers else a.letters
    b = rename_apart(b, taken)
    return product_of(a.coefficient * b.coefficient, (*a.powers, *b.powers), (*a.binders, *b.binders))


# ------------------------------------------------------------------------------------------------------------ keys

_keys: dict[Expr, str] = {}


def key(e: Expr, names: Mapping[str, str] | None = None) -> str:
    """A text that is equal for expressions equal up to bound letters and the order of sums and products."""
    if not names or names.keys().isdisjoint(e.free):
        found = _keys.get(e)
        if found is None:
            found = _keys[e] = _key(e, {})
        return found
    return _key(e, names)


def _key(e: Expr, names: Mapping[str, str]) -> str:
    if isinstance(e, Idx):
        return names.get(e.name, e.name)
    if isinstance(e, Num):
        return str(e.value)
    if isinstance(e, Acc):
        return f"Acc({e.name},({','.join([key(i, names) for i in e.indices])}))"
    if isinstance(e, Add):
        return "+(" + ",".join(sorted(key(t, names) for t in e.terms)) + ")"
    if isinstance(e, Mul):
        return "*(" + ",".join(sorted(key(t, names) for t in e.factors)) + ")"
    if isinstance(e, E.Cmp) and e.op in "=≠":
        return e.op + ",".join(sorted((key(e.left, names), key(e.right, names))))
    inner = {**names, **{n: f"§{len(names)}.{m}" for m, n in enumerate(e.bound())}} if e.bound() else names

    def value(v: Any) -> str:
        if isinstance(v, Bind):
            return f"{inner.get(v.name, v.name)}:{key(v.first, inner)}:{key(v.last, inner)}"
        if isinstance(v, Expr):
            return key(v, inner)
        if isinstance(v, tuple):
            return "(" + ",".join(value(u) for u in v) + ")"
        return str(v)

    return f"{type(e).__name__}({','.join(value(p) for p in e.parts)})"


_alike: dict[str, Expr] = {}
MANY = 100_000  # entries of a memo table that a new session starts without


def forget_if_many() -> None:
    """Memo tables emptied where they grew large: at the start of a session only, as `alike` compares by identity."""
    for table in (_keys, _alike, _bound, _term_keys, _products):
        if len(table) > MANY:
            table.clear()


def alike(e: Expr) -> Expr:
    """One object for all expressions that differ only in bound letters and in the order of sums and products."""
    if isinstance(e, Acc | Deriv | Idx | Num | E.Dimension | E.Const):
        return e
    return _alike.setdefault(key(e), e)


def _powers_key(t: Term, names: Mapping[str, str]) -> str:
    return "·".join(sorted(f"{key(b, names)}^{key(x, names)}" for b, x in t.powers))


_term_keys: dict[tuple[tuple[tuple[Expr, Expr], ...], tuple[Bind, ...]], str] = {}


def term_key(t: Term) -> str:
    """Equal for terms equal up to their coefficient, bound letters and order; ties are tried out, within reason."""
    found = _term_keys.get((t.powers, t.binders))
    if found is None:
        found = _term_keys[t.powers, t.binders] = _term_key(t)
    return found


def _term_key(t: Term) -> str:
    if not t.binders:
        return _powers_key(t, {})
    if len(t.binders) == 1:
        (b,) = t.binders
        return f"Σ{key(b.first)}:{key(b.last)}|{_powers_key(t, {b.name: '§t0'})}"
    colour: dict[str, str] = {}
    hidden = {b.name: "*" for b in t.binders}
    for b in t.binders:
        own = {**hidden, b.name: "@"}
        touching = sorted(f"{key(x, own)}^{key(p, own)}" for x, p in t.powers if b.name in x.free)
        colour[b.name] = f"{key(b.first, hidden)}:{key(b.last, hidden)}|{'·'.join(touching)}"
    groups = [list(g) for _, g in itertools.groupby(sorted(colour, key=colour.__getitem__), key=colour.__getitem__)]
    count = 1
    for g in groups:
        for n in range(2, len(g) + 1):
            count *= n
    orders: Iterable[tuple[tuple[str, ...], ...]]
    orders = (
        itertools.product(*(itertools.permutations(g) for g in groups)) if count <= 24 else [tuple(map(tuple, groups))]
    )
    head = "Σ" + ";".join(colour[n] for g in groups for n in g) + "|"
    return head + min(_powers_key(t, {n: f"§t{m}" for m, n in enumerate(itertools.chain(*o))}) for o in orders)


def merge(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Like terms added up: `a + 2a ⇒ 3a`."""
    terms = tuple(terms)
    if len(terms) < 2:
        return terms if terms and terms[0].coefficient else ()
    found: dict[str, Term] = {}
    for t in terms:
        if not t.coefficient:
            continue
        k = term_key(t)
        old = found.get(k)
        found[k] = t if old is None else replace(old, coefficient=old.coefficient + t.coefficient)
    return tuple(t for t in found.values() if t.coefficient)


# ----------------------------------------------------------------------------------------------- back to expressions


def components(t: Term) -> list[tuple[tuple[Bind, ...], tuple[tuple[Expr, Expr], ...]]]:
    """Sums that share no letter stand apart: `Σ_jk a_j b_k ⇒ (Σ_j a_j)(Σ_k b_k)`. The first holds no binder."""
    group = {b.name: b.name for b in t.binders}

    def find(n: str) -> str:
        while group[n] != n:
            n = group[n]
        return n

    ranges = [frozenset().union(b.first.free, b.last.free, (b.name,)) for b in t.binders]
    for letters in [*(x.free | p.free for x, p in t.powers), *ranges]:
        mine = sorted(letters & group.keys())
        for other in mine[1:]:
            group[find(other)] = find(mine[0])
    out: dict[str, tuple[list[Bind], list[tuple[Expr, Expr]]]] = {"": ([], [])}
    for b in t.binders:
        out.setdefault(find(b.name), ([], []))[0].append(b)
    for x, p in t.powers:
        mine = sorted((x.free | p.free) & group.keys())
        out[find(mine[0]) if mine else ""][1].append((x, p))
    return [(tuple(bs), tuple(ps)) for bs, ps in out.values()]


def _reading_order(summed: bool) -> Callable[[tuple[Expr, Expr]], int]:
    def place(p: tuple[Expr, Expr]) -> int:
        if isinstance(p[0], E.Fn) and p[0].name in ("log", "sin", "cos"):
            return 3  # (1 − p) log p needs no brackets round p
        return 2 if isinstance(p[0], Add) else int(summed and isinstance(p[0], Deriv))

    return place


_products: dict[tuple[tuple[tuple[Expr, Expr], ...], tuple[Bind, ...]], Expr] = {}


def expression(t: Term) -> Expr:
    found = _products.get((t.powers, t.binders))
    if found is None:
        found = _products[t.powers, t.binders] = _product(t)
    return found if t.coefficient == 1 else E.mul(E.num(t.coefficient), found)


def _product(t: Term) -> Expr:
    """A term without its number."""
    factors: list[Expr] = []
    for binders, powers in components(t):
        # names before brackets, p (1 − p), those before log p; under a sum names before derivatives, Σ_i X_ij ∂L/∂Z_ik
        powers = tuple(sorted(powers, key=_reading_order(bool(binders))))
        body = E.mul(*(E.power(b, x) for b, x in powers))
        factors.append(E.total(binders, body))
    return E.mul(*factors)


def total(terms: Iterable[Term]) -> Expr:
    return E.add(*(expression(t) for t in terms))


ATOMS = (Acc, Deriv, Idx, E.Dimension, E.Const)


def is_sum(e: Expr) -> bool:
    return isinstance(e, Red) and e.op == "sum"


def numeric(x: Expr) -> Fraction | None:
    return x.value if isinstance(x, Num) else None
