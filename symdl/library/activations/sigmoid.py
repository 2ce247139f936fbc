"""Logistic sigmoid, entry by entry."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="sigmoid",
    symbols={"X": "..."},
    given=(r"H = \operatorname{sigmoid}(X)",),
    output="H",
    source="Goodfellow, Bengio, Courville 2016, section 3.10",
)
