"""The functions that a generated module may need besides NumPy's own: the text of each, written only where called."""

from __future__ import annotations

HELPERS: dict[str, str] = {
    "_softmax": '''
def _softmax(z, axis):
    """exp(z) / Σ exp(z), shifted by the largest entry so that nothing overflows."""
    w = np.exp(z - z.max(axis=axis, keepdims=True))
    return w / w.sum(axis=axis, keepdims=True)
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
}
NEEDS_MATH = {"_erf", "_normal_cdf", "_normal_pdf", "_gamma", "_loggamma"}

INPUT = '''
def _input(name, value, axes, sizes, whole=False):
    """Check one input: what it holds, how many axes, and sizes that agree with the inputs before it."""
    array = np.asarray(value)
    if array.dtype.kind not in ("iu" if whole else "fiu"):
        expected = "whole numbers" if whole else "real numbers"
        raise TypeError(f"{name}: found entries of type {array.dtype}, expected {expected}")
    if not whole and array.dtype.kind != "f":
        array = array.astype(float)
    if array.ndim != len(axes):
        expected = " × ".join(map(str, axes)) or "a scalar"
        raise ValueError(f"{name}: found shape {array.shape}, expected {expected}")
    for position, (axis, size) in enumerate(zip(axes, array.shape), 1):
        expected = sizes.setdefault(axis, size) if isinstance(axis, str) else axis
        if size != expected:
            meaning = f"{axis} = {expected}" if isinstance(axis, str) else str(axis)
            raise ValueError(f"{name}: found size {size} on axis {position}, expected {meaning}")
    return array
'''
