"""Gradients of whole networks from generated code, against autograd on the same network written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symdl.code.module import module
from symdl.code.verify import verified
from symdl.engine import derive
from symdl.language.declare import understand
from symdl.problem import Problem
from symdl.tensor.build import build_program

RNG = np.random.default_rng(3)
Arrays = dict[str, Any]


def by(*names: str) -> list[str]:
    return [rf"\frac{{\partial L}}{{\partial {n}}}" for n in names]


def generated(**problem: Any) -> tuple[str, Arrays]:
    """The verified text of a module, and its names."""
    p = Problem(**problem)
    understanding = understand(p)
    program = build_program(understanding)
    solution = derive(understanding, program)
    text = verified(module(understanding, program, solution), understanding, program, solution)
    namespace: Arrays = {"__name__": "generated"}
    exec(text, namespace)
    return text, namespace


def compare(
    namespace: Arrays, inputs: Arrays, loss: Callable[..., Any], wanted: tuple[str, ...], **upstream: Any
) -> None:
    """Every gradient equals autograd's."""
    found = namespace["gradients"](**inputs, **upstream)
    for name in wanted:
        expected = autograd.grad(lambda v, n=name: loss(**{**inputs, n: v}))(inputs[name])
        assert np.allclose(found[f"dL_d{name}"], expected, rtol=1e-9, atol=1e-11), name


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape) * 0.7


def log_softmax(z: Any) -> Any:
    z = z - anp.max(z, axis=-1, keepdims=True)
    return z - anp.log(anp.sum(anp.exp(z), axis=-1, keepdims=True))


def test_a_recurrent_network_through_time() -> None:
    text, code = generated(
        symbols={"x": "T n", "W": "d d", "U": "d n", "b": "d", "V": "c d", "y": "T"},
        given=[
            r"h_0 = \mathbf{0}",
            r"h_t = \tanh(W h_{t-1} + U x_t + b)",
            "o_t = V h_t",
            r"p_t = \operatorname{softmax}(o_t)",
            r"L = -\sum_{t=1}^{T} \log p_{t,y_t}",
        ],
        assume=[r"y_t \in \{1,\dots,c\}"],
        derive=by("W", "U", "b", "V"),
    )
    assert "in reversed(range(" in text and "_log_softmax" in text

    def loss(x: Any, W: Any, U: Any, b: Any, V: Any, y: Any) -> Any:
        h, total = anp.zeros(len(b)), 0.0
        for t in range(len(x)):
            h = anp.tanh(W @ h + U @ x[t] + b)
            total = total - log_softmax(V @ h)[y[t] - 1]
        return total

    inputs = {"x": normal(6, 3), "W": normal(4, 4), "U": normal(4, 3), "b": normal(4), "V": normal(5, 4)}
    inputs["y"] = RNG.integers(1, 6, size=6)
    compare(code, inputs, loss, ("W", "U", "b", "V"))
    with pytest.raises(ValueError, match="y: found 0 to 0, expected 1 to 5"):
        code["forward"](**{**inputs, "y": np.zeros(6, int)})
    with pytest.raises(TypeError, match="y: found entries of type float64, expected whole numbers"):
        code["forward"](**{**inputs, "y": np.ones(6)})


def test_a_deep_network_of_any_number_of_layers() -> None:
    _, code = generated(
        symbols={
            "x": "n_0",
            "y": "n_D",
            "W_l": "n_l n_{l-1} for l in 1..D",
            "b_l": "n_l for l in 1..D",
            "h_l": "n_l for l in 0..D",
        },
        given=["h_0 = x", r"h_l = \tanh(W_l h_{l-1} + b_l)", r"L = \|h_D - y\|^2"],
        derive=by("W_l", "b_l"),
    )
    sizes = (3, 5, 4, 2)
    weights = [normal(a, b) for a, b in zip(sizes[1:], sizes, strict=False)]
    biases = [normal(a) for a in sizes[1:]]
    x, y = normal(3), normal(2)

    def loss(weights: Any, biases: Any) -> Any:
        h = x
        for w, b in zip(weights, biases, strict=True):
            h = anp.tanh(w @ h + b)
        return anp.sum((h - y) ** 2)

    found = code["gradients"](x=x, y=y, W_l=weights, b_l=biases)
    for k in range(3):
        assert np.allclose(found["dL_dW_l"][k], autograd.grad(loss, 0)(weights, biases)[k])
        assert np.allclose(found["dL_db_l"][k], autograd.grad(loss, 1)(weights, biases)[k])
    with pytest.raises(ValueError, match="W_l of 2: found size 2 on axis 2, expected n_1 = 5"):
        code["forward"](x=x, y=y, W_l=[weights[0], weights[2].T, weights[2]], b_l=biases)
    with pytest.raises(TypeError, match="expected a list of arrays"):
        code["forward"](x=x, y=y, W_l=weights[0], b_l=biases)


def test_attention() -> None:
    _, code = generated(
        symbols={"Q": "n d", "K": "m d", "V": "m e"},
        given=[r"S = \frac{1}{\sqrt{d}} Q K^\top", r"A = \operatorname{softmax}(S)", "O = A V", "L = L(O)"],
        derive=by("Q", "K", "V"),
    )
    g = normal(4, 2)

    def loss(Q: Any, K: Any, V: Any) -> Any:
        return anp.sum(g * (anp.exp(log_softmax(Q @ K.T / anp.sqrt(3))) @ V))

    compare(code, {"Q": normal(4, 3), "K": normal(5, 3), "V": normal(5, 2)}, loss, ("Q", "K", "V"), grad_O=g)


def test_convolution_is_shifted_products() -> None:
    text, code = generated(
        symbols={"x": "B q o+k-1", "w": "f q k", "b": "f", "y": "B f o"},
        given=[r"y_{njt} = \sum_{i,s} w_{jis} x_{n,i,t+s-1} + b_j", "L = L(y)"],
        derive=by("x", "w", "b"),
    )
    assert "dL_dx[:, :, s - 1:s + o - 1] += " in text and "[np.arange" not in text
    g = normal(2, 4, 6)

    def loss(x: Any, w: Any, b: Any) -> Any:
        y = sum(anp.einsum("fq,bqo->bfo", w[:, :, s], x[:, :, s : s + 6]) for s in range(3))
        return anp.sum(g * (y + b[:, None]))

    inputs = {"x": normal(2, 3, 8), "w": normal(4, 3, 3), "b": normal(4)}
    compare(code, inputs, loss, ("x", "w", "b"), grad_y=g)
    with pytest.raises(ValueError, match="x: found size 2 on axis 3, expected k \\+ o - 1 for a whole number o"):
        code["forward"](x=normal(2, 3, 2), w=inputs["w"], b=inputs["b"])


def test_padding_by_an_assumption() -> None:
    _, code = generated(
        symbols={"x": "n", "w": "3", "y": "n"},
        given=[r"y_i = \sum_{j=1}^{3} w_j x_{i+j-2}", "L = L(y)"],
        assume=[r"x_i = 0 \text{ for } i < 1", r"x_i = 0 \text{ for } i > n"],
        derive=by("w", "x"),
    )
    x, w, g = normal(7), normal(3), normal(7)
    assert np.allclose(code["forward"](x=x, w=w)["y"], np.correlate(np.pad(x, 1), w, "valid"))
    found = code["gradients"](x=x, w=w, grad_y=g)
    assert np.allclose(found["dL_dx"], np.convolve(g, w)[1:-1])


def test_batch_normalisation() -> None:
    _, code = generated(
        symbols={"X": "B d", r"\gamma": "d", r"\beta": "d", r"\epsilon": ""},
        given=[
            r"\mu_j = \frac{1}{B}\sum_i X_{ij}",
            r"v_j = \frac{1}{B}\sum_i (X_{ij}-\mu_j)^2",
            r"N_{ij} = \frac{X_{ij}-\mu_j}{\sqrt{v_j+\epsilon}}",
            r"Y_{ij} = \gamma_j N_{ij} + \beta_j",
            "L = L(Y)",
        ],
        assume=[r"\epsilon > 0"],
        derive=by("X", r"\gamma", r"\beta"),
    )
    g = normal(6, 3)

    def loss(X: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
        centred = X - anp.mean(X, axis=0)
        return anp.sum(g * (gamma * centred / anp.sqrt(anp.mean(centred**2, axis=0) + epsilon) + beta))

    inputs = {"X": normal(6, 3), "gamma": normal(3), "beta": normal(3), "epsilon": 1e-5}
    compare(code, inputs, loss, ("X", "gamma", "beta"), grad_Y=g)


def test_an_embedding_scatters() -> None:
    text, code = generated(
        symbols={"E": "V d", "w": "B"},
        given=["H_{ij} = E_{w_i, j}", "L = L(H)"],
        assume=[r"w_i \in \{1,\dots,V\}"],
        derive=by("E"),
    )
    assert "_scatter(w - 1, grad_H" in text
    g, w = normal(4, 3), np.array([2, 5, 2, 1])

    def loss(E: Any, w: Any) -> Any:
        return anp.sum(g * E[w - 1])

    compare(code, {"E": normal(5, 3), "w": w}, loss, ("E",), grad_H=g)


def test_maximum_pooling() -> None:
    _, code = generated(
        symbols={"X": "B k*n", "Y": "B n"},
        given=[r"Y_{bi} = \max_{1 \le a \le k} X_{b, k (i-1) + a}", "L = L(Y)"],
        derive=by("X"),
    )
    g = normal(2, 4)

    def loss(X: Any, k: int, n: int) -> Any:
        return anp.sum(g * anp.max(X.reshape(2, n, k), axis=2))

    compare(code, {"X": normal(2, 12), "k": 3, "n": 4}, loss, ("X",), grad_Y=g)


def test_a_named_upstream_gradient_and_what_uses_it() -> None:
    _, code = generated(
        symbols={"X": "B n", "W": "n m"},
        given=["Z = X W", "L = L(Z)", r"G = \frac{\partial L}{\partial Z}", r"D = X^\top G"],
        derive=by("W"),
    )
    x, w, g = normal(4, 3), normal(3, 2), normal(4, 2)
    assert set(code["forward"](X=x, W=w)) == {"Z"}
    found = code["forward"](X=x, W=w, grad_Z=g)
    assert np.allclose(found["D"], x.T @ g) and np.allclose(found["G"], g)
    assert np.allclose(code["gradients"](X=x, W=w, grad_Z=g)["dL_dW"], x.T @ g)


def test_single_precision_stays_single() -> None:
    _, code = generated(
        symbols={"z": "n", "A": "n n", r"\lambda": ""},
        given=[r"L = \frac{\lambda}{\sqrt{n}} z^\top A z + \sum_i \log(1 + \exp(z_i))"],
        derive=[*by("z"), r"\nabla_z^2 L"],
    )
    found = code["gradients"](z=normal(3).astype(np.float32), A=normal(3, 3).astype(np.float32), lambda_=0.5)
    assert all(v.dtype == np.float32 for v in found.values())


def test_forward_alone() -> None:
    text, code = (None, None)
    p = Problem(symbols={"x": "n", "W": "m n"}, given=["y = W x"])
    understanding = understand(p)
    program = build_program(understanding)
    from symdl.solution.step import Solution

    text = module(understanding, program, Solution(""))
    assert "def gradients" not in text
    code = {"__name__": "generated"}
    exec(verified(text, understanding, program, Solution("")), code)
    assert np.allclose(code["forward"](x=np.ones(2), W=np.eye(2))["y"], 1)  # type: ignore[operator]
