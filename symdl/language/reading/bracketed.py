"""Entries written with brackets: `P(j)`, `Q(s, a)` of a declared tensor at index letters.

A lone letter that nobody declared is no factor that anyone would put in parentheses: it picks an entry.
"""

from __future__ import annotations

from symdl.language.reading.context import Context
from symdl.language.reading.names import find, index_letter, parts_of, unwrap
from symdl.language.surface import Commas, Group, Letter, Scripts, Styled, Surface


def indices_at(ctx: Context, row: list, at: int) -> tuple[Surface, ...]:  # type: ignore[type-arg]
    """The index letters in the bracket after a tensor's name; none where this is no entry."""
    if at + 1 >= len(row):
        return ()
    head = row[at]
    item = row[at + 1].base if isinstance(row[at + 1], Scripts) else row[at + 1]
    if not isinstance(head, Letter | Styled | Scripts) or not isinstance(item, Group) or item.kind != "()":
        return ()
    if not isinstance(unwrap(item.body), Commas | Letter | Scripts | Styled):
        return ()
    found = find(ctx, head)
    if found is None or found.kind != "tensor" or found.signature is not None or found.members:
        return ()
    parts = parts_of(item.body)
    if len(parts) > len(found.shape) or any(index_letter(ctx, p) is None for p in parts):
        return ()
    return parts


def is_value_at(ctx: Context, row: list, at: int) -> bool:  # type: ignore[type-arg]
    """`L(w, b)` of a defined quantity L and declared names: L itself, as no product has several things in brackets."""
    head, item = row[at], row[at + 1] if at + 1 < len(row) else None
    if not isinstance(head, Letter | Styled | Scripts) or not isinstance(item, Group) or item.kind != "()":
        return False
    found = find(ctx, head)
    if found is None or found.kind != "tensor" or not found.defined or found.signature is not None or found.members:
        return False
    parts = parts_of(item.body)
    return len(parts) > 1 and all((d := find(ctx, p)) is not None and d.kind == "tensor" for p in parts)


__all__ = ["indices_at", "is_value_at"]
