"""The table of notation: every quantity of a problem, the space it lives in, and what it is."""

from __future__ import annotations

from symdl.document import tree
from symdl.language.dims import Shape
from symdl.language.scope import Declaration
from symdl.language.syntax import IndexVar, Node, Property, Symbol
from symdl.language.understanding import Understanding
from symdl.solution.numbering import Numbering

MOST_NAMES = 8  # in a row


def notation_table(understanding: Understanding, numbers: Numbering) -> tree.Notation:
    """Inputs first, as they were declared, then what the definitions define; what lives in one space shares a row."""
    defined: dict[str, int] = {}
    for n, d in zip(numbers.definitions, understanding.definitions, strict=True):
        defined.setdefault(d.name, n)
    declarations = [d for d in understanding.scope.names.values() if d.kind == "tensor" and d.origin != "builtin"]
    random = _random(understanding)
    groups: dict[tuple[str, Shape, bool], list[Declaration]] = {}
    for one in declarations:
        role = "labels" if one.integer else "random" if one.name in random else "given"
        key = ("defined" if one.name in defined else role, one.shape, one.integer)
        groups.setdefault(key, []).append(one)
    out: list[tuple[int, tree.Symbol]] = []
    for (role, _, _), names in groups.items():
        names.sort(key=lambda x: defined.get(x.name, 0))
        for k in range(0, len(names), MOST_NAMES):
            part = names[k : k + MOST_NAMES]
            numbered = [defined[x.name] for x in part if x.name in defined]
            said = (tree.Words("defined in "), *_ranges(numbered)) if numbered else (tree.Words(role),)
            out.append((numbered[0] if numbered else 0, _row(part, said)))
    return tree.Notation(tuple(row for _, row in sorted(out, key=lambda o: o[0])))


def _random(understanding: Understanding) -> set[str]:
    """The names of which `random` says something."""
    return {
        n.name
        for line in understanding.random
        for n in line.node.walk()
        if isinstance(n, Symbol) and isinstance(line.node, Property) and n in _subjects(line.node)
    }


def _subjects(node: Property) -> set[Node]:
    return {x for subject in node.subjects for x in subject.walk()}


def _ranges(numbers: list[int]) -> tree.Prose:
    """(1), (3) to (5)."""
    runs: list[list[int]] = []
    for n in sorted(set(numbers)):
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    out: list[tree.Inline] = []
    for run in runs:
        shown = [run[0], run[-1]] if len(run) > 2 else run
        for k, n in enumerate(shown):
            between = " to " if k and len(run) > 2 else ", "
            out += [*([tree.Words(between)] if out else []), tree.Reference(n)]
    return tuple(out)


def _row(declarations: list[Declaration], role: tree.Prose) -> tree.Symbol:
    names: list[tree.Inline] = []
    for d in declarations:
        members = tuple(IndexVar(b.name) for b in d.members)
        symbol = Symbol(d.name, d.shape, members, d.style if members else "sub", d.integer)
        names += [*([tree.Words(", ")] if names else []), tree.Formula(symbol)]
    first = declarations[0]
    return tree.Symbol(tuple(names), tree.Space(first.shape, first.integer), role)
