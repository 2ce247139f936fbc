"""A solution becomes a document: title, problem and notation, boxed results first, then the steps, code and sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symdl.document import tree
from symdl.document.breaking import lines, settle
from symdl.document.figure import graph
from symdl.document.mapping import exponentials, mapped
from symdl.document.notation_table import notation_table
from symdl.document.prose import Read, blocks, inline, plain, reader
from symdl.document.worked import instance_blocks, slip_block
from symdl.language.syntax import Node, Relation
from symdl.language.understanding import Definition, Understanding
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED, Evidence
from symdl.solution.numbering import Numbering, number
from symdl.solution.refusal import refuse_wrong_lines
from symdl.solution.step import Result, Solution, Step
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
    numbers = number(part.solution, len(definitions))
    return (*_as_people_write(tuple(_problem(part, part_reader(part), numbers, level)), part), tree.Answer(space))


def _as_people_write(out: tuple[tree.Block, ...], part: Part) -> tuple[tree.Block, ...]:
    """exp as a power of e, unless the problem has an e of its own."""
    declared = part.understanding.scope.names if part.understanding is not None else ()
    return out if "e" in declared else mapped(out, exponentials)  # type: ignore[no-any-return]


def _blocks(part: Part, detail: str, notation: str, level: int, figure: bool) -> Iterator[tree.Block]:
    read = part_reader(part)
    definitions = part.understanding.definitions if part.understanding is not None else ()
    numbers = number(part.solution, len(definitions))
    yield from _problem(part, read, numbers, level)
    if part.solution.results:
        yield _heading(level, "Result" if len(part.solution.results) == 1 else "Results")
        yield _results(part.solution, numbers, notation, detail)
    drawn = graph(part.understanding, part.solution) if figure and part.understanding is not None else None
    if drawn is not None and detail != "result":
        yield _heading(level, "Computational graph")
        yield drawn
    derivation: list[tree.Block] = []
    if detail != "result":
        derivation = [*_derivations(numbers, read, detail), *_authored(numbers, read, bool(part.solution.results))]
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
        yield tree.Listing(main_functions(part.code))
    sources = tuple(str(s) for s in getattr(part.problem, "sources", ()))
    if sources:
        yield _heading(level, "Source" if len(sources) == 1 else "Sources")
        yield tree.Bullets(tuple(inline(s) for s in sources))


def _heading(level: int, words: str) -> tree.Heading:
    return tree.Heading(level, (tree.Words(words),))


def _about_code() -> tree.Paragraph:
    words = "The same equations in NumPy, with the numbers of the lines above. The whole module, which checks its "
    words += "inputs and itself, is what "
    return tree.Paragraph((tree.Words(words), tree.Literal("symdl code"), tree.Words(" writes.")))


def main_functions(code: str) -> str:
    """`forward` and `gradients` without docstrings and checks of inputs; of a text that has neither, all of it."""
    module = ast.parse(code)
    rows = code.splitlines()
    out: list[str] = []
    for f in module.body:
        if isinstance(f, ast.FunctionDef) and not f.name.startswith("_"):
            first = f.body[0]
            documented = isinstance(first, ast.Expr) and len(f.body) > 1
            until, since = first.lineno - 1, (first.end_lineno if documented else first.lineno - 1)
            out += [*rows[f.lineno - 1 : until], *_without_checks(rows[since : f.end_lineno]), "", ""]
    return "\n".join(out).rstrip() + "\n" if out else code.rstrip() + "\n"


def _without_checks(rows: list[str]) -> list[str]:
    """The rows without checks of inputs: sizes come from shapes, and the number type is left out where unused."""
    where: dict[str, str] = {}
    for name, axes in re.findall(r'^ *(\w+) = _input\("[^"]*", \w+, \((.*?)\), sizes', "\n".join(rows), re.MULTILINE):
        for k, axis in enumerate(a.strip() for a in axes.split(",")):
            where.setdefault(axis, f"{name}.shape[{k}]")
    kept = [r for r in rows if "= _input(" not in r and r.strip() != "sizes = {}"]
    kept = [re.sub(r"sizes\[(.*?)\]", lambda m: where.get(m[1], m[0]), r) for r in kept]
    typed = any(re.search(r"\bdtype\b", r) for r in kept if "dtype = _dtype(" not in r)
    return kept if typed else [r for r in kept if "dtype = _dtype(" not in r]


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
    inside: tuple[tree.Row, ...] = (),
) -> tuple[tree.Row, ...]:
    """One line as rows: its number stands on the first, its reason and mark on the last."""
    out = []
    parts = lines(node)
    for k, (left, right) in enumerate(parts):
        n = number if not k else None
        if k < len(parts) - 1:
            out.append(tree.Row(left, right, number=n, depth=depth))
            continue
        side = tuple(tree.Formula(c) for c in conditions)
        out.append(tree.Row(left, right, reason, side, n, mark, depth, inside=inside))
    return tuple(out)


def mark_of(evidence: Evidence | None) -> tree.Mark | None:
    return None if evidence is None else tree.Mark(evidence.status, evidence.how, evidence.max_error)


def _results(solution: Solution, numbers: Numbering, notation: str, detail: str) -> tree.Boxed:
    shown: list[tree.Row] = []
    findings: dict[tuple[str, str], list[int]] = {}
    for n, result in zip(numbers.results, solution.results, strict=True):
        mark = mark_of(result.evidence)
        for k, form in enumerate(_forms(result, notation)):
            reason = (tree.Words("in "), tree.Space(result.target.shape)) if not k else ()
            shown += rows(
                _claim(result, form), reason=reason, number=n if not k else None, mark=mark if not k else None
            )
        if mark is not None:
            findings.setdefault((mark.status, mark.how), []).append(n)
    steps = {n for steps in numbers.derivations for n, _ in steps} if detail != "result" else set()
    names = [row for n, relation in numbers.names if n not in steps for row in rows(relation, number=n)]
    found = tuple(tree.Finding(tuple(ns), tree.Mark(*said)) for said, ns in findings.items())
    return tree.Boxed(settle(shown), settle(names), found)


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


def _derivations(numbers: Numbering, read: Read, detail: str) -> Iterator[tree.Block]:
    """The steps of all results, one list: what one result has shown, the next one builds on."""
    found = [row for steps in numbers.derivations for n, step in steps for row in step_rows(step, n, read, detail)]
    if found:
        yield tree.Aligned(settle(found))


def step_rows(step: Step, n: int | None, read: Read, detail: str, depth: int = 0) -> Iterator[tree.Row]:
    """A step's rows; at detail `full` the lines it opens to come first, set in, else they are folded inside it."""
    inside: tuple[tree.Row, ...] = ()
    if detail != "full":
        inside = tuple(row for inner in step.block for row in step_rows(inner, None, read, detail))
    else:
        for inner in step.block:
            yield from step_rows(inner, None, read, detail, depth + 1)
    yield from rows(
        step.line,
        reason=inline(step.because, read),
        conditions=step.conditions,
        number=n,
        mark=mark_of(step.evidence),
        depth=depth,
        inside=inside,
    )


def _authored(numbers: Numbering, read: Read, after_results: bool) -> Iterator[tree.Block]:
    if not numbers.lines:
        return
    if after_results:
        yield tree.Paragraph((tree.Strong((tree.Words("By hand:"),)),))
    found = [row for n, step in numbers.lines for row in step_rows(step, n, read, "steps")]
    yield tree.Aligned(settle(found))


def _statuses(solution: Solution) -> tuple[str, ...]:
    steps = [s for r in solution.results for s in r.steps] + list(solution.lines)
    found = {s.evidence.status for s in steps if s.evidence is not None}
    found |= {r.evidence.status for r in solution.results if r.evidence is not None}
    return tuple(s for s in _STATUSES if s in found)
