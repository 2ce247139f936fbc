"""Recurrences of names nobody declared: from `m_0 = 0` and `m_t = … m_{t-1} …` to one tensor over its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.errors import ReadError
from symdl.language.dims import Axis, Dim, Shape
from symdl.language.reading import entries, scan
from symdl.language.reading.context import Context
from symdl.language.reading.lines import finish_letters
from symdl.language.reading.names import find, index_of, name_text, parts_of, unwrap
from symdl.language.reading.relations import relation
from symdl.language.scope import Declaration, Scope
from symdl.language.surface import Digits, Related, Scripts, Surface, walk
from symdl.language.syntax import Binder, Entry, Node, Number, Symbol
from symdl.language.understanding import Definition

if TYPE_CHECKING:
    from symdl.language.reading.definitions import Definitions

MAX_ROUNDS = 3


def _base_name(s: Surface) -> str | None:
    from symdl.language.reading.definitions import unindexed

    return name_text(unwrap(unindexed(s)))


def step_names(scope: Scope, surface: Surface, latex: str) -> set[str]:
    """The undeclared names that a line defines through themselves at another index."""
    ctx = Context(scope, latex, "given")
    s = unwrap(surface)
    if not isinstance(s, Related) or len(s.parts) != 2:
        return set()
    left = unwrap(s.parts[0])
    if not isinstance(left, Scripts) or left.sub is None or isinstance(unwrap(left.sub), Digits):
        return set()
    name = _base_name(left)
    if name is None or scope.lookup(name) is not None or _is_family(scope, name):
        return set()
    if find(ctx, left) is not None:  # x_{l+1} declared as a whole is a name like any other
        return set()
    first = parts_of(left.sub)[0]
    letters = scan.free_letters(ctx, first, True)
    if len(letters) != 1:
        return set()
    again = (x for x in walk(s.parts[1]) if isinstance(x, Scripts) and x.sub is not None)
    return {name} if any(_base_name(x) == name for x in again) else set()


def _is_family(scope: Scope, name: str) -> bool:
    return any((name, style) in index_of(scope).families for style in ("sub", "paren", "bracket"))


def is_start(reader: Definitions, left: Surface) -> bool:
    left = unwrap(left)
    return isinstance(left, Scripts) and left.sub is not None and isinstance(unwrap(left.sub), Digits)


def infer(reader: Definitions, name: str, s: Related, latex: str) -> None:
    """Find the shape and the length of the recurrence, then declare and define it."""
    from symdl.language.reader import finish

    starts = reader.starts.pop(name, [])
    read_starts = [_start(reader, start, text) for start, text in starts] or _declared_start(reader, name)
    first = min((k for k, _, _ in read_starts), default=0)
    known: Shape | None = None
    if read_starts and not _is_zero(read_starts[0][1]):
        known = read_starts[0][1].shape
    ctx, time, left, right, shape = _step(reader, name, s, latex, first, known)
    node = relation(ctx, [(left, s.parts[0]), (right, s.parts[1])], ("=",), s, None)
    letters = finish_letters(ctx, s)
    if len(ctx.sizes.resolve(time.size).names & {time.size.name or ""}):
        last = _new_size(reader)
        ctx.sizes.values[time.size.name or ""] = Dim.of(last) - first + 1
        reader.scope = _with_size(reader.scope, last)
    letters = {
        n: r.substitute({k: ctx.sizes.resolve(v) for k, v in ctx.sizes.values.items()}) for n, r in letters.items()
    }
    size = ctx.sizes.resolve(time.size)
    left, right = finish(ctx, node.sides[0]), finish(ctx, node.sides[1])
    shape = ctx.sizes.shape(shape)
    axes = (Axis(size, first), *shape)
    reader.declare(Declaration(name, axes, origin="given", defined=True))
    if not read_starts:  # any first value: a symbol of its own
        start_name = f"{name}_{first}"
        reader.declare(Declaration(start_name, shape, origin="given"))
        read_starts = [(first, Symbol(start_name, shape), latex)]
    symbol = Symbol(name, axes)
    for index, value, text in read_starts:
        from symdl.language.reading.sums import zero_like

        value = zero_like(ctx, value, shape)
        if value.shape != shape:
            raise ReadError(
                f"{name} changes its shape", span=s.span, found=f"a first value of another shape than the step: {text}"
            )
        where = Entry(symbol, (Number(entries.whole(index).value, str(index)),))
        reader._append(Definition(name, where, value, (), "start", text))
    from symdl.language.reading.definitions import letters_of_left

    names = letters_of_left(left)
    loose = [n for n in letters if n not in names]
    if loose:
        raise ReadError(f"index {loose[0]} stands on the right of a definition only", span=s.span)
    binders = tuple(Binder(n, letters[n]) for n in names)
    reader._append(Definition(name, left, right, binders, "step", latex))


def _step(
    reader: Definitions, name: str, s: Related, latex: str, first: int, known: Shape | None
) -> tuple[Context, Axis, Node, Node, Shape]:
    """Read the step with each shape the quantity may have: as it starts, a scalar, a column, a matrix."""
    failed: ReadError | None = None
    for rank in (None,) if known is not None else (0, 1, 2):
        shape = known
        for _ in range(MAX_ROUNDS):
            ctx = reader.context(s, latex)
            time = ctx.sizes.fresh(name, s.span)
            here = shape if shape is not None else tuple(ctx.sizes.fresh(name, s.span) for _ in range(rank or 0))
            ctx.locals = {name: Declaration(name, (Axis(time.size, first), *here))}
            try:
                left, right = ctx.read(s.parts[0]), ctx.read(s.parts[1])
            except ReadError as error:
                failed = failed or error
                break
            found, here = ctx.shape(right), ctx.sizes.shape(here)
            if len(found) == len(here) and ctx.sizes.merge(found, here) is not None:
                return ctx, time, left, right, ctx.sizes.shape(here)
            if known is not None:
                return ctx, time, left, right, here  # the relation says what does not fit
            shape = found
    assert failed is not None
    raise failed


def _is_zero(node: Node) -> bool:
    return isinstance(node, Number) and node.value == 0


def _declared_start(reader: Definitions, name: str) -> list[tuple[int, Node, str]]:
    """A symbol x_0 that is declared is where x_t starts."""
    for k in (0, 1):
        d = reader.scope.lookup(f"{name}_{k}")
        if d is not None and d.kind == "tensor" and not d.members:
            return [(k, Symbol(d.name, d.shape), d.name)]
    return []


def _start(reader: Definitions, s: Related, latex: str) -> tuple[int, Node, str]:
    from symdl.language.reader import finish

    ctx = reader.context(s, latex)
    left = unwrap(s.parts[0])
    assert isinstance(left, Scripts) and left.sub is not None
    digits = unwrap(left.sub)
    assert isinstance(digits, Digits)
    value = ctx.read(s.parts[1])
    finish_letters(ctx, s)
    from symdl.language.syntax import Zeros

    if isinstance(value, Zeros):
        value = Number(entries.whole(0).value, "0")
    return int(digits.text), finish(ctx, value), latex


def _new_size(reader: Definitions) -> str:
    for name in ("T", "K", "N", "T_1", "T_2"):
        if name not in reader.scope.dimensions and reader.scope.lookup(name) is None:
            return name
    raise ReadError("the length of a recurrence does not follow", cure='declare it, as in  m = "0..T"')


def _with_size(scope: Scope, name: str) -> Scope:
    from dataclasses import replace

    return replace(scope, dimensions=scope.dimensions | {name})
