"""Authored lines: rule on the `[[step]]` lines of a derivation file, in order, as on a hand derivation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symdl.errors import SymdlError
from symdl.judge.shared import SharedJudge
from symdl.language.reader import beyond_definition
from symdl.language.scope import Scope
from symdl.language.syntax import Condition, IndexVar, Node, Relation
from symdl.language.understanding import AuthoredLine, Understanding
from symdl.marking.check import combine, worst
from symdl.marking.lemmas import by_lemma
from symdl.solution.evidence import PROVED, UNCHECKED, Evidence
from symdl.solution.step import Step
from symdl.tensor.build import add_definition
from symdl.tensor.elaborate import Elaborator, sequents
from symdl.tensor.elaborate_conditions import condition
from symdl.tensor.expr import Logic
from symdl.tensor.program import Goal, Program


def rule_authored(understanding: Understanding, program: Program) -> tuple[Step, ...]:
    """Each line with its evidence: it must hold by the definitions, and its chain's left end with its right end."""
    steps: list[Step] = []
    judge = SharedJudge()
    scope, head = understanding.scope, None
    ops: tuple[str, ...] = ()
    for number, authored in enumerate(understanding.steps, 1):
        line = authored.line
        if line.definition is not None:
            for definition in line.definitions:
                program, scope = add_definition(program, scope, definition)
            evidence = Evidence(PROVED, f"a definition of {line.definition.name}", details={"trivial": "definition"})
            claim = beyond_definition(line)  # q = a = b defines q and claims a = b
            if claim is not None:
                evidence = _evidence(replace(authored, line=claim), understanding, program, None, (), scope, judge)
        else:
            evidence = _evidence(authored, understanding, program, head, ops, scope, judge)
        steps.append(
            Step(authored.by or "authored", line.node, authored.because, evidence, authored.suppose, number=number)
        )
        head, ops = _chain(line.node, head if line.starts_with_relation else None, ops)
    return tuple(steps)


def rule_claims(understanding: Understanding, program: Program, lines: Iterable[Step]) -> tuple[Step, ...]:
    """What the problem says it shows, each with its evidence: that of the line which states it, where one does."""
    known = {s.line: s.evidence for s in lines if not s.conditions}
    judge = SharedJudge()
    steps = []
    for number, line in enumerate(understanding.claims, 1):
        evidence = known.get(line.node) or _evidence(
            AuthoredLine(line), understanding, program, None, (), understanding.scope, judge
        )
        steps.append(Step("claim", line.node, "", evidence, number=number))
    return tuple(steps)


def _evidence(
    authored: AuthoredLine,
    understanding: Understanding,
    program: Program,
    head: Node | None,
    ops: tuple[str, ...],
    scope: Scope,
    judge: SharedJudge,
) -> Evidence:
    line = authored.line
    lines = [line]
    if (
        line.starts_with_relation
        and head is not None
        and isinstance(line.node, Relation)
        and line.node.sides[0] != head
    ):
        whole = combine((*ops, *line.node.ops))
        if whole is not None:
            lines.append(replace(line, node=Relation((head, line.node.sides[-1]), (whole,))))
    try:
        elaborator = Elaborator(scope, program)
        local = [s for s in authored.suppose if isinstance(s, Condition) and _letters(s) & line.letters.keys()]
        suppose = tuple(f for s in authored.suppose if s not in local for f in elaborator.facts(replace(line, node=s)))
        ruled = []
        for one in lines:
            found = []
            for q in sequents(one, program):
                goals = tuple(restricted(g, local, elaborator) for g in q.goals)
                found.append(judge(replace(q, goals=goals, suppose=(*q.suppose, *suppose))))
            ruled.append(worst(found))
        if authored.by:  # the lemma is about what the line itself says, not about the chain that it ends
            ruled[0] = by_lemma(authored, ruled[0], understanding, program, scope, suppose, judge)
        return worst(ruled)
    except SymdlError as error:
        return Evidence(UNCHECKED, "this can't be checked: " + error.what)


def _letters(node: Node) -> set[str]:
    return {n.name for n in node.walk() if isinstance(n, IndexVar)}


def restricted(goal: Goal, conditions: list[Condition], elaborator: Elaborator) -> Goal:
    """The goal for those values of its letters alone for which the conditions hold (`t ≥ 1`)."""
    if not conditions:
        return goal
    parts = tuple(condition(elaborator, c, (), ()) for c in conditions)
    whole = parts if goal.condition is None else (goal.condition, *parts)
    return replace(goal, condition=whole[0] if len(whole) == 1 else Logic("and", whole))


def _chain(node: Node, head: Node | None, ops: tuple[str, ...]) -> tuple[Node | None, tuple[str, ...]]:
    if not isinstance(node, Relation):
        return None, ()
    return (node.sides[0], node.ops) if head is None else (head, (*ops, *node.ops))
