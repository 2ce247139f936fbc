"""Cross-entropy from logits, with one-hot or soft labels."""

from __future__ import annotations

from symdl.library.entry import Loss

LOSS = Loss(
    name="cross-entropy",
    symbols={"Z": "B c", "Y": "B c"},
    given=(
        r"P = \operatorname{softmax}(Z)",
        r"L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}",
    ),
    input="Z",
    target="Y",
    assume=(r"\sum_k Y_{ik} = 1",),
    source="Goodfellow, Bengio, Courville 2016, section 6.2.2.3",
)
