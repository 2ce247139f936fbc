"""Quantities named as a whole: `P(y \\mid X) = …`, `H(p \\| q) = …`, `d(f, x) = …`; bars and commas make no product.

Such a name means what its definition says and nothing more: P(X | y) beside it is another name, never a call of it.
"""

from __future__ import annotations

from symdl.language.functions import APPLIED_LETTERS, DISTRIBUTIONS, MOMENTS, is_function_word
from symdl.language.reading.context import Context
from symdl.language.reading.heads import Head
from symdl.language.reading.names import find, find_name, letter_name, name_text, parts_of, unwrap
from symdl.language.scope import Declaration
from symdl.language.surface import Commas, Group, Infix, Letter, Scripts, Seq, Styled, Surface

_BARS = {"mid": r"\mid", "||": r"\|"}


def spelling(s: Surface) -> str | None:
    """The name of `P(y \\mid X)`; None where this is nothing of the kind."""
    s = unwrap(s)
    if not isinstance(s, Seq) or len(s.items) != 2:
        return None
    head, group = unwrap(s.items[0]), s.items[1]
    if not isinstance(group, Group) or group.kind not in ("()", "[]"):
        return None
    body = unwrap(group.body)
    name = name_text(head)
    if isinstance(body, Commas):
        listed = [name_text(unwrap(p)) for p in body.parts]
        return None if name is None or None in listed else f"{name}({','.join(n or '' for n in listed)})"
    if not isinstance(body, Infix) or body.op not in _BARS:
        return None
    sides = [[name_text(unwrap(p)) for p in parts_of(side)] for side in (body.left, body.right)]
    if name is None or any(n is None for side in sides for n in side):
        return None
    left, right = (",".join(n or "" for n in side) for side in sides)
    return f"{name}({left} {_BARS[body.op]} {right})"


def new_name(ctx: Context, s: Surface) -> str | None:
    """The name that a line defines by standing alone on its left; built-in ones are open to `given` only."""
    from symdl.language.reading.moments import moment_kind, text_of
    from symdl.language.reading.own_functions import own_function

    name = spelling(s)
    if name is None or find_name(ctx, name) is not None:
        return None
    seq = unwrap(s)
    assert isinstance(seq, Seq)
    head = unwrap(seq.items[0])
    core = unwrap(head.base) if isinstance(head, Scripts) else head
    if not isinstance(core, Letter | Styled) or is_function_word(core_text(core)):
        return None
    known = find(ctx, head) or find(ctx, core)
    group = seq.items[1]
    if isinstance(group, Group) and isinstance(unwrap(group.body), Commas):
        unlike = known is not None or core_text(core) in (*APPLIED_LETTERS, *MOMENTS, "O", "o", r"\delta")
        if ctx.role != "work" or group.kind != "()" or unlike or own_function(ctx, s) is not None:
            return None
    if known is not None and (known.kind == "distribution" or ctx.role != "given"):
        return None
    if text_of(core) in DISTRIBUTIONS or (ctx.role != "given" and moment_kind(ctx, Head(head)) is not None):
        return None
    return name


def core_text(s: Surface) -> str:
    return letter_name(s) or name_text(s) or ""


def named_at(ctx: Context, row: list, at: int) -> Declaration | None:  # type: ignore[type-arg]
    """The quantity named as a whole that begins here."""
    if at + 1 >= len(row) or not isinstance(row[at], Surface) or not isinstance(row[at + 1], Surface):
        return None
    group = row[at + 1].base if isinstance(row[at + 1], Scripts) else row[at + 1]
    name = spelling(Seq(row[at].span, (row[at], group)))
    return None if name is None else find_name(ctx, name)


__all__ = ["named_at", "new_name", "spelling"]
