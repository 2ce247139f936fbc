"""Dropout with its mask given: kept entries are scaled up by what is dropped."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="dropout",
    symbols={"X": "B n", "M": "B n", "p": ""},
    given=(r"Y = \frac{1}{1 - p} M \odot X",),
    output="Y",
    assume=(r"M_{ij} \in \{0, 1\}", "0 < p", "p < 1"),
    source="Srivastava et al. 2014, section 4, with the scaling moved to training",
)
