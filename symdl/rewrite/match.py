"""Matching: find letters that make a pattern equal to an expression, `μ[b]` against `μ[i]` gives b = i.

Pattern letters (variables) take index expressions. Sums and products match in any order, bound letters pair up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symdl.tensor.expr import Add, Bind, Cmp, Expr, Idx, Mul, Num, add, num

Letters = Mapping[str, Expr]


def matches(pattern: Any, target: Any, variables: frozenset[str], known: Letters) -> Iterator[Letters]:
    """Every way (as far as it is looked for) to extend `known` so that the pattern becomes the target."""
    if isinstance(pattern, Expr) and not (pattern.free & (variables | known.keys())) and not pattern.bound():
        if pattern is target:
            yield known
            return
        if not isinstance(pattern, Add | Mul) and not any(True for _ in pattern.children()):
            return
    if isinstance(pattern, Idx):
        if pattern.name in known:
            if known[pattern.name] is target:
                yield known
        elif pattern.name in variables:
            if isinstance(target, Expr) and (isinstance(target, Idx) or not target.bound()):
                yield {**known, pattern.name: target}
        elif pattern is target:
            yield known
        return
    if isinstance(pattern, tuple):
        if isinstance(target, tuple) and len(pattern) == len(target):
            yield from _in_order(pattern, target, variables, known)
        return
    if not isinstance(pattern, Expr):
        if pattern == target:
            yield known
        return
    if isinstance(pattern, Add) and _is_shift(pattern, variables | known.keys()):
        letter, by = pattern.terms
        assert isinstance(letter, Idx) and isinstance(by, Num)
        if isinstance(target, Expr) and (isinstance(target, Idx | Add | Num) and not target.bound()):
            yield from matches(letter, add(target, num(-by.value)), variables, known)
        return
    if type(pattern) is not type(target):
        return
    if isinstance(pattern, Add | Mul):
        left, right = pattern.parts[0], target.parts[0]
        if len(left) == len(right):
            yield from in_any_order(left, right, variables, known)
        return
    if isinstance(pattern, Cmp) and isinstance(target, Cmp) and pattern.op in "=≠" and target.op == pattern.op:
        yield from in_any_order((pattern.left, pattern.right), (target.left, target.right), variables, known)
        return
    if isinstance(pattern, Bind) and isinstance(target, Bind):
        for found in matches(pattern.first, target.first, variables, known):
            for more in matches(pattern.last, target.last, variables, found):
                yield {**more, pattern.name: Idx(target.name)}
        return
    yield from _in_order(pattern.parts, target.parts, variables, known)


def _is_shift(pattern: Add, variables: frozenset[str]) -> bool:
    """`t − 1`: a pattern letter and a number."""
    return (
        len(pattern.terms) == 2
        and isinstance(pattern.terms[0], Idx)
        and pattern.terms[0].name in variables
        and isinstance(pattern.terms[1], Num)
    )


def _in_order(
    left: Sequence[Any], right: Sequence[Any], variables: frozenset[str], known: Letters
) -> Iterator[Letters]:
    if not left:
        yield known
        return
    for found in matches(left[0], right[0], variables, known):
        yield from _in_order(left[1:], right[1:], variables, found)


def in_any_order(
    left: Sequence[Any], right: Sequence[Any], variables: frozenset[str], known: Letters
) -> Iterator[Letters]:
    """Pair every pattern with a target of its own."""
    if not left:
        yield known
        return
    for n, target in enumerate(right):
        for found in matches(left[0], target, variables, known):
            yield from in_any_order(left[1:], (*right[:n], *right[n + 1 :]), variables, found)
