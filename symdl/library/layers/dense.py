"""Dense layer: every output is a weighted sum of the inputs plus a bias."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="dense",
    symbols={"X": "B n", "W": "n m", "b": "m"},
    given=(r"Z = X W + \mathbf{1} b^\top",),
    output="Z",
    parameters=("W", "b"),
    sizes=("m",),
    source="Goodfellow, Bengio, Courville 2016, section 6.3",
)
