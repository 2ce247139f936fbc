"""LaTeX names become identifiers that a reader recognises; two that become one are an error."""

from __future__ import annotations

import keyword

import pytest

from symdl.code.identifiers import gradient_name, identifier, identifiers
from symdl.errors import UsageError


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\lambda", "lambda_"),
        (r"\hat{y}", "y_hat"),
        ("W_1", "W_1"),
        ("h_{t-1}", "h_t_minus_1"),
        (r"\sigma^2", "sigma_sq"),
        ("W^{[1]}", "W_1"),
        (r"\mathbf{x}", "x"),
        (r"\bar{\mu}_k", "mu_bar_k"),
        (r"w^\star", "w_star"),
        ("in", "in_"),
        ("sum", "sum_"),
        ("np", "np_"),
        ("f'", "f_prime"),
    ],
)
def test_names(latex: str, expected: str) -> None:
    assert identifier(latex) == expected
    assert identifier(latex).isidentifier() and not keyword.iskeyword(identifier(latex))


def test_a_collision_names_both() -> None:
    with pytest.raises(UsageError) as error:
        identifiers(["W_1", "W^{[1]}"])
    assert "W_1 and W^{[1]} both become W_1" in str(error.value)


def test_a_size_and_a_tensor_may_collide_too() -> None:
    with pytest.raises(UsageError):
        identifiers([r"\mathbf{n}"], ["n"])


def test_gradient_names() -> None:
    assert gradient_name("L", ("W_1",)) == "dL_dW_1"
    assert gradient_name("L", ("w", "w")) == "d2L_dw2"
    assert gradient_name("L", ("x", "y")) == "d2L_dx_dy"
    assert gradient_name("L", ("lambda_",)) == "dL_dlambda"
