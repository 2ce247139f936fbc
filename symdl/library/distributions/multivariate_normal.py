"""Normal law of several variables: its log-density."""

from __future__ import annotations

from symdl.library.entry import Distribution

DISTRIBUTION = Distribution(
    name="multivariate-normal",
    symbols={"x": "d", "m": "d", r"\Sigma": "d d"},
    given=(
        "r = x - m",
        r"\ell = -\frac{d}{2} \log(2 \pi) - \frac{1}{2} \log \det \Sigma - \frac{1}{2} r^\top \Sigma^{-1} r",
    ),
    variable="x",
    parameters=("m", r"\Sigma"),
    output=r"\ell",
    assume=(r"\Sigma \succ 0",),
    source="Goodfellow, Bengio, Courville 2016, equation 3.23",
)
