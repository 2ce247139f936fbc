"""Recurrent layer over a sequence of length T, from the state zero."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="rnn",
    symbols={
        "x_t": "d for t in 1..T",
        "a_t": "n for t in 1..T",
        "h_t": "n for t in 0..T",
        "W": "n n",
        "U": "n d",
        "b": "n",
    },
    given=(
        "h_0 = 0",
        "a_t = W h_{t-1} + U x_t + b",
        r"h_t = \tanh(a_t)",
    ),
    input="x_t",
    output="h_t",
    parameters=("W", "U", "b"),
    sizes=("n",),
    source="Goodfellow, Bengio, Courville 2016, equations 10.8 and 10.9",
)
