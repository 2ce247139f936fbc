"""How JAX spells array operations: NumPy's names, and arrays that are never changed in place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from symdl.code.backend import Backend
from symdl.code.helpers import HELPERS


def _translated(text: str) -> str:
    return re.sub(r"(?<!\w)np\.", "jnp.", text)


OWN: dict[str, str] = {
    "_softmax": '''
def _softmax(z, axis):
    """exp(z) / Σ exp(z)."""
    return jax.nn.softmax(z, axis=axis)
''',
    "_sigmoid": '''
def _sigmoid(x):
    """1 / (1 + exp(-x))."""
    return jax.nn.sigmoid(x)
''',
    "_erf": '''
def _erf(x):
    """The error function."""
    return jax.scipy.special.erf(x)
''',
    "_normal_cdf": '''
def _normal_cdf(x):
    """The distribution function of the standard normal law."""
    return jax.scipy.special.ndtr(x)
''',
    "_gamma": '''
def _gamma(x):
    """The gamma function."""
    return jax.scipy.special.gamma(x)
''',
    "_loggamma": '''
def _loggamma(x):
    """The logarithm of the gamma function of a positive number."""
    return jax.scipy.special.gammaln(x)
''',
    "_at": '''
def _at(index, first, last):
    """Positions for indices that count from `first`; one outside first..last is an error (checked outside jit)."""
    index = jnp.asarray(index)
    if not isinstance(index, jax.core.Tracer) and index.size and (index.min() < first or index.max() > last):
        raise IndexError(f"an index is outside {first}..{last}: found {index.min()} to {index.max()}")
    return index - first
''',
    "_padded": '''
def _padded(x, axis, before, length):
    """x within a longer axis of zeros, from the position `before` on."""
    widths = [(0, 0)] * x.ndim
    widths[axis] = (before, length - before - x.shape[axis])
    return jnp.pad(x, widths)
''',
    "_scatter": '''
def _scatter(places, values, length, batch):
    """Add values up at places of a new axis of this length; the first `batch` axes of places are kept."""
    kept, rest = places.shape[:batch], values.shape[places.ndim:]
    count = math.prod(kept)
    flat = places.reshape(count, -1) + length * jnp.arange(count)[:, None]
    out = jnp.zeros((count * length, *rest), values.dtype)
    out = out.at[flat.ravel()].add(values.reshape(-1, *rest))
    return out.reshape(*kept, length, *rest)
''',
    "_in_range": '''
def _in_range(name, array, first, last):
    """Whole numbers that index must lie in their range (checked outside jit)."""
    if not isinstance(array, jax.core.Tracer) and array.size and (array.min() < first or array.max() > last):
        raise ValueError(f"{name}: found {array.min()} to {array.max()}, expected {first} to {last}")
''',
    "_dtype": '''
def _dtype(*values):
    """The floating-point type of the inputs: the widest of the arrays; Python numbers take it."""
    flat = [x for v in values for x in (v if isinstance(v, (list, tuple)) else (v,))]
    found = [jnp.asarray(x).dtype for x in flat if not isinstance(x, (bool, int, float, list, tuple))]
    found = [d for d in found if jnp.issubdtype(d, jnp.floating)]
    return jnp.result_type(*found) if found else jnp.asarray(0.0).dtype
''',
    "_input": '''
def _input(name, value, axes, sizes, dtype, whole=False):
    """Check one input: what it holds, how many axes, and sizes that agree with the inputs before it."""
    array = jnp.asarray(value)
    kinds = (jnp.integer,) if whole else (jnp.integer, jnp.floating)
    if not any(jnp.issubdtype(array.dtype, k) for k in kinds):
        expected = "whole numbers" if whole else "real numbers"
        raise TypeError(f"{name}: found entries of type {array.dtype}, expected {expected}")
    if not whole:
        array = array.astype(dtype)
    if array.ndim != len(axes):
        words = (a if isinstance(a, (str, int)) else "_".join(map(str, a)) if a else "any" for a in axes)
        expected = " × ".join(map(str, words)) or "a scalar"
        raise ValueError(f"{name}: found shape {array.shape}, expected {expected}")
    for position, (axis, size) in enumerate(zip(axes, array.shape), 1):
        if axis is None:
            continue
        expected = axis if isinstance(axis, int) else sizes.setdefault(axis, size)
        if size != expected:
            label = "_".join(map(str, axis)) if isinstance(axis, tuple) else axis
            meaning = str(axis) if isinstance(axis, int) else f"{label} = {expected}"
            raise ValueError(f"{name}: found size {size} on axis {position}, expected {meaning}")
        if size == 0:
            raise ValueError(f"{name}: found size 0 on axis {position}, expected at least 1")
    return array
''',
}


class Jax(Backend):
    """JAX's spelling."""

    name = "jax"
    module = "jnp"
    in_place = False
    row_products = False
    check_setup = '    jax.config.update("jax_enable_x64", True)\n'
    texts: ClassVar[Mapping[str, str]] = {k: OWN.get(k, _translated(v)) for k, v in HELPERS.items()}

    def imports(self, check: str) -> list[str]:
        return ["import jax", "import jax.numpy as jnp", *(["import numpy as np"] if check else [])]

    def added(self, name: str, slots: str, code: str) -> str:
        if not slots:
            return f"{name} = {name} + {code}"
        return f"{name} = {name}.at{slots}.add({code})"
