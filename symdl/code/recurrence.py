"""Recurrences as Python loops: rows are filled in one after the other, forwards or backwards, then stacked.

h_t = tanh(W h_{t−1} + U x_t)   ⇒   h = [None] * (T + 1); h[0] = …; for t in range(1, T + 1): h[t] = np.tanh(…)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symdl.code.lowering import Lowering
from symdl.code.ordering import Assignment, Block, uses
from symdl.code.polynomial import by_letters, larger, same, short, smaller
from symdl.code.values import Tensor
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, Idx


def is_recurrence(block: Block) -> bool:
    return len(block) > 1 or block[0].key in uses(block[0]) or bool(block[0].base)


@dataclass(frozen=True)
class _Row:
    """One statement of the recurrence: which axis is time, and from where to where its step runs."""

    a: Assignment
    axis: int
    first: Expr
    last: Expr

    @property
    def time(self) -> Bind:
        return self.a.binders[self.axis]

    @property
    def others(self) -> tuple[Bind, ...]:
        return tuple(b for b in self.a.binders if b is not self.time)


def lines(low: Lowering, block: Block) -> list[str]:
    """The code of a recurrence, its boundary first.

    Raises:
        UnsupportedError: it does not step along one axis in one direction.
    """
    keys = {a.key for a in block}
    axis, backwards = _direction(block, keys)
    rows = [_row(a, axis[a.key]) for a in block]
    out: list[str] = []
    for r in rows:
        low.tensors[r.a.key] = Tensor(r.a.code, r.a.binders, r.a.members, None if r.a.members else r.axis)
        note = f"  # ({r.a.number})" if r.a.number is not None else ""
        out.append(f"{r.a.code} = [None] * {_factor(low.length(r.time))}{note}")
        for pattern, value in r.a.base:
            out += _boundary(low, r, pattern, value)
    first, last = rows[0].first, rows[0].last
    for r in rows[1:]:
        first, last = smaller(first, r.first, low.ranges), larger(last, r.last, low.ranges)
    name = low.loop_name(rows[0].time.name)
    start, stop = low.whole(first), low.whole(e.add(last, e.ONE))
    span = f"range({start}, {stop})" if start != "0" else f"range({stop})"
    span = f"reversed({span})" if backwards else span
    out.append(f"for {name} in {span}:")
    for r in _in_order(rows, keys):
        with low.loop(Bind(r.time.name, r.first, r.last), name):  # type: ignore[arg-type]
            place = low.whole(e.sub(Idx(r.time.name), r.time.first))
            line = f"    {r.a.code}[{place}] = {low.array(r.a.body, r.others)}"
        if not same(r.first, first) or not same(r.last, last):
            out.append(f"    if {low.whole(r.first)} <= {name} <= {low.whole(r.last)}:")
            line = "    " + line
        out.append(line)
    for r in rows:
        if not r.a.members:
            out.append(f"{r.a.code} = {low.backend.stack(r.a.code, r.axis)}")
        low.tensors[r.a.key] = Tensor(r.a.code, r.a.binders, r.a.members)
    return out


def _boundary(low: Lowering, r: _Row, pattern: Sequence[Expr | None], value: Expr) -> list[str]:
    at = pattern[r.axis]
    assert at is not None
    here = {r.time.name: at}
    others = tuple(Bind(b.name, e.substitute(b.first, here), e.substitute(b.last, here)) for b in r.others)
    code = low.array(e.substitute(value, here), others)  # type: ignore[arg-type]
    return [f"{r.a.code}[{low.whole(e.sub(at, r.time.first))}] = {code}"]


def _row(a: Assignment, axis: int) -> _Row:
    """Where the step runs: the whole range but for the boundary at one of its ends."""
    time = a.binders[axis]
    first, last = time.first, time.last
    fixed = []
    for pattern, _ in a.base:
        if pattern[axis] is None or any(p is not None for k, p in enumerate(pattern) if k != axis):
            raise UnsupportedError("code for a recurrence with a boundary along another axis", found=a.key)
        fixed.append(pattern[axis])
    for _ in fixed:
        if any(p is not None and same(p, first) for p in fixed):
            first = short(e.add(first, e.ONE))
        if any(p is not None and same(p, last) for p in fixed):
            last = short(e.sub(last, e.ONE))
    return _Row(a, axis, first, last)


def _inner(a: Assignment, keys: set[str]) -> list[tuple[str, tuple[Expr, ...]]]:
    """Accesses to the recurrence's own quantities."""
    out: list[tuple[str, tuple[Expr, ...]]] = []
    for x in e.walk(a.body):
        if isinstance(x, Acc) and x.name in keys:
            out.append((x.name, x.indices))
        elif isinstance(x, Deriv):
            of = x.of.name if isinstance(x.of, Acc) else ""
            key = " ∂ ".join((of, *(b.name for b in x.by)))
            if key in keys:
                own = x.of.indices if isinstance(x.of, Acc) else ()
                out.append((key, own + tuple(i for b in x.by for i in b.indices)))
    return out


def _direction(block: Block, keys: set[str]) -> tuple[dict[str, int], bool]:
    """The axis of each quantity along which it steps, and whether backwards."""
    for axis in range(max(len(a.binders) for a in block)):
        shifts: list[int] = []
        good = all(axis < len(a.binders) for a in block)
        for a in block if good else ():
            time = a.binders[axis].name
            for _, indices in _inner(a, keys):
                found = by_letters(indices[axis], (time,)) if axis < len(indices) else None
                if found is None or found[0].get(time) is not e.ONE or not isinstance(found[1], e.Num):
                    good = False
                    break
                shifts.append(int(found[1].value))
        if good and (all(k <= 0 for k in shifts) or all(k >= 0 for k in shifts)):
            return {a.key: axis for a in block}, any(k > 0 for k in shifts)
    raise UnsupportedError("code for a recurrence that does not step along one axis", found=block[0].key)


def _in_order(rows: Sequence[_Row], keys: set[str]) -> list[_Row]:
    """Within one moment: each after those it uses at the same moment."""
    out: list[_Row] = []
    left = list(rows)
    while left:
        ready = []
        for r in left:
            now = {k for k, i in _inner(r.a, keys) if short(e.sub(i[r.axis], Idx(r.time.name))) is e.ZERO}
            if not now & {x.a.key for x in left}:
                ready.append(r)
        if not ready:
            raise UnsupportedError("code for quantities that need each other at the same moment", found=left[0].a.key)
        out += ready
        left = [r for r in left if r not in ready]
    return out


def _factor(code: str) -> str:
    return code if code.isidentifier() or code.isdigit() else f"({code})"
