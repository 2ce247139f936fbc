"""Put lines to the judge in a few words: a problem written as a mapping, lines in LaTeX, the verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symdl.errors import SymdlError
from symdl.judge.verdict import rule
from symdl.language.declare import understand
from symdl.language.reader import read_line
from symdl.problem import load_problem
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED, Evidence
from symdl.tensor.build import add_definition, build_program
from symdl.tensor.elaborate import Elaborator

HELD = (PROVED, SUPPORTED)


@dataclass(frozen=True)
class Board:
    """What is given before a line: `symbols` as `X: B n; w: n`, and the lists of a derivation file."""

    symbols: str = ""
    given: Sequence[str] = ()
    assume: Sequence[str] = ()
    random: Sequence[str] = ()
    top: str = ""  # further lines of the file

    def toml(self) -> str:
        def listed(key: str, lines: Sequence[str]) -> str:
            return f"{key} = [" + ", ".join(f"'''{x}'''" for x in lines) + "]\n"

        declared = [pair.partition(":") for pair in self.symbols.split(";") if pair.strip()]
        table = "".join(f"'{name.strip()}' = \"{shape.strip()}\"\n" for name, _, shape in declared)
        lists = listed("given", self.given) + listed("assume", self.assume) + listed("random", self.random)
        return f"title = 'test'\n{self.top}\n{lists}\n[symbols]\n{table}"


@dataclass
class Bench:
    """A board that is ready to judge lines."""

    board: Board
    seed: int | None = None
    latex: dict[str, list[Evidence]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.understanding = understand(load_problem(self.board.toml()))
        self.program = build_program(self.understanding)

    def evidence(self, latex: str) -> list[Evidence]:
        scope, program = self.understanding.scope, self.program
        line = read_line(latex, scope, role="work")
        if line.definition is not None:
            program, scope = add_definition(program, scope, line.definition)
        return [rule(q, seed=self.seed) for q in Elaborator(scope, program).sequents(line)]

    def verdict(self, latex: str) -> str:
        """The worst word on the line; an error of reading or elaboration is `unchecked: …`."""
        try:
            found = self.evidence(latex)
        except SymdlError as error:
            return f"unreadable: {error.what}"
        words = [e.status for e in found]
        worst = next((v for v in (REFUTED, UNCHECKED, SUPPORTED, PROVED) if v in words), UNCHECKED)
        if worst == UNCHECKED:
            return f"unchecked: {next((e.how for e in found if e.status == UNCHECKED), '')}"
        return worst


def verdict(latex: str, symbols: str = "", **lists: Sequence[str]) -> str:
    return Bench(Board(symbols, **lists)).verdict(latex)  # type: ignore[arg-type]
