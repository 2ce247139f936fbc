"""Hyperbolic tangent, entry by entry."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="tanh",
    symbols={"X": "..."},
    given=(r"H = \tanh(X)",),
    output="H",
    source="Goodfellow, Bengio, Courville 2016, section 6.3.2",
)
