"""How torch spells array operations: tensors in, tensors out, and autograd may run through them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from symdl.code.backend import Backend
from symdl.code.values import ATOM, Value

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering

HELPERS: dict[str, str] = {
    "_softmax": '''
def _softmax(z, axis):
    """exp(z) / Σ exp(z)."""
    return torch.softmax(z, dim=axis)
''',
    "_log_softmax": '''
def _log_softmax(z, axis):
    """log softmax(z) without the logarithm of a small number."""
    return torch.log_softmax(z, dim=axis)
''',
    "_logsumexp": '''
def _logsumexp(z, axis):
    """log Σ exp(z) without overflow."""
    return torch.logsumexp(z, dim=axis)
''',
    "_softplus": '''
def _softplus(x):
    """log(1 + exp(x)) without overflow."""
    return torch.logaddexp(x, torch.zeros_like(x))
''',
    "_normal_cdf": '''
def _normal_cdf(x):
    """The distribution function of the standard normal law."""
    return 0.5 * torch.special.erfc(-x / math.sqrt(2))
''',
    "_normal_pdf": '''
def _normal_pdf(x):
    """The density of the standard normal law."""
    return torch.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
''',
    "_gamma": '''
def _gamma(x):
    """The gamma function of a positive number."""
    return torch.exp(torch.lgamma(x))
''',
    "_larger": '''
def _larger(a, b):
    """The larger of two, either a plain number."""
    return torch.where(torch.as_tensor(a >= b), a, b)
''',
    "_smaller": '''
def _smaller(a, b):
    """The smaller of two, either a plain number."""
    return torch.where(torch.as_tensor(a <= b), a, b)
''',
    "_at": '''
def _at(index, first, last):
    """Positions for indices that count from `first`; one outside first..last is an error, never another entry."""
    index = torch.as_tensor(index)
    if index.numel() and (index.min() < first or index.max() > last):
        raise IndexError(f"an index is outside {first}..{last}: found {int(index.min())} to {int(index.max())}")
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
    return torch.clip(torch.as_tensor(index), first, last) - first
''',
    "_padded": '''
def _padded(x, axis, before, length):
    """x within a longer axis of zeros, from the position `before` on."""
    shape = list(x.shape)
    stretch = (slice(None),) * axis + (slice(before, before + shape[axis]),)
    shape[axis] = length
    out = torch.zeros(shape, dtype=x.dtype)
    out[stretch] = x
    return out
''',
    "_scatter": '''
def _scatter(places, values, length, batch):
    """Add values up at places of a new axis of this length; the first `batch` axes of places are kept."""
    kept, rest = places.shape[:batch], values.shape[places.ndim:]
    count = math.prod(kept)
    flat = places.reshape(count, -1) + length * torch.arange(count)[:, None]
    out = torch.zeros((count * length, *rest), dtype=values.dtype)
    out = out.index_add(0, flat.ravel(), values.reshape(-1, *rest))
    return out.reshape(*kept, length, *rest)
''',
    "_dtype": '''
def _dtype(*values):
    """The floating-point type of the inputs: the widest of the arrays; Python numbers take it."""
    flat = [x for v in values for x in (v if isinstance(v, (list, tuple)) else (v,))]
    found = [torch.as_tensor(x).dtype for x in flat if not isinstance(x, (bool, int, float, list, tuple))]
    found = [d for d in found if d.is_floating_point]
    return functools.reduce(torch.promote_types, found) if found else torch.float64
''',
    "_input": '''
def _input(name, value, axes, sizes, dtype, whole=False):
    """Check one input: what it holds, how many axes, and sizes that agree with the inputs before it."""
    array = torch.as_tensor(value)
    real = array.dtype != torch.bool and not array.is_complex()
    if not real or (whole and array.is_floating_point()):
        expected = "whole numbers" if whole else "real numbers"
        raise TypeError(f"{name}: found entries of type {array.dtype}, expected {expected}")
    array = array.to(torch.long if whole else dtype)
    if array.ndim != len(axes):
        words = (a if isinstance(a, (str, int)) else "_".join(map(str, a)) if a else "any" for a in axes)
        expected = " × ".join(map(str, words)) or "a scalar"
        raise ValueError(f"{name}: found shape {tuple(array.shape)}, expected {expected}")
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
    "_in_range": '''
def _in_range(name, array, first, last):
    """Whole numbers that index must lie in their range."""
    low, high = int(array.min()), int(array.max())
    if low < first or high > last:
        raise ValueError(f"{name}: found {low} to {high}, expected {first} to {last}")
''',
}


class Torch(Backend):
    """torch's spelling."""

    name = "torch"
    module = "torch"
    in_place = False
    row_products = False
    texts: ClassVar[Mapping[str, str]] = {**HELPERS, **{k: Backend.texts[k] for k in ("_family", "_size")}}
    functions: ClassVar[Mapping[str, str]] = {**Backend.functions, "mod": "remainder"}
    helpers: ClassVar[Mapping[str, str]] = {
        "softplus": "_softplus", "Phi": "_normal_cdf", "phi": "_normal_pdf", "gamma": "_gamma",
    }  # fmt: skip
    calls: ClassVar[Mapping[str, str]] = {
        "sigmoid": "sigmoid", "erf": "erf", "loggamma": "lgamma", "relu": "relu", "digamma": "digamma",
    }  # fmt: skip
    matrices: ClassVar[Mapping[str, str]] = {
        **Backend.matrices, "eigenvalue": "torch.linalg.eigvalsh({x}).flip(-1)", "pinv": "torch.linalg.pinv({x})",
    }  # fmt: skip

    def imports(self, check: str) -> list[str]:
        return ["import numpy as np", "import torch"] if check else ["import torch"]

    def call(self, name: str, *codes: str) -> str:
        if name in self.calls:
            return f"torch.{self.calls[name]}({codes[0]})"
        if name in ("max", "min"):
            out = codes[0]
            for c in codes[1:]:
                out = f"{'_larger' if name == 'max' else '_smaller'}({out}, {c})"
            return out
        return super().call(name, *codes)

    def reduce(self, op: str, v: Value, names: list[str]) -> Value:
        if op in ("max", "min"):
            found = super().reduce(f"a{op}", v, names)
            return found if v.level != ATOM else Value(found.code, found.letters)
        if op == "prod" and len(names) > 1:
            for n in names:
                v = self.reduce("prod", v, [n])
            return v
        return super().reduce(op, v, names)

    def arange(self, first: str, stop: str, whole: bool) -> str:
        return f"torch.arange({first}, {stop}{'' if whole else ', dtype=dtype'})".replace("(0, ", "(")

    def number_of(self, truth: str) -> str:
        return f"{truth}.to(dtype)"

    def stack(self, listed: str, axis: int) -> str:
        return f"torch.stack({listed}{f', dim={axis}' if axis else ''})"

    def fold(self, op: str, pieces: str, low: Lowering) -> str:
        return f"math.prod({pieces})" if op == "prod" else f"functools.reduce(torch.{op}imum, ({pieces}))"

    def scalar(self, code: str) -> str:
        return f"torch.as_tensor({code}, dtype=dtype)"

    def ones(self, n: str) -> str:
        return f"torch.ones({n}, dtype=dtype)"

    def zeros(self, shape: str) -> str:
        return f"torch.zeros({shape}, dtype=dtype)"

    def full(self, code: str, shape: str) -> str:
        return self.zeros(shape) if code == "0" else f"torch.full({shape}, {code}, dtype=dtype)"

    def broadcast(self, code: str, shape: str) -> str:
        return f"torch.broadcast_to({code}, {shape}).clone()"

    def tensordot(self, a: str, b: str, axes: list[list[int]]) -> str:
        return f"torch.tensordot({a}, {b}, dims=({axes[0]}, {axes[1]}))"

    def finish(self, text: str) -> str:
        return re.sub(r"\.transpose\((?=\d)", ".permute(", text)
