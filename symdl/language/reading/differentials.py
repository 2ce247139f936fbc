"""Where d is a size: is a line one of differentials, one in every term (rule 9)?"""

from __future__ import annotations

from symdl.language.reading.context import Context
from symdl.language.reading.derivatives import is_d
from symdl.language.reading.names import (
    is_empty,
    unwrap,
)
from symdl.language.reading.sums import terms_of
from symdl.language.surface import (
    Commas,
    Infix,
    Letter,
    Related,
    Seq,
    Surface,
    below,
)


def differential_mode(ctx: Context, s: Surface) -> bool:
    """Where d is a size: is this a line of differentials, one in every term (rule 9)?"""
    if "d" not in ctx.scope.dimensions:
        return "d" not in ctx.scope.names
    for side in _sides(s):
        for _, term in terms_of(side):
            if is_empty(term):
                continue
            if _count_d(term) != 1:
                return False
    return True


def _sides(s: Surface) -> tuple[Surface, ...]:
    """The sides of every relation on a line: several may stand side by side."""
    if isinstance(s, Related):
        return s.parts
    if isinstance(s, Commas) and any(isinstance(p, Related) for p in s.parts):
        return tuple(x for p in s.parts if isinstance(p, Related) for x in p.parts)
    return (s,)


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
    return sum(_count_d(x) for x in below(s))
