"""`L(w) = …` of declared names is a quantity too, and `L(\\theta) = …` with a θ that nothing uses is one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.errors import ReadError
from symdl.language.reading.bodies import inlined
from symdl.language.reading.context import Context
from symdl.language.reading.heads import arguments
from symdl.language.reading.names import dimension, find, name_text, unwrap
from symdl.language.surface import Group, Related
from symdl.language.syntax import Node, Symbol
from symdl.language.understanding import Definition

if TYPE_CHECKING:
    from symdl.language.scope import Declaration


def unused_parameters(ctx: Context, group: Group, s: Related) -> tuple[str, ...]:
    """The names in the brackets where nobody declared them and the right side does without: `\\mathcal{L}(\\theta)`."""
    parameters = [unwrap(p) for p in arguments(group)]
    if any(find(ctx, p) is not None or dimension(ctx, p) is not None for p in parameters):
        return ()
    names = tuple(name_text(p) or "" for p in parameters)
    body = ctx.attempt(lambda: ctx.read(s.parts[1]))  # it reads without them
    return names if isinstance(body, Node) and not {*names} & {*ctx.free} else ()


def of_declared(ctx: Context, args: tuple[Node, ...]) -> bool:
    """Are the parameters tensors of the problem? A function of one number stays a mere function."""
    found = [ctx.scope.lookup(a.name) for a in args if isinstance(a, Symbol)]
    plain = all(d is not None and d.kind == "tensor" and not d.members and not d.integer for d in found)
    return plain and (len(found) > 1 or any(d is not None and bool(d.shape) for d in found))


def opened(body: Node, args: tuple[Node, ...], definitions: list[Definition]) -> Node | None:
    """A body with every definition put in that depends on a parameter; None where one is given by its entries."""
    try:
        for a in args:
            if isinstance(a, Symbol):
                body = inlined(body, a.name, definitions)
    except ReadError:
        return None
    return body


def at_own_names(d: Declaration, names: tuple[str | None, ...]) -> bool:
    """Is it the quantity as its author writes it, `\\mathcal{L}(\\theta)`?"""
    return bool(d.called) and names == d.called


__all__ = ["at_own_names", "of_declared", "opened", "unused_parameters"]
