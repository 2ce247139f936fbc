"""One sampler for each program: the lines of a problem are judged at the same values, which are drawn once.

A definition of one's own makes a new program, hence a sampler of its own.
"""

from __future__ import annotations

import secrets

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.gap import gap_of
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import STANDARD
from symdl.judge.verdict import rule
from symdl.solution.evidence import Evidence
from symdl.tensor.program import Program, Sequent

KEPT = 8  # programs; older ones draw again


class SharedJudge:
    """Rules on sequents as `verdict.rule` does; what was drawn for a program is kept."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = secrets.randbelow(2**32) if seed is None else seed
        self._samplers: list[Sampler] = []

    def __call__(self, sequent: Sequent) -> Evidence:
        return rule(sequent, seed=self.seed, sampler=self.sampler(sequent.program))

    def differs(self, sequent: Sequent) -> bool:
        """Do the values of the first setting tell the sides apart already? (No ruling: nothing is confirmed.)"""
        try:
            valuation = self.sampler(sequent.program).draw(sequent, STANDARD[0])
            with np.errstate(all="ignore"):
                return any(gap_of(g, valuation).fails for g in sequent.goals)
        except (SymdlError, NoSample, ArithmeticError, ValueError, TypeError, LookupError):
            return False

    def sampler(self, program: Program) -> Sampler:
        found = next((s for s in self._samplers if s.program is program), None)
        if found is None:
            found = Sampler(program, self.seed)
            self._samplers = [*self._samplers[-KEPT + 1 :], found]
        return found
