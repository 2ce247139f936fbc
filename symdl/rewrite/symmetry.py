"""Symmetry: an entry of a symmetric matrix, or of its inverse, has one way to be written, `A_ki ⇒ A_ik`."""

from __future__ import annotations

from symdl.rewrite.context import Context
from symdl.rewrite.terms import Term, key, product_of
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Expr, Idx


def one_way(t: Term, ctx: Context) -> Term:
    """A term whose symmetric accesses have free letters before bound ones, then in order of name."""
    if not ctx.symmetric:
        return t
    bound = t.letters

    def rank(i: Expr) -> tuple[bool, str, str]:
        return bool(i.free & bound), _place(i, t, ctx), key(i)

    memo: dict[Expr, Expr] = {}

    def visit(e: Expr) -> Expr:
        found = memo.get(e)
        if found is not None:
            return found
        if isinstance(e, Acc) and e.name in ctx.symmetric and len(e.indices) == 2:
            out: Expr = Acc(e.name, tuple(sorted(e.indices, key=rank)))
        elif isinstance(e, E.Mat) and e.op == "inverse" and symmetric_body(e, ctx.symmetric):
            out = E.Mat(e.op, tuple(sorted(e.indices, key=rank)), e.row, e.column, e.body)
        elif isinstance(e, E.Deriv | E.Mat | Idx | E.Call | E.Lam):
            out = e
        else:
            out = E.rebuild(e, visit)
        memo[e] = out
        return out

    powers = tuple((visit(b), x) for b, x in t.powers)
    if all(p is q for (p, _), (q, _) in zip(powers, t.powers, strict=True)):
        return t
    return product_of(t.coefficient, powers, t.binders)


def _place(i: Expr, t: Term, ctx: Context) -> str:
    """Where else a bound letter stands: the order of two must not hang on what they are called."""
    if not isinstance(i, Idx) or i.name not in t.letters:
        return ""
    names = {n: "*" for n in t.letters} | {i.name: "@"}
    others = (b for b, _ in t.powers if i.name in b.free and not (isinstance(b, Acc) and b.name in ctx.symmetric))
    return "|".join(sorted(key(b, names) for b in others))


def symmetric_body(e: E.Mat, symmetric: frozenset[str]) -> bool:
    """Is the matrix a symmetric one as it stands?"""
    if not (isinstance(e.body, Acc) and e.body.name in symmetric):
        return False
    letters = {e.row.name, e.column.name}
    return len(e.body.indices) == 2 and {i.name for i in e.body.indices if isinstance(i, Idx)} == letters
