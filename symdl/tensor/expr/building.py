"""Constructors that flatten, drop neutral elements and fold exact constants, and do nothing else."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import cast

from symdl.tensor.expr.base import Expr
from symdl.tensor.expr.kinds import Add, Bind, Cmp, Fn, Ind, Mul, Num, Pow, Red

ZERO = Num(Fraction(0))
ONE = Num(Fraction(1))
MINUS_ONE = Num(Fraction(-1))


_WHOLE = {n: Num(Fraction(n)) for n in range(-64, 65)}  # kept alive: hashing a fraction costs more than finding it


def num(value: int | Fraction) -> Num:
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    if isinstance(value, int):
        known = _WHOLE.get(value)
        if known is not None:
            return known
    return cast(Num, Num(value if isinstance(value, Fraction) else Fraction(value)))


def add(*terms: Expr) -> Expr:
    """Σ terms: flattened, constants folded into one (last), zeros dropped."""
    flat: list[Expr] = []
    constant: Fraction | None = None
    for t in terms:
        for u in t.terms if isinstance(t, Add) else (t,):
            if not isinstance(u, Num):
                flat.append(u)
            elif u is not ZERO:
                constant = u.value if constant is None else constant + u.value
    if constant is not None and constant:
        flat.append(num(constant))
    if not flat:
        return ZERO
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def mul(*factors: Expr) -> Expr:
    """Π factors: flattened, constants folded into one (first), ones dropped; zero absorbs."""
    flat: list[Expr] = []
    constant: Fraction | None = None
    negative = False
    for t in factors:
        for u in t.factors if isinstance(t, Mul) else (t,):
            if not isinstance(u, Num):
                flat.append(u)
            elif u is ZERO:
                return ZERO
            elif u is MINUS_ONE:
                negative = not negative
            elif u is not ONE:
                constant = u.value if constant is None else constant * u.value
    if constant is not None:
        whole = num(-constant if negative else constant)
        if whole is not ONE:
            flat.insert(0, whole)
    elif negative:
        flat.insert(0, MINUS_ONE)
    if not flat:
        return ONE
    return flat[0] if len(flat) == 1 else Mul(tuple(flat))


def neg(x: Expr) -> Expr:
    return mul(MINUS_ONE, x)


def sub(a: Expr, b: Expr) -> Expr:
    return add(a, neg(b))


def power(base: Expr, exponent: Expr | int | Fraction) -> Expr:
    """base^exponent with exponents 0 and 1 and exact small powers of numbers folded."""
    e = exponent if isinstance(exponent, Expr) else num(exponent)
    if isinstance(e, Num):
        if e.value == 1:
            return base
        if e.value == 0:
            return ONE
        if isinstance(base, Num) and e.value.denominator == 1 and abs(e.value) <= 64:
            if base.value or e.value > 0:
                return num(base.value ** int(e.value))
    return Pow(base, e)


def div(a: Expr, b: Expr) -> Expr:
    return mul(a, power(b, -1))


def fn(name: str, *args: Expr) -> Expr:
    return Fn(name, args)


def eq(a: Expr, b: Expr) -> Expr:
    return Cmp("=", a, b)


def delta(a: Expr, b: Expr) -> Expr:
    return ONE if a is b else Ind(eq(a, b))


def total(binders: tuple[Bind, ...], body: Expr, condition: Expr | None = None) -> Expr:
    """Σ over binders (none: the body itself, under its condition)."""
    if not binders:
        return body if condition is None else mul(Ind(condition), body)
    if body is ZERO:
        return ZERO
    return Red("sum", binders, condition, body)


_counter = itertools.count(1)


def fresh(stem: str = "k") -> str:
    """A new bound letter; the stem is what was (or would be) written, the number makes it unique: `k·17`."""
    return f"{stem.split('·')[0]}·{next(_counter)}"
