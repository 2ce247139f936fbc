"""Comparisons, cases and products with conditions [c] as array code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.code import arithmetic, masks, stable
from symdl.code.polynomial import same
from symdl.code.values import ADD, ATOM, NEG, Value, aligned, union
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def lower_mul(low: Lowering, x: e.Mul) -> Value:
    return conditional(low, x.factors)


def conditional(low: Lowering, factors: tuple[Expr, ...]) -> Value:
    """A product whose conditions [c] shorten ranges, become masks or Python conditions."""
    found, rest = masks.conditions(factors)
    equal = [c for c in found if _identity(low, c)]
    found = [c for c in found if c not in equal and not masks.implied(low, c)]
    kept = (*(e.Ind(c) for c in equal), *rest)
    if not found:
        return arithmetic.product(low, kept)
    return masks.masked(low, found, lambda: arithmetic.product(low, kept))


def _identity(low: Lowering, c: Expr) -> bool:
    """Is it i = j of two axes with one range? Then it is an identity matrix."""
    if not (isinstance(c, e.Cmp) and c.op == "=" and isinstance(c.left, e.Idx) and isinstance(c.right, e.Idx)):
        return False
    if c.left.name not in low.order or c.right.name not in low.order or c.left is c.right:
        return False
    a, b = low.ranges[c.left.name], low.ranges[c.right.name]
    return same(a.first, b.first) and same(a.last, b.last)


def lower_cmp(low: Lowering, x: e.Cmp) -> Value:
    with low.whole_numbers():
        a, b = low.value(x.left), low.value(x.right)
    letters = union([a.letters, b.letters], low.order)
    sign = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}.get(x.op, x.op)
    code = f"{aligned(a, letters).at(ADD)} {sign} {aligned(b, letters).at(ADD)}"
    return Value(code, letters, 0, a.python and b.python)


def lower_logic(low: Lowering, x: e.Logic) -> Value:
    args = [low.value(a) for a in x.args]
    letters = union([a.letters for a in args], low.order)
    codes = [aligned(a, letters).at(ATOM) for a in args]
    if all(a.python for a in args):
        return Value(f"not {codes[0]}" if x.op == "not" else f" {x.op} ".join(codes), letters, 0, True)
    if x.op == "not":
        return Value(f"~{codes[0]}", letters, NEG)
    return Value({"and": " & ", "or": " | "}[x.op].join(codes), letters, 0)


def lower_ind(low: Lowering, x: e.Ind) -> Value:
    c = x.condition
    if _identity(low, c):
        assert isinstance(c, e.Cmp) and isinstance(c.left, e.Idx) and isinstance(c.right, e.Idx)
        a, b = low.ranges[c.left.name], low.ranges[c.right.name]
        return Value(low.backend.eye(low.length(a)), (a.name, b.name))
    found, _ = masks.conditions((x,))
    return masks.masked(low, found, lambda: Value("1", python=True))


def lower_where(low: Lowering, x: e.Where) -> Value:
    pairs = []
    before: list[Expr] = []
    for c, b in x.branches:
        truth = None if c is None else low.value(c)
        low.guarded += 1  # a branch is computed everywhere, and taken where its condition holds
        with stable.taken_where(low, c if c is not None else _none_of(before)):
            pairs.append((truth, low.value(b)))
        low.guarded -= 1
        before += [c] if c is not None else []
    letters = union([v.letters for pair in pairs for v in pair if v is not None], low.order)
    out = Value(low.backend.constants["nan"], python=True)
    for truth, branch in reversed(pairs):
        if truth is None:
            out = Value(aligned(branch, letters).code, letters, 0, branch.python)
        elif truth.python and (branch.letters == out.letters == () or not letters):
            out = Value(f"({branch.code} if {truth.code} else {out.code})", letters)
        else:
            code = low.backend.where(aligned(truth, letters).code, aligned(branch, letters).code, out.code, low)
            out = Value(code, letters)
    return out


def _none_of(found: list[Expr]) -> Expr | None:
    """Where no branch before was taken."""
    if not found:
        return None
    any_of = found[0] if len(found) == 1 else e.Logic("or", tuple(found))
    opposite = {"≤": ">", "<": "≥", "≥": "<", ">": "≤", "=": "≠", "≠": "="}
    if isinstance(any_of, e.Cmp):
        return e.Cmp(opposite[any_of.op], any_of.left, any_of.right)
    return e.Logic("not", (any_of,))
