r"""Statements side by side on one row, apart: the letters of `W_{jl} = …, \quad U_{jl} = …` may run differently."""

from __future__ import annotations

import re

GAP = re.compile(r"[,;]?\s*\\q?quad\b")


def pieces(latex: str) -> list[str]:
    r"""The row at its `\quad`s outside every group and environment; one piece where there are none."""
    out: list[str] = []
    start = 0
    for gap in GAP.finditer(latex):
        before = latex[: gap.start()]
        depth = before.count("{") - before.count("}") + before.count(r"\begin") - before.count(r"\end")
        if depth == 0 and latex[start : gap.start()].strip():
            out.append(latex[start : gap.start()])
            start = gap.end()
    out.append(latex[start:])
    return [p for p in out if p.strip(" ,;")]
