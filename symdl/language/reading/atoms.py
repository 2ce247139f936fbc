"""Numbers, and names without scripts: what stands between operators."""

from __future__ import annotations

from fractions import Fraction as Rational

from symdl.errors import ReadError
from symdl.language.dims import Dim
from symdl.language.functions import APPLIED_LETTERS, is_function_word
from symdl.language.reading import entries, ranges
from symdl.language.reading.context import Context, reads
from symdl.language.reading.names import (
    dimension,
    find,
    index_letter,
    index_of,
    letter_name,
    name_text,
    plain,
    read_in_index,
    to_dim,
    unwrap,
)
from symdl.language.scope import Declaration
from symdl.language.surface import Digits, Letter, Styled, Surface, Word
from symdl.language.syntax import (
    Apply,
    Constant,
    Identity,
    IndexVar,
    Node,
    Number,
    Ones,
    Size,
    Symbol,
    Zeros,
)


@reads(Digits)
def digits(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Digits)
    if len(s.text) > 400 or ("e" in s.text.lower() and len(s.text.lower().partition("e")[2].lstrip("+-")) > 3):
        raise ctx.error("a number is too long", s)
    return Number(Rational(s.text), s.text)


def symbol(ctx: Context, d: Declaration, members: tuple[Node, ...] = (), s: Surface | None = None) -> Node:
    """The node for a declared name; a defined function's bare name is its value at its own parameters."""
    if d.kind == "function" and d.signature is not None:
        args = []
        for p in d.signature.parameters:
            found = ctx.lookup(p)
            if found is None or found.kind != "tensor":
                assert s is not None
                raise ctx.error(
                    f"{d.name} is a function", s, expected="its argument in parentheses", cure=f"write  {d.name}({p})"
                )
            args.append(Symbol(found.name, found.shape, integer=found.integer))
        if not args:
            assert s is not None
            raise ctx.error(f"{d.name} is a function", s, expected="its argument in parentheses")
        g = d.signature
        return Apply(d.name, tuple(args), result=g.result, members=members, elementwise=g.elementwise)
    if d.kind == "set":
        raise ReadError(
            f"{d.name} is a set of indices",
            span=None if s is None else s.span,
            found=d.name,
            expected=f"i \\in {d.name}, or |{d.name}|",
        )
    axes = d.shape
    if d.members:
        values = {b.name: v for b, m in zip(d.members, members, strict=True) if (v := to_dim(m)) is not None}
        axes = tuple(a.map(lambda d: d.substitute(values)) for a in axes)
    return Symbol(d.name, axes, members, d.style if d.members else "sub", d.integer)


def member(ctx: Context, d: Declaration, indices: tuple[Surface, ...], s: Surface) -> Node:
    """A family's member, `W_{l-1}`: its indices run over the family's ranges."""
    return symbol(ctx, d, member_indices(ctx, d, indices, s), s)


def member_indices(ctx: Context, d: Declaration, indices: tuple[Surface, ...], s: Surface) -> tuple[Node, ...]:
    """The indices that pick a member of a family, of tensors or of functions."""
    nodes: list[Node] = []
    for b, part in zip(d.members, indices, strict=True):
        node = read_in_index(ctx, part)
        dim = to_dim(node)
        if dim is None:
            raise ctx.error("a member's index must be a letter or a whole number", part)
        r = b.range.substitute(
            {c.name: v for c, n in zip(d.members, nodes, strict=False) if (v := to_dim(n)) is not None}
        )
        if dim.constant is not None:
            low, high = r.first.constant, r.last.constant
            if (low is not None and dim.constant < low) or (high is not None and dim.constant > high):
                raise ctx.misfit("an index outside its range", part, str(dim), str(r))
        axis = _range_axis(r.first, r.last)
        ranges.note_range(ctx, dim, r.first, r.last, axis, part, ctx.text(s), family=d.name)
        nodes.append(node)
    return tuple(nodes)


def _range_axis(first: Dim, last: Dim):  # type: ignore[no-untyped-def]
    from symdl.language.dims import Axis

    return Axis(last - first + 1, first.constant if first.constant is not None else 1)


@reads(Letter)
def letter(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Letter)
    return _name(ctx, s)


@reads(Styled)
def styled(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Styled)
    found = _try_name(ctx, s)
    if found is not None:
        return found
    body = unwrap(s.body)
    if s.style == "vec" and isinstance(body, Styled) and isinstance(unwrap(body.body), Digits):
        return ctx.read(body)
    if s.style in ("mathbf", "boldsymbol", "bm", "mathbb", "mathds") and isinstance(body, Digits):
        if body.text == "1":
            return Ones((ctx.sizes.fresh(r"\mathbf{1}", s.span),))
        if body.text == "0":
            return Zeros((ctx.sizes.fresh(r"\mathbf{0}", s.span),))
    if s.style in ("mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathsf"):
        forms = index_of(ctx.scope).by_plain.get(plain(name_text(s) or ""), ())
        if len(forms) > 1:
            raise ctx.error("which of the declared forms is meant?", s, expected=" or ".join(forms))
        return ctx.read(s.body)
    raise ctx.unknown(name_text(s) or ctx.text(s), s)


@reads(Word)
def word(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Word)
    found = _try_name(ctx, s)
    if found is not None:
        return found
    if len(s.text) == 1:
        return _name(ctx, Letter(s.span, s.text))
    if s.text in ("lim", "limsup", "liminf"):
        raise ctx.error("a limit can't be read", s, cure="state the value, or an order such as  O(h^2)")
    if is_function_word(s.text):
        raise ctx.error(f"{s.text} has no argument", s, expected="what it is applied to")
    raise ctx.unknown(s.text, s)


def _try_name(ctx: Context, s: Surface) -> Node | None:
    found = find(ctx, s)
    if found is not None and not found.members:
        ctx.spell(found.name, s)
        return symbol(ctx, found, (), s)
    size = dimension(ctx, s)
    if size is not None and size.name is not None:
        ctx.spell(size.name, s)
    return None if size is None else Size(size)


def _name(ctx: Context, s: Letter) -> Node:
    bound = letter_name(s)
    if bound is not None and ctx.is_bound(bound):
        return IndexVar(bound)
    found = _try_name(ctx, s)
    if found is not None:
        return found
    if s.text == "I":
        axis = ctx.sizes.fresh("I", s.span)
        return Identity(axis)
    if s.text == "e":
        return Constant("e")
    if s.text == r"\pi":
        return Constant("pi")
    if s.text == r"\infty":
        return Constant("infinity")
    name = index_letter(ctx, s)
    if name is not None and (ctx.in_index or name in ctx.mentioned or name in ctx.scope.indices):
        return entries.free_index(ctx, name)
    if s.text in APPLIED_LETTERS:
        raise ctx.error(
            f"{s.text} stands without an argument", s, expected=f"a declared name, or  {s.text}(…)  for the function"
        )
    raise ctx.unknown(s.text, s)
