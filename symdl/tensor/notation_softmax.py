"""Softmax spelled out is read back: `exp(A_ij) / Σ_k exp(A_ik)` is an entry of softmax(A) along j."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.tensor import expr as E
from symdl.tensor.expr import Expr, Idx


@dataclass(frozen=True)
class Softmax:
    """What was found: the argument's entry, the letter that runs, and the letter's range."""

    argument: Expr
    letter: str
    over: E.Bind


def take_softmax(factors: list[Expr]) -> tuple[list[Softmax], list[Expr]]:
    """All softmaxes among the factors of a product, and the factors left."""
    found: list[Softmax] = []
    left = list(factors)
    while True:
        pair = _find(left)
        if pair is None:
            return found, left
        top, below, softmax = pair
        found.append(softmax)
        for spent in (top, below):
            n = left.index(spent)
            base, x = (spent.base, spent.exponent) if isinstance(spent, E.Pow) else (spent, E.ONE)
            toward = -1 if spent is top else 1
            assert isinstance(x, E.Num)
            rest = E.power(base, x.value + toward)
            left[n : n + 1] = [] if rest is E.ONE else [rest]


def _find(factors: list[Expr]) -> tuple[Expr, Expr, Softmax] | None:
    for below in factors:
        if not (isinstance(below, E.Pow) and isinstance(below.exponent, E.Num) and below.exponent.value <= -1):
            continue
        total = below.base
        if not (isinstance(total, E.Red) and total.op == "sum" and total.condition is None and len(total.binders) == 1):
            continue
        if below.exponent.value.denominator != 1 or not (isinstance(total.body, E.Fn) and total.body.name == "exp"):
            continue
        for top in factors:
            base, x = (top.base, top.exponent) if isinstance(top, E.Pow) else (top, E.ONE)
            if not (isinstance(base, E.Fn) and base.name == "exp" and isinstance(x, E.Num) and x.value >= 1):
                continue
            for letter in sorted(base.free - total.free):
                if E.substitute(total.body, {total.binders[0].name: Idx(letter)}) is base:
                    return top, below, Softmax(base.args[0], letter, total.binders[0])
    return None
