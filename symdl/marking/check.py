"""Check: rule on a hand derivation line by line: step, truth, follow-through, targets, first wrong line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from symdl.errors import ReadError, ShapeError, SymdlError, UnsupportedError
from symdl.judge.verdict import rule
from symdl.language.displays import WorkLine, read_document
from symdl.language.macros import Macros
from symdl.language.print_latex import latex
from symdl.language.reader import beyond_definition, read_line
from symdl.language.scope import Scope
from symdl.language.syntax import Junction, Node, Relation
from symdl.language.understanding import Definition, Line, Understanding
from symdl.marking.claims import Claims
from symdl.marking.diagnose import Context, Mistake, diagnose
from symdl.marking.targets import Stated, TargetStatus, targets_reached
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED, Evidence
from symdl.tensor.build import add_definition
from symdl.tensor.elaborate import Elaborator, sequents
from symdl.tensor.program import Program, Sequent

Judge = Callable[[Sequent], Evidence]


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

    @property
    def number(self) -> int:
        return self.work.number


@dataclass(frozen=True)
class Report:
    """The ruling on a whole derivation."""

    lines: tuple[LineReport, ...]
    targets: tuple[TargetStatus, ...]
    notes: tuple[str, ...] = ()

    @property
    def first_wrong_line(self) -> int | None:
        return next((r.number for r in self.lines if r.step.status == REFUTED), None)

    @property
    def verdict(self) -> str:
        if self.first_wrong_line is not None:
            return "wrong"
        if not self.lines or any(r.step.status == UNCHECKED or r.truth.status == UNCHECKED for r in self.lines):
            return "unchecked"
        if any(not t.reached for t in self.targets):
            return "incomplete"
        return "correct"


@dataclass(frozen=True)
class _State:
    """What the lines so far have established."""

    scope: Scope
    program: Program
    definitions: tuple[Definition, ...] = ()
    claims: Claims = field(default_factory=Claims)
    previous: Line | None = None
    head: Node | None = None  # the left end of the chain that `previous` belongs to
    ops: tuple[str, ...] = ()  # the relations of that chain so far
    stated: tuple[Stated, ...] = ()


def check(
    text: str, understanding: Understanding, program: Program, *, kind: str = "tex", judge: Judge = rule
) -> Report:
    """Rule on every line of a `.tex` or Markdown derivation.

    Raises:
        ReadError: the document as a whole can't be read (its macros or its environments).
    """
    document = read_document(text, kind)
    state = _State(understanding.scope, program, understanding.definitions)
    reports: list[LineReport] = []
    for work in document.lines:
        report, state = _rule_line(work, state, document.macros, judge)
        reports.append(report)
    same = same_value(state, judge)
    return Report(tuple(reports), targets_reached(understanding, state.stated, same))


def same_value(state: _State, judge: Judge) -> Callable[[Node, Node], bool]:
    """Are two expressions the same but for rearrangement: no definition unfolded, nothing differentiated?"""

    def same(a: Node, b: Node) -> bool:
        if a == b:
            return True
        try:
            found = [judge(q) for q in sequents(Line(Relation((a, b), ("=",)), ""), state.program)]
        except SymdlError:
            return False
        return bool(found) and all(e.status == PROVED and e.details.get("trivial") for e in found)

    return same


def _rule_line(work: WorkLine, state: _State, macros: Macros, judge: Judge) -> tuple[LineReport, _State]:
    try:
        line = read_line(work.latex, state.scope, role="work", previous=state.previous, macros=macros)
    except ShapeError as error:
        message = error.at(f"line {work.number}", work.latex).render()
        evidence = Evidence(REFUTED, "the line does not type-check: " + error.what)
        return LineReport(work, None, "", evidence, evidence, message, ill_typed=True), replace(state, previous=None)
    except SymdlError as error:
        message = error.at(f"line {work.number}", work.latex).render()
        evidence = Evidence(UNCHECKED, "the line can't be read: " + error.what)
        return LineReport(work, None, "", evidence, evidence, message), replace(state, previous=None)
    read_as = latex(line.node)
    try:
        if line.definition is not None:
            return _define(work, line, read_as, state, judge)
        steps, truths, after, mistake = [], [], state, None
        for part in parts(line):
            step, truth = _step_and_truth(part, after, judge)
            if step.status == REFUTED and mistake is None:
                mistake = diagnose(part, _context(after, judge))
            after = _after(work, part, step, truth, after)
            steps.append(step)
            truths.append(truth)
        report = LineReport(work, line, read_as, worst(steps), worst(truths), "; ".join(line.notes), mistake)
        return report, replace(after, previous=line)
    except (UnsupportedError, ReadError) as error:
        evidence = Evidence(UNCHECKED, "this can't be checked: " + error.what)
        return LineReport(work, line, read_as, evidence, evidence, error.render()), replace(state, previous=line)


def parts(line: Line) -> list[Line]:
    """Statements side by side on one line, each as a line of its own."""
    node = line.node
    if isinstance(node, Junction) and node.op == "and":
        rest = [replace(line, node=p, starts_with_relation=False) for p in node.parts[1:]]
        return [replace(line, node=node.parts[0]), *rest]
    return [line]


def _define(work: WorkLine, line: Line, read_as: str, state: _State, judge: Judge) -> tuple[LineReport, _State]:
    definition = line.definition
    assert definition is not None
    program, scope = add_definition(state.program, state.scope, definition)
    evidence = Evidence(PROVED, f"a definition of {definition.name}", details={"trivial": "definition"})
    definitions = (*state.definitions, definition)
    after = replace(state, scope=scope, program=program, definitions=definitions, previous=line)
    after = replace(after, head=definition.left, ops=("=",))
    step = truth = evidence
    claim = beyond_definition(line)  # q = a = b defines q and claims a = b
    if claim is not None:
        step, truth = _step_and_truth(claim, after, judge)
    mistake = diagnose(claim, _context(after, judge)) if claim is not None and step.status == REFUTED else None
    return LineReport(work, line, read_as, step, truth, "; ".join(line.notes), mistake), after


def _step_and_truth(line: Line, state: _State, judge: Judge) -> tuple[Evidence, Evidence]:
    """Truth by the definitions alone; step with what earlier lines claim. A true line is never a wrong step."""
    whole = _with_head(line, state)
    truth = worst([judge(s) for s in sequents(whole, state.program)])
    if truth.holds or not (state.claims or whole is not line):
        return truth, truth
    steps = [judge(s) for s in sequents(line, state.program)]
    if worst(steps).status == REFUTED and state.claims:
        claims = state.claims
        steps = [
            judge(replace(s, values=claims.values, partials=claims.partials)) for s in sequents(line, state.program)
        ]
    return worst(steps), truth


def _context(state: _State, judge: Judge) -> Context:
    claims = state.claims

    def with_claims(q: Sequent) -> Sequent:
        return replace(q, values=claims.values, partials=claims.partials) if claims else q

    return Context(state.program, state.scope, state.definitions, with_claims, judge)


def _with_head(line: Line, state: _State) -> Line:
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


def combine(ops: tuple[str, ...]) -> str | None:
    """The relation of the two ends of a chain: `=`, then `≤` or `<` (or `≥`, `>`) if all point one way, else None."""
    kinds = set(ops) - {"="}
    if not kinds:
        return "="
    for strict, weak in (("<", "≤"), (">", "≥"), ("≺", "⪯"), ("≻", "⪰")):
        if kinds <= {strict, weak}:
            return strict if strict in kinds else weak
    return kinds.pop() if len(kinds) == 1 else None


def _after(work: WorkLine, line: Line, step: Evidence, truth: Evidence, state: _State) -> _State:
    node = line.node
    if not isinstance(node, Relation):
        return replace(state, previous=line, head=None, ops=())
    continued = line.starts_with_relation and state.head is not None
    head = state.head if continued and state.head is not None else node.sides[0]
    ops = (*state.ops, *node.ops) if continued else node.ops
    claims = state.claims
    if set(ops) <= {"="}:
        if truth.holds:
            claims = claims.without(head)
        elif truth.status == REFUTED:
            elaborator = Elaborator(state.scope, state.program)
            claims = claims.with_line(head, node.sides[-1], line, elaborator)
    stated = state.stated
    if step.holds:
        stated = (*stated, Stated(work.number, head, node.sides, ops))
    return replace(state, claims=claims, previous=line, head=head, ops=ops, stated=stated)


def worst(evidence: list[Evidence]) -> Evidence:
    """What holds of all parts together: refuted beats unchecked beats supported beats proved."""
    if not evidence:
        return Evidence(UNCHECKED, "the line claims nothing that can be checked")
    order: dict[str, Any] = {REFUTED: 3, UNCHECKED: 2, SUPPORTED: 1, PROVED: 0}
    return max(evidence, key=lambda e: order[e.status])
