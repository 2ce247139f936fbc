"""Whole numbers made of sizes and letters as polynomials: to take indices apart, and to compare bounds.

k (i − 1) + a   ⇒   i ↦ k, a ↦ 1, rest −k         o + s − 1 ≤ o + k − 1 since s ≤ k
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr

Monomial = tuple[Expr, ...]  # atoms: letters, sizes, floors, the larger of two
Terms = dict[Monomial, Fraction]


def terms_of(x: Expr) -> Terms:
    """The polynomial of a whole number; what is no sum or product is an atom."""
    if isinstance(x, e.Num):
        return {(): x.value} if x.value else {}
    if isinstance(x, e.Add):
        out: Terms = {}
        for t in x.terms:
            for m, c in terms_of(t).items():
                out[m] = out.get(m, Fraction(0)) + c
        return {m: c for m, c in out.items() if c}
    if isinstance(x, e.Mul):
        product: Terms = {(): Fraction(1)}
        for f in x.factors:
            product = _times(product, terms_of(f))
        return product
    return {(x,): Fraction(1)}


def _times(a: Terms, b: Terms) -> Terms:
    out: Terms = {}
    for m, c in a.items():
        for n, d in b.items():
            key = tuple(sorted((*m, *n), key=e.text))
            out[key] = out.get(key, Fraction(0)) + c * d
    return {m: c for m, c in out.items() if c}


def expression(terms: Terms) -> Expr:
    """The polynomial as an expression: positive terms first, the constant last."""
    ranked = sorted(terms.items(), key=lambda mc: (not mc[0], mc[1] < 0))
    return e.add(*(e.mul(e.num(c), *m) for m, c in ranked))


def short(x: Expr) -> Expr:
    """The same whole number with like terms together: `T + 1 - 1` ⇒ `T`."""
    return expression(terms_of(x))


def same(a: Expr, b: Expr) -> bool:
    return a is b or not terms_of(e.sub(a, b))


def by_letters(x: Expr, letters: Iterable[str]) -> tuple[dict[str, Expr], Expr] | None:
    """The coefficient of each of these letters, and the rest; None where it is not linear in them."""
    wanted = set(letters)
    coefficients: dict[str, Terms] = {}
    rest: Terms = {}
    for m, c in terms_of(x).items():
        mine = [a for a in m if a.free & wanted]
        if not mine:
            rest[m] = c
        elif len(mine) == 1 and isinstance(mine[0], e.Idx):
            left = list(m)
            left.remove(mine[0])
            found = coefficients.setdefault(mine[0].name, {})
            found[tuple(left)] = found.get(tuple(left), Fraction(0)) + c
        else:
            return None
    return {k: expression(v) for k, v in coefficients.items()}, expression(rest)


def at_least(a: Expr, b: Expr, ranges: Mapping[str, Bind]) -> bool:
    """Is a ≥ b for every value of the letters within their ranges, and sizes of at least 1? False: not known."""
    return _not_negative(e.sub(a, b), ranges, 12)


def _not_negative(x: Expr, ranges: Mapping[str, Bind], depth: int) -> bool:
    terms = terms_of(x)
    atoms = {a for m in terms for a in m}
    for a in sorted(atoms, key=lambda a: (not isinstance(a, e.Fn), -_born(a))):
        signs = {c > 0 for m, c in terms.items() if a in m}
        if len(signs) > 1 or depth == 0:
            continue
        up = signs.pop()
        if isinstance(a, e.Fn) and a.name in ("max", "min"):
            found = (_not_negative(replaced(x, a, arg), ranges, depth - 1) for arg in a.args)
            return any(found) if (a.name == "max") == up else all(found)
        if isinstance(a, e.Idx) and a.name in ranges:
            b = ranges[a.name]
            return _not_negative(replaced(x, a, b.first if up else b.last), ranges, depth - 1)
    constant = terms.pop((), Fraction(0))
    plain = all(isinstance(a, e.Dimension) for m in terms for a in m)
    return plain and all(c > 0 for c in terms.values()) and constant + sum(terms.values()) >= 0


def _born(a: Expr) -> int:
    """The later a letter was made, the further in it is bound: it goes first."""
    name = a.name if isinstance(a, e.Idx) else ""
    return int(name.split("·")[1]) if "·" in name else 0


def replaced(x: Expr, old: Expr, new: Expr) -> Expr:
    def visit(y: Expr) -> Expr:
        return new if y is old else e.rebuild(y, visit)

    return visit(x)


def larger(a: Expr, b: Expr, ranges: Mapping[str, Bind]) -> Expr:
    if at_least(a, b, ranges):
        return a
    return b if at_least(b, a, ranges) else e.fn("max", a, b)


def smaller(a: Expr, b: Expr, ranges: Mapping[str, Bind]) -> Expr:
    if at_least(a, b, ranges):
        return b
    return a if at_least(b, a, ranges) else e.fn("min", a, b)


def narrowed(b: Bind, c: Expr, ranges: Mapping[str, Bind]) -> Bind | None:
    """The range of a letter where a comparison holds: b itself if that says nothing new, None if it can't be told."""
    if not isinstance(c, e.Cmp) or c.op == "≠":
        return None
    parts = by_letters(e.sub(c.left, c.right), (b.name,))
    if parts is None or parts[0].get(b.name) not in (e.ONE, e.MINUS_ONE):
        return None
    up = parts[0][b.name] is e.ONE
    bound = short(e.neg(parts[1]) if up else parts[1])  # letter op bound, or bound op letter
    op = c.op if up else {"≤": "≥", "<": ">", "≥": "≤", ">": "<"}.get(c.op, c.op)
    first, last = b.first, b.last
    if op in ("≥", ">", "="):
        first = larger(first, bound if op != ">" else short(e.add(bound, e.ONE)), ranges)
    if op in ("≤", "<", "="):
        last = smaller(last, bound if op != "<" else short(e.sub(bound, e.ONE)), ranges)
    if same(first, b.first) and same(last, b.last):
        return b
    return Bind(b.name, first, last)  # type: ignore[return-value]
