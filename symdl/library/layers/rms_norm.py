"""Normalisation by the root mean square over the last axis."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="rms-norm",
    symbols={"x": "B n", r"\gamma": "n", r"\epsilon": "", r"\hat{x}": "B n", "y": "B n"},
    given=(
        r"r_b = \sqrt{\frac{1}{n} \sum_i x_{bi}^2 + \epsilon}",
        r"\hat{x}_{bi} = \frac{x_{bi}}{r_b}",
        r"y_{bi} = \gamma_i \hat{x}_{bi}",
    ),
    input="x",
    output="y",
    parameters=(r"\gamma",),
    assume=(r"\epsilon > 0",),
    source="Zhang, Sennrich 2019, equation 4",
)
