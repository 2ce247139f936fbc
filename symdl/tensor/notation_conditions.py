"""Conditions that meet are one: `𝟙[a ≤ b] 𝟙[b ≤ c]` ⇒ `𝟙[a ≤ b ≤ c]`."""

from __future__ import annotations

from itertools import pairwise

from symdl.language import syntax as s

_WAYS = ({"<", "≤"}, {">", "≥"})


def joined_indicators(factors: list[s.Node]) -> list[s.Node]:
    """The factors of a product, indicators whose conditions make a chain written as one."""
    out: list[s.Node] = []
    for f in factors:
        at = next((k for k, g in enumerate(out) if _joined(g, f) is not None), None)
        if at is None:
            out.append(f)
        else:
            out[at] = _joined(out[at], f) or f
    return out


def _joined(a: s.Node, b: s.Node) -> s.Node | None:
    first, second = _compares(a), _compares(b)
    for before, behind in ((first, second), (second, first)):
        if before and behind and before[-1].right == behind[0].left:
            found = (*before, *behind)
            if any({c.op for c in found} <= way for way in _WAYS):
                return s.Indicator(s.Junction("and", found))
    return None


def _compares(node: s.Node) -> tuple[s.Compare, ...]:
    """The comparisons of an indicator between scalars; none where it is another thing."""
    if not isinstance(node, s.Indicator) or node.shape:
        return ()
    c = node.condition
    if isinstance(c, s.Compare):
        return (c,)
    if isinstance(c, s.Junction) and c.op == "and":
        parts = tuple(p for p in c.parts if isinstance(p, s.Compare))
        meets = all(p.right == q.left for p, q in pairwise(parts))
        return parts if len(parts) == len(c.parts) and meets else ()
    return ()
