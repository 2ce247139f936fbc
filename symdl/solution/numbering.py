"""Equation numbers: one sequence through the definitions, the results, the names they use, and the steps.

Pages print these numbers and generated code cites them, so both count here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symdl.language.syntax import Derivative, Node, Relation
from symdl.language.understanding import Definition
from symdl.solution.narrative import claim_of
from symdl.solution.step import Solution, Step


@dataclass(frozen=True)
class Numbering:
    """`names` are the relations that define names used by results, each once, with the number of the step that is the
    same line where there is one; `derivations` are, for each result, the steps that no earlier result has shown;
    none where they only restate the results and the author's lines lead there.
    """

    definitions: tuple[int, ...]
    results: tuple[int, ...]
    names: tuple[tuple[int, Node], ...]
    derivations: tuple[tuple[tuple[int, Step], ...], ...]
    lines: tuple[tuple[int, Step], ...]


def number(solution: Solution, definitions: Sequence[Definition]) -> Numbering:
    """Number everything on a page with these definitions; one line that defines two things has one number."""
    defined: list[int] = []
    for k, d in enumerate(definitions):
        again = bool(k and d.latex and d.latex == definitions[k - 1].latex)
        defined.append((defined[-1] if defined else 0) + (not again))
    last = defined[-1] if defined else 0
    count = last + len(solution.results)
    results = tuple(range(last + 1, count + 1))
    shown = [step.line for result in solution.results for step in result.steps]
    named: dict[int, Node] = {}
    used: list[Node] = []
    for result in solution.results:
        used += [relation for relation in result.where if relation not in used]
    for relation in used:
        if relation not in shown:
            count += 1
            named[count] = relation
    seen: set[Node] = set()
    derivations: list[tuple[tuple[int, Step], ...]] = []
    restated = _restates(solution)
    for result in solution.results:
        fresh: list[tuple[int, Step]] = []
        for step in () if restated else _unseen(result.steps, seen):
            count += 1
            fresh.append((count, step))
            if step.line in used:
                named[count] = step.line
        derivations.append(tuple(fresh))
    lines = tuple(enumerate(solution.lines, count + 1))
    names = tuple(sorted(named.items()))
    return Numbering(tuple(defined), results, names, tuple(derivations), lines)


def _unseen(steps: Sequence[Step], seen: set[Node]) -> list[Step]:
    """The steps that say what no step before has said; ∇_w L and ∂L/∂w say the same."""
    out = []
    for step in steps:
        said = _said(step.line)
        if said not in seen:
            seen.add(said)
            out.append(step)
    return out


def _said(line: Node) -> Node:
    """What a line says in the end: its first and last side, derivatives in one spelling."""
    if isinstance(line, Relation) and set(line.ops) == {"="}:
        line = Relation((line.sides[0], line.sides[-1]), ("=",))
    return _one_spelling(line)


def _one_spelling(node: Node) -> Node:
    new = node.map_children(_one_spelling)
    return replace(new, form="frac") if isinstance(new, Derivative) else new


def _restates(solution: Solution) -> bool:
    """Do the steps say no more than the results, while the author's own lines lead to each of these?"""
    by_hand = {_said(s.line) for s in solution.lines if s.evidence is not None and s.evidence.holds}
    said: set[Node] = set()
    for r in solution.results:
        forms = {_said(claim_of(r, f)) for f in (r.matrix, r.index) if f is not None}
        if not forms & by_hand:
            return False
        said |= forms
    return all(
        _said(s.line) in said and not s.block and not (isinstance(s.line, Relation) and len(s.line.ops) > 1)
        for r in solution.results
        for s in r.steps
    )
