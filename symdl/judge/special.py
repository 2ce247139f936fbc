"""Special values: zeros, ties, ones, equal tensors, far away: where claims fail that hold almost everywhere.

    |a − b| > 0 fails at a = b only, z_i ≠ 0 at a single zero, max(x, −100) = x far below

Generic values never meet these. A claim must hold there too, wherever both its sides have a value; derivatives of what
has a kink are left out at the kink itself, as there is no agreed value. Scattered values, of all magnitudes beside each
other, are generic but for that: near a corner of a simplex, nearly singular, saturated.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symdl.judge.discrete import cases, is_discrete
from symdl.judge.draw_leaves import law_constraints, plain_name, relevant_facts, sums_of
from symdl.judge.settings import MANY, Setting
from symdl.tensor.expr import Acc, Call, Cmp, Deriv, Diff, Expect, Expr, Fn, Ind, Integ, Num, Opt, Pow, Red, Where, walk
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Valuation
from symdl.tensor.program import Fact, Program, Sequent

ON_KINKS = ("zero", "hole", "first hole", "lone", "off", "ones", "tie", "same", "units")
NEARER = {"near": 1e-2, "nearer": 1e-5}
SCATTER = "scatter "
SCATTERED = {"=": 4, "≠": 4}  # draws of values of all magnitudes, for a relation; for a bound more
SCATTERED_BOUND = 20
MAGNITUDES = (-4.0, 1.5)  # powers of ten
FURTHEST = 60.0  # every fourth draw spreads evenly up to it: what comes and goes has its turns there
WIDE = {"up": 12.0, "down": -12.0, "far up": 3000.0, "far down": -3000.0}
KINKED = frozenset({"abs", "relu", "sign", "max", "min", "clip", "floor", "ceil", "mod"})
STEEP = frozenset({"exp", "sinh", "cosh", "tanh", "sigmoid", "softplus", "erf", "Phi", "phi", "gamma"})
MIRRORED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}
MARGIN = 1e-3  # a strict inequality, and an ≠, hold at least by this much at a generic sample
FINE = 1e-9  # and by this much at small and scattered ones, and where a violation is searched for
SIDES = 24  # more generic points, where a claim has kinks
SINGLE = 4  # leaves that are set to zero one by one
SCALED = 6  # leaves that are made small and large one by one, for bounds
SCALES = {"small": 1 / 64, "large": 16.0}
AFFINE = "affine"  # not the leaves, but the functions of which nothing is assumed
FLIP = "flip "  # the sign of one leaf turned
ALONE = {"zero": 0.0, "flip": -1.0, **SCALES}  # what one leaf by itself is multiplied by


def special_settings(sequent: Sequent) -> Iterator[Setting]:
    """Settings beyond the standard ones that a claim must survive."""
    yield Setting("one", 40)
    yield Setting("two", 41)
    if any(is_discrete(sequent.program, name) for name in leaves_of(sequent)):
        yield from cases(100)
    nodes = nodes_of(sequent)
    if any(isinstance(x, Call) and _is_any(sequent.program, x.name) for x in nodes):
        yield Setting("distinct", 42, special=AFFINE)
    if any(isinstance(x, Expect | Integ | Opt) for x in nodes):
        return
    kinks = any(_has_kink(x) for x in nodes)
    if kinks:  # few generic points may all lie on one side
        yield from (Setting("distinct", 100 + k) for k in range(SIDES))
    kinked = kinks and any(isinstance(x, Deriv | Diff) for x in nodes)
    if not kinked:
        for k, pattern in enumerate(ON_KINKS):
            yield Setting("distinct", 50 + k, special=pattern)
        for k, name in enumerate(leaves_of(sequent)[:SINGLE]):
            yield Setting("distinct", 60 + k, special="zero " + name)
    if any(g.op in MIRRORED for g in sequent.goals):  # ‖e‖ ≤ κ ‖A e‖ holds of any A that is large enough
        for k, name in enumerate(leaves_of(sequent)[:SCALED]):
            yield from (Setting("distinct", 80 + 2 * k + n, special=f"{how} {name}") for n, how in enumerate(SCALES))
    yield from (Setting("distinct", 65 + k, special=pattern) for k, pattern in enumerate(NEARER))
    steep = any(isinstance(x, Fn) and x.name in STEEP for x in nodes)
    steep = steep or any(isinstance(x, Pow) and not isinstance(x.exponent, Num) for x in nodes)
    for k, pattern in enumerate(WIDE):
        if not (steep and pattern.startswith("far")):
            yield Setting("distinct", 70 + k, special=pattern)
    if any(g.op in MIRRORED for g in sequent.goals):
        yield from (Setting(MANY, 300 + k, special=pattern) for k, pattern in enumerate(("", "ones", "lone", "units")))
    draws = max(SCATTERED.get(g.op, SCATTERED_BOUND) for g in sequent.goals)
    yield from (Setting("distinct", 200 + k, special=f"{SCATTER}{k}") for k in range(draws))


def margin_of(setting: Setting) -> float:
    """By how much strict inequalities hold at a setting's samples."""
    return FINE if setting.special in NEARER or setting.special.startswith(SCATTER) else MARGIN


def is_wide(setting: Setting) -> bool:
    """So far away that 50 digits may not tell a strict inequality from an equality."""
    return setting.special in WIDE or setting.special.startswith(tuple(SCALES))


def nodes_of(sequent: Sequent) -> list[Expr]:
    """All nodes of the goals and of the definitions they rest on."""
    reach = Valuation(sequent.program, {}, {}, values=sequent.values)
    roots = [e for g in (*sequent.goals, *sequent.premises) for e in (g.left, g.right, g.condition) if e is not None]
    names = frozenset().union(*(reach.reaches(e) for e in roots))
    for name in sorted(names & sequent.program.statements.keys()):
        st = sequent.program.statements[name]
        roots += [st.body, *(e for _, e in st.base), *([st.condition] if st.condition is not None else [])]
    return [x for e in roots for x in walk(e)]


def leaves_of(sequent: Sequent) -> list[str]:
    reach = Valuation(sequent.program, {}, {}, values=sequent.values)
    sides = [e for g in sequent.goals for e in (g.left, g.right)]
    names = frozenset().union(*(reach.reaches(e) for e in sides))
    return sorted(names & sequent.program.leaves.keys())


def _is_any(program: Program, name: str) -> bool:
    """Is it an abstract function of which nothing is assumed?"""
    function = program.functions.get(name)
    return function is not None and function.body is None and not function.properties


def _has_kink(x: Expr) -> bool:
    if isinstance(x, Fn):
        return x.name in KINKED
    if isinstance(x, Pow):
        return isinstance(x.exponent, Num) and x.exponent.value.denominator != 1
    if isinstance(x, Red):
        return x.op in ("max", "min", "argmax", "argmin")
    return isinstance(x, Where | Ind | Cmp) and any(isinstance(a, Acc) for a in walk(x))


def special_values(
    program: Program,
    leaves: dict[str, Array],
    pattern: str,
    facts: tuple[Fact, ...],
    fixed: frozenset[str],
    rng: np.random.Generator,
    inside: float = MARGIN,
) -> dict[str, Array]:
    """Leaves in a pattern; discrete ones, parameters of laws, and those it would take out of their bounds, as drawn."""
    kept = fixed | law_constraints(program).keys()
    by_shape: dict[tuple[int, ...], Array] = {}
    how, _, alone = pattern.partition(" ")
    out: dict[str, Array] = {}
    for ordinal, (name, value) in enumerate(leaves.items()):
        if name in kept or program.leaves[name].integer:
            out[name] = value
        elif pattern == AFFINE:
            out[name] = value
        elif pattern == "same":
            out[name] = by_shape.setdefault(value.shape, value)
        elif alone and how in ALONE:
            out[name] = ALONE[how] * value if name == alone else value
        else:
            out[name] = _pattern(value, pattern, rng, ordinal)
            if pattern.startswith(SCATTER) and any(sums_of(f) == name for f in facts):
                out[name] = out[name] / np.sum(out[name], axis=-1, keepdims=True)
        low, high = bounds_of(name, facts, inside)
        if not (np.all(out[name] >= low) and np.all(out[name] <= high)):
            out[name] = value
    return out


def bounds_of(name: str, facts: tuple[Fact, ...], inside: float = MARGIN) -> tuple[float, float]:
    """Numbers between which every entry of a leaf lies, strict ones moved inside a little."""
    low, high = -np.inf, np.inf
    for f in relevant_facts(name, facts):
        for mine, other, op in ((f.left, f.right, f.op), (f.right, f.left, MIRRORED.get(f.op, ""))):
            if op not in MIRRORED or plain_name(mine) != name or not isinstance(other, Num):
                continue
            bound, step = float(other.value), 2 * inside if op in ("<", ">") else 0.0
            if op in (">", "≥"):
                low = max(low, bound + step)
            else:
                high = min(high, bound - step)
    return low, high


def _pattern(x: Array, pattern: str, rng: np.random.Generator, ordinal: int) -> Array:
    if pattern in WIDE:
        return np.asarray(WIDE[pattern] * np.abs(x))
    if pattern in NEARER:
        return np.asarray(NEARER[pattern] * x)
    if pattern == "zero":
        return np.asarray(0 * x)
    if pattern == "ones":
        return np.asarray(0 * x + 1)
    if pattern == "units":
        return np.asarray(np.sign(x))
    x = np.array(x)
    if not x.size:
        return x
    square = x.ndim >= 2 and x.shape[-1] == x.shape[-2]
    if pattern.startswith(SCATTER):
        return _scattered(x, square, rng, evenly=int(pattern.removeprefix(SCATTER)) % 4 == 3)
    size = x.shape[-1] if square else x.size
    k, j = (int(i) for i in rng.permutation(size)[:2]) if size > 1 else (0, 0)
    if pattern == "first hole":
        k = 0
    if square and pattern == "off":  # E₁₂ in one matrix, E₂₃ in the next: A B is not zero, B A is
        k, j = ordinal % size, (ordinal + 1) % size
    if square:  # a row and its column alike: structure stays
        if pattern in ("lone", "off"):
            at = (..., k, k if pattern == "lone" else j)
            kept = x[at].copy()
            x[...] = 0
            x[at] = kept
        elif pattern == "tie":
            x[..., k, :] = x[..., j, :]
            x[..., :, k] = x[..., :, j]
        else:
            x[..., k, :] = 0
            x[..., :, k] = 0
        return x
    flat = x.reshape(-1)
    if pattern in ("lone", "off"):
        kept = flat[k]
        flat[...] = 0
        flat[k] = kept
    else:
        flat[k] = flat[j] if pattern == "tie" else 0
    return x


def _scattered(x: Array, square: bool, rng: np.random.Generator, evenly: bool) -> Array:
    """Every entry times a magnitude of its own; a square matrix by rows and columns alike: structure stays."""
    count = x.shape[-1:] if square else x.shape
    by = rng.uniform(0, FURTHEST, size=count) if evenly else 10 ** rng.uniform(*MAGNITUDES, size=count)
    if not square:
        return np.asarray(x * by)
    return np.asarray(x * np.sqrt(by[:, None] * by[None, :]))
