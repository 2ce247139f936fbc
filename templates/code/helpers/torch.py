"""Functions that a module may need besides torch's own; each is written only where it is called."""

import functools
import math

import torch


def _softmax(z, axis):
    """exp(z) / Σ exp(z)."""
    return torch.softmax(z, dim=axis)


def _log_softmax(z, axis):
    """log softmax(z) without the logarithm of a small number."""
    return torch.log_softmax(z, dim=axis)


def _logsumexp(z, axis):
    """log Σ exp(z) without overflow."""
    return torch.logsumexp(z, dim=axis)


def _softplus(x):
    """log(1 + exp(x)) without overflow."""
    return torch.logaddexp(x, torch.zeros_like(x))


def _normal_cdf(x):
    """The distribution function of the standard normal law."""
    return 0.5 * torch.special.erfc(-x / math.sqrt(2))


def _normal_pdf(x):
    """The density of the standard normal law."""
    return torch.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)


def _gamma(x):
    """The gamma function of a positive number."""
    return torch.exp(torch.lgamma(x))


def _larger(a, b):
    """The larger of two, either a plain number."""
    return torch.where(torch.as_tensor(a >= b), a, b)


def _smaller(a, b):
    """The smaller of two, either a plain number."""
    return torch.where(torch.as_tensor(a <= b), a, b)


def _at(index, first, last):
    """Positions of indices that count from `first`; one outside first..last is an error."""
    index = torch.as_tensor(index)
    if index.numel() and (index.min() < first or index.max() > last):
        raise IndexError(
            f"an index is outside {first}..{last}: found {int(index.min())} to {int(index.max())}"
        )
    return index - first


def _inside(index, first, last):
    """Positions of indices that count from `first`; those outside are moved inside, not used."""
    return torch.clip(torch.as_tensor(index), first, last) - first


def _padded(x, axis, before, length):
    """x within a longer axis of zeros, from the position `before` on."""
    shape = list(x.shape)
    stretch = (slice(None),) * axis + (slice(before, before + shape[axis]),)
    shape[axis] = length
    out = torch.zeros(shape, dtype=x.dtype)
    out[stretch] = x
    return out


def _scatter(places, values, length, batch):
    """Add values at places of a new axis of this length; the first `batch` axes are kept."""
    kept, rest = places.shape[:batch], values.shape[places.ndim :]
    count = math.prod(kept)
    flat = places.reshape(count, -1) + length * torch.arange(count)[:, None]
    out = torch.zeros((count * length, *rest), dtype=values.dtype)
    out = out.index_add(0, flat.ravel(), values.reshape(-1, *rest))
    return out.reshape(*kept, length, *rest)


def _dtype(*values):
    """The floating-point type of the inputs: the widest of the arrays; Python numbers take it."""
    flat = [x for v in values for x in (v if isinstance(v, (list, tuple)) else (v,))]
    found = [
        torch.as_tensor(x).dtype for x in flat if not isinstance(x, (bool, int, float, list, tuple))
    ]
    found = [d for d in found if d.is_floating_point]
    return functools.reduce(torch.promote_types, found) if found else torch.float64


def _array(name, value, dtype, whole):
    """One input as a tensor of the inputs' type, or of whole numbers."""
    array = torch.as_tensor(value)
    real = array.dtype != torch.bool and not array.is_complex()
    if not real or (whole and array.is_floating_point()):
        expected = "whole numbers" if whole else "real numbers"
        raise TypeError(f"{name}: found entries of type {array.dtype}, expected {expected}")
    return array.to(torch.long if whole else dtype)


def _in_range(name, array, first, last):
    """Whole numbers that index must lie in their range."""
    low, high = int(array.min()), int(array.max())
    if low < first or high > last:
        raise ValueError(f"{name}: found {low} to {high}, expected {first} to {last}")
