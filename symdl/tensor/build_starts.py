"""Starts of recurrences that are not given: `x_{t+1} = x_t − η ∇f(x_t)` leaves x_0 free, so it becomes a leaf.

scan x[t] = … x[t−1] …, t = 0..T  ⇒  base x[0] = x_0, a leaf
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symdl.errors import UnsupportedError
from symdl.language.scope import Scope
from symdl.tensor.build_cycles import offset
from symdl.tensor.expr import Acc, Expr, Idx, Num, accesses, add, num
from symdl.tensor.program import Leaf, Statement


def with_starts(st: Statement, scope: Scope) -> tuple[Statement, tuple[Leaf, ...]]:
    """The statement with a base for every index that its step reaches before its range, and the new leaves."""
    if st.kind != "scan" or st.base:
        return st, ()
    own = [a for a in accesses(st.body) if a.name == st.name]
    letters = [Idx(b.name) for b in st.binders]
    found = _axis([tuple(map(offset, a.indices, letters)) for a in own], st.name)
    declared = scope.lookup(st.name)
    if found is None or declared is None:
        return st, ()  # a circle, which the check of circles names
    axis, reach = found
    members = len(declared.members)
    if members > 1 or (members and axis != 0):
        raise UnsupportedError("a recurrence without a start in a family of several indices", found=st.name)
    kept = declared.shape if members else (*declared.shape[:axis], *declared.shape[axis + 1 :])
    rest = (*letters[:axis], *letters[axis + 1 :])
    base: list[tuple[tuple[Expr | None, ...], Expr]] = []
    leaves: list[Leaf] = []
    for k in range(reach):
        at = add(st.binders[axis].first, num(Fraction(k)))
        if not isinstance(at, Num):
            raise UnsupportedError("a recurrence without a start from a symbolic index", found=st.name)
        name = start_name(st.name, declared.members[0].name if members else "", int(at.value))
        leaves.append(Leaf(name, kept))
        base.append((tuple(at if n == axis else None for n in range(len(letters))), Acc(name, rest)))
    return replace(st, base=tuple(base)), tuple(leaves)


def _axis(offsets: list[tuple[Fraction | None, ...]], name: str) -> tuple[int, int] | None:
    """The axis along which every access goes back, and how far."""
    for axis, column in enumerate(zip(*offsets, strict=True)):
        known = [o for o in column if o is not None]
        if len(known) < len(column) or not any(known):
            continue
        if max(known) <= 0:
            return axis, int(-min(known))
        if min(known) >= 0:
            raise UnsupportedError(
                "a backward recurrence without its last value",
                found=name,
                expected=f"a line that gives the last entry of {name}",
            )
    return None


def start_name(name: str, letter: str, at: int) -> str:
    """`x_0` for the family `x_t`, `m_0` for the tensor `m`."""
    for written in (f"_{letter}", f"^{{({letter})}}", f"^{{[{letter}]}}"):
        if letter and name.endswith(written):
            return name.removesuffix(written) + written.replace(letter, str(at))
    return f"{name}_{at}" if "_" not in name else f"{name}_{{({at})}}"
