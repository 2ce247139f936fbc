"""torch and JAX: the same lowering in another spelling, verified where the framework is installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import symdl
from symdl.api import code
from symdl.code.backends import backend
from symdl.errors import SymdlError, UsageError

PROBLEM = symdl.Problem(
    symbols={"x": "T n", "W": "d d", "U": "d n", "E": "V d", "w": "B", "z": "o+k-1", "f": "k", "y": "o"},
    given=[
        r"h_0 = \mathbf{0}",
        r"h_t = \tanh(W h_{t-1} + U x_t)",
        r"y_t = \sum_{s=1}^{k} f_s z_{t+s-1}",
        r"L = \sum_{t=1}^T \|h_t\|^2 + \sum_{i,j} E_{w_i,j}^2 + \sum_t y_t^2",
    ],
    assume=[r"w_i \in \{1,\dots,V\}"],
    derive=[rf"\frac{{\partial L}}{{\partial {n}}}" for n in "WUEfz"],
)


@pytest.mark.parametrize("name", ["torch", "jax"])
def test_the_framework(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(name) is None:
        with pytest.raises(UsageError, match=f"pip install {name}"):
            code(PROBLEM, name)
        return
    path = tmp_path / "module.py"
    path.write_text(code(PROBLEM, name))
    done = subprocess.run([sys.executable, "-I", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "agree with central differences" in done.stdout, done.stderr


def test_the_frameworks_speak_their_own_words() -> None:
    from symdl.code.module import module
    from symdl.engine import derive
    from symdl.language.declare import understand
    from symdl.tensor.build import build_program

    understanding = understand(PROBLEM)
    program = build_program(understanding)
    solution = derive(understanding, program)
    torch = module(understanding, program, solution, backend("torch"))
    jax = module(understanding, program, solution, backend("jax"))
    assert "torch.tanh" in torch and "np." not in torch.split("def _check")[0]
    assert "jnp.tanh" in jax and ".at[" in jax and "+=" not in jax.split("def _check")[0]
    for text in (torch, jax):
        compile(text, "<generated>", "exec")


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(SymdlError, match="numpy, torch, jax"):
        backend("tensorflow")


def test_the_compiled_gradients() -> None:
    gradients = symdl.compile(PROBLEM)
    found = gradients(
        x=np.ones((3, 2)), W=np.eye(2), U=np.eye(2), E=np.ones((4, 2)), w=np.array([1, 4]), z=np.ones(5), f=np.ones(2)
    )
    assert np.allclose(found["dL_dE"], [[2, 2], [0, 0], [0, 0], [2, 2]])


def test_without_targets_there_is_forward() -> None:
    gradients = symdl.compile(symdl.Problem(symbols={"x": "n", "W": "m n"}, given=["y = W x"]))
    assert np.allclose(gradients.forward(x=np.ones(2), W=np.eye(2))["y"], 1)
    assert gradients(x=np.ones(2), W=np.eye(2)) == {}
