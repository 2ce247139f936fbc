"""Chains and sums of evidence: the relation between a chain's two ends, and what holds of several parts together."""

from __future__ import annotations

from typing import Any

from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED, Evidence


def combine(ops: tuple[str, ...]) -> str | None:
    """The relation of the two ends of a chain: `=`, then `≤` or `<` (or `≥`, `>`) if all point one way, else None."""
    kinds = set(ops) - {"="}
    if not kinds:
        return "="
    for strict, weak in (("<", "≤"), (">", "≥"), ("≺", "⪯"), ("≻", "⪰")):
        if kinds <= {strict, weak}:
            return strict if strict in kinds else weak
    return None  # of ≠, ≈ and ∝ nothing follows for the ends


def worst(evidence: list[Evidence]) -> Evidence:
    """What holds of all parts together: refuted beats unchecked beats supported beats proved."""
    if not evidence:
        return Evidence(UNCHECKED, "the line claims nothing that can be checked")
    order: dict[str, Any] = {REFUTED: 3, UNCHECKED: 2, SUPPORTED: 1, PROVED: 0}
    return max(evidence, key=lambda e: order[e.status])
