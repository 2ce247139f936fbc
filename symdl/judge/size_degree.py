"""How high a claim's degree in its sizes can be: at that many sizes and more, a polynomial in n that is not zero shows.

n (n − 1) (n − 2) = 0 holds at n = 1 and 2, so one size larger than the degree is tried
"""

from __future__ import annotations

from collections.abc import Iterable

from symdl.tensor.expr import Acc, Dimension, Expr, Mul, Num, Pow, Red, walk
from symdl.tensor.program import Program

MOST = 24  # a larger one can't be tried
DEEP = 60


def size_degrees(goals: Iterable[Expr], program: Program) -> dict[str, int]:
    """A bound on the degree in each plain size that stands as a number or ends a range, 0 ones left out."""
    out: dict[str, int] = {}
    memo: dict[tuple[Expr, str], int] = {}
    sides = tuple(goals)
    for name in sorted(program.sizes):
        degree = max((_degree(e, name, program, memo, 0) for e in sides), default=0)
        if degree:
            out[name] = min(degree, 10 * MOST)
    return out


def _degree(e: Expr, name: str, program: Program, memo: dict[tuple[Expr, str], int], depth: int) -> int:
    """Sums add one for their range, products add up, all else is as high as what stands in it."""
    if depth > DEEP:
        return 0
    key = (e, name)
    if key not in memo:
        memo[key] = 0  # of what is defined by itself
        memo[key] = _of(e, name, program, memo, depth + 1)
    return memo[key]


def _of(e: Expr, name: str, program: Program, memo: dict[tuple[Expr, str], int], depth: int) -> int:
    if isinstance(e, Dimension):
        return int(e.name == name)
    if isinstance(e, Acc):
        statement = program.statements.get(e.name)
        if statement is None or any(isinstance(x, Acc) for x in walk(statement.body)):
            return 0  # values, which are generic, not a polynomial in sizes alone
        return _degree(statement.body, name, program, memo, depth)
    below = [_degree(c, name, program, memo, depth) for c in e.children()]
    if isinstance(e, Mul):
        return sum(below)
    if isinstance(e, Pow) and isinstance(e.exponent, Num):
        return max(1, round(abs(e.exponent.value))) * _degree(e.base, name, program, memo, depth)
    if isinstance(e, Red):
        ranged = any(_degree(end, name, program, memo, depth) for b in e.binders for end in (b.first, b.last))
        return _degree(e.body, name, program, memo, depth) + int(ranged)
    return max(below, default=0)


__all__ = ["MOST", "size_degrees"]
