"""Where d is a size: is a line one of differentials, one in every term (rule 9)?"""

from __future__ import annotations

from symdl.language.reading import scan
from symdl.language.reading.context import Context
from symdl.language.reading.derivatives import is_d
from symdl.language.reading.names import (
    is_empty,
    unwrap,
)
from symdl.language.reading.sums import terms_of
from symdl.language.surface import (
    Infix,
    Letter,
    Related,
    Seq,
    Surface,
)


def differential_mode(ctx: Context, s: Surface) -> bool:
    """Where d is a size: is this a line of differentials, one in every term (rule 9)?"""
    if "d" not in ctx.scope.dimensions:
        return "d" not in ctx.scope.names
    sides = s.parts if isinstance(s, Related) else (s,)
    for side in sides:
        for _, term in terms_of(side):
            if is_empty(term):
                continue
            if _count_d(term) != 1:
                return False
    return True


def _count_d(s: Surface) -> int:
    """How often a d stands before something in a term (a sum in brackets counts as its first term)."""
    if isinstance(s, Seq):
        total = 0
        for k, item in enumerate(s.items):
            core = unwrap(item)
            if is_d(core) and isinstance(core, Letter) and k + 1 < len(s.items):
                total += 1
            else:
                total += _count_d(item)
        return total
    if isinstance(s, Infix) and s.op in ("+", "-"):
        counts = {_count_d(t) for _, t in terms_of(s)}
        return counts.pop() if len(counts) == 1 else 99
    return sum(_count_d(x) for x in scan.below(s))
