"""Numbers, names, powers, transposes, groups: what stands between operators."""

from __future__ import annotations

from fractions import Fraction as Rational

from symdl.errors import ReadError
from symdl.language.dims import Dim
from symdl.language.functions import APPLIED_LETTERS, is_function_word
from symdl.language.reading import entries, ranges
from symdl.language.reading.constants import special_constant
from symdl.language.reading.context import Context, reads
from symdl.language.reading.names import (
    dimension,
    find,
    index_letter,
    index_of,
    is_empty,
    letter_name,
    name_text,
    parts_of,
    plain,
    read_in_index,
    to_dim,
    unwrap,
)
from symdl.language.reading.squares import power_of_square
from symdl.language.reading.superscripts import is_transpose, split_superscript, superscript
from symdl.language.scope import Declaration
from symdl.language.surface import Commas, Digits, Group, Letter, Scripts, Styled, Surface, Word
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
    Transpose,
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


@reads(Scripts)
def scripts(ctx: Context, s: Surface) -> Node:
    """A base with scripts: the longest declared name first, the scripts that are left are indices and powers."""
    assert isinstance(s, Scripts)
    core = unwrap(s.base)
    if isinstance(core, Digits) and core.text == "1" and s.sub is None and s.sup is not None:
        if is_transpose(ctx, unwrap(s.sup)):  # nobody transposes a number: 1^\top is a row of ones
            return Transpose(Ones((ctx.sizes.fresh("1", s.span),)))
    parts = split_superscript(ctx, s)
    if parts is not None:
        return ctx.read(parts)
    even = power_of_square(ctx, s)
    if even is not None:
        return even
    node, sub, sup, primes = resolve_base(ctx, s)
    if primes:
        raise ctx.unknown(name_text(Scripts(s.span, s.base, None, None, s.primes)) or ctx.text(s), s)
    if not is_empty(sub):
        assert sub is not None
        node = entries.entry(ctx, node, sub, s)
    if not is_empty(sup):
        assert sup is not None
        node = superscript(ctx, node, sup, s)
    return node


def resolve_base(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int]:
    """The named thing in scripts, and the scripts that are not part of its name."""
    for sub, sup in ((s.sub, s.sup), (s.sub, None), (None, s.sup), (None, None)):
        if sub is None and sup is None:
            continue
        named = Scripts(s.span, s.base, sub, sup, s.primes)
        found = find(ctx, named)
        if found is not None and not found.members:
            indexed = _upper_index(ctx, s) if sup is None and s.sup is not None else None
            if indexed is not None:
                return indexed
            ctx.spell(found.name, named)
            node = symbol(ctx, found, (), s)
            return node, None if sub is not None else s.sub, None if sup is not None else s.sup, 0
        if sub is not None and sup is None:
            size = dimension(ctx, Scripts(s.span, s.base, sub, None, s.primes))
            if size is not None and not s.primes:
                return Size(size), None, s.sup, 0
    family = _family(ctx, s)
    if family is not None:
        return family
    if s.primes:
        found = find(ctx, Scripts(s.span, s.base, None, None, s.primes))
        if found is not None and not found.members:
            return symbol(ctx, found, (), s), s.sub, s.sup, 0
        name = letter_name(Scripts(s.span, s.base, None, None, s.primes))
        if name is not None and (ctx.is_bound(name) or ctx.in_index):
            return entries.free_index(ctx, name) if not ctx.is_bound(name) else IndexVar(name), s.sub, s.sup, 0
    base = unwrap(s.base)
    if isinstance(base, Group) and base.kind in ("‖‖", "||") and s.sub is not None:
        from symdl.language.reading.groups import doubled, norm

        base = doubled(base)
    if isinstance(base, Group) and base.kind == "‖‖" and s.sub is not None:
        return norm(ctx, base, s.sub), None, s.sup, s.primes
    special = special_constant(ctx, s)
    if special is not None:
        return special
    labelled = _labelled(ctx, s)
    if labelled is not None:
        return labelled
    indexed = _upper_index(ctx, s)
    if indexed is not None:
        return indexed
    _refuse_names(ctx, s)
    return ctx.read(s.base), s.sub, s.sup, s.primes


def _family(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int] | None:
    """`W_l`, `x^{(i)}_j`, `W^{[l]}`: members of a declared family."""
    families = index_of(ctx.scope).families
    if not families:
        return None
    sup = unwrap(s.sup) if s.sup is not None else None
    if isinstance(sup, Group) and sup.kind in ("()", "[]"):
        style = "paren" if sup.kind == "()" else "bracket"
        for sub in (s.sub, None):
            name = name_text(Scripts(s.span, s.base, sub, None, s.primes)) if sub or s.primes else name_text(s.base)
            family = families.get((name or "", style)) or families.get((plain(name or ""), style))
            if family is not None:
                parts = parts_of(sup.body)
                ctx.spell(family.base, s.base if sub is None else Scripts(s.span, s.base, sub, None, s.primes))
                if len(parts) != len(family.declaration.members):
                    raise ctx.error("a member has the wrong number of indices", sup)
                return member(ctx, family.declaration, parts, s), None if sub is not None else s.sub, None, 0
    if s.sub is not None:
        for name in (name_text(Scripts(s.span, s.base, None, s.sup, s.primes)), name_text(_primed(s))):
            family = families.get((name or "", "sub")) or families.get((plain(name or ""), "sub"))
            if family is None:
                continue
            d = family.declaration
            ctx.spell(family.base, s.base)
            count = len(d.members)
            parts = tuple(entries.subscript_parts(ctx, s.sub, count + len(d.shape)))
            if len(parts) < count:
                raise ctx.error("a member has too few indices", s, expected=f"{count} indices")
            node = member(ctx, d, parts[:count], s)
            took_sup = s.sup is not None and name == name_text(Scripts(s.span, s.base, None, s.sup, s.primes))
            if len(parts) > count:
                node = entries.entry(ctx, node, Commas(s.sub.span, parts[count:]), s)
            return node, None, None if took_sup else s.sup, 0
    return None


def _labelled(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int] | None:
    """`Z_{1,i}` where Z_1 is declared and Z is not: the entry i of Z_1."""
    parts = parts_of(s.sub) if s.sub is not None else ()
    if len(parts) < 2 or s.primes or find(ctx, s.base) is not None:
        return None
    for k in range(len(parts) - 1, 0, -1):
        label = parts[0] if k == 1 else Commas(parts[0].span.join(parts[k - 1].span), parts[:k])
        rest = parts[k] if k == len(parts) - 1 else Commas(parts[k].span.join(parts[-1].span), parts[k:])
        for sup in (s.sup, None):
            named = Scripts(s.span, s.base, label, sup)
            family = _family(ctx, Scripts(s.span, named, rest, None))
            if sup is None and family is not None:
                return family[0], family[1], s.sup, 0
            found = find(ctx, named)
            if found is not None and found.kind == "tensor" and found.shape and not found.members:
                return symbol(ctx, found, (), s), rest, None if sup is not None else s.sup, 0
    return None


def _upper_index(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int] | None:
    """`x^{(i)}_j` of a declared tensor: the index in parentheses takes the leading axis (rule 3).

    Only where i is surely an index, bound by a sum or a subscript elsewhere in the line: x^{(t)} may be an iterate.
    """
    sup = unwrap(s.sup) if s.sup is not None else None
    if not (isinstance(sup, Group) and sup.kind == "()") or ctx.scope.examples == "columns":
        return None
    for part in parts_of(sup.body):
        name = letter_name(part)
        if name is None or not (ctx.is_bound(name) or name in ctx.subscripted):
            return None
    for sub in (s.sub, None):  # \pi_\theta^{(i)} of a \pi_\theta, else x^{(i)}_j of an x
        named = Scripts(s.span, s.base, sub, None, s.primes) if sub is not None or s.primes else s.base
        base = find(ctx, named)
        if base is not None and base.kind == "tensor" and not base.members and base.shape:
            break
    else:
        return None
    assert base is not None
    parts = (*parts_of(sup.body), *(parts_of(s.sub) if s.sub is not None and sub is None else ()))
    if len(parts) > len(base.shape):
        return None
    indices = parts[0] if len(parts) == 1 else Commas(sup.span, parts)
    return entries.entry(ctx, symbol(ctx, base, (), s), indices, s), None, None, 0


def _primed(s: Scripts) -> Surface:
    return Scripts(s.span, s.base, None, None, s.primes) if s.primes else s.base


def _refuse_names(ctx: Context, s: Scripts) -> None:
    """A scripted name whose base alone can't carry these scripts gets an error about the name itself."""
    sup = unwrap(s.sup) if s.sup is not None else None
    if isinstance(sup, Group) and sup.kind in ("()", "[]") and not isinstance(unwrap(s.base), Group):
        raise ctx.unknown(name_text(s) or ctx.text(s), s)
    if isinstance(sup, Letter) and sup.text in (r"\star", "*", r"\ast", r"\dagger", "+"):
        raise ctx.unknown(name_text(s) or ctx.text(s), s)
    base = find(ctx, s.base)
    if s.sub is not None and letter_name(s.base) is not None and not ctx.is_bound(letter_name(s.base) or ""):
        name = name_text(Scripts(s.span, s.base, s.sub, None, s.primes))
        if base is None or (not base.shape and name):
            raise ctx.unknown(name or ctx.text(s), s)
