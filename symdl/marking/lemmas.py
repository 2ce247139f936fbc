"""Lemmas: a line that is said to be by a lemma is checked against the lemma's conditions, and matched with its claim.

refuted                                ⇒  refuted, whatever the lemma
a property it needs of a function is not given  ⇒  unchecked, with the lemma and the property
an instance, its conditions not all held        ⇒  unchecked, with the lemma and the condition
an instance, its conditions given or proved     ⇒  proved; supported where a condition is only supported
no instance                            ⇒  as judged without the lemma, and it says so
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from symdl.errors import SymdlError
from symdl.judge.shared import SharedJudge
from symdl.language.declare import understand
from symdl.language.print_text import text
from symdl.language.scope import Scope
from symdl.language.syntax import Apply, Junction, Node, Property, Relation, Symbol
from symdl.language.understanding import AuthoredLine, Line, Understanding
from symdl.library import find
from symdl.marking.lemma_match import Choice, choices, instances, sizes_fitting
from symdl.problem import Problem
from symdl.solution.evidence import PROVED, SUPPORTED, UNCHECKED, Evidence
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Expr, Idx, substitute
from symdl.tensor.program import Fact, Goal, Program, Sequent

IMPLIED = {"convex": ("convex", "strongly-convex")}  # by which properties a property is given
CHAINED = (">", "≥", "<", "≤", "=")
TURNED = {"<": ">", "≤": "≥"}


@cache
def statement(name: str) -> Understanding:
    """What the lemma of that name says, read as a problem of its own; UsageError where there is none."""
    lemma = find(name, "lemmas")
    texts: dict[str, Any] = {"given": lemma.given, "assume": lemma.assume, "symbols": lemma.symbols}
    return understand(Problem(**texts, show=getattr(lemma, "show", ())))


def by_lemma(
    authored: AuthoredLine,
    evidence: Evidence,
    understanding: Understanding,
    program: Program,
    scope: Scope,
    suppose: tuple[Fact, ...],
    judge: SharedJudge,
) -> Evidence:
    """The evidence of a line that holds by its values, once the lemma it names has been checked."""
    lemma = statement(authored.by)
    if not evidence.holds:
        return evidence
    said = [p for node in (*(a.node for a in understanding.assumptions), *authored.suppose) for p in _each(node)]
    starts, missing = _functions(lemma, authored.line, scope, said)
    if not starts:
        return Evidence(UNCHECKED, f"{authored.by} needs that {missing}, which is not given", evidence.max_error)
    for start in starts:
        for claim in lemma.claims:
            found = choices(lemma, authored.line, scope, start)
            for choice in instances(claim, authored.line, found, program, scope, suppose, judge):
                held = _conditions(lemma, choice, authored.line, program, scope, suppose, judge)
                if isinstance(held, Evidence):
                    return _with(evidence, authored.by, held)
                missing = missing or held
    if missing:
        return Evidence(UNCHECKED, f"{authored.by} needs that {missing}, which is not given", evidence.max_error)
    functions = ", ".join(dict.fromkeys(f for s in starts for f in s.functions.values()))
    given = f"what {authored.by} needs of {functions} is given, but " if functions else ""
    how = f"{evidence.how}; {given}the line is not seen to be an instance of {authored.by}"
    return replace(evidence, how=how)


def _with(evidence: Evidence, name: str, held: Evidence) -> Evidence:
    """The line's evidence and its conditions': the lemma proves the line if its conditions are given or proved."""
    conditions = f", whose conditions hold: {held.how}" if held.how else ", which has no conditions"
    if evidence.status == PROVED or held.status != PROVED:
        return replace(evidence, how=f"{evidence.how}; an instance of {name}{conditions}")
    details = {**evidence.details, "lemma": name}
    return replace(evidence, status=PROVED, how=f"by {name}{conditions}; the line {evidence.how}", details=details)


def _each(node: Node) -> Iterator[Node]:
    if isinstance(node, Junction) and node.op == "and":
        for part in node.parts:
            yield from _each(part)
    else:
        yield node


def _functions(lemma: Understanding, line: Line, scope: Scope, said: list[Node]) -> tuple[list[Choice], str]:
    """The problem's functions that may stand for the lemma's, with the constants of their properties; or what lacks."""
    declared = [(n, d.signature) for n, d in lemma.scope.names.items() if d.kind == "function"]
    if not declared:
        return [Choice()], ""
    (name, signature), missing = declared[0], ""
    applied = list(dict.fromkeys(n.name for n in line.node.walk() if isinstance(n, Apply)))
    known = [n for n, d in scope.names.items() if d.kind == "function"]
    starts: list[Choice] = []
    for own in applied or known:
        found = scope.names.get(own)
        if signature is None or found is None or found.signature is None or found.signature.result:
            continue
        if len(found.signature.arguments) != 1:
            continue
        sizes = sizes_fitting(signature.arguments[0], found.signature.arguments[0], {})
        if sizes is None:
            continue
        choice: Choice | None = Choice({}, {name: own}, sizes)
        for condition in (a.node for a in lemma.assumptions):
            if isinstance(condition, Property) and choice is not None:
                lacking = text(choice(condition))
                choice = _given(condition, own, choice, said)
                if choice is None:
                    missing = missing or lacking
        if choice is not None:
            starts.append(choice)
    return starts, "" if starts else missing or "there is a function of a column, with a scalar value"


def _given(wanted: Property, own: str, choice: Choice, said: list[Node]) -> Choice | None:
    """The choice with the constants with which the property is given of the function."""
    for p in said:
        if not isinstance(p, Property) or p.name not in IMPLIED.get(wanted.name, (wanted.name,)):
            continue
        if any(isinstance(x, Symbol) and x.name == own for x in p.subjects):
            constants = zip(wanted.parameters, p.parameters, strict=False)
            names = {c.name: value for c, value in constants if isinstance(c, Symbol)}
            return replace(choice, names={**choice.names, **names})
    return None


def _conditions(
    lemma: Understanding,
    choice: Choice,
    line: Line,
    program: Program,
    scope: Scope,
    suppose: tuple[Fact, ...],
    judge: SharedJudge,
) -> Evidence | str:
    """How the lemma's conditions hold at a choice, or the first that does not."""
    elaborator, status, said = Elaborator(scope, program), PROVED, []
    for condition in lemma.assumptions:
        node = choice(condition.node)
        said.append(text(node))
        if not isinstance(node, Relation):
            continue  # a property of a function: with its constants in the choice already
        used = {n for n in line.letters if n not in condition.letters}
        ranges = {n: r.substitute(dict(choice.sizes)) for n, r in condition.letters.items()}
        letters = {**{n: line.letters[n] for n in used}, **ranges}
        try:
            _, goals = elaborator.goals(replace(line, node=node, letters=letters))
        except SymdlError:
            return said[-1]
        if all(_among(g, (*program.facts, *suppose)) for g in goals):
            continue
        found = judge(Sequent(program, goals, suppose))
        if not found.holds:
            return said[-1]
        status = SUPPORTED if found.status == SUPPORTED else status
    return Evidence(status, ", ".join(said))


def _among(goal: Goal, facts: tuple[Fact, ...]) -> bool:
    """Is it an assumption, or does it follow from a chain of them (a ≥ 0 where a > b and b > 0 are given)?"""
    wanted, left, right, ranges = _plain(goal)
    if wanted not in (">", "≥", "="):
        return False
    steps: list[tuple[Expr, Expr, bool]] = []
    for f in facts:
        if f.left is None or f.right is None or f.condition is not None or f.op not in CHAINED:
            continue
        op, a, b, over = _plain(f)
        if over != ranges:
            continue
        if op == "=" == wanted and (a, b) in ((left, right), (right, left)):
            return True
        steps += [(a, b, op == ">"), (b, a, False)] if op == "=" else [(a, b, op == ">")]
    reached = {(left, False)}
    while wanted != "=":
        if (right, True) in reached or (wanted == "≥" and (right, False) in reached):
            return True
        more = {(b, strict or s) for at, strict in reached for a, b, s in steps if a == at} - reached
        if not more:
            return False
        reached |= more
    return False


def _plain(r: Goal | Fact) -> tuple[str, Expr, Expr, tuple[tuple[Expr, Expr], ...]]:
    """A relation with > and ≥ only, its letters named by their place, and the ranges of these."""
    assert r.left is not None and r.right is not None
    used = [b for b in r.binders if b.name in r.left.free | r.right.free]
    named: dict[str, Expr] = {b.name: Idx(f"letter {n}") for n, b in enumerate(used)}
    left, right = substitute(r.left, named), substitute(r.right, named)
    ranges = tuple((b.first, b.last) for b in used)
    return (TURNED[r.op], right, left, ranges) if r.op in TURNED else (r.op, left, right, ranges)
