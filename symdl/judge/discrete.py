"""Discrete leaves entry by entry: every combination of labels, masks and bits where there are few, else extremes.

y ∈ {0,1}^2  ⇒  00, 10, 01, 11; where there are too many combinations, all entries at one value, for each value

A claim such as |S| < n fails for one set among 2^n, which random draws need not meet.
"""

from __future__ import annotations

import numpy as np

from symdl.judge.draw_leaves import NoSample, domain, relevant_facts
from symdl.judge.settings import Setting, Sizes
from symdl.tensor.fields import Array
from symdl.tensor.program import Fact, Program

MOST = 32  # combinations that are gone through one by one
CASE = "case "


def is_discrete(program: Program, name: str) -> bool:
    """Does an assumption or a law say that this leaf takes few values?"""
    law = program.laws.get(name)
    stated = any(f.subject == name and f.op in ("in", "range", "binary") for f in program.facts)
    return stated or (law is not None and law.name == "bernoulli")


def cases(first_round: int) -> list[Setting]:
    """A setting for each combination, at sizes 2, and for the extreme ones at distinct sizes."""
    small = [Setting("two", first_round + k, special=f"{CASE}{k}") for k in range(MOST)]
    return [*small, *(Setting("distinct", first_round + MOST + k, special=f"{CASE}all {k}") for k in range(4))]


def case_values(
    program: Program, leaves: dict[str, Array], facts: tuple[Fact, ...], sizes: Sizes, case: str
) -> dict[str, Array]:
    """The leaves with their discrete entries as this case has them.

    Raises:
        NoSample: there are fewer cases, or no discrete leaf.
    """
    domains = {}
    for name in sorted(leaves):
        values = domain(program, program.leaves[name], relevant_facts(name, facts), sizes)
        if values:
            domains[name] = values
    count = 1
    for name, values in domains.items():
        count *= len(values) ** int(np.sum(~np.isnan(leaves[name].astype(np.float64))))
        count = min(count, MOST + 1)
    alike = case.startswith("all ")
    at = int(case.removeprefix("all "))
    if count > MOST:
        alike = True
    most = max(map(len, domains.values()), default=0) if alike else count
    if not domains or at >= most:
        raise NoSample("no more combinations of discrete values")
    out = dict(leaves)
    for name, values in domains.items():
        old = leaves[name]
        new = np.array(old, dtype=np.float64)
        for place in np.ndindex(old.shape):
            if np.isnan(new[place]):
                continue
            new[place] = values[at % len(values)]
            if not alike:
                at //= len(values)
        out[name] = new.astype(old.dtype)
    return out
