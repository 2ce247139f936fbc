"""Conditions that no word introduces: `\\forall i \\in S`, `i \\neq j`, `i = 1, \\dots, n` beside a statement.

x_i x_j = 0, i ≠ j   ⇒   for i ≠ j: x_i x_j = 0
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from symdl.language.reading import scan
from symdl.language.reading.context import Context
from symdl.language.reading.names import dimension, find, index_letter, letter_name, unwrap
from symdl.language.surface import (
    Commas,
    Digits,
    Dots,
    Infix,
    Letter,
    Prose,
    Related,
    Scripts,
    Seq,
    Styled,
    Surface,
    Word,
    below,
)

_COMPARED = ("=", "≠", "<", "≤", ">", "≥", "∈", "∉")


def introduced(ctx: Context, s: Surface) -> Surface:
    """The line with a `for` before the conditions that nothing introduces, and `where` as a word."""
    if isinstance(s, Infix) and s.op == ":" and quantifies(s.left):
        return Commas(s.span, (s.right, Prose(s.left.span, "for"), unquantified(s.left)))
    if isinstance(s, Related):
        s = _split(s)
    if not isinstance(s, Commas):
        return s
    parts = tuple(q for p in _spoken(ctx, s.parts) for q in _flat(p))
    if quantifies(parts[0]):  # \forall i, x_i > 0
        first = next((k for k in range(1, len(parts)) if not _conditions(ctx, parts[: k + 1])), 0)
        parts = (*parts[first:], *parts[:first])
    if not any(isinstance(p, Prose) for p in parts):
        cut = next((k for k in range(1, len(parts)) if _conditions(ctx, parts[k:])), None)
        cut = cut or next((k for k in range(1, len(parts) - 2) if _counts(ctx, parts, k)), None)
        if cut is not None:
            parts = (*parts[:cut], Prose(parts[cut].span, "for"), *parts[cut:])
    return replace(s, parts=tuple(unquantified(p) for p in parts))


def quantifies(s: Surface) -> bool:
    """`\\forall i`, `\\forall i \\in S`."""
    if isinstance(s, Related):
        return quantifies(s.parts[0])
    first = s.items[0] if isinstance(s, Seq) and s.items else s
    return isinstance(first, Letter) and first.text == r"\forall"


def unquantified(s: Surface) -> Surface:
    """Without the `\\forall` it begins with."""
    if not quantifies(s):
        return s
    if isinstance(s, Related):
        return replace(s, parts=(unquantified(s.parts[0]), *s.parts[1:]))
    rest = s.items[1:] if isinstance(s, Seq) else ()
    return rest[0] if len(rest) == 1 else Seq(s.span, rest)


def _flat(s: Surface) -> tuple[Surface, ...]:
    whole = _split(s) if isinstance(s, Related) else s
    return whole.parts if isinstance(whole, Commas) else (s,)


def _split(s: Related) -> Surface:
    """`\\alpha_i \\ge 0 \\forall i \\in S`: the statement, then what holds of i."""
    for k, side in enumerate(s.parts):
        items = side.items if isinstance(side, Seq) else ()
        at = next((m for m, x in enumerate(items) if isinstance(x, Letter) and x.text == r"\forall"), None)
        if not at:
            continue
        before, after = _row(side, items[:at]), _row(side, items[at:])
        main: Surface = Related(s.span, (*s.parts[:k], before), s.ops[:k]) if k else before
        rest: Surface = Related(s.span, (after, *s.parts[k + 1 :]), s.ops[k:]) if s.ops[k:] else after
        return Commas(s.span, (main, rest))
    return s


def _row(s: Surface, items: tuple[Surface, ...]) -> Surface:
    return items[0] if len(items) == 1 else Seq(s.span, items)


def _conditions(ctx: Context, parts: tuple[Surface, ...]) -> bool:
    """Do these parts say something of index letters, and of nothing else?"""
    said = [quantifies(p) or (isinstance(p, Related) and _about_indices(ctx, p)) for p in parts]
    named = [letter_name(p) is not None and index_letter(ctx, p) is not None for p in parts]
    sized = [k > 0 and isinstance(unwrap(parts[k - 1]), Dots) for k in range(len(parts))]
    rest = zip(said, named, sized, parts, strict=True)
    return (
        (said[0] or named[0]) and any(said) and all(a or b or c or isinstance(unwrap(p), Dots) for a, b, c, p in rest)
    )


def _about_indices(ctx: Context, s: Related) -> bool:
    """A comparison of index letters with one another, with sizes and whole numbers, or their membership."""
    if any(op not in _COMPARED for op in s.ops):
        return False
    inside = s.parts[:-1] if s.ops[-1] in "∈∉" else s.parts
    letters = set().union(*(scan.letters_inside(ctx, p) for p in inside))
    return bool(letters & ctx.mentioned) and letters <= ctx.mentioned and all(_of_indices(ctx, p) for p in inside)


def _of_indices(ctx: Context, s: Surface) -> bool:
    s = unwrap(s)
    if isinstance(s, Digits | Dots) or index_letter(ctx, s) is not None or dimension(ctx, s) is not None:
        return True
    if isinstance(s, Letter | Styled | Scripts | Word):
        found = find(ctx, s)
        return found is not None and found.integer and not found.shape
    under = list(below(s))
    return bool(under) and all(_of_indices(ctx, x) for x in under)


def _counts(ctx: Context, parts: tuple[Surface, ...], k: int) -> bool:
    """Does `i = 1, \\dots, n` begin here?"""
    p = unwrap(parts[k])
    return (
        isinstance(p, Related)
        and p.ops == ("=",)
        and index_letter(ctx, p.parts[0]) is not None
        and isinstance(unwrap(parts[k + 1]), Dots)
    )


def _spoken(ctx: Context, parts: tuple[Surface, ...]) -> tuple[Surface, ...]:
    """`…, where T_i = …` in plain letters: the word, then the statement."""
    out: list[Surface] = []
    for k, p in enumerate(parts):
        first = p.parts[0] if isinstance(p, Related) else None
        items = first.items[:5] if k and isinstance(first, Seq) and len(first.items) > 5 else ()
        text = "".join(x.text for x in items if isinstance(x, Letter))
        together = all(a.span.end == b.span.start for a, b in pairwise(items))
        if text == "where" and together and not all(find(ctx, x) for x in items):
            assert isinstance(p, Related) and isinstance(first, Seq)
            out.append(Prose(items[0].span.join(items[-1].span), "where"))
            p = replace(p, parts=(_row(first, first.items[5:]), *p.parts[1:]))
        out.append(p)
    return tuple(out)


__all__ = ["introduced", "quantifies", "unquantified"]
