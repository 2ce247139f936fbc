"""A module for a problem: `forward`, `gradients`, and a check of itself when it is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from symdl.code.backend import Backend
from symdl.code.functions import Function, forward, gradients
from symdl.code.helpers import called
from symdl.code.inplace import whole_numbers
from symdl.code.plan import plan
from symdl.code.selfcheck import self_check
from symdl.code.statements import lines_of, lowering
from symdl.code.templates import filled_module
from symdl.code.values import Tensor
from symdl.language.understanding import Understanding
from symdl.solution.step import Solution
from symdl.tensor.program import Program


def module(
    understanding: Understanding,
    program: Program,
    solution: Solution,
    backend: Backend | None = None,
    templates: Path | None = None,
) -> str:
    """The text of a module that computes every quantity of `given` and every target, free of symdl when it runs.

    Raises:
        UnsupportedError: a statement or a form that code does not have yet; it says which.
        UsageError: two LaTeX names become one identifier; a template of the user's fails.
    """
    p = plan(understanding, program, solution)
    low = lowering(p, backend or Backend())
    whole = whole_numbers(p.inputs, [*p.forward, *p.late, *p.adjoints])
    kept = {a.key for a in p.quantities}
    own = lines_of(p, low, p.forward, kept, whole)
    for u in p.upstreams:
        low.tensors[u.key] = Tensor(u.code, u.binders)
        low.tensors[f"∇ {u.by}"] = Tensor(u.code, u.binders)
    late = lines_of(p, low, p.late, kept, whole)
    adjoints = lines_of(p, low, p.adjoints, {t.assignment.key for t in p.targets}, whole)
    functions = [forward(p, low, own, late), *([gradients(p, low, adjoints)] if p.targets else [])]
    check = self_check(p, program, low.backend)
    text = filled_module(
        templates,
        title=_title(solution),
        functions=functions,
        check=check,
        **_surroundings(functions, low.backend, check is not None),
    )
    return low.backend.finish(text)


def _surroundings(functions: list[Function], backend: Backend, check: bool) -> dict[str, Any]:
    """What stands above the functions: imports, and the helpers that are called."""
    text = "\n".join(line for f in functions for line in (*f.signature, *f.lines))
    helpers = called(text, backend.name)
    body = "\n".join([*helpers, text])
    standard = [f"import {m}" for m in ("functools", "math") if re.search(rf"(?<![\w.]){m}\.", body)]
    return {
        "imports": [*standard, *([""] if standard else []), *backend.imports(check)],
        "helpers": helpers,
    }


def _title(solution: Solution) -> str:
    """The problem's title as a sentence of a docstring."""
    title = str(getattr(solution.problem, "title", "") or solution.title or "A derivation")
    title = title.replace("$", "").replace("\\", "\\\\").replace('"""', "'''")
    return title if title.endswith((".", "?", "!")) else f"{title}."
