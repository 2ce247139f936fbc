"""Words for the tests of the ten points: a line's verdict with a point switched on, and with it switched off."""

from __future__ import annotations

from typing import Any

import pytest

from symdl.judge import numeric, search, verdict
from tests.trust.judging import HELD, Bench, Board

Patch = pytest.MonkeyPatch
AGREES = numeric.NumericResult("supported", 0.0)


def off(patch: Patch, *what: tuple[Any, str]) -> None:
    """Each of these finds nothing from now on."""
    for module, name in what:
        patch.setattr(module, name, lambda *a, **k: None)


def stress_off(patch: Patch) -> None:
    """Generic values alone: no special ones, no prime, no attack on a bound."""
    off(patch, (verdict, "stressed"), (verdict, "modular"), (search, "violation"))


def word(board: Board, line: str, seed: int = 1) -> str:
    return Bench(board, seed=seed).verdict(line).partition(":")[0]


def evidence(board: Board, line: str, seed: int = 1) -> str:
    return Bench(board, seed=seed).verdict(line)


__all__ = ["AGREES", "HELD", "Bench", "Board", "Patch", "evidence", "off", "stress_off", "word"]
