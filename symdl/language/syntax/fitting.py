"""Which shapes fit together: entrywise, and in a product; an unknown size (a dim named `?1`) fits any."""

from __future__ import annotations

from symdl.errors import ShapeError
from symdl.language.dims import SCALAR, Axis, Dim, Shape, shape_text


def is_unknown(d: Dim) -> bool:
    """Is this a size that the reader has not inferred yet?"""
    return any(n.startswith("?") for n in d.names)


def fits(a: Axis, b: Axis) -> bool:
    return a.size == b.size or is_unknown(a.size) or is_unknown(b.size)


def shapes_fit(a: Shape, b: Shape) -> bool:
    """Same sizes, where an unknown size fits any."""
    return len(a) == len(b) and all(fits(x, y) for x, y in zip(a, b, strict=True))


def is_row(s: Shape) -> bool:
    return len(s) == 2 and s[0].size == Dim.of(1)


def common(a: Shape, b: Shape, what: str) -> Shape:
    """The shape of an elementwise combination; a scalar goes with anything."""
    if not a:
        return b
    if not b:
        return a
    if not shapes_fit(a, b):
        raise ShapeError("shapes do not fit", found=f"{shape_text(a)} {what} {shape_text(b)}", expected="equal shapes")
    return tuple(y if is_unknown(x.size) else x for x, y in zip(a, b, strict=True))


def product_shape(a: Shape, b: Shape) -> Shape:
    """The shape of the juxtaposition A B: scalar times anything, or a matrix product.

    (m,n)(n,p) → (m,p); (m,n)(n,) → (m,); (1,n)(n,) → (); (n,)(1,m) → (n,m); (1,n)(n,m) → (1,m).
    """
    if not a:
        return b
    if not b:
        return a
    if len(a) == 1 and len(b) == 2 and is_row(b):
        return (a[0], b[1])
    if len(a) == 2 and len(b) in (1, 2) and fits(a[1], b[0]):
        out = (a[0], *b[1:])
        if is_row(out) and len(b) == 2:
            return out if b[1].size != Dim.of(1) else SCALAR
        return SCALAR if is_row(a) and len(b) == 1 else out
    raise ShapeError(
        "shapes do not fit", found=f"{shape_text(a)} times {shape_text(b)}", expected="inner sizes that agree"
    )
