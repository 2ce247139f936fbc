"""Mutate every right line of the corpus and see that no mutant that changes its value is accepted.

    python -m tests.marking.mutate_corpus [MUTANTS A LINE] [NAME…]

Whether a mutant changes the value is found at many more points than the judge uses, at other sizes and seeds.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import replace

import numpy as np

from symdl import api
from symdl.errors import SymdlError
from symdl.judge.gap import gap_of
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import Setting
from symdl.judge.verdict import rule
from symdl.language.print_latex import latex
from symdl.language.syntax import Relation, Symbol
from symdl.marking.quantities import symbols
from symdl.problem import load_problem
from symdl.tensor.elaborate import sequents
from symdl.tensor.program import Program, Sequent
from tests.marking.corpus_files import corpus
from tests.trust.mutate import mutants

POINTS = 12


def changes(q: Sequent, seed: int) -> bool | None:
    """Do the sides of a goal differ at some point? None where none can be drawn."""
    seen = 0
    for k in range(POINTS):
        kind = "square" if k % 4 == 1 else "distinct"
        try:
            valuation = Sampler(q.program, seed + k).draw(q, Setting(kind, 200 + k))
            with np.errstate(all="ignore"):
                gaps = [gap_of(g, valuation) for g in q.goals]
        except (SymdlError, NoSample, ArithmeticError, ValueError, TypeError, LookupError):
            continue
        if any(g.undefined or g.empty for g in gaps):
            continue
        seen += 1
        if any(g.fails for g in gaps):
            return True
    return False if seen else None


def known(program: Program, scope: object) -> dict[str, Symbol]:
    return {s.name: s for s in symbols(program, scope)}


def main(arguments: list[str]) -> int:
    most = int(arguments[0]) if arguments else 20
    names = arguments[1:]
    count: Counter[str] = Counter()
    rng = random.Random(1)
    for work in corpus():
        if work.line is not None or (names and not any(n in work.name for n in names)):
            continue
        model = api.Model(load_problem(work.problem))
        report = api.check(work.text, model, kind=work.format)
        program, scope = model.program, model.understanding.scope
        for r in report.lines:
            line = r.line
            if line is None or line.definition is not None or not isinstance(line.node, Relation):
                continue
            if any(line_.line is not None and line_.line.definition is not None for line_ in report.lines):
                continue  # own names: the mutants would need the scope in force
            made = mutants(line.node, line.letters, known(program, scope))
            for m in rng.sample(made, min(most, len(made))):
                mutant = replace(line, node=m.line, starts_with_relation=False)
                try:
                    found = sequents(mutant, program)
                    evidence = [rule(q, budget=3.0) for q in found]
                    changed = any(changes(q, 1000) for q in found)
                except SymdlError:
                    count["unreadable"] += 1
                    continue
                status = max((e.status for e in evidence), key=["proved", "supported", "unchecked", "refuted"].index)
                count[f"{'changed' if changed else 'same'}: {status}"] += 1
                if changed and status != "refuted":
                    print(
                        f"{work.name} line {r.number}: {m.kind}: {latex(m.line)}  is {status}: {evidence[0].how[:120]}"
                    )
                    sys.stdout.flush()
                if not changed and status == "refuted":
                    print(
                        f"{work.name} line {r.number}: {m.kind}: {latex(m.line)}  refuted, yet no difference was found"
                    )
    print(dict(count))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
