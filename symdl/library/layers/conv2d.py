"""Convolution of images, stride 1, no padding (a cross-correlation, as in every library)."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="conv2d",
    symbols={"x": "C m+k-1 p+k-1", "w": "O C k k", "b": "O", "y": "O m p"},
    given=(r"y_{o,s,t} = b_o + \sum_{c,i,j} w_{o,c,i,j} x_{c,s+i-1,t+j-1}",),
    input="x",
    output="y",
    parameters=("w", "b"),
    sizes=("O", "k"),
    source="Goodfellow, Bengio, Courville 2016, equation 9.7",
)
