"""The density of a listed law at a point: `\\mathcal{N}(x \\mid \\mu, \\sigma^2)`, `\\mathrm{Bern}(y; p)`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from symdl.language.functions import DISTRIBUTIONS
from symdl.language.reading.context import Context
from symdl.language.reading.moments import event_shape, law_of, parameters_of, same_shape, text_of
from symdl.language.reading.names import find, name_text, unwrap
from symdl.language.surface import Group, Infix, Seq, Styled, Surface, Word
from symdl.language.syntax import Density, Distribution, Node

if TYPE_CHECKING:
    from symdl.language.reading.heads import Head


def names_law(ctx: Context, head: Surface) -> bool:
    """A listed law's name, which nobody declared as something else."""
    return isinstance(head, Styled | Word) and text_of(head) in DISTRIBUTIONS and find(ctx, head) is None


def at_a_point(group: Group) -> bool:
    """Brackets in which a bar or semicolon parts the point from the parameters."""
    return isinstance(group.body, Infix) and group.body.op in ("mid", ";")


def law_of_argument(ctx: Context, group: Group, right: Surface) -> Surface | None:
    """Of `p(x) = \\mathcal{N}(x \\mid m, v)` the law that it gives to p; None where this is another function."""
    if not isinstance(right, Seq) or len(right.items) != 2:
        return None
    head, inside = right.items
    if not isinstance(inside, Group) or not names_law(ctx, head) or not isinstance(inside.body, Infix):
        return None
    if not at_a_point(inside):
        return None
    point, argument = name_text(unwrap(inside.body.left)), name_text(unwrap(group.body))
    if argument is None or point != argument:
        return None
    law = dataclasses.replace(right, items=(head, dataclasses.replace(inside, body=inside.body.right)))
    declared = find(ctx, group.body)
    if declared is not None and len(declared.shape) != len(event_shape(ctx, law_of(ctx, law))):
        return None  # a function of what the law is not the law of: reading its body says so
    return law


def density_at(ctx: Context, head: Head, group: Group) -> Node | None:
    """The density that begins here; None where none does."""
    from symdl.language.reading.sums import zero_like  # sums read products, which read calls

    body = group.body
    if not names_law(ctx, head.core) or not isinstance(body, Infix) or not at_a_point(group):
        return None
    name = DISTRIBUTIONS[text_of(head.core)]
    law = Distribution(name, parameters_of(ctx, name, body.right, group))
    event = event_shape(ctx, law)
    point = zero_like(ctx, ctx.read(body.left), event)
    same_shape(ctx, point, event, group)
    return Density(point, law)
