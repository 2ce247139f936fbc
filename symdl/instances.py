"""A worked instance: small whole numbers put into the generated code, and what it computes from them."""

from __future__ import annotations

from typing import Any

from symdl.errors import SymdlError
from symdl.language.syntax import Derivative, Node, Symbol
from symdl.solution.worked import Instance, Quantity, Values

MOST_ENTRIES = 16  # of one quantity: what a reader can follow
MOST_QUANTITIES = 16
ROUNDS, ENOUGH = 10, 0.3


def instance(model: Any, solution: Any, text: str) -> Instance | None:
    """The instance of a problem whose code is `text`; None where its values are too many, or more than vectors of two
    axes, to be read on a page.
    """
    import numpy as np

    from symdl import api
    from symdl.code.plan import plan
    from symdl.code.verify import example
    from symdl.judge.settings import Setting

    p = plan(model.understanding, model.program, solution)
    known = {a.size.name for x in p.inputs for a in x.axes}
    if p.upstreams or any(n not in known for n in p.sizes):
        return None
    namespace = api.loaded(text)
    best = None
    for round_ in range(ROUNDS):  # whole numbers are drawn in these; the derivatives should not be all but zero
        try:
            valuation = example(model.program, Setting("tiny", round_))
        except SymdlError:
            continue
        inputs = {p.names[x.name]: _plain(valuation.leaves[x.name]) for x in p.inputs}
        with np.errstate(all="ignore"):
            forward, gradients = namespace["forward"](**inputs), namespace["gradients"](**inputs)
        score = min((float(np.max(np.abs(g), initial=0)) for g in gradients.values()), default=0.0)
        if best is None or (np.isfinite(score) and min(score, ENOUGH) > best[0]):
            best = (min(score, ENOUGH), inputs, forward, gradients)
    if best is None:
        return None
    _, inputs, forward, gradients = best
    trees = _names(model.understanding)
    given = [_quantity(trees.get(x.name), inputs[p.names[x.name]]) for x in p.inputs]
    found = [_quantity(trees.get(a.key), forward[a.code]) for a in p.forward if a.code in forward]
    targets = [
        _quantity(r.target if isinstance(r.target, Derivative) else None, gradients.get(t.name))
        for r, t in zip(solution.results, p.targets, strict=False)
    ]
    rows = [*given, *found, *targets]
    if not targets or len(rows) > MOST_QUANTITIES or any(q is None for q in rows):
        return None
    return Instance(*(tuple(q for q in part if q is not None) for part in (given, found, targets)))


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
