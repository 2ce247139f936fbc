"""Check: rule on a hand derivation line by line: step, truth, follow-through, targets, first wrong line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symdl.errors import SymdlError
from symdl.judge.equality import prove
from symdl.judge.shared import SharedJudge
from symdl.language.dims import Range
from symdl.language.displays import WorkLine, read_document
from symdl.language.hand import Hand
from symdl.language.macros import Macros
from symdl.language.scope import Scope
from symdl.language.syntax import Node, Relation, Symbol
from symdl.language.understanding import Definition, Line, Understanding
from symdl.marking.chains import combine, worst
from symdl.marking.layouts import other_layouts
from symdl.marking.marks import Marks, marks_of
from symdl.marking.overrides import Override, apply
from symdl.marking.places import replaced
from symdl.marking.ruling import Judge, Marker
from symdl.marking.state import LineReport, State
from symdl.marking.targets import Stated, TargetStatus, targets_reached
from symdl.solution.evidence import REFUTED, UNCHECKED
from symdl.tensor.elaborate import sequents
from symdl.tensor.program import Program, Sequent

REARRANGING = 0.4  # seconds to see that two expressions are one but for their arrangement


@dataclass(frozen=True)
class Report:
    """The ruling on a whole derivation."""

    lines: tuple[LineReport, ...]
    targets: tuple[TargetStatus, ...]
    notes: tuple[str, ...] = ()
    marks: Marks | None = None
    macros: Macros = field(default_factory=Macros)

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


def check(
    text: str,
    understanding: Understanding,
    program: Program,
    *,
    kind: str = "tex",
    judge: Judge | None = None,
    name: str = "",
    overrides: Sequence[Override] = (),
    marks: Mapping[str, Fraction] | None = None,
) -> Report:
    """Rule on every line of a `.tex` or Markdown derivation.

    Args:
        text: the derivation.
        understanding: the problem, read.
        program: the problem, elaborated.
        kind: `tex` or `md`.
        judge: rules on a sequent (default: `judge.shared`, which draws values once for all lines).
        name: the file's name, for overrides.
        overrides: a person's word on single lines.
        marks: points for targets and for key lines.

    Raises:
        ReadError: the document as a whole can't be read (its macros or its environments).
    """
    document = read_document(text, kind)
    lines = tuple(apply(w, name, overrides) for w in document.lines)
    run = _Run(understanding, program, judge or SharedJudge(), lines, document.macros, marks or {})
    report = run(understanding.scope)
    if sum(r.step.status == REFUTED for r in report.lines) < 2:
        return report  # one such line is a slip
    for scope, note in other_layouts(understanding.scope, report.lines):
        other = run(scope, diagnoses=False)
        if consistent(report, other):
            if other.first_wrong_line is not None:  # wrong in its own layout too: now say how
                other = run(scope)
            return replace(other, notes=(*other.notes, note))
    return report


@dataclass(frozen=True)
class _Run:
    """One pass over all lines, in a layout."""

    understanding: Understanding
    program: Program
    judge: Judge
    lines: tuple[tuple[WorkLine, str | None], ...]
    macros: Macros
    scheme: Mapping[str, Fraction]

    def __call__(self, scope: Scope, diagnoses: bool = True) -> Report:
        free = not any(n.startswith(r"\sigma") for n in scope.names)
        hand = Hand(functions={"sigmoid": r"\sigma"} if free else {})  # as people write it
        state = State(scope, self.program, self.understanding.definitions, hand=hand)
        marker = Marker(self.macros, self.judge, diagnoses)
        reports: list[LineReport] = []
        following = [*(work.latex for work, _ in self.lines[1:]), ""][: len(self.lines)]
        for (work, accepted), follows in zip(self.lines, following, strict=True):
            report, state = marker.rule_line(work, state, follows)
            if accepted is not None:
                report, state = _by_hand(report, accepted), _stated(report, state)
            reports.append(report)
        same = same_value(state, self.judge)
        report_ = Report(tuple(reports), targets_reached(self.understanding, state.stated, same), macros=self.macros)
        marks = marks_of(self.scheme, self.understanding, state.stated, report_.first_wrong_line, same)
        return replace(report_, marks=marks)


def _by_hand(report: LineReport, reason: str) -> LineReport:
    """A line that a person accepts: it holds, and says on whose word."""
    how = "accepted by hand" + (f": {reason}" if reason else "")
    evidence = replace(report.step, status="supported", how=how, witness=None, details={"accepted": True})
    return replace(report, step=evidence, truth=evidence, mistake=None, accepted=how)


def _stated(report: LineReport, state: State) -> State:
    """A line that a person accepts counts as stated, for targets and marks."""
    node = None if report.line is None else report.line.node
    if not isinstance(node, Relation) or any(s.number == report.number for s in state.stated):
        return state
    here = Stated(report.number, state.head or node.sides[0], node.sides, state.ops or node.ops)
    return replace(state, stated=(*state.stated, here))


def consistent(report: Report, other: Report) -> bool:
    """Is the other layout the one in which the whole file is written?

    It makes at least two lines right that are wrong in the problem's layout, and makes none wrong.
    """
    first, later = report.first_wrong_line, other.first_wrong_line
    if first is None or (later is not None and later <= first):
        return False
    gained = [
        o
        for r, o in zip(report.lines, other.lines, strict=True)
        if r.step.status == REFUTED and (o.truth.holds or (r.ill_typed and not o.ill_typed))
    ]
    lost = [o for r, o in zip(report.lines, other.lines, strict=True) if r.truth.holds and not o.truth.holds]
    return len(gained) >= 2 and not lost


def same_value(state: State, judge: Judge) -> Callable[[Node, Node, Mapping[str, Range]], bool]:
    """Are two expressions the same but for rearrangement: no definition unfolded, nothing differentiated?"""

    def same(a: Node, b: Node, letters: Mapping[str, Range]) -> bool:
        if a == b or any(same(x, y, letters) for x, y in opened(a, b, state.definitions)):
            return True
        line = Line(Relation((a, b), ("=",)), "", letters)
        try:
            asked = sequents(line, state.program)
            if isinstance(judge, SharedJudge) and any(judge.differs(q) for q in asked):
                return False
            return bool(asked) and all(map(_rearranged, asked))
        except SymdlError:
            return False

    return same


def opened(a: Node, b: Node, definitions: Sequence[Definition]) -> Iterator[tuple[Node, Node]]:
    """The pair with the names that only one of them uses written out: `1 + v^\\top A^{-1} u` beside s."""
    names = [{n.name for n in x.walk() if isinstance(n, Symbol)} for x in (a, b)]
    for d in definitions:
        if d.kind != "value" or not isinstance(d.left, Symbol) or d.left.members or d.condition is not None:
            continue
        if d.name in names[0] ^ names[1]:
            yield replaced(a, d.left, d.right), replaced(b, d.left, d.right)
            return


def _rearranged(q: Sequent) -> bool:
    """Are both sides one without a definition opened, a fact used, a derivative or an induction?"""
    proof = prove(q, seconds=REARRANGING)
    return proof is not None and (bool(proof.trivial) or not proof.uses)


__all__ = ["Judge", "LineReport", "Report", "check", "combine", "same_value", "worst"]
