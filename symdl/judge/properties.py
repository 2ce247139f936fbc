"""Properties in words, checked at a sample: a matrix that is said to be invertible is, for these values and sizes."""

from __future__ import annotations

import numpy as np

from symdl.tensor.expr import Lam
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Fact

CLOSE = 1e-8
WELL = 1e-3  # how far from singular a generic sample must stay, relative to its largest entry
TINY = 1e-3  # of that: how far from zero

CHECKED = {
    "symmetric", "skew-symmetric", "antisymmetric", "diagonal", "orthogonal", "invertible", "nonsingular",
    "positive-definite", "positive-semidefinite", "full-rank", "full-column-rank", "full-row-rank", "lower-triangular",
    "upper-triangular", "≻", "⪰",
}  # fmt: skip


def holds(fact: Fact, valuation: Valuation, least: float = WELL) -> bool:
    """Does the property hold at these values, at least so far from singular as said?"""
    for m in _matrices(fact, valuation):
        if not np.all(np.isfinite(m)) or not _holds(fact.op, m, least):
            return False
    return True


def _matrices(fact: Fact, valuation: Valuation) -> list[Array]:
    lam = fact.left if isinstance(fact.left, Lam) else fact.right
    if not isinstance(lam, Lam) or len(lam.binders) < 2:
        return []
    sides = [s.body for s in (fact.left, fact.right) if isinstance(s, Lam)]
    arrays, where, _ = evaluate_box((lam.body,), valuation, (*fact.binders, *lam.binders), fact.condition)
    value = valuation.field.floats(arrays[0])
    if fact.op in ("≻", "⪰") and len(sides) == 2 and isinstance(fact.right, Lam):
        (other,), _, _ = evaluate_box(
            (fact.right.body,), valuation, (*fact.binders, *fact.right.binders), fact.condition
        )
        value = value - valuation.field.floats(other)
    stacked = value.reshape((-1, *value.shape[-2:]))
    inside = where.reshape((-1, *where.shape[-2:]))
    return [m[np.ix_(w.any(axis=1), w.any(axis=0))] for m, w in zip(stacked, inside, strict=True) if w.any()]


def _holds(op: str, m: Array, least: float) -> bool:
    if not np.all(np.isfinite(m)):
        return False
    largest = float(np.max(np.abs(m), initial=0.0))
    size = max(1.0, largest)
    square = m.shape[0] == m.shape[1]
    if op in ("full-rank", "full-column-rank", "full-row-rank"):
        wanted = {"full-rank": min(m.shape), "full-column-rank": m.shape[1], "full-row-rank": m.shape[0]}[op]
        s = np.linalg.svd(m, compute_uv=False)
        return int(np.sum(s > least * largest)) == wanted
    if not square:
        return False
    if op in ("symmetric", "skew-symmetric", "antisymmetric"):
        return bool(np.max(np.abs(m - m.T if op == "symmetric" else m + m.T)) <= CLOSE * size)
    if op == "diagonal":
        return bool(np.max(np.abs(m - np.diag(np.diag(m)))) <= CLOSE * size)
    if op == "lower-triangular":
        return bool(np.max(np.abs(np.triu(m, 1))) <= CLOSE * size)
    if op == "upper-triangular":
        return bool(np.max(np.abs(np.tril(m, -1))) <= CLOSE * size)
    if op == "orthogonal":
        return bool(np.max(np.abs(m.T @ m - np.eye(len(m)))) <= CLOSE)
    if op in ("invertible", "nonsingular"):
        s = np.linalg.svd(m, compute_uv=False)
        return bool(s[-1] > max(least * s[0], least * TINY))
    smallest = float(np.min(np.linalg.eigvalsh((m + m.T) / 2)))
    symmetric = bool(np.max(np.abs(m - m.T)) <= CLOSE * size)
    if op in ("positive-definite", "≻"):
        return symmetric and smallest > 0 and smallest >= least * largest
    return symmetric and smallest >= -CLOSE * size
