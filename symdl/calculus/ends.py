"""Ends: an adjoint that is one thing at an end of its recurrence and another elsewhere has a line for each.

∂L/∂h_l = δ_lD a + W_{l+1}ᵀ ∂L/∂z_{l+1}  ⇒  ∂L/∂h_D = a  and, for l < D,  ∂L/∂h_l = W_{l+1}ᵀ ∂L/∂z_{l+1}
"""

from __future__ import annotations

from dataclasses import dataclass

from symdl.rewrite.collect import collect
from symdl.rewrite.context import Context
from symdl.rewrite.normal import terms_of
from symdl.rewrite.pipeline import simplify
from symdl.rewrite.terms import Term
from symdl.tensor import expr as E
from symdl.tensor.expr import Bind, Cmp, Expr, Idx, Ind


@dataclass(frozen=True)
class Case:
    """A value, where the letter is `end` (op is =), where it is not (op is < > or ≠), or everywhere (no letter)."""

    value: Expr
    letter: str = ""
    op: str = ""
    end: Expr = E.ZERO


def cases(value: Expr, letters: tuple[Bind, ...], ctx: Context) -> tuple[Case, ...]:
    """The lines of an adjoint; one, if its terms hold everywhere."""
    terms = terms_of(value, ctx)
    marks = [_mark(t, letters) for t in terms]
    found = {m for m in marks if m is not None}
    if len(found) != 1:
        return (Case(value),)
    (b, end) = found.pop()
    there = simplify(E.substitute(E.refresh(value), {b.name: end}), ctx)
    rest = tuple(t for t, m in zip(terms, marks, strict=True) if m is None)
    op = "<" if end is b.last else ">" if end is b.first else "≠"
    return (Case(there, b.name, "=", end), Case(collect(rest) if rest else E.ZERO, b.name, op, end))


def _mark(t: Term, letters: tuple[Bind, ...]) -> tuple[Bind, Expr] | None:
    """The letter that a term fixes to something constant."""
    own = {b.name: b for b in letters}
    for base, _ in t.powers:
        if isinstance(base, Ind) and isinstance(base.condition, Cmp) and base.condition.op == "=":
            for one, other in (
                (base.condition.left, base.condition.right),
                (base.condition.right, base.condition.left),
            ):
                if isinstance(one, Idx) and one.name in own and not other.free:
                    return own[one.name], other
    return None
