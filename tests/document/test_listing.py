"""The listing on a page stands on its own: no name in it that the page does not define."""

from __future__ import annotations

import ast
import builtins

import pytest

from symdl import api
from symdl.document.build import main_functions


@pytest.mark.parametrize("name", ["mlp-classifier", "attention-backward", "layernorm-backward"])
def test_every_name_of_a_listing_is_known(name: str) -> None:
    listing = ast.parse(main_functions(api.code(name)))
    functions = {f.name for f in listing.body if isinstance(f, ast.FunctionDef)}
    for f in listing.body:
        if not isinstance(f, ast.FunctionDef):
            continue
        known = functions | set(dir(builtins)) | {"np", "math", *(a.arg for a in f.args.kwonlyargs)}
        known |= {n.id for n in ast.walk(f) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        used = {n.id for n in ast.walk(f) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        assert all(n.startswith("_") for n in used - known), used - known
