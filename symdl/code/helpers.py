"""The functions that a generated module may need besides NumPy's own: the text of each, written only where called."""

from __future__ import annotations

HELPERS: dict[str, str] = {
    "_softmax": '''
def _softmax(z, axis):
    """exp(z) / Σ exp(z), shifted by the largest entry so that nothing overflows."""
    w = z - z.max(axis=axis, keepdims=True)
    np.exp(w, out=w)
    ones = np.ones((w.shape[-1], 1), w.dtype)
    w /= w @ ones if axis == -1 else w.sum(axis=axis, keepdims=True)
    return w
''',
    "_log_softmax": '''
def _log_softmax(z, axis):
    """log softmax(z) without the logarithm of a small number."""
    shifted = z - z.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
''',
    "_logsumexp": '''
def _logsumexp(z, axis):
    """log Σ exp(z), shifted by the largest entry so that nothing overflows."""
    top = z.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis=axis) + np.log(np.exp(z - top).sum(axis=axis))
''',
    "_sigmoid": '''
def _sigmoid(x):
    """1 / (1 + exp(-x)); the exponential never overflows."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)
''',
    "_row_sums": '''
def _row_sums(x):
    """Σ_k x[…, k], which BLAS is faster at than sum."""
    return x @ np.ones(x.shape[-1], x.dtype)
''',
    "_column_sums": '''
def _column_sums(x):
    """Σ_i x[i, …], which BLAS is faster at than sum."""
    return np.ones(len(x), x.dtype) @ x
''',
    "_row_dots": '''
def _row_dots(a, b):
    """Σ_k a[…, k] b[…, k], without an array for the products."""
    return (a[..., None, :] @ b[..., :, None])[..., 0, 0]
''',
    "_erf": '''
def _erf(x):
    """The error function."""
    return np.vectorize(math.erf, otypes=[float])(x)
''',
    "_normal_cdf": '''
def _normal_cdf(x):
    """The distribution function of the standard normal law."""
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-np.asarray(x) / math.sqrt(2))
''',
    "_normal_pdf": '''
def _normal_pdf(x):
    """The density of the standard normal law."""
    return np.exp(-0.5 * np.square(x)) / math.sqrt(2 * math.pi)
''',
    "_gamma": '''
def _gamma(x):
    """The gamma function."""
    return np.vectorize(math.gamma, otypes=[float])(x)
''',
    "_loggamma": '''
def _loggamma(x):
    """The logarithm of the gamma function of a positive number."""
    return np.vectorize(math.lgamma, otypes=[float])(x)
''',
    "_at": '''
def _at(index, first, last):
    """Positions for indices that count from `first`; one outside first..last is an error, never another entry."""
    index = np.asarray(index)
    if index.size and (index.min() < first or index.max() > last):
        raise IndexError(f"an index is outside {first}..{last}: found {index.min()} to {index.max()}")
    return index - first
''',
    "_position": '''
def _position(index, first, last):
    """The position of an index that counts from `first`; one outside first..last is an error, never another entry."""
    if not first <= index <= last:
        raise IndexError(f"an index is outside {first}..{last}: found {index}")
    return index - first
''',
    "_inside": '''
def _inside(index, first, last):
    """Positions for indices that count from `first`, those outside moved inside: what is read there is not used."""
    return np.clip(index, first, last) - first
''',
    "_padded": '''
def _padded(x, axis, before, length):
    """x within a longer axis of zeros, from the position `before` on."""
    shape = list(np.shape(x))
    stretch = (slice(None),) * axis + (slice(before, before + shape[axis]),)
    shape[axis] = length
    out = np.zeros(shape, x.dtype)
    out[stretch] = x
    return out
''',
    "_scatter": '''
def _scatter(places, values, length, batch):
    """Add values up at places of a new axis of this length; the first `batch` axes of places are kept."""
    kept, rest = places.shape[:batch], values.shape[places.ndim:]
    count = math.prod(kept)
    flat = places.reshape(count, -1) + length * np.arange(count)[:, None]
    out = np.zeros((count * length, *rest), values.dtype)
    np.add.at(out, flat.ravel(), values.reshape(-1, *rest))
    return out.reshape(*kept, length, *rest)
''',
    "_dtype": '''
def _dtype(*values):
    """The floating-point type of the inputs: the widest of the arrays; Python numbers take it."""
    flat = [x for v in values for x in (v if isinstance(v, (list, tuple)) else (v,))]
    arrays = [np.asarray(x) for x in flat if not isinstance(x, (bool, int, float, list, tuple))]
    found = {a.dtype for a in arrays if a.dtype.kind == "f"}
    return found.pop() if len(found) == 1 else np.result_type(*(found or {np.dtype(float)}))
''',
    "_input": '''
def _input(name, value, axes, sizes, dtype, whole=False):
    """Check one input: what it holds, how many axes, and sizes that agree with the inputs before it."""
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.empty(0, object)
    if array.dtype != dtype or whole:
        if array.dtype.kind not in ("iu" if whole else "fiu"):
            expected = "whole numbers" if whole else "real numbers"
            raise TypeError(f"{name}: found entries of type {array.dtype}, expected {expected}")
        array = array if whole else array.astype(dtype)
    if array.ndim != len(axes):
        words = (a if isinstance(a, (str, int)) else "_".join(map(str, a)) if a else "any" for a in axes)
        expected = " × ".join(map(str, words)) or "a scalar"
        raise ValueError(f"{name}: found shape {array.shape}, expected {expected}")
    for position, axis in enumerate(axes):
        size = array.shape[position]
        expected = size if axis is None else axis if isinstance(axis, int) else sizes.setdefault(axis, size)
        if size != expected or size == 0:
            label = "_".join(map(str, axis)) if isinstance(axis, tuple) else axis
            meaning = "at least 1" if size == 0 else str(axis) if isinstance(axis, int) else f"{label} = {expected}"
            raise ValueError(f"{name}: found size {size} on axis {position + 1}, expected {meaning}")
    return array
''',
    "_family": '''
def _family(name, values, first, count, axes, sizes, dtype, whole=False):
    """Check a list of arrays: how many, and each of them."""
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"{name}: found {type(values).__name__}, expected a list of arrays, from {name}[{first}] on")
    expected = count if isinstance(count, int) else sizes.setdefault(count, len(values))
    if len(values) != expected:
        raise ValueError(f"{name}: found {len(values)} arrays, expected {expected}")
    numbered = enumerate(values, first)
    return [_input(f"{name} of {k}", v, axes(k), sizes, dtype, whole) for k, v in numbered]
''',
    "_size": '''
def _size(name, position, found, factor, offset, expected):
    """The size that this axis tells: found = factor · size + offset."""
    size, left = divmod(found - offset, factor)
    if left or size < 1:
        raise ValueError(f"{name}: found size {found} on axis {position}, expected {expected}")
    return size
''',
    "_in_range": '''
def _in_range(name, array, first, last):
    """Whole numbers that index must lie in their range."""
    if array.size and (array.min() < first or array.max() > last):
        raise ValueError(f"{name}: found {array.min()} to {array.max()}, expected {first} to {last}")
''',
}
