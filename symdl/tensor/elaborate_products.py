"""Entries of arithmetic: sums, matrix products, transposes, powers, quotients, Kronecker and inner products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Dim, Shape
from symdl.language.syntax import is_row, product_shape
from symdl.tensor.elaborate_base import Elaboration, Indices, letters_of, rule, shift
from symdl.tensor.expr import Const, Expr, Idx, Mat, Num, add, delta, div, fn, mul, neg, num, power, total

UNROLLED = 6  # matrix powers up to this are written out as products


@rule(s.Add)
def _add(el: Elaboration, node: s.Add, indices: Indices) -> Expr:
    return add(*(el.at(t, node.shape, indices) for t in node.terms))


@rule(s.Neg)
def _neg(el: Elaboration, node: s.Neg, indices: Indices) -> Expr:
    return neg(el.entry(node.body, indices))


@rule(s.Hadamard)
def _hadamard(el: Elaboration, node: s.Hadamard, indices: Indices) -> Expr:
    return mul(*(el.at(f, node.shape, indices) for f in node.factors))


@rule(s.Quotient)
def _quotient(el: Elaboration, node: s.Quotient, indices: Indices) -> Expr:
    above = el.at(node.numerator, node.shape, indices)
    return div(above, el.at(node.denominator, node.shape, indices))


@dataclass(frozen=True)
class View:
    """A tensor by its shape and its entries: what a partial product is."""

    shape: Shape
    at: Callable[[Indices], Expr]


def view(el: Elaboration, node: s.Node) -> View:
    return View(node.shape, lambda indices: el.entry(node, indices))


def times(el: Elaboration, a: View, b: View) -> View:
    """The product of two: scalar times anything, outer (column times row), or (A B)[i, j] = Σ_k A[i, k] B[k, j]."""
    out = product_shape(a.shape, b.shape)
    if not a.shape:
        return View(out, lambda at: mul(a.at(()), b.at(at)))
    if not b.shape:
        return View(out, lambda at: mul(a.at(at), b.at(())))
    if len(a.shape) == 1:
        return View(out, lambda at: mul(a.at(at[:1]), b.at((num(b.shape[0].base), at[1]))))

    def contract(at: Indices) -> Expr:
        row = at[0] if out else num(a.shape[0].base)
        column = () if len(b.shape) == 1 else ((at[1],) if len(out) == 2 else (num(b.shape[1].base),))
        if a.shape[1].size == Dim.of(1):
            return mul(a.at((row, num(a.shape[1].base))), b.at((num(b.shape[0].base), *column)))
        k = el.bind(a.shape[1])
        i = Idx(k.name)
        return total((k,), mul(a.at((row, i)), b.at((shift(i, a.shape[1].base, b.shape[0].base), *column))))

    return View(out, contract)


@rule(s.Product)
def _product(el: Elaboration, node: s.Product, indices: Indices) -> Expr:
    product = reduce(lambda a, b: times(el, a, b), (view(el, f) for f in node.factors))
    return product.at(indices)


@rule(s.Dot, s.InnerProduct)
def _inner(el: Elaboration, node: s.Dot | s.InnerProduct, indices: Indices) -> Expr:
    """⟨A, B⟩ = Σ A[i, …] B[i, …]."""
    if not node.left.shape or not node.right.shape:
        return mul(el.scalar(node.left), el.scalar(node.right))
    binders = tuple(el.bind(a) for a in node.left.shape)
    at = letters_of(binders)
    return total(binders, mul(el.entry(node.left, at), el.at(node.right, node.left.shape, at)))


@rule(s.Kronecker)
def _kronecker(el: Elaboration, node: s.Kronecker, indices: Indices) -> Expr:
    """(a ⊗ b)[i, j] = a[i] b[j]; (A ⊗ B)[p(i−1)+k, q(j−1)+l] = A[i, j] B[k, l] for B of p × q."""
    a, b = node.left.shape, node.right.shape
    if len(a) == 1:
        return mul(el.entry(node.left, indices[:1]), el.entry(node.right, indices[1:]))
    outer, inner = [], []
    for x, left, right in zip(indices, a, b, strict=True):
        size = el.size(right.size)
        outer.append(shift(fn("floor", div(add(x, num(-1)), size)), 0, left.base))
        inner.append(shift(fn("mod", add(x, num(-1)), size), 0, right.base))
    return mul(el.entry(node.left, tuple(outer)), el.entry(node.right, tuple(inner)))


@rule(s.Transpose)
def _transpose(el: Elaboration, node: s.Transpose, indices: Indices) -> Expr:
    body = node.body.shape
    if not body:
        return el.entry(node.body, ())
    if len(body) == 1:
        return el.entry(node.body, indices[1:])
    if is_row(body):
        return el.entry(node.body, (num(body[0].base), indices[0]))
    return el.entry(node.body, (indices[1], indices[0]))


def matrix(el: Elaboration, op: str, node: s.Node, indices: Indices) -> Expr:
    """A matrix function of a tree: its entry, or its value without indices. Positions count from 1."""
    row, column = el.bind_axes(node.shape)
    return Mat(op, indices, row, column, el.entry(node, letters_of((row, column))))


def positions(node: s.Node, indices: Indices) -> Indices:
    """Indices as positions that count from 1."""
    return tuple(shift(i, a.base, 1) for i, a in zip(indices, node.shape, strict=True))


@rule(s.Inverse)
def _inverse(el: Elaboration, node: s.Inverse, indices: Indices) -> Expr:
    return matrix(el, "inverse", node.body, positions(node.body, indices))


@rule(s.HadamardPower)
def _hadamard_power(el: Elaboration, node: s.HadamardPower, indices: Indices) -> Expr:
    return entry_power(el, node.base, el.at(node.exponent, node.base.shape, indices), indices)


@rule(s.Power)
def _power(el: Elaboration, node: s.Power, indices: Indices) -> Expr:
    if len(node.base.shape) < 2 or all(a.size == Dim.of(1) for a in node.base.shape):
        return entry_power(el, node.base, el.at(node.exponent, node.base.shape, indices), indices)
    exponent = el.scalar(node.exponent)
    if isinstance(exponent, Num):
        return _numbered_power(el, node.base, exponent.value, indices)
    if not is_whole(node.exponent):
        raise UnsupportedError("a matrix power whose exponent is not known to be a whole number")
    at = positions(node.base, indices)
    return matrix(el, "power", node.base, (*at, exponent))


def is_whole(node: s.Node) -> bool:
    """Is it a whole number by what it is made of: letters, sizes, integers, their sums and products?"""
    if isinstance(node, s.Number):
        return node.value.denominator == 1
    if isinstance(node, s.Symbol):
        return node.integer
    if isinstance(node, s.Entry):
        return is_whole(node.base)
    if isinstance(node, s.Add | s.Neg | s.Product):
        return all(is_whole(c) for c in node.children())
    return isinstance(node, s.IndexVar | s.Size)


def _numbered_power(el: Elaboration, base: s.Node, k: Fraction, indices: Indices) -> Expr:
    """A^k: a repeated product, the identity for 0, inverses below; A^½ is the positive-semidefinite root."""
    if k == 0:
        return delta(*positions(base, indices))
    if k < 0:
        return _numbered_power(el, s.Inverse(base), -k, indices)
    if k == Fraction(1, 2):
        return matrix(el, "sqrtm", base, positions(base, indices))
    if k.denominator != 1:
        raise UnsupportedError("a fractional power of a matrix other than ½", found=str(k))
    if k > UNROLLED:
        return matrix(el, "power", base, (*positions(base, indices), num(k)))
    product = reduce(lambda a, b: times(el, a, b), [view(el, base)] * int(k))
    return product.at(indices)


def entry_power(el: Elaboration, base: s.Node, exponent: Expr, indices: Indices) -> Expr:
    """x^p of an entry; e^x is exp, and the even power of a Euclidean norm is a power of its sum of squares."""
    x = el.entry(base, indices)
    if x is Const("e"):
        return fn("exp", exponent)
    if isinstance(base, s.Norm) and base.kind in ("2", "F") and isinstance(exponent, Num):
        if exponent.value.denominator == 1 and exponent.value % 2 == 0:
            return power(sum_of_squares(el, base.body), exponent.value / 2)
    return power(x, exponent)


def sum_of_squares(el: Elaboration, body: s.Node) -> Expr:
    """Σ over all entries of their squares."""
    binders = tuple(el.bind(a) for a in body.shape)
    x = el.entry(body, letters_of(binders))
    return total(binders, power(x, 2))
