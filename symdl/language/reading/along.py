"""Functions along an index: `\\operatorname{softmax}(e_{ij})` and `\\operatorname{softmax}_j(e_{ij})` of one entry.

softmax(z_i)      ⇒  softmax(z)_i
softmax(e_{ij})   ⇒  softmax(e_i)_j     over the last index, as over the last axis (rule 8)
softmax_j(a + s_j) ⇒ softmax([a + s_1, …, a + s_n]ᵀ)_j
"""

from __future__ import annotations

from symdl.language.letters import letters_in
from symdl.language.reading import ranges, scan
from symdl.language.reading.context import Context, LetterState
from symdl.language.reading.names import index_letter
from symdl.language.surface import Surface
from symdl.language.syntax import AxisFunction, Binder, Comprehension, Entry, IndexVar, Node, Slice, Symbol, Transpose


def over_index(ctx: Context, body: Node, written: Surface, sub: Surface | None, s: Surface) -> Node:
    """The entry of a softmax whose argument is written as one entry."""
    free = {n for n in letters_in(body) if ctx.letter(n) is not None}
    if not free:
        raise ctx.misfit("softmax of a scalar", s, "a scalar", "a column, a matrix or a tensor")
    letter = _letter(ctx, body, free, sub, s)
    ctx.note(f"softmax runs over {letter}")
    if isinstance(body, Entry) and body.indices[-1] == IndexVar(letter) and letter not in _others(body):
        if isinstance(body.base, Symbol) and not any(isinstance(i, Slice) for i in body.indices):
            column: Node = Entry(body.base, body.indices[:-1]) if len(body.indices) > 1 else body.base
            return Entry(AxisFunction("softmax", column, -1), (IndexVar(letter),))
    other = scan.spare_letter(ctx, scan.letters_inside(ctx, written) - {letter}, s)
    state = LetterState(letter, True)
    with ctx.binding([state]):
        inner = ctx.read(written)
        r = ranges.range_of(ctx, state, s)
    renamed = _renamed(inner, letter, other)
    row = Comprehension(Binder(other, r, True), renamed)
    return Entry(AxisFunction("softmax", Transpose(row), -1), (IndexVar(letter),))


def _letter(ctx: Context, body: Node, free: set[str], sub: Surface | None, s: Surface) -> str:
    if sub is not None:
        name = index_letter(ctx, sub)
        if name not in free:
            raise ctx.error("softmax over what is no index of its argument", sub, expected=", ".join(sorted(free)))
        return name
    if len(free) == 1:
        return next(iter(free))
    last = body.indices[-1] if isinstance(body, Entry) else None
    if isinstance(last, IndexVar) and isinstance(body, Entry) and last.name not in _others(body):
        return last.name
    raise ctx.error("softmax over which index?", s, expected=r"\operatorname{softmax}_j(…)")


def _others(body: Entry) -> set[str]:
    return set().union(letters_in(body.base), *(letters_in(i) for i in body.indices[:-1]))


def _renamed(node: Node, letter: str, other: str) -> Node:
    if isinstance(node, IndexVar):
        return IndexVar(other) if node.name == letter else node
    return node.map_children(lambda c: _renamed(c, letter, other))


__all__ = ["over_index"]
