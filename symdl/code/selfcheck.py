"""The check that a generated module makes of itself when it is run: its gradients against central differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symdl.code.arguments import in_list
from symdl.code.backend import Backend
from symdl.code.plan import Plan
from symdl.errors import SymdlError
from symdl.judge.settings import Setting
from symdl.python_rows import WIDTH, wrapped
from symdl.tensor.program import Program


@dataclass(frozen=True)
class Check:
    """What the template of the check needs: lines that set up, the inputs, and what is compared.

    `weights` are gradients from above and the arrays they belong to: any weights do, for the abstract function is then
    the sum of what it depends on with these weights. `pairs` are targets: name, what is differentiated, and by what.
    """

    setup: list[str]
    inputs: list[str]
    weights: list[tuple[str, str]]
    pairs: list[tuple[str, str, str]]


def self_check(p: Plan, program: Program, backend: Backend) -> Check | None:
    """The check, on values that satisfy the assumptions; None where no such values are found."""
    from symdl.code.verify import example, inputs_of, restricted

    leaves = {x.name for x in p.inputs if not x.integer and not in_list(p, x) and x.name not in p.constants}
    pairs = [
        (t.name, p.names[t.of], p.names[t.by[0]])
        for t in p.targets
        if len(t.by) == 1 and t.by[0] in leaves and (not p.upstreams or t.of == p.upstreams[0].of)
    ]
    if not pairs:
        return None
    try:
        valuation = example(program, Setting("square", 11))
    except SymdlError:
        return None
    constants = {p.names[n] for n in p.constants}
    bound = restricted(program)
    free = {p.names[x.name] for x in p.inputs if x.name not in bound and not x.integer}
    rows = [
        f'"{name}": {_literal(value, 4 if name in free else None)},'
        for name, value in inputs_of(p, valuation).items()
        if name not in constants
    ]
    weights = [(u.code, p.names[u.by]) for u in p.upstreams]
    return Check(backend.check_setup, wrapped(rows, WIDTH - 8), weights, pairs)


def _literal(a: Any, digits: int | None = None) -> str:
    """An array as Python text: exactly, or with so many decimals where nothing restricts its values."""
    if isinstance(a, list):
        return f"[{', '.join(_literal(x, digits) for x in a)}]"
    array = np.asarray(a)
    if array.dtype.kind not in "iu":
        array = array.astype(float) if digits is None else array.astype(float).round(digits)
    return f"np.array({array.tolist()!r})" if array.ndim else repr(array.item())
