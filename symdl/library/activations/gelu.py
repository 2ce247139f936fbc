"""Gaussian error linear unit, the exact form."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="gelu",
    symbols={"X": "..."},
    given=(r"H = X \odot \Phi(X)",),
    output="H",
    source="Hendrycks, Gimpel 2016, section 2",
)
