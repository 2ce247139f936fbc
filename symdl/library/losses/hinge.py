"""Hinge loss of a margin, with labels that are plus or minus one."""

from __future__ import annotations

from symdl.library.entry import Loss

LOSS = Loss(
    name="hinge",
    symbols={"Z": "B n", "Y": "B n"},
    given=(r"L = \frac{1}{B n} \sum_{i,k} \max(0, 1 - Y_{ik} Z_{ik})",),
    input="Z",
    target="Y",
    assume=(r"Y_{ik} \in \{-1, 1\}",),
    source="Bishop 2006, equation 7.44",
)
