"""Jacobians and Hessians: the same sweep from one entry of a tensor or a gradient, that entry's letters free."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.calculus.adjoints import Sweep
from symdl.errors import UnsupportedError
from symdl.rewrite.context import Context
from symdl.rewrite.pipeline import simplify
from symdl.solution import narrative
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Expr
from symdl.tensor.program import Program


def derivative_of_entry(
    root: Expr,
    name: str,
    at: tuple[Expr, ...],
    program: Program,
    ctx: Context,
    binders: Mapping[str, tuple[Bind, ...]],
) -> tuple[Expr, tuple[str, ...]]:
    """∂root/∂name[at], with nothing left to work out, and where that holds: away from kinks, under which assumptions.

    Zero where no path leads there, which the graph proves.
    """
    if isinstance(root, Acc) and root.name == name:
        return E.mul(*(E.delta(i, p) for i, p in zip(root.indices, at, strict=True))), ()
    sweep = Sweep(root, program, ctx, binders)
    sweep.run((name,))
    if sweep.graph is not None and sweep.graph.cycles & sweep.found.keys():
        raise UnsupportedError(
            "no rule yet for a Jacobian or a second derivative through a recurrence",
            found=", ".join(sorted(sweep.graph.cycles & sweep.found.keys())),
        )
    found = sweep.found.get(name)
    if found is None:
        return E.ZERO, ()
    ctx.assumed = {}
    whole = simplify(sweep.whole(found.value), ctx)
    assumed = {id(a): a for x in sweep.found.values() for a in x.assumed} | ctx.assumed
    values = {b.name: i for b, i in zip(found.letters, at, strict=True)}
    kinks = sorted({k for x in sweep.found.values() for k in x.kinks})
    where = dict.fromkeys(w for x in sweep.found.values() for w in x.where)
    notes = (*narrative.at_kinks(kinks), *where, *narrative.using(assumed.values()))
    return E.substitute(E.refresh(whole), values), notes
