"""Chains of relations whose sides have one shape, and laws that fit what they are the laws of."""

from __future__ import annotations

from symdl.language.dims import Axis, Dim, Shape
from symdl.language.reading.context import Context
from symdl.language.reading.sums import zero_like
from symdl.language.surface import (
    Surface,
)
from symdl.language.syntax import (
    Add,
    Condition,
    Derivative,
    Implication,
    Junction,
    Neg,
    Node,
    Number,
    Order,
    Power,
    Product,
    Quotient,
    Relation,
    Zeros,
)


def fitted_law(ctx: Context, law: Node, subject: Node, s: Surface) -> Node:
    """A law with the shape of what it is the law of: ε ~ N(0, I) of a column, and entry by entry of a tensor."""
    from symdl.language.syntax import Distribution, Identity

    assert isinstance(law, Distribution)
    if law.name != "normal":
        return law
    mean, spread = law.args
    shape = ctx.shape(subject)
    m = ctx.shape(mean)
    if len(m) == 1 and len(shape) == 1:
        if not ctx.sizes.equal(m[0], shape[0]):
            raise ctx.misfit(
                "shapes do not fit", s, f"{ctx.describe(subject)} under a law of {ctx.describe(mean)}", "equal"
            )
        return law
    if len(m) == 1 and len(shape) > 1:
        if not ctx.sizes.equal(m[0], shape[-1]) and not isinstance(spread, Identity):
            raise ctx.misfit(
                "shapes do not fit", s, f"{ctx.describe(subject)} under a law of {ctx.describe(mean)}", "equal"
            )
        return law
    if len(m) != len(shape) and m:
        raise ctx.misfit(
            "shapes do not fit", s, f"{ctx.describe(subject)} under a law of {ctx.describe(mean)}", "equal"
        )
    return law


def relation(
    ctx: Context, sides: list[tuple[Node, Surface]], ops: tuple[str, ...], s: Surface, note: Node | None
) -> Relation:
    """A chain whose sides have one shape; a bare 0 is a zero of it, and inequalities may compare with a scalar."""
    shape: Shape = ()
    for node, _ in sides:
        here = ctx.shape(node)
        if len(here) > len(shape) and not isinstance(node, Zeros):
            shape = here
    out: list[Node] = []
    for k, (node, _) in enumerate(sides):
        node = zero_like(ctx, node, shape)
        here = ctx.shape(node)
        if isinstance(node, Order):
            out.append(node)
            continue
        strict = any(op in ("=", "≈") for op in ops[max(0, k - 1) : k + 1])
        if here and shape:
            merged = ctx.sizes.merge(shape, here)
            if merged is None:
                _refuse(ctx, sides, ops, s, k)
            else:
                shape = merged
        elif shape and not here and strict and not _has_order(node):
            _refuse(ctx, sides, ops, s, k)
        out.append(node)
    return Relation(tuple(out), ops, note)


def _has_order(node: Node) -> bool:
    return any(isinstance(n, Order) for n in node.walk())


def _refuse(ctx: Context, sides: list[tuple[Node, Surface]], ops: tuple[str, ...], s: Surface, k: int) -> None:
    other = k - 1 if k else 1
    (a, a_where), (b, b_where) = sorted((sides[other], sides[k]), key=lambda x: x[1].span.start)
    cure = ""
    x, y = ctx.shape(a), ctx.shape(b)
    if len(x) == len(y) == 2 and ctx.sizes.could_equal((x[1], x[0]), y):
        cure = "did you mean the transpose of one side ?"
    elif len(x) == 1 and len(y) == 2 and ctx.sizes.could_equal((Axis(Dim.of(1)), x[0]), y):
        cure = "did you mean the transpose of one side ?"
    where = b_where if b_where is not s else a_where
    refuse = ctx.error if _meant_otherwise(ctx, a, b) else ctx.misfit
    raise refuse(
        "the two sides differ in shape",
        where,
        f"{ctx.describe(a)} {ops[min(k, len(ops) - 1)] if k == 0 else ops[k - 1]} {ctx.describe(b)}",
        "equal shapes",
        cure,
    )


def _meant_otherwise(ctx: Context, a: Node, b: Node) -> bool:
    """Do others write such sides for equal shapes?

    r² for the number r·r beside a number; ∂z/∂W of a column z as the matrix that a chain rule would multiply by.
    """
    for one, other in ((a, b), (b, a)):
        mine, its = ctx.shape(one), ctx.shape(other)
        if not mine and len(its) == 1 and _squares(ctx, other):
            return True
        if len(mine) > 2 and len(its) in (1, 2) and any(isinstance(n, Derivative) for n in one.walk()):
            return True
    return False


def _squares(ctx: Context, node: Node) -> bool:
    """Is every column in it under a square: ½ r² + λ w²?"""
    if not ctx.shape(node):
        return True
    if isinstance(node, Power):
        return isinstance(node.exponent, Number) and node.exponent.value == 2
    if isinstance(node, Add | Neg | Product | Quotient):
        return all(_squares(ctx, c) for c in node.children())
    return False


def last_side(node: Node | None) -> Node | None:
    """What a line that begins with a relation goes on from."""
    if isinstance(node, Relation):
        return node.sides[-1]
    if isinstance(node, Implication):
        return last_side(node.right)
    if isinstance(node, Junction) and node.parts:
        return last_side(node.parts[-1])
    if isinstance(node, Condition) or node is None:
        return None
    return node
