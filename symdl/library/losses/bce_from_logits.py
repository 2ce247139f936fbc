"""Binary cross-entropy from logits."""

from __future__ import annotations

from symdl.library.entry import Loss

LOSS = Loss(
    name="bce-from-logits",
    symbols={"Z": "B n", "Y": "B n"},
    given=(
        r"P = \sigma(Z)",
        r"L = -\frac{1}{B n} \sum_{i,k} (Y_{ik} \log P_{ik} + (1 - Y_{ik}) \log(1 - P_{ik}))",
    ),
    input="Z",
    target="Y",
    source="Goodfellow, Bengio, Courville 2016, section 6.2.2.2",
)
