"""Changes that equations do not need: factors of a bound's terms, tried one by one; a number for another number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from symdl.language.syntax import Add, Neg, Node, Number, Power, Quotient, Reduce, Size
from symdl.marking.bench import Values
from symdl.marking.edits import Edit, Surroundings, change
from symdl.marking.places import places
from symdl.marking.simplify import clean, number, times

NUMBERS = tuple(number(Fraction(a, b)) for a, b in ((2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4)))
TWO = Number(Fraction(2))


def loosened(side: Node, around: Surroundings, holds: Callable[[Node], bool]) -> Iterator[Edit]:
    """Terms of a bound that lack a factor: no equation can be solved for it, so each is tried."""
    for place in places(side):
        if not place.linear or not (place.parent is None or isinstance(place.parent, Add | Reduce | Neg)):
            continue
        if isinstance(place.node, Neg | Add) and place.parent is not None:
            continue
        made: list[tuple[str, float, Node]] = [("factor", 1.0, times(f, place.node)) for f in NUMBERS]
        for d in around.sizes:
            made += [("mean", 1.05, times(Size(d), place.node)), ("mean", 1.05, Quotient(place.node, Size(d)))]
        for s in around.scalars:
            for factor in (s, Power(s, TWO)):
                made += [("scale", 1.1, times(factor, place.node)), ("scale", 1.1, Quotient(place.node, factor))]
        for kind, cost, new in made:
            edit = change(kind, cost, place, new, around)
            if holds(edit.node):
                yield edit


def another_number(side: Node, wanted: Values, around: Surroundings) -> Iterator[Edit]:
    """A bare number that should be another one: 1 for 0."""
    bare = side.body if isinstance(side, Neg) else side
    flat = np.concatenate([np.ravel(v) for v in wanted])
    if not isinstance(bare, Number) or not flat.size or np.ptp(flat) > 1e-9:
        return
    value = Fraction(float(flat[0])).limit_denominator(12)
    if abs(float(value) - flat[0]) < 1e-9:
        new = clean(number(value))
        if new == side:
            return
        yield Edit("algebra", 1.25, f"the right side should be ${around.show(new)}$", new)
