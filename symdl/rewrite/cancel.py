"""Cancel: a sum that stands in front and below as well, `(Σ_k e_k) / (Σ_j e_j) ⇒ 1`."""

from __future__ import annotations

from symdl.rewrite.terms import Term, alike, components, product_of
from symdl.tensor import expr as E


def cancel(t: Term) -> Term:
    """A term whose free-standing sums are merged with equal factors."""
    if not t.binders or not any(isinstance(b, E.Red) for b, _ in t.powers):
        return t
    bases = {b for b, _ in t.powers if isinstance(b, E.Red)}
    for binders, powers in components(t):
        if not binders:
            continue
        whole = alike(E.total(binders, E.mul(*(E.power(b, x) for b, x in powers))))
        if whole in bases:
            spent = {b for b, _ in powers}
            rest = tuple(p for p in t.powers if p[0] not in spent)
            kept = tuple(b for b in t.binders if b not in binders)
            return cancel(product_of(t.coefficient, (*rest, (whole, E.ONE)), kept))
    return t
