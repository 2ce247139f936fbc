"""A derivative and the point it is taken at, as in `\\frac{dg}{dx}(x)`."""

from __future__ import annotations

from symdl.language.reading.context import Context
from symdl.language.reading.heads import argument_at
from symdl.language.reading.names import find
from symdl.language.scope import Signature
from symdl.language.surface import Fraction, Surface
from symdl.language.syntax import Apply, Node, Symbol, Tuple

Parts = tuple[list[Surface], tuple[Node, ...], str]


def evaluated_at(ctx: Context, fraction: Fraction, parts: Parts, row: list, at: int) -> tuple[Node, int] | None:  # type: ignore[type-arg]
    """The derivative of a bare name before a bracket: at the bracket's point where that is meant, never silently.

    dg/dx (x)  ⇒  g'(x)        a product with the variable itself would be written x dg/dx
    dg/dx (a)  ⇒  g'(a)        g a function of one number
    """
    found = argument_at(row, at + 1)
    if found is None or len(parts[0]) != 1:
        return None
    declared = find(ctx, parts[0][0])
    if declared is None or declared.members:
        return None
    group, scripts = found
    signature = declared.signature
    by = parts[1]
    same = all(v == by[0] for v in by)
    of_one = declared.kind == "function" and signature is not None and signature.arguments == ((),)
    point = ctx.attempt(lambda: ctx.read(group))
    if of_one and same and isinstance(point, Node) and not ctx.shape(point):
        assert signature is not None
        value: Node = Apply(declared.name, (point,), (len(by),), signature.result, elementwise=signature.elementwise)
    elif same and point == by[0] and isinstance(point, Symbol):
        value = ctx.read(fraction)
    elif declared.kind == "function" and not _no_point(ctx, signature, point):
        raise ctx.error(
            "a derivative before a bracket can be read in two ways",
            fraction,
            expected="the derivative at a point, or its product with what stands in the bracket",
            cure="write  f'(…)  or  \\nabla f(…)  for the one, \\cdot for the other",
        )
    else:
        return None
    from symdl.language.reading.calls import with_scripts

    return with_scripts(ctx, value, scripts, group, at + 2)


def _no_point(ctx: Context, signature: Signature | None, point: object) -> bool:
    """Is what stands in the bracket certainly none of the function's arguments: one number where it takes a column?"""
    if signature is None or not isinstance(point, Node):
        return False
    if len(signature.arguments) != 1:
        return not isinstance(point, Tuple)
    (wanted,) = signature.arguments
    return bool(wanted) and not ctx.shape(point)


__all__ = ["evaluated_at"]
