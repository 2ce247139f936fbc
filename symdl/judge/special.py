"""Special values: zeros, ties, ones, equal tensors, far away: where claims fail that hold almost everywhere.

    |a − b| > 0 fails at a = b only, z_i ≠ 0 at a single zero, max(x, −100) = x far below

Generic values never meet these. A claim must hold there too, wherever both its sides have a value; derivatives of what
has a kink are left out at the kink itself, as there is no agreed value.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symdl.judge.discrete import cases, is_discrete
from symdl.judge.draw_leaves import law_constraints, plain_name, relevant_facts
from symdl.judge.settings import Setting
from symdl.tensor.expr import Acc, Cmp, Deriv, Diff, Expect, Expr, Fn, Ind, Integ, Num, Opt, Pow, Red, Where, walk
from symdl.tensor.fields import Array
from symdl.tensor.interpret import Valuation
from symdl.tensor.program import Fact, Program, Sequent

ON_KINKS = ("zero", "hole", "first hole", "lone", "ones", "tie", "same", "units")
WIDE = {"up": 12.0, "down": -12.0, "far up": 3000.0, "far down": -3000.0}
KINKED = frozenset({"abs", "relu", "sign", "max", "min", "clip", "floor", "ceil", "mod"})
STEEP = frozenset({"exp", "sinh", "cosh", "tanh", "sigmoid", "softplus", "erf", "Phi", "phi", "gamma"})
MIRRORED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}
INSIDE = 2e-3  # twice the margin by which a strict inequality holds at a sample
SIDES = 24  # more generic points, where a claim has kinks
SINGLE = 4  # leaves that are set to zero one by one
FAR, MANY = 12, 3  # bounds are tried at sizes from 12 on too, where at most three sizes are there
SCALED = 6  # leaves that are made small and large one by one, for bounds
SCALES = {"small": 1 / 64, "large": 16.0}
ALONE = ("zero ", "small ", "large ")


def special_settings(sequent: Sequent) -> Iterator[Setting]:
    """Settings beyond the standard ones that a claim must survive."""
    yield Setting("one", 40)
    yield Setting("two", 41)
    if any(is_discrete(sequent.program, name) for name in _leaves(sequent)):
        yield from cases(100)
    nodes = _everything(sequent)
    if any(isinstance(x, Expect | Integ | Opt) for x in nodes):
        return
    kinks = any(_has_kink(x) for x in nodes)
    if kinks:  # few generic points may all lie on one side
        yield from (Setting("distinct", 100 + k) for k in range(SIDES))
    kinked = kinks and any(isinstance(x, Deriv | Diff) for x in nodes)
    if not kinked:
        for k, pattern in enumerate(ON_KINKS):
            yield Setting("distinct", 50 + k, special=pattern)
        for k, name in enumerate(_leaves(sequent)[:SINGLE]):
            yield Setting("distinct", 60 + k, special="zero " + name)
    if any(g.op in MIRRORED for g in sequent.goals):  # ‖e‖ ≤ κ ‖A e‖ holds of any A that is large enough
        for k, name in enumerate(_leaves(sequent)[:SCALED]):
            yield from (Setting("distinct", 80 + 2 * k + n, special=f"{how} {name}") for n, how in enumerate(SCALES))
        sizes = sorted(sequent.program.sizes)
        if 0 < len(sizes) <= MANY:  # m² ≤ 6 ‖x‖² / n² holds as long as n ≤ 6
            above = tuple((n, FAR) for n in sizes)
            for k, pattern in enumerate(("ones", "lone", "units")):
                yield Setting("larger", 95 + k, special=pattern, above=above)
    steep = any(isinstance(x, Fn) and x.name in STEEP for x in nodes)
    steep = steep or any(isinstance(x, Pow) and not isinstance(x.exponent, Num) for x in nodes)
    for k, pattern in enumerate(WIDE):
        if not (steep and pattern.startswith("far")):
            yield Setting("distinct", 70 + k, special=pattern)


def is_wide(setting: Setting) -> bool:
    """So far away that 50 digits may not tell a strict inequality from an equality."""
    return setting.special in WIDE or setting.special.startswith(tuple(SCALES))


def _everything(sequent: Sequent) -> list[Expr]:
    """All nodes of the goals and of the definitions they rest on."""
    reach = Valuation(sequent.program, {}, {}, values=sequent.values)
    roots = [e for g in (*sequent.goals, *sequent.premises) for e in (g.left, g.right, g.condition) if e is not None]
    names = frozenset().union(*(reach.reaches(e) for e in roots))
    for name in sorted(names & sequent.program.statements.keys()):
        st = sequent.program.statements[name]
        roots += [st.body, *(e for _, e in st.base), *([st.condition] if st.condition is not None else [])]
    return [x for e in roots for x in walk(e)]


def _leaves(sequent: Sequent) -> list[str]:
    reach = Valuation(sequent.program, {}, {}, values=sequent.values)
    sides = [e for g in sequent.goals for e in (g.left, g.right)]
    names = frozenset().union(*(reach.reaches(e) for e in sides))
    return sorted(names & sequent.program.leaves.keys())


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
) -> dict[str, Array]:
    """Leaves in a pattern; discrete ones, parameters of laws, and those it would take out of their bounds, as drawn."""
    kept = fixed | law_constraints(program).keys()
    by_shape: dict[tuple[int, ...], Array] = {}
    out: dict[str, Array] = {}
    for name, value in leaves.items():
        if name in kept or program.leaves[name].integer:
            out[name] = value
        elif pattern == "same":
            out[name] = by_shape.setdefault(value.shape, value)
        elif pattern.startswith(ALONE):
            how, _, alone = pattern.partition(" ")
            out[name] = {"zero": 0.0, **SCALES}[how] * value if name == alone else value
        else:
            out[name] = _pattern(value, pattern, rng)
        low, high = bounds_of(name, facts)
        if not (np.all(out[name] >= low) and np.all(out[name] <= high)):
            out[name] = value
    return out


def bounds_of(name: str, facts: tuple[Fact, ...]) -> tuple[float, float]:
    """Numbers between which every entry of a leaf lies, strict ones moved inside a little."""
    low, high = -np.inf, np.inf
    for f in relevant_facts(name, facts):
        for mine, other, op in ((f.left, f.right, f.op), (f.right, f.left, MIRRORED.get(f.op, ""))):
            if op not in MIRRORED or plain_name(mine) != name or not isinstance(other, Num):
                continue
            bound, inside = float(other.value), INSIDE if op in ("<", ">") else 0.0
            if op in (">", "≥"):
                low = max(low, bound + inside)
            else:
                high = min(high, bound - inside)
    return low, high


def _pattern(x: Array, pattern: str, rng: np.random.Generator) -> Array:
    if pattern in WIDE:
        return np.asarray(WIDE[pattern] * np.abs(x))
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
    size = x.shape[-1] if square else x.size
    k, j = (int(i) for i in rng.permutation(size)[:2]) if size > 1 else (0, 0)
    if pattern == "first hole":
        k = 0
    if square:  # a row and its column alike: structure stays
        if pattern == "lone":
            kept = x[..., k, k].copy()
            x[...] = 0
            x[..., k, k] = kept
        elif pattern == "tie":
            x[..., k, :] = x[..., j, :]
            x[..., :, k] = x[..., :, j]
        else:
            x[..., k, :] = 0
            x[..., :, k] = 0
        return x
    flat = x.reshape(-1)
    if pattern == "lone":
        kept = flat[k]
        flat[...] = 0
        flat[k] = kept
    else:
        flat[k] = flat[j] if pattern == "tie" else 0
    return x
