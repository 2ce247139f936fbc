"""A marked derivation as a page shows it: each line with its mark, the first mistake with its reason and witness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symdl.language.glyphs import glyphs
from symdl.language.macros import Macros, expanded
from symdl.language.print_latex import latex
from symdl.language.print_speech import speech
from symdl.language.print_typst import name_typst, typst
from symdl.language.syntax import Node
from symdl.marking.check import Report
from symdl.marking.kinds import SENTENCES
from symdl.marking.marks import Item
from symdl.marking.report import REVEAL, follows, reached
from symdl.marking.state import LineReport
from symdl.marking.targets import TargetStatus
from symdl.solution.evidence import REFUTED
from symdl.solution.witness_text import witness_sentence


@dataclass(frozen=True)
class Shown:
    """A formula in the notations of all targets; `written` is how its author wrote it, where somebody did."""

    latex: str
    typst: str = ""
    speech: str = ""
    written: str = ""


@dataclass(frozen=True)
class PageWitness:
    """Where a line fails: a sentence, and the values as formulas (as plain text where they are no matrices)."""

    sentence: str
    values: tuple[Shown, ...] = ()
    plain: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageLine:
    """One line: prose before it, its number, the formula, the mark, a short remark, and for the first wrong one why."""

    number: int
    prose: str
    formula: Shown
    mark: str  # tick, cross or question
    remark: str = ""
    why: tuple[str, ...] = ()  # sentences, with formulas between dollar signs
    correction: Shown | None = None
    witness: PageWitness | None = None
    first: bool = False  # the first wrong one
    message: str = ""  # of the reader, where it could not make sense of the line


@dataclass(frozen=True)
class PageTarget:
    formula: Shown
    status: str
    mark: str


@dataclass(frozen=True)
class PageItem:
    """An entry of the mark scheme."""

    formula: Shown
    points: str
    why: str
    mark: str


@dataclass(frozen=True)
class Page:
    verdict: str
    lines: tuple[PageLine, ...]
    targets: tuple[PageTarget, ...]
    notes: tuple[str, ...]
    marks: str = ""
    items: tuple[PageItem, ...] = ()
    remark: str = ""  # where there is no line to say it at


MARKS = {"proved": "tick", "supported": "tick", "refuted": "cross", "unchecked": "question"}


def page_of(report: Report, reveal: str = "full") -> Page:
    """The page of a report; `reveal` says how much of a mistake it gives away."""
    level = REVEAL.index(reveal)
    lines: tuple[PageLine, ...] = ()
    if level:
        lines = tuple(_line(r, level, r.number == report.first_wrong_line, report.macros) for r in report.lines)
    targets = tuple(
        PageTarget(shown(t.target.node), reached(report, t, level), _target_mark(report, t, level))
        for t in report.targets
    )
    notes = report.notes
    marks = ""
    items: tuple[PageItem, ...] = ()
    if report.marks is not None:
        marks = f"{float(report.marks.total):g} of {float(report.marks.out_of):g} marks"
        items = tuple(_item(i) for i in report.marks.items) if level else ()
        if report.marks.flag and level:
            notes = (*notes, "for a person: " + report.marks.flag)
    remark = "" if report.lines else "No displayed formula was found."
    return Page(report.verdict, lines, targets, notes, marks, items, remark)


def _target_mark(report: Report, target: TargetStatus, level: int) -> str:
    sure = target.reached and not (level and follows(report, target))
    return "tick" if sure else "question"


def _item(i: Item) -> PageItem:
    mark = "tick" if i.earned == i.points else "cross" if not i.earned else "question"
    return PageItem(Shown(i.latex), f"{float(i.earned):g} of {float(i.points):g}", i.why, mark)


def shown(node: Node, written: str = "") -> Shown:
    return Shown(latex(node), typst(node), speech(node), written)


def _line(r: LineReport, level: int, first: bool, macros: Macros) -> PageLine:
    written = " ".join(expanded(r.work.latex, macros).split())
    formula = shown(r.line.node, written) if r.line is not None else Shown(written)
    remark = ""
    if r.accepted:
        remark = r.accepted
    elif r.step.status == REFUTED and level == 2 and r.mistake is not None:
        remark = f"{SENTENCES[r.mistake.kind]}."
    elif r.step.holds and r.truth.status == REFUTED:
        remark = "follows from the mistake above"
    elif r.step.status == "unchecked":
        remark = r.step.how
    why: list[str] = []
    correction: Shown | None = None
    witness: PageWitness | None = None
    message = r.message if r.line is None and (level >= 3 or r.step.status != REFUTED) else ""
    if level >= 3 and r.mistake is not None:
        why.append(_in_plain_latex(r.mistake.explanation, macros))
    if first and level >= 3:
        if r.mistake is not None and r.mistake.correction:
            text, tree = expanded(r.mistake.correction, macros), r.mistake.corrected
            correction = Shown(text) if tree is None else shown(tree, text)
        if r.step.witness is not None:
            witness = _witness(r.step.as_json()["witness"])
    prose = " ".join(w for w in r.work.prose.split() if w.strip("#"))
    mark, message = MARKS[r.step.status], message.removeprefix("symdl: ")
    return PageLine(r.number, prose[:400], formula, mark, remark, tuple(why), correction, witness, first, message)


def _witness(w: dict[str, Any]) -> PageWitness:
    values, plain = [], []
    for name, value in w["values"].items():
        if isinstance(value, int):
            continue  # a size, which the sentence says
        rows = _rows(value)
        if rows is None:
            plain.append(f"{name} = {value}")
            continue
        matrix = r" \\ ".join(" & ".join(row) for row in rows)
        typed = ", ".join(rows[0]) if len(rows) == 1 and len(rows[0]) == 1 else ""
        grid = typed or 'mat(delim: "[", ' + "; ".join(", ".join(row) for row in rows) + ")"
        latex_ = typed or rf"\begin{{bmatrix}} {matrix} \end{{bmatrix}}"
        words = "; ".join(", ".join(row) for row in rows)
        values.append(Shown(f"{name} = {latex_}", f"{name_typst(glyphs(name))} = {grid}", f"{name} = {words}"))
    return PageWitness(witness_sentence(w), tuple(values), tuple(plain))


def _rows(value: Any) -> list[list[str]] | None:
    """A number, a column or a matrix as rows of digits; None of what has more axes."""
    if not isinstance(value, list):
        return [[f"{value:.6g}"]]
    if all(not isinstance(v, list) for v in value):
        return [[f"{v:.6g}"] for v in value]
    if all(isinstance(v, list) and all(not isinstance(x, list) for x in v) for v in value):
        return [[f"{x:.6g}" for x in v] for v in value]
    return None


def _in_plain_latex(sentence: str, macros: Macros) -> str:
    """A sentence whose formulas, between dollar signs, use none of the author's macros."""
    parts = sentence.split("$")
    return "$".join(expanded(part, macros) if k % 2 else part for k, part in enumerate(parts))
