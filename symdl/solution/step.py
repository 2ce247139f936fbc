"""Steps and solutions: what the engine makes, the judge rules on, and every output reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symdl.language.syntax import Node, Relation
from symdl.solution.evidence import Evidence


@dataclass(frozen=True)
class Step:
    """One line of a derivation: the rule that made it (recorded when it was made), the line, its reason, conditions."""

    rule: str
    line: Relation | Node
    because: str
    evidence: Evidence | None = None
    conditions: tuple[Node, ...] = ()
    block: tuple[Step, ...] = ()  # the lines this one opens to at detail `full`
    number: int | None = None


@dataclass(frozen=True)
class Result:
    """One target: what was asked, its shape (sizes as text), the result in matrix and in index form, names it uses."""

    target: Node
    shape: tuple[str, ...]
    matrix: Node | None
    index: Node
    where: tuple[Relation | Node, ...] = ()
    steps: tuple[Step, ...] = ()
    evidence: Evidence | None = None

    def latex(self, notation: str = "matrix") -> str:
        """`target = result`; notation is `matrix` (index form where there is none), `index` or `both`."""
        from symdl.solution.face import result_latex

        return result_latex(self, notation)

    def sympy(self, known: Any = None) -> Any:
        """The result as a SymPy object: a matrix expression where it has that form, else sums over indexed names."""
        from symdl.exchange.sympy_out import to_sympy

        return to_sympy(self.matrix, self.index, known)


@dataclass(frozen=True)
class Solution:
    """A worked problem: results for its targets, and the author's own lines.

    It shows itself in Jupyter: every result in LaTeX, with its evidence.
    """

    title: str
    results: tuple[Result, ...] = ()
    lines: tuple[Step, ...] = ()
    claims: tuple[Step, ...] = ()  # what the problem says it shows
    problem: Any = field(default=None, compare=False)  # the Problem it answers
    program: Any = field(default=None, compare=False)  # the Program it was derived over
    bars: Any = field(default=None, compare=False)  # the Bars its adjoints are written with, if any

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order, each once: those of every result, then the author's lines."""
        found: dict[Node, Step] = {}
        for step in (*(s for r in self.results for s in r.steps), *self.lines):
            found.setdefault(step.line, step)
        return tuple(found.values())

    @property
    def evidence(self) -> Evidence | None:
        """The weakest evidence of any result or line."""
        from symdl.solution.face import weakest

        return weakest([*(r.evidence for r in self.results), *(s.evidence for s in self.lines)])

    def latex(self, notation: str = "matrix") -> str:
        """Every result, one a line: `target = result`; notation is `matrix`, `index` or `both`."""
        return "\n".join(r.latex(notation) for r in self.results)

    def sympy(self) -> Any:
        """The result as a SymPy object; of several results, a dict by the LaTeX of their targets."""
        from symdl.language.print_latex import latex

        known = getattr(self.problem, "objects", None)
        if len(self.results) == 1:
            return self.results[0].sympy(known)
        return {latex(r.target): r.sympy(known) for r in self.results}

    def __str__(self) -> str:
        from symdl.solution.face import plain_text

        return plain_text(self)

    def _repr_latex_(self) -> str:
        from symdl.solution.face import display_latex

        return display_latex(self)

    def _repr_html_(self) -> str:
        from symdl.solution.face import display_html

        return display_html(self)
