"""Identity testing modulo a random prime near 2^61: exact arithmetic at random points, for rational claims.

Two different rational functions of degree d agree at a random point with a probability of at most d / p
(Schwartz–Zippel), at sizes above the degree. It supports and never accepts alone (7 + kp looks like 7 for a fixed p),
and as exp, log and order have no value modulo p, it never refutes alone either.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.sample import NoSample, Sampler, constructed
from symdl.judge.settings import Setting
from symdl.judge.size_degree import MOST, size_degrees
from symdl.tensor.expr import Acc, Add, Deriv, Expr, Fn, Mul, Num, Pow
from symdl.tensor.fields import modulo
from symdl.tensor.interpret import evaluate_box
from symdl.tensor.program import Program, Sequent

ROUNDS = (Setting("larger", 2), Setting("distinct", 21))
DRAWS = 2  # independent points at each of the sizes
HARMLESS = frozenset({">", "≥", "<", "≤", "≠", "invertible", "R", "N", "Z"})  # they hold of generic values


@dataclass(frozen=True)
class ModularResult:
    """`agrees`: at every point; `bound`: on the probability that different sides agree so; `prime`: the one drawn."""

    agrees: bool
    points: int
    bound: float
    prime: int


def modular(sequent: Sequent, sampler: Sampler, *, rng: random.Random | None = None) -> ModularResult | None:
    """Compare both sides modulo a new prime, or None where the claim is not rational or its values are not free."""
    facts = (*sequent.program.facts, *sequent.suppose)
    if sequent.premises or any(f.op not in HARMLESS for f in facts) or any(g.op != "=" for g in sequent.goals):
        return None
    if any(not sequent.program.leaves[n].integer for n in constructed(sequent.program, facts)):
        return None  # discrete values are not free
    rng = rng or random.Random()
    prime = random_prime(rng)
    points, degree = (
        0,
        max((_degree(g.left, sequent.program) + _degree(g.right, sequent.program)) for g in sequent.goals),
    )
    agrees = True
    sides = [e for g in sequent.goals for e in (g.left, g.right)]
    in_sizes = size_degrees(sides, sequent.program)
    if any(d > MOST for d in in_sizes.values()):
        return None
    above = tuple((name, d + 1) for name, d in in_sizes.items() if d > 1)
    for setting in ROUNDS:
        try:
            base = sampler.draw(sequent, replace(setting, above=above))
            if any(base.sizes[name] <= d for name, d in in_sizes.items()):
                return None  # a polynomial in a size may vanish at all sizes up to its degree
            for _ in range(DRAWS):
                free = {k: _random_like(v, prime, rng, base.program.leaves[k].integer) for k, v in base.leaves.items()}
                at = replace(base, leaves=free, field=modulo(prime))
                for goal in sequent.goals:
                    (left, right), where, _ = evaluate_box((goal.left, goal.right), at, goal.binders, goal.condition)
                    agrees = agrees and not bool(((left != right) & where).any())
                points += 1
        except (SymdlError, NoSample, ZeroDivisionError, ArithmeticError, TypeError, ValueError):
            return None
    return ModularResult(agrees, points, min(1.0, degree / prime) ** DRAWS, prime)


def _random_like(data: object, prime: int, rng: random.Random, keep: bool) -> np.ndarray:
    old = np.asarray(data)
    if keep:
        return old
    out = np.empty(old.shape, dtype=object)
    for place in np.ndindex(old.shape):
        out[place] = rng.randrange(1, prime)
    return out


def _degree(e: Expr, program: Program, depth: int = 0) -> int:
    """A bound on the degree of numerator and denominator together, generous where derivatives stand."""
    if depth > 200:
        return 10**6
    if isinstance(e, Acc):
        st = program.statements.get(e.name)
        return 1 if st is None or st.kind != "sum" else _degree(st.body, program, depth + 1)
    if isinstance(e, Num):
        return 0
    below = [_degree(c, program, depth + 1) for c in e.children()]
    if isinstance(e, Pow) and isinstance(e.exponent, Num):
        return max(1, int(abs(e.exponent.value)) + 1) * _degree(e.base, program, depth + 1)
    if isinstance(e, Add | Mul | Fn):
        return sum(below)
    return (3 if isinstance(e, Deriv) else 1) * max(1, sum(below)) * 8


def random_prime(rng: random.Random) -> int:
    """A prime between 2^60 and 2^61, by Miller and Rabin (certain below 3.3e24 with these bases)."""
    while True:
        p = rng.randrange(2**60, 2**61) | 1
        if _is_prime(p):
            return p


def _is_prime(n: int) -> bool:
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
    if any(n % b == 0 for b in bases):
        return n in bases
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for b in bases:
        x = pow(b, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True
