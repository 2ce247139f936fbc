"""Missing assumptions: what is often given, and would make a wrong line true: symmetry, sums of one, convexity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from symdl.errors import SymdlError
from symdl.judge.sample import NoSample
from symdl.language.print_latex import latex
from symdl.language.scope import Scope
from symdl.language.syntax import (
    Apply,
    AxisFunction,
    Compare,
    Node,
    Norm,
    Number,
    Ones,
    Property,
    Relation,
    Symbol,
    Zeros,
)
from symdl.language.understanding import Definition, Line
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.program import Fact, Program

Holds = Callable[[Program, tuple[Fact, ...]], bool]
ONE, ZERO = Number(Fraction(1)), Number(Fraction(0))


def unstated(
    pair: Line,
    program: Program,
    scope: Scope,
    definitions: tuple[Definition, ...],
    holds: Holds,
    shapes_only: bool = False,
) -> str | None:
    """The assumption, in words, under which a pair of sides holds; None if none of those that people make will do."""
    elaborator = Elaborator(scope, program)
    try:
        for words, statement in () if shapes_only else plausible(pair.node, definitions, program.leaves):
            try:
                if holds(program, elaborator.facts(replace(pair, node=statement, letters={}))):
                    return words
            except (SymdlError, NoSample):
                continue
        return next((words for words, other in shaped(pair.node, program) if holds(other, ())), None)
    except (SymdlError, NoSample, TimeoutError):
        return None


def plausible(
    node: Node, definitions: tuple[Definition, ...], leaves: Mapping[str, object]
) -> Iterator[tuple[str, Node]]:
    """Words and statement of each assumption one might make about the symbols that a line rests on, its own first."""
    own = {n.name for n in node.walk() if isinstance(n, Symbol)}
    for s in sorted(_symbols(node, definitions), key=lambda x: (x.name not in own, x.name)):
        if s.name not in leaves:
            continue
        name = f"${latex(s)}$"
        if len(s.shape) == 2 and s.shape[0].size == s.shape[1].size:
            yield f"{name} is symmetric", Property("symmetric", (s,))
            bound = isinstance(node, Relation) and set(node.ops) != {"="}
            if not bound:
                yield f"{name} is orthogonal", Property("orthogonal", (s,))
            else:
                yield f"{name} is positive semidefinite", Relation((s, Zeros(s.shape)), ("⪰",))
        if 1 <= len(s.shape) <= 2:
            right: Node = ONE if len(s.shape) == 1 else Ones(s.shape[:1])
            what = "the entries" if len(s.shape) == 1 else "the entries in each row"
            yield f"{what} of {name} add up to one", Relation((AxisFunction("sum", s), right), ("=",))
        if len(s.shape) == 1:
            yield f"{name} has length one", Relation((Norm(s), ONE), ("=",))
        if not s.shape:
            yield f"{name} is positive", Compare(">", s, ZERO)


def shaped(node: Node, program: Program) -> Iterator[tuple[str, Program]]:
    """Words, and the program in which a function that the line applies has a shape that is not given: convex."""
    for name in dict.fromkeys(n.name for n in node.walk() if isinstance(n, Apply)):
        f = program.functions.get(name)
        if f is None or f.body is not None or any(p in ("convex", "strongly-convex") for p, _ in f.properties):
            continue
        functions = {**program.functions, name: replace(f, properties=(*f.properties, ("convex", ())))}
        yield f"${name}$ is convex", replace(program, functions=MappingProxyType(functions))


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
