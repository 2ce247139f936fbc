"""The lines of a function that compute its statements, one after the other, each with its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symdl.code import recurrence
from symdl.code.accumulate import accumulated
from symdl.code.backend import Backend
from symdl.code.exponentials import recognise, softmax_of
from symdl.code.inplace import Arrays, bare, shows_another, steps
from symdl.code.lowering import Lowering
from symdl.code.ordering import Block
from symdl.code.plain_sums import plain_sums
from symdl.code.plan import Plan
from symdl.code.repeated import shared
from symdl.code.targets import listed
from symdl.code.values import Tensor
from symdl.tensor import expr as e


def lowering(p: Plan, backend: Backend) -> Lowering:
    """A lowering that knows the inputs."""
    sizes = {n: p.names[n] for n in (*p.sizes, *p.families)}
    low = Lowering(backend, sizes, labels=p.labels, beyond=p.beyond, names=frozenset(p.names.values()))
    for leaf in p.inputs:
        axes = p.leaf_axes[leaf.name]
        low.tensors[leaf.name] = Tensor(p.names[leaf.name], axes, listed(axes, len(leaf.members)))
    return low


def lines_of(p: Plan, low: Lowering, blocks: Iterable[Block], kept: set[str], whole: frozenset[str]) -> list[str]:
    """The lines of one function: what its statements repeat is computed once, what it made may be used again."""
    own: list[Block] = [
        tuple(replace(a, body=recognise(plain_sums(a.body, a.binders), a.binders)) for a in block) for block in blocks
    ]
    every = [a for block in (*p.forward, *p.late, *p.adjoints) for a in block]
    axes = {key: t.axes for key, t in low.tensors.items() if not t.members}
    axes |= {a.key: a.binders for block in own for a in block if not a.members}
    names = {**{key: t.code for key, t in low.tensors.items()}, **{a.key: a.code for a in every}}
    taken = {*low.names, *(a.code for a in every)}
    own = shared(own, axes, names, taken)
    low.names = frozenset(taken)
    arrays = Arrays(frozenset(kept), own, whole)
    return [line for block in own for line in _assign(low, block, arrays)]


def _assign(low: Lowering, block: Block, arrays: Arrays) -> list[str]:
    """`Z = X @ W + b  # (1)`, and the array known by its name from here on."""
    if recurrence.is_recurrence(block):
        for a in block:
            arrays.made(a, False)
        return recurrence.lines(low, block)
    (a,) = block
    note = f"({a.number})" if a.number is not None else ""
    rows, fresh = accumulated(low, a), True
    if rows is None and (made := steps(low, a, block, arrays)) is not None:
        rows = made.lines
        if made.reused:
            note = f"{note}{', ' if note else ''}in the array of {low.tensors[made.reused].code}"
    if rows is None:
        code = low.array(a.body, a.binders)
        fresh = not shows_another(code)
        rows = [f"{a.code} = {bare(code)}"]
    arrays.made(a, fresh and not a.members)
    low.tensors[a.key] = Tensor(a.code, a.binders, a.members)
    if " ∂ " not in a.key and not a.members:
        found = recognise(a.body, a.binders)
        if softmax_of(found):
            low.softmaxes[a.key] = (a.binders, found)
        elif isinstance(found, e.Fn) and found.name == "sigmoid":
            low.sigmoids[a.key] = (a.binders, found.args[0])
    return [f"{rows[0]}  # {note}" if note else rows[0], *rows[1:]]
