"""Layouts: a file that is written in another layout throughout is not wrong; it gets a note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symdl.language.scope import Scope
from symdl.marking.state import LineReport

GRADIENTS = "gradients are laid out as {}s throughout this file, the problem says {}; each line holds in that layout"
JACOBIANS = "Jacobians have entries [i, j] = ∂f_j/∂x_i throughout this file, the transposes of the problem's"
NAMES = {"denominator": "column", "numerator": "row"}


def other_layouts(scope: Scope, lines: Sequence[LineReport]) -> Iterator[tuple[Scope, str]]:
    """Scopes in which derivatives lie otherwise, with the note for each; none where a file has no derivative."""
    if not any("partial" in r.work.latex or "nabla" in r.work.latex or "frac{d" in r.work.latex for r in lines):
        return
    other = "numerator" if scope.layout == "denominator" else "denominator"
    gradients = replace(scope, layout=other)
    note = GRADIENTS.format(NAMES[other], NAMES[scope.layout] + "s")
    turned = not scope.jacobians_turned
    yield gradients, note
    yield replace(scope, jacobians_turned=turned), JACOBIANS
    yield replace(gradients, jacobians_turned=turned), note + "; " + JACOBIANS
