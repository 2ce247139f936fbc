"""Gated recurrent unit over a sequence of length T, the reset applied before the product."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="gru",
    symbols={
        "x_t": "d for t in 1..T",
        "r_t": "n for t in 1..T",
        "z_t": "n for t in 1..T",
        "u_t": "n for t in 1..T",
        "h_t": "n for t in 0..T",
        "W_r": "n n",
        "W_z": "n n",
        "W_u": "n n",
        "U_r": "n d",
        "U_z": "n d",
        "U_u": "n d",
        "b_r": "n",
        "b_z": "n",
        "b_u": "n",
    },
    given=(
        "h_0 = 0",
        r"r_t = \sigma(W_r h_{t-1} + U_r x_t + b_r)",
        r"z_t = \sigma(W_z h_{t-1} + U_z x_t + b_z)",
        r"u_t = \tanh(W_u (r_t \odot h_{t-1}) + U_u x_t + b_u)",
        r"h_t = (1 - z_t) \odot u_t + z_t \odot h_{t-1}",
    ),
    input="x_t",
    output="h_t",
    parameters=("W_r", "W_z", "W_u", "U_r", "U_z", "U_u", "b_r", "b_z", "b_u"),
    sizes=("n",),
    source="Zhang et al. 2023 (d2l), section 10.2",
)
