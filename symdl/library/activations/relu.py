"""Rectified linear unit: the positive part."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="relu",
    symbols={"X": "..."},
    given=(r"H = \operatorname{relu}(X)",),
    output="H",
    source="Goodfellow, Bengio, Courville 2016, section 6.3.1",
)
