"""Which matrices a program's facts make symmetric: said in words, positive (semi)definite, or `A = A^⊤`."""

from __future__ import annotations

from symdl.tensor.expr import Acc, Idx, Lam
from symdl.tensor.program import Program

WORDS = frozenset({"symmetric", "positive-definite", "positive-semidefinite"})


def symmetric_names(program: Program) -> frozenset[str]:
    found: set[str] = set()
    for fact in program.facts:
        if fact.op in WORDS and fact.subject:
            found.add(fact.subject)
        left, right = fact.left, fact.right
        if fact.op in ("≻", "⪰") and fact.condition is None and isinstance(left, Lam) and isinstance(left.body, Acc):
            if left.body.indices == tuple(Idx(b.name) for b in left.binders):  # definite means symmetric here
                found.add(left.body.name)
        if fact.op == "=" and fact.condition is None and isinstance(left, Acc) and isinstance(right, Acc):
            letters = {b.name for b in fact.binders}
            swapped = len(left.indices) == 2 and left.name == right.name and left.indices == right.indices[::-1]
            if swapped and all(isinstance(i, Idx) and i.name in letters for i in left.indices):
                if left.indices[0] is not left.indices[1]:
                    found.add(left.name)
    return frozenset(found)
