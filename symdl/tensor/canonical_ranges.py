"""Whole-number reasoning for letters and sizes: linear forms, bounds by interval arithmetic, solving for a letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symdl.tensor.canonical_terms import UNIT, Poly, minus, plus, scale
from symdl.tensor.expr import ONE, Dimension, Expr, Idx, Num


def linear_in(p: Poly, letter: str) -> tuple[Fraction, Poly] | None:
    """`p = a·letter + rest` with a number a and a rest without the letter; None where it is not of that form."""
    a = Fraction(0)
    rest: dict = {}
    for m, c in p.items():
        binders, powers = m
        if not binders and len(powers) == 1 and powers[0][1] is ONE and powers[0][0] is Idx(letter):
            a = c
            continue
        if any(letter in b.free or letter in x.free for b, x in powers) or any(letter in b.free for b in binders):
            return None
        rest[m] = c
    return a, rest


Ranges = Callable[[str], tuple[Poly, Poly] | None]


def non_negative(p: Poly, ranges: Ranges, least: Mapping[Expr, Fraction], depth: int = 8) -> bool:
    """Is p ≥ 0 for all letters in their (non-empty) ranges and all sizes at least `least` (by default 1)?"""
    letter = next(
        (
            b.name
            for m in p
            for b, x in m[1]
            if isinstance(b, Idx) and ranges(b.name) is not None and linear_in(p, b.name) is not None
        ),
        None,
    )
    if letter is not None and depth:
        solved = linear_in(p, letter)
        span = ranges(letter)
        assert solved is not None and span is not None
        a, rest = solved
        worst = span[0] if a > 0 else span[1]
        return non_negative(plus(rest, scale(worst, a)), ranges, least, depth - 1)
    total = Fraction(0)
    for m, c in p.items():
        if m == UNIT:
            total += c
            continue
        binders, powers = m
        if binders or c < 0:
            return False
        low = Fraction(1)
        for b, x in powers:
            if not isinstance(b, Dimension) or not isinstance(x, Num) or x.value < 1 or x.value.denominator != 1:
                return False
            low *= max(least.get(b, Fraction(1)), Fraction(0)) ** int(x.value)
        total += c * low
    return total >= 0


def within(value: Poly, first: Poly, last: Poly, ranges: Ranges, least: Mapping[Expr, Fraction]) -> tuple[bool, bool]:
    """Is first ≤ value, is value ≤ last, for certain?"""
    return non_negative(minus(value, first), ranges, least), non_negative(minus(last, value), ranges, least)


def positive(p: Poly, ranges: Ranges, least: Mapping[Expr, Fraction]) -> bool:
    """Is p ≥ 1 for certain (whole numbers)?"""
    return non_negative(minus(p, {UNIT: Fraction(1)}), ranges, least)


def is_integer_valued(p: Poly, integer: Callable[[Expr], bool]) -> bool:
    """Is p a whole number for certain: whole coefficients over letters, sizes, labels?"""
    for m, c in p.items():
        if c.denominator != 1:
            return False
        binders, powers = m
        if binders:
            return False
        for b, x in powers:
            if not isinstance(x, Num) or x.value.denominator != 1 or x.value < 0:
                return False
            if not (isinstance(b, Idx | Dimension) or integer(b)):
                return False
    return True
