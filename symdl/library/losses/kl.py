"""Kullback–Leibler divergence from a given distribution to the softmax of the logits."""

from __future__ import annotations

from symdl.library.entry import Loss

LOSS = Loss(
    name="kl",
    symbols={"Z": "B c", "Q": "B c"},
    given=(
        r"P = \operatorname{softmax}(Z)",
        r"L = \frac{1}{B} \sum_{i,k} Q_{ik} (\log Q_{ik} - \log P_{ik})",
    ),
    input="Z",
    target="Q",
    assume=(r"\sum_k Q_{ik} = 1", "Q_{ik} > 0"),
    source="Goodfellow, Bengio, Courville 2016, equation 3.50",
)
