"""Printed numbers: a side made of numbers alone has a value, and an uncertainty that its printed digits leave.

`0.0821` stands for anything from 0.08205 to 0.08215; a whole number is exact. Uncertainties add up to first order.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from symdl.language import syntax as s

Printed = tuple[float, float]  # value, half-width

FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {  # value, slope
    "exp": (math.exp, math.exp),
    "log": (math.log, lambda x: 1 / x),
    "sqrt": (math.sqrt, lambda x: 0.5 / math.sqrt(x)),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "sigmoid": (lambda x: 1 / (1 + math.exp(-x)), lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2),
    "abs": (abs, lambda x: 1.0),
}
LARGEST_EXPONENT = 1000


def printed(node: s.Node) -> Printed | None:
    """Value and uncertainty of a scalar made of numbers alone; None for anything else, or where it has no value."""
    try:
        found = _value(node)
    except (ArithmeticError, ValueError):
        return None
    return found if found is not None and all(map(math.isfinite, found)) else None


def _value(node: s.Node) -> Printed | None:
    if isinstance(node, s.Number):
        return float(node.value), half_unit(node.text)
    if isinstance(node, s.Neg):
        x = _value(node.body)
        return None if x is None else (-x[0], x[1])
    parts = [_value(c) for c in node.children()]
    if not parts or any(p is None for p in parts):
        return None
    known = [p for p in parts if p is not None]
    if isinstance(node, s.Add):
        return sum(v for v, _ in known), sum(e for _, e in known)
    if isinstance(node, s.Product):
        value = math.prod(v for v, _ in known)
        others = (math.prod(v for j, (v, _) in enumerate(known) if j != k) for k in range(len(known)))
        return value, sum(abs(o) * e for o, (_, e) in zip(others, known, strict=True))
    if isinstance(node, s.Quotient):
        (a, da), (b, db) = known
        return a / b, da / abs(b) + abs(a) * db / b**2
    if isinstance(node, s.Power):
        (a, da), (p, dp) = known
        if dp or abs(p) > LARGEST_EXPONENT:
            return None
        return a**p, abs(p * a ** (p - 1)) * da
    if isinstance(node, s.Function) and node.name in FUNCTIONS:
        value_of, slope_of = FUNCTIONS[node.name]
        at, slack = known[0]
        return value_of(at), abs(slope_of(at)) * slack
    return None


def half_unit(text: str) -> float:
    """Half a unit in the last printed place of a decimal; nothing for a whole number."""
    mantissa, _, exponent = text.lower().partition("e")
    if "." not in mantissa:
        return 0.0
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
