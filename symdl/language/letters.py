"""The index letters that a line leaves free, and where they run: inside every axis they index."""

from __future__ import annotations

from symdl.language.dims import Dim, Range
from symdl.language.scope import Scope
from symdl.language.syntax import Comprehension, Entry, IndexVar, Node, Reduce, Size, Symbol


def free_letters(node: Node, scope: Scope | None = None) -> dict[str, Range]:
    """Ranges of the free letters; those of families' members need the scope they are declared in."""
    found: dict[str, Range] = {}

    def note(index: Node, r: Range, bound: frozenset[str]) -> None:
        if isinstance(index, IndexVar) and index.name not in bound:
            old = found.get(index.name)
            found[index.name] = r if old is None else intersection(old, r)

    def visit(n: Node, bound: frozenset[str]) -> None:
        if isinstance(n, Reduce | Comprehension):
            binders = n.binders if isinstance(n, Reduce) else (n.binder,)
            bound = bound | {b.name for b in binders}
        if isinstance(n, Entry):
            for index, axis in zip(n.indices, n.base.shape, strict=False):
                note(index, Range.of_axis(axis), bound)
        if isinstance(n, Symbol) and n.members and scope is not None:
            declared = scope.lookup(n.name)
            values: dict[str, Dim] = {}
            for b, member in zip(declared.members if declared is not None else (), n.members, strict=False):
                note(member, b.range.substitute(values), bound)
                if isinstance(member, IndexVar):
                    values[b.name] = Dim.of(member.name)
                elif isinstance(member, Size):
                    values[b.name] = member.size
        for child in n.children():
            visit(child, bound)

    visit(node, frozenset())
    return found


def intersection(a: Range, b: Range) -> Range:
    """Where both run, as far as their ends can be compared."""
    low, high = (b.first - a.first).constant, (b.last - a.last).constant
    return Range(
        b.first if low is not None and low > 0 else a.first, b.last if high is not None and high < 0 else a.last
    )


def letters_in(node: Node) -> set[str]:
    """Index letters that are free in a tree."""
    if isinstance(node, IndexVar):
        return {node.name}
    if isinstance(node, Reduce):
        inside = set().union(*(letters_in(c) for c in node.children()))
        return inside - {b.name for b in node.binders}
    if isinstance(node, Comprehension):
        return letters_in(node.body) - {node.binder.name}
    out: set[str] = set()
    for c in node.children():
        out |= letters_in(c)
    return out
