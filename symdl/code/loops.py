"""Which letters become Python loops: members of families, and the kernel's letter where two letters share an index.

y_t = Σ_s w_s x_{t+s−1}   ⇒   s is a loop: sum(w[s - 1] * x[s - 1:s - 1 + o] for s in …)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symdl.code.polynomial import by_letters, short
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def chosen(low: Lowering, body: Expr, binders: tuple[Bind, ...]) -> set[str]:
    """The letters of a statement that are loops, of those on its left and those that it sums or reduces over."""
    reduced = {b.name: b for x in e.walk(body) if isinstance(x, e.Red | e.Lam) for b in x.binders}
    letters = {**{b.name: b for b in binders if b.name not in low.loops}, **reduced}
    out: set[str] = set()
    shared: list[set[str]] = []
    for x in e.walk(body):
        if isinstance(x, e.Dimension) and x.index is not None:
            out |= x.index.free & letters.keys()
        for name, indices in _accesses(low, x):
            tensor = low.tensors.get(name)
            for k, i in enumerate(indices):
                mine = i.free & letters.keys()
                if tensor is not None and (k < tensor.members or k == tensor.rows):
                    out |= mine
                elif len(mine) > 1 and not any(isinstance(y, e.Acc | e.Deriv) for y in e.walk(i)):
                    found = by_letters(i, mine)
                    if found is not None:
                        shared.append(set(found[0]))
    for group in shared:
        left = group - out
        if len(left) > 1:
            out.add(min(left, key=lambda n: _rank(low, letters[n], n in reduced, list(letters).index(n))))
    if shared:
        low.kernels |= {_length(letters[n]) for n in out & set().union(*shared)}
    return out


def _accesses(low: Lowering, x: Expr) -> Iterator[tuple[str, tuple[Expr, ...]]]:
    if isinstance(x, e.Acc):
        yield x.name, x.indices
    elif isinstance(x, e.Deriv):
        yield low.derivative(x)
    elif isinstance(x, e.Call) and len(x.slots) == 1:
        yield "", x.slots[0][1]


def _length(b: Bind) -> Expr:
    return short(e.add(b.last, e.neg(b.first), e.ONE))


def _rank(low: Lowering, b: Bind, reduced: bool, place: int) -> tuple[bool, bool, bool, int]:
    """Known as a kernel's, a plain number, summed: the letter that most likely runs over the fewest values."""
    length = _length(b)
    return length not in low.kernels, not isinstance(length, e.Num), not reduced, place
