"""Indicators [condition] in canonical form: whole-number comparisons to [P = 0] and [P ≥ 0], real ones to [P > 0].

[P ≠ 0] ⇒ 1 − [P = 0];  [P < 0] ⇒ 1 − [P ≥ 0];  over whole numbers [P > 0] ⇒ [P ≥ 0] − [P = 0].
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.errors import UnsupportedError
from symdl.tensor.canonical_powers import content, orientation
from symdl.tensor.canonical_ranges import non_negative
from symdl.tensor.canonical_terms import UNIT, Poly, as_number, atom, constant, minus, plus, poly_expr, scale
from symdl.tensor.expr import ZERO, Cmp, Expr, Ind, Logic

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser


def indicator(n: Normaliser, condition: Expr) -> Poly:
    if isinstance(condition, Logic):
        parts = [indicator(n, c) for c in condition.args]
        out = constant(1)
        if condition.op == "not":
            return minus(out, parts[0])
        for p in parts:
            out = n.times(out, p if condition.op == "and" else minus(constant(1), p))
        return out if condition.op == "and" else minus(constant(1), out)
    if not isinstance(condition, Cmp):
        raise UnsupportedError(f"a condition of kind {type(condition).__name__}")
    p = minus(n.poly(condition.left), n.poly(condition.right))
    op = condition.op
    if op == "=":
        return equal_zero(n, p)
    if op == "≠":
        return minus(constant(1), equal_zero(n, p))
    if op in ("<", "≤"):
        p, op = scale(p, -1), {"<": ">", "≤": "≥"}[op]
    value = as_number(p)
    if value is not None:
        return constant(int(value > 0 if op == ">" else value >= 0))
    if n.is_integer(p):
        return at_least_zero(n, minus(p, constant(1)) if op == ">" else p)
    above = above_zero(n, p)
    return above if op == ">" else plus(above, equal_zero(n, p))


def equal_zero(n: Normaliser, p: Poly) -> Poly:
    """[p = 0]."""
    value = as_number(p)
    if value is not None:
        return constant(int(value == 0))
    if n.is_integer(p):
        p = scale(p, orientation(p))
        if never_zero(n, p, None):
            return {}
    else:
        _, _, p = content(n, p, False, lone=False)
        p = scale(p, orientation(p))
        if as_number(p) is not None:
            return {}
    return known(n, Ind(Cmp("=", poly_expr(p), ZERO)))


def never_zero(n: Normaliser, p: Poly, raw: object) -> bool:
    span, least = n.span(raw), n.knowledge.least  # type: ignore[arg-type]
    one = constant(1)
    return non_negative(minus(p, one), span, least) or non_negative(minus(scale(p, -1), one), span, least)


def at_least_zero(n: Normaliser, p: Poly) -> Poly:
    """[p ≥ 0] of whole numbers; [p + c ≥ 0] ⇒ [p ≥ 0] + Σ [p + m = 0] for small c."""
    span, least = n.span(None), n.knowledge.least
    if non_negative(p, span, least):
        return constant(1)
    if non_negative(minus(scale(p, -1), constant(1)), span, least):
        return {}
    c = p.get(UNIT, Fraction(0))
    bare = minus(p, constant(c))
    if c and abs(c) <= 3:
        out = at_least_zero(n, bare)
        for m in range(1, int(c) + 1):
            out = plus(out, equal_zero(n, plus(bare, constant(m))))
        for m in range(0, int(-c)):
            out = minus(out, equal_zero(n, minus(bare, constant(m))))
        return out
    return known(n, Ind(Cmp("≥", poly_expr(p), ZERO)))


def above_zero(n: Normaliser, p: Poly) -> Poly:
    """[p > 0] of real numbers, positive factors taken away; a single negative term is turned round."""
    if not p:
        return {}
    c, _, core = content(n, p, False, lone=False)
    if as_number(core) is not None:
        return constant(1) if c > 0 else {}
    plain = len(core) > 1 and not any("§" in name for m in core for b, _ in m[1] for name in b.free)
    if (plain and orientation(core) < 0) or (len(core) == 1 and next(iter(core.values())) < 0):
        turned = scale(core, -1)
        return minus(minus(constant(1), above_zero(n, turned)), equal_zero(n, turned))
    return known(n, Ind(Cmp(">", poly_expr(core), ZERO)))


def known(n: Normaliser, e: Ind) -> Poly:
    truth = n.truth.get(e)
    return atom(e) if truth is None else constant(int(truth))
