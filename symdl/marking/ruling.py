"""Ruling on one line: read it, judge its step and its truth, name its mistake, and keep what it establishes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from symdl.errors import IndexClash, ReadError, ShapeError, SymdlError, UnsupportedError
from symdl.language.displays import WorkLine
from symdl.language.hand import hand_of
from symdl.language.macros import Macros
from symdl.language.parse import parse
from symdl.language.print_latex import latex
from symdl.language.reader import beyond_definition, read_line
from symdl.language.reading.calls import TAKES_SUM
from symdl.language.reading.names import words_of
from symdl.language.surface import Related
from symdl.language.syntax import Implication, Junction, Relation
from symdl.language.understanding import Line
from symdl.marking.chains import worst
from symdl.marking.conditions import announced, begins_with_arrow, sets_to_zero, under
from symdl.marking.diagnose import diagnose
from symdl.marking.ill_typed import repaired
from symdl.marking.mistake import Context, Mistake
from symdl.marking.parameters import with_parameter
from symdl.marking.side_by_side import pieces
from symdl.marking.state import LineReport, State, condition, established, with_head
from symdl.solution.evidence import PROVED, REFUTED, UNCHECKED, Evidence
from symdl.tensor.build import add_definition
from symdl.tensor.elaborate import sequents
from symdl.tensor.program import Sequent

Judge = Callable[[Sequent], Evidence]


@dataclass(frozen=True)
class Marker:
    """How lines are ruled on: the author's macros, the judge, and whether mistakes are named."""

    macros: Macros
    judge: Judge
    diagnoses: bool = True

    def rule_line(self, work: WorkLine, state: State, follows: str = "") -> tuple[LineReport, State]:
        """The ruling on a line, and what is established after it; `follows` is the LaTeX of the next line."""
        try:
            line = read_line(work.latex, state.scope, role="work", previous=state.previous, macros=self.macros)
        except SymdlError as error:
            known = with_parameter(error, state)
            if known is not None:
                report, after = self.rule_line(work, known, follows)
                return report, replace(after, scope=state.scope, program=state.program)
            apart = pieces(work.latex) if isinstance(error, IndexClash) else []
            if len(apart) > 1:
                return self._side_by_side(work, apart, state)
            report, after = self._unread(work, error, state), self._after_unread(work, state)
            slip = work.number if report.step.status == REFUTED else state.slip if after.head is state.head else None
            return report, replace(after, slip=slip)
        if not line.starts_with_relation:
            state = replace(state, broken=False)
        state = replace(state, hand=state.hand | hand_of(line))
        line = self._as_meant(work, _own_claim(work, line, state), state)
        read_as = self._read_as(line, state)
        try:
            above = state.previous.node if state.previous is not None else None
            sets = sets_to_zero(line, above) and (begins_with_arrow(follows) or announced(work.prose))
            if sets and self.step_and_truth(line, state)[1].status == REFUTED:
                return condition(work, line, read_as, state)
            if line.definition is not None:
                return self._define(work, line, read_as, state)
            steps, truths, after, mistake = [], [], state, None
            for part in parts(line):
                step, truth = self.step_and_truth(part, after)
                if step.status == REFUTED and mistake is None:
                    mistake = self._diagnosed(part, after)
                after = established(work, part, step, truth, after)
                steps.append(step)
                truths.append(truth)
            report = LineReport(work, line, read_as, worst(steps), worst(truths), "; ".join(line.notes), mistake)
            return report, replace(after, previous=line)
        except (UnsupportedError, ReadError) as error:
            evidence = Evidence(UNCHECKED, "this can't be checked: " + error.what)
            message = error.at(f"line {work.number}", work.latex).render()
            return LineReport(work, line, read_as, evidence, evidence, message), replace(state, previous=line)

    def _side_by_side(self, work: WorkLine, apart: list[str], state: State) -> tuple[LineReport, State]:
        """Statements on one row whose letters run differently: each ruled on by itself, one report for all."""
        found: list[LineReport] = []
        for piece in apart:
            report, state = self.rule_line(replace(work, latex=piece), state)
            found.append(report)
        mistake = next((r.mistake for r in found if r.mistake is not None), None)
        read_as = r", \quad ".join(r.read_as for r in found)
        message = "; ".join(r.message for r in found if r.message)
        step, truth = worst([r.step for r in found]), worst([r.truth for r in found])
        return replace(
            found[-1], work=work, read_as=read_as, step=step, truth=truth, message=message, mistake=mistake
        ), state

    def _as_meant(self, work: WorkLine, line: Line, state: State) -> Line:
        """`\\log a \\sum_i b_i` is log(a Σ b) by rule 5; where only (log a) Σ b makes the line right, that is meant."""
        if line.definition is not None or not any(TAKES_SUM in n for n in line.notes):
            return line
        try:
            other = read_line(work.latex, state.scope, "work", state.previous, self.macros, sums_apart=True)
            step, truth = self.step_and_truth(line, state)[0], self.step_and_truth(other, state)[0]
            if truth.holds or step.status != REFUTED or truth.status != REFUTED:
                return line if step.holds or not truth.holds else other
            found, instead = self._diagnosed(line, state), self._diagnosed(other, state)
        except SymdlError:
            return line
        mended = found is not None and found.correction is not None
        return line if mended or instead is None or instead.correction is None else other

    # ------------------------------------------------------------------------------ lines that can't be read

    def _unread(self, work: WorkLine, error: SymdlError, state: State) -> LineReport:
        """Ill-typed is wrong; a clash of index ranges is wrong where a small change makes it true; else unchecked.

        A size that the reader could not infer is its own limit, never the student's mistake.
        """
        message = error.at(f"line {work.number}", work.latex).render()
        mistake = None
        ill_typed = isinstance(error, ShapeError) and not _may_be_meant(error, work.latex)
        if (ill_typed or isinstance(error, IndexClash)) and self.diagnoses:
            mistake = repaired(work.latex, self._context(None, state), state.previous, self.macros)
        if isinstance(error, IndexClash) and error.certain and mistake is None:
            mistake = Mistake("index", f"An index is wrong: {error.found}, yet {error.expected}.")
        if ill_typed and mistake is None:
            mistake = Mistake("shape", f"The shapes do not fit: {error.found or error.what}.")
        if mistake is None:
            evidence = Evidence(UNCHECKED, "the line can't be read: " + error.what)
            return LineReport(work, None, "", evidence, evidence, message)
        why = "does not type-check" if ill_typed else "can't mean anything as it stands"
        evidence = Evidence(REFUTED, f"the line {why}: {error.what}")
        return LineReport(work, None, "", evidence, evidence, message, mistake, ill_typed=True)

    def _after_unread(self, work: WorkLine, state: State) -> State:
        """The chain goes on from its left end, if that can be read."""
        try:
            surface = parse(work.latex, words_of(state.scope), self.macros)
        except SymdlError:
            return replace(state, previous=None, head=None, ops=(), broken=True)
        if not isinstance(surface, Related):
            return replace(state, previous=None, head=None, ops=(), broken=True)
        first = surface.parts[0]
        written = work.latex[first.span.start : first.span.end].strip(" &")
        if not written:
            return replace(state, broken=True)
        try:
            line = read_line(f"{written} = {written}", state.scope, role="work", macros=self.macros)
        except SymdlError:
            return replace(state, previous=None, head=None, ops=(), broken=True)
        if line.definition is not None or not isinstance(line.node, Relation):
            return replace(state, previous=None, head=None, ops=(), broken=True)
        return replace(state, previous=line, head=line.node.sides[0], ops=("=",), broken=True)

    # ------------------------------------------------------------------------------------------- definitions

    def _define(self, work: WorkLine, line: Line, read_as: str, state: State) -> tuple[LineReport, State]:
        definition = line.definition
        assert definition is not None
        program, scope = state.program, state.scope
        for d in line.definitions:
            program, scope = add_definition(program, scope, d)
        evidence = Evidence(PROVED, f"a definition of {definition.name}", details={"trivial": "definition"})
        definitions = (*state.definitions, *line.definitions)
        after = replace(state, scope=scope, program=program, definitions=definitions, previous=line)
        after = replace(after, head=definition.left, ops=("=",))
        step = truth = evidence
        mistake = None
        claim = beyond_definition(line)  # q = a = b defines q and claims a = b
        if claim is not None:
            step, truth = self.step_and_truth(claim, after)
            mistake = self._diagnosed(claim, after) if step.status == REFUTED else None
        return LineReport(work, line, read_as, step, truth, "; ".join(line.notes), mistake), after

    # ------------------------------------------------------------------------------------------------- judging

    def step_and_truth(self, line: Line, state: State) -> tuple[Evidence, Evidence]:
        """Truth by the definitions alone; step with what earlier lines claim. A true line is never a wrong step."""
        whole = with_head(line, state)
        truth = worst([self.judge(s) for s in sequents(whole, state.program)])
        if truth.holds:
            return truth, truth
        if state.broken and line.starts_with_relation:
            why = "a line of this chain can't be read, so whether this one follows from it is open"
            return Evidence(UNCHECKED, why), truth
        if state.conditions and truth.status == REFUTED:
            conditional = worst([self.judge(s) for s in sequents(under(state.conditions, line), state.program)])
            if conditional.holds:
                return conditional, conditional
        if not (state.claims or whole is not line):
            return truth, truth
        steps = [self.judge(s) for s in sequents(line, state.program)]
        if worst(steps).status == REFUTED and state.claims:
            values, partials = state.claims.values, state.claims.partials
            steps = [self.judge(replace(s, values=values, partials=partials)) for s in sequents(line, state.program)]
        return worst(steps), truth

    def _diagnosed(self, line: Line, state: State) -> Mistake | None:
        return diagnose(line, self._context(line, state)) if self.diagnoses else None

    def _context(self, line: Line | None, state: State) -> Context:
        claims = state.claims

        def with_claims(q: Sequent) -> Sequent:
            return replace(q, values=claims.values, partials=claims.partials) if claims else q

        head = state.head if line is not None and line.starts_with_relation else None
        return Context(
            state.program,
            state.scope,
            state.definitions,
            with_claims,
            self.judge,
            head,
            state.hand,
            lambda text: self._reread(text, state),
        )

    def _reread(self, text: str, state: State) -> Line | None:
        """A text as a line in the same place; None where it can't be read."""
        try:
            return read_line(text, state.scope, role="work", previous=state.previous, macros=self.macros)
        except SymdlError:
            return None

    def _read_as(self, line: Line, state: State) -> str:
        """The line in the student's hand, if that reads back: `:=` marks a definition, a note the kind of a partial."""
        text = latex(line.node, hand=state.hand)
        again = self._reread(text, state)
        if again is None or again.node != line.node:
            text = latex(line.node)
        if line.definition is not None:
            text = text.replace(" = ", " := ", 1)
        partials = [n for n in line.notes if re.search(r"\b(local|total)\b", n)]
        return text + "".join(rf" \quad \text{{({n})}}" for n in partials)


ROW_LAYOUT = re.compile(r"\\partial\s*\{?[A-Za-z\\][A-Za-z0-9_]*\}?\s*\^\s*\{?\s*(T\b|\\top|\\intercal|\\mathsf)")


def _may_be_meant(error: SymdlError, latex: str) -> bool:
    """Could the shapes fit in a convention that the reader does not have? Then nobody is wrong for certain.

    A size that was not inferred; a row added to every row of a matrix; a derivative by a transpose, laid out as a row.
    """
    if "?" in error.found + error.expected or ROW_LAYOUT.search(latex):
        return True
    shapes = re.findall(r"([^\s×,]+)×([^\s×,]+)", error.found)
    rows = len(shapes) == 2 and shapes[0][1] == shapes[1][1] and "1" in (shapes[0][0], shapes[1][0])
    return rows and "terms" in error.expected


def _own_claim(work: WorkLine, line: Line, state: State) -> Line:
    """A row that begins with an arrow claims its own statement, unless what it concludes from is a condition.

    As an implication from a wrong line above it would hold wherever that line happens to be true, and mean nothing.
    """
    node, above = line.node, state.previous.node if state.previous is not None else None
    if not begins_with_arrow(work.latex) or not isinstance(node, Implication):
        return line
    return line if isinstance(above, Implication) or above in state.conditions else replace(line, node=node.right)


def parts(line: Line) -> list[Line]:
    """Statements side by side on one line, each as a line of its own."""
    node = line.node
    if isinstance(node, Junction) and node.op == "and":
        rest = [replace(line, node=p, starts_with_relation=False) for p in node.parts[1:]]
        return [replace(line, node=node.parts[0]), *rest]
    return [line]
