"""What dots leave out in `[a_1, \\dots, a_n]`: the common form of the first and the last, a letter for the index."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from symdl.language.reading.names import unwrap
from symdl.language.surface import Commas, Letter, Scripts, Seq, Surface

Ends = tuple[Surface, Surface]


def pattern(first: Surface, last: Surface, letter: Letter) -> tuple[Surface, Surface, Surface] | None:
    """The common form and the first and the last index; None where they differ in more than one subscript's value.

    ∂f/∂x_1, …, ∂f/∂x_d  ⇒  ∂f/∂x_i, 1, d
    """
    ends: list[Ends] = []
    merged = _merge(first, last, letter, ends, False)
    if merged is None or not ends:
        return None
    keys = {(_key(a), _key(b)) for a, b in ends}
    return (merged, *ends[0]) if len(keys) == 1 else None


def _merge(a: Any, b: Any, letter: Letter, ends: list[Ends], index: bool) -> Any:
    """The two trees as one, or None; in a subscript (`index`) what differs becomes the letter."""
    if isinstance(a, Surface) and isinstance(b, Surface):
        a, b = unwrap(a), unwrap(b)
        if _key(a) == _key(b):
            return a
        merged = _same_kind(a, b, letter, ends, index) if type(a) is type(b) else None
        if merged is not None or not index:
            return merged
        ends.append((a, b))
        return letter
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        parts = tuple(_merge(x, y, letter, ends, index) for x, y in zip(a, b, strict=True))
        return None if any(p is None and x is not None for p, x in zip(parts, a, strict=True)) else parts
    return a if a == b else None


def _same_kind(a: Surface, b: Surface, letter: Letter, ends: list[Ends], index: bool) -> Surface | None:
    if index and not isinstance(a, Scripts | Seq | Commas):  # A_{i1}, A_{i,1}: the index that differs is one of several
        return None
    changes: dict[str, Any] = {}
    count = len(ends)
    for f in fields(a):
        if f.name == "span":
            continue
        x, y = getattr(a, f.name), getattr(b, f.name)
        inside = f.name == "sub" if isinstance(a, Scripts) else index
        changes[f.name] = _merge(x, y, letter, ends, inside)
        if changes[f.name] is None and (x is not None or y is not None):
            del ends[count:]
            return None
    return replace(a, **changes)


def _key(s: Any) -> Any:
    """A tree without its places, for comparison."""
    if isinstance(s, Surface):
        s = unwrap(s)
        return (type(s).__name__, *(_key(getattr(s, f.name)) for f in fields(s) if f.name != "span"))
    return tuple(_key(x) for x in s) if isinstance(s, tuple) else s


__all__ = ["pattern"]
