"""Every step and result judged and read back before anything is handed out; what is refuted never is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from symdl.errors import SymdlError

if TYPE_CHECKING:
    from symdl.api import Model


def barred(solution: Any, m: Model) -> Any:
    """The same solution with bars for its adjoints; each line must read as the one that was judged."""
    from symdl.reading_back import check_bars
    from symdl.solution.barred import with_bars

    out = with_bars(solution, m.understanding.scope)
    if out.bars is not None:
        check_bars(out, solution)
    return out


def judged(solution: Any, m: Model) -> Any:
    """The same solution with evidence on each step and result; a refuted one is never handed out."""
    from symdl.reading_back import Unprintable, check_reading

    known: dict[Any, Any] = {}  # a line that several results share is judged once

    def seen(node: Any) -> Any:
        evidence = known.get(node)
        if evidence is None:
            evidence = known[node] = rule_on(node, m)
            refuse_if_refuted(node, evidence)
            check_reading(node, m.understanding.scope, lambda line: same_claim(line, node, m) or rule_on(line, m).holds)
        return evidence

    def step(s: Any) -> Any:
        evidence = s.evidence or seen(s.line)
        return replace(s, evidence=evidence, block=block(s))

    def block(s: Any) -> tuple[Any, ...]:
        """The single moves that the language can print: sizes of members that differ have none in index form."""
        shown = []
        for b in s.block:
            try:
                shown.append(step(b))
            except Unprintable:
                continue
        return tuple(shown) if len(shown) > 1 else ()

    results = []
    for r in solution.results:
        steps = tuple(step(s) for s in r.steps)
        forms = [f for f in (r.matrix, r.index) if f is not None]
        found = [seen(claim(r, f)) for f in forms]
        for w in r.where:
            seen(w)
        results.append(replace(r, steps=steps, evidence=weakest(found)))
    return replace(solution, results=tuple(results))


def claim(result: Any, form: Any) -> Any:
    """The relation `target = form`, the target at the letters of an index form where it has some."""
    from symdl.solution.narrative import claim_of

    return claim_of(result, form)


def rule_on(node: Any, m: Model) -> Any:
    """The judge's evidence for a relation made by the engine."""
    from symdl.judge.verdict import rule
    from symdl.language.understanding import Line
    from symdl.marking.check import worst
    from symdl.tensor.elaborate import sequents

    line = node if isinstance(node, Line) else Line(node, "", letters=_letters(node, m))
    return worst([rule(s, sampler=m.sampler) for s in sequents(line, m.program)])


def same_claim(line: Any, node: Any, m: Model) -> bool:
    """Do a line as read and a tree claim the same of the same entries, up to the names of bound letters?"""
    from symdl.language.understanding import Line
    from symdl.rewrite.terms import key
    from symdl.tensor.elaborate import sequents
    from symdl.tensor.expr import Lam

    def claims(x: Any) -> list[Any]:
        return [
            (g.op, *(key(Lam(tuple(b for b in g.binders if "·" in b.name), side)) for side in (g.left, g.right)))
            + ((key(g.condition),) if g.condition is not None else ())
            for q in sequents(x, m.program)
            for g in (*q.premises, *q.goals)
        ]

    return claims(line) == claims(Line(node, "", letters=_letters(node, m)))


def _letters(node: Any, m: Model) -> Mapping[str, Any]:
    from symdl.language.letters import free_letters

    return free_letters(node, m.understanding.scope)


def refuse_if_refuted(node: Any, evidence: Any) -> None:
    if evidence.status == "refuted":
        from symdl.language.print_text import text

        raise SymdlError(
            "a line that symdl made does not hold, so nothing is printed",
            found=text(node),
            expected="a line that the judge accepts",
            cure="this is a fault in symdl: please report the problem file",
        )


def weakest(found: Sequence[Any]) -> Any:
    from symdl.marking.check import worst

    return worst(list(found))
