"""What a formula says aloud: its alt text."""

from __future__ import annotations

from symdl.document import relations, tree
from symdl.language.print_speech import speech


def spoken(formula: tree.Formula | tree.Space) -> str:
    if isinstance(formula, tree.Space):
        numbers = "whole numbers" if formula.integer else "real numbers"
        sizes = " by ".join(str(a.size) for a in formula.shape)
        return f"{numbers}, {sizes}" if sizes else numbers
    body = formula.source if formula.node is None else speech(formula.node)
    return f"{relations.SPOKEN[formula.lead]} {body}" if formula.lead else body


def spoken_row(row: tree.Row) -> str:
    """One row of aligned lines, both sides."""
    return " ".join(spoken(f) for f in (row.left, row.right) if f is not None)
