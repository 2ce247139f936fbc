"""Horizon: beyond the last step of a recurrence adjoints are zero, `[t+1 ≤ T] ∂L/∂h_{t+1} ⇒ ∂L/∂h_{t+1}`."""

from __future__ import annotations

from symdl.rewrite.context import Context
from symdl.rewrite.normal import difference
from symdl.rewrite.terms import Term, alike, numeric, substitute
from symdl.tensor import expr as E
from symdl.tensor.expr import Cmp, Deriv, Expr, Ind
from symdl.tensor.program import Program


def recurrent_names(program: Program) -> frozenset[str]:
    """Quantities that are defined through themselves at other indices."""
    scans = {n for n, s in program.statements.items() if s.kind == "scan"}
    reads = {
        n: {a.name for part in (program.statements[n].body, *(v for _, v in program.statements[n].base))
            for a in E.accesses(part)} & scans
        for n in scans
    }  # fmt: skip
    out = set()
    for name in scans:
        seen: set[str] = set()
        stack = list(reads[name])
        while stack:
            n = stack.pop()
            if n not in seen:
                seen.add(n)
                stack.extend(reads[n])
        if name in seen:
            out.add(name)
    return frozenset(out)


def implied(t: Term, ctx: Context) -> frozenset[Expr]:
    """The brackets that an adjoint factor of a recurrence implies, being zero where they do not hold."""
    out: set[Expr] = set()
    for base, x in t.powers:
        if x is not E.ONE or not isinstance(base, Deriv) or len(base.by) != 1:
            continue
        access = base.by[0]
        if access.name not in ctx.recurrent:
            continue
        binders = ctx.program.statements[access.name].binders
        places = {b.name: i for b, i in zip(binders, access.indices, strict=True)}
        for b, i in zip(binders, access.indices, strict=True):
            out.add(alike(Ind(Cmp("≤", substitute(b.first, places), i))))
            out.add(alike(Ind(Cmp("≤", i, substitute(b.last, places)))))
    return frozenset(out)


def within(t: Term, ctx: Context) -> tuple[Term, ...]:
    """Without the brackets that an adjoint implies; nothing where the adjoint is surely beyond."""
    if not ctx.recurrent:
        return (t,)
    known = implied(t, ctx)
    if not known:
        return (t,)
    for bracket in known:
        assert isinstance(bracket, Ind) and isinstance(bracket.condition, Cmp)
        gap = numeric(difference(bracket.condition.right, bracket.condition.left, ctx))
        if gap is not None and gap < 0:
            return ()
    kept = tuple(p for p in t.powers if p[0] not in known)
    return (t,) if len(kept) == len(t.powers) else (Term(t.coefficient, kept, t.binders),)
