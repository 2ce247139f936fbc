"""Scaled dot-product attention in which no position looks ahead."""

from __future__ import annotations

from symdl.library.entry import Layer

LAYER = Layer(
    name="causal-attention",
    symbols={"Q": "n d", "K": "n d", "V": "n v", "P": "n n"},
    given=(
        r"S = \frac{1}{\sqrt{d}} Q K^\top",
        r"P_{ij} = \frac{\mathbb{1}[j \le i] e^{S_{ij}}}{\sum_{k \le i} e^{S_{ik}}}",
        "O = P V",
    ),
    input=("Q", "K", "V"),
    output="O",
    source="Vaswani et al. 2017, section 3.2.3",
)
