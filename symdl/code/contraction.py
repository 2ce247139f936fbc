"""Sums of products: contract factors two at a time, by matrix products wherever the axes allow it.

Σ_k A[i, k] B[k, j]  ⇒  A @ B        Σ_{k,l} A[i, k] B[k, l] v[l]  ⇒  A @ (B @ v)
"""

from __future__ import annotations

import itertools
import string
from typing import TYPE_CHECKING

from symdl.code import arithmetic, masks, scatter
from symdl.code.polynomial import at_least
from symdl.code.values import ADD, ATOM, MUL, Value, aligned, permuted, union
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def summed(low: Lowering, x: e.Red) -> Value:
    """Σ over the binders of x (already in scope)."""
    factors: list[Expr] = list(x.body.factors if isinstance(x.body, e.Mul) else (x.body,))
    if x.condition is not None:
        factors.append(e.Ind(x.condition))
    names = [b.name for b in x.binders]
    factors, names = _without_deltas(low, factors, names)
    found, factors = masks.conditions(factors)
    found = [c for c in found if not masks.implied(low, c)]
    place = next((c for c in found if scatter.goal(low, c, names) is not None), None)
    if place is not None:
        found.remove(place)
        return masks.masked(low, found, lambda: scatter.scattered(low, place, factors, names), names)
    inner = [c for c in found if c.free & set(names) or c.free & set(low.order)]
    outer = [c for c in found if c not in inner]
    plain = [c for c in inner if not masks.by_data(c) and len([n for n in low.order if n in c.free]) == 1]
    dense = [c for c in inner if c not in plain]

    def build() -> Value:
        return products(low, factors, [e.Ind(c) for c in dense], names)

    return masks.masked(low, [*outer, *plain], build, names)


def products(low: Lowering, factors: list[Expr], conditions: list[Expr], names: list[str]) -> Value:
    """Factors without the letters stay outside; the others are contracted, those under a condition after it."""
    names = list(names)
    mine = set(names)
    outside = tuple(f for f in factors if not f.free & mine)
    inside: list[Value] = []
    kept = [f for f in factors if f.free & mine]
    for c in conditions:
        partner = next((f for f in kept if {n for n in low.order if n in c.free} <= f.free), None)
        if partner is not None:
            kept[kept.index(partner)] = e.mul(c, partner)
        else:
            low.guarded += 1
            inside.append(low.value(c))
            low.guarded -= 1
    low.guarded += bool(conditions)
    inside = [*(v for f in kept for v in _squared(low, f)), *inside]
    low.guarded -= bool(conditions)
    lengths: list[Expr] = []
    for name in list(names):
        if not any(name in v.letters for v in inside):
            b = low.ranges[name]
            lengths.append(e.add(b.last, e.neg(b.first), e.ONE))
            names.remove(name)
    ready = (contract(low, inside, names),) if inside else ()
    sizes = [Value(low.whole(n), level=ATOM if isinstance(n, e.Dimension) else ADD, python=True) for n in lengths]
    return arithmetic.product(low, outside, (*sizes, *ready)) if outside or sizes or not ready else ready[0]


def _squared(low: Lowering, f: Expr) -> list[Value]:
    """The value of a factor; a named array's square as two factors, which contract without an array of squares."""
    if isinstance(f, e.Pow) and f.exponent is e.num(2):
        v = low.value(f.base)
        if v.letters and v.code.isidentifier():
            return [v, v]
    return [low.value(f)]


def _without_deltas(low: Lowering, factors: list[Expr], names: list[str]) -> tuple[list[Expr], list[str]]:
    """Σ_k δ_jk a_k ⇒ a_j, and Σ_k [y = k] a_k ⇒ a_y, where j or y runs inside k's range."""
    for f in factors:
        c = f.condition if isinstance(f, e.Ind) else None
        if not (isinstance(c, e.Cmp) and c.op == "="):
            continue
        for bound, other in ((c.left, c.right), (c.right, c.left)):
            if not isinstance(bound, e.Idx) or bound.name not in names or bound.name in other.free:
                continue
            if _inside(low, low.ranges[bound.name], other):
                rest = [e.substitute(g, {bound.name: other}) for g in factors if g is not f]
                return _without_deltas(low, rest, [n for n in names if n != bound.name])
    return factors, names


def _inside(low: Lowering, b: e.Bind, x: Expr) -> bool:
    """Is x within the range whatever its letters are?"""
    first = last = x
    if isinstance(x, e.Acc) and x.name in low.labels:
        first, last = low.labels[x.name]
    elif masks.by_data(x):
        return False
    return at_least(first, b.first, low.ranges) and at_least(b.last, last, low.ranges)


def contract(low: Lowering, values: list[Value], names: list[str]) -> Value:
    """The product of the values, summed over the named letters, in the order that makes the smallest arrays."""
    values = list(values)
    names = list(names)
    while True:
        values = [_reduced(low, v, k, values, names) for k, v in enumerate(values)]
        if len(values) == 1:
            return values[0]
        pair = min(itertools.combinations(range(len(values)), 2), key=lambda p: _cost(values, p, names))
        a, b = values[pair[0]], values[pair[1]]
        rest = [v for k, v in enumerate(values) if k not in pair]
        gone = [n for n in names if n in (*a.letters, *b.letters) and not any(n in v.letters for v in rest)]
        values = [*rest[: pair[0]], multiply(low, a, b, gone), *rest[pair[0] :]]


def _reduced(low: Lowering, v: Value, k: int, values: list[Value], names: list[str]) -> Value:
    """Sum out letters that only this factor has."""
    own = [n for n in names if n in v.letters and not any(n in w.letters for j, w in enumerate(values) if j != k)]
    return low.sums(v, own) if own else v


def _cost(values: list[Value], pair: tuple[int, ...], names: list[str]) -> tuple[int, int, int]:
    """Axes of the result, axes touched, and (for ties) where the pair stands."""
    a, b = values[pair[0]], values[pair[1]]
    others = [v for k, v in enumerate(values) if k not in pair]
    touched = set(a.letters) | set(b.letters)
    kept = {n for n in touched if n not in names or any(n in v.letters for v in others)}
    shares = bool(set(a.letters) & set(b.letters))
    return (len(kept) + (0 if shares else 1), len(touched), pair[0])


def multiply(low: Lowering, a: Value, b: Value, gone: list[str]) -> Value:
    """A times b, summed over `gone` (letters that both have)."""
    if not gone:
        letters = union([a.letters, b.letters], low.order)
        return Value(f"{aligned(a, letters).at(ATOM - 1)} * {aligned(b, letters).at(ATOM - 1)}", letters, MUL)
    shared = [n for n in a.letters if n in b.letters and n not in gone]
    if len(gone) == 1 and not shared:
        if len(a.letters) <= 2 and len(b.letters) <= 2:
            return _matrix_product(low, a, b, gone[0])
        if len(a.letters) == 2 or len(b.letters) == 2:
            return _stack_product(a, b, gone[0]) if len(b.letters) == 2 else _stack_product(b, a, gone[0])
    mine, theirs = [n for n in a.letters if n not in b.letters], [n for n in b.letters if n not in a.letters]
    if not mine and not theirs:
        both = a.letters
        if set(gone) < set(both) and a.code.isidentifier() and b.code.isidentifier():
            if gone == [both[-1]] and b.letters == both and (code := low.row_dots(a.code, b.code)):
                return Value(code, both[:-1])
            return _einsum(low, a, b, gone)  # no array for the products
        product = Value(f"{permuted(a, both).at(ATOM - 1)} * {permuted(b, both).at(ATOM - 1)}", both, MUL)
        return low.sums(product, gone)
    if len(gone) == 1 and shared and len(mine) == 1 and len(theirs) == 1:  # a batch of matrix products
        left = permuted(a, [*shared, mine[0], gone[0]])
        right = permuted(b, [*shared, gone[0], theirs[0]])
        return Value(f"{left.at(MUL)} @ {right.at(ATOM)}", (*shared, mine[0], theirs[0]), MUL)
    if not shared:
        n = a.letters[0]
        if (
            len(gone) == 2
            and n in gone
            and n == b.letters[0]
            and len(mine) == len(theirs) == 1
            and not _flat(a, b, gone)
        ):
            return _sum_of_products(low, a, b, n, next(k for k in gone if k != n))
        pairs = [[v.letters.index(n) for n in gone] for v in (a, b)]
        return Value(low.backend.tensordot(a.code, b.code, pairs), (*mine, *theirs))
    return _einsum(low, a, b, gone)


def _matrix_product(low: Lowering, a: Value, b: Value, k: str) -> Value:
    """A @ B, with the factor whose free letter comes first on the left."""
    free_a, free_b = [n for n in a.letters if n != k], [n for n in b.letters if n != k]
    if free_a and free_b and _first(low, free_a[0], free_b[0]) == free_b[0]:
        a, b, free_a, free_b = b, a, free_b, free_a
    elif not free_a and free_b and b.letters[-1] == k:
        a, b, free_a, free_b = b, a, free_b, free_a  # B @ a rather than a @ B.T
    elif free_a and not free_b and a.letters[0] == k:
        a, b, free_a, free_b = b, a, free_b, free_a  # b @ A rather than A.T @ b
    left, right = permuted(a, [*free_a, k]), permuted(b, [k, *free_b])
    return Value(f"{left.at(MUL)} @ {right.at(ATOM)}", (*free_a, *free_b), MUL)


def _stack_product(a: Value, b: Value, k: str) -> Value:
    """A stack of matrices times a matrix, from the side where the stack need not be copied."""
    (other,) = (n for n in b.letters if n != k)
    if a.letters[-2] == k:
        left = permuted(b, [other, k])
        return Value(f"{left.at(MUL)} @ {a.at(ATOM)}", (*a.letters[:-2], other, a.letters[-1]), MUL)
    left, right = permuted(a, [*(n for n in a.letters if n != k), k]), permuted(b, [k, other])
    return Value(f"{left.at(MUL)} @ {right.at(ATOM)}", (*left.letters[:-1], other), MUL)


def _flat(a: Value, b: Value, gone: list[str]) -> bool:
    """Do the summed letters stand together, in one order, at an end of both? Then a tensordot need not copy."""
    places = [[v.letters.index(n) for n in v.letters if n in gone] for v in (a, b)]
    orders = [[v.letters[k] for k in p] for v, p in zip((a, b), places, strict=True)]
    ends = all(p[0] == 0 or p[-1] == len(v.letters) - 1 for v, p in zip((a, b), places, strict=True))
    together = all(p == list(range(p[0], p[0] + len(p))) for p in places)
    return together and ends and orders[0] == orders[1]


def _sum_of_products(low: Lowering, a: Value, b: Value, n: str, k: str) -> Value:
    """Σ_n A_n B_n, one matrix product for each n: what a stack of slices allows without a copy of either."""
    (mine,), (theirs,) = ([x for x in v.letters if x not in (n, k)] for v in (a, b))
    if _first(low, mine, theirs) == theirs:
        a, b, mine, theirs = b, a, theirs, mine
    left, right = permuted(a, [n, mine, k]), permuted(b, [n, k, theirs])
    stacked = Value(f"{left.at(MUL)} @ {right.at(ATOM)}", (n, mine, theirs), MUL)
    return low.sums(stacked, [n])


def _first(low: Lowering, a: str, b: str) -> str:
    """Which of two letters comes first."""
    return a if low.order.index(a) < low.order.index(b) else b


def _einsum(low: Lowering, a: Value, b: Value, gone: list[str]) -> Value:
    letters = union([a.letters, b.letters], low.order)
    spelled = dict(zip(letters, string.ascii_lowercase, strict=False))
    kept = tuple(n for n in letters if n not in gone)

    def spell(names: tuple[str, ...]) -> str:
        return "".join(spelled[n] for n in names)

    return Value(low.backend.einsum(f"{spell(a.letters)},{spell(b.letters)}->{spell(kept)}", a.code, b.code), kept)
