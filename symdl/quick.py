"""A problem from one formula: what `symdl grad` derives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symdl.errors import UsageError
from symdl.problem import Problem


def problem_for(expression: str, variables: Sequence[str], shapes: Sequence[str], assume: Sequence[str]) -> Problem:
    """`f = expression`, differentiated by each of the variables.

    Raises:
        UsageError: a declaration is not of the form NAME="SHAPE".
    """
    symbols = dict(_declaration(s) for s in shapes)
    for v in variables:
        symbols.setdefault(v, "")
    name = next(n for n in ("f", "L", "J", r"\ell", "F", r"\mathcal{F}") if n not in symbols and n not in expression)
    texts: dict[str, Any] = {
        "symbols": symbols,
        "given": [f"{name} = {expression}"],
        "assume": list(assume),
        "derive": [rf"\frac{{\partial {name}}}{{\partial {v}}}" for v in variables],
    }
    return Problem(title="Derivative of a formula", **texts)


def _declaration(text: str) -> tuple[str, str]:
    name, equals, shape = text.rpartition("=")
    if not equals or not name.strip():
        raise UsageError(f"{text!r} is no declaration", expected="""NAME="SHAPE", for instance  --shape 'X="n d"'""")
    return name.strip(), shape.strip().strip("\"'")
