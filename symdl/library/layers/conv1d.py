"""Convolution of sequences, stride 1, no padding (a cross-correlation, as in every library)."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="conv1d",
    symbols={"x": "B C m+k-1", "w": "O C k", "b": "O", "y": "B O m"},
    given=(r"y_{n,o,t} = b_o + \sum_{c,j} w_{o,c,j} x_{n,c,t+j-1}",),
    input="x",
    output="y",
    parameters=("w", "b"),
    sizes=("O", "k"),
    source="Goodfellow, Bengio, Courville 2016, section 9.1",
)
