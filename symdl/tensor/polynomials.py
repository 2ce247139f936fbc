"""Polynomials in random variables, as numbers that arrays can hold: how expectations of polynomials are exact.

An array of these goes through the interpreter like any array of numbers; at the end each monomial is replaced by its
moment. What polynomials do not have (exp, comparison, division by one) raises `NotPolynomialError`.
"""

from __future__ import annotations

from typing import Any

from symdl.tensor.fields import NotPolynomialError

Monomial = tuple[tuple[int, int], ...]  # sorted (variable, exponent)
LARGEST = 60_000  # terms


class Poly:
    """A polynomial: coefficients by monomial; numbers mix in."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Monomial, Any]) -> None:
        self.terms = terms

    @staticmethod
    def variable(k: int, coefficient: Any = 1.0) -> Poly:
        return Poly({((k, 1),): coefficient})

    def __add__(self, other: Any) -> Poly:
        out = dict(self.terms)
        for m, c in (other.terms if isinstance(other, Poly) else {(): other}).items():
            out[m] = out[m] + c if m in out else c
        return Poly(out)

    __radd__ = __add__

    def __neg__(self) -> Poly:
        return Poly({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Any) -> Poly:
        return self + (-other)

    def __rsub__(self, other: Any) -> Poly:
        return -self + other

    def __mul__(self, other: Any) -> Poly:
        if not isinstance(other, Poly):
            return Poly({m: c * other for m, c in self.terms.items()})
        if len(self.terms) * len(other.terms) > 50 * LARGEST:
            raise NotPolynomialError
        out: dict[Monomial, Any] = {}
        for a, c in self.terms.items():
            for b, d in other.terms.items():
                m = _product(a, b)
                out[m] = out[m] + c * d if m in out else c * d
        if len(out) > LARGEST:
            raise NotPolynomialError
        return Poly(out)

    __rmul__ = __mul__

    def __pow__(self, k: int) -> Poly:
        out = Poly({(): 1})
        for _ in range(k):
            out = out * self
        return out

    def __float__(self) -> float:
        if not self.terms:
            return 0.0
        if set(self.terms) == {()}:
            return float(self.terms[()])
        raise NotPolynomialError

    def _refuse(self, other: Any) -> bool:
        raise NotPolynomialError

    __lt__ = __le__ = __gt__ = __ge__ = _refuse


def _product(a: Monomial, b: Monomial) -> Monomial:
    if not a:
        return b
    if not b:
        return a
    powers = dict(a)
    for v, e in b:
        powers[v] = powers.get(v, 0) + e
    return tuple(sorted(powers.items()))
