"""How a solution shows itself: in a terminal, and in a notebook with its evidence beside every result."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from symdl.errors import UsageError
from symdl.language.print_latex import latex
from symdl.language.print_text import text
from symdl.language.syntax import Node, Relation
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED, Evidence
from symdl.solution.narrative import claim_of

if TYPE_CHECKING:
    from symdl.solution.step import Result, Solution

WEAKEST_FIRST = (REFUTED, UNCHECKED, SUPPORTED, PROVED)
SIGNS = {PROVED: "✓", SUPPORTED: "≈", UNCHECKED: "?", REFUTED: "✗"}
NOTATIONS = ("matrix", "index", "both")


def weakest(found: Iterable[Evidence | None]) -> Evidence | None:
    """The weakest evidence of several; None where there is none at all."""
    given = [e for e in found if e is not None]
    return min(given, key=lambda e: WEAKEST_FIRST.index(e.status), default=None)


def forms(result: Result, notation: str) -> list[Node]:
    """The claims that say a result in a notation; the index form where it has no matrix form."""
    if notation not in NOTATIONS:
        raise UsageError("an unknown notation", found=repr(notation), expected="matrix, index or both")
    out = []
    if result.matrix is not None and notation != "index":
        out.append(claim_of(result, result.matrix))
    if notation != "matrix" or result.matrix is None:
        out.append(claim_of(result, result.index))
    return out


def result_latex(result: Result, notation: str = "matrix") -> str:
    """The result as LaTeX, a line for each form."""
    return "\n".join(latex(f) for f in forms(result, notation))


def plain_text(solution: Solution) -> str:
    """Title, then a line for each result and each of the author's lines, with its evidence."""
    rows = [solution.title] if solution.title else []
    rows += [f"  {text(f)}   [{status(r.evidence)}]" for r in solution.results for f in forms(r, "matrix")]
    rows += [f"  {text(s.line)}   [{status(s.evidence)}]" for s in solution.lines]
    return "\n".join(rows)


def status(evidence: Evidence | None) -> str:
    return evidence.status if evidence is not None else UNCHECKED


def display_latex(solution: Solution) -> str:
    """All results, aligned at their first relation, each with its evidence in words."""
    lines = []
    for node, evidence in _claims(solution):
        written = latex(node)
        if isinstance(node, Relation):
            left = latex(node.sides[0])
            written = f"{left} &{written.removeprefix(left)}" if written.startswith(left) else f"& {written}"
        lines.append(rf"{written} && \text{{{status(evidence)}}}")
    return "$$\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}$$"


def display_html(solution: Solution) -> str:
    """A table: each result in LaTeX (which the notebook sets), its evidence, and how the judge knows."""
    rows = []
    for node, evidence in _claims(solution):
        how = escape(evidence.how if evidence is not None else "not judged", quote=True)
        sign = f'<span title="{how}">{SIGNS[status(evidence)]} {status(evidence)}</span>'
        formula = escape(rf"$\displaystyle {latex(node)}$")
        rows.append(f'<tr><td style="text-align:left">{formula}</td><td style="text-align:left">{sign}</td></tr>')
    caption = f"<caption>{escape(solution.title)}</caption>" if solution.title else ""
    return f"<table>{caption}<tbody>{''.join(rows)}</tbody></table>"


def _claims(solution: Solution) -> list[tuple[Node, Evidence | None]]:
    found = [(f, r.evidence) for r in solution.results for f in forms(r, "matrix")]
    known = {w for r in solution.results for w in r.where}
    wheres: dict[Node, Evidence | None] = {s.line: s.evidence for s in solution.steps if s.line in known}
    return [*found, *wheres.items(), *((s.line, s.evidence) for s in solution.lines)]
