"""Every entry of the library: read, derived and judged, its gradients those of autograd, its equations as written."""

from __future__ import annotations

import numpy as np
import pytest

import symdl
from symdl import api
from symdl.language.declare import understand
from symdl.language.print_latex import latex
from symdl.language.syntax import Relation
from symdl.layer_problem import problem_of
from symdl.library import KINDS, Entry, entries, find
from symdl.library.entry import Optimizer
from tests.library.numbers import bits, compare, definite, draw, positive, signs, simplex, sizes_of
from tests.library.references import LIBRARY

ALL = entries()
SPECIAL = {
    "cross-entropy": {"Y": simplex},
    "kl": {"Q": simplex},
    "categorical": {"x": simplex},
    "bce-from-logits": {"Y": bits},
    "hinge": {"Y": signs},
    "dropout": {"M": bits, "p": positive},
    "bernoulli": {"x": bits, "p": positive},
    "leaky-relu": {"a": positive},
    "multivariate-normal": {"Sigma": definite},
}
SETTINGS = ((3, 4, 5, 6, 7, 2), (5, 3, 2, 4, 6, 7))
SEQUENCES = ("rnn", "lstm", "gru")  # compared in tests/library/test_gradients.py, as derivations


def test_all_kinds_are_there() -> None:
    assert {e.kind for e in ALL} == set(KINDS)
    assert len({e.name for e in ALL}) == len(ALL) >= 40


@pytest.mark.parametrize("entry", ALL, ids=lambda e: e.name)
def test_entry_is_complete(entry: Entry) -> None:
    assert entry.title and entry.source and entry.given
    m = api.model(problem_of(entry))
    names = m.understanding.scope.names
    assert entry.output in names and set(entry.inputs) | set(entry.parameters) <= set(names)
    assert set(entry.sizes) <= m.understanding.scope.dimensions
    assert m.program.statements


@pytest.mark.parametrize("entry", ALL, ids=lambda e: e.name)
def test_equations_read_back_as_printed(entry: Entry) -> None:
    problem = problem_of(entry)
    first = understand(problem)
    stated = [d for d in first.definitions if d.kind != "abstract"]
    written = [latex(Relation((d.left, d.right), ("=",))) for d in stated]
    others = [g for g, d in zip(problem.given, first.definitions, strict=True) if d.kind == "abstract"]
    again = understand(problem.replace(given=[*written, *others]))
    for a, b in zip(first.definitions, again.definitions, strict=True):
        assert (a.left, a.right) == (b.left, b.right)


@pytest.mark.parametrize("entry", [e for e in ALL if not isinstance(e, Optimizer)], ids=lambda e: e.name)
def test_every_gradient_is_derived_and_judged(entry: Entry) -> None:
    if entry.name in SEQUENCES:
        pytest.skip("judged as a derivation of the catalogue")
    problem = problem_of(entry)
    if entry.name == "conv2d":  # with windows of 3 by 3: of any size, the samples grow too large for the judge
        problem = symdl.Sequential(symdl.layers.Conv2d("O", 3)).as_problem()
    solution = api.derive(problem)
    assert len(solution.results) == len(problem.derive)
    for r in solution.results:
        assert r.evidence.holds, (latex(r.target), r.evidence.how)
        assert all(s.evidence.holds for s in r.steps)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_gradients_are_those_of_autograd(name: str, setting: tuple[int, ...]) -> None:
    problem = problem_of(find(name))
    m = api.model(problem)
    sizes = sizes_of(m.program, setting)
    inputs = draw(m, sizes, np.random.default_rng(3), SPECIAL.get(name, {}))
    assert compare(problem, LIBRARY[name], inputs, sizes) == len(problem.derive)


def test_nothing_is_left_out() -> None:
    without = {e.name for e in ALL if not isinstance(e, Optimizer)} - set(LIBRARY) - set(SEQUENCES)
    assert not without
