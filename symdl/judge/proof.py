"""What a proof is: how a claim was established, with what, and whether anything was needed at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """How a claim was proved: what was used, and whether anything had to be (`trivial` says why not)."""

    how: str
    trivial: str = ""
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """Which definitions are opened, and whether functions are expanded."""

    unfold: Callable[[str], bool]
    level: int
    uses: tuple[str, ...]
