"""Match: a line is an instance of a lemma if the two differ by nothing, for some choice of the lemma's names.

    a ≤ b  is an instance of  l ≤ r  at σ    if    b − a = σ(r) − σ(l)    is proved

What the names may stand for is found in the line; that the choice fits is proved by the judge, so that a line may be
written in its own way, and with the names that its problem defines.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symdl.errors import SymdlError
from symdl.judge.equality import prove
from symdl.judge.shared import SharedJudge
from symdl.language.dims import Dim, Shape
from symdl.language.scope import Scope
from symdl.language.syntax import (
    Apply,
    Binder,
    Condition,
    IndexVar,
    Node,
    Number,
    Relation,
    Slice,
    Symbol,
    substitute_sizes,
)
from symdl.language.understanding import Line, Understanding
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import sub
from symdl.tensor.program import Fact, Goal, Program, Sequent

SECONDS = 2.0  # of processor time, for all choices of one form together
PROVING = 1.5  # for the one whose values agree
TRIED = 1500
BOUNDS = {"≤": False, "≥": True}  # turned round?


@dataclass(frozen=True)
class Choice:
    """What a lemma's names stand for in a line: tensors, functions, sizes."""

    names: Mapping[str, Node] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, Dim] = field(default_factory=dict)

    def __call__(self, node: Node) -> Node:
        return self._put(substitute_sizes(node, dict(self.sizes)))

    def _put(self, node: Node) -> Node:
        if isinstance(node, Symbol) and node.name in self.names:
            return self.names[node.name]
        if isinstance(node, Symbol) and node.name in self.functions:
            return replace(node, name=self.functions[node.name])
        node = node.map_children(self._put)
        if isinstance(node, Apply) and node.name in self.functions:
            return replace(node, name=self.functions[node.name])
        return node

    def with_name(self, name: str, wanted: Shape, node: Node) -> Choice | None:
        """With one more name; None where its sizes do not fit those chosen before."""
        sizes = sizes_fitting(wanted, node.shape, self.sizes)
        return None if sizes is None else replace(self, names={**self.names, name: node}, sizes=sizes)


def sizes_fitting(wanted: Shape, shape: Shape, sizes: Mapping[str, Dim]) -> dict[str, Dim] | None:
    """The lemma's sizes where `wanted` is `shape`; None where they can't be."""
    out = dict(sizes)
    if len(wanted) != len(shape):
        return None
    for a, b in zip(wanted, shape, strict=True):
        if b.base != a.base or b.factors or a.size.name is None or out.setdefault(a.size.name, b.size) != b.size:
            return None
    return out


def choices(lemma: Understanding, line: Line, scope: Scope, start: Choice) -> Iterator[Choice]:
    """All ways to let the lemma's names stand for parts of the line, or for names of its problem; small ones first."""
    names = [(n, d.shape) for n, d in lemma.scope.names.items() if d.kind == "tensor" and n not in start.names]
    stated = (*lemma.claims, *lemma.assumptions)
    # a letter of the lemma's own would capture the same letter of the line
    own = {n.name for c in stated for n in c.node.walk() if isinstance(n, Binder)}.union(*(c.letters for c in stated))
    parts = [p for p in _parts(line, scope) if _letters(p) <= set(line.letters) - own]

    def extend(choice: Choice, rest: Sequence[tuple[str, Shape]]) -> Iterator[Choice]:
        if not rest:
            yield choice
            return
        for part in parts:
            more = choice.with_name(*rest[0], part)
            if more is not None:
                yield from extend(more, rest[1:])

    return extend(start, names)


def instances(
    claim: Line,
    line: Line,
    found: Iterator[Choice],
    program: Program,
    scope: Scope,
    suppose: tuple[Fact, ...],
    judge: SharedJudge,
) -> Iterator[Choice]:
    """The choices at which the line is an instance of the claim, proved."""
    elaborator = Elaborator(scope, program)
    target = _bound(elaborator, line)
    until = time.process_time() + SECONDS
    if target is None:
        return
    for choice in itertools.islice(found, TRIED):
        if time.process_time() > until:
            return
        try:
            source = _bound(elaborator, replace(line, node=choice(claim.node)))
        except SymdlError:
            continue
        if source is None or [b.name for b in source.binders] != [b.name for b in target.binders]:
            continue
        gap = Goal("=", sub(target.right, target.left), sub(source.right, source.left), target.binders)
        sequent = Sequent(program, (gap,), suppose)
        if not judge.differs(sequent) and prove(sequent, seconds=PROVING) is not None:
            yield choice


def _bound(elaborator: Elaborator, line: Line) -> Goal | None:
    """The line as smaller ≤ larger, if it is one bound between scalars."""
    if not isinstance(line.node, Relation) or line.node.ops not in (("≤",), ("≥",)) or line.node.sides[0].shape:
        return None
    premises, made = elaborator.goals(line)
    if len(made) != 1 or premises or made[0].condition is not None:
        return None
    goal = made[0]
    return replace(goal, op="≤", left=goal.right, right=goal.left) if BOUNDS[goal.op] else goal


def _parts(line: Line, scope: Scope) -> list[Node]:
    """What may stand for a name: the line's symbols, then those of its problem, 1, then its larger parts."""
    inside = list(dict.fromkeys(line.node.walk()))
    inside = [n for n in inside if not isinstance(n, Relation | Condition | Binder | IndexVar | Slice)]
    functions = {n.name for n in inside if isinstance(n, Apply)}
    symbols = [n for n in inside if isinstance(n, Symbol) and n.name not in functions]
    known = [
        Symbol(name, d.shape)
        for name, d in scope.names.items()
        if d.kind == "tensor" and not d.members and name not in functions
    ]
    larger = sorted((n for n in inside if not isinstance(n, Symbol)), key=lambda n: sum(1 for _ in n.walk()))
    return list(dict.fromkeys((*symbols, *known, Number(Fraction(1)), *larger)))


def _letters(node: Node) -> set[str]:
    return {n.name for n in node.walk() if isinstance(n, IndexVar)}
