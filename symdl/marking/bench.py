"""The bench: values of an expression at a few points, to try changes of a wrong line before the judge sees one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.gap import TOLERANCE
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import STANDARD, Setting
from symdl.language.syntax import Node, Relation
from symdl.language.understanding import Line
from symdl.tensor.elaborate import sequents
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Goal, Program, Sequent

Values = list[Any]  # one array a point, over the line's letters and then the axes
SETTINGS = (STANDARD[0], STANDARD[3])
FURTHER = 6
SLACK = 1000 * TOLERANCE


class Bench:
    """Points at which the assumptions hold; one pair of sides; what values its changes take there."""

    def __init__(self, pair: Line, program: Program, with_claims: Callable[[Sequent], Sequent]) -> None:
        self.pair, self.program = pair, program
        self.points: list[Valuation] = []
        self.values: dict[Node, Values | None] = {}
        try:
            sequent = with_claims(sequents(pair, program)[0])
            sampler = Sampler(program, 7)
            self.points = [sampler.draw(sequent, s) for s in SETTINGS]
            self._tell_apart(sampler, sequent)
        except (SymdlError, NoSample):
            self.points = []

    def _tell_apart(self, sampler: Sampler, sequent: Sequent) -> None:
        """Points until the wrong line fails at one: det Q = 1 holds at half of all."""
        for k in range(FURTHER):
            if not self.holds(self.pair):
                return
            self.points = [*self.points, sampler.draw(sequent, Setting("distinct", 30 + k))]

    def __bool__(self) -> bool:
        return bool(self.points)

    def value(self, node: Node) -> Values | None:
        """The entries of an expression at each point, or None where it can't be evaluated."""
        if node not in self.values:
            self.values[node] = self._fresh(node)
        return self.values[node]

    def _fresh(self, node: Node) -> Values | None:
        try:
            _ = node.shape
            line = replace(self.pair, node=Relation((node, node), ("=",)), starts_with_relation=False)
            goal = sequents(line, self.program)[0].goals[0]
            out = []
            for point in self.points:
                (a,), _, _ = evaluate_box((goal.left,), point, goal.binders, goal.condition)
                a = np.asarray(a, dtype=float)
                if not np.isfinite(a).all():
                    return None
                out.append(a)
            return out
        except (SymdlError, IndexError, ValueError, TypeError, KeyError, RecursionError, ArithmeticError):
            return None

    def holds(self, line: Line) -> bool:
        """Does a relation hold at every point? What can't be evaluated does not."""
        try:
            return all(self._goal(g, p) for q in sequents(line, self.program) for g in q.goals for p in self.points)
        except (SymdlError, IndexError, ValueError, TypeError, KeyError, RecursionError, ArithmeticError):
            return False

    def _goal(self, goal: Goal, point: Valuation) -> bool:
        if goal.op not in ("=", "≤", "≥", "<", ">"):
            return False
        (a, b), where, _ = evaluate_box((goal.left, goal.right), point, goal.binders, goal.condition)
        left, right = np.asarray(a, dtype=float)[where], np.asarray(b, dtype=float)[where]
        if not (np.isfinite(left).all() and np.isfinite(right).all()):
            return False
        slack = SLACK * (1 + np.maximum(np.abs(left), np.abs(right)))
        if goal.op == "=":
            return bool((np.abs(left - right) <= slack).all())
        return bool((left <= right + slack).all() if goal.op in ("≤", "<") else (right <= left + slack).all())


def ratio(top: Values, bottom: Values) -> list[float] | None:
    """The number that top is of bottom at each point, where it is one: the same for all entries."""
    out = []
    for a, b in zip(top, bottom, strict=True):
        if a.shape != b.shape or not a.size:
            return None
        scale = float(np.max(np.abs(b)))
        if scale < 1e-9 or float(np.max(np.abs(a))) < 1e-9:
            return None
        r = float(np.sum(a * b) / np.sum(b * b))
        if not np.allclose(a, r * b, rtol=0, atol=1e-7 * (1 + abs(r)) * scale):
            return None
        out.append(r)
    return out


def same(a: Values | None, b: Values | None) -> bool:
    if a is None or b is None:
        return False
    return all(
        x.shape == y.shape and np.allclose(x, y, rtol=1e-7, atol=1e-8 * (1 + float(np.max(np.abs(y), initial=0.0))))
        for x, y in zip(a, b, strict=True)
    )


def minus(a: Values, b: Values) -> Values:
    return [x - y for x, y in zip(a, b, strict=True)]
