"""Softplus: the smooth positive part."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="softplus",
    symbols={"X": "..."},
    given=(r"H = \log(1 + e^{X})",),
    output="H",
    source="Goodfellow, Bengio, Courville 2016, section 3.10",
)
