"""Softmax spelled out is read back: `exp(A_ij) / Σ_k exp(A_ik)` is an entry of softmax(A) along j."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.tensor import expr as E
from symdl.tensor.expr import Expr, Idx
from symdl.tensor.notation_base import NoMatrixForm, Notation


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
                if same(E.substitute(total.body, {total.binders[0].name: Idx(letter)}), base, {}):
                    return top, below, Softmax(base.args[0], letter, total.binders[0])
    return None


def same(a: object, b: object, letters: dict[str, str]) -> bool:
    """Are two expressions the same but for the names of their own bound letters?"""
    if a is b and not letters:
        return True
    if isinstance(a, Idx):
        return isinstance(b, Idx) and letters.get(a.name, a.name) == b.name
    if isinstance(a, E.Bind):
        if not (isinstance(b, E.Bind) and same(a.first, b.first, letters) and same(a.last, b.last, letters)):
            return False
        letters[a.name] = b.name
        return True
    if isinstance(a, Expr):
        return type(a) is type(b) and same(a.parts, b.parts, letters)  # type: ignore[attr-defined]
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(same(x, y, letters) for x, y in zip(a, b, strict=True))
    return a == b


def softmax_entry(found: Softmax, n: Notation) -> s.Node | None:
    """`softmax(A)_{ij}` in index form; None where the argument is no column and no matrix over whole axes."""
    from symdl.tensor.notation_matrix import convert

    letters = [*sorted(found.argument.free - {found.letter}), found.letter]
    ranges = [n.ranges.get(x) for x in letters]
    out = tuple(b for b in ranges if b is not None)
    own = n.ranges.get(found.letter)
    if len(out) != len(letters) or len(out) > 2 or own is None:
        return None
    if own.first is not found.over.first or own.last is not found.over.last:
        return None
    try:
        tree = convert(found.argument, out, n)
    except (NoMatrixForm, UnsupportedError):
        return None
    if len(tree.shape) != len(out):
        return None
    return s.Entry(s.AxisFunction("softmax", tree), tuple(s.IndexVar(n.letter(x)) for x in letters))
