"""The functions that a generated module may need: read from `templates/code/helpers/`, written only where called."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache

from symdl.resources import templates_folder


@cache
def helpers(framework: str) -> Mapping[str, str]:
    """The text of each function by its name, in the order in which they are written."""
    own = _functions(framework)
    if framework == "jax":  # NumPy's names, but for what JAX has of its own
        numpy = {k: re.sub(r"(?<!\w)np\.", "jnp.", v) for k, v in _functions("numpy").items()}
        own = {**numpy, **own}
    return {**own, **_functions("common")}


def called(text: str, framework: str) -> list[str]:
    """The texts of the functions that a text calls, and of those that they call."""
    texts = helpers(framework)
    found: set[str] = set()
    todo = [text]
    while todo:
        part = todo.pop()
        new = {h for h in texts.keys() - found if re.search(rf"(?<![\w.]){h}\b", part)}
        found |= new
        todo += [texts[h] for h in new]
    return [texts[h] for h in texts if h in found]


def _functions(name: str) -> dict[str, str]:
    text = (templates_folder() / "code" / "helpers" / f"{name}.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    parts = [x for x in ast.parse(text).body if isinstance(x, ast.FunctionDef)]
    return {x.name: "\n".join(lines[x.lineno - 1 : x.end_lineno]) for x in parts}
