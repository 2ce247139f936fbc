"""Average-pooling of sequences over windows of size k that don't overlap."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="avg-pool",
    symbols={"x": "B C k*m", "y": "B C m"},
    given=(r"y_{n,c,t} = \frac{1}{k} \sum_{a=1}^{k} x_{n,c,k(t-1)+a}",),
    input="x",
    output="y",
    sizes=("k",),
    source="Goodfellow, Bengio, Courville 2016, section 9.3",
)
