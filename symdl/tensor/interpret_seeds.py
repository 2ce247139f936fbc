"""What a seed adds to its tensor: each entry along the tangent axis, or one direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symdl.tensor.fields import Array
from symdl.tensor.interpret_types import RESERVED, Seed, Tensor, tangent_axis

if TYPE_CHECKING:
    from symdl.tensor.interpret_context import Context


def seed_array(ctx: Context, name: str, base: Tensor, seed: Seed) -> Array:
    """The part that a seed adds to its tensor: each entry along the tangent axis, or one direction."""
    key = ("seed", name, seed.ident, base.shape, base.ambient, ctx.field.name)
    found = ctx.valuation.cache.get(key)
    if found is None:
        direction = seed.seeds[name]
        shape, n = base.shape, int(np.prod(base.shape))
        if direction is not None:
            data = ctx.field.array(direction).reshape(shape + (1,) * (base.ambient + RESERVED))
        else:
            data = np.eye(n).reshape((*shape, n))
            varies = [f.op for f in ctx.valuation.all_facts if f.subject == name and f.op.startswith("varies")]
            if "varies-symmetrically" in varies:
                swapped = np.swapaxes(data, len(shape) - 2, len(shape) - 1)
                data = np.maximum(data, swapped)
            if "varies-diagonally" in varies:
                data = data * np.eye(shape[-2], shape[-1])[..., None]
            axes = [1] * RESERVED
            axes[tangent_axis(seed.slot)] = n
            data = ctx.field.array(data).reshape((*shape, *(1,) * base.ambient, *axes))
        found = ctx.valuation.cache[key] = data
    return found  # type: ignore[no-any-return]
