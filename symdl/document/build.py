"""A solution becomes a document: title, problem and notation, boxed results first, then the steps, code and sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symdl.document import tree
from symdl.document.breaking import settle
from symdl.document.figure import graph
from symdl.document.listing import listing
from symdl.document.mapping import exponentials, mapped
from symdl.document.notation_table import notation_table
from symdl.document.prose import Read, blocks, inline, plain, reader
from symdl.document.results import evidence, results
from symdl.document.rows import Steps, rows
from symdl.document.worked import instance_blocks, slip_block
from symdl.language.syntax import Node, Relation
from symdl.language.understanding import Definition, Understanding
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED
from symdl.solution.numbering import Numbering, number
from symdl.solution.refusal import refuse_wrong_lines
from symdl.solution.step import Solution
from symdl.solution.worked import Instance, Slip

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
    instance: Instance | None = None
    slip: Slip | None = None


def document(part: Part, detail: str = "steps", notation: str = "matrix") -> tree.Document:
    """The page of one problem."""
    title = part_title(part)
    return tree.Document(title, plain(title), part_blocks(part, detail, notation, 1))


def part_title(part: Part) -> tree.Prose:
    text = getattr(part.problem, "title", "") or part.solution.title or "A derivation"
    return inline(str(text), part_reader(part))


def part_reader(part: Part) -> Read:
    return reader(part.understanding.scope if part.understanding is not None else None)


def part_blocks(part: Part, detail: str, notation: str, level: int, *, figure: bool = True) -> tuple[tree.Block, ...]:
    """The blocks of one problem and its solution; a line of the author's that is refuted is never among them."""
    refuse_wrong_lines(part.solution)
    return _as_people_write(tuple(_blocks(part, detail, notation, level, figure)), part)


def question_blocks(part: Part, level: int, space: float) -> tuple[tree.Block, ...]:
    """The problem alone, with room for an answer."""
    definitions = part.understanding.definitions if part.understanding is not None else ()
    numbers = number(part.solution, definitions)
    return (*_as_people_write(tuple(_problem(part, part_reader(part), numbers, level)), part), tree.Answer(space))


def _as_people_write(out: tuple[tree.Block, ...], part: Part) -> tuple[tree.Block, ...]:
    """exp as a power of e, unless the problem has an e of its own."""
    declared = part.understanding.scope.names if part.understanding is not None else ()
    return out if "e" in declared else mapped(out, exponentials)  # type: ignore[no-any-return]


def _blocks(part: Part, detail: str, notation: str, level: int, figure: bool) -> Iterator[tree.Block]:
    read = part_reader(part)
    definitions = part.understanding.definitions if part.understanding is not None else ()
    numbers = number(part.solution, definitions)
    yield from _problem(part, read, numbers, level)
    yield from _sources(part)
    if part.solution.results:
        yield _heading(level, "Result" if len(part.solution.results) == 1 else "Results")
        yield results(part.solution, numbers, notation, detail)
    drawn = graph(part.understanding, part.solution) if figure and part.understanding is not None else None
    if drawn is not None and detail != "result":
        yield _heading(level, "Computational graph")
        yield drawn
    derivation: list[tree.Block] = []
    if detail != "result":
        steps = Steps(numbers, read, detail)
        derivation = [*_derivations(numbers, steps)]
        derivation += [*_authored(numbers, steps, bool(derivation)), *_unchecked(numbers)]
    if derivation:
        yield _heading(level, "Derivation")
        yield from derivation
    statuses = _statuses(part.solution)
    if statuses:
        yield tree.Legend(statuses)
    if part.slip is not None:
        yield slip_block(part.slip)
    if part.instance is not None:
        yield _heading(level, "A worked instance")
        yield from instance_blocks(part.instance)
    if part.code:
        yield _heading(level, "Code")
        yield _about_code()
        yield tree.Listing(listing(part.code))


def _sources(part: Part) -> Iterator[tree.Block]:
    """Where the problem comes from, in one line below it."""
    sources = [str(s).rstrip(".") for s in getattr(part.problem, "sources", ())]
    if sources:
        word = tree.Words("Source: " if len(sources) == 1 else "Sources: ")
        yield tree.Paragraph((word, *inline("; ".join(sources) + ".")), small=True)


def _heading(level: int, words: str) -> tree.Heading:
    return tree.Heading(level, (tree.Words(words),))


def _about_code() -> tree.Paragraph:
    words = "The same equations in NumPy, with the numbers of the lines above. The whole module, which checks its "
    words += "inputs and itself, is what "
    return tree.Paragraph((tree.Words(words), tree.Literal("symdl code"), tree.Words(" writes.")), keep=True)


def _problem(part: Part, read: Read, numbers: Numbering, level: int) -> Iterator[tree.Block]:
    understanding = part.understanding
    intro = str(getattr(part.problem, "intro", "") or "")
    if intro.strip() or understanding is not None:
        yield tree.Heading(level, (tree.Words("Problem"),))
    leading = understanding is not None and bool(understanding.definitions)
    for block in blocks(intro, read):
        yield replace(block, keep=leading) if isinstance(block, tree.Paragraph) else block
    if understanding is None:
        return
    if understanding.definitions:
        yield tree.Aligned(
            tuple(
                row for n, d in as_written(numbers, understanding.definitions) for row in rows(_equation(d), number=n)
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


def as_written(numbers: Numbering, definitions: Sequence[Definition]) -> Iterator[tuple[int, Definition]]:
    """Each line of `given` once: f(u) = … defines a function, and a value of that name too."""
    before = 0
    for n, d in zip(numbers.definitions, definitions, strict=True):
        if n != before:
            yield n, d
        before = n


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


def _derivations(numbers: Numbering, steps: Steps) -> Iterator[tree.Block]:
    """The steps of all results, one list: what one result has shown, the next one builds on."""
    found = [row for shown in numbers.derivations for n, step in shown for row in steps.rows(step, n)]
    if found:
        yield tree.Aligned(settle(found))


def _authored(numbers: Numbering, steps: Steps, after_others: bool) -> Iterator[tree.Block]:
    if not numbers.lines:
        return
    if after_others:
        yield tree.Paragraph((tree.Strong((tree.Words("By hand, line by line:"),)),), keep=True)
    yield tree.Aligned(settle([row for n, step in numbers.lines for row in steps.rows(step, n)]))


def _unchecked(numbers: Numbering) -> Iterator[tree.Block]:
    """Why the judge says nothing of a line."""
    shown = [*(pair for steps in numbers.derivations for pair in steps), *numbers.lines]
    for n, step in shown:
        if step.evidence is not None and step.evidence.status == UNCHECKED:
            said = evidence(step.evidence.how)
            yield tree.Paragraph((tree.Reference(n), tree.Words(" is not checked: "), *said, tree.Words(".")))


def _statuses(solution: Solution) -> tuple[str, ...]:
    steps = [s for r in solution.results for s in r.steps] + list(solution.lines)
    found = {s.evidence.status for s in steps if s.evidence is not None}
    found |= {r.evidence.status for r in solution.results if r.evidence is not None}
    return tuple(s for s in _STATUSES if s in found)
