"""Missing assumptions: what is often given, and would make a wrong line true: symmetry, sums of one, unit length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symdl.language.print_latex import latex
from symdl.language.syntax import AxisFunction, Compare, Node, Norm, Number, Ones, Property, Relation, Symbol
from symdl.language.understanding import Definition

ONE, ZERO = Number(Fraction(1)), Number(Fraction(0))


def plausible(
    node: Node, definitions: tuple[Definition, ...], leaves: Mapping[str, object]
) -> Iterator[tuple[str, Node]]:
    """Words and statement of each assumption one might make about the symbols that a line rests on."""
    for s in sorted(_symbols(node, definitions), key=lambda x: x.name):
        if s.name not in leaves:
            continue
        name = f"${latex(s)}$"
        if len(s.shape) == 2 and s.shape[0].size == s.shape[1].size:
            yield f"{name} is symmetric", Property("symmetric", (s,))
            yield f"{name} is orthogonal", Property("orthogonal", (s,))
        if 1 <= len(s.shape) <= 2:
            right: Node = ONE if len(s.shape) == 1 else Ones(s.shape[:1])
            what = "the entries" if len(s.shape) == 1 else "the entries in each row"
            yield f"{what} of {name} add up to one", Relation((AxisFunction("sum", s), right), ("=",))
        if len(s.shape) == 1:
            yield f"{name} has length one", Relation((Norm(s), ONE), ("=",))
        if not s.shape:
            yield f"{name} is positive", Compare(">", s, ZERO)


def _symbols(node: Node, definitions: tuple[Definition, ...]) -> set[Symbol]:
    """The symbols of a line and of the definitions it rests on."""
    by_name = {d.name: d for d in definitions}
    found: set[Symbol] = set()
    todo, seen = [node], set()
    while todo:
        for n in todo.pop().walk():
            if isinstance(n, Symbol) and not n.members:
                found.add(n)
                if n.name in by_name and n.name not in seen:
                    seen.add(n.name)
                    todo.append(by_name[n.name].right)
    return found
