"""Facts: declared equations used left to right, `Σ_k Y_ik ⇒ 1`; sums over an axis proved once, `Σ_i x̂_i ⇒ 0`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symdl.rewrite.context import Context, Pattern
from symdl.rewrite.cost import cost
from symdl.rewrite.fold import apply_sum, head, holds, instance
from symdl.rewrite.match import matches
from symdl.rewrite.normal import terms_of
from symdl.rewrite.terms import Term, expression, multiply, product_of, substitute, total
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Expr, Idx


def learn_facts(ctx: Context) -> None:
    """File each declared equation under its left side, if that is a single term and longer than the right."""
    for fact in ctx.program.facts:
        if fact.op != "=" or fact.left is None or fact.right is None or fact.condition is not None:
            continue
        ctx.know(fact.binders)
        parts = terms_of(fact.left, ctx)
        right = terms_of(fact.right, ctx)
        if len(parts) != 1 or len(right) > 1 or cost(total(right)) >= cost(expression(parts[0])):
            continue
        t = parts[0]
        letters = frozenset(b.name for b in fact.binders)
        if not t.powers or (letters and not letters <= frozenset().union(*(b.free for b, _ in t.powers))):
            continue
        value = multiply(right[0], Term(1 / t.coefficient)) if right else Term(t.coefficient * 0)
        pattern = Pattern("", letters, t.powers, t.binders, value, fact.binders, fact.source)
        ctx.facts.setdefault(head(t.powers[0][0]), []).append(pattern)


def apply_facts(t: Term, ctx: Context, prove: Callable[[Expr], Expr]) -> Term:
    """One term with every fact used that fits."""
    changed = True
    while changed and t.coefficient:
        changed = False
        for out in _one(t, ctx, prove):
            t, changed = out, True
            break
    return t


def _one(t: Term, ctx: Context, prove: Callable[[Expr], Expr]) -> list[Term]:
    for n, (base, x) in enumerate(t.powers):
        for pattern in ctx.facts.get(head(base), ()):
            if pattern.binders:
                for out in apply_sum(pattern, t, ctx):
                    ctx.assume(pattern.source)
                    return [out]
            elif len(pattern.lead) == 1 and pattern.lead[0][1] is x:
                for found in matches(pattern.lead[0][0], base, pattern.variables, {}):
                    if not holds(pattern, found, t, ctx):
                        continue
                    ctx.assume(pattern.source)
                    return [multiply(t.without(n), instance(pattern.result, found))]
        summed = _axis_sum(t, n, base, x, ctx, prove)
        if summed is not None:
            return [summed]
    return []


def _axis_sum(t: Term, n: int, base: Expr, x: Expr, ctx: Context, prove: Callable[[Expr], Expr]) -> Term | None:
    """`Σ_k S_..k..` of a defined tensor, where k stands nowhere else: proved to be a number, once for each axis."""
    if not isinstance(base, Acc) or x is not E.ONE or ctx.proving:
        return None
    s = ctx.program.statements.get(base.name)
    if s is None or s.kind != "sum":
        return None
    for axis, index in enumerate(base.indices):
        own = next((b for b in t.binders if isinstance(index, Idx) and b.name == index.name), None)
        if own is None or sum(own.name in i.free for i in base.indices) != 1:
            continue
        if any(own.name in b.free | p.free for m, (b, p) in enumerate(t.powers) if m != n):
            continue
        if axis >= len(s.binders):
            continue
        whole = {b.name: i for b, i in zip(s.binders, base.indices, strict=True)}
        a = s.binders[axis]
        if substitute(a.first, whole) is not own.first or substitute(a.last, whole) is not own.last:
            continue
        value = proved_sum(base.name, axis, ctx, prove)
        ctx.used.add(base.name)
        if value is not None:
            rest = replace(t.without(n), binders=tuple(b for b in t.binders if b is not own))
            return product_of(rest.coefficient, (*rest.powers, (value, E.ONE)), rest.binders)
    return None


def proved_sum(name: str, axis: int, ctx: Context, prove: Callable[[Expr], Expr]) -> Expr | None:
    """The number that the sum over one axis of a definition is, if it is one."""
    found = ctx.proved_sums.get((name, axis))
    if found is None:
        s = ctx.program.statements[name]
        outer, ctx.assumed, ctx.proving = ctx.assumed, {}, name
        try:
            body = E.refresh(E.total((s.binders[axis],), s.body))
            value = prove(body)
        finally:
            outer, ctx.assumed, ctx.proving = ctx.assumed, outer, ""
        found = ctx.proved_sums[name, axis] = (value if isinstance(value, E.Num) else None, outer)
    if found[0] is not None:
        ctx.assumed |= found[1]
    return found[0]
