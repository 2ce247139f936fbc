"""Which differentials of a line are free: those of names under a d that depend on no other name under a d."""

from __future__ import annotations

from symdl.judge.differential import Differentiator
from symdl.tensor.expr import Deriv, Diff, Expr, accesses, walk
from symdl.tensor.program import Program


def directions_of(program: Program, *sides: Expr) -> frozenset[str]:
    """The names under a d that depend on no other name under a d: their differentials are free, all others follow."""
    named = {a.name for e in sides for x in walk(e) if isinstance(x, Diff) for a in accesses(x.of)}
    plain = Differentiator(program)
    return frozenset(n for n in named if not any(m != n and plain.depends(n, m) for m in named))


def has_derivatives(e: Expr) -> bool:
    return any(isinstance(x, Deriv | Diff) for x in walk(e))
