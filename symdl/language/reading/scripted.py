"""A name with scripts: the longest declared name first; the scripts that are left are indices and powers."""

from __future__ import annotations

from symdl.language.reading import entries
from symdl.language.reading.atoms import member, symbol
from symdl.language.reading.constants import special_constant
from symdl.language.reading.context import Context, reads
from symdl.language.reading.names import (
    dimension,
    find,
    index_of,
    is_empty,
    letter_name,
    name_text,
    parts_of,
    plain,
    unwrap,
)
from symdl.language.reading.squares import power_of_square
from symdl.language.reading.superscripts import is_transpose, split_superscript, superscript
from symdl.language.surface import Commas, Digits, Group, Letter, Scripts, Surface
from symdl.language.syntax import (
    IndexVar,
    Node,
    Ones,
    Size,
    Transpose,
)


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
