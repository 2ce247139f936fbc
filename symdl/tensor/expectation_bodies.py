"""Bodies of expectations made simple: definitions written out, a tensor accessed in one way made a scalar."""

from __future__ import annotations

from symdl.tensor.expr import Acc, Expr, Lam, rebuild, refresh, substitute, walk
from symdl.tensor.interpret import Context
from symdl.tensor.program import Law
from symdl.tensor.random_tensors import (
    Random,
)

DEPTH = 12  # definitions inside definitions that are written out


def inlined(ctx: Context, body: Expr, names: frozenset[str], depth: int = DEPTH) -> Expr:
    """Defined quantities that depend on the random tensors are written out, so that their accesses can be seen."""
    valuation = ctx.valuation

    def visit(x: Expr) -> Expr:
        if isinstance(x, Acc) and x.name in valuation.statements and x.name not in names:
            s = valuation.statements[x.name]
            plain = s.kind not in ("scan", "implicit", "decomposition") and not s.base
            if plain and depth and valuation.reach(x.name) & names and x.name not in valuation.reach(x.name):
                at = {b.name: visit(i) for b, i in zip(s.binders, x.indices, strict=True)}
                return inlined(ctx, substitute(refresh(s.body), at), names, depth - 1)
        return rebuild(x, visit)

    return visit(body)


def scalars(variables: list[Random], body: Expr) -> tuple[list[Random], Expr] | None:
    """Where each random tensor is accessed in one way only, fixed from outside: one scalar variable each."""
    names = {v.name for v in variables}
    found: dict[str, set[tuple[Expr, ...]]] = {n: set() for n in names}
    bound: set[str] = set()
    for x in walk(body):
        bound.update(x.bound())
        if isinstance(x, Acc) and x.name in names:
            found[x.name].add(x.indices)
    out = []
    for v in variables:
        if len(found[v.name]) != 1:
            return None
        (indices,) = found[v.name]
        if any(i.free & bound for i in indices):
            return None
        parameters = tuple(_at(n, p, indices, v) for n, p in v.law.parameters)
        if any(isinstance(a, Acc) and a.name in names for _, p in parameters for a in walk(p)):
            return None
        out.append(Random(v.name, Law(v.law.name, parameters, v.law.iid), (), ()))

    def replace(x: Expr) -> Expr:
        return Acc(x.name, ()) if isinstance(x, Acc) and x.name in names else rebuild(x, replace)

    return out, replace(body)


def _at(name: str, p: Expr, indices: tuple[Expr, ...], v: Random) -> tuple[str, Expr]:
    """A parameter of the law of one entry; of a covariance, its diagonal."""
    if not isinstance(p, Lam) or v.law.name == "categorical":
        return name, p
    at = (*indices, *indices) if name == "covariance" else indices
    body = substitute(p.body, {b.name: i for b, i in zip(p.binders, at, strict=True)})
    return ("variance" if name == "covariance" else name), body
