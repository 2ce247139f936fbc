"""Handouts: several worked problems in one document."""

from __future__ import annotations

from collections.abc import Sequence

from symdl import api
from symdl.errors import UsageError


def handout(sources: Sequence[str], fmt: str, *, engine: str = "typst") -> str | bytes:
    """A worked solution with its problem, steps, results, evidence and code for each source, one after another."""
    if fmt == "json":
        raise UsageError(
            "a handout has no JSON form", expected="pdf, tex, html, md, typ or txt", cure="symdl derive has one"
        )
    from symdl.document import render_handout

    models = [api.model(s) for s in sources]
    parts = []
    for m in models:
        solution = api.derive(m)
        parts.append((solution, m, api.code(m) if m.understanding.targets else None))
    return render_handout(parts, fmt, engine=engine)
