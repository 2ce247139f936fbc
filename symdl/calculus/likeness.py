"""Likeness: adjoints of layers that look alike are worked out once, then the names are put in.

Two quantities are alike if everything a rewrite may look at around them spells the same with its names numbered: who
reads them and how, the adjoints that arrive, the definitions nearby, the facts and properties of every name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.rewrite.context import Context
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Dimension, Expr, Idx
from symdl.tensor.program import Program
from symdl.tensor.spelled import Spelled, spelled

LONG = 400  # a definition with more accesses is no layer


class Key:
    """What lies around a quantity, its names numbered: equal for quantities that are alike."""

    def __init__(self, *names: str) -> None:
        self.names: dict[str, int] = {}
        self.parts: list[Any] = [self._number(n) for n in names]

    def _number(self, n: str) -> int:
        return self.names.setdefault(n, len(self.names))

    def add(self, name: str, what: Spelled | None) -> None:
        self.parts.append(self._number(name))
        if what is not None:
            self.parts.append(what.text)
            self.parts.extend([self._number(n) for n in what.names])

    @property
    def value(self) -> tuple[Any, ...]:
        return tuple(self.parts)


@dataclass
class Surroundings:
    """What lies around each name of a program, indexed once."""

    program: Program
    ctx: Context
    readers: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, list[Spelled]] = field(default_factory=dict)
    long: set[str] = field(default_factory=set)
    definitions: dict[str, Spelled | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for n, s in self.program.statements.items():
            names = dict.fromkeys(a.name for a in E.accesses(s.body))
            if len(names) > LONG:
                self.long.add(n)
                continue
            for m in names:
                self.readers.setdefault(m, []).append(n)
        for f in self.program.facts:
            sides = tuple(x for x in (f.left, f.right, f.condition, *f.arguments) if isinstance(x, Expr))
            what = spelled(f.op, f.binders, sides)
            subject = [f.subject] if f.subject else []
            for m in dict.fromkeys([*(a.name for x in sides for a in E.accesses(x)), *subject]):
                self.facts.setdefault(m, []).append(what)

    def look(self, key: Key, root: str) -> bool:
        """Add what is known near the names so far; False if that is too much to look at."""
        seen: set[str] = set()
        for _ in range(2):  # definitions and readers, and once more of what they name
            for n in list(key.names):
                if n in seen or n == root:
                    continue
                seen.add(n)
                if n in self.long:
                    return False
                key.add(n, self.definition(n))
                for reader in self.readers.get(n, ()):
                    if reader != root:
                        key.add(reader, self.definition(reader))
        for n in list(key.names):
            leaf = self.program.leaves.get(n)
            key.parts += [n in self.ctx.symmetric, n in self.ctx.recurrent, leaf is not None and leaf.integer]
            for f in self.facts.get(n, ()):
                key.add(n, f)
        return True

    def definition(self, n: str) -> Spelled | None:
        if n not in self.definitions:
            s = self.program.statements.get(n)
            self.definitions[n] = None if s is None else spelled(s.kind, s.binders, s.body, s.base)
        return self.definitions[n]


def renamed(e: Expr, names: Mapping[str, str], letters: Mapping[str, Expr], sizes: frozenset[str]) -> Expr:
    """The same with other names of tensors and sizes, and other free letters."""
    memo: dict[Expr, Expr] = {}

    def visit(x: Expr) -> Expr:
        found = memo.get(x)
        if found is not None:
            return found
        if isinstance(x, Idx):
            out = letters.get(x.name, x)
        else:
            out = E.rebuild(x, visit)
            if isinstance(out, Acc) and out.name in names:
                out = Acc(names[out.name], out.indices)
            elif isinstance(out, Dimension) and out.name in names:
                out = Dimension(names[out.name], out.index)
        memo[x] = out
        return out

    moved = visit(e)
    # what was learnt of a bound letter holds for the sizes it was met with
    return E.refresh(moved) if any(n in sizes for n in names) else moved
