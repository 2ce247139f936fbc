"""What the interpreter's parts exchange: environments of index letters, tensors with values, items of a context.

Layout of every array of values: axes for the index letters in scope, the one bound last leftmost, then RESERVED axes:
sample axes (nodes of an expectation or an integral) and tangent axes (entries that derivatives are taken by), size 1
where unused. NumPy's broadcasting then lines everything up by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet
from symdl.tensor.fields import Array

TANGENTS, SAMPLES = 3, 3
RESERVED = TANGENTS + SAMPLES
NOWHERE = -(10**9)  # an index that has no value: outside every range

_tokens = itertools.count(1)


def tangent_axis(slot: int) -> int:
    return -(1 + slot)


def sample_axis(slot: int) -> int:
    return -(1 + TANGENTS + slot)


def pad(a: Array, ndim: int) -> Array:
    """Leading axes of size 1 up to ndim axes."""
    return a if a.ndim >= ndim else a.reshape((1,) * (ndim - a.ndim) + a.shape)


@dataclass(frozen=True)
class Env:
    """Letters in scope: each with a token (for memo keys) and its whole-number values. `rank` counts letter axes."""

    letters: Mapping[str, tuple[int, Array]]
    rank: int = 0

    def bind(self, name: str, first: int, last: int) -> Env:
        """A new letter with an axis of its own."""
        values = np.arange(first, last + 1).reshape((-1,) + (1,) * (self.rank + RESERVED))
        return Env({**self.letters, name: (next(_tokens), values)}, self.rank + 1)

    def set(self, values: Mapping[str, Array]) -> Env:
        """Letters that stand for given whole numbers (an array over the axes that are there)."""
        return Env({**self.letters, **{n: (next(_tokens), v) for n, v in values.items()}}, self.rank)

    @property
    def ndim(self) -> int:
        return self.rank + RESERVED


@dataclass(frozen=True)
class Tensor:
    """Values of a named tensor: parts have its own axes, `ambient` letter axes, RESERVED; `lows` are first indices."""

    lows: tuple[int, ...]
    shape: tuple[int, ...]
    data: Jet
    ambient: int = 0


@dataclass(frozen=True, eq=False)
class Seed:
    """The named tensors move along a tangent slot. `local`: only where they are accessed directly. `blocked`: names
    through which nothing passes (their adjoints are claimed).
    """

    slot: int
    seeds: Mapping[str, Array | None]  # None: each entry by itself along the tangent axis; an array: one direction
    local: bool = False
    blocked: frozenset[str] = frozenset()
    ambient: int = 0
    ident: int = field(default_factory=lambda: next(_tokens))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.seeds)

    @property
    def bit(self) -> int:
        return 1 << self.slot


@dataclass(frozen=True, eq=False)
class Override:
    """A name stands for given values: random tensors at their nodes, the variable of an integral, a parameter."""

    name: str
    tensor: Tensor
    samples: int = 0  # the sample slots in use, as a bit mask
    ident: int = field(default_factory=lambda: next(_tokens))

    @property
    def names(self) -> frozenset[str]:
        return frozenset((self.name,))

    @property
    def ambient(self) -> int:
        return self.tensor.ambient


Item = Seed | Override


def free_tangent(items: tuple[Item, ...]) -> int:
    used = {i.slot for i in items if isinstance(i, Seed)}
    for slot in range(TANGENTS):
        if slot not in used:
            return slot
    raise UnsupportedError(f"derivatives nested more than {TANGENTS} deep")


def free_sample(items: tuple[Item, ...]) -> int:
    used = 0
    for i in items:
        if isinstance(i, Override):
            used |= i.samples
    for slot in range(SAMPLES):
        if not used >> slot & 1:
            return slot
    raise UnsupportedError(f"expectations or integrals nested more than {SAMPLES} deep")


def gather(tensor: Tensor, indices: tuple[Array, ...], rank: int) -> tuple[Jet, Array | None]:
    """The entries at the indices, NaN outside the range; and where they are inside (None: everywhere)."""
    n = len(indices)
    if n != len(tensor.shape):
        raise UnsupportedError(
            "an access with a wrong number of indices", found=f"{n}", expected=f"{len(tensor.shape)}"
        )
    if n == 0:
        return tensor.data, None
    places, valid = [], None
    for i, low, size in zip(indices, tensor.lows, tensor.shape, strict=True):
        at = pad(i, RESERVED) - low
        if at.size and (at.min() < 0 or at.max() >= size):
            inside = (at >= 0) & (at < size)
            valid = inside if valid is None else valid & inside
            at = np.where(inside, at, 0)
        places.append(at)
    if 0 in tensor.shape:
        shape = np.broadcast_shapes(*(p.shape for p in places))
        return {0: np.full(shape, np.nan)}, np.zeros(shape, dtype=bool)
    simple = all(p.shape[-RESERVED:] == (1,) * RESERVED for p in places)
    out: Jet = {}
    for key, part in tensor.data.items():
        if simple and all(s == 1 for s in part.shape[n : part.ndim - RESERVED]):
            flat = part.reshape(part.shape[:n] + part.shape[part.ndim - RESERVED :])
            out[key] = flat[tuple(p.reshape(p.shape[:-RESERVED]) for p in places)]
            continue
        full = rank + RESERVED
        wide = part.reshape(part.shape[:n] + (1,) * (full - (part.ndim - n)) + part.shape[n:])
        rest = [
            np.arange(size).reshape((-1,) + (1,) * (full - 1 - axis)) if size > 1 else np.zeros((1,) * full, dtype=int)
            for axis, size in enumerate(wide.shape[n:])
        ]
        out[key] = wide[tuple([pad(p, full) for p in places] + rest)]
    if valid is not None and 0 in out:
        out[0] = np.where(valid, out[0], np.nan)
    return out, valid
