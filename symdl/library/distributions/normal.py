"""Normal law of one real variable: its log-density."""

from __future__ import annotations

from symdl.library.entry import Distribution

DISTRIBUTION = Distribution(
    name="normal",
    symbols={"x": "", "m": "", "s": ""},
    given=(r"\ell = -\frac{1}{2} \log(2 \pi) - \log s - \frac{(x - m)^2}{2 s^2}",),
    variable="x",
    parameters=("m", "s"),
    output=r"\ell",
    assume=("s > 0",),
    source="Goodfellow, Bengio, Courville 2016, equation 3.21",
)
