"""Where an integrand bends or jumps in its one variable: roots of the arguments of relu, abs, max and comparisons.

Quadrature is split there: E relu(x + 0.3) with 160 nodes and no split is off by 5e-4. Roots are jets, so that a
derivative by a parameter sees a jump move.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.expr import Acc, Cmp, Expr, Fn, sub, walk
from symdl.tensor.interpret import Context
from symdl.tensor.interpret_types import Env
from symdl.tensor.primitives import apply

MOST = 4


def arguments(body: Expr, variable: str) -> list[Expr]:
    """Expressions at whose zeros the body is not smooth in the variable (not those with letters bound inside)."""
    out: list[Expr] = []
    bound: set[str] = set()
    for x in walk(body):
        bound.update(x.bound())
        if isinstance(x, Cmp):
            out.append(sub(x.left, x.right))
        elif isinstance(x, Fn) and x.name in ("relu", "abs", "sign"):
            out.append(x.args[0])
        elif isinstance(x, Fn) and x.name in ("max", "min", "clip"):
            out += [sub(a, b) for n, a in enumerate(x.args) for b in x.args[n + 1 :]]
    moving = [e for e in dict.fromkeys(out) if any(isinstance(a, Acc) and a.name == variable for a in walk(e))]
    return [e for e in moving if not e.free & bound]


def roots(
    ctx: Context, args: list[Expr], at: Callable[[float], Context], env: Env, low: float, high: float
) -> list[Jet]:
    """Sorted roots between low and high, as jets; a root outside stands at an end, where its piece is empty.

    `at(u)` is a context in which the variable has the value that belongs to u.
    """
    if len(args) > MOST:
        raise UnsupportedError("an integrand with too many kinks")
    j, found = ctx.jets, []
    for e in args:
        g0, g1, g2 = (at(u).value(e, env) for u in (0.0, 1.0, 2.0))
        f0, f1, f2 = (ctx.field.floats(g[0]) for g in (g0, g1, g2))
        if not np.all(np.abs(f2 - 2 * f1 + f0) <= 1e-9 * (1 + np.abs(f0) + np.abs(f2))):
            raise UnsupportedError("an integrand with a kink that is not at the zero of a linear function")
        slope = j.subtract(g1, g0)
        flat = np.abs(ctx.field.floats(slope[0])) < 1e-12
        safe = j.choose(np.where(flat, 0.0, 1.0), slope, j.constant(1.0))
        root = j.neg(j.mul(g0, j.reciprocal(safe)))
        where = ctx.field.floats(root[0])
        inside = (where > low) & (where < high) & ~flat
        found.append(j.choose(inside.astype(np.float64), root, j.constant(low)))
    for n in range(len(found)):
        for m in range(len(found) - 1 - n):
            a, b = found[m], found[m + 1]
            found[m], found[m + 1] = apply(j, "min", a, b), apply(j, "max", a, b)
    return found
