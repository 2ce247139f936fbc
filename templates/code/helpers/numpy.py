"""Functions that a module may need besides NumPy's own; each is written only where it is called."""

import math

import numpy as np


def _softmax(z, axis):
    """exp(z) / Σ exp(z), shifted by the largest entry so that nothing overflows."""
    w = z - z.max(axis=axis, keepdims=True)
    np.exp(w, out=w)
    ones = np.ones((w.shape[-1], 1), w.dtype)
    w /= w @ ones if axis == -1 else w.sum(axis=axis, keepdims=True)
    return w


def _log_softmax(z, axis):
    """log softmax(z) without the logarithm of a small number."""
    shifted = z - z.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _logsumexp(z, axis):
    """log Σ exp(z), shifted by the largest entry so that nothing overflows."""
    top = z.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis=axis) + np.log(np.exp(z - top).sum(axis=axis))


def _sigmoid(x):
    """1 / (1 + exp(-x)); the exponential never overflows."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _row_sums(x):
    """Σ_k x[…, k], which BLAS is faster at than sum."""
    return x @ np.ones(x.shape[-1], x.dtype)


def _column_sums(x):
    """Σ_i x[i, …], which BLAS is faster at than sum."""
    return np.ones(len(x), x.dtype) @ x


def _row_dots(a, b):
    """Σ_k a[…, k] b[…, k], without an array for the products."""
    return (a[..., None, :] @ b[..., :, None])[..., 0, 0]


def _erf(x):
    """The error function."""
    return np.vectorize(math.erf, otypes=[float])(x)


def _normal_cdf(x):
    """The distribution function of the standard normal law."""
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-np.asarray(x) / math.sqrt(2))


def _normal_pdf(x):
    """The density of the standard normal law."""
    return np.exp(-0.5 * np.square(x)) / math.sqrt(2 * math.pi)


def _gamma(x):
    """The gamma function."""
    return np.vectorize(math.gamma, otypes=[float])(x)


def _loggamma(x):
    """The logarithm of the gamma function of a positive number."""
    return np.vectorize(math.lgamma, otypes=[float])(x)


def _at(index, first, last):
    """Positions of indices that count from `first`; one outside first..last is an error."""
    index = np.asarray(index)
    if index.size and (index.min() < first or index.max() > last):
        raise IndexError(
            f"an index is outside {first}..{last}: found {index.min()} to {index.max()}"
        )
    return index - first


def _inside(index, first, last):
    """Positions of indices that count from `first`; those outside are moved inside, not used."""
    return np.clip(index, first, last) - first


def _padded(x, axis, before, length):
    """x within a longer axis of zeros, from the position `before` on."""
    shape = list(np.shape(x))
    stretch = (slice(None),) * axis + (slice(before, before + shape[axis]),)
    shape[axis] = length
    out = np.zeros(shape, x.dtype)
    out[stretch] = x
    return out


def _scatter(places, values, length, batch):
    """Add values at places of a new axis of this length; the first `batch` axes are kept."""
    kept, rest = places.shape[:batch], values.shape[places.ndim :]
    count = math.prod(kept)
    flat = places.reshape(count, -1) + length * np.arange(count)[:, None]
    out = np.zeros((count * length, *rest), values.dtype)
    np.add.at(out, flat.ravel(), values.reshape(-1, *rest))
    return out.reshape(*kept, length, *rest)


def _dtype(*values):
    """The floating-point type of the inputs: the widest of the arrays; Python numbers take it."""
    flat = [x for v in values for x in (v if isinstance(v, (list, tuple)) else (v,))]
    arrays = [np.asarray(x) for x in flat if not isinstance(x, (bool, int, float, list, tuple))]
    found = {a.dtype for a in arrays if a.dtype.kind == "f"}
    return found.pop() if len(found) == 1 else np.result_type(*(found or {np.dtype(float)}))


def _array(name, value, dtype, whole):
    """One input as an array of the inputs' type, or of whole numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        array = np.empty(0, object)
    if array.dtype != dtype or whole:
        if array.dtype.kind not in ("iu" if whole else "fiu"):
            expected = "whole numbers" if whole else "real numbers"
            raise TypeError(f"{name}: found entries of type {array.dtype}, expected {expected}")
        array = array if whole else array.astype(dtype)
    return array


def _in_range(name, array, first, last):
    """Whole numbers that index must lie in their range."""
    if array.size and (array.min() < first or array.max() > last):
        raise ValueError(
            f"{name}: found {array.min()} to {array.max()}, expected {first} to {last}"
        )
