"""Huber loss: quadratic near zero, linear beyond k."""

from __future__ import annotations

from symdl.library.entry import Loss

LOSS = Loss(
    name="huber",
    symbols={"Y": "B n", "T": "B n", "k": ""},
    given=(
        "R = Y - T",
        r"L = \frac{1}{B n} \sum_{i,j} (\min(|R_{ij}|, k) |R_{ij}| - \frac{1}{2} \min(|R_{ij}|, k)^2)",
    ),
    input="Y",
    target="T",
    assume=("k > 0",),
    source="Huber 1964, section 3",
)
