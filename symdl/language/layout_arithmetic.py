"""Layout of arithmetic: sums, products, quotients, powers, transposes."""

from __future__ import annotations

from dataclasses import replace

from symdl.language import syntax as s
from symdl.language.boxes import (
    Box,
    Call,
    Commas,
    Fence,
    Frac,
    Infix,
    Script,
    Sign,
    Sum,
    Times,
)
from symdl.language.layout import inside, lay, lays
from symdl.language.layout_functions import function
from symdl.language.layout_leaves import is_count, subscript
from symdl.language.precedence import (
    BARE_FUNCTIONS,
    DOT,
    ENTRYWISE,
    FACTOR,
    LINE,
    SUPER,
    dotted,
    fixed_in_product,
    fixed_in_sum,
    frac_like,
    free_letters,
    starts_with_d,
    trailing_letters,
)
from symdl.language.syntax import Node


@lays(s.Add)
def add(node: s.Add, last: bool, fixed: bool) -> Box:
    later: list[frozenset[str]] = [frozenset()]
    for t in reversed(node.terms[1:]):
        later.append(later[-1] | free_letters(t))
    later.reverse()
    terms = []
    for k, term in enumerate(node.terms):
        minus, body = _signed(term)
        shape_known = fixed_in_sum(node.terms, k) or (fixed and term.shape == node.shape)
        if trailing_letters(body) & later[k]:  # else the sum would reach over the later term
            box: Box = Fence("()", lay(body, LINE, True, shape_known))
        else:
            box = lay(body, ENTRYWISE, True, shape_known)
        terms.append((minus, box))
    return Sum(tuple(terms))


def _signed(term: Node) -> tuple[bool, Node]:
    if isinstance(term, s.Neg) and not (isinstance(term.body, s.Number) and term.body.value < 0):
        return True, term.body
    if isinstance(term, s.Number) and term.value < 0:
        return True, s.Number(-term.value)
    return False, term


@lays(s.Neg)
def neg(node: s.Neg, last: bool, fixed: bool) -> Box:
    return Sum(((True, lay(node.body, ENTRYWISE, last, fixed)),))


@lays(s.Product)
def product(node: s.Product, last: bool, fixed: bool) -> Box:
    n = len(node.factors)
    boxes = tuple(
        lay(f, FACTOR, last and k == n - 1, fixed_in_product(node.factors, k, fixed))
        for k, f in enumerate(node.factors)
    )
    return Times(boxes, dotted(node.factors))


@lays(s.ChainProduct)
def chain_product(node: s.ChainProduct, last: bool, fixed: bool) -> Box:
    n = len(node.factors)
    return Times(tuple(lay(f, FACTOR, last and k == n - 1) for k, f in enumerate(node.factors)))


@lays(s.Dot)
def dot(node: s.Dot, last: bool, fixed: bool) -> Box:
    sides = (node.left, node.right)
    left = lay(node.left, DOT + 1, False, fixed_in_sum(sides, 0))
    return Infix("cdot", (left, lay(node.right, DOT + 1, last, fixed_in_sum(sides, 1))))


@lays(s.InnerProduct)
def inner_product(node: s.InnerProduct, last: bool, fixed: bool) -> Box:
    return Fence("<>", Commas((inside(node.left), inside(node.right))))


@lays(s.Hadamard)
def hadamard(node: s.Hadamard, last: bool, fixed: bool) -> Box:
    n = len(node.factors)
    return Infix(
        "odot",
        tuple(
            lay(f, DOT, last and k == n - 1, fixed or fixed_in_sum(node.factors, k)) for k, f in enumerate(node.factors)
        ),
    )


@lays(s.Kronecker)
def kronecker(node: s.Kronecker, last: bool, fixed: bool) -> Box:
    return Infix("otimes", (lay(node.left, DOT, False), lay(node.right, DOT, last)))


@lays(s.Quotient)
def quotient(node: s.Quotient, last: bool, fixed: bool) -> Box:
    if frac_like(node):
        top = lay(node.numerator, LINE, True, fixed and bool(node.numerator.shape))
        if starts_with_d(node.numerator) and starts_with_d(node.denominator):  # else it reads as a derivative
            top = Fence("()", top)
        return Frac(top, inside(node.denominator))
    return Infix("oslash", (lay(node.numerator, DOT, False), lay(node.denominator, DOT, last)))


@lays(s.Power)
def power(node: s.Power, last: bool, fixed: bool) -> Box:
    base, exponent = node.base, subscript(node.exponent)
    if isinstance(base, s.Function) and base.name in BARE_FUNCTIONS and is_count(node.exponent):
        return function(base, last, fixed, exponent)
    return scripted(lay(base, SUPER, False, fixed), exponent)


def scripted(base: Box, sup: Box) -> Box:
    """A base with a superscript; a subscript it has already stays with it."""
    if isinstance(base, Script) and base.sup is None:
        return replace(base, sup=sup)
    return Script(base, None, sup)


@lays(s.HadamardPower)
def hadamard_power(node: s.HadamardPower, last: bool, fixed: bool) -> Box:
    return scripted(lay(node.base, SUPER, False, fixed), Call(Sign("odot"), subscript(node.exponent)))


@lays(s.Transpose)
def transpose(node: s.Transpose, last: bool, fixed: bool) -> Box:
    if isinstance(node.body, s.Inverse):
        return scripted(lay(node.body.body, SUPER, False, fixed), Sign("inverse-top"))
    return scripted(lay(node.body, SUPER, False, fixed), Sign("top"))


@lays(s.Inverse)
def inverse(node: s.Inverse, last: bool, fixed: bool) -> Box:
    return scripted(lay(node.body, SUPER, False, fixed), Sign("inverse"))
