"""Look ahead on the surface tree: which letters index something, and which of them no sum in sight binds."""

from __future__ import annotations

from symdl.language.reading import bracketed
from symdl.language.reading.context import Context
from symdl.language.reading.names import index_letter, letter_name, parts_of, unwrap
from symdl.language.surface import (
    Group,
    Infix,
    Letter,
    Related,
    Scripts,
    Seq,
    Surface,
    Word,
    below,
    walk,
)

BIG = (r"\sum", r"\prod", r"\int")


def big_head(s: Surface) -> str | None:
    """`\\sum`, `\\prod`, `\\int`, or a bounded `max`, `min`, `argmax`, `argmin`: the operator's name."""
    core = unwrap(s)
    bounded = isinstance(core, Scripts) and core.sub is not None
    if isinstance(core, Scripts):
        core = unwrap(core.base)
    if isinstance(core, Letter) and core.text in BIG:
        return core.text[1:]
    if isinstance(core, Word) and bounded and core.text in ("max", "min", "argmax", "argmin", "sup", "inf"):
        return core.text
    return None


def big_letters(ctx: Context, s: Surface) -> set[str]:
    """The letters that stand alone under a big operator: those it may bind."""
    core = unwrap(s)
    if not isinstance(core, Scripts) or core.sub is None:
        return set()
    out: set[str] = set()
    for part in parts_of(core.sub):
        part = unwrap(part)
        if isinstance(part, Infix) and part.op == ":":
            part = unwrap(part.left)
        pieces = part.parts if isinstance(part, Related) else part.items if isinstance(part, Seq) else (part,)
        for piece in pieces:
            for p in parts_of(piece):
                name = index_letter(ctx, p)
                if name is not None:
                    out.add(name)
    return out


def mentioned(ctx: Context, s: Surface, raised: bool = True) -> set[str]:
    """All letters in subscripts and, if `raised`, in superscripts in parentheses and in sums' bounds."""
    out: set[str] = set()
    stack: list[tuple[Surface, bool]] = [(s, False)]
    while stack:
        node, inside = stack.pop()
        if inside and (name := letter_name(node)) is not None and index_letter(ctx, node) is not None:
            out.add(name)
        if isinstance(node, Scripts):
            big = big_head(node) is not None
            stack.append((node.base, inside))
            if node.sub is not None and not (big and not raised):
                stack.append((node.sub, True))
            if node.sup is not None and raised:
                sup = unwrap(node.sup)
                stack.append((sup, inside or big or (isinstance(sup, Group) and sup.kind in ("()", "[]"))))
            continue
        under = list(below(node))
        for k in range(len(under) - 1 if isinstance(node, Seq) else 0):
            out |= {letter_name(p) or "" for p in bracketed.indices_at(ctx, under, k)}
        stack += [(x, inside) for x in under]
    return out


def letters_inside(ctx: Context, s: Surface) -> set[str]:
    """Every letter that stands anywhere in a tree and could be an index."""
    return {name for x in walk(s) if (name := letter_name(x)) is not None and index_letter(ctx, x) is not None}


def spare_letter(ctx: Context, used: set[str], s: Surface) -> str:
    """A letter for an index that is written nowhere: neither declared nor among those used."""
    from symdl.language.reading.names import dimension, find

    for c in "ijkmrstuvpqabcfgh":
        surface = Letter(s.span, c)
        if c not in used and find(ctx, surface) is None and dimension(ctx, surface) is None:
            return c
    raise ctx.error("no letter is left for an index that is written nowhere", s)


def free_letters(ctx: Context, s: Surface, inside: bool = False) -> set[str]:
    """Letters in subscripts that no sum around them binds."""
    if inside and (name := letter_name(s)) is not None:
        return {name} if index_letter(ctx, s) is not None else set()
    if isinstance(s, Seq):
        return _row(ctx, list(s.items), inside)
    if isinstance(s, Infix):
        from symdl.language.reading.products import OPERATORS, Operator, row_of

        if s.op not in OPERATORS:
            return free_letters(ctx, s.left, inside) | free_letters(ctx, s.right, inside)
        return _row(ctx, [x for x in row_of(s) if not isinstance(x, Operator)], inside)
    if isinstance(s, Scripts):
        out = free_letters(ctx, s.base, inside)
        if s.sub is not None and not is_nabla(s.base):
            out |= free_letters(ctx, s.sub, True)
        if s.sup is not None:
            sup = unwrap(s.sup)
            out |= free_letters(ctx, sup, inside or (isinstance(sup, Group) and sup.kind in ("()", "[]")))
        return out
    out = set()
    for x in below(s):
        out |= free_letters(ctx, x, inside)
    return out


def is_nabla(s: Surface) -> bool:
    """∇ or ∂, with scripts or without."""
    core = unwrap(s)
    if isinstance(core, Scripts):
        core = unwrap(core.base)
    return isinstance(core, Letter) and core.text in (r"\nabla", r"\partial")


def _row(ctx: Context, items: list[Surface], inside: bool) -> set[str]:
    out: set[str] = set()
    bound: set[str] = set()
    for k, item in enumerate(items):
        if isinstance(item, Seq):
            out |= _row(ctx, list(item.items), inside) - bound
            continue
        if picked := bracketed.indices_at(ctx, items, k):
            out |= {letter_name(p) or "" for p in picked} - bound
        if big_head(item) is not None:
            letters = big_letters(ctx, item)
            core = unwrap(item)
            if isinstance(core, Scripts) and core.sup is not None:
                out |= free_letters(ctx, core.sup, True) - bound
            bound |= letters
            continue
        out |= free_letters(ctx, item, inside) - bound
    return out


def trailing_letters(ctx: Context, items: list[Surface]) -> set[str]:
    """The letters bound by sums that are open at the end of a product."""
    out: set[str] = set()
    for item in items:
        if isinstance(item, Seq):
            out |= trailing_letters(ctx, list(item.items))
        elif big_head(item) not in (None, "int"):
            out |= big_letters(ctx, item)
    return out


def optimised_names(ctx: Context, items: list[Surface]) -> set[str]:
    """The declared names that an open \\min_w or \\arg\\max_w runs over."""
    from symdl.language.reading.names import find, name_text

    out: set[str] = set()
    for item in items:
        core = unwrap(item)
        if big_head(item) in ("max", "min", "argmax", "argmin", "sup", "inf") and isinstance(core, Scripts):
            assert core.sub is not None
            for part in parts_of(core.sub):
                name = name_text(unwrap(part))
                if name is not None and find(ctx, part) is not None:
                    out.add(name)
    return out


def uses(s: Surface, names: set[str]) -> bool:
    """Does one of these names stand in it?"""
    from symdl.language.reading.names import name_text

    return name_text(s) in names or any(uses(x, names) for x in below(s))
