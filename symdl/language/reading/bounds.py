"""What stands under Σ and max: the letters bound, their written ranges, and the conditions on them."""

from __future__ import annotations

from symdl.language.dims import Dim, Range
from symdl.language.reading.context import Context, LetterState
from symdl.language.reading.names import (
    find,
    index_letter,
    is_digits,
    letter_name,
    parts_of,
    read_in_index,
    to_dim,
    unwrap,
)
from symdl.language.surface import Commas, Group, Infix, Letter, Related, Seq, Surface
from symdl.language.syntax import (
    Condition,
)

COMPARISONS = ("=", "≠", "<", "≤", ">", "≥")


def read_bounds(ctx: Context, sub: Surface, sup: Surface | None):  # type: ignore[no-untyped-def]
    """The letters a big operator binds, with their written ranges, and its conditions (read later, letters bound)."""
    states: dict[str, LetterState] = {}
    conditions = []

    def bind(name: str, explicit: Range | None = None) -> None:
        if name in states:
            states[name].explicit = states[name].explicit or explicit
        else:
            states[name] = LetterState(name, True, explicit)

    used_sup = sup is None
    for part in parts_of(sub):
        part = unwrap(part)
        if isinstance(part, Infix) and part.op in (":", "mid"):
            for p in _letters(ctx, part.left):
                bind(p)
            conditions.append(_condition_of(part.right))
            continue
        if isinstance(part, Related):
            first = part.parts[0]
            if part.ops == ("=",) and sup is not None and letter_name(first) is not None:
                low, high = size_bound(ctx, part.parts[1]), size_bound(ctx, sup)
                bind(_new_letter(ctx, first), Range(low, high))
                used_sup = True
                continue
            if part.ops == ("=",) and sup is None and is_digits(part.parts[1]) and _binds(ctx, first):
                name = _new_letter(ctx, first)  # \sum_{i=1}: the end of its axis goes without saying
                bind(name)
                states[name].start = size_bound(ctx, part.parts[1])
                continue
            if part.ops in (("∈",), ("∉",)):
                for p in _letters(ctx, first):
                    explicit = _explicit_set(ctx, part.parts[1]) if part.ops == ("∈",) else None
                    bind(p, explicit)
                    if explicit is None:
                        conditions.append(
                            _condition_of(Related(part.span, (_letter_surface(first, p), part.parts[1]), part.ops))
                        )
                continue
            _comparison(ctx, part, bind, conditions, states)
            continue
        for p in _letters(ctx, part):
            bind(p)
    if not states:
        raise ctx.error("this binds no index", sub, expected="a letter that is neither declared nor a size")
    if not used_sup and sup is not None and len(states) == 1 and not conditions:
        (state,) = states.values()
        if state.explicit is None:  # \\sum_i^n counts from 1; an axis that counts from 0 refuses it
            state.explicit, used_sup = Range(Dim.of(1), size_bound(ctx, sup)), True
            ctx.note(f"{state.name} runs from 1")
    if not used_sup:
        raise ctx.error("an upper bound without a lower one", sup or sub, expected="\\sum_{i=1}^{n}")
    return list(states.values()), conditions


def _binds(ctx: Context, s: Surface) -> bool:
    """Is it a letter that nothing around the sum gives a meaning?"""
    name = index_letter(ctx, s)
    return name is not None and not ctx.is_bound(name) and name not in ctx.outside


def _letter_surface(s: Surface, name: str) -> Surface:
    return Letter(s.span, name) if "'" not in name else s


def _condition_of(s: Surface):  # type: ignore[no-untyped-def]
    def read(ctx: Context) -> Condition:
        from symdl.language.reading.conditions import condition

        return condition(ctx, s)

    return read


def _new_letter(ctx: Context, s: Surface) -> str:
    name = letter_name(s)
    if name is None:
        raise ctx.error("an index must be one letter", s)
    if name in ctx.scope.dimensions or (find(ctx, s) is not None and not ctx.is_bound(name)):
        raise ctx.error(
            "an index letter may be neither a symbol nor a size",
            s,
            found=f"{name}, which is declared",
            expected="a letter that is free",
            cure="use another letter for the index",
        )
    return name


def _letters(ctx: Context, s: Surface) -> list[str]:
    s = unwrap(s)
    if isinstance(s, Group) and s.kind == "()" and isinstance(s.body, Commas):
        s = s.body  # a pair that indexes an axis of two parts binds both
    if isinstance(s, Commas):
        return [n for p in s.parts for n in _letters(ctx, p)]
    if isinstance(s, Seq):
        return [_new_letter(ctx, p) for p in s.items]
    return [_new_letter(ctx, s)]


def size_bound(ctx: Context, s: Surface) -> Dim:
    node = read_in_index(ctx, s)
    dim = to_dim(node)
    if dim is None:
        raise ctx.error("a bound must be made of sizes, indices and whole numbers", s)
    return dim


def _explicit_set(ctx: Context, s: Surface) -> Range | None:
    """`\\{1,\\dots,n\\}` and `[n]` as a range."""
    from symdl.language.reading.conditions import set_range

    return set_range(ctx, s)


def _comparison(ctx: Context, part: Related, bind, conditions, states) -> None:  # type: ignore[no-untyped-def]
    """`i \\neq j`, `i < j`, `1 \\le a \\le 3`, `1 \\le i < j \\le n`, `t' \\ge t`."""
    if any(op not in COMPARISONS for op in part.ops):
        raise ctx.error("this can't stand under a sum", part)
    named = [(k, n) for k, p in enumerate(part.parts) if (n := letter_name(p)) is not None and _could_bind(ctx, p, n)]
    fresh = [(k, n) for k, n in named if n not in states and not ctx.is_bound(n) and n not in ctx.outside]
    if not fresh and not any(n in states for _, n in named):
        fresh = [(k, n) for k, n in named if not ctx.is_bound(n)][:1] or named[:1]
    ranges = _between(ctx, part, {k for k, _ in named}) if fresh else {}
    for k, n in fresh:
        bind(n, ranges.get(k))
    if all(k in ranges for k, _ in named) and len(named) == 1 and len(part.parts) == 3:
        return
    pairs = [
        Related(part.span, (a, b), (op,))
        for k, (a, op, b) in enumerate(zip(part.parts, part.ops, part.parts[1:], strict=False))
        if not (ranges and ((k == 0 and 0 not in dict(named)) or (k == len(part.ops) - 1 and k + 1 not in dict(named))))
    ]
    conditions.extend(_condition_of(p) for p in pairs)


def _could_bind(ctx: Context, s: Surface, name: str) -> bool:
    return index_letter(ctx, s) is not None or ctx.is_bound(name)


def _between(ctx: Context, part: Related, letters: set[int]) -> dict[int, Range]:
    """Explicit ranges from a chain such as 1 ≤ i < j ≤ n."""
    last = len(part.parts) - 1
    if last < 2 or 0 in letters or last in letters or any(op not in ("<", "≤") for op in part.ops):
        return {}
    if letters != set(range(1, last)):
        return {}
    low, high = size_bound(ctx, part.parts[0]), size_bound(ctx, part.parts[last])
    low = low + 1 if part.ops[0] == "<" else low
    high = high - 1 if part.ops[-1] == "<" else high
    return {k: Range(low, high) for k in letters}
