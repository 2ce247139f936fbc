"""Evidence: what the judge says of a line, and how it knows. The words mean what the README says, never more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROVED, SUPPORTED, REFUTED, UNCHECKED = "proved", "supported", "refuted", "unchecked"


@dataclass(frozen=True)
class Witness:
    """Values at which a line fails: sizes, tensors (nested lists), both sides, the entry (1-based) that differs."""

    sizes: dict[str, int]
    values: dict[str, Any]
    left: float
    right: float
    entry: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """status is proved, supported, refuted or unchecked; `how` says by what means or why not, in a sentence."""

    status: str
    how: str
    max_error: float | None = None
    witness: Witness | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.status in (PROVED, SUPPORTED)

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"status": self.status, "how": self.how}
        if self.max_error is not None:
            out["max_error"] = self.max_error
        if self.witness is not None:
            w = self.witness
            out["witness"] = {
                "values": {**w.sizes, **w.values},
                "left": w.left,
                "right": w.right,
                "entry": list(w.entry),
            }
        return out
