"""Terms in work: multiplied by a polynomial, or with a letter replaced everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.tensor.canonical_order import rename
from symdl.tensor.canonical_powers import power_of
from symdl.tensor.canonical_terms import Poly, Raw
from symdl.tensor.expr import Bind, Expr

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser


Found = list[Raw] | None


def times_poly(n: Normaliser, raw: Raw, p: Poly) -> list[Raw]:
    """The terms in work of raw × p."""
    return [r for m, c in p.items() for r in n.merged(raw, m, c)]


def substituted(n: Normaliser, raw: Raw, letter: str, value: Expr) -> list[Raw]:
    """The term with a letter replaced everywhere."""
    names = {letter: value}
    binders: list[Bind] = []
    for bind in raw.binders:
        if bind.name == letter:
            continue
        if letter in bind.free:
            ends = n.expr(rename(bind.first, names)), n.expr(rename(bind.last, names))
            bind = Bind(bind.name, *ends)  # type: ignore[assignment]
        binders.append(bind)
    out = [Raw(raw.coefficient, tuple(binders), {})]
    changed: list[Poly] = []
    for b, x in raw.powers.items():
        if letter in b.free or letter in x.free:
            changed.append(power_of(n, n.poly(rename(b, names)), n.poly(rename(x, names))))
        else:
            n.put(out[0].powers, b, x)
    for p in changed:
        out = [r for o in out for r in times_poly(n, o, p)]
    return out
