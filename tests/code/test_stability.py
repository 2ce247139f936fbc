"""Large logits: no overflow, no logarithm of zero, and the values that 60 digits give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from tests.code.generated import generated

Z = np.array([1e4, -1e4, 0.0, 3.0, -750.0, 750.0])
ROWS = np.array([[1e4, -1e4, 0.0], [0.0, 1.0, 2.0], [1e4, 1e4, -1e4]])


def gradient(x: str) -> str:
    return rf"\frac{{\partial L}}{{\partial {x}}}"


def strictly(code: Any, **inputs: Any) -> dict[str, Any]:
    """Everything the module computes, any overflow or division by zero an error."""
    with np.errstate(all="raise", under="ignore"):
        return {**code.forward(**inputs), **code.gradients(**inputs)}


def sigmoid(t: Any) -> Any:
    return 1 / (1 + mp.e ** (-t))


def softplus(t: Any) -> Any:
    return mp.log1p(mp.e**t)


SCALARS: list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = [
    (r"\frac{1}{1 + \exp(-z_i)}", sigmoid, lambda t: sigmoid(t) * sigmoid(-t)),
    (r"\frac{\exp(z_i)}{1 + \exp(z_i)}", sigmoid, lambda t: sigmoid(t) * sigmoid(-t)),
    (r"\frac{e^{z_i}}{e^{z_i} + 1}", sigmoid, lambda t: sigmoid(t) * sigmoid(-t)),
    (r"\log(1 + \exp(z_i))", softplus, sigmoid),
    (r"\log(1 + \exp(z_i)^2)", lambda t: softplus(2 * t), lambda t: 2 * sigmoid(2 * t)),
    (r"\log \sigma(z_i)", lambda t: -softplus(-t), lambda t: sigmoid(-t)),
    (r"\log(1 - \sigma(z_i))", lambda t: -softplus(t), lambda t: -sigmoid(t)),
    (r"\log(e^{z_i} + e^{-z_i})", lambda t: abs(t) + softplus(-2 * abs(t)), mp.tanh),
    (r"\log \cosh z_i", lambda t: abs(t) + softplus(-2 * abs(t)) - mp.log(2), mp.tanh),
    (r"z_i \sigma(z_i)", lambda t: t * sigmoid(t), lambda t: sigmoid(t) + t * sigmoid(t) * sigmoid(-t)),
    (
        r"\begin{cases} z_i & z_i > 0 \\ \exp(z_i) - 1 & z_i \le 0 \end{cases}",
        lambda t: t if t > 0 else mp.expm1(t),
        lambda t: 1 if t > 0 else mp.e**t,
    ),
]


@pytest.mark.parametrize(("formula", "value", "slope"), SCALARS, ids=[f for f, _, _ in SCALARS])
def test_functions_of_a_logit(
    formula: str, value: Callable[[Any], Any], slope: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mp.mp, "dps", 60)
    _, code = generated(symbols={"z": "n"}, given=[f"a_i = {formula}", r"L = \sum_i a_i"], derive=[gradient("z")])
    found = strictly(code, z=Z)
    np.testing.assert_allclose(found["a"], [float(value(mp.mpf(t))) for t in Z], rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(found["dL_dz"], [float(slope(mp.mpf(t))) for t in Z], rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("given", [[r"p = \sigma(z)"], []], ids=["named", "written out"])
def test_binary_cross_entropy(given: list[str]) -> None:
    p = "p_i" if given else r"\sigma(z_i)"
    loss = rf"L = -\sum_i (y_i \log {p} + (1 - y_i) \log(1 - {p}))"
    _, code = generated(symbols={"z": "n", "y": "n"}, given=[*given, loss], derive=[gradient("z")])
    y = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
    found = strictly(code, z=Z, y=y)
    assert np.isclose(found["L"], 2e4 + np.log(2) + 3 + np.log1p(np.exp(-3)) + 1500)
    s = np.exp(-np.logaddexp(0, -Z))
    np.testing.assert_allclose(found["dL_dz"], s - y, atol=1e-15)


@pytest.mark.parametrize(
    ("given", "assume"),
    [
        ([r"P = \operatorname{softmax}(Z)", r"L = -\sum_{i,k} Y_{ik} \log P_{ik}"], [r"\sum_k Y_{ik} = 1"]),
        ([r"P = \operatorname{softmax}(Z)", r"L = -\sum_{i,k} Y_{ik} \log P_{ik}"], []),
        ([r"L = \sum_i (\log \sum_k e^{Z_{ik}} - \sum_k Y_{ik} Z_{ik})"], []),
        ([r"L = -\sum_{i,k} Y_{ik} \log \frac{\exp(Z_{ik})}{\sum_m \exp(Z_{im})}"], [r"\sum_k Y_{ik} = 1"]),
    ],
)
def test_cross_entropy(given: list[str], assume: list[str]) -> None:
    _, code = generated(symbols={"Z": "B c", "Y": "B c"}, given=given, assume=assume, derive=[gradient("Z")])
    found = strictly(code, Z=ROWS, Y=np.eye(3))
    lse = np.array([1e4, np.log(np.exp([0, 1, 2]).sum()), 1e4 + np.log(2)])
    assert np.isclose(found["L"], np.sum(lse) - np.trace(ROWS), rtol=1e-12)
    np.testing.assert_allclose(found["dL_dZ"], np.exp(ROWS - lse[:, None]) - np.eye(3), atol=1e-12)


def test_the_diagonal_over_its_row() -> None:
    """exp(S_ii) / Σ_j exp(S_ij): an entry of a softmax over j, and no softmax over i."""
    _, code = generated(
        symbols={"S": "n n"},
        given=[r"L = -\frac{1}{n} \sum_i \log \frac{\exp(S_{ii})}{\sum_j \exp(S_{ij})}"],
        derive=[gradient("S")],
    )
    found = strictly(code, S=ROWS)
    lse = np.array([1e4, np.log(np.exp([0, 1, 2]).sum()), 1e4 + np.log(2)])
    assert np.isclose(found["L"], np.mean(lse - np.diag(ROWS)), rtol=1e-12)
    np.testing.assert_allclose(found["dL_dS"], (np.exp(ROWS - lse[:, None]) - np.eye(3)) / 3, atol=1e-12)


def test_a_softmax_that_does_not_look_ahead() -> None:
    text, code = generated(
        symbols={"S": "n n"},
        given=[
            r"P_{ij} = \frac{\mathbb{1}[j \le i] e^{S_{ij}}}{\sum_{k \le i} e^{S_{ik}}}",
            r"L = \sum_{i,j} P_{ij}^2",
        ],
        derive=[gradient("S")],
    )
    assert "_softmax(" in text
    found = strictly(code, S=ROWS)
    np.testing.assert_allclose(
        found["P"], [[1, 0, 0], [1 / (1 + np.e), np.e / (1 + np.e), 0], [0.5, 0.5, 0]], atol=1e-15
    )


def test_a_mask_that_is_only_below_is_no_masked_softmax() -> None:
    """exp(S_ij) / Σ_{k ≤ i} exp(S_ik) without [j ≤ i]: entries ahead of i have values of their own."""
    _, code = generated(
        symbols={"S": "n n"},
        given=[r"P_{ij} = \frac{e^{S_{ij}}}{\sum_{k \le i} e^{S_{ik}}}", r"L = \sum_{i,j} P_{ij}^2"],
        derive=[gradient("S")],
    )
    s = np.array([[0.1, 0.5], [0.3, -0.2]])
    found = strictly(code, S=s)
    np.testing.assert_allclose(found["P"][0], [1, np.exp(0.4)])


def test_a_softmax_of_a_product_that_has_no_name() -> None:
    text, _ = generated(
        symbols={"Q": "n d", "K": "m d", "V": "m v"},
        given=[r"A = \operatorname{softmax}(\frac{1}{\sqrt{d}} Q K^\top)", r"L = \|A V\|_F^2"],
        derive=[gradient("Q")],
    )
    assert "A = _softmax(Q @ K.T / math.sqrt(d), axis=-1)" in text
