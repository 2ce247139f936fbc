"""Generated modules: imported, run, compared with autograd; wrong inputs refused; a wrong module never handed out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symdl.code.module import module
from symdl.code.verify import verified
from symdl.engine import derive
from symdl.errors import SymdlError
from symdl.language.declare import understand
from symdl.problem import Problem, load_problem
from symdl.resources import derivations_folder
from symdl.tensor.build import build_program

RNG = np.random.default_rng(5)


def generated(problem: Problem) -> tuple[str, Any, tuple[Any, ...]]:
    """The text, the module's names, and what it came from."""
    understanding = understand(problem)
    program = build_program(understanding)
    solution = derive(understanding, program)
    text = module(understanding, program, solution)
    namespace: dict[str, Any] = {"__name__": "generated"}
    exec(text, namespace)
    return (
        text,
        SimpleNamespace(**{k: v for k, v in namespace.items() if k != "__name__"}),
        (understanding, program, solution),
    )


@pytest.fixture(scope="module")
def mlp() -> tuple[str, Any, tuple[Any, ...]]:
    return generated(load_problem(derivations_folder() / "calculus" / "mlp-classifier.toml"))


def mlp_inputs(dtype: type = float) -> dict[str, np.ndarray]:
    shapes = {"X": (7, 5), "W_1": (5, 4), "b_1": (4,), "W_2": (4, 3), "b_2": (3,)}
    out = {k: RNG.normal(size=s).astype(dtype) for k, s in shapes.items()}
    out["Y"] = np.eye(3, dtype=dtype)[RNG.integers(3, size=7)]
    return out


def mlp_loss(W_1: Any, b_1: Any, W_2: Any, b_2: Any, X: Any, Y: Any) -> Any:
    z = anp.tanh(X @ W_1 + b_1) @ W_2 + b_2
    z = z - anp.max(z, axis=1, keepdims=True)
    return -anp.sum(Y * (z - anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True)))) / len(X)


def test_the_network_agrees_with_autograd(mlp: tuple[str, Any, tuple[Any, ...]]) -> None:
    _, code, _ = mlp
    inputs = mlp_inputs()
    names = ("W_1", "b_1", "W_2", "b_2")
    arguments = [inputs[n] for n in names]
    assert np.isclose(code.forward(**inputs)["L"], mlp_loss(*arguments, inputs["X"], inputs["Y"]), rtol=1e-13)
    found = code.gradients(**inputs)
    assert list(found) == [f"dL_d{n}" for n in names]
    for k, n in enumerate(names):
        expected = autograd.grad(mlp_loss, k)(*arguments, inputs["X"], inputs["Y"])
        assert np.allclose(found[f"dL_d{n}"], expected, rtol=1e-12, atol=1e-14)


def test_it_reads_as_an_expert_would_write_it(mlp: tuple[str, Any, tuple[Any, ...]]) -> None:
    text, _, _ = mlp
    lines = ("A = X @ W_1 + b_1  # (1)", "H = np.tanh(A)  # (2)", "P = _softmax(Z, axis=-1)", "dL_dW_1 = X.T @ dL_dA")
    for line in lines:
        assert line in text
    assert "einsum" not in text and "import symdl" not in text


def test_inputs_are_not_changed_and_types_are_kept(mlp: tuple[str, Any, tuple[Any, ...]]) -> None:
    _, code, _ = mlp
    inputs = mlp_inputs(np.float32)  # type: ignore[arg-type]
    before = {k: v.copy() for k, v in inputs.items()}
    found = code.gradients(**inputs)
    assert all(np.array_equal(before[k], inputs[k]) for k in inputs)
    assert all(v.dtype == np.float32 for v in found.values())


def test_large_logits_do_not_overflow(mlp: tuple[str, Any, tuple[Any, ...]]) -> None:
    _, code, _ = mlp
    inputs = mlp_inputs()
    inputs["b_2"] = np.array([0.0, 2000.0, -2000.0])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(code.forward(**inputs)["L"])
        assert all(np.isfinite(v).all() for v in code.gradients(**inputs).values())


@pytest.mark.parametrize(
    ("name", "value", "error", "words"),
    [
        ("W_1", np.ones((6, 4)), ValueError, "W_1: found size 6 on axis 1, expected n = 5"),
        ("b_1", np.ones((4, 1)), ValueError, "b_1: found shape (4, 1), expected h"),
        ("X", np.ones((7, 5)) * 1j, TypeError, "X: found entries of type complex128, expected real numbers"),
    ],
)
def test_wrong_inputs(
    mlp: tuple[str, Any, tuple[Any, ...]], name: str, value: Any, error: type[Exception], words: str
) -> None:
    _, code, _ = mlp
    with pytest.raises(error) as caught:
        code.gradients(**{**mlp_inputs(), name: value})
    assert words in str(caught.value)


def test_running_the_file_checks_itself(mlp: tuple[str, Any, tuple[Any, ...]], tmp_path: Path) -> None:
    text, _, _ = mlp
    path = tmp_path / "network.py"
    path.write_text(text)
    good = subprocess.run([sys.executable, "-I", str(path)], capture_output=True, text=True, check=False)
    assert good.returncode == 0 and "agree with central differences" in good.stdout
    path.write_text(text.replace("1 - H * H", "1 + H * H"))
    bad = subprocess.run([sys.executable, "-I", str(path)], capture_output=True, text=True, check=False)
    assert bad.returncode != 0 and "dL_dW_1" in bad.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("1 - H * H", "1 + H * H"),
        ("dL_dZ = P_minus_Y / B", "dL_dZ = P_minus_Y"),
        ("A = X @ W_1 + b_1", "A = X @ W_1 - b_1"),
        ("X.T @ dL_dA", "2 * X.T @ dL_dA"),
        ("_column_sums(dL_dA)", "2 * _column_sums(dL_dA)"),
        ("H = np.tanh(A)", "H = np.tanh(A, out=A)"),
    ],
)
def test_a_wrong_module_is_never_handed_out(mlp: tuple[str, Any, tuple[Any, ...]], right: str, wrong: str) -> None:
    text, _, parts = mlp
    assert right in text
    assert verified(text, *parts) == text
    with pytest.raises(SymdlError, match="disagrees"):
        verified(text.replace(right, wrong), *parts)


def test_the_same_text_every_time() -> None:
    path = derivations_folder() / "calculus" / "mlp-classifier.toml"
    assert generated(load_problem(path))[0] == generated(load_problem(path))[0]


def test_an_abstract_loss_takes_its_gradient_from_above() -> None:
    problem = Problem(
        symbols={"X": "B n", "W": "n m"},
        given=["Y = X W", "L = L(Y)"],
        derive=[r"\frac{\partial L}{\partial W}", r"\frac{\partial L}{\partial X}"],
    )
    _, code, parts = generated(problem)
    verified(_, *parts)
    x, w, g = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=(4, 2))
    found = code.gradients(X=x, W=w, grad_Y=g)
    assert np.allclose(found["dL_dW"], x.T @ g) and np.allclose(found["dL_dX"], g @ w.T)
    with pytest.raises(ValueError, match="grad_Y"):
        code.gradients(X=x, W=w, grad_Y=g.T)


def test_jacobians_and_hessians() -> None:
    problem = Problem(
        symbols={"z": "c", "A": "c c"},
        given=[r"p = \operatorname{softmax}(z)", r"q = z^\top A z"],
        derive=[r"\frac{\partial p}{\partial z}", r"\nabla_z^2 q"],
    )
    text, code, parts = generated(problem)
    verified(text, *parts)
    z, a = RNG.normal(size=4), RNG.normal(size=(4, 4))
    found = code.gradients(z=z, A=a)
    p = np.exp(z) / np.exp(z).sum()
    assert np.allclose(found["dp_dz"], np.diag(p) - np.outer(p, p))
    assert np.allclose(found["d2q_dz2"], a + a.T)


def test_colliding_names_are_named() -> None:
    problem = Problem(
        symbols={r"\hat{y}": "n", "y_{hat}": "n"},
        given=[r"L = \hat{y}^\top y_{hat}"],
        derive=[r"\frac{\partial L}{\partial \hat{y}}"],
    )
    with pytest.raises(SymdlError, match="one identifier"):
        generated(problem)


def test_a_quantity_with_the_name_of_a_size() -> None:
    problem = Problem(
        symbols={"W_l": "h h for l in 1..D", "x": "h"},
        given=["h_0 = x", r"h_l = \tanh(W_l h_{l-1})", r"L = \|h_D\|^2"],
        derive=[r"\frac{\partial L}{\partial x}"],
    )
    with pytest.raises(SymdlError, match="is a size, so that it can't name a quantity"):
        generated(problem)


def test_the_check_of_an_abstract_function_of_an_input() -> None:
    problem = Problem(
        symbols={"w": "d", "v": "d"}, given=["L = L(w)", "u = w - v"], derive=[r"\frac{\partial L}{\partial w}"]
    )
    generated(problem)[1]._check()
