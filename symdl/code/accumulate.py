"""A sum over a loop's letter as additions in place, each to the stretch it touches.

x̄_l = Σ_s [1 ≤ 1 + l − s ≤ o] w_s ȳ_{1+l−s}   ⇒   for s in …: x_bar[s - 1:s - 1 + o] += w[s - 1] * y_bar
"""

from __future__ import annotations

from contextlib import ExitStack

from symdl.code import contraction, loops, masks
from symdl.code.exponentials import recognise
from symdl.code.lowering import Lowering
from symdl.code.ordering import Assignment
from symdl.code.polynomial import same, short
from symdl.code.values import ADD, aligned
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr, Red


def accumulated(low: Lowering, a: Assignment) -> list[str] | None:
    """Lines that fill the array of an assignment; None where no sum in it runs over a loop's letter."""
    if a.members or not a.binders:
        return None
    body = recognise(masks.within(low, a.body, a.binders), a.binders)
    looped = loops.chosen(low, body, a.binders)
    if looped & {b.name for b in a.binders}:
        return None
    terms = body.terms if isinstance(body, e.Add) else (body,)
    sums = [t for t in terms if _sum(t, looped) is not None]
    if not sums:
        return None
    low.looped |= looped
    out = [f"{a.code} = {low.backend.zeros(_shape(low, a.binders))}"]
    for t in sums:
        out += _loops(low, a, t, looped)
    others = [t for t in terms if t not in sums]
    if others:
        with low.letters(a.binders):
            v = low.value(e.add(*others))
            letters = tuple(b.name for b in a.binders)
            out.append(low.backend.added(a.code, "", aligned(v, letters).at(ADD)))
    return out


def _shape(low: Lowering, binders: tuple[Bind, ...]) -> str:
    for b in binders:
        low.ranges[b.name] = b
    return low.shape(b.name for b in binders)


def _sum(t: Expr, looped: set[str]) -> Red | None:
    """The one factor of a term that is a sum over a loop's letter."""
    factors = t.factors if isinstance(t, e.Mul) else (t,)
    found = [f for f in factors if isinstance(f, Red) and f.op == "sum" and looped & set(f.bound())]
    return found[0] if len(found) == 1 else None


def _loops(low: Lowering, a: Assignment, t: Expr, looped: set[str]) -> list[str]:
    red = _sum(t, looped)
    assert red is not None
    others = [f for f in (t.factors if isinstance(t, e.Mul) else (t,)) if f is not red]
    mine = [b for b in red.binders if b.name in looped]
    rest = tuple(b for b in red.binders if b.name not in looped)
    out: list[str] = []
    with ExitStack() as stack:
        for b in mine:
            name, span = stack.enter_context(low.loop(b))
            out.append("    " * len(out) + f"for {name} in {span}:")
        stack.enter_context(low.letters(a.binders))
        body = e.mul(*others, red.body, *((e.Ind(red.condition),) if red.condition is not None else ()))
        factors = list(body.factors if isinstance(body, e.Mul) else (body,))
        found, factors = masks.conditions(factors)
        inner = {b.name for b in rest}
        kept, narrowed, guards = masks.sorted_out(low, [c for c in found if not c.free & inner])
        kept += [c for c in found if c.free & inner]
        indent = "    " * len(out)
        if guards:
            out.append(indent + f"if {' and '.join(masks.condition(low, c) for c in guards)}:")
            indent += "    "
        with masks.within_ranges(low, narrowed), masks.guarded_by(low, guards):
            whole = e.mul(*(e.Ind(c) for c in kept), *factors)
            if rest:
                with low.letters(rest):
                    v = contraction.summed(low, Red("sum", rest, None, whole))  # type: ignore[arg-type]
            else:
                v = low.value(whole)
            slots = [_slot(low, b) for b in a.binders]
            while slots and slots[-1] == ":":
                slots.pop()
            code = aligned(v, tuple(b.name for b in a.binders)).at(ADD)
        out.append(indent + low.backend.added(a.code, f"[{', '.join(slots)}]" if slots else "", code))
    return out


def _slot(low: Lowering, full: Bind) -> str:
    b = low.ranges[full.name]
    if same(b.first, full.first) and same(b.last, full.last):
        return ":"
    start = low.whole(e.sub(b.first, full.first))
    stop = "" if same(b.last, full.last) else low.whole(short(e.add(e.sub(b.last, full.first), e.ONE)))
    return f"{'' if start == '0' else start}:{stop}"
