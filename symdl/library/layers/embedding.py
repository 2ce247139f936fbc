"""Embedding: each token looks up its row of a table."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="embedding",
    symbols={"t": "n", "E": "V d"},
    given=("Y_{ij} = E_{t_i, j}",),
    input="t",
    output="Y",
    parameters=("E",),
    sizes=("V", "d"),
    assume=(r"t_i \in \{1,\dots,V\}",),
    source="Goodfellow, Bengio, Courville 2016, section 12.4.2",
)
