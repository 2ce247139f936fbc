"""Index sets: `S \\subset \\{1,\\dots,n\\}` declares S, `i \\in S` asks for it, `|S|` counts it.

A set is a tensor of zeros and ones over its range that stands in no formula by its own name.
"""

from __future__ import annotations

from symdl.language.dims import Axis, Range
from symdl.language.reading.conditions import set_range
from symdl.language.reading.context import Context
from symdl.language.reading.names import find, name_text, unwrap
from symdl.language.scope import Declaration, Scope
from symdl.language.surface import Commas, Related, Surface
from symdl.language.syntax import Subset, Symbol


def set_names(scope: Scope, surface: Surface, latex: str) -> list[Declaration]:
    """The sets that an assumption declares."""
    ctx = Context(scope, latex, "assume")
    out: list[Declaration] = []
    for part in surface.parts if isinstance(surface, Commas) else (surface,):
        if isinstance(part, Related) and part.ops == ("⊂",):
            name = name_text(unwrap(part.parts[0]))
            found = find(ctx, part.parts[0])
            if name is None:
                raise ctx.error("what is a subset must be a name", part.parts[0], expected="a name such as  S")
            axis = _axis(ctx, part)
            if found is not None and (found.kind not in ("tensor", "set") or found.members or found.shape != (axis,)):
                raise ctx.error(
                    f"{found.name} is declared as something else", part.parts[0], expected="a name for the set alone"
                )
            out.append(Declaration(found.name if found is not None else name, (axis,), "set", origin="assume"))
    return out


def subset(ctx: Context, s: Related) -> Subset:
    """The assumption itself, its name being declared by now."""
    found = find(ctx, s.parts[0])
    axis = _axis(ctx, s)
    if found is None or found.kind != "set" or found.shape != (axis,):
        raise ctx.error(
            "a set is declared under `assume`", s, expected="S \\subset \\{1,\\dots,n\\} among the assumptions"
        )
    return Subset(Symbol(found.name, found.shape), Range(axis.first, axis.last))


def _axis(ctx: Context, s: Related) -> Axis:
    found = set_range(ctx, s.parts[1])
    if found is None or found.first.constant is None:
        raise ctx.error("this is no set of whole numbers from-to", s.parts[1], expected="\\{1,\\dots,n\\} or [n]")
    return Axis(found.last - found.first + 1, found.first.constant)
