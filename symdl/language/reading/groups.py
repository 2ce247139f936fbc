"""Brackets, bars and roots: parentheses, norms, absolute values, inner products, columns side by side."""

from __future__ import annotations

from fractions import Fraction

from symdl.language.reading import scan
from symdl.language.reading.context import Context, reads
from symdl.language.reading.names import find, is_digits, name_text, unwrap
from symdl.language.reading.patterns import pattern
from symdl.language.surface import (
    Commas,
    Dots,
    Group,
    Letter,
    Logic,
    Prose,
    Related,
    Root,
    Seq,
    Surface,
)
from symdl.language.syntax import (
    AxisFunction,
    Binder,
    Cardinality,
    Comprehension,
    Function,
    Indicator,
    InnerProduct,
    MatrixFunction,
    Node,
    Norm,
    Number,
    Power,
    Quotient,
    Stack,
    Symbol,
)

_KINDS = {"F": "F", "2": "2", "1": "1", "*": "nuclear", r"\ast": "nuclear", r"\infty": "inf"}


@reads(Group)
def group(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Group)
    s = doubled(s)
    if s.kind == "‖‖":
        return norm(ctx, s, None)
    if s.kind == "||":
        return _bars(ctx, s)
    if s.kind in ("floor", "ceil"):
        return Function(s.kind, (ctx.read(s.body),))
    if s.kind == "<>":
        return _inner(ctx, s)
    if s.kind == ".|":
        raise ctx.error("a derivative evaluated at a point can't be read", s, cure="name the derivative as a function")
    if s.kind == "[]" and isinstance(s.body, Commas):
        return _listed(ctx, s)
    if s.kind == "[]" and isinstance(s.body, Related):  # Iverson's bracket
        from symdl.language.reading.conditions import condition

        return Indicator(condition(ctx, s.body))
    if isinstance(s.body, Commas):
        raise ctx.error("several things where one is expected", s, expected="one expression")
    return ctx.read(s.body)


def doubled(s: Group) -> Group:
    """`||x||` is a norm: |…| around |x| alone would say nothing."""
    inner = s.body
    if s.kind == "||" and isinstance(inner, Group) and inner.kind == "||":
        return Group(s.span, "‖‖", inner.body)
    return s


def norm(ctx: Context, s: Group, sub: Surface | None) -> Node:
    """‖x‖: Euclidean of a column; of a matrix its subscript says which."""
    body = ctx.read(s.body)
    shape = ctx.shape(body)
    kind = "2"
    if sub is not None:
        core = unwrap(sub)
        text = name_text(core) if not is_digits(core) else ctx.text(core)
        text = {r"\mathrm{F}": "F", r"\mathrm{op}": "op", r"\mathrm{Fro}": "F", r"\mathrm{tr}": "*"}.get(
            text or "", text
        )
        if text == "op":
            text = "2"
        order = find(ctx, core)
        if text not in _KINDS and order is not None and order.kind == "tensor" and not order.shape and len(shape) == 1:
            return _p_norm(body, ctx.read(core))
        if text not in _KINDS:
            raise ctx.error("a norm that is not known", sub, expected="_2, _1, _\\infty, of a matrix _F, _2 or _*")
        kind = _KINDS[text]
        if len(shape) == 2 and kind == "2":
            kind = "spectral"
        if len(shape) == 2 and kind in ("1", "inf"):
            raise ctx.error("this norm of a matrix is not known", sub, expected="_F, _2 (spectral) or _*")
        if len(shape) < 2 and kind == "nuclear":
            raise ctx.misfit("a matrix norm of what is not a matrix", s, ctx.describe(body), "a matrix")
        if len(shape) == 1 and kind == "F":
            kind = "2"
    elif len(shape) == 2:
        raise ctx.error(
            "which norm of a matrix?", s, expected="a subscript: _F, _2 (spectral) or _*", cure="write  \\| … \\|_F"
        )
    if len(shape) > 2 and kind != "F":
        raise ctx.misfit("a norm of a tensor", s, ctx.describe(body), "a column or a matrix", "write  \\| … \\|_F")
    if not shape:
        return Function("abs", (body,))
    return Norm(body, kind)


def _p_norm(body: Node, p: Node) -> Node:
    """‖x‖_p ⇒ (Σ |x_i|^p)^{1/p}."""
    total = AxisFunction("sum", Power(Function("abs", (body,)), p), -1)
    return Power(total, Quotient(Number(Fraction(1)), p))


def _bars(ctx: Context, s: Group) -> Node:
    """|A| is the determinant of a square matrix, |S| the size of a set, else it is the absolute value."""
    declared = find(ctx, s.body)
    if declared is not None and declared.kind == "set":
        return Cardinality(Symbol(declared.name, declared.shape))
    body = ctx.read(s.body)
    shape = ctx.shape(body)
    if len(shape) == 2:
        if ctx.sizes.equal(shape[0], shape[1]):
            return MatrixFunction("det", body)
        raise ctx.error("|A| is a determinant", s, found=ctx.describe(body), expected="a square matrix")
    if shape:
        ctx.doubtful = True  # entry by entry here; elsewhere |x| is a length
    return Function("abs", (body,))


def _inner(ctx: Context, s: Group) -> Node:
    if not isinstance(s.body, Commas) or len(s.body.parts) != 2:
        raise ctx.error("an inner product has two sides", s, expected="\\langle a, b \\rangle")
    left, right = (ctx.read(p) for p in s.body.parts)
    if ctx.sizes.merge(ctx.shape(left), ctx.shape(right)) is None or not ctx.shape(left) or not ctx.shape(right):
        if ctx.shape(left) or ctx.shape(right):
            raise ctx.misfit("shapes do not fit", s, f"{ctx.describe(left)} with {ctx.describe(right)}", "equal shapes")
    return InnerProduct(left, right)


def _listed(ctx: Context, s: Group) -> Node:
    """`[x_1, \\dots, x_n]`: columns side by side."""
    assert isinstance(s.body, Commas)
    parts = tuple(p for part in s.body.parts for p in _after_dots(part))
    if len(parts) == 3 and isinstance(unwrap(parts[1]), Dots):
        return comprehension(ctx, parts[0], parts[2], s)
    if any(isinstance(unwrap(p), Dots) for p in parts):
        if len(parts) == 4 and isinstance(unwrap(parts[2]), Dots):
            return comprehension(ctx, parts[0], parts[3], s)
        raise ctx.error("this row can't be completed", s, expected="[x_1, \\dots, x_n]")
    cells = tuple(ctx.read(p) for p in parts)
    return Stack((cells,))


def _after_dots(part: Surface) -> tuple[Surface, ...]:
    """`\\ldots x_n` without its comma: the dots, and what follows them."""
    if isinstance(part, Seq) and len(part.items) > 1 and isinstance(part.items[0], Dots):
        rest = part.items[1:]
        return part.items[0], rest[0] if len(rest) == 1 else Seq(rest[0].span.join(rest[-1].span), rest)
    return (part,)


def comprehension(ctx: Context, first: Surface, last: Surface, s: Surface) -> Node:
    """From the first and the last: the columns for every index between."""
    from symdl.language.dims import Range
    from symdl.language.reading.bounds import size_bound
    from symdl.language.reading.context import LetterState

    letter = scan.spare_letter(ctx, scan.letters_inside(ctx, s), s)
    found = pattern(unwrap(first), unwrap(last), Letter(s.span, letter))
    if found is None:
        raise ctx.error("the first and the last are not alike", s, expected="[x_1, \\dots, x_n]")
    template, start, end = found
    low, high = size_bound(ctx, start), size_bound(ctx, end)
    state = LetterState(letter, True, Range(low, high))
    with ctx.binding([state]):
        body = ctx.read(template)
    if len(ctx.shape(body)) > 1:
        raise ctx.misfit("a row of what are not columns", s, ctx.describe(body), "columns or scalars")
    return Comprehension(Binder(letter, Range(low, high), True), body)


@reads(Root)
def root(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Root)
    body = ctx.read(s.body)
    if len(ctx.shape(body)) > 1 and s.degree is not None:
        raise ctx.error("a root of a matrix", s, ctx.describe(body), "a scalar or a column")
    if s.degree is None or ctx.text(s.degree) == "2":
        return Function("sqrt", (body,))
    return Power(body, Quotient(Number(Fraction(1), "1"), ctx.read(s.degree)))


@reads(Commas)
def commas(ctx: Context, s: Surface) -> Node:
    raise ctx.error("several things where one is expected", s, expected="one expression")


@reads(Related)
def related(ctx: Context, s: Surface) -> Node:
    raise ctx.error("a relation where an expression is expected", s)


@reads(Logic)
def logic(ctx: Context, s: Surface) -> Node:
    raise ctx.error("a statement where an expression is expected", s)


@reads(Prose)
def prose(ctx: Context, s: Surface) -> Node:
    raise ctx.error("words where a formula is expected", s)


@reads(Dots)
def dots(ctx: Context, s: Surface) -> Node:
    raise ctx.error("dots that stand for nothing that is known", s, expected="the terms written out, or a sum")
