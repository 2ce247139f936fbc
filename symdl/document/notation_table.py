"""The table of notation: every quantity of a problem, the space it lives in, and what it is."""

from __future__ import annotations

from symdl.document import tree
from symdl.language.scope import Declaration
from symdl.language.syntax import IndexVar, Symbol
from symdl.language.understanding import Understanding
from symdl.solution.numbering import Numbering


def notation_table(understanding: Understanding, numbers: Numbering) -> tree.Notation:
    """Inputs first, as they were declared, then what the definitions define, with the numbers of these."""
    defined: dict[str, int] = {}
    for n, d in zip(numbers.definitions, understanding.definitions, strict=True):
        defined.setdefault(d.name, n)
    declarations = [d for d in understanding.scope.names.values() if d.kind == "tensor" and d.origin != "builtin"]
    inputs = [d for d in declarations if d.name not in defined]
    outputs = sorted((d for d in declarations if d.name in defined), key=lambda d: defined[d.name])
    return tree.Notation(
        tuple(_row(d, (tree.Words("labels" if d.integer else "given"),)) for d in inputs)
        + tuple(_row(d, (tree.Words("defined in "), tree.Reference(defined[d.name]))) for d in outputs)
    )


def _row(d: Declaration, role: tree.Prose) -> tree.Symbol:
    members = tuple(IndexVar(b.name) for b in d.members)
    symbol = Symbol(d.name, d.shape, members, d.style if members else "sub", d.integer)
    return tree.Symbol(tree.Formula(symbol), tree.Space(d.shape, d.integer), role)
