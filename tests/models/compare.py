"""A derived solution and its code against autograd, at two settings of pairwise distinct sizes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import count
from typing import Any

import autograd
import numpy as np

from symdl.api import Model
from symdl.code.identifiers import identifier
from symdl.language import syntax as s
from symdl.language.letters import free_letters
from symdl.language.understanding import Line
from symdl.solution.narrative import claim_of
from symdl.tensor.elaborate import sequents
from symdl.tensor.interpret import Valuation, evaluate_box
from tests.models.case import Case, Expected

FIRST = (3, 4)  # the smallest size of each setting


def settings(model: Model, case: Case) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    """Sizes, and values that the assumptions allow."""
    for seed, first in enumerate(FIRST):
        rng = np.random.default_rng(seed)
        chosen = case.sizes[seed] if case.sizes else {}
        free = (k for k in count(first) if k not in chosen.values())
        sizes = {n: chosen[n] if n in chosen else next(free) for n in sorted(model.program.sizes)}
        leaves: dict[str, Any] = {}
        for name, leaf in model.program.leaves.items():
            members = tuple(sizes[m.last.name] for m in leaf.members)  # families count from 1
            extent = (*members, *(a.size.value(sizes) for a in leaf.axes))
            if name in case.labels:
                leaves[name] = rng.integers(1, sizes[case.labels[name]] + 1, extent)
                continue
            signs = 1 if name in case.positive else rng.choice((-1, 1), extent)
            leaves[name] = np.asarray(rng.uniform(0.3, 1.4, extent) * signs)
        if case.prepare is not None:
            case.prepare(leaves)
        yield sizes, leaves


def expected(case: Case, wanted: Expected, sizes: dict[str, int], leaves: dict[str, Any]) -> Any:
    """What autograd says of a target."""
    plain = {**sizes, **{identifier(n): v for n, v in leaves.items()}}
    if callable(wanted):
        return np.asarray(wanted(**plain))
    transposed = wanted.endswith("^T")
    f = case.oracle
    for name in wanted.removesuffix("^T").split():
        f = _differentiated(f, identifier(name))
    found = np.asarray(f(**plain))
    return found.T if transposed else found


def _differentiated(f: Any, own: str) -> Any:
    def derivative(**plain: Any) -> Any:
        return autograd.jacobian(lambda x: f(**{**plain, own: x}))(1.0 * plain[own])

    return derivative


def gap(a: Any, b: Any) -> float:
    """The largest relative difference; infinite where shapes differ."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return float("inf")
    return float(np.abs(a - b).max(initial=0) / max(1.0, np.abs(b).max(initial=0)))


def claims_hold(model: Model, solution: Any, case: Case) -> float:
    """The largest gap of any printed result (matrix and index form) and any line of its `where`."""
    worst = 0.0
    for sizes, leaves in settings(model, case):
        valuation = Valuation(model.program, sizes, leaves)
        for result, wanted in zip(solution.results, case.derive.values(), strict=True):
            value = expected(case, wanted, sizes, leaves)
            for form in (f for f in (result.matrix, result.index) if f is not None):
                worst = max(worst, _claim(model, claim_of(result, form), valuation, value))
        for line in {w for r in solution.results for w in r.where}:
            worst = max(worst, _claim(model, line, valuation, None))
    return worst


def _claim(model: Model, claim: s.Node, valuation: Valuation, value: Any) -> float:
    line = Line(claim, "", letters=free_letters(claim, model.understanding.scope))
    worst = 0.0
    for sequent in sequents(line, model.program):
        for goal in sequent.goals:
            (left, right), where, _ = evaluate_box((goal.left, goal.right), valuation, goal.binders, goal.condition)
            worst = max(worst, gap(left[where], right[where]))
            if value is not None:
                shape = np.shape(value)
                full = np.broadcast_to(right, left.shape) if np.shape(right) != shape else right
                if np.shape(full) != shape and sorted(np.shape(full)) == sorted(shape):
                    full = np.moveaxis(full, -1, 0)  # a member's letter comes after those of its axes
                if np.size(full) == np.size(value) and 1 in shape:
                    full = np.reshape(full, shape)  # a row: its index form has one letter
                if goal.condition is None:
                    worst = max(worst, gap(full, value))
    return worst


def code_agrees(model: Model, gradients: Any, case: Case) -> float:
    """The largest gap between the generated NumPy and autograd."""
    worst = 0.0
    for sizes, leaves in settings(model, case):
        found = gradients(**arguments(gradients, sizes, leaves))
        values = [expected(case, w, sizes, leaves) for w in case.derive.values()]
        assert len(found) == len(values), f"{len(values)} targets, but the code returns {list(found)}"
        worst = max([worst, *(gap(f, v) for f, v in zip(found.values(), values, strict=True))])
    return worst


def arguments(gradients: Any, sizes: dict[str, int], leaves: dict[str, Any]) -> dict[str, Any]:
    """The inputs by the identifiers of generated code."""
    names = inspect.signature(gradients).parameters
    given = {identifier(n): v for n, v in leaves.items()} | {identifier(n): v for n, v in sizes.items()}
    return {n: given[n] for n in names if n in given}
