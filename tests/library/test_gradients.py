"""Derivations whose lines symdl makes: their gradients, as generated code or by the interpreter, are autograd's."""

from __future__ import annotations

from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symdl.api import Model
from symdl.catalogue import find
from symdl.code.identifiers import identifier
from symdl.engine import derive
from symdl.language import syntax as s
from symdl.problem import Problem, load_problem
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Idx
from symdl.tensor.interpret import Valuation, evaluate
from tests.library.numbers import bits, compare, definite, draw, generated, positive, simplex, sizes_of
from tests.library.references import CATALOGUE, FAMILIES

SETTINGS = ((3, 4, 5, 6, 7, 2), (5, 3, 2, 4, 6, 7))
SPECIAL: dict[str, dict[str, Any]] = {
    "bce-logits-grad": {"y": bits},
    "kldiv-loss-grad": {"p": positive, "q": positive},
    "word2vec-naive-softmax": {"y": simplex},
    "infonce-grad": {"Y": simplex, "tau": positive},
    "dropout-backward": {"m": bits, "p": positive},
    "gaussian-kl-mvn": {"A": definite, "S": definite},
    "mle-gaussian": {"Sigma": definite},
    "mle-equals-mse": {"sigma": positive},
    "focal-loss-grad": {"gamma": positive},
    "sne-gradient": {"P": positive},
}
ON_THE_WAY = {
    "sne-gradient": {"D"},
    "causal-mask-backward": {"S"},
    "kldiv-loss-grad": {"s"},
}  # targets that are no leaves


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_generated_gradients(name: str, setting: tuple[int, ...]) -> None:
    problem = load_problem(find(name).path)
    m = Model(problem)
    sizes = sizes_of(m.program, setting)
    inputs = draw(m, sizes, np.random.default_rng(5), SPECIAL.get(name, {}))
    compared = compare(problem, CATALOGUE[name], inputs, sizes)
    assert compared == len(problem.derive) - len(ON_THE_WAY.get(name, ()))


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_gradients_over_families(name: str, setting: tuple[int, ...]) -> None:
    """Through time, or over heads: the engine's matrix form, evaluated entry by entry."""
    m = Model(concrete(load_problem(find(name).path)))
    sizes = sizes_of(m.program, setting)
    inputs = draw(m, sizes, np.random.default_rng(5), SPECIAL.get(name, {}))
    valuation = Valuation(m.program, sizes, {n: inputs[identifier(n)] for n in m.program.leaves})
    elaborator = Elaborator(m.understanding.scope, m.program)
    compared = 0
    for r in derive(m.understanding, m.program).results:
        assert isinstance(r.target, s.Derivative)
        by = r.target.by[0]
        assert isinstance(by, s.Symbol)
        ident = identifier(by.name)
        if ident not in inputs:
            continue
        assert r.matrix is not None
        at = [f"?{k}" for k, _ in enumerate(r.matrix.shape)]
        letters = {x.name: (1, len(inputs[ident])) for x in by.members if isinstance(x, s.IndexVar)}
        letters |= {n: (1, a.size.value(sizes)) for n, a in zip(at, r.matrix.shape, strict=True)}
        got = evaluate(elaborator.entry(r.matrix, tuple(map(Idx, at))), valuation, letters)
        expected = autograd.grad(lambda x, ident=ident: FAMILIES[name](**{**inputs, ident: x}))(inputs[ident])
        assert got.shape == expected.shape
        assert np.max(np.abs(got - expected)) <= 1e-9 * max(1.0, np.max(np.abs(expected))), ident
        compared += 1
    assert compared


def concrete(problem: Problem) -> Problem:
    """With a loss of its own where the problem's is any: Σ arriving ⊙ Y."""
    if "L = L(Y)" not in map(str, problem.given):
        return problem
    given = [r"L = \sum_{i,j} \bar{Y}_{ij} Y_{ij}" if str(g) == "L = L(Y)" else str(g) for g in problem.given]
    return problem.replace(given=given, symbols={**problem.symbols, r"\bar{Y}": "n D"})


@pytest.mark.parametrize(("examples", "features"), [(7, 3), (4, 6)])
def test_gradients_and_hessians_of_regressions(examples: int, features: int) -> None:
    rng = np.random.default_rng(2)
    X, w = rng.normal(size=(examples, features)), rng.normal(size=features)
    y = rng.integers(0, 2, size=examples).astype(float)
    for name, loss in (
        ("linear-regression", lambda w: anp.sum((X @ w - y) ** 2) / (2 * examples)),
        ("logistic-regression", lambda w: anp.mean(anp.log(1 + anp.exp(X @ w)) - y * (X @ w))),
    ):
        found = generated(Model(load_problem(find(name).path)))(X=X, w=w, y=y)
        assert np.allclose(found["dL_dw"], autograd.grad(loss)(w), rtol=1e-9, atol=1e-12)
        assert np.allclose(found["d2L_dw2"], autograd.hessian(loss)(w), rtol=1e-9, atol=1e-12)


def test_gradients_of_losses_of_one_residual() -> None:
    rng = np.random.default_rng(2)
    y, t, k = rng.normal(size=9), rng.normal(size=9), 0.7
    found = generated(Model(load_problem(find("mse-l1-huber-grads").path)))(y=y, t=t, k=k)
    r = y - t
    assert np.allclose(found["dL_dr"], 2 * r / 9)
    assert np.allclose(found["dA_dr"], np.sign(r) / 9)
    assert np.allclose(found["dH_dr"], np.clip(r, -k, k) / 9)
    m, v, z = rng.normal(size=9), rng.uniform(0.5, 2, size=9), rng.normal(size=9)
    found = generated(Model(load_problem(find("nll-poisson-gaussian-grads").path)))(y=y, m=m, v=v, z=z)
    assert np.allclose(found["dL_dz"], np.exp(z) - y)
    assert np.allclose(found["dJ_dm"], (m - y) / v)
    assert np.allclose(found["dJ_dv"], (1 / v - (y - m) ** 2 / v**2) / 2)
