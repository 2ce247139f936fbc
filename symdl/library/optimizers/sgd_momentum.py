"""Stochastic gradient descent with momentum."""

from __future__ import annotations

from symdl.library.entry import Optimizer

OPTIMIZER = Optimizer(
    name="sgd-momentum",
    symbols={
        "g_t": "n for t in 1..T",
        "v_t": "n for t in 0..T",
        r"\theta_t": "n for t in 0..T",
        r"\mu": "",
        r"\eta": "",
    },
    given=(
        "v_0 = 0",
        r"v_t = \mu v_{t-1} + g_t",
        r"\theta_t = \theta_{t-1} - \eta v_t",
    ),
    parameters=(r"\theta_t",),
    source="Sutskever et al. 2013, equations 1 and 2, in the form without the step size inside",
)
