"""What statements have in common is computed once, under a name that says what it is; exponentials stay as they are."""

from __future__ import annotations

import numpy as np

from tests.code.generated import generated


def test_a_deviation_is_computed_once() -> None:
    text, _ = generated(
        symbols={"X": "B d"},
        given=[
            r"\mu_i = \frac{1}{d} \sum_j X_{ij}",
            r"v_i = \frac{1}{d} \sum_j (X_{ij} - \mu_i)^2",
            r"N_{ij} = (X_{ij} - \mu_i) v_i",
            r"L = \sum_{ij} N_{ij}^3",
        ],
        derive=[r"\frac{\partial L}{\partial X}"],
    )
    forward = text[text.index("def forward") : text.index("def gradients")]
    assert forward.count("X - mu[:, None]") == 1 and "X_minus_mu = X - mu[:, None]" in forward


def test_what_has_a_name_is_read_by_it() -> None:
    text, _ = generated(
        symbols={"X": "B d", "Y": "B d"},
        given=["D_{ij} = X_{ij} - Y_{ij}", r"a_i = \sum_j (X_{ij} - Y_{ij})^2", r"L = \sum_i a_i^2 + \sum_{ij} D_{ij}"],
        derive=[r"\frac{\partial L}{\partial X}"],
    )
    assert "a = _row_dots(D, D)" in text and "X_minus_Y" not in text


def test_axes_in_another_order() -> None:
    _, code = generated(
        symbols={"X": "n n"},
        given=["S_{ij} = X_{ji} X_{ij}", r"L = \sum_{ij} X_{ij} X_{ji} S_{ij}"],
        derive=[r"\frac{\partial L}{\partial X}"],
    )
    x = np.arange(4.0).reshape(2, 2)
    assert np.isclose(code.forward(X=x)["L"], np.sum(x * x.T * x * x.T))


def test_no_name_is_taken_twice() -> None:
    text, _ = generated(
        symbols={"X": "B d", r"\mu": "B", r"X_{minus \mu}": "B d"},
        given=[
            r"v_i = \sum_j (X_{ij} - \mu_i)^2",
            r"L = \sum_{ij} (X_{ij} - \mu_i) v_i + \sum_{ij} (X_{minus \mu})_{ij}^2",
        ],
        derive=[r"\frac{\partial L}{\partial X}"],
    )
    assert "X_minus_mu_2 = X - mu[:, None]" in text or "X_minus_mu" not in text


def test_a_softmax_is_not_taken_apart() -> None:
    """exp(Z) stands twice, but neither softmax nor log-sum-exp may lose its shift."""
    _, code = generated(
        symbols={"Z": "B c"},
        given=[
            r"P_{ik} = \frac{\exp(Z_{ik})}{\sum_m \exp(Z_{im})}",
            r"s_i = \log \sum_k \exp(Z_{ik})",
            r"L = \sum_i s_i + \sum_{ik} P_{ik}^2",
        ],
        derive=[r"\frac{\partial L}{\partial Z}"],
    )
    with np.errstate(all="raise", under="ignore"):
        z = np.array([[1e4, -1e4, 0.0], [0.0, 1e4, 1e4]])
        assert np.isfinite(code.forward(Z=z)["L"]) and np.isfinite(code.gradients(Z=z)["dL_dZ"]).all()
