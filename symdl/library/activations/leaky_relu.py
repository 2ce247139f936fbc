"""Rectifier with a slope a for negative entries."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="leaky-relu",
    symbols={"X": "...", "a": ""},
    given=(r"H = \max(X, a X)",),
    output="H",
    assume=("0 < a", "a < 1"),
    source="Maas, Hannun, Ng 2013, section 2",
)
