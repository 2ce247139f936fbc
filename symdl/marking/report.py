"""Reports of a marked derivation: JSON as the manual has it, text for the terminal, and one sentence for a table."""

from __future__ import annotations

from typing import Any

from symdl.language.print_latex import latex
from symdl.marking.check import Report
from symdl.marking.kinds import SENTENCES
from symdl.marking.state import LineReport
from symdl.marking.targets import TargetStatus
from symdl.solution.evidence import REFUTED, UNCHECKED
from symdl.solution.witness_text import witness_rows

REVEAL = ("verdict", "place", "kind", "full")
SIGNS = {"proved": "✓", "supported": "✓", "refuted": "✗", "unchecked": "?"}
INDENT = " " * 8


def as_json(report: Report, reveal: str = "full") -> dict[str, Any]:
    """The report as data. `reveal` says how much of a mistake it gives away."""
    level = REVEAL.index(reveal)
    out: dict[str, Any] = {"verdict": report.verdict}
    if level >= 1:
        out["first_wrong_line"] = report.first_wrong_line
    out["targets"] = [
        {
            "target": latex(t.target.node),
            "status": "reached" if t.reached else "missing",
            "line": t.line if t.reached and level >= 1 else None,
        }
        for t in report.targets
    ]
    if level >= 1:
        out["lines"] = [_line_json(r, level) for r in report.lines]
    if report.marks is not None:
        marks = report.marks.as_json()
        out["marks"] = marks if level >= 1 else {k: marks[k] for k in ("total", "out_of")}
    if report.notes:
        out["notes"] = list(report.notes)
    return out


def _line_json(r: LineReport, level: int) -> dict[str, Any]:
    hidden = level < 3 and r.step.status == REFUTED
    out: dict[str, Any] = {
        "number": r.number,
        "latex": r.work.latex,
        "read_as": r.read_as,
        "step": r.step.status,
        "truth": r.truth.status,
        "mistake": None,
        "witness": None,
        "message": "" if hidden else r.message,
        "how": "" if hidden else r.step.how,
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


def sentence(report: Report, reveal: str = "full") -> str:
    """What a table says of a report: nothing where all is right, else the first reason why not."""
    level = REVEAL.index(reveal)
    said = ""
    if report.verdict == "wrong":
        wrong = next(r for r in report.lines if r.number == report.first_wrong_line)
        said = "a line does not hold" if level == 0 else f"line {wrong.number} does not hold"
        if wrong.mistake is not None and level >= 2:
            said = f"line {wrong.number}: {SENTENCES[wrong.mistake.kind]}"
        if wrong.mistake is not None and level >= 3:
            said = f"line {wrong.number}: {wrong.mistake.explanation.replace('$', '').rstrip('.')}"
    elif report.verdict == "incomplete":
        said = "not reached: " + ", ".join(latex(t.target.node) for t in report.targets if not t.reached)
    elif report.verdict == "unchecked":
        open_ = next((r for r in report.lines if UNCHECKED in (r.step.status, r.truth.status)), None)
        if open_ is None:
            said = "no displayed formula was found"
        else:
            why = open_.step.how if open_.step.status == UNCHECKED else open_.truth.how
            said = f"line {open_.number}: {why}" if level else "a line can't be checked"
    if report.marks is not None and report.marks.flag and level:
        said += ("; " if said else "") + "for a person: " + report.marks.flag
    return said


def as_text(report: Report, reveal: str = "full", name: str = "") -> str:
    """The report for a terminal: a mark for each line, the first mistake in words, the targets, the verdict."""
    level = REVEAL.index(reveal)
    rows = [f"{name}: {report.verdict}" if name else report.verdict]
    if level >= 1:
        for r in report.lines:
            rows += _line_text(r, level, first=r.number == report.first_wrong_line)
    if not report.lines:
        rows.append("  no displayed formula was found")
    for t in report.targets:
        rows.append(f"  target  {latex(t.target.node)}: {reached(report, t, level)}")
    if report.marks is not None:
        rows.append(f"  marks   {_points(report.marks.total)} of {_points(report.marks.out_of)}")
        for i in report.marks.items if level else ():
            rows.append(f"    {_points(i.earned)}/{_points(i.points)}  {i.latex}: {i.why}")
        if report.marks.flag and level:
            rows.append(f"  for a person: {report.marks.flag}")
    rows += [f"  note: {n}" for n in report.notes]
    return "\n".join(rows)


def follows(report: Report, target: TargetStatus) -> bool:
    """Is a target reached by following from a mistake, with a wrong value?"""
    return any(r.number == target.line and r.truth.status == REFUTED for r in report.lines)


def reached(report: Report, target: TargetStatus, level: int) -> str:
    """Whether a target is reached, and on which line if places are told."""
    if target.status == "unfinished":
        where = f" on line {target.line}" if level else ""
        return f"stated{where}, but a derivative is left to work out"
    if not target.reached:
        return "not reached"
    after = ", following from the mistake" if follows(report, target) else ""
    return f"reached on line {target.line}{after}" if level else "reached"


def _points(x: Any) -> str:
    return f"{float(x):g}"


def _line_text(r: LineReport, level: int, first: bool) -> list[str]:
    follows = " (follows from the mistake above)" if r.step.holds and r.truth.status == REFUTED else ""
    shown = r.read_as or " ".join(r.work.latex.split())
    rows = [f"  {SIGNS[r.step.status]} {r.number:>2}  {shown}   [{r.step.status}]{follows}"]
    if r.step.status == REFUTED and level == 2 and r.mistake is not None:
        rows.append(f"{INDENT}{r.mistake.kind}: {SENTENCES[r.mistake.kind]}.")
    if r.accepted:
        rows.append(INDENT + r.accepted)
    if r.step.status == UNCHECKED:
        rows += [INDENT + row for row in _plain(r.message or r.step.how)]
    if level >= 3 and first:
        rows += _why(r)
    elif level >= 3 and r.mistake is not None:
        rows.append(f"{INDENT}{r.mistake.kind}: {r.mistake.explanation.replace('$', '')}")
    return rows


def _plain(message: str) -> list[str]:
    """A message without the name of the program, which the report is from anyway."""
    return message.removeprefix("symdl: ").splitlines()


def _why(r: LineReport) -> list[str]:
    rows = []
    if r.mistake is not None:
        rows.append(f"{INDENT}{r.mistake.kind}: {r.mistake.explanation.replace('$', '')}")
        if r.mistake.correction:
            rows.append(f"{INDENT}a right line: {r.mistake.correction}")
        if r.mistake.others:
            rows.append(f"{INDENT}(also possible: {', '.join(r.mistake.others)})")
    if r.line is None:
        rows += [INDENT + row for row in _plain(r.message)]
    w = r.step.witness
    if w is not None:
        rows += [INDENT + row for row in witness_rows(r.step.as_json()["witness"])]
    return rows
