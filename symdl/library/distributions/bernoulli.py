"""Bernoulli law: its log-probability."""

from __future__ import annotations

from symdl.library.entry import Distribution

DISTRIBUTION = Distribution(
    name="bernoulli",
    symbols={"x": "", "p": ""},
    given=(r"\ell = x \log p + (1 - x) \log(1 - p)",),
    variable="x",
    parameters=("p",),
    output=r"\ell",
    assume=(r"x \in \{0, 1\}", "0 < p", "p < 1"),
    source="Goodfellow, Bengio, Courville 2016, section 3.9.1",
)
