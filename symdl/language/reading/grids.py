"""Grids: matrices written out, with dots or in blocks, and cases."""

from __future__ import annotations

from symdl.language.reading import scan
from symdl.language.reading.context import Context, reads
from symdl.language.reading.groups import comprehension
from symdl.language.reading.names import unwrap
from symdl.language.reading.patterns import pattern
from symdl.language.surface import (
    Commas,
    Dots,
    Grid,
    Letter,
    Related,
    Scripts,
    Surface,
)
from symdl.language.syntax import (
    Cases,
    Comprehension,
    Condition,
    Implication,
    MatrixFunction,
    Node,
    Stack,
)


@reads(Grid)
def grid(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Grid)
    if s.kind in ("cases", "dcases", "rcases"):
        return _cases(ctx, s)
    if not s.rows or any(len(r) != len(s.rows[0]) for r in s.rows):
        raise ctx.error("the rows of a matrix differ in length", s)
    flat = [unwrap(c) for r in s.rows for c in r]
    if any(isinstance(c, Dots) for c in flat):
        return _dotted_grid(ctx, s)
    rows = tuple(tuple(ctx.read(c) for c in r) for r in s.rows)
    _blocks_fit(ctx, rows, s)
    stack = Stack(rows)
    if s.kind == "vmatrix":
        return MatrixFunction("det", stack)
    return stack


def _blocks_fit(ctx: Context, rows: tuple[tuple[Node, ...], ...], s: Grid) -> None:
    """Blocks of one row are equally high, of one column equally wide."""
    from symdl.language.dims import ONE, Axis

    def size(n: Node, which: int) -> Axis:
        shape = ctx.shape(n)
        if len(shape) > 2:
            raise ctx.misfit("a block with more than two axes", s, ctx.describe(n), "scalars, columns or matrices")
        padded = (*shape, ONE, ONE)
        return padded[which] if len(shape) != 1 or which == 0 else ONE

    for row in rows:
        if not all(ctx.sizes.equal(size(row[0], 0), size(c, 0)) for c in row):
            raise ctx.misfit(
                "blocks of a row differ in height", s, ", ".join(ctx.describe(c) for c in row), "equal heights"
            )
    for k in range(len(rows[0])):
        if not all(ctx.sizes.equal(size(rows[0][k], 1), size(r[k], 1)) for r in rows):
            raise ctx.misfit(
                "blocks of a column differ in width", s, ", ".join(ctx.describe(r[k]) for r in rows), "equal widths"
            )


def _dotted_grid(ctx: Context, s: Grid) -> Node:
    """A row or a column with dots between the first and the last."""
    cells = [unwrap(c) for r in s.rows for c in r]
    if len(cells) == 4 and isinstance(cells[2], Dots):
        cells = _without_second(ctx, cells, s)
    if len(cells) == 3 and isinstance(cells[1], Dots) and (len(s.rows) == 1 or len(s.rows[0]) == 1):
        columns = len(s.rows) == 1
        if columns:
            return comprehension(ctx, cells[0], cells[2], s)
        from symdl.language.reading.superscripts import is_transpose, transpose

        def stripped(c: Surface) -> Surface:
            if isinstance(c, Scripts) and c.sup is not None and is_transpose(ctx, unwrap(c.sup)):
                return Scripts(c.span, c.base, c.sub, None, c.primes)
            return c

        first, last = stripped(cells[0]), stripped(cells[2])
        inner = comprehension(ctx, first, last, s)
        assert isinstance(inner, Comprehension)
        if (first is not cells[0]) != bool(ctx.shape(inner.body)):
            raise ctx.error("this column can't be completed", s, expected="x_1^\\top, \\vdots, x_n^\\top")
        return transpose(ctx, inner, s)
    raise ctx.error("a matrix with dots can't be completed", s, expected="[x_1, \\dots, x_n]")


def _without_second(ctx: Context, cells: list[Surface], s: Grid) -> list[Surface]:
    """`a_1, a_2, \\vdots, a_n` with a second that goes on from the first: the same without it."""
    from symdl.language.reading.bounds import size_bound

    letter = Letter(s.span, scan.spare_letter(ctx, scan.letters_inside(ctx, s), s))
    ends, step = pattern(cells[0], cells[3], letter), pattern(cells[0], cells[1], letter)
    if ends is None or step is None or size_bound(ctx, step[2]) != size_bound(ctx, step[1]) + 1:
        raise ctx.error("the first and the second are not alike", s, expected="x_1, x_2, \\vdots, x_n")
    return [cells[0], cells[2], cells[3]]


def _cases(ctx: Context, s: Grid) -> Node:
    from symdl.language.reading.conditions import branch_condition

    branches: list[tuple[Node, Condition | None]] = []
    for row in s.rows:
        value = row[0]
        rest = row[1] if len(row) > 1 else None
        if isinstance(value, Commas):
            after = value.parts[1:]
            if rest is None and after:
                rest = after[0] if len(after) == 1 else Commas(value.span, after)
            value = value.parts[0]
        when = None if rest is None else branch_condition(ctx, rest)
        branches.append((_branch(ctx, value, when), when))
    from symdl.language.reading.building import elementwise

    nodes = [v for v, _ in branches]
    return elementwise(ctx, nodes, s, "or", lambda: Cases(tuple(branches)))


def _branch(ctx: Context, s: Surface, when: Condition | None) -> Node:
    """The value of a branch; `a = b` in it says a, and claims beside that b is equal under its condition."""
    s = unwrap(s)
    if not isinstance(s, Related) or set(s.ops) != {"="} or when is None:
        return ctx.read(s)
    sides = [(ctx.read(p), p) for p in s.parts]
    from symdl.language.reading.relations import relation

    ctx.beside.append(Implication("implies", when, relation(ctx, sides, s.ops, s, None)))
    return sides[0][0]
