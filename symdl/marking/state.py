"""State: the ruling on a line, and what the lines so far have established: chains, claims, conditions, spelling."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symdl.language.displays import WorkLine
from symdl.language.hand import PLAIN, Hand
from symdl.language.scope import Scope
from symdl.language.syntax import Node, Relation
from symdl.language.understanding import Definition, Line
from symdl.marking.chains import combine
from symdl.marking.claims import Claims
from symdl.marking.mistake import Mistake
from symdl.marking.targets import Stated
from symdl.solution.evidence import PROVED, REFUTED, Evidence
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.program import Program


@dataclass(frozen=True)
class LineReport:
    """The ruling on one line. `line` is None where it could not be read; then `message` says why."""

    work: WorkLine
    line: Line | None
    read_as: str
    step: Evidence
    truth: Evidence
    message: str = ""
    mistake: Mistake | None = None
    ill_typed: bool = False
    accepted: str = ""  # by a person, with their reason; then nothing else about the line counts

    @property
    def number(self) -> int:
        return self.work.number


@dataclass(frozen=True)
class State:
    """What the lines so far have established."""

    scope: Scope
    program: Program
    definitions: tuple[Definition, ...] = ()
    claims: Claims = field(default_factory=Claims)
    previous: Line | None = None
    head: Node | None = None  # the left end of the chain that `previous` belongs to
    ops: tuple[str, ...] = ()  # the relations of that chain so far
    broken: bool = False  # a line of this chain could not be read
    slip: int | None = None  # the first line of this chain whose step is refuted
    stated: tuple[Stated, ...] = ()
    conditions: tuple[Relation, ...] = ()  # what has been set to zero, for the lines that follow
    hand: Hand = PLAIN  # how the student spells, by the lines so far


def condition(work: WorkLine, line: Line, read_as: str, state: State) -> tuple[LineReport, State]:
    """A line that sets something to zero: a condition for what follows, no claim."""
    assert isinstance(line.node, Relation)
    evidence = Evidence(PROVED, "a condition for the lines that follow, not a claim", details={"trivial": "condition"})
    note = "read as a condition: what follows holds where this is so"
    report = LineReport(work, line, read_as + r" \quad \text{(condition)}", evidence, evidence, note)
    conditions = (*state.conditions, line.node)
    return report, replace(state, previous=line, head=None, ops=(), conditions=conditions)


def with_head(line: Line, state: State) -> Line:
    """A line that begins with a relation is true if its chain's left end stands in the combined relation to it."""
    node = line.node
    if not line.starts_with_relation or state.head is None or not isinstance(node, Relation):
        return line
    if node.sides[0] == state.head:
        return line
    combined = combine((*state.ops, node.ops[0]))
    if combined is None:
        return line
    return replace(line, node=replace(node, sides=(state.head, *node.sides[1:]), ops=(combined, *node.ops[1:])))


def established(work: WorkLine, line: Line, step: Evidence, truth: Evidence, state: State) -> State:
    """The state after a line: its chain goes on, what it claims wrongly is in force, what holds is stated."""
    node = line.node
    if not isinstance(node, Relation):
        return replace(state, previous=line, head=None, ops=())
    continued = line.starts_with_relation and state.head is not None
    head = state.head if continued and state.head is not None else node.sides[0]
    ops = (*state.ops, *node.ops) if continued else node.ops
    slip = state.slip if continued else None
    if slip is None and step.status == REFUTED:
        slip = work.number
    claims = state.claims
    if set(ops) <= {"="}:
        if truth.holds:
            claims = claims.without(head)
        elif truth.status == REFUTED:
            elaborator = Elaborator(state.scope, state.program)
            claims = claims.with_line(head, node.sides[-1], line, elaborator)
    stated = state.stated
    if step.holds:
        stated = (*stated, Stated(work.number, head, node.sides, ops, truth.holds, slip))
    return replace(state, claims=claims, previous=line, head=head, ops=ops, stated=stated, slip=slip)
