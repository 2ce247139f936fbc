"""Factors that people lose or add: numbers, sizes, scalars and their products, with their values at the bench."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symdl.language.dims import Dim
from symdl.language.syntax import Function, Node, Number, Power, Product, Quotient, Size
from symdl.marking.bench import Bench
from symdl.marking.simplify import negate, number, times

TWO = Number(Fraction(2))


@dataclass(frozen=True)
class Factor:
    """A scalar factor with its values, the kind of mistake that losing it is, and how unusual that is."""

    node: Node
    values: tuple[float, ...]
    kind: str
    cost: float

    def inverse(self) -> Factor:
        return Factor(over(self.node), tuple(1 / v for v in self.values), self.kind, self.cost)


def over(node: Node) -> Node:
    if isinstance(node, Quotient):
        top, bottom = node.numerator, node.denominator
        return bottom if isinstance(top, Number) and top.value == 1 else Quotient(bottom, top)
    return Quotient(Number(Fraction(1)), node)


class Factors:
    """The dictionary of factors for one line."""

    def __init__(
        self, bench: Bench, sizes: tuple[Dim, ...], scalars: tuple[Node, ...], slopes: tuple[Node, ...]
    ) -> None:
        self.bench = bench
        count = len(bench.points)
        numbers = [
            Factor(number(f), (float(f),) * count, "factor", c)
            for f, c in (
                (Fraction(2), 0.0), (Fraction(1, 2), 0.0), (Fraction(4), 0.2), (Fraction(1, 4), 0.2),
                (Fraction(3), 0.2), (Fraction(1, 3), 0.2), (Fraction(3, 2), 0.3), (Fraction(2, 3), 0.3),
            )
        ]  # fmt: skip
        made: list[Factor] = []
        for d in sizes:
            made += self._with_inverse(Size(d), "mean", 0.05)
        for d in sizes:
            made += self._with_inverse(Power(Size(d), TWO), "mean", 0.2)
            made += self._with_inverse(Size(d - 1), "mean", 0.25)
            made += self._with_inverse(Quotient(Size(d - 1), Size(d)), "mean", 0.15)
            made += self._with_inverse(Function("sqrt", (Size(d),)), "scale", 0.12)
        for a in sizes:
            for b in sizes:
                if a != b:
                    made += self._made(Quotient(Size(a), Size(b)), "mean", 0.25)
                    if a.terms < b.terms:
                        made += self._with_inverse(Product((Size(a), Size(b))), "mean", 0.25)
        for s in scalars:
            made += self._with_inverse(s, "scale", 0.1)
        for s in scalars:
            made += self._with_inverse(Power(s, TWO), "scale", 0.25)
            made += self._with_inverse(Function("sqrt", (s,)), "scale", 0.3)
            one_less, one_more = times_one(s)
            made += self._with_inverse(one_less, "scale", 0.3)
            made += self._with_inverse(one_more, "scale", 0.35)
        for k, s in enumerate(scalars):
            for t in scalars[k + 1 :]:
                made += self._with_inverse(Product((s, t)), "scale", 0.4)
                made += self._with_inverse(Quotient(s, t), "scale", 0.4)
            for d in sizes:
                made += self._with_inverse(Product((Size(d), s)), "scale", 0.4)
                made += self._with_inverse(Quotient(s, Size(d)), "scale", 0.4)
        for s in slopes:
            if not s.shape:
                made += self._with_inverse(s, "chain-rule", 0.2)
        twice = [
            Factor(times(n.node, f.node), _products(n.values, f.values), f.kind, 0.3 + f.cost)
            for n in numbers[:2]
            for f in made
            if f.cost < 0.3
        ]
        one = Factor(Number(Fraction(1)), (1.0,) * count, "factor", 0.0)
        self.all = [one, *numbers, *made, *twice]
        self.table = np.array([f.values for f in self.all])

    def _made(self, node: Node, kind: str, cost: float) -> list[Factor]:
        found = self.bench.value(node)
        if found is None or any(v.size == 0 or abs(float(v.flat[0])) < 1e-9 for v in found):
            return []
        if any(np.ptp(v) > 1e-12 for v in found):
            return []
        return [Factor(node, tuple(float(v.flat[0]) for v in found), kind, cost)]

    def _with_inverse(self, node: Node, kind: str, cost: float) -> list[Factor]:
        return [g for f in self._made(node, kind, cost) for g in (f, f.inverse())]

    def match(self, values: list[float]) -> Iterator[tuple[Factor, bool]]:
        """Factors with these values, the most usual first, and whether the sign is turned as well."""
        wanted = np.array(values)
        found: list[tuple[float, int, bool]] = []
        for turned in (False, True):
            target = -wanted if turned else wanted
            close = np.all(np.abs(self.table - target) <= 1e-7 * (1 + np.abs(target)), axis=1)
            for k in np.nonzero(close)[0]:
                found.append((self.all[k].cost + (0.02 if turned else 0.0), int(k), turned))
        found.sort()
        for _, position, turned in found[:3]:
            yield self.all[position], turned


def _products(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(x * y for x, y in zip(a, b, strict=True))


def times_one(s: Node) -> tuple[Node, Node]:
    """1 − s and 1 + s."""
    from symdl.language.syntax import Add, Neg

    one = Number(Fraction(1))
    return Add((one, Neg(s))), Add((one, s))


def signed(factor: Factor, turned: bool, node: Node) -> Node:
    """`± factor · node`."""
    out = times(factor.node, node)
    return negate(out) if turned else out
