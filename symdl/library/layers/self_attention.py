"""Self-attention: queries, keys and values are projections of the same rows."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="self-attention",
    symbols={"X": "n d", "W_Q": "d k", "W_K": "d k", "W_V": "d v"},
    given=(
        "Q = X W_Q",
        "K = X W_K",
        "V = X W_V",
        r"S = \frac{1}{\sqrt{k}} Q K^\top",
        r"P = \operatorname{softmax}(S)",
        "O = P V",
    ),
    output="O",
    parameters=("W_Q", "W_K", "W_V"),
    sizes=("k", "v"),
    source="Vaswani et al. 2017, section 3.2",
)
