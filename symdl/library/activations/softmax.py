"""Softmax of each row."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="softmax",
    symbols={"Z": "B n"},
    given=(r"P = \operatorname{softmax}(Z)",),
    input="Z",
    output="P",
    source="Goodfellow, Bengio, Courville 2016, section 6.2.2.3",
)
