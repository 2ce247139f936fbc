"""Laplace law: its log-density."""

from __future__ import annotations

from symdl.library.entry import Distribution

DISTRIBUTION = Distribution(
    name="laplace",
    symbols={"x": "", "m": "", "b": ""},
    given=(r"\ell = -\log(2 b) - \frac{|x - m|}{b}",),
    variable="x",
    parameters=("m", "b"),
    output=r"\ell",
    assume=("b > 0",),
    source="Goodfellow, Bengio, Courville 2016, equation 3.26",
)
