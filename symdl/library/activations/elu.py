"""Exponential linear unit."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="elu",
    symbols={"X": "...", "a": ""},
    given=(r"H = \max(X, 0) + a (e^{\min(X, 0)} - 1)",),
    output="H",
    assume=("a > 0",),
    source="Clevert, Unterthiner, Hochreiter 2016, section 3",
)
