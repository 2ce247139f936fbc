"""I, \\mathbf{1}, \\mathbf{0}, e_k, δ_ij and e^x, where nobody declared their letters."""

from __future__ import annotations

from symdl.errors import ReadError
from symdl.language.reading import entries
from symdl.language.reading.context import Context
from symdl.language.reading.names import (
    find,
    parts_of,
    read_in_index,
    to_dim,
    unwrap,
)
from symdl.language.surface import Digits, Letter, Scripts, Styled, Surface
from symdl.language.syntax import (
    BasisVector,
    Delta,
    Function,
    Identity,
    Node,
    Ones,
    Zeros,
)


def special_constant(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int] | None:
    """I_n, \\mathbf{1}_n, \\mathbf{0}_{m×n}, e_k, δ_ij, where nobody declared them."""
    base = unwrap(s.base)
    bare = base
    while isinstance(bare, Styled) and bare.style in ("mathbf", "boldsymbol", "bm", "mathrm", "mathbb", "mathit"):
        bare = unwrap(bare.body)
    if s.primes:
        return None
    if isinstance(bare, Letter) and bare.text == "I" and s.sub is not None and find(ctx, base) is None:
        size = _as_size(ctx, s.sub)
        if size is not None:
            return Identity(size), None, s.sup, 0
        return Identity(ctx.sizes.fresh("I", s.span)), s.sub, s.sup, 0
    if isinstance(bare, Digits) and base is not bare and bare.text in ("0", "1") and s.sub is not None:
        kind = Ones if bare.text == "1" else Zeros
        axes = _as_shape(ctx, s.sub)
        if axes is not None:
            return kind(axes), None, s.sup, 0
        from symdl.language.reading.conditions import indicator_subscript

        condition = indicator_subscript(ctx, s.sub)
        if condition is not None:
            return condition, None, s.sup, 0
        return None
    if isinstance(bare, Letter) and bare.text == "e" and find(ctx, base) is None:
        if s.sub is not None:
            axis = ctx.sizes.fresh("e_k", s.span)
            index = entries.read_index(ctx, s.sub, axis, ctx.text(s))
            return BasisVector(index, axis), None, s.sup, 0
        if s.sup is not None and base is bare:
            exponent = ctx.read(s.sup)
            return Function("exp", (exponent,)), None, None, 0
    if isinstance(bare, Letter) and bare.text == r"\delta" and s.sub is not None and find(ctx, base) is None:
        parts = entries.subscript_parts(ctx, s.sub, 2)
        if len(parts) == 2:
            left, right = (read_in_index(ctx, p) for p in parts)
            return Delta(left, right), None, s.sup, 0
    return None


def _as_size(ctx: Context, sub: Surface):  # type: ignore[no-untyped-def]
    from symdl.language.dims import Axis

    node = ctx.attempt(lambda: ctx.read(sub))
    if isinstance(node, ReadError):
        return None
    size = to_dim(node)
    if size is None or any(ctx.letter(n) is not None and n not in ctx.scope.dimensions for n in size.names):
        return None
    return Axis(size)


def _as_shape(ctx: Context, sub: Surface):  # type: ignore[no-untyped-def]
    """`n`, `m \\times n`, `{m, n}`: the sizes of \\mathbf{1} and \\mathbf{0}."""
    from symdl.language.surface import Infix

    parts = parts_of(sub)
    if len(parts) == 1 and isinstance(unwrap(parts[0]), Infix) and unwrap(parts[0]).op == "times":  # type: ignore[attr-defined]
        product = unwrap(parts[0])
        assert isinstance(product, Infix)
        parts = (product.left, product.right)
    axes = tuple(_as_size(ctx, p) for p in parts)
    return None if any(a is None for a in axes) else axes
