"""Models nobody listed: the engine's results are autograd's numbers, in float64, at two settings of distinct sizes."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import autograd
import numpy as np
import pytest

from symdl.api import Model
from symdl.engine import derive
from symdl.language import syntax as s
from symdl.language.letters import free_letters
from symdl.language.understanding import Line
from symdl.problem import Problem
from symdl.solution.narrative import claim_of
from symdl.tensor.elaborate import sequents
from symdl.tensor.interpret import Valuation, evaluate_box
from tests.engine.unlisted import CASES, Case

FIRST = (3, 5)  # the smallest size of each setting


def problem(case: Case) -> Problem:
    derive_ = [rf"\frac{{\partial L}}{{\partial {v}}}" for v in case.by]
    return Problem(title="", symbols=case.symbols, given=case.given, assume=case.assume, derive=derive_)


def python_name(latex: str) -> str:
    return re.sub(r"[\\{}]", "", latex)


def values(model: Model, case: Case, first: int, seed: int) -> tuple[dict[str, int], dict[str, Any]]:
    """Pairwise distinct sizes, and values that the assumptions allow."""
    rng = np.random.default_rng(seed)
    names = sorted(model.program.sizes)
    sizes = {n: k for n, k in zip(names, count(first), strict=False)}
    leaves: dict[str, Any] = {}
    for name, leaf in model.program.leaves.items():
        members = tuple(sizes[m.last.name] for m in leaf.members)
        extent = (*members, *(a.size.value(sizes) for a in leaf.axes))
        if name in case.labels:
            leaves[name] = rng.integers(1, sizes[case.labels[name]] + 1, extent)
            continue
        leaves[name] = rng.uniform(0.3, 1.4, extent) * (1 if name in case.positive else rng.choice((-1, 1), extent))
    if case.prepare is not None:
        case.prepare(leaves)
    return sizes, leaves


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_is_that_of_autograd(name: str) -> None:
    case = CASES[name]
    model = Model(problem(case))
    solution = derive(model.understanding, model.program)
    for seed, first in enumerate(FIRST):
        sizes, leaves = values(model, case, first, seed)
        valuation = Valuation(model.program, sizes, leaves)
        plain = {python_name(n): v for n, v in leaves.items()}
        for variable, result in zip(case.by, solution.results, strict=True):
            own = python_name(variable)
            expected = autograd.grad(lambda x, own=own, plain=plain: case.oracle(**{**plain, own: x}))(
                np.asarray(plain[own], dtype=float)
            )
            for form in (f for f in (result.matrix, result.index) if f is not None):
                compare(model, claim_of(result, form), valuation, expected)
        for line in {w for r in solution.results for w in r.where}:
            compare(model, line, valuation, None)


def compare(model: Model, claim: s.Node, valuation: Valuation, expected: Any) -> None:
    """Both sides of a line agree; a result's right side is what autograd says."""
    line = Line(claim, "", letters=free_letters(claim, model.understanding.scope))
    for sequent in sequents(line, model.program):
        for goal in sequent.goals:
            (left, right), where, _ = evaluate_box((goal.left, goal.right), valuation, goal.binders, goal.condition)
            assert np.abs(left - right)[where].max(initial=0) <= 1e-9 * max(1.0, np.abs(right)[where].max(initial=0))
            if expected is not None:
                if right.shape != expected.shape:  # a member's letter comes after those of its axes
                    right = np.moveaxis(right, -1, 0)
                assert right.shape == expected.shape
                assert np.abs(right - expected).max() <= 1e-9 * max(1.0, np.abs(expected).max())
