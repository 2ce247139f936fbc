"""Tidy what an edit leaves behind: numbers of a product in one place, no factor 1, `1/2 · 2/B ⇒ 1/B`, `1/n · n ⇒ 1`."""

from __future__ import annotations

from fractions import Fraction

from symdl.errors import SymdlError
from symdl.language.syntax import (
    Add,
    AxisFunction,
    Binder,
    Condition,
    Hadamard,
    Inverse,
    MatrixFunction,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Size,
    Symbol,
    Transpose,
    Zeros,
)

ONE = Number(Fraction(1))


def number(value: Fraction | int) -> Node:
    """A whole number, or a fraction as people write it."""
    value = Fraction(value)
    if value < 0:
        return Neg(number(-value))
    if value.denominator == 1:
        return Number(value)
    return Quotient(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))


def times(factor: Node, node: Node) -> Node:
    """`factor · node`, tidied: what can be cancelled is."""
    if isinstance(node, Neg):
        return negate(times(factor, node.body))
    if isinstance(factor, Neg):
        return negate(times(factor.body, node))
    if is_one(factor):
        return node
    if is_one(node):
        return factor
    if isinstance(node, Add):
        whole = Product((*_parts(factor), node))
        inside = Add(tuple(times(factor, t) for t in node.terms))
        return inside if _length(inside) < _length(whole) else whole
    if isinstance(node, Hadamard) and not factor.shape:
        return Product((*_parts(factor), node))
    return tidy(_flat((factor, node)))


def _length(node: Node) -> int:
    return sum(1 for _ in node.walk())


def negate(node: Node) -> Node:
    if isinstance(node, Neg):
        return node.body
    if isinstance(node, Add):
        return Neg(node)
    return Neg(node)


def is_one(node: Node) -> bool:
    return isinstance(node, Number) and node.value == 1


def _parts(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _flat(nodes: tuple[Node, ...]) -> Node:
    parts = tuple(p for n in nodes for p in _parts(n))
    return parts[0] if len(parts) == 1 else Product(parts)


def tidy(node: Node) -> Node:
    """The scalars of one product collected: a number, what stands above and below one line, the rest in its order."""
    if isinstance(node, Quotient) and not node.denominator.shape:
        if not node.numerator.shape:
            return _collected((node,))
        if is_one(node.denominator):
            return node.numerator
        return node
    return _collected(node.factors) if isinstance(node, Product) else node


def _collected(factors: tuple[Node, ...]) -> Node:
    value, above, below, rest, sign = Fraction(1), [], [], [], 1
    for f in factors:
        while isinstance(f, Neg):
            sign, f = -sign, f.body
        if isinstance(f, Quotient) and not f.denominator.shape:
            top, bottom = f.numerator, f.denominator
        else:
            top, bottom = f, ONE
        for p in _parts(top):
            while isinstance(p, Neg):
                sign, p = -sign, p.body
            if isinstance(p, Number):
                value *= p.value
            elif p.shape or (top is f and not _small(p)):
                rest.append(p)
            else:
                above.append(p)
        for p in _parts(bottom):
            if isinstance(p, Number) and p.value:
                value /= p.value
            else:
                below.append(p)
    above, below = _cancelled(above, below)
    if not below and value.denominator == 1:
        scalars = [*([number(abs(value))] if abs(value) != 1 or not (above or rest) else []), *above]
        parts = (*scalars, *rest)
    else:
        top_parts = [*([Number(Fraction(abs(value.numerator)))] if abs(value.numerator) != 1 else []), *above]
        bottom_parts = [*([Number(Fraction(value.denominator))] if value.denominator != 1 else []), *below]
        top = _flat(tuple(top_parts)) if top_parts else ONE
        parts = (Quotient(top, _flat(tuple(bottom_parts))), *rest) if bottom_parts else (*top_parts, *rest)
    out = _flat(tuple(parts)) if parts else ONE
    return Neg(out) if sign * value < 0 else out


def _small(node: Node) -> bool:
    """A scalar that may stand in front of a product."""
    base = node.base if isinstance(node, Power) else node
    return isinstance(base, Symbol | Size)


def _cancelled(above: list[Node], below: list[Node]) -> tuple[list[Node], list[Node]]:
    powers: dict[Node, int] = {}
    order: list[Node] = []
    for nodes, sign in ((above, 1), (below, -1)):
        for n in nodes:
            base, exponent = n, 1
            if isinstance(n, Power) and isinstance(n.exponent, Number) and n.exponent.value.denominator == 1:
                base, exponent = n.base, int(n.exponent.value)
            if base not in powers:
                order.append(base)
            powers[base] = powers.get(base, 0) + sign * exponent
    up: list[Node] = []
    down: list[Node] = []
    for base in order:
        e = powers[base]
        if e:
            p = base if abs(e) == 1 else Power(base, Number(Fraction(abs(e))))
            (up if e > 0 else down).append(p)
    return up, down


def clean(node: Node) -> Node:
    """The whole tree without the traces of an edit: ones, zeros and double signs. An ill-typed one stays as it is."""
    try:
        return _clean(node)
    except SymdlError:
        return node


def _clean(node: Node) -> Node:
    if isinstance(node, Binder | Condition):
        return node
    node = node.map_children(_clean)
    if isinstance(node, Neg) and isinstance(node.body, Neg):
        return node.body.body
    if isinstance(node, Power) and isinstance(node.exponent, Number) and node.exponent.value == 1:
        return node.base
    if isinstance(node, Transpose) and isinstance(node.body, Transpose):
        return node.body.body
    if isinstance(node, Inverse | MatrixFunction | AxisFunction):
        return node
    if isinstance(node, Product) and any(isinstance(f, Number | Neg) or _numeric(f) for f in node.factors):
        if sum(isinstance(f, Neg) or _numeric(f) or isinstance(f, Number) for f in node.factors) > 1 or any(
            is_one(f) or isinstance(f, Neg) for f in node.factors
        ):
            return tidy(node)
    if isinstance(node, Product):
        return _flat(node.factors)
    if isinstance(node, Quotient) and isinstance(node.numerator, Neg) is False and is_one(node.denominator):
        return node.numerator
    if isinstance(node, Add):
        return _sum(node)
    return node


def _numeric(node: Node) -> bool:
    return (isinstance(node, Quotient) and not node.shape and is_one(node.numerator)) or isinstance(node, Number)


def _sum(node: Add) -> Node:
    flat: list[Node] = []
    for t in node.terms:
        if isinstance(t, Add):
            flat += t.terms
        elif isinstance(t, Neg) and isinstance(t.body, Add):
            flat += [negate(x) for x in t.body.terms]
        elif not (isinstance(t, Zeros) or (isinstance(t, Number) and t.value == 0)):
            flat.append(t)
    if not flat:
        return node
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def shape_or_none(node: Node) -> object:
    """The shape of a tree all of whose parts fit, else None."""
    try:
        for n in node.walk():
            _ = n.shape
        return node.shape
    except SymdlError:
        return None
