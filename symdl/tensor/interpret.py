"""The reference interpreter: values of entry expressions and programs, by named axes, in any field.

`Valuation` holds a program with sizes and leaf values; `evaluate(expr, valuation, letters)` gives the array of an
expression over index letters. Statements are evaluated on demand, whole, and kept. The other `interpret_*` files hold
statements and recurrences, derivatives, matrix functions, abstract functions, expectations and integrals.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.expr import (
    Bind,
    Expr,
)
from symdl.tensor.fields import Array
from symdl.tensor.interpret_context import Context
from symdl.tensor.interpret_nodes import scalar
from symdl.tensor.interpret_reductions import bind
from symdl.tensor.interpret_types import (
    RESERVED,
    Env,
    pad,
)
from symdl.tensor.interpret_valuation import Valuation


def evaluate(expr: Expr, valuation: Valuation, letters: Mapping[str, tuple[int, int]] | None = None) -> Array:
    """The array of an expression over the letters, in their order; each has a range (first, last)."""
    env = Env({})
    for name, (first, last) in (letters or {}).items():
        env = env.bind(name, first, last)
    with np.errstate(all="ignore"):
        out = valuation.context().value(expr, env)[0]
    return flatten(out, [last - first + 1 for first, last in (letters or {}).values()], env.ndim)


def evaluate_box(
    exprs: tuple[Expr, ...], valuation: Valuation, binders: tuple[Bind, ...], condition: Expr | None = None
) -> tuple[list[Array], Array, tuple[int, ...]]:
    """Expressions over binders whose ranges may depend on one another: arrays, where they count, first indices."""
    ctx = valuation.context()
    with np.errstate(all="ignore"):
        env, mask = bind(ctx, binders, Env({}))
        counts = [env.letters[b.name][1].shape[0] for b in binders]
        lows = tuple(int(env.letters[b.name][1].min()) if n else 1 for b, n in zip(binders, counts, strict=True))
        where = np.ones(counts, dtype=bool) if mask is None else flatten(mask, counts, env.ndim).astype(bool)
        if condition is not None:
            where = where & (flatten(ctx.truth(condition, env), counts, env.ndim) == 1)
        arrays = [flatten(ctx.value(e, env)[0], counts, env.ndim) for e in exprs]
    return arrays, where, lows


def flatten(out: Array, counts: list[int], ndim: int) -> Array:
    """Letter axes in their order, without the reserved ones."""
    out = pad(out, ndim)
    if any(s != 1 for s in out.shape[ndim - RESERVED :]):
        raise UnsupportedError("a value that still depends on a sample or a tangent")
    out = out.reshape(out.shape[: ndim - RESERVED])
    out = np.broadcast_to(out, tuple(reversed(counts)))
    return np.array(np.transpose(out))


__all__ = ["Context", "Valuation", "bind", "evaluate", "evaluate_box", "flatten", "pad", "scalar"]
