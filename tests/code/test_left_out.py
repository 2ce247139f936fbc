"""What code can't compute is left out of `forward`, and the docstring says why; a target that needs it is refused."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.errors import UnsupportedError
from tests.code.generated import generated


def test_an_expectation_is_left_out_and_the_rest_is_there() -> None:
    text, code = generated(
        symbols={r"\mu": "", r"\sigma": "", r"\varepsilon": ""},
        given=[r"x = \mu + \sigma \varepsilon", r"J = \mathbb{E}[x^3]", "K = J + 1", "y = x^2"],
        random=[r"\varepsilon \sim \mathcal{N}(0, 1)"],
    )
    assert "left out: J, an expectation" in text and "left out: K, made of J" in text
    assert list(code.forward(mu=1.0, sigma=2.0, varepsilon=0.5)) == ["x", "y"]


def test_a_minimum_is_left_out() -> None:
    text, code = generated(
        symbols={"X": "n d", "y": "n", "w": "d", r"w^\star": "d"},
        given=[r"J = \|X w - y\|^2", r"w^\star = \arg\min_w J"],
        assume=[r"X^\top X \succ 0"],
        derive=[r"\nabla_w J"],
    )
    assert "left out: w_star, a minimum" in text
    found = code.forward(X=np.eye(2), y=np.ones(2), w=np.zeros(2))
    assert list(found) == ["J"] and np.isclose(found["J"], 2)


def test_a_target_that_is_an_expectation_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="an expectation"):
        generated(
            symbols={r"\mu": "", r"\varepsilon": ""},
            given=[r"x = \mu + \varepsilon", r"J = \mathbb{E}[\tanh x]"],
            random=[r"\varepsilon \sim \mathcal{N}(0, 1)"],
            derive=[r"\frac{\partial J}{\partial \mu}"],
        )
