"""A worked instance: small whole numbers put into the generated code, and what it computes from them."""

from __future__ import annotations

from typing import Any

from symdl.code.identifiers import identifier
from symdl.errors import SymdlError
from symdl.language.syntax import Derivative, Node, Symbol
from symdl.solution.worked import Instance, Quantity, Values

MOST_ENTRIES = 16  # of one quantity: what a reader can follow
MOST_QUANTITIES = 16
ROUNDS, ENOUGH = 10, 0.3


def instance(model: Any, solution: Any, text: str) -> Instance | None:
    """The instance of a problem whose code is `text`.

    None where its values are too many, or have more than two axes, to be read on a page, or where the code takes more
    than the problem's tensors: sizes, or gradients that arrive from above.
    """
    import inspect

    from symdl import api

    module = api.loaded(text)
    trees = _names(model.understanding)
    names = {identifier(n): n for n in model.program.leaves}
    wanted = inspect.signature(module["gradients"]).parameters
    if not set(wanted) <= set(names) or any(names[w] not in trees for w in wanted):
        return None
    values = _values(model, module, {w: names[w] for w in wanted})
    if values is None:
        return None
    inputs, forward, gradients = values
    known = {identifier(n): tree for n, tree in trees.items()}
    targets = [r.target for r in solution.results if isinstance(r.target, Derivative)]
    if not targets or len(targets) != len(gradients):
        return None
    given = [_quantity(trees[names[w]], value) for w, value in inputs.items()]
    found = [_quantity(known.get(code), value) for code, value in forward.items()]
    derived = [_quantity(target, value) for target, value in zip(targets, gradients.values(), strict=True)]
    rows = [*given, *found, *derived]
    if len(rows) > MOST_QUANTITIES or any(q is None for q in rows):
        return None
    return Instance(*(tuple(q for q in part if q is not None) for part in (given, found, derived)))


def _values(model: Any, module: dict[str, Any], names: dict[str, str]) -> tuple[Any, Any, Any] | None:
    """Inputs, quantities and derivatives at whole numbers, chosen so that no derivative is all but zero."""
    import numpy as np

    from symdl.code.verify import example
    from symdl.judge.settings import Setting

    best, highest = None, -1.0
    for k in range(ROUNDS):  # whole numbers are drawn in these
        try:
            valuation = example(model.program, Setting("tiny", k))
        except SymdlError:
            continue
        inputs = {w: _plain(valuation.leaves[n]) for w, n in names.items()}
        with np.errstate(all="ignore"):
            forward, gradients = module["forward"](**inputs), module["gradients"](**inputs)
        least = min((float(np.max(np.abs(g), initial=0)) for g in gradients.values()), default=0.0)
        if min(least, ENOUGH) > highest:
            best, highest = (inputs, forward, gradients), min(least, ENOUGH)
    return best


def _names(understanding: Any) -> dict[str, Node]:
    """The symbol that stands for each plain tensor."""
    return {
        d.name: Symbol(d.name, d.shape)
        for d in understanding.scope.names.values()
        if d.kind == "tensor" and not d.members
    }


def _quantity(name: Node | None, value: Any) -> Quantity | None:
    import numpy as np

    if name is None or value is None:
        return None
    array = np.asarray(value, dtype=float)
    if array.ndim > 2 or array.size > MOST_ENTRIES or not np.isfinite(array).all():
        return None
    return Quantity(name, _nested(array.tolist()))


def _nested(value: Any) -> Values:
    return tuple(_nested(v) for v in value) if isinstance(value, list) else float(value)


def _plain(a: Any) -> Any:
    import numpy as np

    array = np.asarray(a)
    return array if array.dtype.kind in "iu" else array.astype(float)
