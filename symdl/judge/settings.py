"""Settings: at which sizes a line is evaluated. Pairwise distinct, at least 3; one larger than the degree; one square.

With all sizes 1 most mistakes go unseen, with equal sizes a transpose does; small settings are for witnesses, which
people read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from symdl.errors import UnsupportedError
from symdl.language.dims import Dim
from symdl.tensor.expr import Acc, Bind, Dimension, Expr, Idx, walk
from symdl.tensor.interpret import Valuation, evaluate, evaluate_box
from symdl.tensor.program import Fact, Program

LONGEST_FAMILY = 12
RANGES = {  # tried in this order where a side has no value at plain ones: from, to, both signs
    "positive": (0.35, 1.65, False),
    "inner": (0.1, 0.9, True),
    "unit": (0.1, 0.9, False),
    "large": (2.9, 4.5, False),
    "negative": (-1.65, -0.35, False),
}
MANY, MANY_FROM = "many", 11  # claims that hold up to a small number of entries fail
FEW = {"one": 1, "two": 2}  # all sizes alike and small, where claims about three and more fail


@dataclass(frozen=True)
class Setting:
    """How to choose sizes: `kind` is distinct, larger, square, many, small, tiny, two or one; `round` varies them.

    `special` names a pattern of values that generic ones never show (see `judge.special`); `above` gives sizes that
    must be larger than a claim's degree in them.
    """

    kind: str
    round: int = 0
    values: str = ""  # a range of RANGES to draw from where nothing is said (for logarithms, roots, arcsin)
    special: str = ""
    above: tuple[tuple[str, int], ...] = ()


STANDARD = (Setting("distinct"), Setting("square", 1), Setting("larger", 2), Setting("distinct", 3))
SMALL = (Setting("tiny", 10), Setting("small", 11), Setting("small", 12), Setting("distinct", 13))


@dataclass(frozen=True)
class Sizes:
    """Numbers for plain sizes and for families of sizes."""

    plain: Mapping[str, int]
    families: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


def choose_sizes(
    program: Program,
    facts: tuple[Fact, ...],
    setting: Setting,
    rng: np.random.Generator,
    degree: int = 5,
    first: bool = True,
) -> Sizes | None:
    """Sizes of this kind that satisfy every constraint and make every axis non-empty; None if none is found.

    `first` says that the order which the setting prefers is wanted; values may then turn out not to exist (QᵀQ = I).
    """
    constraints = [f for f in facts if about_sizes(f)]
    given = _determined(constraints)
    names = sorted(program.sizes - given.keys())
    for candidate in _candidates(names, setting, rng, degree, first):
        sizes = Sizes(candidate, _families(program, setting, rng))
        try:
            alone = Valuation(program, candidate, {}, sizes.families)
            with_given = {n: int(evaluate(e, alone)) for n, e in given.items()}
        except (UnsupportedError, KeyError, ValueError):
            continue
        sizes = Sizes({**candidate, **with_given}, sizes.families)
        if _fits(program, sizes, constraints):
            return sizes
    return None


def _determined(constraints: list[Fact]) -> dict[str, Expr]:
    """Sizes that an equation gives from others: k = min(m, n)."""
    out: dict[str, Expr] = {}
    for f in constraints:
        if f.op != "=" or not isinstance(f.left, Dimension) or f.left.index is not None or f.right is None:
            continue
        uses = {x.name for x in walk(f.right) if isinstance(x, Dimension)}
        if f.left.name not in uses and f.left.name not in out and not uses & out.keys():
            if not any(f.left.name in {x.name for x in walk(e) if isinstance(x, Dimension)} for e in out.values()):
                out[f.left.name] = f.right
    return out


def _candidates(
    names: list[str], setting: Setting, rng: np.random.Generator, degree: int, first: bool
) -> Iterator[dict[str, int]]:
    """Proposals, the wanted ones first, then ever looser ones."""
    n = len(names)
    if setting.kind in FEW:
        yield dict.fromkeys(names, FEW[setting.kind])
        return
    if setting.kind == "square":  # even, where the first is odd
        for s in (4, 3, 2, 6, 8):
            yield dict.fromkeys(names, s)
    if setting.kind == "tiny":
        for s in (2, 3):
            yield dict.fromkeys(names, s)
    low = MANY_FROM if setting.kind == MANY else 2 if setting.kind in ("small", "tiny") else 3
    base = list(range(low, low + n))
    if setting.kind == "larger" and n:
        base[-1] = max(base[-1], degree + 2)
    if setting.kind == "distinct" and setting.round:
        base = [k + 1 for k in base]
    # later tries reach further, for sizes that an assumption orders against these bounds (XᵀX invertible: n ≤ m)
    spread = 4 if first else 4 + max((least for _, least in setting.above), default=0)
    for k in range(40):
        order = [int(x) for x in rng.permutation(base)]
        if (
            k == 0 and first and setting.kind == "distinct" and setting.round in (0, 3)
        ):  # m < n at one, n < m at the other
            order = base if setting.round else base[::-1]
        sizes = dict(zip(names, order, strict=True))
        for more, (name, least) in enumerate(setting.above):
            sizes[name] = least + more + int(rng.integers(spread))
        yield sizes
    for wider in (2, 4, 8, 12):
        pool = list(range(low, low + n + wider))
        for _ in range(60):
            yield dict(zip(names, (int(x) for x in rng.permutation(pool)[:n]), strict=True))
    for values in itertools.islice(itertools.product(range(1, 7), repeat=n), 20_000):
        yield dict(zip(names, values, strict=True))


def _families(program: Program, setting: Setting, rng: np.random.Generator) -> dict[str, dict[int, int]]:
    out = {}
    start = 2 if setting.kind in ("small", "tiny", "square") else 3
    for name in sorted(program.size_families):
        if setting.kind in FEW:
            out[name] = dict.fromkeys(range(-1, LONGEST_FAMILY), FEW[setting.kind])
        elif setting.kind in ("square", "tiny"):
            out[name] = dict.fromkeys(range(-1, LONGEST_FAMILY), start)
        else:
            values = [start + (k * 3 + 1) % 5 for k in range(LONGEST_FAMILY + 1)]
            out[name] = {k - 1: v for k, v in enumerate(values)}
    return out


def about_sizes(fact: Fact) -> bool:
    """Does it speak of sizes and whole letters alone?"""
    parts = [e for e in (fact.left, fact.right, *fact.arguments) if isinstance(e, Expr)]
    nodes = [x for e in parts for x in walk(e)]
    return (
        any(isinstance(x, Dimension) for x in nodes)
        and not any(isinstance(x, Acc | Idx) for x in nodes)
        and not fact.subject
    )


def _fits(program: Program, sizes: Sizes, constraints: list[Fact]) -> bool:
    def at(family: str, index: int) -> int:
        return sizes.families[family][index]

    try:
        for leaf in program.leaves.values():
            for combination in members_of(program, leaf.members, sizes):
                for a in leaf.axes:
                    if a.size.value({**sizes.plain, **combination}, at) < 1:
                        return False
    except KeyError:
        pass  # an axis that depends on a value: the leaf's own draw says so
    return all(size_fact_holds(program, f, sizes) for f in constraints)


def members_of(program: Program, members: tuple[Bind, ...], sizes: Sizes) -> list[dict[str, int]]:
    """All values of a family's letters."""
    if not members:
        return [{}]
    valuation = Valuation(program, sizes.plain, {}, sizes.families)
    _, where, lows = evaluate_box((), valuation, members)
    return [
        {b.name: int(k) + low for b, k, low in zip(members, place, lows, strict=True)} for place in np.argwhere(where)
    ]


def size_fact_holds(program: Program, fact: Fact, sizes: Sizes) -> bool:
    from symdl.judge.sample import fact_margin

    valuation = Valuation(program, sizes.plain, {}, sizes.families)
    try:
        if fact.op in ("N", "Z", "R", "in", "range", "≈"):
            return True
        if fact.op in ("even", "odd"):
            return True
        return bool(np.all(fact_margin(fact, valuation) >= 0))
    except (UnsupportedError, KeyError):
        return False


def axis_size(dim: Dim, sizes: Sizes, letters: Mapping[str, int]) -> int:
    """The number an axis has at these sizes."""
    return dim.value({**sizes.plain, **letters}, lambda family, k: sizes.families[family][k])
