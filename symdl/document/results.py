"""The frame of results: each with the space it lives in, the lines it rests on, and its evidence."""

from __future__ import annotations

import re

from symdl.document import tree
from symdl.document.breaking import settle
from symdl.document.rows import mark_of, rows
from symdl.language.syntax import Implication, Node, Relation
from symdl.solution.narrative import claim_of
from symdl.solution.numbering import Numbering
from symdl.solution.step import Result, Solution


def results(solution: Solution, numbers: Numbering, notation: str, detail: str) -> tree.Boxed:
    shown: list[tree.Row] = []
    findings: dict[tuple[str, str], list[int]] = {}
    for n, result in zip(numbers.results, solution.results, strict=True):
        mark = mark_of(result.evidence)
        for k, form in enumerate(_forms(result, notation)):
            reasons = ((tree.Words("in "), tree.Space(result.target.shape)),) if not k else ()
            shown += rows(
                claim_of(result, form), reasons=reasons, number=n if not k else None, mark=mark if not k else None
            )
        if mark is not None:
            findings.setdefault((mark.status, mark.how), []).append(n)
    steps = {n for steps in numbers.derivations for n, _ in steps} if detail != "result" else set()
    names = [row for n, relation in numbers.names if n not in steps for row in rows(relation, number=n)]
    found = tuple(tree.Finding(tuple(ns), tree.Mark(*said), evidence(said[1])) for said, ns in findings.items())
    return tree.Boxed(settle(shown), settle(names), found, _rests(solution, numbers, steps))


def _forms(result: Result, notation: str) -> list[Node]:
    if notation == "index" or result.matrix is None:
        return [result.index]
    return [result.matrix] if notation == "matrix" or result.index == result.matrix else [result.matrix, result.index]


def _rests(solution: Solution, numbers: Numbering, steps: set[int]) -> tree.Prose:
    """`with ∂L/∂P from (8) and ∂L/∂S from (9)`: where the derivation finds what the results name."""
    shown = {r.target for r in solution.results}
    named = {x for r in solution.results for x in (r.index if r.matrix is None else r.matrix).walk()}
    found = [(n, left) for n, line in numbers.names if n in steps and (left := _left(line)) in named - shown]
    out: list[tree.Inline] = []
    for k, (n, left) in enumerate(found):
        between = " and " if k == len(found) - 1 else ", "
        out += [tree.Words(between if k else "with "), tree.Formula(left), tree.Words(" from "), tree.Reference(n)]
    return tuple(out)


def _left(line: Node) -> Node | None:
    while isinstance(line, Implication):
        line = line.right
    return line.sides[0] if isinstance(line, Relation) else None


_POWER = re.compile(r"\b(\d+(?:\.\d+)?)e([+-]?)0*(\d+)\b|\b(\d+)\^(\d+)\b")


def evidence(how: str) -> tree.Prose:
    """How the judge knows, in words; powers set as such: 1e-09 ⇒ 10⁻⁹."""
    out: list[tree.Inline] = []
    end = 0
    for m in _POWER.finditer(how):
        out.append(tree.Words(how[end : m.start()]))
        if m[4]:
            source = f"{m[4]}^{{{m[5]}}}"
        else:
            power = f"10^{{{m[2].strip('+')}{m[3]}}}"
            source = power if float(m[1]) == 1 else rf"{m[1]} \cdot {power}"
        out.append(tree.Formula(source=source))
        end = m.end()
    out.append(tree.Words(how[end:]))
    return tuple(p for p in out if not isinstance(p, tree.Words) or p.text)
