"""Layer normalisation over the last axis."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="layer-norm",
    symbols={"x": "B n", r"\gamma": "n", r"\beta": "n", r"\epsilon": "", r"\hat{x}": "B n", "y": "B n"},
    given=(
        r"\mu_b = \frac{1}{n} \sum_i x_{bi}",
        r"v_b = \frac{1}{n} \sum_i (x_{bi} - \mu_b)^2",
        r"\hat{x}_{bi} = \frac{x_{bi} - \mu_b}{\sqrt{v_b + \epsilon}}",
        r"y_{bi} = \gamma_i \hat{x}_{bi} + \beta_i",
    ),
    input="x",
    output="y",
    parameters=(r"\gamma", r"\beta"),
    assume=(r"\epsilon > 0",),
    source="Ba, Kiros, Hinton 2016, equations 3 and 4",
)
