"""Adam: momentum and scale by bias-corrected moments of the gradient."""

from __future__ import annotations

from symdl.library.entry import Optimizer

OPTIMIZER = Optimizer(
    name="adam",
    symbols={
        "g_t": "n for t in 1..T",
        "m_t": "n for t in 0..T",
        "v_t": "n for t in 0..T",
        r"\hat{m}_t": "n for t in 1..T",
        r"\hat{v}_t": "n for t in 1..T",
        r"\theta_t": "n for t in 0..T",
        r"\beta_1": "",
        r"\beta_2": "",
        r"\eta": "",
        r"\epsilon": "",
    },
    given=(
        "m_0 = 0",
        "v_0 = 0",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
        r"\hat{m}_t = \frac{1}{1 - \beta_1^t} m_t",
        r"\hat{v}_t = \frac{1}{1 - \beta_2^t} v_t",
        r"\theta_t = \theta_{t-1} - \eta \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
    ),
    parameters=(r"\theta_t",),
    assume=(r"0 < \beta_1", r"\beta_1 < 1", r"0 < \beta_2", r"\beta_2 < 1", r"\epsilon > 0"),
    source="Kingma, Ba 2015, algorithm 1",
)
