"""Reports of a marked derivation: JSON as the manual has it, and text for the terminal."""

from __future__ import annotations

from typing import Any

from symdl.language.print_latex import latex
from symdl.marking.check import Report
from symdl.marking.ruling import LineReport
from symdl.solution.evidence import REFUTED
from symdl.solution.witness_text import witness_rows

REVEAL = ("verdict", "place", "kind", "full")
SIGNS = {"proved": "✓", "supported": "✓", "refuted": "✗", "unchecked": "?"}


def as_json(report: Report, reveal: str = "full") -> dict[str, Any]:
    """The report as data. `reveal` says how much of a mistake it gives away."""
    level = REVEAL.index(reveal)
    out: dict[str, Any] = {"verdict": report.verdict}
    if level >= 1:
        out["first_wrong_line"] = report.first_wrong_line
    out["targets"] = [
        {"target": latex(t.target.node), "status": "reached" if t.reached else "missing", "line": t.line}
        for t in report.targets
    ]
    if level >= 1:
        out["lines"] = [_line_json(r, level) for r in report.lines]
    if report.marks is not None:
        out["marks"] = report.marks.as_json()
    if report.notes:
        out["notes"] = list(report.notes)
    return out


def _line_json(r: LineReport, level: int) -> dict[str, Any]:
    out: dict[str, Any] = {
        "number": r.number,
        "latex": r.work.latex,
        "read_as": r.read_as,
        "step": r.step.status,
        "truth": r.truth.status,
        "mistake": None,
        "witness": None,
        "message": r.message if level >= 3 or r.step.status != REFUTED else "",
        "how": r.step.how if level >= 3 or r.step.status != REFUTED else "",
    }
    if r.mistake is not None and level >= 2:
        out["mistake"] = {"kind": r.mistake.kind}
        if level >= 3:
            out["mistake"] |= {"explanation": r.mistake.explanation, "correction": r.mistake.correction}
            if r.mistake.others:
                out["mistake"]["also"] = list(r.mistake.others)
    refuted = r.step if r.step.status == REFUTED else r.truth
    if level >= 3 and refuted.witness is not None:
        out["witness"] = refuted.as_json()["witness"]
    return out


def as_text(report: Report, reveal: str = "full", name: str = "") -> str:
    """The report for a terminal: a mark for each line, the first mistake in words, the targets, the verdict."""
    level = REVEAL.index(reveal)
    rows = [f"{name}: {report.verdict}" if name else report.verdict]
    if level >= 1:
        for r in report.lines:
            rows += _line_text(r, level, first=r.number == report.first_wrong_line)
    for t in report.targets:
        where = f"reached on line {t.line}" if t.reached else "not reached"
        rows.append(f"  target  {latex(t.target.node)}: {where}")
    if report.marks is not None:
        rows.append(f"  marks   {_points(report.marks.total)} of {_points(report.marks.out_of)}")
        for i in report.marks.items:
            rows.append(f"    {_points(i.earned)}/{_points(i.points)}  {i.latex}: {i.why}")
        if report.marks.flag:
            rows.append(f"  for a person: {report.marks.flag}")
    rows += [f"  note: {n}" for n in report.notes]
    return "\n".join(rows)


def _points(x: Any) -> str:
    return f"{float(x):g}"


def _line_text(r: LineReport, level: int, first: bool) -> list[str]:
    follows = " (follows from the mistake above)" if r.step.holds and r.truth.status == REFUTED else ""
    shown = r.read_as or " ".join(r.work.latex.split())
    rows = [f"  {SIGNS[r.step.status]} {r.number:>2}  {shown}   [{r.step.status}]{follows}"]
    if r.step.status == REFUTED and level == 2 and r.mistake is not None:
        rows.append(f"        kind: {r.mistake.kind}")
    if r.accepted:
        rows.append(f"        {r.accepted}")
    if r.step.status == "unchecked":
        rows += [f"        {row}" for row in (r.message or r.step.how).splitlines()]
    if level >= 3 and first:
        rows += _why(r)
    return rows


def _why(r: LineReport) -> list[str]:
    rows = []
    if r.mistake is not None:
        rows.append(f"        {r.mistake.kind}: {r.mistake.explanation.replace('$', '')}")
        if r.mistake.correction:
            rows.append(f"        a right line: {r.mistake.correction}")
        if r.mistake.others:
            rows.append(f"        (also possible: {', '.join(r.mistake.others)})")
    if r.line is None:
        rows += [f"        {row}" for row in r.message.splitlines()]
    w = r.step.witness
    if w is not None:
        rows += ["        " + row for row in witness_rows(r.step.as_json()["witness"])]
    return rows
