"""Multi-head self-attention: the heads are slices of one axis of size h d."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="multi-head-attention",
    symbols={
        "X": "n D",
        "W_Q": "D h*d",
        "W_K": "D h*d",
        "W_V": "D h*d",
        "W_O": "h*d D",
        "S": "h n n",
        "P": "h n n",
        "A": "h n d",
    },
    given=(
        "Q = X W_Q",
        "K = X W_K",
        "V = X W_V",
        r"S_{a,i,j} = \frac{1}{\sqrt{d}} \sum_{k=1}^{d} Q_{i,(a-1)d+k} K_{j,(a-1)d+k}",
        r"P_{a,i,j} = \frac{e^{S_{a,i,j}}}{\sum_l e^{S_{a,i,l}}}",
        r"A_{a,i,k} = \sum_j P_{a,i,j} V_{j,(a-1)d+k}",
        r"Y_{i,l} = \sum_{a=1}^{h} \sum_{k=1}^{d} A_{a,i,k} (W_O)_{(a-1)d+k,l}",
    ),
    output="Y",
    parameters=("W_Q", "W_K", "W_V", "W_O"),
    sizes=("h", "d"),
    source="Vaswani et al. 2017, section 3.2.2",
)
