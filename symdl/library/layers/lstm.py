"""Long short-term memory over a sequence of length T, from the state zero."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="lstm",
    symbols={
        "x_t": "d for t in 1..T",
        "i_t": "n for t in 1..T",
        "f_t": "n for t in 1..T",
        "o_t": "n for t in 1..T",
        "g_t": "n for t in 1..T",
        "c_t": "n for t in 0..T",
        "h_t": "n for t in 0..T",
        "W_i": "n n",
        "W_f": "n n",
        "W_o": "n n",
        "W_g": "n n",
        "U_i": "n d",
        "U_f": "n d",
        "U_o": "n d",
        "U_g": "n d",
        "b_i": "n",
        "b_f": "n",
        "b_o": "n",
        "b_g": "n",
    },
    given=(
        "h_0 = 0",
        "c_0 = 0",
        r"i_t = \sigma(W_i h_{t-1} + U_i x_t + b_i)",
        r"f_t = \sigma(W_f h_{t-1} + U_f x_t + b_f)",
        r"o_t = \sigma(W_o h_{t-1} + U_o x_t + b_o)",
        r"g_t = \tanh(W_g h_{t-1} + U_g x_t + b_g)",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"h_t = o_t \odot \tanh(c_t)",
    ),
    input="x_t",
    output="h_t",
    parameters=("W_i", "W_f", "W_o", "W_g", "U_i", "U_f", "U_o", "U_g", "b_i", "b_f", "b_o", "b_g"),
    sizes=("n",),
    source="Zhang et al. 2023 (d2l), section 10.1",
)
