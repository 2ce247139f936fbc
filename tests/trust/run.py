"""The mutant run: every shipped line and all its mutants before the judge, each beside the oracle's own opinion.

`python -m tests.trust.run [id …]` runs the whole and prints counts.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.verdict import rule
from symdl.language import syntax as s
from symdl.language.declare import understand
from symdl.language.print_text import text
from symdl.language.understanding import AuthoredLine, Understanding
from symdl.marking.authored import restricted
from symdl.problem import load_problem
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED
from symdl.tensor.build import build_program
from symdl.tensor.elaborate import Elaborator, sequents
from symdl.tensor.program import Program
from tests.trust.mutate import Mutant, mutants
from tests.trust.oracle import Point, Undecidable, holds
from tests.trust.worlds import WORLDS

ROOT = Path(__file__).parents[2] / "derivations"
CHANGED, KEPT, SKIPPED = "changed", "kept", "skipped"


@dataclass(frozen=True)
class Case:
    """A mutant of line `step` of a file; or the line itself, where kind is `original`."""

    file: str
    step: int
    authored: AuthoredLine
    understanding: Understanding
    program: Program
    mutant: Mutant

    def __str__(self) -> str:
        return f"{self.file} {self.step} {self.mutant.kind}: {text(self.mutant.line)}"


def files() -> dict[str, Path]:
    return {p.stem: p for p in sorted(ROOT.glob("*/*.toml"))}


def cases(name: str, path: Path) -> Iterator[Case]:
    """The lines of a file, each with its mutants behind it; none where nobody has written its world by hand."""
    if name not in WORLDS:
        return
    u = understand(load_problem(path))
    program = build_program(u)
    laws = {d.name for d in u.definitions if d.kind == "law"}
    symbols = {
        n.name: n
        for a in u.steps
        for n in a.line.node.walk()
        if isinstance(n, s.Symbol) and not n.members and n.name not in laws
    }
    for number, authored in enumerate(u.steps, 1):
        line = authored.line.node
        if not isinstance(line, s.Relation):
            continue
        yield Case(name, number, authored, u, program, Mutant("original", line))
        for m in mutants(line, authored.line.letters, symbols):
            yield Case(name, number, authored, u, program, m)


def opinion(case: Case) -> str:
    """Does the mutant hold, says the oracle: `kept` at all points, `changed` at one, or `skipped`."""
    line = case.mutant.line
    moving = frozenset(
        x.name for d in line.walk() if isinstance(d, s.Differential) for x in d.body.walk() if isinstance(x, s.Symbol)
    )
    letters = case.authored.line.letters
    when = tuple(c for c in case.authored.suppose if _about(c, set(letters)))
    seen = set()
    with np.errstate(all="ignore"):
        for point in WORLDS[case.file].points(case.step, moving):
            if moving and not point.directions:
                return SKIPPED
            try:
                seen.add(_holds(line, letters, when, point))
            except Undecidable:
                return SKIPPED
            if False in seen:
                return CHANGED
    return KEPT if seen == {True} else SKIPPED


def _holds(line: s.Relation, letters: object, when: tuple[s.Node, ...], point: Point) -> bool | None:
    try:
        return holds(line, letters, when, point)  # type: ignore[arg-type]
    except (np.linalg.LinAlgError, OverflowError, ZeroDivisionError, ValueError) as error:
        raise Undecidable(str(error)) from error


def _about(c: s.Node, letters: set[str]) -> bool:
    return bool({n.name for n in c.walk() if isinstance(n, s.IndexVar)} & letters)


def verdict(case: Case, seed: int = 1) -> str:
    """The judge's word on a mutant, put to it as an authored line is."""
    line = replace(case.authored.line, node=case.mutant.line)
    try:
        elaborator = Elaborator(case.understanding.scope, case.program)
        local = [c for c in case.authored.suppose if isinstance(c, s.Condition) and _about(c, set(line.letters))]
        rest = (c for c in case.authored.suppose if c not in local)
        suppose = tuple(f for c in rest for f in elaborator.facts(replace(line, node=c)))
        found = []
        for q in sequents(line, case.program):
            goals = tuple(restricted(g, local, elaborator) for g in q.goals)
            found.append(rule(replace(q, goals=goals, suppose=(*q.suppose, *suppose)), seed=seed).status)
    except SymdlError:
        return UNCHECKED
    return next((v for v in (REFUTED, UNCHECKED, SUPPORTED, PROVED) if v in found), UNCHECKED)


@dataclass
class Tally:
    """What the run found; a case in one of the three lists is a fault of symdl, of the oracle, or a gap."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)
    wronged: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, case: Case, seed: int = 1) -> None:
        said, found = opinion(case), verdict(case, seed)
        self.counts[said, found] += 1
        self.kinds[case.mutant.kind] += 1
        if said == CHANGED and found in (PROVED, SUPPORTED):
            self.accepted.append(str(case))
        if said == KEPT and found == REFUTED:
            self.wronged.append(str(case))
        if said == CHANGED and found == UNCHECKED:
            self.unchecked.append(str(case))
        if said == SKIPPED:
            self.skipped.append(f"{found} {case}")

    def total(self, said: str, *found: str) -> int:
        return sum(v for (a, b), v in self.counts.items() if a == said and (not found or b in found))

    def lines(self) -> list[str]:
        total = sum(self.counts.values())
        changed, kept, skipped = (self.total(x) for x in (CHANGED, KEPT, SKIPPED))
        return [
            f"{total} mutants: {changed} change the value, {kept} do not, {skipped} skipped ({skipped / total:.1%})",
            f"of those that change it: {self.total(CHANGED, REFUTED)} refuted, "
            f"{self.total(CHANGED, PROVED, SUPPORTED)} accepted, {self.total(CHANGED, UNCHECKED)} unchecked",
            f"of those that do not: {self.total(KEPT, REFUTED)} refuted, "
            f"{self.total(KEPT, PROVED, SUPPORTED)} accepted, {self.total(KEPT, UNCHECKED)} unchecked",
            "kinds: " + ", ".join(f"{k} {v}" for k, v in self.kinds.most_common()),
        ]


def main(names: list[str]) -> int:
    started = time.monotonic()
    originals, tally = Tally(), Tally()
    for name, path in files().items():
        if names and name not in names:
            continue
        for case in cases(name, path):
            (originals if case.mutant.kind == "original" else tally).add(case)
        print(f"{time.monotonic() - started:6.1f} s  {name}", file=sys.stderr)
    for title in ("accepted", "wronged", "unchecked", "skipped"):
        for each in (*getattr(originals, title), *getattr(tally, title)):
            print(f"{title}: {each}")
    print("originals:", dict(originals.counts))
    print("\n".join(tally.lines()), f"\n{time.monotonic() - started:.0f} s")
    return 1 if tally.accepted or tally.wronged or originals.total(CHANGED) or originals.total(KEPT, REFUTED) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
