r"""Bars: `\frac{\partial L}{\partial Z}` written `\bar{Z}` in all lines of a solution, where its author wants it so.

A bar is a name like any other: `where` says what it is, and the reader of the problem reads it. A name that the problem
uses otherwise, or that can't be read, gets no bar; the step of that adjoint says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from symdl.errors import SymdlError
from symdl.language.declare import with_definition
from symdl.language.dims import ONE
from symdl.language.names import canonical
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.language.scope import Scope
from symdl.language.syntax import Derivative, Entry, Implication, IndexVar, Node, Relation, Symbol
from symdl.solution.narrative import code
from symdl.solution.step import Solution, Step

SUBSCRIPT = re.compile(r"_(\{[^{}]*\}|\\[A-Za-z]+|.)$")
SUPERSCRIPT = re.compile(r"\^(\{[^{}]*\}|.)$")


@dataclass(frozen=True)
class Bars:
    """The names of the adjoints of one quantity.

    `names` gives the symbol of each name's adjoint, over a family's members and then the name's own axes;
    `definitions` the lines that say what they are, `variables` the symbols as these lines have them.
    """

    of: Symbol
    scope: Scope  # of the problem, with the bars
    names: Mapping[str, Symbol] = field(default_factory=dict)
    definitions: Mapping[str, Relation] = field(default_factory=dict)
    variables: Mapping[str, Symbol] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)  # names without a bar, and why

    def spell(self, node: Node) -> Node:
        """The same line with bars."""
        found = adjoint(node)
        if found is not None and found[0] == self.of and found[1].name in self.names:
            _, symbol, indices = found
            bar = self.names[symbol.name]
            if bar.members:  # a family too
                bar, at = replace(bar, axes=symbol.axes, members=symbol.members), indices
            else:
                at = (*symbol.members, *indices)
            return Entry(bar, tuple(self.spell(i) for i in at)) if at else bar
        return node.map_children(self.spell)

    def claim(self, line: Node) -> Node:
        """A line that says a target, which keeps its name, with bars in what it is."""
        if isinstance(line, Implication):
            return replace(line, right=self.claim(line.right))
        if isinstance(line, Relation):
            return replace(line, sides=(line.sides[0], *(self.spell(s) for s in line.sides[1:])))
        return self.spell(line)

    def plain(self, node: Node) -> Node:
        """The same line with the derivatives that the bars are."""
        base = node.base if isinstance(node, Entry) else node
        if not isinstance(base, Symbol) or base.name not in self._back:
            return node.map_children(self.plain)
        variable = self.variables[self._back[base.name]]
        at = tuple(self.plain(i) for i in node.indices) if isinstance(node, Entry) else ()
        if base.members:
            variable = replace(variable, axes=base.axes, members=base.members)
        elif variable.members:
            k = len(variable.members)
            variable, at = replace(variable, members=at[:k]), at[k:]
        return Derivative(self.of, (Entry(variable, at) if at else variable,))

    @cached_property
    def _back(self) -> dict[str, str]:
        return {b.name: n for n, b in self.names.items()}


def adjoint(node: Node) -> tuple[Symbol, Symbol, tuple[Node, ...]] | None:
    """The scalar, the variable and its indices of a derivative that a bar can stand for."""
    if not isinstance(node, Derivative) or len(node.by) != 1 or node.transposed or node.diagonal:
        return None
    by: Node = node.by[0]
    indices: tuple[Node, ...] = ()
    while isinstance(by, Entry):
        indices = (*by.indices, *indices)
        by = by.base
    if not isinstance(by, Symbol) or not isinstance(node.of, Symbol) or node.of.shape or node.of.members:
        return None
    return node.of, by, indices


# ------------------------------------------------------------------------------------------------- which bars there are


def bars_for(solution: Solution, scope: Scope) -> Bars | None:
    """The bars of a solution: one for every adjoint that its lines use; None where they use none."""
    found: dict[str, Symbol] = {}
    of: Symbol | None = None
    for node in _used(solution):
        for x in node.walk():
            a = adjoint(x)
            if a is not None and of in (None, a[0]):
                of = a[0]
                found.setdefault(a[1].name, a[1])
    if of is None:
        return None
    bars = Bars(of, scope)
    for name, symbol in found.items():
        bars = _with(bars, name, symbol)
    return bars


def _used(solution: Solution) -> Iterator[Node]:
    """Every part of a line in which an adjoint may get a bar: a target alone on the left keeps the name it has."""
    targets = {a[1].name for r in solution.results if (a := adjoint(r.target)) is not None}

    def parts(line: Node) -> Iterator[Node]:
        last = line
        while isinstance(last, Implication):
            last = last.right
        own = adjoint(last.sides[0]) if isinstance(last, Relation) else None
        if own is not None and own[1].name in targets and isinstance(last, Relation):
            yield from last.sides[1:]
        else:
            yield line

    for r in solution.results:
        for line in (*r.where, *(x.line for s in r.steps for x in each(s)), r.index):
            yield from parts(line)
        if r.matrix is not None:
            yield r.matrix


def each(step: Step) -> Iterator[Step]:
    yield step
    for s in step.block:
        yield from each(s)


def _with(bars: Bars, name: str, symbol: Symbol) -> Bars:
    """With a bar for one more name, or the reason why it has none."""
    family = bars.scope.lookup(name)
    letters = tuple(IndexVar(b.name) for b in family.members) if family is not None else ()
    variable = replace(symbol, members=letters, axes=family.shape) if family is not None and letters else symbol
    derivative = Derivative(bars.of, (variable,))
    why = "its bar can't be read as a name"
    for text in _spellings(name, bool(letters), bars.scope):
        if bars.scope.lookup(canonical(text)) is not None:
            why = f"{code(text)} has a meaning of its own here"
            break
        left = latex(Entry(Symbol(text, (ONE,) * len(letters)), letters)) if letters else text
        try:
            line = read_line(f"{left} = {latex(derivative)}", bars.scope, "work")
        except SymdlError:
            continue
        own = line.definition
        if own is None or own.right != derivative or line.also:
            continue
        bar = next(n for n in own.left.walk() if isinstance(n, Symbol) and n.name == own.name)
        assert isinstance(line.node, Relation)
        return replace(
            bars,
            scope=with_definition(bars.scope, own),
            names={**bars.names, name: bar},
            definitions={**bars.definitions, name: line.node},
            variables={**bars.variables, name: variable},
        )
    return replace(bars, taken={**bars.taken, name: why})


def _spellings(name: str, family: bool, scope: Scope) -> Iterator[str]:
    r"""`\bar{W}_1`, `\bar{W_1}`; of a family `\bar{h}`, which its letters index."""
    stem = SUBSCRIPT.sub("", name)
    if family:
        yield rf"\bar{{{SUPERSCRIPT.sub('', stem)}}}"
        return
    if stem != name and stem and scope.lookup(stem) is None:
        yield rf"\bar{{{stem}}}" + name[len(stem) :]
    yield rf"\bar{{{name}}}"
