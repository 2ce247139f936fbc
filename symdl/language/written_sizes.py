"""Shapes as `[symbols]` takes them: `B h*d`, `m+k-1`, `0..n-1`; what is written reads back as the same axes."""

from __future__ import annotations

from symdl.language.dims import Atom, Dim, Floor, Shape, SizeAt


def size_text(d: Dim) -> str:
    """A size: `h*d`, `m+k-1`, `((n)//(s))`."""
    out = ""
    for monomial, factor in d.terms:
        parts = [_atom(a) for a, power in monomial for _ in range(power)]
        if abs(factor) != 1 or not parts:
            parts.insert(0, str(abs(factor)))
        out += ("-" if factor < 0 else "+" if out else "") + "*".join(parts)
    return out or "0"


def _atom(a: Atom) -> str:
    if isinstance(a, Floor):
        return f"(({size_text(a.numerator)})//({size_text(a.denominator)}))"
    if isinstance(a, SizeAt):
        return f"{a.base}_{{{size_text(a.index)}}}"
    return a


def shape_text(axes: Shape) -> str:
    """A whole shape, axis by axis."""
    return " ".join(size_text(a.size) if a.base == 1 else f"{a.base}..{size_text(a.last)}" for a in axes)
