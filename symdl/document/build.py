"""A solution becomes a document: title, problem and notation, boxed results first, then the steps, code and sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symdl.document import tree
from symdl.document.breaking import beside, lines
from symdl.document.notation_table import notation_table
from symdl.document.prose import Read, blocks, inline, plain, reader
from symdl.language.syntax import Node, Relation
from symdl.language.understanding import Definition, Understanding
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED, Evidence
from symdl.solution.numbering import Numbering, number
from symdl.solution.step import Result, Solution, Step

DETAILS = ("result", "steps", "full")
NOTATIONS = ("matrix", "index", "both")
_STATUSES = (PROVED, SUPPORTED, UNCHECKED, REFUTED)


@dataclass(frozen=True)
class Part:
    """One worked problem of a document."""

    solution: Solution
    problem: Any = None
    understanding: Understanding | None = None
    code: str | None = None


def document(part: Part, detail: str = "steps", notation: str = "matrix") -> tree.Document:
    """The page of one problem."""
    title = _title(part)
    return tree.Document(title, plain(title), tuple(_blocks(part, detail, notation, 1)))


def handout(parts: tuple[Part, ...], detail: str = "steps", notation: str = "matrix", title: str = "") -> tree.Document:
    """Several problems, each a section; of one, its own page."""
    if len(parts) == 1 and not title:
        return document(parts[0], detail, notation)
    out: list[tree.Block] = []
    for part in parts:
        out.append(tree.Heading(1, _title(part)))
        out += _blocks(part, detail, notation, 2)
    heading = inline(title or "Worked derivations")
    return tree.Document(heading, plain(heading), tuple(out))


def _title(part: Part) -> tree.Prose:
    text = getattr(part.problem, "title", "") or part.solution.title or "A derivation"
    return inline(str(text), _read(part))


def _read(part: Part) -> Read:
    return reader(part.understanding.scope if part.understanding is not None else None)


def _blocks(part: Part, detail: str, notation: str, level: int) -> Iterator[tree.Block]:
    read = _read(part)
    definitions = part.understanding.definitions if part.understanding is not None else ()
    numbers = number(part.solution, len(definitions))
    yield from _problem(part, read, numbers, level)
    if part.solution.results:
        yield tree.Heading(level, (tree.Words("Result" if len(part.solution.results) == 1 else "Results"),))
        yield from _results(part.solution, numbers, notation)
    derivation: list[tree.Block] = []
    if detail != "result":
        derivation = [*_derivations(part, numbers, read, detail), *_authored(numbers, read, bool(part.solution.results))]
    if derivation:
        yield tree.Heading(level, (tree.Words("Derivation"),))
        yield from derivation
    statuses = _statuses(part.solution)
    if statuses:
        yield tree.Legend(statuses)
    if part.code:
        yield tree.Heading(level, (tree.Words("Code"),))
        yield tree.Paragraph((tree.Words("The same equations in NumPy; the numbers in its comments are those above."),))
        yield tree.Listing(part.code.rstrip() + "\n")
    sources = tuple(str(s) for s in getattr(part.problem, "sources", ()))
    if sources:
        yield tree.Heading(level, (tree.Words("Source" if len(sources) == 1 else "Sources"),))
        yield tree.Bullets(tuple(inline(s) for s in sources))


def _problem(part: Part, read: Read, numbers: Numbering, level: int) -> Iterator[tree.Block]:
    understanding = part.understanding
    intro = str(getattr(part.problem, "intro", "") or "")
    if intro.strip() or understanding is not None:
        yield tree.Heading(level, (tree.Words("Problem"),))
    yield from blocks(intro, read)
    if understanding is None:
        return
    if understanding.definitions:
        yield tree.Aligned(
            tuple(
                row
                for n, d in zip(numbers.definitions, understanding.definitions, strict=True)
                for row in rows(_equation(d), number=n)
            )
        )
    conditions = [line.node for line in (*understanding.assumptions, *understanding.random)]
    if conditions:
        yield tree.Paragraph((tree.Words("We assume "), *listed(conditions), tree.Words(".")))
    wanted = [line.node for line in understanding.targets]
    if wanted:
        yield tree.Paragraph((tree.Words("Wanted: "), *listed(wanted), tree.Words(".")))
    claims = [line.node for line in understanding.claims]
    if claims:
        yield tree.Paragraph((tree.Words("To show: "), *listed(claims), tree.Words(".")))
    table = notation_table(understanding, numbers)
    if table.symbols:
        yield table


def listed(nodes: list[Node]) -> tree.Prose:
    """a, b and c."""
    out: list[tree.Inline] = []
    for k, node in enumerate(nodes):
        if k:
            out.append(tree.Words(" and " if k == len(nodes) - 1 else ", "))
        out.append(tree.Formula(node))
    return tuple(out)


def _equation(d: Definition) -> Node:
    if d.kind == "implicit":
        return d.right
    return Relation((d.left, d.right), ("=",))


def rows(
    node: Node,
    *,
    reason: tree.Prose = (),
    conditions: tuple[Node, ...] = (),
    number: int | None = None,
    mark: tree.Mark | None = None,
    depth: int = 0,
) -> tuple[tree.Row, ...]:
    """One line as rows: its number, reason and mark stand on the first."""
    out = []
    spoken_reason = plain(reason)
    for k, (left, right) in enumerate(lines(node)):
        if k:
            out.append(tree.Row(None, right, depth=depth))
            continue
        side = tuple(tree.Formula(c) for c in conditions)
        out.append(tree.Row(left, right, reason, side, number, mark, depth, beside(left, right, spoken_reason)))
    return tuple(out)


def mark_of(evidence: Evidence | None) -> tree.Mark | None:
    return None if evidence is None else tree.Mark(evidence.status, evidence.how, evidence.max_error)


def _results(solution: Solution, numbers: Numbering, notation: str) -> Iterator[tree.Block]:
    for n, result in zip(numbers.results, solution.results, strict=True):
        forms = _forms(result, notation)
        shown: list[tree.Row] = []
        for k, form in enumerate(forms):
            shown += rows(_claim(result, form), number=n if not k else None)
        yield tree.Boxed(tuple(shown), _space(result), (), mark_of(result.evidence))
    if numbers.names:
        yield tree.Paragraph((tree.Words("with"),))
        yield tree.Aligned(tuple(row for n, relation in numbers.names for row in rows(relation, number=n)))


def _forms(result: Result, notation: str) -> list[Node]:
    if notation == "index" or result.matrix is None:
        return [result.index]
    return [result.matrix] if notation == "matrix" or result.index == result.matrix else [result.matrix, result.index]


def _claim(result: Result, form: Node) -> Node:
    """The line `target = form`; a form that is a line already (an index form with its letters) stands by itself."""
    if isinstance(form, Relation):
        return form
    from symdl.solution.narrative import claim_of

    return claim_of(result, form)


def _space(result: Result) -> tree.Space:
    return tree.Space(result.target.shape)


def _derivations(part: Part, numbers: Numbering, read: Read, detail: str) -> Iterator[tree.Block]:
    several = sum(bool(d) for d in numbers.derivations) > 1
    for result, steps in zip(part.solution.results, numbers.derivations, strict=True):
        if not steps:
            continue
        if several:
            yield tree.Paragraph((tree.Strong((tree.Words("For "), tree.Formula(result.target), tree.Words(":"))),))
        yield tree.Aligned(tuple(row for n, step in steps for row in step_rows(step, n, read, detail)))


def step_rows(step: Step, n: int | None, read: Read, detail: str, depth: int = 0) -> Iterator[tree.Row]:
    """A step's rows; at detail `full` the lines it opens to come first, set in."""
    if detail == "full":
        for inner in step.block:
            yield from step_rows(inner, None, read, detail, depth + 1)
    yield from rows(
        step.line,
        reason=inline(step.because, read),
        conditions=step.conditions,
        number=n,
        mark=mark_of(step.evidence),
        depth=depth,
    )


def _authored(numbers: Numbering, read: Read, after_results: bool) -> Iterator[tree.Block]:
    if not numbers.lines:
        return
    if after_results:
        yield tree.Paragraph((tree.Strong((tree.Words("By hand:"),)),))
    yield tree.Aligned(tuple(row for n, step in numbers.lines for row in step_rows(step, n, read, "steps")))


def _statuses(solution: Solution) -> tuple[str, ...]:
    steps = [s for r in solution.results for s in r.steps] + list(solution.lines)
    found = {s.evidence.status for s in steps if s.evidence is not None}
    found |= {r.evidence.status for r in solution.results if r.evidence is not None}
    return tuple(s for s in _STATUSES if s in found)
