"""Array code with named letters: which letter each axis of a piece of code runs over, and how tightly it binds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symdl.tensor.expr import Bind

ADD, NEG, MUL, POW, ATOM = 1, 2, 3, 4, 5  # how tightly Python binds what stands on top of a piece of code


@dataclass(frozen=True)
class Value:
    """Code for an array whose axes run over `letters`, in this order; no letters: a scalar."""

    code: str
    letters: tuple[str, ...] = ()
    level: int = ATOM
    python: bool = False  # a plain Python number: it takes the type of the arrays it meets

    def at(self, level: int) -> str:
        """The code, in parentheses unless it binds at least so tightly."""
        return self.code if self.level >= level else f"({self.code})"


@dataclass(frozen=True)
class Tensor:
    """A named array in the code: how it is written, and the range of each axis (a later range may use earlier letters).

    The first `members` axes are positions in Python lists (a family); axis `rows` is one too, while a recurrence runs.
    """

    code: str
    axes: tuple[Bind, ...]
    members: int = 0
    rows: int | None = None


def permuted(v: Value, order: Sequence[str]) -> Value:
    """The same axes in another order."""
    order = tuple(order)
    if v.letters == order:
        return v
    if len(order) == 2:
        return Value(f"{v.at(ATOM)}.T", order)
    axes = ", ".join(str(v.letters.index(x)) for x in order)
    return Value(f"{v.at(ATOM)}.transpose({axes})", order)


def aligned(v: Value, letters: Sequence[str]) -> Value:
    """The same array, fit to be broadcast against axes `letters`: permuted, with new axes of length 1 between."""
    mine = [x for x in letters if x in v.letters]
    v = permuted(v, mine)
    if not mine:
        return v
    tail = list(letters)[list(letters).index(mine[0]) :]
    if tail == mine:
        return v
    slots = ", ".join(":" if x in mine else "None" for x in tail)
    return Value(f"{v.at(ATOM)}[{slots}]", tuple(tail))


def union(letters: Sequence[Sequence[str]], order: Sequence[str]) -> tuple[str, ...]:
    """All letters: as the operand that has them all has them, else sorted as `order` lists them."""
    longest = max(letters, key=len, default=())
    if all(set(group) <= set(longest) for group in letters):
        return tuple(longest)
    seen: list[str] = []
    for group in letters:
        seen += [x for x in group if x not in seen]
    ranked = {x: k for k, x in enumerate(order)}
    return tuple(sorted(seen, key=lambda x: ranked.get(x, len(ranked) + seen.index(x))))
