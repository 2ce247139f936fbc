"""Reading: a line of LaTeX in a scope becomes a typed tree, with its letters' ranges and what was decided in words."""

from __future__ import annotations

from dataclasses import replace

from symdl.errors import ReadError, Span
from symdl.language.dims import Dim, Range
from symdl.language.macros import Macros
from symdl.language.parse import parse

# Each module registers how it reads its kinds of surface nodes.
from symdl.language.reading import atoms, grids, groups, products, scripted, sums  # noqa: F401
from symdl.language.reading.context import Context, Rebase
from symdl.language.reading.differentials import differential_mode
from symdl.language.reading.lines import Reading, finish_letters
from symdl.language.reading.names import words_of
from symdl.language.reading.remarks import without_remarks
from symdl.language.reading.scan import free_letters, mentioned
from symdl.language.scope import Scope
from symdl.language.surface import Related, Surface
from symdl.language.syntax import Apply, Binder, Junction, Node, Reduce, Relation, is_unknown, substitute_sizes
from symdl.language.understanding import Definition, Line, Trace


def read_line(
    latex: str,
    scope: Scope,
    role: str = "work",
    previous: Line | None = None,
    macros: Macros | None = None,
    sums_apart: bool = False,
) -> Line:
    """A line of a problem or of somebody's work.

    Args:
        latex: the formula, without its dollar signs.
        scope: what is known where it stands.
        role: given, assume, random, target, show or work: in work a name nobody declared, alone on the left, is a
            definition (rule 13).
        previous: the line above, for one that begins with a relation.
        macros: the author's own commands.
        sums_apart: read `\\log a \\sum_i b_i` as (log a) Σ b, which rule 5 does not, but people write.

    Raises:
        ReadError: with the place in `latex`, what was found, what was expected, and a cure where there is one.
    """
    surface = parse(latex, words_of(scope), macros)
    try:
        return line_of(surface, latex, scope, role, previous, sums_apart)
    except Rebase as found:
        raise ReadError(
            "an index leaves its axis",
            found=f"an index from 0 on {found.symbol}",
            expected=f"declared as 0..n-1, if axis {found.position + 1} of {found.symbol} counts from 0",
            span=surface.span,
        ) from None
    except RecursionError:
        raise ReadError("a formula is nested too deeply", span=surface.span) from None


def line_of(
    surface: Surface, latex: str, scope: Scope, role: str, previous: Line | None = None, sums_apart: bool = False
) -> Line:
    """The line that a surface tree is."""
    surface, remarks = without_remarks(surface) if role in ("work", "show") else (surface, ())
    ctx = new_context(surface, latex, scope, role)
    ctx.sums_apart = sums_apart
    ctx.ran = {} if previous is None else _bound(previous.node)
    for words in remarks:
        ctx.note(f"words left out: {words}")
    reading = Reading(ctx, previous)
    node = reading.statement(surface)
    if ctx.beside:
        if not isinstance(node, Relation):
            raise ReadError("an equation where an expression is expected", span=surface.span, cure="write two lines")
        node = Junction("and", (node, *ctx.beside))  # type: ignore[arg-type]
    for name, known in (previous.letters if previous is not None else {}).items():
        if name in ctx.free and not ctx.free[name].uses and ctx.free[name].explicit is None:
            ctx.free[name].explicit = known  # on no axis here: as in the line above
            ctx.note(f"{name} runs over {known}, as in the line above")
    letters = finish_letters(ctx, surface)
    node = finish(ctx, node)
    letters = {n: r.substitute(ctx.sizes.values) for n, r in letters.items()}
    if reading.own and not _statements(node):
        raise ReadError(
            f"{reading.own[0].name} is a new name: its definition stands on a line of its own",
            span=surface.span,
            found="a definition beside another statement",
        )
    definitions = []
    for own in reading.own if role == "work" else ():
        binders = tuple(Binder(n, letters[n]) for n in own.letters)
        kind = "function" if isinstance(own.left, Apply) else "value"
        definitions.append(Definition(own.name, finish(ctx, own.left), finish(ctx, own.right), binders, kind, latex))
    first, also = (definitions[0], tuple(definitions[1:])) if definitions else (None, ())
    trace = _trace(ctx, surface) if role == "work" else None
    return Line(node, latex, letters, first, tuple(ctx.notes), reading.starts_with_relation, also, trace)


def _trace(ctx: Context, surface: Surface) -> Trace:
    sizes = {name: ctx.sizes.resolve(d) for name, d in ctx.sizes.values.items()}
    return Trace(surface, tuple(ctx.trace), dict(ctx.spelled), sizes)


def _bound(node: Node) -> dict[str, Range | None]:
    """Where the letters bound in a line run, where that is one range for each."""
    found: dict[str, Range | None] = {}
    for b in (b for n in node.walk() if isinstance(n, Reduce) for b in n.binders):
        found[b.name] = b.range if found.get(b.name, b.range) == b.range else None
    return found


def _statements(node: Node) -> bool:
    """A relation, or relations side by side: what a definition may be part of."""
    parts = node.parts if isinstance(node, Junction) and node.op == "and" else (node,)
    return all(isinstance(p, Relation) for p in parts)


def beyond_definition(line: Line) -> Line | None:
    """What `q = a = b` claims besides defining q: the line `a = b`; None where a line only defines."""
    if line.definition is None:
        return None
    names = [d.left for d in line.definitions]
    rest: list[Node] = []
    for p in line.node.parts if isinstance(line.node, Junction) else (line.node,):
        if isinstance(p, Relation) and p.sides[0] in names:
            if len(p.sides) > 2:
                rest.append(Relation(p.sides[1:], p.ops[1:], p.note))
        else:
            rest.append(p)
    if not rest:
        return None
    node = rest[0] if len(rest) == 1 else Junction("and", tuple(rest))  # type: ignore[arg-type]
    return replace(line, node=node, definition=None, also=())


def read_expression(latex: str, scope: Scope, macros: Macros | None = None) -> Node:
    """An expression: no relation, no definition."""
    surface = parse(latex, words_of(scope), macros)
    ctx = new_context(surface, latex, scope, "target")
    try:
        node = ctx.read(surface)
        finish_letters(ctx, surface)
        if ctx.beside:
            raise ReadError("an equation where an expression is expected", span=surface.span)
    except Rebase as found:
        raise ReadError(
            "an index leaves its axis", found=f"an index from 0 on {found.symbol}", span=surface.span
        ) from None
    return finish(ctx, node)


def new_context(surface: Surface, latex: str, scope: Scope, role: str) -> Context:
    """The state in which a line is read, after a look ahead at its letters."""
    ctx = Context(scope, latex, role)
    ctx.mentioned = frozenset(mentioned(ctx, surface))
    ctx.subscripted = frozenset(mentioned(ctx, surface, raised=False))
    parts = surface.parts if isinstance(surface, Related) else (surface,)
    ctx.outside = frozenset().union(*(free_letters(ctx, p) for p in parts))
    ctx.d_is_differential = differential_mode(ctx, surface)
    return ctx


def finish(ctx: Context, node: Node) -> Node:
    """The tree with every size that was solved for; one that stays unknown is an error that says how to write it."""
    values: dict[str, Dim] = {name: ctx.sizes.resolve(d) for name, d in ctx.sizes.values.items()}
    if values:
        node = substitute_sizes(node, values)
    if ctx.sizes.count:
        _refuse_unknown(ctx, node)
    return node


def _refuse_unknown(ctx: Context, node: Node) -> None:
    for part in node.walk():
        axes = getattr(part, "axes", ()) or (
            (part.axis,) if hasattr(part, "axis") and hasattr(part.axis, "size") else ()
        )
        for a in axes:
            if is_unknown(a.size):
                name = next(n for n in a.size.names if n.startswith("?"))
                what, span = ctx.sizes.origins.get(name, ("a symbol", Span(0, len(ctx.latex))))
                raise ReadError(
                    f"the size of  {what}  does not follow from where it stands",
                    span=span,
                    expected="a size as its subscript",
                    cure=f"write  {what}_n  with its size",
                )


__all__ = ["line_of", "read_expression", "read_line"]
