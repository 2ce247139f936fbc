"""Gradients as written with ∇ and ∂_x: what they act on, by what, at which point, and whose scripts are whose."""

from __future__ import annotations

from symdl.errors import ReadError
from symdl.language.reading.context import Context
from symdl.language.reading.derivatives import build, operator_at, order_of, variables
from symdl.language.reading.names import find, is_empty, unwrap
from symdl.language.surface import Group, Letter, Scripts, Styled, Surface, Word
from symdl.language.syntax import (
    Apply,
    Derivative,
    Entry,
    Node,
    Stack,
    Symbol,
)


def nabla(ctx: Context, row: list, at: int) -> tuple[Node, int]:  # type: ignore[type-arg]
    item = row[at]
    core = unwrap(item)
    order = 1
    by: tuple[Node, ...] = ()
    if isinstance(core, Scripts):
        order = order_of(ctx, Scripts(core.span, core.base, None, core.sup, 0)) if not is_empty(core.sup) else 1
        if not is_empty(core.sub):
            assert core.sub is not None
            from symdl.language.reading.names import parts_of

            by = tuple(v for p in parts_of(core.sub) for v in variables(ctx, p))
            if len(by) == 1:
                by = by * order
            elif order not in (1, len(by)):
                raise ctx.error("the order of a derivative does not fit its variables", item)
    row, scripts = _without_scripts(ctx, row, at + 1)
    of, nxt = _acted_on(ctx, row, at + 1, item, by)
    if not by:
        value = _gradient_at(ctx, of, order, item)
    else:
        by = tuple(_at_argument(ctx, of, v) for v in by)
        if isinstance(of, Derivative) and of.form == "nabla" and not of.transposed:
            value = Derivative(of.of, (*of.by, *by), of.total, "nabla")
        else:
            value = build(ctx, of, by, "nabla", item)
    if scripts is not None:
        from symdl.language.reading.calls import with_scripts

        return with_scripts(ctx, value, scripts, item, nxt)
    return value, nxt


def _without_scripts(ctx: Context, row: list, at: int) -> tuple[list, Scripts | None]:  # type: ignore[type-arg]
    """`∇f(x)^⊤ y`, `∇_w L^⊤ v`: a transpose or an index on what ∇ acts on belongs to the gradient."""
    from symdl.language.reading.superscripts import is_transpose

    for k in (at, at + 1):
        if k >= len(row) or not isinstance(row[k], Scripts):
            continue
        s = row[k]
        bracket = isinstance(s.base, Group) and s.base.kind == "()"
        turned = s.sup is not None and is_transpose(ctx, unwrap(s.sup))
        if k == at + 1 and not (bracket and _may_be_applied(ctx, row[at])):
            continue
        if turned and (k == at or s.sub is None):
            whole = None if k > at or bracket else ctx.attempt(lambda s=s: ctx.read(s))  # type: ignore[misc]
            if whole is not None and not isinstance(whole, ReadError) and ctx.shape(whole):
                continue  # a transposed column: no gradient is meant
            inner: Surface = s.base if s.sub is None or bracket else Scripts(s.span, s.base, s.sub, None, s.primes)
            kept = Scripts(s.span, s.base, s.sub if bracket else None, s.sup, 0)
            return [*row[:k], inner, *row[k + 1 :]], kept
        if bracket and s.sup is None and k == at + 1:
            return [*row[:k], s.base, *row[k + 1 :]], s
        if bracket and k == at + 1:
            raise ctx.error(
                "this power can be of the function or of its gradient", s, cure="write parentheses around the gradient"
            )
    return row, None


def _may_be_applied(ctx: Context, s: object) -> bool:
    """Could a bracket after this hold an argument?"""
    if not isinstance(s, Letter | Styled | Scripts | Word):
        return False
    known = find(ctx, s)
    return known is None or known.kind != "tensor" or known.signature is not None


def _at_argument(ctx: Context, of: Node, by: Node) -> Node:
    """∇_w J(w⋆) is the gradient of J, a function of w, at w⋆: the variable is what stands in w's place."""
    if not (isinstance(of, Apply) and isinstance(by, Symbol)):
        return by
    d = ctx.lookup(of.name)
    parameters = d.signature.parameters if d is not None and d.signature is not None else ()
    if by.name in parameters and by not in of.args:
        at = of.args[parameters.index(by.name)]
        if isinstance(at, Symbol) or (isinstance(at, Entry) and isinstance(at.base, Symbol)):
            ctx.note(f"the gradient of {of.name} at {at.name if isinstance(at, Symbol) else 'the entry'}")
            return at
    return by


def _acted_on(ctx: Context, row: list, at: int, item: Surface, by: tuple[Node, ...]) -> tuple[Node, int]:  # type: ignore[type-arg]
    """What ∇ acts on; nobody asks for the gradient of a constant: ∇_w ½ ‖w‖² is of the product."""
    from symdl.language.reading.products import Operator, read_row

    of, nxt = _single(ctx, row, at, item)
    if nxt >= len(row) or isinstance(row[nxt], Operator) or not _constant(ctx, of, by):
        return of, nxt
    whole = read_row(ctx, row[at:], item)
    ctx.note("∇ acts on the whole product that follows")
    return whole, len(row)


def _constant(ctx: Context, node: Node, by: tuple[Node, ...]) -> bool:
    """A scalar that does not depend on the variables: numbers, sizes, and symbols that nothing defines."""
    if ctx.shape(node):
        return False
    names = {(v.base if isinstance(v, Entry) else v).name for v in by if isinstance(v, Symbol | Entry)}  # type: ignore[attr-defined]
    for n in node.walk():
        if isinstance(n, Apply | Derivative):
            return False
        if isinstance(n, Symbol):
            known = ctx.lookup(n.name)
            if n.name in names or not names or known is None or known.defined or known.signature is not None:
                return False
    return True


def _single(ctx: Context, row: list, at: int, item: Surface) -> tuple[Node, int]:  # type: ignore[type-arg]
    """The one factor that ∇ acts on; the whole product where one factor alone is no scalar but the product is."""
    from symdl.language.reading import calls, operators
    from symdl.language.reading.products import Operator, read_row

    if at >= len(row) or isinstance(row[at], Operator):
        raise ctx.error("a gradient of nothing", item, expected="what is differentiated")
    if operators.is_operator(ctx, row[at]):
        return read_row(ctx, row[at:], item), len(row)
    found = operator_at(ctx, row, at) or calls.call_at(ctx, row, at)
    if found is not None:
        return found
    first = ctx.attempt(lambda: ctx.read(row[at]))
    if (isinstance(first, ReadError) or ctx.shape(first)) and at + 1 < len(row):
        whole = ctx.attempt(lambda: read_row(ctx, row[at:], item))
        if isinstance(whole, Node) and not ctx.shape(whole):
            ctx.note("∇ acts on the whole product that follows")
            return whole, len(row)
    if isinstance(first, ReadError):
        raise first
    return first, at + 1


def _by_scalars(ctx: Context, of: Node, order: int, s: Surface) -> Node | None:
    """∇f(x, y) of a function of scalars: its partials, below one another or side by side as the layout has it."""
    if not isinstance(of, Apply) or len(of.args) < 2 or of.orders or ctx.shape(of) or order != 1:
        return None
    if not all(isinstance(a, Symbol) and not a.axes for a in of.args) or len(set(of.args)) < len(of.args):
        return None
    partials = tuple(build(ctx, of, (a,), "nabla", s) for a in of.args)
    return Stack((partials,)) if ctx.numerator else Stack(tuple((p,) for p in partials))


def _gradient_at(ctx: Context, of: Node, order: int, s: Surface) -> Node:
    """∇f(x), ∇²f(x): by the function's argument."""
    if isinstance(of, Apply) and len(of.args) == 1 and not of.orders:
        x = of.args[0]
        if isinstance(x, Symbol) or (isinstance(x, Entry) and isinstance(x.base, Symbol)):
            return build(ctx, of, (x,) * order, "nabla", s)
        if order == 1 and len(ctx.shape(x)) == 1 and not ctx.shape(of):
            return Apply(of.name, of.args, (1,), ctx.shape(x))
        raise ctx.error("a gradient at an expression", s, cure="name the point, or write \\nabla_x with a variable x")
    several = _by_scalars(ctx, of, order, s)
    if several is not None:
        return several
    names = {n for n in of.walk() if isinstance(n, Symbol) and n.axes}
    if not isinstance(of, Symbol) and len(names) == 1:
        (x,) = names
        ctx.note(f"∇ is taken by {x.name}")
        return build(ctx, of, (x,) * order, "nabla", s)
    raise ctx.error("a gradient by what?", s, expected="\\nabla_x, or \\nabla f(x) of a declared function")
