"""Mean squared error over all entries."""

from __future__ import annotations

from symdl.library.entry import Loss

LOSS = Loss(
    name="mse",
    symbols={"Y": "B n", "T": "B n"},
    given=(r"L = \frac{1}{B n} \sum_{i,j} (Y_{ij} - T_{ij})^2",),
    input="Y",
    target="T",
    source="Goodfellow, Bengio, Courville 2016, equation 5.4",
)
