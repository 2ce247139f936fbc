"""Jets: numbers with nilpotent parts ε₀, ε₁, … (εₖ² = 0), from which derivatives of any mixed order are read off.

A jet maps a set of ε's (a bit mask) to an array: {0: value, 1: ∂₀, 2: ∂₁, 3: ∂₀∂₁, …}. A part that is absent is zero.
One rule serves every function: f(a + ε b) = f(a) + ε f′(a) b, where a and b hold the ε's that are left, and f′ is
written once, in jets, in the table of primitives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symdl.tensor.fields import Array, Field

Jet = dict[int, Array]


def plain(a: Array) -> Jet:
    return {0: a}


def bits(x: Jet) -> int:
    out = 0
    for k in x:
        out |= k
    return out


def split(x: Jet, bit: int) -> tuple[Jet, Jet]:
    """X = a + ε b for the ε of this bit."""
    return {k: v for k, v in x.items() if not k & bit}, {k & ~bit: v for k, v in x.items() if k & bit}


def shift(x: Jet, bit: int) -> Jet:
    return {k | bit: v for k, v in x.items()}


class Jets:
    """Arithmetic of jets over a field."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def add(self, a: Jet, b: Jet) -> Jet:
        out = dict(a)
        for k, v in b.items():
            old = out.get(k)
            out[k] = v if old is None else self.field.add(old, v)
        return out

    def neg(self, a: Jet) -> Jet:
        return {k: self.field.neg(v) for k, v in a.items()}

    def subtract(self, a: Jet, b: Jet) -> Jet:
        return self.add(a, self.neg(b))

    def mul(self, a: Jet, b: Jet) -> Jet:
        if len(a) == 1 and len(b) == 1:
            (ka, va), (kb, vb) = next(iter(a.items())), next(iter(b.items()))
            if not ka & kb:
                return {ka | kb: self.field.mul(va, vb)}
        out: Jet = {}
        for ka, va in a.items():
            for kb, vb in b.items():
                if ka & kb:
                    continue
                v = self.field.mul(va, vb)
                old = out.get(ka | kb)
                out[ka | kb] = v if old is None else self.field.add(old, v)
        return out or {0: self.field.mul(next(iter(a.values())), next(iter(b.values()))) * 0}

    def scale(self, a: Jet, factor: Array) -> Jet:
        return {k: self.field.mul(v, factor) for k, v in a.items()}

    def constant(self, value: Any) -> Jet:
        return {0: self.field.array(value)}

    def power(self, x: Jet, exponent: Array) -> Jet:
        """x^p for exponents that do not move: d = p x^(p−1), and nothing where p = 0."""
        top = bits(x)
        if not top:
            return {0: self.field.power(x[0], exponent)}
        bit = 1 << (top.bit_length() - 1)
        a, b = split(x, bit)
        y = self.power(a, exponent)
        zero = exponent == 0
        lower = np.where(zero, 1, exponent - 1)
        d = self.mul(self.scale(self.power(a, lower), self.field.array(exponent)), b)
        if np.any(zero):
            d = {k: np.where(zero, self.field.number(0), v) for k, v in d.items()}
        return self.add(y, shift(d, bit))

    def reciprocal(self, x: Jet) -> Jet:
        return self.power(x, np.asarray(-1))

    def chain(self, x: Jet, value: Callable[[Array], Array], derivative: Callable[[Jet, Jet], Jet]) -> Jet:
        """f(x) from its value on plain arrays and its derivative f′(x), given x and f(x), in jets."""
        top = bits(x)
        if not top:
            return {0: value(x[0])}
        bit = 1 << (top.bit_length() - 1)
        a, b = split(x, bit)
        y = self.chain(a, value, derivative)
        return self.add(y, shift(self.mul(derivative(a, y), b), bit))

    def chain2(
        self,
        x: Jet,
        z: Jet,
        value: Callable[[Array, Array], Array],
        derivatives: Callable[[Jet, Jet, Jet], tuple[Jet, Jet]],
    ) -> Jet:
        """The same for a function of two arguments."""
        top = bits(x) | bits(z)
        if not top:
            return {0: value(x[0], z[0])}
        bit = 1 << (top.bit_length() - 1)
        (a, b), (c, d) = split(x, bit), split(z, bit)
        y = self.chain2(a, c, value, derivatives)
        dx, dz = derivatives(a, c, y)
        out = y
        if b:
            out = self.add(out, shift(self.mul(dx, b), bit))
        if d:
            out = self.add(out, shift(self.mul(dz, d), bit))
        return out

    def choose(self, truth: Array, a: Jet, b: Jet | None) -> Jet:
        """A where truth is 1, b (or 0) where it is 0, NaN where it is NaN; what is not chosen can't harm."""
        out: Jet = {}
        zero = self.field.number(0)
        nan = float("nan")
        undefined = np.isnan(truth)
        some = bool(np.any(undefined))
        for k in a.keys() | (b or {}).keys() | {0}:
            left: Any = a.get(k, zero)
            right: Any = zero if b is None else b.get(k, zero)
            v = np.where(truth == 1, left, right)
            if some and k == 0:
                v = np.where(undefined, nan, v)
            out[k] = v
        return out

    def map(self, x: Jet, f: Callable[[Array], Array]) -> Jet:
        """A linear operation, part by part."""
        return {k: f(v) for k, v in x.items()}


def drop(x: Jet, bit: int) -> Jet:
    """Without the parts of an ε."""
    return {k: v for k, v in x.items() if not k & bit}


def coefficient(x: Mapping[int, Array], mask: int) -> Jet | None:
    """What stands at the ε's of the mask, as a jet in the others; None if nothing moves."""
    out = {k & ~mask: v for k, v in x.items() if k & mask == mask}
    return out or None
