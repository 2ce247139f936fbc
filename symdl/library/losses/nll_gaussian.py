"""Negative log-likelihood of a normal law with mean and log-variance predicted."""

from __future__ import annotations

from symdl.library.entry import Loss

LOSS = Loss(
    name="nll-gaussian",
    symbols={"M": "B n", "S": "B n", "T": "B n"},
    given=(r"L = \frac{1}{2 B} \sum_{i,j} (S_{ij} + (T_{ij} - M_{ij})^2 e^{-S_{ij}} + \log(2 \pi))",),
    input=("M", "S"),
    target="T",
    source="Nix, Weigend 1994",
)
