"""Steps in place: fewer arrays, the same values; nothing that is read later or returned is ever overwritten."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.code.generated import generated

RNG = np.random.default_rng(7)

ATTENTION = {
    "symbols": {"Q": "n d", "K": "m d", "V": "m d"},
    "given": [r"S = \frac{1}{\sqrt{d}} Q K^\top", r"A = \operatorname{softmax}(S)", "O = A V", "L = L(O)"],
    "derive": [rf"\frac{{\partial L}}{{\partial {x}}}" for x in "QKV"],
}
NORM = {
    "symbols": {"X": "B d", r"\gamma": "d", r"\epsilon": ""},
    "given": [
        r"\mu_i = \frac{1}{d} \sum_j X_{ij}",
        r"v_i = \frac{1}{d} \sum_j (X_{ij} - \mu_i)^2",
        r"N_{ij} = \frac{X_{ij} - \mu_i}{\sqrt{v_i + \epsilon}}",
        r"Y_{ij} = \gamma_j N_{ij}",
        "L = L(Y)",
    ],
    "assume": [r"\epsilon > 0"],
    "derive": [r"\frac{\partial L}{\partial X}", r"\frac{\partial L}{\partial N}"],
}


def lines(text: str, name: str) -> list[str]:
    """The lines that assign to a name or change it."""
    return [x.strip() for x in text.splitlines() if re.match(rf"\s+{name} [-+*/]?= ", x)]


def test_an_array_that_is_done_with_is_used_again() -> None:
    text, code = generated(**ATTENTION)
    found = lines(text, "dL_dS")
    assert found[0].startswith("dL_dS = dL_dA  #") and "in the array of dL_dA" in found[0]
    assert found[1:] == ["dL_dS -= _row_dots(A, dL_dA)[:, None]", "dL_dS *= A"]
    inputs = {"Q": RNG.normal(size=(4, 3)), "K": RNG.normal(size=(5, 3)), "V": RNG.normal(size=(5, 3))}
    upstream = RNG.normal(size=(4, 3))
    first = code.gradients(**inputs, grad_O=upstream)
    again = code.gradients(**inputs, grad_O=upstream)
    assert all(np.array_equal(first[k], again[k]) for k in first)


def test_not_where_it_is_returned() -> None:
    """dL_dA is a target too: its array stays as it is."""
    text, _ = generated(**{**ATTENTION, "derive": [*ATTENTION["derive"], r"\frac{\partial L}{\partial A}"]})
    assert "in the array of dL_dA" not in text
    text, _ = generated(**NORM)
    assert lines(text, "dL_dN") == ["dL_dN = gamma * grad_Y  # (8)"] or "in the array of dL_dN" not in text


def test_not_where_a_later_step_reads_it() -> None:
    """dX = s (G − mean G − N (G·N)): G stands in the third term too, after the array would have changed."""
    text, _ = generated(**{**NORM, "derive": [r"\frac{\partial L}{\partial X}"]})
    assert lines(text, "dL_dX")[0].startswith("dL_dX = dL_dN - ")
    assert len(lines(text, "dL_dX")) == 3


def test_an_input_is_never_used_again() -> None:
    text, code = generated(
        symbols={"X": "B d", "r": "B", "c": "d"},
        given=["Y = X", "Z_{ij} = (Y_{ij} - r_i) c_j", r"L = \sum_{ij} Z_{ij}^2"],
        derive=[r"\frac{\partial L}{\partial X}"],
    )
    x = RNG.normal(size=(3, 4))
    before = x.copy()
    code.forward(X=x, r=np.ones(3), c=np.ones(4))
    code.gradients(X=x, r=np.ones(3), c=np.ones(4))
    assert np.array_equal(x, before) and "in the array of Y" not in text


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_are_kept(dtype: type) -> None:
    _, code = generated(**NORM)
    found = code.gradients(
        X=RNG.normal(size=(3, 4)).astype(dtype), gamma=np.ones(4, dtype), epsilon=0.1, grad_Y=np.ones((3, 4), dtype)
    )
    assert all(v.dtype == dtype for v in found.values())


def test_whole_numbers_are_not_changed_in_place() -> None:
    """k_i m_j is an array of whole numbers: it can't hold what it would be multiplied by."""
    _, code = generated(
        symbols={"k": "n", "m": "d", "u": "n", "w": "d"},
        given=["Z_{ij} = k_i m_j", "V_{ij} = (Z_{ij} - m_j) u_i w_j", r"L = \sum_{ij} V_{ij}^2"],
        assume=[r"k_i \in \{0, 1, 2\}", r"m_j \in \{0, 1\}"],
        derive=[r"\frac{\partial L}{\partial u}"],
    )
    found = code.gradients(k=[0, 1, 2], m=[0, 1], u=[0.5, 0.25, 1.0], w=[1.0, 2.0])
    assert found["dL_du"].shape == (3,)
    assert np.allclose(found["dL_du"], [4, 0, 8])


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_frameworks_that_record_operations_change_nothing(backend: str) -> None:
    pytest.importorskip(backend)
    text, _ = generated(backend, **ATTENTION)
    assert "*=" not in text and "-=" not in text
