"""Residual connection around one dense layer."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="residual",
    symbols={"X": "B n", "W": "n n", "b": "n"},
    given=(
        r"F = \tanh(X W + \mathbf{1} b^\top)",
        "Y = X + F",
    ),
    output="Y",
    parameters=("W", "b"),
    source="He, Zhang, Ren, Sun 2016, equation 1",
)
