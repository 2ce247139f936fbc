"""Batch normalisation in training: each feature over the examples of the batch."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="batch-norm",
    symbols={"x": "B n", r"\gamma": "n", r"\beta": "n", r"\epsilon": "", r"\hat{x}": "B n", "y": "B n"},
    given=(
        r"\mu_i = \frac{1}{B} \sum_b x_{bi}",
        r"v_i = \frac{1}{B} \sum_b (x_{bi} - \mu_i)^2",
        r"\hat{x}_{bi} = \frac{x_{bi} - \mu_i}{\sqrt{v_i + \epsilon}}",
        r"y_{bi} = \gamma_i \hat{x}_{bi} + \beta_i",
    ),
    input="x",
    output="y",
    parameters=(r"\gamma", r"\beta"),
    assume=(r"\epsilon > 0",),
    source="Ioffe, Szegedy 2015, algorithm 1",
)
