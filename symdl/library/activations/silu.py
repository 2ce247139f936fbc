"""Sigmoid linear unit (swish)."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="silu",
    symbols={"X": "..."},
    given=(r"H = X \odot \operatorname{sigmoid}(X)",),
    output="H",
    source="Elfwing, Uchibe, Doya 2018, section 2",
)
