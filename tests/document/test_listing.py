"""The listing on a page runs as it stands, fits the page and computes what the module computes."""

from __future__ import annotations

import ast
import builtins
import inspect
from typing import Any

import numpy as np
import pytest

from symdl import api
from symdl.document import listing as page
from symdl.document.listing import WIDTH, listing
from symdl.python_rows import wrapped

NAMES = [
    "mlp-classifier", "attention-backward", "layernorm-backward", "conv1d-backward", "maxpool-backward",
    "mlp-backprop-deep", "causal-mask-backward", "embedding-backward", "rnn-bptt",
]  # fmt: skip


@pytest.fixture(scope="module", params=NAMES)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    code = api.code(request.param)
    return code, "\n\n".join(listing(code))


def test_every_name_of_a_listing_is_known(pair: tuple[str, str]) -> None:
    module = ast.parse(pair[1])
    known = set(dir(builtins))
    for n in ast.walk(module):
        if isinstance(n, ast.Import):
            known |= {a.asname or a.name for a in n.names}
        elif isinstance(n, ast.FunctionDef):
            known |= {n.name, *(a.arg for a in (*n.args.args, *n.args.kwonlyargs))}
        elif isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            known.add(n.id)
    used = {n.id for n in ast.walk(module) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    assert not used - known


def test_a_listing_computes_what_the_module_computes(pair: tuple[str, str]) -> None:
    code, text = pair
    whole: dict[str, Any] = {"__name__": "whole"}
    short: dict[str, Any] = {"__name__": "short"}
    exec(compile(code, "module", "exec"), whole)
    exec(compile(text, "listing", "exec"), short)
    # the module's own check holds the inputs of an example
    check = next((f for f in ast.parse(code).body if isinstance(f, ast.FunctionDef) and f.name == "_check"), None)
    if check is None:
        pytest.skip("this module holds no example")
    (made,) = (s for s in check.body if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == "inputs")
    inputs = eval(compile(ast.Expression(made.value), "inputs", "eval"), {"np": np, "dict": dict})
    wanted = inspect.signature(short["gradients"]).parameters
    for name, value in whole["gradients"](**inputs).items() if set(wanted) <= set(inputs) else ():
        np.testing.assert_allclose(np.asarray(short["gradients"](**inputs)[name]), np.asarray(value), rtol=1e-12)
    known = {k: v for k, v in inputs.items() if k in inspect.signature(short["forward"]).parameters}
    for name, value in whole["forward"](**known).items():
        if not isinstance(value, list):
            np.testing.assert_allclose(short["forward"](**known)[name], value, rtol=1e-12)


def test_rows_fit_and_say_the_same(pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = pair
    monkeypatch.setattr(page, "wrapped", lambda rows, width: rows)
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse("\n\n".join(listing(code))))
    assert all(len(row) <= WIDTH for row in text.splitlines() if "raise" not in row)


@pytest.mark.parametrize(
    "row",
    [
        "    a = " + " + ".join(f"f({k}) * g({k})" for k in range(20)) + "  # (7)",
        "    a = (" + " + ".join(f"x{k}" for k in range(30)) + ") * (" + " - ".join(f"y{k}" for k in range(30)) + ")",
        "    a -= b - (" + " - ".join(f"c{k}" for k in range(40)) + ")",
        "    return [" + ", ".join(f"call(a{k}, b={k})" for k in range(12)) + "]",
        "    x[t] = (a if t > 0 else " + " + ".join(f"b{k}" for k in range(30)) + ") + np.zeros((n,), dtype) / 2 / 3",
        "def f(*, " + ", ".join(f"argument_{k}=None" for k in range(12)) + "):",
        "    y = np.stack([np.tensordot(x[:, i:m + i - 1, j:p + j], g, axes=([1, 2], [1, 2])).T for i in z]).sum()",
    ],
)  # fmt: skip
def test_a_broken_row_says_the_same(row: str) -> None:
    rows = wrapped([row], WIDTH)
    assert len(rows) > 1 and all(len(r) <= WIDTH for r in rows)

    def meaning(text: str) -> str:
        text = "\n".join(text) if isinstance(text, list) else text
        indent = "if 1:\n" if text.startswith(" ") else ""
        body = "\n    pass" if text.lstrip().startswith("def") else ""
        return ast.dump(ast.parse("def outer():\n" + "\n".join("    " + r for r in (indent + text + body).split("\n"))))

    assert meaning("\n".join(rows)) == meaning(row.split("  #")[0])
