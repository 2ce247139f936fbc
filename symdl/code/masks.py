"""Conditions in products: a shorter range, a Python condition, or a mask; never a gather that may lie outside.

Σ_i [1 ≤ i − s] a_i, s a loop      ⇒   (a[s:]).sum()                    a shorter range
[t + 1 ≤ T] W a_{t+1}, t a loop     ⇒   W @ a[t] if t + 1 <= T else 0    a Python condition
[z_i > 0] g_i                       ⇒   np.where(z > 0, g, 0)            a mask
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symdl.code import stable
from symdl.code.polynomial import at_least, by_letters, same, short
from symdl.code.polynomial import narrowed as narrowed_range
from symdl.code.values import ATOM, Value, aligned, union
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def conditions(factors: Iterable[Expr]) -> tuple[list[Expr], list[Expr]]:
    """Conditions that stand as factors [c], and the other factors."""
    found: list[Expr] = []
    rest: list[Expr] = []
    for f in factors:
        if isinstance(f, e.Ind):
            found += _parts(f.condition)
        else:
            rest.append(f)
    return found, rest


def _parts(c: Expr) -> list[Expr]:
    if isinstance(c, e.Logic) and c.op == "and":
        return [p for a in c.args for p in _parts(a)]
    return [c]


def by_data(c: Expr) -> bool:
    """Does it depend on values, not only on letters and sizes?"""
    return any(isinstance(x, e.Acc | e.Deriv | e.Call | e.Red | e.Mat) for x in e.walk(c))


def masked(low: Lowering, found: list[Expr], build: Callable[[], Value], summed: Iterable[str] = ()) -> Value:
    """What `build` gives where all conditions hold, else zero; letters in `summed` need no zeros put back."""
    summed = set(summed)
    masks, narrowed, guards = sorted_out(low, found)
    full = {n: low.ranges[n] for n in narrowed}
    with within_ranges(low, narrowed), guarded_by(low, guards):
        low.guarded += bool(masks)
        with stable.taken_where(low, _all(masks)):
            v = build()
        low.guarded -= bool(masks)
        if masks:
            v = _where(low, masks, v)
        for n in narrowed:
            if n not in summed:
                v = low.spread(v, n)
        code = v.code
    for n, b in narrowed.items():
        if n not in summed and n in v.letters:
            low.helpers.add("_padded")
            before = low.whole(e.sub(b.first, full[n].first))
            code = f"_padded({code}, {v.letters.index(n)}, {before}, {low.length(full[n])})"
            v = Value(code, v.letters)
    if guards:
        truth = " and ".join(condition(low, c) for c in guards)
        return Value(f"({v.code} if {truth} else {low.zeros(v.letters)})", v.letters)
    return v


def _all(found: list[Expr]) -> Expr | None:
    return None if not found else found[0] if len(found) == 1 else e.Logic("and", tuple(found))


def sorted_out(low: Lowering, found: list[Expr]) -> tuple[list[Expr], dict[str, Bind], list[Expr]]:
    """Conditions that stay masks, ranges that others shorten, and those that are Python conditions."""
    guards: list[Expr] = []
    masks: list[Expr] = []
    narrowed: dict[str, Bind] = {}
    for c in found:
        letters = [n for n in low.order if n in c.free]
        if not letters and not by_data(c):
            guards.append(c)
            continue
        shorter = None if len(letters) != 1 or by_data(c) else _shorter(low, c, letters[0], narrowed)
        if shorter is None:
            masks.append(c)
        else:
            narrowed[letters[0]] = shorter
    return masks, {n: b for n, b in narrowed.items() if b is not low.ranges[n]}, guards


def _where(low: Lowering, masks: list[Expr], v: Value) -> Value:
    values = [low.value(m) for m in masks]
    if v.python and v.code == "1":
        truth = low.value(masks[0]) if len(masks) == 1 else low.value(e.Logic("and", tuple(masks)))
        return Value(low.backend.number_of(truth.at(ATOM)), truth.letters)
    if v.python:
        v = Value(low.backend.scalar(v.code))
    letters = union([v.letters, *(m.letters for m in values)], low.order)
    truths = [aligned(m, letters) for m in values]
    code = " & ".join(t.at(ATOM) for t in truths) if len(truths) > 1 else truths[0].code
    return Value(low.backend.where(code, aligned(v, letters).code, "0", low), letters)


def _shorter(low: Lowering, c: Expr, name: str, so_far: dict[str, Bind]) -> Bind | None:
    return narrowed_range(so_far.get(name, low.ranges[name]), c, low.ranges)


@contextmanager
def within_ranges(low: Lowering, changed: dict[str, Bind]) -> Iterator[None]:
    before = {n: low.ranges[n] for n in changed}
    low.ranges.update(changed)
    try:
        yield
    finally:
        low.ranges.update(before)


@contextmanager
def guarded_by(low: Lowering, guards: list[Expr]) -> Iterator[None]:
    """Letters of loops range over less where a Python condition says so: it helps to see that positions lie inside."""
    changed: dict[str, Bind] = {}
    for c in guards:
        for n in c.free & low.loops.keys():
            shorter = _shorter(low, c, n, changed)
            if shorter is not None:
                changed[n] = shorter
    with within_ranges(low, changed):
        yield


def implied(low: Lowering, c: Expr) -> bool:
    """Does a comparison of letters hold throughout?"""
    if not isinstance(c, e.Cmp):
        return False
    if c.op in ("≤", "<"):
        return at_least(c.right, c.left if c.op == "≤" else e.add(c.left, e.ONE), low.ranges)
    if c.op in ("≥", ">"):
        return at_least(c.left, c.right if c.op == "≥" else e.add(c.right, e.ONE), low.ranges)
    return c.op == "=" and same(c.left, c.right)


def within(low: Lowering, x: Expr, binders: Iterable[Bind] = ()) -> Expr:
    """Accesses outside a range where they count as zero: inputs that an assumption sets to zero there, and adjoints
    beyond the horizon of a recurrence. [1 ≤ i] [i ≤ n] x_i for x_i.
    """
    ranges = {b.name: b for y in e.walk(x) if isinstance(y, e.Red | e.Lam) for b in y.binders}
    ranges |= {b.name: b for b in binders} | {n: low.ranges[n] for n in low.loops}
    memo: dict[Expr, Expr] = {}

    def visit(y: Expr) -> Expr:
        if y not in memo:
            memo[y] = mask(e.rebuild(y, visit))
        return memo[y]

    def mask(z: Expr) -> Expr:
        if isinstance(z, e.Acc) and z.name in low.beyond:
            name, indices, sides = z.name, z.indices, low.beyond[z.name]
        elif isinstance(z, e.Deriv):
            name, indices = low.derivative(z)
            sides = frozenset("<>")
        else:
            return z
        found: list[Expr] = []
        for i, axis in zip(indices, low.tensors[name].axes if name in low.tensors else (), strict=False):
            if not by_data(i):
                values = {b.name: j for b, j in zip(low.tensors[name].axes, indices, strict=False)}
                first, last = e.substitute(axis.first, values), e.substitute(axis.last, values)
                if "<" in sides and not at_least(i, first, ranges):
                    found.append(e.Ind(e.Cmp("≤", first, i)))
                if ">" in sides and not at_least(last, i, ranges):
                    found.append(e.Ind(e.Cmp("≤", i, last)))
        return e.mul(*found, z)

    return visit(x)


def hull(low: Lowering, x: e.Red) -> e.Red:
    """A range that depends on an axis letter as the widest range, and a condition: Σ_{k ≤ i} ⇒ Σ_k [k ≤ i]."""
    binders, condition = [], x.condition
    for b in x.binders:
        first, last = b.first, b.last
        if first.free & set(low.order):
            condition = _both(condition, e.Cmp("≥", e.Idx(b.name), first))
            first = _extreme(low, first, up=False)
        if last.free & set(low.order):
            condition = _both(condition, e.Cmp("≤", e.Idx(b.name), last))
            last = _extreme(low, last, up=True)
        binders.append(b if (first, last) == (b.first, b.last) else Bind(b.name, first, last))
    return e.Red(x.op, tuple(binders), condition, x.body)  # type: ignore[return-value]


def _both(c: Expr | None, d: Expr) -> Expr:
    return d if c is None else e.Logic("and", (c, d))


def _extreme(low: Lowering, x: Expr, up: bool) -> Expr:
    """The largest (or smallest) value of a bound over the letters it depends on."""
    for n in [n for n in reversed(low.order) if n in x.free]:
        found = by_letters(x, (n,))
        coefficient = None if found is None else found[0].get(n)
        if found is None or coefficient is None:
            raise UnsupportedError("code for a range that depends on a letter in this way", found=e.text(x))
        rising = at_least(coefficient, e.ZERO, low.ranges)
        if not rising and not at_least(e.ZERO, coefficient, low.ranges):
            raise UnsupportedError("code for a range that depends on a letter in this way", found=e.text(x))
        b = low.ranges[n]
        x = short(e.add(e.mul(coefficient, b.last if rising == up else b.first), found[1]))
    return x


def condition(low: Lowering, c: Expr) -> str:
    """A comparison of whole numbers as a Python condition."""
    if isinstance(c, e.Cmp):
        sign = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}.get(c.op, c.op)
        return f"{low.whole(c.left)} {sign} {low.whole(c.right)}"
    if isinstance(c, e.Logic):
        inner = [f"({condition(low, a)})" for a in c.args]
        return f"not {inner[0]}" if c.op == "not" else f" {c.op} ".join(inner)
    raise UnsupportedError("code for a condition", found=e.text(c))
