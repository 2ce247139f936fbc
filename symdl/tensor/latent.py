"""Which standard variables random entries share: none where independence is stated, generic mixtures elsewhere.

    z_j = Σ_k C_jk u_k / (Σ_k C_jk²)^½

keeps mean 0 and variance 1, and a normal stays normal if all that is mixed into it are normal. So `E[x y] = E x E y`
fails unless independence is assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdl.tensor.fields import Field, NotPolynomialError

MIXABLE = ("normal", "atoms")


@dataclass(frozen=True)
class Latent:
    """The standard variable of one entry of one random tensor."""

    tensor: int
    entry: int
    kind: str


def mixing(latents: list[Latent], apart: Callable[[Latent, Latent], bool]) -> list[dict[int, float]]:
    """Rows of C, before they are scaled: own variable first; others mixed in where nothing says they are independent.

    Raises:
        NotPolynomialError: entries that may depend on each other, of a law that mixtures do not keep.
    """
    users: list[set[int]] = [set() for _ in latents]  # who uses each variable
    order = sorted(range(len(latents)), key=lambda k: latents[k].kind != "normal")
    made: dict[int, dict[int, float]] = {}
    done: list[int] = []
    for k in order:
        own = latents[k]
        raw = {k: 1.0}
        for m in done:
            other = latents[m]
            if apart(own, other):
                continue
            if own.kind not in MIXABLE or other.kind not in MIXABLE:
                raise NotPolynomialError
            if own.kind == "normal" and other.kind != "normal":
                continue
            if all(not apart(own, latents[x]) for x in users[m]):
                raw[m] = (0.45, -0.3, 0.6)[(k + m) % 3]
        made[k] = raw
        for m in raw:
            users[m].add(k)
        done.append(k)
    return [made[k] for k in range(len(latents))]


def scaled(row: dict[int, float], field: Field) -> dict[int, Any]:
    """A row of unit length, in the field's own digits."""
    numbers = {m: field.array(np.asarray(c))[()] for m, c in row.items()}
    size = sum(c * c for c in numbers.values())
    root = field.power(field.array(np.asarray([size])), field.array(np.asarray([0.5])))[0]
    return {m: c / root for m, c in numbers.items()}
