"""Additions: signs, a bias added to every row, and sums that extend over later terms (rules 5, 6, 8, 10)."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.language.dims import Shape
from symdl.language.reading import building, scan, totality
from symdl.language.reading.context import Context, reads
from symdl.language.reading.products import Operator, Row, read_row, row_of
from symdl.language.reading.scan import big_head
from symdl.language.reading.unify import describe
from symdl.language.surface import Group, Infix, Prefix, Seq, Surface
from symdl.language.syntax import Add, Neg, Node, Number, Zeros, is_unknown


@dataclass(frozen=True, slots=True)
class RowSurface(Surface):
    """A product as a row, with further terms that its last sum extends over."""

    row: tuple[Surface | Operator, ...]
    more: tuple[tuple[bool, Surface], ...]


@reads(RowSurface)
def extended(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, RowSurface)
    terms = [(False, _row_surface(list(s.row), s)), *s.more]
    return _add(ctx, terms, s)


def _row_surface(row: Row, s: Surface) -> Surface:
    return row[0] if len(row) == 1 and isinstance(row[0], Surface) else PlainRow(s.span, tuple(row))


@dataclass(frozen=True, slots=True)
class PlainRow(Surface):
    """A product as a flat row of things and operators."""

    row: tuple[Surface | Operator, ...]


@reads(PlainRow)
def plain_row(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, PlainRow)
    return read_row(ctx, list(s.row), s)


def terms_of(s: Surface) -> list[tuple[bool, Surface]]:
    """The terms of a sum, in order, with whether each is subtracted."""
    out: list[tuple[bool, Surface]] = []
    while isinstance(s, Infix) and s.op in ("+", "-"):
        out.append((s.op == "-", s.right))
        s = s.left
    out.append((False, s))
    out.reverse()
    flat: list[tuple[bool, Surface]] = []
    for minus, term in out:
        while isinstance(term, Prefix) and term.op == "+":
            term = term.body
        if isinstance(term, Prefix) and term.op == "-" and not minus:
            flat.append((True, term.body))
        else:
            flat.append((minus, term))
    return _signed(flat)


def _signed(terms: list[tuple[bool, Surface]]) -> list[tuple[bool, Surface]]:
    """`\\sum_j - a`: an operator with nothing after it takes the signed term that follows."""
    out: list[tuple[bool, Surface]] = []
    for minus, term in terms:
        before = out[-1][1] if out else None
        items = before.items if isinstance(before, Seq) else (before,)
        last = items[-1] if items else None
        if before is not None and last is not None and big_head(last) is not None:
            signed = Group(term.span, "()", Prefix(term.span, "-", term) if minus else term)
            out[-1] = (out[-1][0], Seq(before.span.join(term.span), (*(i for i in items if i is not None), signed)))
        else:
            out.append((minus, term))
    return out


def addition(ctx: Context, s: Surface) -> Node:
    if isinstance(s, Infix | Prefix) and s.op in ("pm", "mp"):
        raise ctx.error("± is two statements", s, expected="one sign", cure="write two lines")
    return _add(ctx, terms_of(s), s)


def _add(ctx: Context, terms: list[tuple[bool, Surface]], s: Surface) -> Node:
    terms = _extend(ctx, terms)
    if len(terms) == 1:
        minus, only = terms[0]
        node = ctx.read(only)
        return Neg(node) if minus else node
    read: list[tuple[Node, Surface]] = []
    for minus, term in terms:
        node = ctx.read(term)
        parts = node.terms if isinstance(node, Add) and not minus else (node,)
        read += [(Neg(p) if minus else p, term) for p in parts]
    nodes = totality.localise(ctx, fit(ctx, read, s))
    return Add(tuple(nodes))


def fit(ctx: Context, terms: list[tuple[Node, Surface]], s: Surface) -> list[Node]:
    """Terms of one shape; a column on the last axis of a matrix is added to every row."""
    target: Shape = ()
    for node, _ in terms:
        here = ctx.shape(node)
        if len(here) > len(target) and not isinstance(node, Zeros):
            target = here
    out: list[Node] = []
    for node, where in terms:
        here = ctx.shape(node)
        if here and target:
            merged = ctx.sizes.merge(target, here)
            if merged is None:
                node = _mended(ctx, node, target, where, terms, s)
            else:
                target = merged
        out.append(node)
    return out


def _mended(
    ctx: Context, node: Node, target: Shape, where: Surface, terms: list[tuple[Node, Surface]], s: Surface
) -> Node:
    here = ctx.shape(node)
    if isinstance(node, Zeros) and is_unknown(node.axes[0].size):
        return Zeros(target)
    if len(here) == 1 and len(target) == 2 and (name := here[0].size.name) and not name.startswith("?"):
        axis = 1 if ctx.scope.examples == "rows" else 0
        if target[axis].size == here[0].size and target[1 - axis].size != here[0].size:
            matrix = next(n for n, _ in terms if len(ctx.shape(n)) == 2)
            inner = node.body if isinstance(node, Neg) else node
            spread = building.row_vector_ones(ctx, matrix, inner)
            shown = r"\mathbf{1} (\cdot)^\top" if ctx.scope.examples == "rows" else r"(\cdot) \mathbf{1}^\top"
            kind = "row" if axis else "column"
            ctx.note(
                f"{ctx.text(where)} is added to every {kind}: {shown.replace('(' + chr(92) + 'cdot)', ctx.text(where))}"
            )
            return Neg(spread) if isinstance(node, Neg) else spread
    first, first_where = next((n, w) for n, w in terms if ctx.shape(n))
    cure = ""
    if len(here) == 2 and ctx.sizes.could_equal((here[1], here[0]), target):
        cure = f"did you mean  ({ctx.text(where)})^\\top ?"
    error = ctx.misfit(
        "shapes do not fit",
        where,
        f"{ctx.text(first_where)} is {ctx.describe(first)}, {ctx.text(where)} is {describe(here)}",
        "terms of equal shape",
        cure,
    )
    raise error


def _extend(ctx: Context, terms: list[tuple[bool, Surface]]) -> list[tuple[bool, Surface]]:
    """Let a sum reach over later terms that use its letter and have no other reading (rule 5), min over its own."""
    if len(terms) < 2:
        return terms
    out: list[tuple[bool, Surface]] = []
    known = set(ctx.elsewhere)
    k = 0
    while k < len(terms):
        minus, term = terms[k]
        row = row_of(term)
        things = [x for x in row if isinstance(x, Surface)]
        here = scan.free_letters(ctx, term)
        letters = {n for n in scan.trailing_letters(ctx, things) if n not in known and not ctx.is_bound(n)} - here
        variables = scan.optimised_names(ctx, things)
        reach = k
        for j in range(k + 1, len(terms)) if letters or variables else ():
            if scan.free_letters(ctx, terms[j][1]) & letters or (variables and scan.uses(terms[j][1], variables)):
                reach = j
        known |= here
        if reach == k:
            out.append((minus, term))
            k += 1
            continue
        at = max(i for i, x in enumerate(row) if isinstance(x, Surface) and _opens(ctx, x, letters, variables))
        span = term.span.join(terms[reach][1].span)
        body = RowSurface(span, tuple(row[at + 1 :]), tuple(terms[k + 1 : reach + 1]))
        head = tuple(row[: at + 1])
        out.append((minus, PlainRow(span, (*head, body))))
        opener = row[at]
        assert isinstance(opener, Surface)
        reached = ctx.latex[opener.span.start : span.end].strip()
        ctx.note(f"{ctx.text(opener)} extends to the end of  {reached}")
        k = reach + 1
    return out


def _opens(ctx: Context, x: Surface, letters: set[str], variables: set[str]) -> bool:
    return bool(scan.trailing_letters(ctx, [x]) & letters or scan.optimised_names(ctx, [x]) & variables)


def zero_like(ctx: Context, node: Node, shape: Shape) -> Node:
    """A bare 0 beside a tensor is a zero of its shape."""
    if isinstance(node, Number) and node.value == 0 and shape:
        return Zeros(shape)
    if (
        isinstance(node, Zeros)
        and shape
        and ctx.sizes.merge(node.axes, shape) is None
        and is_unknown(node.axes[0].size)
    ):
        return Zeros(shape)
    return node
