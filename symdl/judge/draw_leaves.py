"""Values of one leaf: order 1, generic, with the signs, structure and labels that assumptions ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symdl.errors import UnsupportedError
from symdl.judge.settings import RANGES, Setting, Sizes, axis_size, members_of
from symdl.tensor.expr import ZERO, Acc, Expr, Idx, Lam, Num, Pow, Red, num
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Valuation, evaluate
from symdl.tensor.program import Fact, Leaf, Program

STRUCTURES = {
    "symmetric", "skew-symmetric", "antisymmetric", "diagonal", "orthogonal", "positive-definite",
    "positive-semidefinite", "invertible", "full-rank", "lower-triangular", "upper-triangular", "unit-norm",
    "varies-symmetrically", "varies-diagonally", "one-hot", "stochastic", "positive", "non-negative", "nonnegative",
    "negative", "binary", "finite", "bounded", "even", "odd", "nonzero", "constant", "differentiable", "real",
    "continuous", "full-column-rank", "full-row-rank", "square", "unit",
}  # fmt: skip


class NoSample(Exception):
    """Nothing satisfies the assumptions, or none could be found: the reason is its text."""


@dataclass(frozen=True)
class Wanted:
    """What a law asks of its parameter: positive, probability, simplex, covariance."""

    kind: str


def relevant_facts(name: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Facts that speak of this leaf directly."""
    return tuple(
        f
        for f in facts
        if f.subject == name or plain_name(f.left) == name or plain_name(f.right) == name or sums_of(f) == name
    )


def plain_name(e: Expr | None) -> str:
    """The leaf or tensor that stands there by itself, at plain letters."""
    if isinstance(e, Lam):
        e = e.body
    return e.name if isinstance(e, Acc) and all(isinstance(i, Idx | Num) for i in e.indices) else ""


def sums_of(f: Fact) -> str:
    """The leaf whose entries a fact says sum to something: Σ_k Y[i, k] = 1."""
    if f.op == "=" and isinstance(f.left, Red) and f.left.op == "sum" and isinstance(f.left.body, Acc):
        return f.left.body.name
    return ""


def mirrors(f: Fact) -> str:
    """The name of A where a fact is A_ij = A_ji for all i, j."""
    a, b = f.left, f.right
    if f.op != "=" or f.condition is not None or not (isinstance(a, Acc) and isinstance(b, Acc)):
        return ""
    letters = {i.name for i in a.indices if isinstance(i, Idx)}
    if a.name != b.name or len(a.indices) != 2 or a.indices != b.indices[::-1]:
        return ""
    return a.name if len(letters) == 2 and letters <= {x.name for x in f.binders} else ""


TWO = num(2)
POSITIVE = ("variance", "scale", "rate", "alpha", "beta", "shape")


def law_constraints(program: Program) -> dict[str, Wanted]:
    """What the laws ask of leaves that stand directly as their parameters."""
    out: dict[str, Wanted] = {}
    for law in program.laws.values():
        for parameter, value in law.parameters:
            body = value.body if isinstance(value, Lam) else value
            if parameter == "variance" and isinstance(body, Pow) and body.exponent is TWO:
                body = body.base  # σ² as a variance: σ is a standard deviation
            if not isinstance(body, Acc) or body.name not in program.leaves:
                continue
            if parameter in POSITIVE:
                out[body.name] = Wanted("positive")
            elif parameter == "probability":
                out[body.name] = Wanted("simplex" if law.name == "categorical" else "probability")
            elif parameter == "covariance":
                out[body.name] = Wanted("covariance")
    return out


def draw_leaf(
    program: Program,
    leaf: Leaf,
    facts: tuple[Fact, ...],
    wanted: Wanted | None,
    sizes: Sizes,
    setting: Setting,
    rng: np.random.Generator,
) -> Array:
    """The whole array of a leaf: for a family, members first, ragged ones padded with NaN."""
    if not leaf.members:
        try:
            shape = tuple(axis_size(a.size, sizes, {}) for a in leaf.axes)
        except KeyError as error:
            raise NoSample(f"the size of {leaf.name} depends on {error.args[0]}, which has no value") from error
        return _one(program, leaf, shape, facts, wanted, sizes, setting, rng)
    combinations = members_of(program, leaf.members, sizes)
    shapes = [tuple(axis_size(a.size, sizes, c) for a in leaf.axes) for c in combinations]
    letters = [b.name for b in leaf.members]
    lows = [min(c[x] for c in combinations) for x in letters]
    counts = [max(c[x] for c in combinations) - low + 1 for x, low in zip(letters, lows, strict=True)]
    box = tuple(max((s[k] for s in shapes), default=0) for k in range(len(leaf.axes)))
    out: Array = np.full((*counts, *box), np.nan)
    for c, shape in zip(combinations, shapes, strict=True):
        at = tuple(c[x] - low for x, low in zip(letters, lows, strict=True))
        place: tuple[int | slice, ...] = (*at, *(slice(0, n) for n in shape))
        out[place] = _one(program, leaf, shape, facts, wanted, sizes, setting, rng)
    return out.astype(np.int64) if leaf.integer and not np.isnan(out).any() else out


def _one(
    program: Program,
    leaf: Leaf,
    shape: tuple[int, ...],
    facts: tuple[Fact, ...],
    wanted: Wanted | None,
    sizes: Sizes,
    setting: Setting,
    rng: np.random.Generator,
) -> Array:
    size = int(np.prod(shape))
    properties = {f.op for f in facts if f.subject == leaf.name}
    if any(mirrors(f) == leaf.name for f in facts):
        properties.add("symmetric")
    unknown = {f.op for f in facts if f.subject == leaf.name} - STRUCTURES - {"in", "∉", "range", "N", "Z", "R"}
    if unknown:
        raise NoSample(f"no way to draw values with the property {', '.join(sorted(unknown))}")
    values = domain(program, leaf, facts, sizes)
    one_hot = "one-hot" in properties or (
        values is not None and set(values) == {0.0, 1.0} and any(sums_of(f) == leaf.name for f in facts)
    )
    if one_hot and shape:
        hot = np.zeros(shape).reshape(-1, shape[-1])
        hot[np.arange(len(hot)), _covering(len(hot), list(range(shape[-1])), rng).astype(int)] = 1
        return hot.reshape(shape)
    if values is not None:
        if not values:
            raise NoSample(f"{leaf.name} has no values to take")
        out = _covering(size, values, rng).reshape(shape)
        return out.astype(np.int64) if leaf.integer else out
    if leaf.integer:
        return rng.integers(1, 5, size=shape).astype(np.int64)
    x = _reals(shape, setting, rng)
    return _structured(leaf, x, facts, properties, wanted, rng)


def domain(program: Program, leaf: Leaf, facts: tuple[Fact, ...], sizes: Sizes) -> list[float] | None:
    """The few values that the entries of a discrete leaf take; None for reals."""
    values = _discrete(program, leaf, facts, sizes)
    law = program.laws.get(leaf.name)
    if values is None and any(f.op == "binary" and f.subject == leaf.name for f in facts):
        return [0.0, 1.0]
    if values is None and law is not None and law.name == "bernoulli":
        return [0.0, 1.0]
    return values


def _reals(shape: tuple[int, ...], setting: Setting, rng: np.random.Generator) -> Array:
    if setting.values:
        low, top, both = RANGES[setting.values]
        x = rng.uniform(low, top, size=shape)
        return np.asarray(x * rng.choice([-1.0, 1.0], size=shape) if both else x)
    if setting.kind in ("tiny", "small") and setting.round < 12:  # whole numbers, for people to read
        x = rng.choice([1.0, 2.0, 3.0], size=shape)
    else:
        x = rng.uniform(0.35, 1.65, size=shape)
    return np.asarray(x * rng.choice([-1.0, 1.0], size=shape))


def _covering(size: int, values: list[float] | list[int], rng: np.random.Generator) -> Array:
    """Every value appears where there is room."""
    head = rng.permutation(values)[:size]
    rest = rng.choice(values, size=max(0, size - len(head)))
    return np.asarray(rng.permutation(np.concatenate([head, rest])), dtype=np.float64)


def _discrete(program: Program, leaf: Leaf, facts: tuple[Fact, ...], sizes: Sizes) -> list[float] | None:
    valuation = Valuation(program, sizes.plain, {}, sizes.families)
    for f in facts:
        if f.op == "in" and f.subject == leaf.name:
            return [float(evaluate(v, valuation)) for v in f.arguments]
        if f.op == "range" and f.subject == leaf.name:
            try:
                first, last = (int(evaluate(v, valuation)) for v in f.arguments)
            except (UnsupportedError, ValueError) as error:
                raise NoSample(f"the range of {leaf.name} has no value") from error
            return [float(v) for v in range(first, last + 1)]
        if f.op == "N" and f.subject == leaf.name:
            return [1.0, 2.0, 3.0, 4.0]
        if f.op == "Z" and f.subject == leaf.name:
            return [-2.0, -1.0, 1.0, 2.0, 3.0]
    return None


def _structured(
    leaf: Leaf, x: Array, facts: tuple[Fact, ...], properties: set[str], wanted: Wanted | None, rng: np.random.Generator
) -> Array:
    kind = wanted.kind if wanted is not None else ""
    if kind == "probability":
        return np.asarray(rng.uniform(0.15, 0.85, size=x.shape))
    if kind == "simplex" and x.ndim:
        p = np.asarray(rng.uniform(0.2, 1.0, size=x.shape))
        return np.asarray(p / p.sum(axis=-1, keepdims=True))
    definite = {"positive-definite", "positive-semidefinite"} & properties or kind == "covariance"
    definite = definite or any(f.op in ("≻", "⪰") and plain_name(f.left) == leaf.name and _zero(f.right) for f in facts)
    if x.ndim >= 2 and x.shape[-1] == x.shape[-2]:
        t = np.swapaxes(x, -1, -2)
        n = x.shape[-1]
        if definite:
            return np.asarray(x @ t / n + 0.5 * np.eye(n))
        if {"symmetric", "varies-symmetrically"} & properties:
            return (x + t) / 2
        if {"skew-symmetric", "antisymmetric"} & properties:
            return (x - t) / 2
        if {"diagonal", "varies-diagonally"} & properties:
            return np.asarray(x * np.eye(n))
        if "orthogonal" in properties:
            return np.asarray(np.linalg.qr(x)[0])
        if "lower-triangular" in properties:
            return np.tril(x)
        if "upper-triangular" in properties:
            return np.triu(x)
    if (
        properties & {"positive", "non-negative", "nonnegative"}
        or kind == "positive"
        or _signed(leaf, facts, (">", "≥"), ("<", "≤"))
    ):
        x = np.abs(x)
    elif "negative" in properties or _signed(leaf, facts, ("<", "≤"), (">", "≥")):
        x = -np.abs(x)
    bounds = _bounds(leaf, facts)
    if bounds is not None:
        low, high = bounds
        x = np.asarray(low + (high - low) * rng.uniform(0.15, 0.85, size=x.shape))
    for f in facts:
        if sums_of(f) == leaf.name:
            x = _summing(np.abs(x), f)
    if properties & {"unit-norm", "unit"}:
        x = x / np.sqrt(np.sum(x * x, axis=-1, keepdims=True))
    return np.asarray(x)


def _summing(x: Array, f: Fact) -> Array:
    """Entries that add up to the number that Σ_k Y[i, k] or Σ_{i,j} P[i, j] is said to be, over the axes summed."""
    assert isinstance(f.left, Red) and isinstance(f.left.body, Acc)
    bound = {b.name for b in f.left.binders}
    indices = f.left.body.indices
    axes = tuple(k for k, i in enumerate(indices) if isinstance(i, Idx) and i.name in bound)
    whole = f.left.condition is None and len(axes) == len(bound) and len(indices) == x.ndim
    if not whole or not isinstance(f.right, Num) or f.right.value <= 0 or not x.size:
        return np.asarray(x / max(1, x.shape[-1] if x.ndim else 1))
    return np.asarray(float(f.right.value) * x / x.sum(axis=axes, keepdims=True))


def _zero(e: Expr | None) -> bool:
    return e is ZERO or (isinstance(e, Lam) and e.body is ZERO)


def _signed(leaf: Leaf, facts: tuple[Fact, ...], right: tuple[str, ...], left: tuple[str, ...]) -> bool:
    """X > 0, or 0 < x."""
    return any(
        (f.op in right and plain_name(f.left) == leaf.name and _zero(f.right))
        or (f.op in left and plain_name(f.right) == leaf.name and _zero(f.left))
        for f in facts
    )


def _bounds(leaf: Leaf, facts: tuple[Fact, ...]) -> tuple[float, float] | None:
    """Numbers that bound the entries, where one is not zero: 0 < q < 1, x ≥ 2."""
    low, high = float("-inf"), float("inf")
    for f in facts:
        for mine, other, up in ((f.left, f.right, (">", "≥")), (f.right, f.left, ("<", "≤"))):
            if plain_name(mine) != leaf.name or not isinstance(other, Num):
                continue
            if f.op in up:
                low = max(low, float(other.value))
            elif f.op in {">": ("<", "≤"), "<": (">", "≥")}[up[0]]:
                high = min(high, float(other.value))
    if low == high == 0 or (low in (float("-inf"), 0.0) and high in (float("inf"), 0.0) and (low, high) != (0.0, 0.0)):
        return None
    if not np.isfinite(low):
        low = high - 2
    if not np.isfinite(high):
        high = low + 2
    return (low, high) if low < high else None
