"""Scaling: where a side depends linearly on one of its parts, solve for the factor that the part lacks.

    R = R₀ + α S with S the part's share;  L = R₀ + α S  gives α: −1 a sign, 2 a factor, 1/n a mean, λ a scale

One evaluation a part replaces trying every factor at every place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symdl.language.syntax import (
    Add,
    Binder,
    Condition,
    Delta,
    Dot,
    Function,
    Hadamard,
    IndexVar,
    InnerProduct,
    Moment,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Reduce,
    Symbol,
    Zeros,
)
from symdl.marking.bench import Bench, Values, minus, ratio, same
from symdl.marking.edits import Edit, Surroundings
from symdl.marking.factors import Factor, Factors, signed
from symdl.marking.places import Place, places
from symdl.marking.simplify import clean, times


@dataclass(frozen=True)
class Share:
    """A part on which the side depends linearly, what the side is without it, and its share."""

    place: Place
    without: Values
    share: Values


def linear_places(side: Node) -> Iterator[Place]:
    """Parts that the side depends on linearly, as far as the tree shows."""
    return (p for p in places(side) if p.linear and not isinstance(p.node, Binder | Condition | IndexVar))


def is_part(place: Place) -> bool:
    """A term, a whole side, or what a sum or a function takes; a factor alone would repeat its product."""
    return not isinstance(place.parent, Product | Hadamard | Neg | Quotient | Dot | InnerProduct) or isinstance(
        place.node, Add
    )


def shares(bench: Bench, side: Node, whole: Values) -> Iterator[Share]:
    for place in linear_places(side):
        if not is_part(place):
            continue
        zero: Node = Zeros(place.node.shape) if place.node.shape else Number(Fraction(0))
        without = [np.zeros_like(v) for v in whole] if place.parent is None else bench.value(place.put(zero))
        if without is not None:
            yield Share(place, without, minus(whole, without))


def scaled(bench: Bench, side: Node, wanted: Values, factors: Factors, around: Surroundings) -> Iterator[Edit]:
    """Parts that lack a scalar factor, have one too many, or should not be there."""
    whole = bench.value(side)
    if whole is None:
        return
    seen: set[Node] = set()
    for s in shares(bench, side, whole):
        node, place = s.place.node, s.place
        needed = minus(wanted, s.without)
        depth = 0.03 * place.depth
        if place.parent is not None and same(wanted, s.without) and isinstance(place.parent, Add):
            rest = clean(place.put(Zeros(node.shape) if node.shape else Number(Fraction(0))))
            kind = "chain-rule" if around.variable is not None else "algebra"
            yield Edit(kind, 1.45 + depth, f"the term ${around.show(node)}$ should not be there", rest)
        found = ratio(needed, s.share)
        if found is None:
            continue
        for factor, turned in factors.match(found):
            if factor.cost == 0.0 and factor.values[0] == 1.0 and not turned:
                continue
            new = signed(factor, turned, node)
            edited = clean(place.put(new))
            if edited in seen:
                continue
            seen.add(edited)
            words = _words(place, new, around)
            yield Edit(_kind(factor, turned, node), 1.0 + depth + factor.cost, words, edited)


def _kind(factor: Factor, turned: bool, node: Node) -> str:
    """A lost factor; of a base that stands there before and after, it is the power that is wrong: 1/λ for 1/λ²."""
    if turned and factor.values[0] == 1.0:
        return "sign"
    if factor.kind == "scale" and not turned:
        for base in {n for n in factor.node.walk() if isinstance(n, Symbol)}:
            here, more = exponent_of(node, base), exponent_of(factor.node, base)
            if here and more and here + more and factor.node == _power_of(base, factor.node):
                return "exponent"
    return factor.kind


def _power_of(base: Symbol, node: Node) -> Node | None:
    """The node, if it is a power of this base and nothing else."""
    if isinstance(node, Quotient):
        return node if isinstance(node.numerator, Number) and _power_of(base, node.denominator) is not None else None
    if isinstance(node, Power):
        return node if node.base == base else None
    if isinstance(node, Function) and node.name == "sqrt":
        return node if node.args[0] == base else None
    return node if node == base else None


def exponent_of(node: Node, base: Node) -> Fraction:
    """The power in which a scalar stands as a factor of a term; 0 where it is none."""
    if node == base:
        return Fraction(1)
    if isinstance(node, Neg):
        return exponent_of(node.body, base)
    if isinstance(node, Power):  # a symbolic exponent is some number, none that others make up for
        value = node.exponent.value if isinstance(node.exponent, Number) else Fraction(101, 103)
        return value * exponent_of(node.base, base)
    if isinstance(node, Function) and node.name == "sqrt":
        return exponent_of(node.args[0], base) / 2
    if isinstance(node, Product | Hadamard):
        return sum((exponent_of(f, base) for f in node.factors), Fraction(0))
    if isinstance(node, Quotient):
        return exponent_of(node.numerator, base) - exponent_of(node.denominator, base)
    if isinstance(node, Reduce) and node.op == "sum":
        return exponent_of(node.body, base)
    return Fraction(0)


def _words(place: Place, new: Node, around: Surroundings) -> str:
    old = "the right side" if place.parent is None else f"${around.show(place.node)}$"
    return f"{old} should be ${around.show(clean(new))}$"


def weighted(
    bench: Bench, side: Node, wanted: Values, candidates: list[tuple[Node, str]], around: Surroundings
) -> Iterator[Edit]:
    """Terms that lack a factor entry by entry: a δ, a slope, a γ."""
    whole = bench.value(side)
    if whole is None:
        return
    for s in shares(bench, side, whole):
        place, node = s.place, s.place.node
        if place.bound or (place.parent is not None and not isinstance(place.parent, Add | Neg | Product)):
            continue
        needed = minus(wanted, s.without)
        for candidate, kind in candidates:
            value = bench.value(candidate)
            if value is None or candidate.shape not in ((), side.shape):
                continue
            depth = 0.03 * place.depth
            if _product_is(s.share, value, needed):
                if not candidate.shape:
                    new = times(candidate, node)
                else:
                    new = times(node, candidate) if not node.shape else Hadamard((node, candidate))
                if isinstance(candidate, Delta):
                    new = candidate if isinstance(node, Number) and node.value == 1 else times(node, candidate)
                words = f"the factor ${around.show(candidate)}$ is missing at ${around.show(node)}$"
                yield Edit(kind, 1.3 + depth, words, clean(place.put(new)))
            elif not isinstance(candidate, Delta) and _product_is(needed, value, s.share):
                words = f"${around.show(node)}$ has the factor ${around.show(candidate)}$ too many"
                if not candidate.shape:
                    yield Edit(kind, 1.35 + depth, words, clean(place.put(Quotient(node, candidate))))


def _product_is(a: Values, b: Values, wanted: Values) -> bool:
    try:
        made = [x * y for x, y in zip(a, b, strict=True)]
    except ValueError:
        return False
    if any(m.shape != w.shape or not np.any(np.abs(w) > 1e-9) for m, w in zip(made, wanted, strict=True)):
        return False
    return same(made, wanted)


def missing(
    bench: Bench,
    side: Node,
    wanted: Values,
    factors: Factors,
    candidates: list[Node],
    around: Surroundings,
) -> Iterator[Edit]:
    """Terms that are not there: what is left over is a factor times a quantity."""
    whole = bench.value(side)
    if whole is None:
        return
    gap = minus(wanted, whole)
    about_moments = any(isinstance(n, Moment) for n in around.head.walk())
    kind = "expectation" if about_moments else "chain-rule" if around.variable is not None else "algebra"
    for place in linear_places(side):
        if place.bound or not (place.parent is None or isinstance(place.node, Add)):
            continue
        if place.parent is None:
            here = gap
        else:
            found = _left_over(bench, place, whole, gap)
            if found is None:
                continue
            here = found
        for candidate in candidates:
            if place.node.shape != candidate.shape:
                continue
            value = bench.value(candidate)
            if value is None:
                continue
            r = ratio(here, value)
            if r is None:
                continue
            for factor, turned in factors.match(r):
                term = clean(signed(factor, turned, candidate))
                new = Add((*_terms(place.node), term))
                cost = 1.5 + factor.cost + 0.02 * place.depth + 0.04 * _size(candidate)
                yield Edit(kind, cost, f"the term ${around.show(term)}$ is missing", clean(place.put(new)))


def _left_over(bench: Bench, place: Place, whole: Values, gap: Values) -> Values | None:
    """What must be added at a place so that the side gains `gap`, where that has one answer."""
    node = place.node
    if not node.shape:
        more = bench.value(place.put(Add((*_terms(node), Number(Fraction(1))))))
        if more is None:
            return None
        slope = minus(more, whole)
        if any(np.any(np.abs(k) < 1e-9) for k in slope):
            return None
        return [g / k for g, k in zip(gap, slope, strict=True)]
    own, twice = bench.value(node), bench.value(place.put(times(Number(Fraction(2)), node)))
    if own is None or twice is None:
        return None
    k = ratio(minus(twice, whole), own)
    return None if k is None else [g / x for g, x in zip(gap, k, strict=True)]


def _terms(node: Node) -> tuple[Node, ...]:
    return node.terms if isinstance(node, Add) else (node,)


def _size(node: Node) -> int:
    return sum(1 for _ in node.walk())


__all__ = ["missing", "scaled", "weighted"]
