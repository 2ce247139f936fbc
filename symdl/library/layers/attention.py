"""Scaled dot-product attention."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="attention",
    symbols={"Q": "n d", "K": "m d", "V": "m v"},
    given=(
        r"S = \frac{1}{\sqrt{d}} Q K^\top",
        r"P = \operatorname{softmax}(S)",
        "O = P V",
    ),
    input=("Q", "K", "V"),
    output="O",
    source="Vaswani et al. 2017, equation 1",
)
