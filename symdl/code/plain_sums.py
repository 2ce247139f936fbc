"""Sums made plain: Σ_k δ_jk a_k ⇒ a_j, where j and k run over one range; Σ_i Σ_j a_ij ⇒ Σ_ij a_ij."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeGuard

from symdl.code.polynomial import same
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr, Idx


def plain_sums(x: Expr, binders: Iterable[Bind]) -> Expr:
    """The expression, whose free letters are these, with such sums rewritten."""
    ranges = {b.name: b for b in binders}
    ranges |= {b.name: b for y in e.walk(x) if isinstance(y, e.Red | e.Lam) for b in y.binders}
    memo: dict[Expr, Expr] = {}

    def visit(y: Expr) -> Expr:
        if y not in memo:
            z = e.rebuild(y, visit)
            memo[y] = _picked(_flat(z), ranges) if _plain(z) else z
        return memo[y]

    return visit(x)


def _plain(x: Expr) -> TypeGuard[e.Red]:
    return isinstance(x, e.Red) and x.op == "sum" and x.condition is None


def _flat(x: e.Red) -> e.Red:
    """Σ_i Σ_j a_ij ⇒ Σ_ij a_ij, where the range of j does not depend on i."""
    if not _plain(x.body) or {b.name for b in x.binders} & {
        n for b in x.body.binders for n in b.first.free | b.last.free
    }:
        return x
    return e.Red("sum", (*x.binders, *x.body.binders), None, x.body.body)  # type: ignore[return-value]


def _picked(x: e.Red, ranges: Mapping[str, Bind]) -> Expr:
    factors = x.body.factors if isinstance(x.body, e.Mul) else (x.body,)
    for f in factors:
        c = f.condition if isinstance(f, e.Ind) else None
        if not (isinstance(c, e.Cmp) and c.op == "=" and isinstance(c.left, Idx) and isinstance(c.right, Idx)):
            continue
        for bound, other in ((c.left, c.right), (c.right, c.left)):
            b = next((b for b in x.binders if b.name == bound.name), None)
            if b is None or bound is other or not _one_range(b, ranges.get(other.name)):
                continue
            rest = tuple(y for y in x.binders if y is not b)
            if any(b.name in (y.first.free | y.last.free) for y in rest):
                continue
            body = e.substitute(e.mul(*(g for g in factors if g is not f)), {b.name: other})
            out = e.total(rest, body)
            return _picked(out, ranges) if isinstance(out, e.Red) else out
    return x


def _one_range(a: Bind, b: Bind | None) -> bool:
    return b is not None and same(a.first, b.first) and same(a.last, b.last)
