"""What only its brackets tell from a name: λ_i(A), σ_i(A), O(h²), 1[z > 0], 𝒩(x | μ, Σ)."""

from __future__ import annotations

from symdl.language.reading import entries
from symdl.language.reading.calls import BRACKETS, Result, with_scripts
from symdl.language.reading.context import Context
from symdl.language.reading.densities import density_at
from symdl.language.reading.heads import Head, argument_at
from symdl.language.reading.names import (
    find,
    read_in_index,
    unwrap,
)
from symdl.language.surface import Digits, Group, Letter, Word
from symdl.language.syntax import (
    Constant,
    Eigenvalue,
    Node,
    Order,
    SingularValue,
)


def special_call(ctx: Context, head: Head, row: list, at: int) -> Result:  # type: ignore[type-arg]
    """λ_i(A), σ_i(A), O(h²), 1[z > 0], 𝒩(x | μ, Σ)."""
    from symdl.language.reading.conditions import bracket_indicator

    if _marks_indicator(ctx, head):
        found = argument_at(row, at + 1, BRACKETS)
        if found is not None and head.sub is None and head.sup is None:
            value = bracket_indicator(ctx, found[0])
            if value is not None:
                return with_scripts(ctx, value, found[1], head.item, at + 2)
        if isinstance(head.bare, Digits):
            return None
    found = argument_at(row, at + 1)
    if found is None:
        return None
    group, scripts = found
    density = density_at(ctx, head, group) if head.sub is None and head.sup is None else None
    if density is not None:
        return with_scripts(ctx, density, scripts, head.item, at + 2)
    if not isinstance(head.bare, Letter):
        return None
    if head.bare.text in ("O", "o") and find(ctx, head.core) is None and head.sub is None:
        return Order(ctx.read(group.body), head.bare.text == "O"), at + 2
    if head.bare.text in (r"\lambda", r"\sigma") and head.sub is not None and find(ctx, head.item) is None:
        value = _spectrum(ctx, head, group)
        return None if value is None else with_scripts(ctx, value, scripts, head.item, at + 2)
    return None


def _marks_indicator(ctx: Context, head: Head) -> bool:
    """1 or I, in any font: before a relation in brackets they can mean nothing else."""
    if isinstance(head.bare, Digits):
        return head.bare.text == "1"
    return isinstance(head.bare, Letter) and head.bare.text == "I" and find(ctx, head.core) is None


def _spectrum(ctx: Context, head: Head, group: Group) -> Node | None:
    """λ_i(A) of a square matrix, σ_i(A) of any, where the letter is no name of a tensor."""
    assert head.sub is not None and isinstance(head.bare, Letter)
    sub = unwrap(head.sub)
    word = isinstance(sub, Word) and sub.text in ("max", "min")
    known = find(ctx, head.core)
    if known is not None and (known.shape or known.signature is not None) and not word:
        return None
    body = ctx.read(group.body)
    shape = ctx.shape(body)
    values = head.bare.text == r"\lambda"
    if len(shape) != 2 or (values and not ctx.sizes.equal(shape[0], shape[1])):
        what = "eigenvalues of what is not a square matrix" if values else "singular values of what is not a matrix"
        raise ctx.misfit(what, group, ctx.describe(body), "a square matrix" if values else "a matrix")
    index: Node
    if isinstance(sub, Word):
        index = Constant(sub.text)
    elif ctx.sizes.equal(shape[0], shape[1]):
        index = entries.read_index(ctx, sub, shape[0], ctx.text(head.item))
    else:  # as many as the shorter side is long, which no one axis says: the letter needs a range of its own
        index = read_in_index(ctx, sub)
    return Eigenvalue(body, index) if values else SingularValue(body, index)
