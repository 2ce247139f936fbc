"""Sums of several factors that a missing term may be: Σ_k a_ik b_k, p_i Σ_j p_j g_j, v (aᵀ b), A ⊙ ((B ⊙ C) 1) 1ᵀ."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from symdl.language.dims import Axis, Range, Shape
from symdl.language.syntax import (
    Binder,
    Entry,
    Hadamard,
    IndexVar,
    Node,
    Ones,
    Product,
    Reduce,
    Symbol,
    Transpose,
    is_row,
)

MOST = 400
LETTERS = "kjlmirst"


def contractions(shape: Shape, letters: Mapping[str, Range], known: list[Symbol], taken: frozenset[str]) -> list[Node]:
    """Sums over products of two quantities, alone and times a third, of a shape; the plainest first.

    Args:
        shape: of the term.
        letters: the line's free letters.
        known: quantities of the problem.
        taken: names that a bound letter may not have.
    """
    tensors = [s for s in known if 1 <= len(s.shape) <= 2]
    if not shape:
        found = _in_letters(letters, tensors, taken)
    elif len(shape) == 1:
        found = _of_columns(shape, tensors)
    elif len(shape) == 2 and not is_row(shape):
        found = _of_rows(shape, tensors)
    else:
        found = iter(())
    return list(dict.fromkeys(itertools.islice(found, MOST)))


def _in_letters(letters: Mapping[str, Range], tensors: list[Symbol], taken: frozenset[str]) -> Iterator[Node]:
    """Σ_k a b with the bound letter once in each, then such a sum times an entry."""
    name = next((n for n in LETTERS if n not in letters and n not in taken), None)
    if name is None:
        return
    sums: list[Node] = []
    for a, b in itertools.combinations_with_replacement(tensors, 2):
        for axis in _axes(a):
            for left in _at(a, axis, name, letters):
                for right in _at(b, axis, name, letters):
                    body = Product((left, right))
                    sums.append(Reduce("sum", (Binder(name, Range.of_axis(axis)),), body))
    yield from sums
    for s in sums:
        for t in tensors:
            for entry in _entries(t, letters):
                yield Product((entry, s))


def _axes(a: Symbol) -> list[Axis]:
    return list(dict.fromkeys(a.shape))


def _at(tensor: Symbol, axis: Axis, name: str, letters: Mapping[str, Range]) -> Iterator[Node]:
    """Entries of a tensor with the bound letter on one axis of this size, free letters on the others."""
    for position, own in enumerate(tensor.shape):
        if own.size != axis.size:
            continue
        others = [
            [n for n, r in letters.items() if r == Range.of_axis(a)] if k != position else [name]
            for k, a in enumerate(tensor.shape)
        ]
        for names in itertools.product(*others):
            yield Entry(tensor, tuple(IndexVar(n) for n in names))


def _entries(tensor: Symbol, letters: Mapping[str, Range]) -> Iterator[Node]:
    options = [[n for n, r in letters.items() if r == Range.of_axis(a)] for a in tensor.shape]
    for names in itertools.product(*options):
        if len(set(names)) == len(names):
            yield Entry(tensor, tuple(IndexVar(n) for n in names))


def _of_columns(shape: Shape, tensors: list[Symbol]) -> Iterator[Node]:
    """v (aᵀ b)."""
    columns = [t for t in tensors if len(t.shape) == 1]
    pairs = [p for p in itertools.combinations_with_replacement(columns, 2) if p[0].shape == p[1].shape]
    for v in columns:
        if v.shape == shape:
            for a, b in pairs:
                yield Product((v, Product((Transpose(a), b))))


def _of_rows(shape: Shape, tensors: list[Symbol]) -> Iterator[Node]:
    """A ⊙ ((B ⊙ C) 1) 1ᵀ, and 1 aᵀ (…) for columns: sums along one axis, spread along it again."""
    same = [t for t in tensors if t.shape == shape]
    right, left = Ones((shape[1],)), Ones((shape[0],))
    for a in same:
        for b, c in itertools.combinations_with_replacement(same, 2):
            inner = Hadamard((b, c))
            yield Hadamard((a, Product((inner, right, Transpose(right)))))
            yield Hadamard((a, Product((left, Transpose(left), inner))))
