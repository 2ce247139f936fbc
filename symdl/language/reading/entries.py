"""Subscripts: entries `X_{ij}`, columns `x_i` of leading axes, slices, and where each index letter runs."""

from __future__ import annotations

from symdl.language.dims import Axis
from symdl.language.reading.context import Context
from symdl.language.reading.names import (
    dimension,
    find,
    index_letter,
    is_empty,
    letter_name,
    parts_of,
    read_in_index,
    to_dim,
    unwrap,
)
from symdl.language.reading.ranges import note_use
from symdl.language.surface import Commas, Digits, Group, Infix, Letter, Scripts, Seq, Surface
from symdl.language.syntax import Entry, IndexVar, MultiIndex, Node, Number, Slice, Symbol


def subscript_parts(ctx: Context, sub: Surface, rank: int) -> list[Surface]:
    """A subscript taken apart into indices: at commas, and letter by letter where that fits the rank."""
    out: list[Surface] = []
    parts = parts_of(sub)
    for part in parts:
        part = unwrap(part)
        if isinstance(part, Seq) and len(part.items) > 1 and len(parts) == 1 and _all_indices(ctx, part, rank):
            if len(part.items) <= rank:
                out.extend(part.items)
                continue
            if rank > 1 or all(index_letter(ctx, i) for i in part.items):
                raise ctx.misfit(
                    "more indices than axes",
                    sub,
                    f"{len(part.items)} indices",
                    f"at most {rank}",
                    "separate indices by commas",
                )
        elif isinstance(part, Seq) and 1 < len(part.items) <= rank:
            _refuse_size(ctx, part)
        elif isinstance(part, Infix) and part.op == ":" and len(parts) == 1:
            out.extend(_around_colon(part))
            continue
        out.append(part)
    return out


def _refuse_size(ctx: Context, part: Seq) -> None:
    """`Q_{hij}` with a size h: an index letter may be neither a symbol nor a size (rule 2)."""
    if not all(letter_name(i) is not None for i in part.items):
        return
    for item in part.items:
        if index_letter(ctx, item) is None and (find(ctx, item) is None or not find(ctx, item).integer):  # type: ignore[union-attr]
            raise ctx.error(
                "an index letter may be neither a symbol nor a size",
                item,
                found=f"{letter_name(item)}, which is declared",
                expected="letters that are free, or commas between indices",
            )


def _around_colon(part: Infix) -> list[Surface]:
    sides: list[Surface] = []
    if not is_empty(part.left):
        sides.append(part.left)
    sides.append(Letter(part.span, ":"))
    if not is_empty(part.right):
        sides.append(part.right)
    return sides


def _all_indices(ctx: Context, part: Seq, rank: int) -> bool:
    """Could each of these things side by side be an index of its own?"""
    digits = 0
    for item in part.items:
        core = unwrap(item)
        if isinstance(core, Letter) and core.text == ":":
            continue
        if isinstance(core, Digits):
            digits += 1
            continue
        if index_letter(ctx, core) is not None:
            continue
        found = find(ctx, core)
        if found is not None and (found.integer or found.kind == "tensor") and dimension(ctx, core) is None:
            if found.integer:
                continue
        if isinstance(core, Scripts) and core.sub is not None and (base := find(ctx, core.base)) and base.integer:
            continue
        return False
    if digits:
        first = unwrap(part.items[0])
        return not isinstance(first, Digits) or digits == len(part.items) or len(part.items) == rank
    return True


def entry(ctx: Context, base: Node, sub: Surface, s: Surface) -> Node:
    """`base_{sub}`: k subscripts take the leading k axes."""
    shape = ctx.shape(base)
    if not shape:
        raise ctx.misfit(
            "a subscript on a scalar",
            s,
            f"{ctx.text(s) or 'a subscript'}, where the base is a scalar",
            "a column, a matrix or a tensor, or a declared name",
            "declare the whole name in [symbols] if it is one",
        )
    core = unwrap(sub)
    if isinstance(core, Group) and core.kind == "()" and not isinstance(core.body, Commas):
        inner = ctx.text(core.body)
        raise ctx.error(
            "an index in parentheses is an entry to some and an order statistic to others",
            sub,
            expected=f"_{{{inner}}} for the entry",
            cure=f"write  \\operatorname{{sort}}(\\cdot)_{{{inner}}}  for the order statistic",
        )
    parts = subscript_parts(ctx, sub, len(shape))
    if len(parts) == 1 and len(shape) == 2 and isinstance(unwrap(parts[0]), Digits):
        parts = _two_digits(ctx, unwrap(parts[0]), shape[0], sub)
    if len(parts) > len(shape):
        raise ctx.misfit("more indices than axes", sub, f"{len(parts)} indices", f"at most {len(shape)}")
    symbol = base.name if isinstance(base, Symbol) else ""
    shift = len(base.indices) if isinstance(base, Entry) else 0
    if isinstance(base, Entry) and isinstance(base.base, Symbol):
        symbol = base.base.name
    indices = tuple(
        read_index(ctx, p, a, ctx.text(s), symbol, k + shift)
        for k, (p, a) in enumerate(zip(parts, shape, strict=False))
    )
    if isinstance(base, Entry) and not any(isinstance(i, Slice) for i in (*base.indices, *indices)):
        return Entry(base.base, (*base.indices, *indices))
    return Entry(base, indices)


def _two_digits(ctx: Context, digits: Surface, axis: Axis, sub: Surface) -> list[Surface]:
    assert isinstance(digits, Digits)
    if len(digits.text) != 2 or not digits.text.isdigit():
        return [digits]
    last = ctx.sizes.resolve(axis.last).constant
    if last is not None and int(digits.text) > last:
        return [Digits(digits.span, digits.text[0]), Digits(digits.span, digits.text[1])]
    raise ctx.error(
        "two digits can be one index or two",
        sub,
        expected="a comma between two indices",
        cure=f"did you mean  _{{{digits.text[0]},{digits.text[1]}}} ?",
    )


def read_index(ctx: Context, s: Surface, axis: Axis, of: str, symbol: str = "", position: int = 0) -> Node:
    """One index, which counts in the axis's base; notes where its letters run."""
    s = unwrap(s)
    if isinstance(s, Letter) and s.text == ":":
        return Slice()
    if isinstance(s, Group) and s.kind == "()" and isinstance(s.body, Commas):
        return _multi_index(ctx, s, s.body.parts, axis, of)
    node = read_in_index(ctx, s)
    if ctx.shape(node):
        raise ctx.misfit("an index must be a whole number", s, ctx.describe(node), "a scalar")
    if isinstance(node, Symbol) and not node.integer:
        raise ctx.error(
            "an index must be a whole number",
            s,
            expected="an index letter, a number or an integer",
            cure=f"assume  {node.name} \\in \\{{1,\\dots,n\\}}  if it is one; a symbol can't be an index letter too",
        )
    inner = node.base if isinstance(node, Entry) else None
    if isinstance(inner, Symbol) and not inner.integer:
        raise ctx.error(
            "an index must be a whole number",
            s,
            expected="an index letter, a number or an integer",
            cure=f"assume  {inner.name}_i \\in \\{{1,\\dots,n\\}}  if its entries are",
        )
    dim = to_dim(node)
    if dim is None:
        return node
    if dim.constant is None and not any(ctx.letter(n) is not None for n in dim.names):
        foreign = dim.names - ctx.sizes.resolve(axis.size).names
        if foreign and not any(n.startswith("?") for n in ctx.sizes.resolve(axis.size).names):
            raise ctx.error(
                "an index letter may be neither a symbol nor a size",
                s,
                found=f"{sorted(foreign)[0]}, which is a size",
                expected=f"a letter that is free, or an index made of {axis.size}",
            )
    if dim.constant is not None:
        _check_constant(ctx, dim.constant, axis, s, symbol, position)
    note_use(ctx, dim, axis, s, of, symbol, position)
    return node


def _multi_index(ctx: Context, s: Surface, parts: tuple[Surface, ...], axis: Axis, of: str) -> MultiIndex:
    """`(a, k)` on an axis of size h*d: each part runs over its own range."""
    factors = tuple(ctx.sizes.resolve(f) for f in axis.factors)
    if len(factors) != len(parts):
        raise ctx.misfit(
            "an index of several parts on an axis that does not have them",
            s,
            f"{len(parts)} parts on an axis of size {ctx.sizes.resolve(axis.size)}",
            "an axis declared as a product",
            'declare it as such, outermost part first:  "h*d"',
        )
    read = tuple(read_index(ctx, p, Axis(f, axis.base), ctx.text(s) or of) for p, f in zip(parts, factors, strict=True))
    if any(isinstance(p, Slice) for p in read):
        raise ctx.error("a part of an index can't be a whole axis", s, expected="an index for each part")
    return MultiIndex(read, factors, axis.base)


def _check_constant(ctx: Context, value: int, axis: Axis, s: Surface, symbol: str, position: int) -> None:
    last = ctx.sizes.resolve(axis.last).constant
    if symbol in ctx.scope.beyond:
        return
    if value < axis.base or (last is not None and value > last):
        refuse = ctx.error if value <= 0 else ctx.misfit  # x_0 may be a name, or x count from 0
        raise refuse("an index outside its range", s, str(value), f"{axis.first}..{ctx.sizes.resolve(axis.last)}")


def free_index(ctx: Context, name: str) -> IndexVar:
    ctx.free_letter(name)
    return IndexVar(name)


def whole(value: int) -> Number:
    from fractions import Fraction

    return Number(Fraction(value), str(value))
