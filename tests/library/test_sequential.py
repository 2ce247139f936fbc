"""Models in Python: composed from the same equations, sizes unified, names told apart; misuse says what fits."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.scipy.stats import norm

import symdl
from symdl.api import Model
from symdl.errors import UsageError
from symdl.language.dims import Dim, axis
from symdl.language.written_sizes import shape_text, size_text
from symdl.sequential_sizes import Unifier
from tests.library.numbers import generated

layers, losses = symdl.layers, symdl.losses


def parts(problem: symdl.Problem) -> tuple[list[str], dict[str, str], list[str]]:
    symbols = {k: str(v) for k, v in problem.symbols.items()}
    return [str(g) for g in problem.given], symbols, [str(d) for d in problem.derive]


def test_the_model_of_the_manual() -> None:
    model = symdl.Sequential(layers.Dense("h"), layers.Tanh(), layers.Dense("c"), losses.CrossEntropy())
    given, symbols, targets = parts(model.as_problem())
    assert given == [
        r"Z_1 = X W_1 + \mathbf{1} b_1^\top",
        r"H = \tanh Z_1",
        r"Z_2 = H W_2 + \mathbf{1} b_2^\top",
        r"P = \operatorname{softmax}(Z_2)",
        r"L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}",
    ]
    assert symbols["X"] == "B n" and symbols["W_1"] == "n h" and symbols["W_2"] == "h c" and symbols["Y"] == "B c"
    assert targets == [rf"\frac{{\partial L}}{{\partial {n}}}" for n in ("W_2", "b_2", "W_1", "b_1")]
    solution = symdl.derive(model)
    assert [r.evidence.holds for r in solution.results] == [True] * 4
    assert solution.results[0].latex() == r"\frac{\partial L}{\partial W_2} = \frac{1}{B} H^\top (P - Y)"


@pytest.mark.parametrize("sizes", [(7, 5, 4, 3), (4, 3, 6, 5)])
def test_its_gradients_are_those_of_autograd(sizes: tuple[int, ...]) -> None:
    B, n, h, c = sizes
    model = symdl.Sequential(
        layers.Dense("h"),
        layers.LayerNorm(),
        layers.GELU(),
        layers.Residual(),
        layers.Dense("c"),
        losses.CrossEntropy(),
    )
    problem = model.as_problem()
    rng = np.random.default_rng(1)
    extent = {"B": B, "n": n, "h": h, "c": c}
    m = Model(problem)
    a = {k: rng.normal(size=[x.size.value(extent) for x in leaf.axes]) for k, leaf in m.program.leaves.items()}
    a[r"\epsilon"] = 0.3
    a["Y"] = np.eye(c)[rng.integers(c, size=B)]

    def loss(a: dict[str, Any]) -> Any:
        z = a["X"] @ a["W_1"] + a["b_1"]
        d = z - anp.mean(z, axis=1, keepdims=True)
        y = a[r"\gamma"] * d / anp.sqrt(anp.mean(d**2, axis=1, keepdims=True) + a[r"\epsilon"]) + a[r"\beta"]
        g = y * norm.cdf(y)
        r = g + anp.tanh(g @ a["W_2"] + a["b_2"])
        z = r @ a["W_3"] + a["b_3"]
        return -anp.sum(a["Y"] * (z - anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True)))) / B

    found = generated(m)(**{k.lstrip("\\"): v for k, v in a.items()})
    names = ["W_1", "b_1", r"\gamma", r"\beta", "W_2", "b_2", "W_3", "b_3"]
    assert len(found) == len(names)
    for name in names:
        expected = autograd.grad(lambda x, name=name: loss({**a, name: x}))(a[name])
        assert np.allclose(found[f"dL_d{name.lstrip(chr(92))}"], expected, rtol=1e-9, atol=1e-12), name


def test_sizes_are_solved_for_through_convolutions_and_pools() -> None:
    model = symdl.Sequential(layers.Conv1d("O", 3), layers.ReLU(), layers.MaxPool(2), layers.Conv1d("P", 3))
    given, symbols, _ = parts(model.as_problem())
    assert symbols["X"] == "B C 2*m+2" and symbols["y_2"] == "B O m" and symbols["y_3"] == "B P m-2"
    assert given[-1] == "L = L(y_3)"


def test_index_letters_give_way_to_names() -> None:
    """`b` counts examples in a layer norm and is the bias of the dense layer below it."""
    given, _, _ = parts(symdl.Sequential(layers.LayerNorm(), layers.Dense("c"), losses.MSE()).as_problem())
    assert given[0] == r"\mu_j = \frac{1}{n} \sum_i X_{ji}"
    assert given[-2] == r"Z = y W + \mathbf{1} b^\top"


def test_tokens_come_in_as_they_are() -> None:
    problem = symdl.Sequential(
        layers.Embedding("V", "d"), layers.SelfAttention("k", "v"), layers.Dense("c"), losses.CrossEntropy()
    ).as_problem()
    _, symbols, targets = parts(problem)
    assert symbols["t"] == "n" and symbols["W_V"] == "d v"
    assert targets[-1] == r"\frac{\partial L}{\partial E}"
    assert Model(problem).program.leaves["t"].integer


def test_without_parameters_the_input_is_asked_for() -> None:
    assert parts(symdl.Sequential(layers.Tanh()).as_problem())[2] == [r"\frac{\partial L}{\partial X}"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: symdl.Sequential(), "without a layer"),
        (lambda: symdl.Sequential(layers.Dense), "call it"),
        (lambda: layers.Dense(), "takes 1 sizes"),
        (lambda: layers.Dense("h", "c"), "takes 1 sizes"),
        (lambda: layers.Dense(0), "is no size"),
        (lambda: layers.Dense(n="h"), "has no size"),
        (lambda: symdl.Sequential(losses.MSE(), layers.Tanh()), "stands before a layer"),
        (lambda: symdl.Sequential(layers.Attention()), "takes 3 inputs"),
        (lambda: symdl.Sequential(layers.LSTM("n")), "moments of a sequence"),
        (lambda: symdl.Sequential(layers.Dense(3), layers.Conv1d("O", 3)).as_problem(), "does not fit"),
        (lambda: symdl.Sequential(layers.Dense(3), layers.MaxPool(2)).as_problem(), "does not fit"),
        (lambda: symdl.Sequential(layers.Dense("B C")).as_problem(), "no size"),
    ],
)
def test_misuse_is_refused_by_name(make: Any, says: str) -> None:
    with pytest.raises(UsageError) as error:
        make()
    assert says in error.value.render()


def test_an_unknown_layer_names_the_nearest() -> None:
    with pytest.raises(AttributeError, match="Dense"):
        layers.Densee  # noqa: B018
    assert "LayerNorm" in dir(layers) and "h" in str(layers.Dense.__doc__) + "h"


def test_a_layer_is_shown_by_its_name() -> None:
    from symdl import api

    assert "∂L/∂W = Xᵀ ∂L/∂Z" in api.show("dense")
    assert r"\hat{m}_t" in api.show("adam")


def test_start_up_stays_light() -> None:
    text = "import sys, symdl; symdl.layers.Dense('h'); symdl.Sequential; print('sympy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_sizes_unify() -> None:
    u = Unifier()
    m = u.new("m")
    u.match((axis("n"),), (axis(m + 2),), "here")
    assert u.resolve(m) == Dim.of("n") - 2
    with pytest.raises(UsageError, match="here does not fit"):
        u.match((axis("n"),), (axis("k"),), "here")


@pytest.mark.parametrize("written", ["B h*d", "m+k-1", "0..n-1", "2*m+2", "((n+2*p-k)//(s))+1"])
def test_written_sizes_read_back(written: str) -> None:
    from symdl.language.sizes import read_shape

    axes = read_shape(written).axes
    assert read_shape(shape_text(axes)).axes == axes
    assert size_text(Dim.of(0)) == "0"
