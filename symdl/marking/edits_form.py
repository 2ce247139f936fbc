"""Changes of form: signs and factors in places that are not linear, transposes, orders, exponents, quotients."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symdl.language.syntax import (
    Add,
    Cases,
    Constant,
    Entry,
    Function,
    Hadamard,
    HadamardPower,
    Identity,
    IndexVar,
    Inverse,
    Kronecker,
    MatrixFunction,
    Moment,
    Neg,
    Node,
    Norm,
    Number,
    Ones,
    Power,
    Product,
    Quotient,
    Reduce,
    Size,
    Symbol,
    Transpose,
)
from symdl.marking.edits import Edit, Surroundings, change
from symdl.marking.places import Place, is_factor, is_term, negated, total
from symdl.marking.simplify import number, times

TWO = Number(Fraction(2))


def signs(place: Place, around: Surroundings) -> Iterator[Edit]:
    node = place.node
    if isinstance(place.parent, Neg):
        return
    if place.parent is None or isinstance(place.parent, Function | Inverse | Add) or is_exponent(place):
        yield change("sign", 1.0, place, negated(node), around)
    if isinstance(node, Neg) and not isinstance(place.parent, Add):
        yield change("sign", 1.0, place, node.body, around)
    if isinstance(node, Add):  # a minus before a bracket that was lost
        for k in range(1, len(node.terms) - 1):
            yield change("sign", 1.1, place, Add((*node.terms[:k], *map(negated, node.terms[k:]))), around)


def factors_inside(place: Place, around: Surroundings) -> Iterator[Edit]:
    """Factors where a part enters in another way than linearly: under a root, in a denominator, in an exponent."""
    node, parent = place.node, place.parent
    inside = isinstance(parent, Function | Inverse) or (isinstance(parent, Quotient) and node is parent.denominator)
    inside = inside or is_exponent(place) or (isinstance(parent, Add | Product | Neg) and not place.linear)
    if not inside or isinstance(node, IndexVar) or place.linear:
        return
    if is_factor(place) and not node.shape:
        kind = "factor" if isinstance(node, Number) else "mean" if isinstance(node, Size) else "scale"
        yield change(kind, 1.0, place, Number(Fraction(1)), around, f"the factor ${around.show(node)}$ is too many")
    if isinstance(node, Neg):
        return
    for value in (Fraction(2), Fraction(1, 2)):
        yield change("factor", 1.1, place, times(number(value), node), around)
    if isinstance(parent, Product):
        return
    for size in around.sizes:
        for made in (times(Size(size), node), *([] if node == Size(size) else [Quotient(node, Size(size))])):
            yield change("mean", 1.15, place, made, around)
        yield change("scale", 1.25, place, times(Function("sqrt", (Size(size),)), node), around)
    for s in around.scalars:
        for made in (times(s, node), Quotient(node, s)):
            yield change("scale", 1.2, place, made, around)
    if isinstance(node, Size):
        yield change("scale", 1.1, place, Function("sqrt", (node,)), around)
        for step in (-1, 1):
            yield change("mean", 1.15, place, Size(node.size + step), around)
        for other in around.sizes:
            if other != node.size:
                yield change("mean", 1.2, place, Size(other), around)


def transposes(place: Place, around: Surroundings) -> Iterator[Edit]:
    node = place.node
    if isinstance(node, Transpose):
        yield change("transpose", 1.0, place, node.body, around)
    elif len(node.shape) in (1, 2) and not isinstance(place.parent, Transpose | Entry) and not _symmetric(node):
        if not (len(node.shape) == 1 and place.parent is None):
            yield change("transpose", 1.0, place, Transpose(node), around)


def orders(place: Place, around: Surroundings) -> Iterator[Edit]:
    node = place.node
    if isinstance(node, Kronecker):
        yield change("order", 1.05, place, Kronecker(node.right, node.left), around)
    if not isinstance(node, Product):
        return
    scalars = tuple(f for f in node.factors if not f.shape)
    factors = [g for f in node.factors if f.shape for g in _repeated(f)]
    if not 2 <= len(factors) <= 5:
        return
    for order in itertools.permutations(range(len(factors))):
        moved = sum(a > b for k, a in enumerate(order) for b in order[k + 1 :])
        if moved == 0 or (len(factors) > 3 and moved > 2 and order != tuple(range(len(factors)))[::-1]):
            continue
        new = Product((*scalars, *(factors[k] for k in order)))
        yield change("order", 1.05 + 0.02 * moved, place, new, around)


def _repeated(node: Node) -> list[Node]:
    """A power of a matrix as its factors."""
    if isinstance(node, Power) and len(node.shape) == 2 and isinstance(node.exponent, Number):
        k = node.exponent.value
        if k in (2, 3):
            return [node.base] * int(k)
        if k in (-2, -3):
            return [Inverse(node.base)] * int(-k)
    return [node]


def exponents(place: Place, around: Surroundings) -> Iterator[Edit]:
    node = place.node
    if isinstance(node, Power | HadamardPower):
        if not (isinstance(node.exponent, Number) and node.exponent.value == -1):
            yield change("exponent", 1.0, place, node.base, around)
        if isinstance(node.exponent, Number):
            for other in (node.exponent.value + 1, node.exponent.value - 1, -node.exponent.value):
                if other not in (0, 1):
                    yield change("exponent", 1.1, place, replace(node, exponent=number(other)), around)
        else:
            for step in (1, -1):
                new = replace(node, exponent=_shifted(node.exponent, step))
                yield change("exponent", 1.1, place, new, around)
        return
    if isinstance(node, Function) and node.name == "sqrt":
        yield change("exponent", 1.0, place, node.args[0], around)
    if isinstance(node, Number | Size | IndexVar | Constant) or is_exponent(place):
        return
    kind = "scale" if isinstance(node, Size) else "exponent"
    if not node.shape and (is_factor(place) or is_term(place) or isinstance(place.parent, Quotient | Moment)):
        if isinstance(node, Symbol | Entry | Norm | Reduce | Function | MatrixFunction | Moment | Add | Power):
            yield change(kind, 1.2, place, Power(node, TWO), around)
            yield change(kind, 1.35, place, Function("sqrt", (node,)), around)
    if isinstance(node, Symbol | Function | Entry) and len(node.shape) in (1, 2):
        square = Power(node, TWO) if len(node.shape) == 1 else HadamardPower(node, TWO)
        yield change("exponent", 1.25, place, square, around)
    if len(node.shape) == 2 and isinstance(node, Symbol | Add | Product | MatrixFunction) and _square(node):
        if not isinstance(place.parent, Inverse):
            yield change("exponent", 1.22, place, Inverse(node), around)
    if isinstance(node, Inverse) and isinstance(place.parent, Product):
        yield change("exponent", 1.3, place, node.body, around)


def _square(node: Node) -> bool:
    return node.shape[0].size == node.shape[1].size


def _shifted(exponent: Node, step: int) -> Node:
    one = Number(Fraction(1))
    if isinstance(exponent, Add):
        rest = tuple(t for t in exponent.terms if t != (Neg(one) if step > 0 else one))
        if len(rest) < len(exponent.terms):
            return rest[0] if len(rest) == 1 else Add(rest)
    return total(exponent, one if step > 0 else Neg(one))


def branches(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The values of two cases exchanged."""
    node = place.node
    if isinstance(node, Cases) and len(node.branches) == 2:
        (a, when), (b, other) = node.branches
        yield change("algebra", 1.2, place, replace(node, branches=((b, when), (a, other))), around)


def sums(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A sum for a product, and a product for a sum."""
    node = place.node
    if isinstance(node, Product | Hadamard) and len(node.factors) == 2:
        yield change("algebra", 1.4, place, Add(node.factors), around)
    if isinstance(node, Add) and len(node.terms) == 2:
        yield change("algebra", 1.4, place, Product(node.terms), around)


def quotients(place: Place, around: Surroundings) -> Iterator[Edit]:
    """a/b for b/a, and a product for a quotient."""
    node = place.node
    if not isinstance(node, Quotient) or node.numerator.shape != node.denominator.shape:
        return
    top, bottom = node.numerator, node.denominator
    made_of_sizes = all(isinstance(n, Size | Number | Add | Neg | Product) for x in (top, bottom) for n in x.walk())
    kind = "mean" if made_of_sizes else "exponent"
    yield change(kind, 1.15, place, Quotient(bottom, top), around)
    new = Hadamard((top, bottom)) if top.shape else times(top, bottom)
    yield change("mean" if made_of_sizes else "exponent", 1.25, place, new, around)


def is_exponent(place: Place) -> bool:
    parent = place.parent
    return isinstance(parent, Power | HadamardPower) and place.node is parent.exponent and place.node is not parent.base


def _symmetric(node: Node) -> bool:
    return isinstance(node, Identity | Ones)
