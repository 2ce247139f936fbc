"""Σ_i [y_i = k] g_i for every k: values added at the places that whole numbers say, without a mask of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.code import arithmetic, contraction
from symdl.code.accesses import checked
from symdl.code.masks import by_data
from symdl.code.polynomial import by_letters
from symdl.code.values import Value, aligned, permuted
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def goal(low: Lowering, c: Expr, names: list[str]) -> tuple[str, Expr] | None:
    """The letter k and the place that depends on data or on summed letters, where the condition is  place = k."""
    if not (isinstance(c, e.Cmp) and c.op == "="):
        return None
    for k, place in ((c.left, c.right), (c.right, c.left)):
        if not isinstance(k, e.Idx) or k.name not in low.order or k.name in names or k.name in place.free:
            continue
        if by_data(place) and place.free & set(names) and by_letters(place, (k.name,)) is not None:
            return k.name, place
    return None


def scattered(low: Lowering, c: Expr, factors: list[Expr], names: list[str]) -> Value:
    """The sum of the factors over the names, each term at its place."""
    found = goal(low, c, names)
    assert found is not None
    letter, place = found
    with low.whole_numbers():
        index = low.value(place)
    batch = [n for n in low.order if n in index.letters and n not in names]
    mine = [n for n in index.letters if n in names]
    inside = [f for f in factors if letter not in f.free]
    values = contraction.products(low, inside, [], [n for n in names if n not in mine])
    for n in (*batch, *mine):
        values = low.spread(values, n)
    rest = [n for n in values.letters if n not in batch and n not in mine]
    b = low.ranges[letter]
    low.helpers.add("_scatter")
    places = checked(low, permuted(aligned(index, (*batch, *mine)), [*batch, *mine]), place, b)
    ordered = permuted(values, (*batch, *mine, *rest))
    code = f"_scatter({places}, {ordered.code}, {low.length(b)}, {len(batch)})"
    out = Value(code, (*batch, letter, *rest))
    outside = [f for f in factors if letter in f.free]
    return arithmetic.product(low, tuple(outside), (out,)) if outside else out
