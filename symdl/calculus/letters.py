"""The letters of every quantity: the author's where the statements show them, the usual ones elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from symdl.language.understanding import Understanding
from symdl.tensor import expr as E
from symdl.tensor.dims_expr import expr_of
from symdl.tensor.expr import Acc, Bind, Dimension, Expr, Idx
from symdl.tensor.program import Program

USUAL = "ijklpqrstuv"


def author_letters(understanding: Understanding | None) -> dict[str, str]:
    """Which letter the author runs over which range (the most frequent one)."""
    if understanding is None:
        return {}
    seen: dict[str, Counter[str]] = {}
    for d in understanding.definitions:
        binders = list(d.binders)
        for tree in (d.left, d.right):
            binders += [b for n in tree.walk() for b in getattr(n, "binders", ())]
        for b in binders:
            seen.setdefault(str(b.range), Counter())[b.name] += 1
            seen.setdefault(f"..{b.range.last}", Counter())[b.name] += 1
    return {r: c.most_common(1)[0][0] for r, c in seen.items()}


def binders_of(program: Program, author: dict[str, str], members_of: Mapping[str, int]) -> dict[str, tuple[Bind, ...]]:
    """Fresh letters over the axes of every leaf and statement, a family's members first."""
    taken = {*program.leaves, *program.statements, *program.sizes, *program.size_families}
    out: dict[str, tuple[Bind, ...]] = {}
    for name, leaf in program.leaves.items():
        ranges = [(b.first, b.last, b.name) for b in leaf.members]
        members = {b.name for b in leaf.members}

        def size(n: str, members: set[str] = members) -> Expr:
            if n in members:
                return Idx(n)
            return Dimension(n, None) if n in program.sizes else Acc(n, ())

        ranges += [(expr_of(a.first, size), expr_of(a.last, size), "") for a in leaf.axes]
        out[name] = _fresh(ranges, author, taken, len(leaf.members))
    for name, s in program.statements.items():
        ranges = [(b.first, b.last, b.name) for b in s.binders]
        out[name] = _fresh(ranges, author, taken, members_of.get(name, 0))
    return out


def _fresh(
    ranges: list[tuple[Expr, Expr, str]], author: dict[str, str], taken: set[str], members: int
) -> tuple[Bind, ...]:
    """New letters; a family's members keep the letter they are declared with."""
    used: set[str] = set()
    out: list[Bind] = []
    renamed: dict[str, Expr] = {}
    for n, (first, last, old) in enumerate(ranges):
        own = old.split("·")[0] if n < members else None
        own = own or author.get(f"{E.text(first)}..{E.text(last)}") or author.get(f"..{E.text(last)}")
        others = set(author.values())
        options = [own, old.split("·")[0], *sorted(USUAL, key=lambda x: x in others)]
        if own is None and options[1] in others:
            options[1] = ""  # the author's letter for another range
        stem = next((o for o in options if o and o not in used and o not in taken), "k")
        used.add(stem)
        letter = E.fresh(stem)
        if old:
            renamed[old] = Idx(letter)
        out.append(Bind(letter, E.substitute(first, renamed), E.substitute(last, renamed)))
    return tuple(out)
