"""Functions that JAX spells differently from NumPy, whose others a module for JAX takes."""

import math

import jax
import jax.numpy as jnp


def _softmax(z, axis):
    """exp(z) / Σ exp(z)."""
    return jax.nn.softmax(z, axis=axis)


def _sigmoid(x):
    """1 / (1 + exp(-x))."""
    return jax.nn.sigmoid(x)


def _erf(x):
    """The error function."""
    return jax.scipy.special.erf(x)


def _normal_cdf(x):
    """The distribution function of the standard normal law."""
    return jax.scipy.special.ndtr(x)


def _gamma(x):
    """The gamma function."""
    return jax.scipy.special.gamma(x)


def _loggamma(x):
    """The logarithm of the gamma function of a positive number."""
    return jax.scipy.special.gammaln(x)


def _at(index, first, last):
    """Positions of indices that count from `first`; one outside is an error (unless in jit)."""
    index = jnp.asarray(index)
    if (
        not isinstance(index, jax.core.Tracer)
        and index.size
        and (index.min() < first or index.max() > last)
    ):
        raise IndexError(
            f"an index is outside {first}..{last}: found {index.min()} to {index.max()}"
        )
    return index - first


def _padded(x, axis, before, length):
    """x within a longer axis of zeros, from the position `before` on."""
    widths = [(0, 0)] * x.ndim
    widths[axis] = (before, length - before - x.shape[axis])
    return jnp.pad(x, widths)


def _scatter(places, values, length, batch):
    """Add values at places of a new axis of this length; the first `batch` axes are kept."""
    kept, rest = places.shape[:batch], values.shape[places.ndim :]
    count = math.prod(kept)
    flat = places.reshape(count, -1) + length * jnp.arange(count)[:, None]
    out = jnp.zeros((count * length, *rest), values.dtype)
    out = out.at[flat.ravel()].add(values.reshape(-1, *rest))
    return out.reshape(*kept, length, *rest)


def _dtype(*values):
    """The floating-point type of the inputs: the widest of the arrays; Python numbers take it."""
    flat = [x for v in values for x in (v if isinstance(v, (list, tuple)) else (v,))]
    found = [
        jnp.asarray(x).dtype for x in flat if not isinstance(x, (bool, int, float, list, tuple))
    ]
    found = [d for d in found if jnp.issubdtype(d, jnp.floating)]
    return jnp.result_type(*found) if found else jnp.asarray(0.0).dtype


def _array(name, value, dtype, whole):
    """One input as an array of the inputs' type, or of whole numbers."""
    array = jnp.asarray(value)
    kinds = (jnp.integer,) if whole else (jnp.integer, jnp.floating)
    if not any(jnp.issubdtype(array.dtype, k) for k in kinds):
        expected = "whole numbers" if whole else "real numbers"
        raise TypeError(f"{name}: found entries of type {array.dtype}, expected {expected}")
    return array if whole else array.astype(dtype)


def _in_range(name, array, first, last):
    """Whole numbers that index must lie in their range (checked outside jit)."""
    if (
        not isinstance(array, jax.core.Tracer)
        and array.size
        and (array.min() < first or array.max() > last)
    ):
        raise ValueError(
            f"{name}: found {array.min()} to {array.max()}, expected {first} to {last}"
        )
