"""Entries that stay closed: reductions, matrix functions, calls, expectations, with canonical insides."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symdl.errors import UnsupportedError
from symdl.tensor.canonical_label import Exhausted
from symdl.tensor.canonical_order import height, rename, spell
from symdl.tensor.canonical_powers import exp_of, log_of
from symdl.tensor.canonical_terms import Poly, Raw, atom, constant, minus, plus, poly_expr
from symdl.tensor.expr import ONE, Bind, Call, Diff, Expect, Expr, Fn, Idx, Ind, Integ, Lam, Mat, Red, Where

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser


def open_atom(n: Normaliser, e: Expr) -> Poly:
    if isinstance(e, Where):
        return _where(n, e)
    if isinstance(e, Red):
        return _product(n, e) if e.op == "prod" else _reduction(n, e)
    if isinstance(e, Mat):
        return _matrix(n, e)
    if isinstance(e, Call):
        args = tuple(_lambda(n, a) if isinstance(a, Lam) else n.expr(a) for a in e.args)
        slots = tuple(sorted(((k, tuple(map(n.expr, i))) for k, i in e.slots), key=_slot_key))
        return atom(Call(e.name, tuple(map(n.expr, e.indices)), args, slots))
    if isinstance(e, Expect):
        return n.knowledge.expectation(n, e)
    if isinstance(e, Integ):
        lower = None if e.lower is None else n.expr(e.lower)
        upper = None if e.upper is None else n.expr(e.upper)
        return atom(Integ(e.variable, lower, upper, n.expr(e.body)))
    if isinstance(e, Diff):
        return atom(Diff(n.expr(e.of)))
    raise UnsupportedError(f"no canonical form of a {type(e).__name__}")


def _slot_key(slot: tuple[int, tuple[Expr, ...]]) -> tuple[int, str]:
    return slot[0], ",".join(map(spell, slot[1]))


def _where(n: Normaliser, e: Where) -> Poly:
    """{a if c, b otherwise} ⇒ [c] a + (1 − [c]) b."""
    out: Poly = {}
    left = constant(1)
    for condition, value in e.branches:
        here = left
        if condition is not None:
            c = n.poly(Ind(condition))
            here = n.times(left, c)
            left = minus(left, here)
        if here:
            out = plus(out, n.times(here, n.poly(value)))
    return out


def _named(n: Normaliser, binders: tuple[Bind, ...], *bodies: Expr | None) -> tuple[tuple[Bind, ...], list[Any]]:
    """Binders and bodies with canonical letters, numbered in the order given."""
    level = 1 + max((height(b) for b in bodies if b is not None), default=0)
    names: dict[str, Expr] = {b.name: Idx(f"§{level}.{k}") for k, b in enumerate(binders, 1)}
    again = [None if b is None else n.expr(rename(b, names)) for b in bodies]
    if any(b is not None and height(b) >= level for b in again):
        raise Exhausted("a bound letter bears the name of an outer one")
    return tuple(rename(b, names) for b in binders), again


def _lambda(n: Normaliser, e: Lam) -> Expr:
    binders, _, body = n.enter(e.binders, None, e.body)
    new, (inner,) = _named(n, binders, n.expr(body))
    return Lam(new, inner)


def _reduction(n: Normaliser, e: Red) -> Poly:
    """max, min, argmax, argmin; of a sum the part without the letters comes out of max and min."""
    binders, condition, body = n.enter(e.binders, e.condition, e.body)
    inner = n.poly(body)
    own = frozenset(b.name for b in binders)
    outside: Poly = {}
    if condition is None:
        outside = {m: c for m, c in inner.items() if not (poly_expr({m: c}).free & own)}
    kept = minus(inner, outside)
    test = None if condition is None else n.expr(Ind(condition))
    if not kept and condition is None and e.op in ("max", "min"):
        return outside
    new, (inside, where) = _named(n, binders, poly_expr(kept), test)
    closed = atom(Red(e.op, new, where, inside))
    return plus(outside, closed) if e.op in ("max", "min") else closed


def _product(n: Normaliser, e: Red) -> Poly:
    """Π_k c f_k ⇒ c^n Π_k f_k; Π_k f_k ⇒ exp Σ_k log f_k where f is positive."""
    binders, condition, body = n.enter(e.binders, e.condition, e.body)
    if condition is None and n.level >= 0 and n.is_positive(n.expr(body)):
        logs = log_of(n, n.poly(body))
        return exp_of(n, n.poly(Red("sum", binders, None, poly_expr(logs))))
    test = None if condition is None else n.expr(Ind(condition))
    new, (inside, where) = _named(n, binders, n.expr(body), test)
    return atom(Red("prod", new, where, inside))


def _matrix(n: Normaliser, e: Mat) -> Poly:
    """Matrix functions: det Aᵀ ⇒ det A, (Aᵀ)^{-1}_{ij} ⇒ A^{-1}_{ji}, a symmetric inverse is symmetric."""
    (row, column), _, body = n.enter((e.row, e.column), None, e.body)
    inner = n.expr(body)
    level = 1 + height(inner)
    r, c = Idx(f"§{level}.1"), Idx(f"§{level}.2")
    one = n.expr(rename(inner, {row.name: r, column.name: c}))
    other = n.expr(rename(inner, {row.name: c, column.name: r}))
    if max(height(one), height(other)) >= level:
        raise Exhausted("a bound letter bears the name of an outer one")
    binders = (Bind(f"§{level}.1", row.first, row.last), Bind(f"§{level}.2", column.first, column.last))
    indices = tuple(map(n.expr, e.indices))
    same_range = row.parts[1:] == column.parts[1:]
    turns = e.op in (
        "det",
        "logdet",
        "rank",
        "spectral",
        "nuclear",
        "eigenvalue",
        "singular-value",
        "inverse",
        "pinv",
        "expm",
    )
    if same_range and turns:
        if one is other:
            if len(indices) == 2:
                indices = (Fn("sym", tuple(sorted(indices, key=spell))),)
        elif spell(other) < spell(one):
            one = other
            indices = indices[::-1]
    out = Mat(e.op, indices, *binders, one)
    if e.op == "inverse" and n.level >= 0:
        n.knowledge.inverse_rules(n, out)
    return n.finish(Raw(Fraction(1), (), {out: ONE}))
