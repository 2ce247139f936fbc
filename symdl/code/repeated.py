"""What several statements compute in common gets a line of its own: X − μ in a variance and in x̂ ⇒ X_minus_mu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symdl.code.exponentials import SOFTMAX
from symdl.code.ordering import Assignment, Block, derivative_key
from symdl.code.polynomial import same
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr, Idx

Axes = Mapping[str, tuple[Bind, ...]]
Letters = tuple[str, ...]
Places = dict[int, dict[Expr, Letters]]  # by block: what is found there, and its letters


def shared(blocks: Sequence[Block], axes: Axes, names: Mapping[str, str], taken: set[str]) -> list[Block]:
    """The blocks with what they repeat computed once, before its first use.

    Only whole arrays of two or more axes, made entry by entry; `axes` lists the arrays that can be read as a whole,
    `names` their identifiers, `taken` the identifiers that are in use (new ones are added).
    """
    out = list(blocks)
    while (found := _largest(out, axes)) is not None:
        places, letters, body = found
        start = min(places)
        (first,) = out[start]
        if first.body in places[start]:  # it has a name of its own
            own = tuple(b.name for b in first.binders)
            order = [own.index(n) for n in places[start].pop(first.body)]
            _put(out, places, first.key, order)
            continue
        code = _name(body, names, taken)
        taken.add(code)
        key = f"· {code}"
        new = Assignment(key, code, letters, body)
        axes, names = {**axes, key: letters}, {**names, key: code}
        _put(out, places, key, range(len(letters)))
        out.insert(start, (new,))
    return out


def _put(out: list[Block], places: Places, key: str, order: Sequence[int]) -> None:
    """Read the array of this key where the expression stood; its axis order[k] is the expression's letter k."""
    for k, occurrences in places.items():
        (a,) = out[k]
        values: dict[Expr, Expr] = {}
        for y, letters in occurrences.items():
            placed = dict(zip(order, letters, strict=True))
            values[y] = e.Acc(key, tuple(Idx(placed[axis]) for axis in range(len(letters))))
        out[k] = (replace(a, body=_replaced(a.body, values)),)


def _largest(blocks: Sequence[Block], axes: Axes) -> tuple[Places, tuple[Bind, ...], Expr] | None:
    """The largest expression that stands at two places or more: where, its letters and itself."""
    seen: dict[Expr, _Repeated] = {}
    for k, block in enumerate(blocks):
        if len(block) > 1 or block[0].base or block[0].members:
            continue
        (a,) = block
        for y, letters in _candidates(a.body, {b.name: b for b in a.binders}, axes):
            form = e.substitute(y, {b.name: Idx(f"·{n}") for n, b in enumerate(letters)})
            if y is a.body and (form in seen or len(letters) < len(a.binders)):
                continue  # a second name for it keeps an array of its own
            entry = seen.setdefault(form, _Repeated(letters, y, {}, 0))
            entry.places.setdefault(k, {})[y] = tuple(b.name for b in letters)
            entry.count += 1
    repeated = [x for x in seen.values() if x.count > 1]
    if not repeated:
        return None
    best = max(repeated, key=lambda x: sum(1 for _ in e.walk(x.body)))
    fresh = {b.name: e.fresh(b.name.split("·")[0]) for b in best.letters}
    new = {n: Idx(m) for n, m in fresh.items()}
    binders = tuple(Bind(fresh[b.name], e.substitute(b.first, new), e.substitute(b.last, new)) for b in best.letters)
    return best.places, binders, e.substitute(best.body, new)  # type: ignore[return-value]


@dataclass
class _Repeated:
    letters: tuple[Bind, ...]
    body: Expr
    places: Places
    count: int


def _candidates(x: Expr, ranges: Mapping[str, Bind], axes: Axes) -> Iterator[tuple[Expr, tuple[Bind, ...]]]:
    """Parts of an expression that are whole arrays, outermost first; each with its letters in order."""
    if _worth(x):
        letters = _letters(x, ranges, axes)
        if letters is not None and len(letters) > 1:
            yield x, letters
    if isinstance(x, e.Where | e.Mat | e.Call | e.Deriv | e.Lam):
        return
    if isinstance(x, e.Red):
        ranges = {**ranges, **{b.name: b for b in x.binders}}
        if x.op == "sum" and isinstance(x.body, e.Fn) and x.body.name == "exp":
            return  # a log-sum-exp is computed as one
    for child in x.children():
        if not isinstance(child, Bind):
            yield from _candidates(child, ranges, axes)


def _worth(x: Expr) -> bool:
    """Is it more than an access times a number, and no exponential, which may have to be shifted where it is used?"""
    if isinstance(x, e.Mul):
        return sum(not isinstance(f, e.Num | e.Const | e.Dimension | e.Pow) for f in x.factors) > 1
    if isinstance(x, e.Pow):
        return isinstance(x.exponent, e.Num) and x.exponent.value > 0
    return isinstance(x, e.Add) or (isinstance(x, e.Fn) and x.name not in ("exp", SOFTMAX))


def _letters(x: Expr, ranges: Mapping[str, Bind], axes: Axes) -> tuple[Bind, ...] | None:
    """The letters of an expression that reads whole arrays entry by entry; None for any other."""
    found: dict[str, Bind] = {}
    for name, indices in _reads(x):
        own = axes.get(name)
        if own is None or len(own) != len(indices):
            return None
        for i, axis in zip(indices, own, strict=True):
            b = ranges.get(i.name) if isinstance(i, Idx) else None
            if b is None or not same(b.first, axis.first) or not same(b.last, axis.last):
                return None
            found[b.name] = b
    plain = all(
        isinstance(y, e.Add | e.Mul | e.Pow | e.Fn | e.Num | e.Const | e.Dimension | e.Acc | e.Deriv | Idx)
        for y in e.walk(x)
    )
    return tuple(found.values()) if plain and x.free <= found.keys() else None


def _reads(x: Expr) -> Iterator[tuple[str, tuple[Expr, ...]]]:
    if isinstance(x, e.Acc):
        yield x.name, x.indices
    elif isinstance(x, e.Deriv):
        own = x.of.indices if isinstance(x.of, e.Acc) else ()
        yield derivative_key(x), own + tuple(i for b in x.by for i in b.indices)
    else:
        for child in x.children():
            yield from _reads(child)


def _replaced(x: Expr, values: Mapping[Expr, Expr]) -> Expr:
    def visit(y: Expr) -> Expr:
        return values[y] if y in values else e.rebuild(y, visit)

    return visit(x)


def _name(x: Expr, names: Mapping[str, str], taken: set[str]) -> str:
    """P_minus_Y, H_sq, sigmoid_Z; else shared."""
    stem = "shared"
    if isinstance(x, e.Add) and len(x.terms) == 2:
        (a, first), (b, second) = (_signed(t, names) for t in x.terms)
        if a and b and "+" in (first, second):
            a, b = (a, b) if first == "+" else (b, a)
            stem = f"{a}_{'plus' if first == second else 'minus'}_{b}"
    elif isinstance(x, e.Mul) and len(x.factors) == 2 and all(_code(f, names) for f in x.factors):
        stem = "_times_".join(_code(f, names) for f in x.factors)
    elif isinstance(x, e.Pow) and _code(x.base, names) and x.exponent in (e.num(2), e.num(3)):
        stem = _code(x.base, names) + ("_sq" if x.exponent is e.num(2) else "_cubed")
    elif isinstance(x, e.Fn) and len(x.args) == 1 and _code(x.args[0], names):
        stem = f"{x.name}_{_code(x.args[0], names)}"
    return next(n for n in (stem, *(f"{stem}_{k}" for k in range(2, 99))) if n not in taken)


def _code(x: Expr, names: Mapping[str, str]) -> str:
    if isinstance(x, e.Acc):
        return names.get(x.name, "")
    return names.get(derivative_key(x), "") if isinstance(x, e.Deriv) else ""


def _signed(t: Expr, names: Mapping[str, str]) -> tuple[str, str]:
    if isinstance(t, e.Mul) and len(t.factors) == 2 and t.factors[0] is e.MINUS_ONE:
        return _code(t.factors[1], names), "-"
    return _code(t, names), "+"
