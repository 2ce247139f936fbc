"""A marked derivation as a page shows it: each line with its mark, the first mistake with its reason and witness."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.language.print_latex import latex
from symdl.language.print_speech import speech
from symdl.language.print_typst import typst
from symdl.language.syntax import Node
from symdl.marking.check import Report
from symdl.marking.report import REVEAL
from symdl.marking.ruling import LineReport
from symdl.solution.evidence import REFUTED
from symdl.solution.witness_text import witness_rows


@dataclass(frozen=True)
class Shown:
    """A formula in the notations of all targets; `latex` alone where no tree stands for it."""

    latex: str
    typst: str = ""
    speech: str = ""


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
    witness: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    verdict: str
    lines: tuple[PageLine, ...]
    targets: tuple[tuple[Shown, str], ...]
    notes: tuple[str, ...]
    marks: str = ""


MARKS = {"proved": "tick", "supported": "tick", "refuted": "cross", "unchecked": "question"}


def page_of(report: Report, reveal: str = "full") -> Page:
    """The page of a report; `reveal` says how much of a mistake it gives away."""
    level = REVEAL.index(reveal)
    lines = tuple(_line(r, level, r.number == report.first_wrong_line) for r in report.lines) if level else ()
    targets = tuple(
        (shown(t.target.node), f"reached on line {t.line}" if t.reached else "not reached") for t in report.targets
    )
    notes = report.notes
    marks = ""
    if report.marks is not None:
        marks = f"{float(report.marks.total):g} of {float(report.marks.out_of):g} marks"
        if report.marks.flag:
            notes = (*notes, report.marks.flag)
    return Page(report.verdict, lines, targets, notes, marks)


def shown(node: Node) -> Shown:
    return Shown(latex(node), typst(node), speech(node))


def _line(r: LineReport, level: int, first: bool) -> PageLine:
    formula = shown(r.line.node) if r.line is not None else Shown(" ".join(r.work.latex.split()))
    remark = ""
    if r.accepted:
        remark = r.accepted
    elif r.step.status == REFUTED and level == 2 and r.mistake is not None:
        remark = r.mistake.kind
    elif r.step.holds and r.truth.status == REFUTED:
        remark = "follows from the mistake above"
    elif r.step.status == "unchecked":
        remark = r.step.how
    why: list[str] = []
    correction: Shown | None = None
    witness: tuple[str, ...] = ()
    if first and level >= 3:
        if r.mistake is not None:
            why.append(r.mistake.explanation)
            if r.mistake.correction:
                correction = Shown(r.mistake.correction)
        if r.step.witness is not None:
            witness = tuple(witness_rows(r.step.as_json()["witness"]))
    prose = " ".join(w for w in r.work.prose.split() if w.strip("#"))
    return PageLine(r.number, prose[:400], formula, MARKS[r.step.status], remark, tuple(why), correction, witness)
