"""Derivatives as written: ∂L/∂W, ∂²L/∂x∂yᵀ, ∇_w L, ∇²f(x), d/dz, differentials dX, and which partials are total."""

from __future__ import annotations

from symdl.language.reading.context import Context
from symdl.language.reading.evaluations import evaluated_at
from symdl.language.reading.names import name_text, unwrap
from symdl.language.surface import Digits, Fraction, Group, Letter, Scripts, Seq, Styled, Surface, Word
from symdl.language.syntax import (
    Apply,
    Derivative,
    Differential,
    Entry,
    Node,
    Symbol,
    Transpose,
    is_row,
)


def head_of(s: Surface) -> str | None:
    """`\\partial`, `\\nabla`, or `d` for one that differentiates, with or without scripts."""
    core = unwrap(s)
    if isinstance(core, Scripts) and not core.primes:
        core = unwrap(core.base)
    if isinstance(core, Letter) and core.text in (r"\partial", r"\nabla"):
        return core.text
    return "d" if is_d(core) else None


def is_d(s: Surface) -> bool:
    """A d in italics or upright."""
    core = unwrap(s)
    return is_upright_d(core) or (isinstance(core, Letter) and core.text == "d")


def is_upright_d(s: Surface) -> bool:
    core = unwrap(s)
    if isinstance(core, Styled) and core.style in ("mathrm", "mathsf", "text"):
        body = unwrap(core.body)
        return isinstance(body, Letter) and body.text == "d"
    return isinstance(core, Word) and core.text == "d"


def _items(s: Surface) -> list[Surface]:
    s = unwrap(s)
    return list(s.items) if isinstance(s, Seq) else [s]


def order_of(ctx: Context, s: Surface) -> int:
    """The 2 of ∂²."""
    core = unwrap(s)
    if isinstance(core, Scripts) and core.sup is not None:
        power = unwrap(core.sup)
        if isinstance(power, Digits) and power.text in ("1", "2", "3", "4"):
            return int(power.text)
        raise ctx.error("the order of a derivative must be a small whole number", s)
    return 1


# ------------------------------------------------------------------------------------------------------ fractions


def fraction(ctx: Context, s: Fraction) -> Node | None:
    """A fraction that is a derivative, with what it differentiates on top; None for an ordinary fraction."""
    parts = _split(ctx, s)
    if parts is None:
        return None
    top, by, form = parts
    if not top:
        raise ctx.error("a derivative of nothing", s, expected=r"\frac{\partial L}{\partial W}, or what follows it")
    from symdl.language.reading.products import read_row

    of = _function_of(ctx, top, by) or read_row(ctx, list(top), s.numerator)
    return build(ctx, of, by, form, s)


def _function_of(ctx: Context, top: list[Surface], by: tuple[Node, ...]) -> Node | None:
    """dφ/ds of a function φ(t) of one scalar that nobody else names: φ at s."""
    from symdl.language.reading.names import find

    d = find(ctx, top[0]) if len(top) == 1 else None
    if d is None or d.kind != "function" or d.signature is None or len(d.signature.arguments) != 1:
        return None
    if any(ctx.lookup(p) is not None for p in d.signature.parameters):
        return None
    if len(ctx.shape(by[0])) != len(d.signature.arguments[0]):
        return None
    return Apply(d.name, (by[0],), result=d.signature.result, elementwise=d.signature.elementwise)


def _split(ctx: Context, s: Fraction) -> tuple[list[Surface], tuple[Node, ...], str] | None:
    top, bottom = _items(s.numerator), _items(s.denominator)
    if not top or not bottom:
        return None
    head, foot = head_of(top[0]), head_of(bottom[0])
    if head not in (r"\partial", "d") or foot not in (r"\partial", "d") or len(bottom) < 2:
        return None
    if foot != head and r"\partial" not in (head, foot):
        return None
    order = order_of(ctx, top[0])
    by: list[Node] = []
    at = 0
    while at < len(bottom):
        if head_of(bottom[at]) != foot or at + 1 >= len(bottom):
            raise ctx.error("this is no variable of a derivative", bottom[at], expected=r"\partial x \partial y")
        by += variables(ctx, bottom[at + 1])
        at += 2
    if len(by) != order:
        raise ctx.error(
            "the order of a derivative does not fit its variables",
            s,
            found=f"order {order}, {len(by)} variable{'s' if len(by) != 1 else ''}",
        )
    return top[1:], tuple(by), "d" if head == foot == "d" else "frac"


def variables(ctx: Context, s: Surface) -> list[Node]:
    """What is differentiated by: a name, a member or an entry; x² counts twice, a transpose is only layout."""
    core = unwrap(s)
    times = 1
    if isinstance(core, Scripts) and core.sup is not None:
        whole = ctx.attempt(lambda: ctx.read(core))
        if not isinstance(whole, Symbol | Entry):
            power = unwrap(core.sup)
            from symdl.language.reading.superscripts import is_transpose

            inner: Surface = Scripts(core.span, core.base, core.sub, None, core.primes)
            if core.sub is None and not core.primes:
                inner = core.base
            if isinstance(power, Digits) and power.text in ("2", "3", "4"):
                times, core = int(power.text), inner
            elif is_transpose(ctx, power):
                core = inner
    node = ctx.read(core)
    if isinstance(node, Transpose):
        node = node.body
    if isinstance(node, Entry) and not isinstance(node.base, Symbol):
        raise ctx.error("this is no variable of a derivative", s, expected="a name or an entry of one")
    if not isinstance(node, Symbol | Entry):
        raise ctx.error("this is no variable of a derivative", s, expected="a declared name or an entry of one")
    return [node] * times


def build(ctx: Context, of: Node, by: tuple[Node, ...], form: str, s: Surface, total: bool = True) -> Node:
    """The derivative; a gradient is laid out as the problem says."""
    if isinstance(of, Transpose):
        raise ctx.error("a derivative of a transpose", s, cure="differentiate the column and transpose the result")
    rank = sum(len(ctx.shape(v)) for v in by)
    if is_row(ctx.shape(of)):
        ctx.doubtful = True  # many a book lays out ∂y^⊤/∂x as a matrix
    turned = ctx.numerator and not ctx.shape(of) and len(by) == 1 and rank in (1, 2)
    if ctx.scope.jacobians_turned and len(ctx.shape(of)) == 1 and len(by) == 1 and rank == 1:
        turned = True
    if len(ctx.shape(of)) + rank > 12:
        raise ctx.error("a derivative with too many axes", s)
    return Derivative(of, by, total, form, turned)


# ------------------------------------------------------------------------------------------------------ operators


def operator_at(ctx: Context, row: list, at: int) -> tuple[Node, int] | None:  # type: ignore[type-arg]
    """∂/∂x, ∇, ∂_x and d at the head of what they act on."""
    item = row[at]
    core = unwrap(item)
    if isinstance(core, Fraction):
        parts = _split(ctx, core)
        if parts is None:
            return None
        if parts[0]:
            return evaluated_at(ctx, core, parts, row, at)
        node, nxt = _operand(ctx, row, at + 1, item)
        return build(ctx, node, parts[1], parts[2], item), nxt
    head = head_of(item)
    if head == r"\nabla" or (head == r"\partial" and isinstance(core, Scripts) and core.sub is not None):
        from symdl.language.reading.gradients import nabla

        return nabla(ctx, row, at)
    if head == "d" and not isinstance(core, Scripts):
        return _differential(ctx, row, at)
    return None


def _operand(ctx: Context, row: list, at: int, item: Surface) -> tuple[Node, int]:  # type: ignore[type-arg]
    """What an operator such as d/dx acts on: the bracket that follows, else the rest of the product."""
    from symdl.language.reading.products import Operator, read_row

    if at >= len(row) or isinstance(row[at], Operator):
        raise ctx.error("a derivative of nothing", item, expected="what is differentiated")
    first = row[at]
    if isinstance(first, Group) and first.kind in ("()", "[]", "{}"):
        return ctx.read(first), at + 1
    return read_row(ctx, row[at:], item), len(row)


def slashed(ctx: Context, row: list) -> list | None:  # type: ignore[type-arg]
    """`\\partial L / \\partial W` as a fraction: the row with it in place, or None."""
    from symdl.language.reading.products import Operator

    for k, x in enumerate(row):
        if not (isinstance(x, Operator) and x.op == "/" and k + 2 < len(row)):
            continue
        foot = row[k + 1]
        if not isinstance(foot, Surface) or head_of(foot) not in (r"\partial", "d") or isinstance(row[k + 2], Operator):
            continue
        head = head_of(foot)
        start = k - 1
        while start >= 0 and isinstance(row[start], Surface) and head_of(row[start]) != head:
            start -= 1
        if start < 0 or isinstance(row[start], Operator):
            continue
        end = k + 3
        while end + 1 < len(row) and isinstance(row[end], Surface) and head_of(row[end]) == head:
            end += 2
        top, bottom = row[start:k], row[k + 1 : end]
        span = top[0].span.join(bottom[-1].span)
        joined = Fraction(span, Seq(span, tuple(top)), Seq(span, tuple(bottom)))
        rest = [*row[:start], joined, *row[end:]]
        return slashed(ctx, rest) or rest
    return None


# -------------------------------------------------------------------------------------------------- differentials


def _differential(ctx: Context, row: list, at: int) -> tuple[Node, int] | None:  # type: ignore[type-arg]
    """DX of a symbol, a bracket or a function value (rule 9)."""
    from symdl.language.reading import calls
    from symdl.language.reading.products import Operator

    item = row[at]
    upright = is_upright_d(item)
    if not upright and (not ctx.d_is_differential or ctx.in_index):
        return None
    if at + 1 >= len(row) or isinstance(row[at + 1], Operator):
        return None
    target = row[at + 1]
    if not upright and name_text(item) in ctx.locals:
        return None
    found = calls.call_at(ctx, row, at + 1)
    if found is None and isinstance(unwrap(target), Scripts | Letter | Styled | Group | Word):
        found = (ctx.read(target), at + 2)
    if found is None:
        return None
    return Differential(found[0]), found[1]
