"""RMSProp: the gradient over the root of its running mean square."""

from __future__ import annotations

from symdl.library.entry import Optimizer

OPTIMIZER = Optimizer(
    name="rmsprop",
    symbols={
        "g_t": "n for t in 1..T",
        "v_t": "n for t in 0..T",
        r"\theta_t": "n for t in 0..T",
        r"\rho": "",
        r"\eta": "",
        r"\epsilon": "",
    },
    given=(
        "v_0 = 0",
        r"v_t = \rho v_{t-1} + (1 - \rho) g_t^2",
        r"\theta_t = \theta_{t-1} - \eta \frac{g_t}{\sqrt{v_t} + \epsilon}",
    ),
    parameters=(r"\theta_t",),
    assume=(r"0 < \rho", r"\rho < 1", r"\epsilon > 0"),
    source="Goodfellow, Bengio, Courville 2016, algorithm 8.5",
)
