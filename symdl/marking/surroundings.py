"""What changes of a line may use: sizes, scalars, letters, definitions, and what the line differentiates by."""

from __future__ import annotations

from functools import partial

from symdl.language.dims import Dim
from symdl.language.print_latex import latex
from symdl.language.syntax import (
    Derivative,
    Differential,
    Entry,
    Node,
    Relation,
)
from symdl.language.understanding import Line
from symdl.marking.edits import Surroundings
from symdl.marking.mistake import Context
from symdl.marking.quantities import symbols


def surroundings(pair: Line, context: Context) -> Surroundings:
    """What changes of this line may use."""
    relation = pair.node
    assert isinstance(relation, Relation)
    program = context.program
    head = relation.sides[0] if context.head is None else context.head
    derivative = next((n for n in head.walk() if isinstance(n, Derivative)), None)
    variable = None if derivative is None else _whole(derivative.by[0])
    if variable is None:
        variable = next((n for n in head.walk() if isinstance(n, Differential)), None)
    known = tuple(symbols(program, context.scope))
    scalars = tuple(s for s in known if not s.shape and s != head)[:12]  # the left side is no factor of itself
    sizes = tuple(Dim.of(n) for n in sorted(program.sizes))[:8]
    return Surroundings(
        sizes,
        scalars,
        dict(pair.letters),
        context.definitions,
        variable,
        head,
        partial(latex, hand=context.hand),
        known,
        frozenset(program.leaves),
    )


def _whole(node: Node) -> Node:
    return node.base if isinstance(node, Entry) else node
