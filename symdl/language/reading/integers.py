"""Look ahead in `assume` and `random`: which names are whole numbers, and which names are laws."""

from __future__ import annotations

from collections.abc import Iterator

from symdl.errors import ReadError
from symdl.language.dims import Range
from symdl.language.functions import DISTRIBUTIONS
from symdl.language.reading.conditions import number_set, set_range
from symdl.language.reading.context import Context
from symdl.language.reading.moments import text_of
from symdl.language.reading.names import find, index_of, name_text, parts_of, unwrap
from symdl.language.scope import Declaration, Scope
from symdl.language.surface import Commas, Dots, Group, Infix, Prose, Related, Scripts, Seq, Surface


def integer_names(scope: Scope, surface: Surface, latex: str) -> dict[str, Range | None]:
    """The names that `y_i \\in \\{1,\\dots,c\\}` or `k \\in \\mathbb{N}` say are whole numbers, and between which."""
    ctx = Context(scope, latex, "assume")
    out: dict[str, Range | None] = {}
    for related in memberships(surface):
        target = unwrap(related.parts[-1])
        whole = number_set(target) in ("N", "Z")
        if isinstance(target, Group):
            parts = parts_of(target.body)
            whole = (target.kind == "[]" and len(parts) == 1) or any(isinstance(unwrap(p), Dots) for p in parts)
        if not whole:
            continue
        for element in parts_of(related.parts[0]):
            d = _declared(ctx, unwrap(element))
            if d is not None and d.kind == "tensor":
                out[d.name] = out.get(d.name) or _between(ctx, target)
    return out


def _between(ctx: Context, target: Surface) -> Range | None:
    """The range of a set of whole numbers, where its ends are sizes and numbers that are known."""
    try:
        found = set_range(ctx, target)
    except ReadError:
        return None  # reported when the assumption itself is read
    return None if found is None or ctx.free else found


def _declared(ctx: Context, s: Surface) -> Declaration | None:
    found = find(ctx, s)
    if found is None and isinstance(s, Scripts):
        for sub, sup in ((s.sub, None), (None, s.sup)):
            found = found or find(ctx, Scripts(s.span, s.base, sub, sup, s.primes))
        found = found or find(ctx, s.base)
        if found is None:
            families = index_of(ctx.scope).families
            family = next(
                (families[k] for st in ("sub", "paren", "bracket") if (k := (name_text(s.base) or "", st)) in families),
                None,
            )
            found = family.declaration if family is not None else None
    return found


def memberships(s: Surface) -> Iterator[Related]:
    """The parts of an assumption that say where something lies."""
    if isinstance(s, Related) and s.ops == ("∈",):
        yield s
    elif isinstance(s, Commas):
        for p in s.parts:
            yield from memberships(p)


def beyond_names(surface: Surface) -> set[str]:
    """The names whose values outside their range are given: `g_i = 0 \\text{ for } i < 0`."""
    s = unwrap(surface)
    if (
        not isinstance(s, Commas)
        or not isinstance(s.parts[0], Related)
        or not any(isinstance(p, Prose) for p in s.parts)
    ):
        return set()
    conditions = [p for p in s.parts[1:] if isinstance(p, Related)]
    left = unwrap(s.parts[0].parts[0])
    if not conditions or s.parts[0].ops != ("=",) or not isinstance(left, Scripts) or left.sub is None:
        return set()
    base: Surface = left.base if left.sup is None else Scripts(left.span, left.base, None, left.sup, left.primes)
    name = name_text(unwrap(base))
    return set() if name is None else {name}


def law_names(scope: Scope, surface: Surface, latex: str) -> list[Declaration]:
    """The densities that `z \\mid x \\sim q_\\phi` names: any positive one."""
    ctx = Context(scope, latex, "random")
    out: list[Declaration] = []
    for related in _laws(surface):
        right = unwrap(related.parts[1])
        if isinstance(right, Seq):
            items = [i for i in right.items if not isinstance(i, Prose)]
            if len(items) == 2 and isinstance(items[1], Group):
                if text_of(items[0]) in DISTRIBUTIONS:
                    continue
                right = items[0]
            elif len(items) == 1:
                right = items[0]
        try:
            name = name_text(right)
        except ReadError:
            name = None
        if name is None or find(ctx, right) is not None:
            continue
        left = related.parts[0]
        if isinstance(left, Infix) and left.op == "mid":
            left = left.left
        subject = _declared(ctx, unwrap(parts_of(left)[0]))
        out.append(Declaration(name, subject.shape if subject is not None else (), "distribution", origin="random"))
    return out


def _laws(s: Surface) -> Iterator[Related]:
    if isinstance(s, Related) and s.ops == ("~",):
        yield s
    elif isinstance(s, Commas):
        for p in s.parts:
            yield from _laws(p)
