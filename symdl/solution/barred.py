"""A solution with bars, made from one without, and back: code and judgement take the derivatives that the bars are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symdl.errors import UsageError, nearest
from symdl.language.scope import Scope
from symdl.language.syntax import Node, Symbol
from symdl.solution.bars import Bars, adjoint, bars_for, each
from symdl.solution.narrative import claim_of, code
from symdl.solution.numbering import Numbering
from symdl.solution.step import Result, Solution, Step

ADJOINTS = ("partial", "bar")


def with_bars(solution: Solution, scope: Scope) -> Solution:
    """The same solution, its adjoints written with bars; every result says in `where` what each bar is."""
    bars = bars_for(solution, scope)
    if bars is None:
        return solution
    results = tuple(_result(r, bars) for r in solution.results)
    return replace(solution, results=results, bars=bars)


def _result(r: Result, bars: Bars) -> Result:
    matrix = None if r.matrix is None else bars.spell(r.matrix)
    index = bars.claim(r.index)
    steps = tuple(_step(s, bars) for s in r.steps)
    where = tuple(bars.spell(w) for w in r.where)
    shown = (*(() if matrix is None else (matrix,)), index, *where, *(x.line for s in steps for x in each(s)))
    used = {n.name for line in shown for n in line.walk() if isinstance(n, Symbol)}
    defined = tuple(d for n, d in bars.definitions.items() if bars.names[n].name in used)
    return replace(r, matrix=matrix, index=index, steps=steps, where=(*defined, *where))


def _step(step: Step, bars: Bars) -> Step:
    found = [a[1].name for x in step.line.walk() if (a := adjoint(x)) is not None and a[0] == bars.of]
    why = [f"{bars.taken[n]}, so the derivative by {code(n)} is written out" for n in found if n in bars.taken]
    because = "; ".join((step.because, *dict.fromkeys(why)))
    return replace(step, line=bars.spell(step.line), because=because, block=tuple(_step(s, bars) for s in step.block))


def without_bars(solution: Solution) -> Solution:
    """The solution as the engine made it, from one with bars."""
    bars: Bars | None = solution.bars
    if bars is None:
        return solution

    def step(s: Step) -> Step:
        return replace(s, line=bars.plain(s.line), block=tuple(step(b) for b in s.block))

    results = tuple(
        replace(
            r,
            matrix=None if r.matrix is None else bars.plain(r.matrix),
            index=bars.plain(r.index),
            where=tuple(bars.plain(w) for w in r.where if w not in bars.definitions.values()),
            steps=tuple(map(step, r.steps)),
        )
        for r in solution.results
    )
    return replace(solution, results=results, bars=None)


def numbered_without_bars(numbers: Numbering, solution: Solution) -> Numbering:
    """The numbers of a solution with bars, beside its lines without."""
    bars: Bars | None = solution.bars
    if bars is None:
        return numbers
    names = tuple((n, bars.plain(x)) for n, x in numbers.names if x not in bars.definitions.values())
    derivations = tuple(
        tuple((n, replace(s, line=bars.plain(s.line))) for n, s in steps) for steps in numbers.derivations
    )
    return replace(numbers, names=names, derivations=derivations)


def lines(solution: Solution) -> Iterator[Node]:
    """Every line and form in which bars stand, their definitions left out, each once."""
    seen = set(solution.bars.definitions.values()) if solution.bars is not None else set()
    for r in solution.results:
        forms = (*(claim_of(r, f) for f in (r.matrix, r.index) if f is not None), *r.where)
        for node in (*forms, *(x.line for s in r.steps for x in each(s))):
            if node not in seen:
                seen.add(node)
                yield node


def check_adjoints(value: str) -> None:
    """Only a known way to write adjoints is taken."""
    if value not in ADJOINTS:
        raise UsageError(
            "an unknown way to write adjoints", found=repr(value), expected=" or ".join(ADJOINTS),
            cure=nearest(value, ADJOINTS),
        )  # fmt: skip
