"""Categorical law by its logits: the log-probability of a one-hot outcome."""

from __future__ import annotations

from symdl.library.entry import Distribution

DISTRIBUTION = Distribution(
    name="categorical",
    symbols={"x": "c", "z": "c"},
    given=(
        r"p = \operatorname{softmax}(z)",
        r"\ell = \sum_k x_k \log p_k",
    ),
    variable="x",
    parameters=("z",),
    output=r"\ell",
    assume=(r"\sum_k x_k = 1",),
    source="Goodfellow, Bengio, Courville 2016, section 3.9.2",
)
