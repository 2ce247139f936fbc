"""Chain-rule products: adjacent partials that share a tensor contract over all its axes (rule 11)."""

from __future__ import annotations

from symdl.language.reading.context import Context
from symdl.language.reading.unify import transposed
from symdl.language.surface import Surface
from symdl.language.syntax import (
    ChainProduct,
    Derivative,
    Node,
    Symbol,
)

Factor = tuple[Node, Surface]


def contract_chains(ctx: Context, factors: list[Factor]) -> list[Factor]:
    """Adjacent partials that share what they are of and by become one contraction (rule 11)."""
    out: list[Factor] = []
    at = 0
    while at < len(factors):
        end = at + 1
        node = factors[at][0]
        if isinstance(node, Derivative) and len(node.by) == 1:
            forward = end < len(factors) and _links(node, factors[end][0])
            backward = end < len(factors) and not forward and _links(factors[end][0], node)
            while end < len(factors) and (
                (forward and _links(factors[end - 1][0], factors[end][0]))
                or (backward and _links(factors[end][0], factors[end - 1][0]))
            ):
                end += 1
            if end - at > 1:
                run = tuple(n for n, _ in factors[at:end])
                chained = _contract(ctx, run, forward)
                if chained is not None:
                    span = factors[at][1]
                    out.append((chained, span))
                    at = end
                    continue
        out.append(factors[at])
        at += 1
    return out


def _links(a: Node, b: Node) -> bool:
    """Is a = ∂f/∂v and b = ∂v/∂x, with v the same tensor?"""
    if not (isinstance(a, Derivative) and isinstance(b, Derivative) and len(a.by) == len(b.by) == 1):
        return False
    return _same(a.by[0], b.of)


def _same(a: Node, b: Node) -> bool:
    if isinstance(a, Symbol) and isinstance(b, Symbol):
        return a.name == b.name and a.members == b.members
    return a == b


def _contract(ctx: Context, run: tuple[Node, ...], forward: bool) -> Node | None:
    ordered = run if forward else tuple(reversed(run))
    inner = [d.by[0] for d in ordered[:-1] if isinstance(d, Derivative)]
    first, last = ordered[0], ordered[-1]
    assert isinstance(first, Derivative) and isinstance(last, Derivative)
    if all(not ctx.shape(v) for v in inner) and (not ctx.shape(first.of) or not ctx.shape(last.by[0])):
        return None  # scalars between: an ordinary product of numbers
    axes = ctx.shape(first.of) + ctx.shape(last.by[0])
    if ctx.numerator and not ctx.shape(first.of):
        axes = transposed(axes) or axes
    return ChainProduct(run, axes)
