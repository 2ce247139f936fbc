"""Equal expressions are one object while anybody holds them; the table of them does not grow for ever."""

from __future__ import annotations

import gc

import pytest

from symdl.tensor import expr as e
from symdl.tensor.expr import base


def _made(k: int) -> e.Expr:
    return e.add(e.Acc("x", (e.num(k),)), e.Idx("k"))


def test_equal_expressions_are_one_object() -> None:
    assert _made(3) is _made(3)


def test_what_nobody_holds_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    base._sweep()
    before = len(base._table)
    monkeypatch.setattr(base, "_FIRST_SWEEP", before + 1000)
    monkeypatch.setattr(base, "_sweep_at", before + 1000)
    held = _made(-1)
    for k in range(20_000):
        _made(k)
    assert len(base._table) < 2 * before + 3000
    assert held is _made(-1)
