"""Sums that a δ picks one term of: Σ_k δ_jk a_k ⇒ a_j, where j and k run over one range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symdl.code.polynomial import same
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr, Idx


def without_deltas(x: Expr, binders: Iterable[Bind]) -> Expr:
    """The expression, whose free letters are these, without such sums."""
    ranges = {b.name: b for b in binders}
    ranges |= {b.name: b for y in e.walk(x) if isinstance(y, e.Red | e.Lam) for b in y.binders}
    memo: dict[Expr, Expr] = {}

    def visit(y: Expr) -> Expr:
        if y not in memo:
            z = e.rebuild(y, visit)
            memo[y] = _picked(z, ranges) if isinstance(z, e.Red) and z.op == "sum" and z.condition is None else z
        return memo[y]

    return visit(x)


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
