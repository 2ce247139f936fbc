"""A second opinion on values: typed trees evaluated by plain NumPy loops, sharing no code with symdl's own evaluation.

Trees are read as data. Derivatives are complex steps (central differences within one another) of a hand-written forward
function, expectations are finite sums over atoms that a world lists, everything else is what the node says.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdl.language import syntax as s

Array = np.ndarray
STEP = 1e-20  # of the complex step
WIDE = 2e-3  # of the central difference inside it, of fourth order
SAME, DIFFERENT = 1e-8, 1e-6


class Undecidable(Exception):
    """The oracle has no value for this."""


class Quantities(dict[str, Any]):
    """Named values. `let` keeps what is there already, so that a graph can be cut at a quantity."""

    def let(self, name: str, value: Any) -> None:
        if name not in self:
            self[name] = value


@dataclass
class Point:
    """A place to evaluate at: sizes, given values, how all else follows, and the atoms of random variables."""

    sizes: Mapping[str, int]
    inputs: Mapping[str, Any]
    forward: Callable[[Quantities], None]
    atoms: Callable[[Quantities], list[tuple[Any, dict[str, Any]]]] | None = None
    finer: Callable[[Quantities], list[tuple[Any, dict[str, Any]]]] | None = None  # must agree: else no finite mean
    divergence: Callable[[Quantities, str, str], Any] | None = None
    directions: Mapping[str, Array] = field(default_factory=dict)

    def quantities(self, **changed: Any) -> Quantities:
        return self.again({**self.inputs, **changed})

    def again(self, inputs: Mapping[str, Any]) -> Quantities:
        q = Quantities(inputs)
        self.forward(q)
        return q


@dataclass
class Frame:
    """What a node is evaluated in: the point, the values given there, all quantities, letters."""

    point: Point
    given: dict[str, Any]
    q: Quantities
    letters: dict[str, int]
    stepped: bool = False

    def moved(self, changed: Mapping[str, Any], stepped: bool = True) -> Frame:
        given = {**self.given, **changed}
        return Frame(self.point, given, self.point.again(given), self.letters, stepped or self.stepped)

    def at(self, letters: Mapping[str, int]) -> Frame:
        return Frame(self.point, self.given, self.q, {**self.letters, **letters}, self.stepped)


def number(dim: Any, frame: Frame) -> int:
    """A size or the end of a range, from its terms."""
    total = 0
    for monomial, coefficient in dim.terms:
        product = coefficient
        for atom, power in monomial:
            if not isinstance(atom, str):
                raise Undecidable("a size that belongs to a family")
            value = frame.letters.get(atom, frame.point.sizes.get(atom))
            if value is None:
                raise Undecidable(f"no size {atom}")
            product *= value**power
        total += product
    return total


def value(node: s.Node, f: Frame) -> Array:
    """The value of a node, an array with the axes of its shape."""
    rule = RULES.get(type(node))
    if rule is None:
        raise Undecidable(type(node).__name__)
    return np.asarray(rule(node, f))


def whole(node: s.Node, f: Frame) -> int:
    v = complex(value(node, f))
    if v.imag or v.real != int(v.real):
        raise Undecidable("an index that is not whole")
    return int(v.real)


# ------------------------------------------------------------------------------------------------- rules by node


def _symbol(n: s.Symbol, f: Frame) -> Any:
    if n.members or n.name not in f.q:
        raise Undecidable(f"no value for {n.name}")
    return f.q[n.name]


def _dims(axes: Any, f: Frame) -> tuple[int, ...]:
    return tuple(number(a.size, f) for a in axes)


def _add(n: s.Add, f: Frame) -> Any:
    total = value(n.terms[0], f)
    for t in n.terms[1:]:
        total = total + value(t, f)
    return total


def _product(n: s.Product, f: Frame) -> Any:
    """A left fold: numbers scale, a column by a row is their outer product, all else is a matrix product."""
    out: Array | None = None
    for factor in n.factors:
        v = value(factor, f)
        out = v if out is None else _times(out, v)
    return out


def _times(a: Array, b: Array) -> Array:
    if not a.ndim or not b.ndim:
        return np.asarray(a * b)
    if a.ndim == 1 and b.ndim == 2 and b.shape[0] == 1:
        return np.asarray(np.einsum("i,j->ij", a, b[0]))
    if a.ndim != 2 or b.ndim > 2:
        raise Undecidable("a product of tensors")
    if a.shape[1] != b.shape[0]:
        raise Undecidable("sizes that do not fit")
    out = np.asarray(np.einsum("ik,k...->i...", a, b))
    return np.asarray(out[0]) if a.shape[0] == 1 and out.shape == (1,) else out


def _quotient(n: s.Quotient, f: Frame) -> Any:
    return value(n.numerator, f) / value(n.denominator, f)


def _power(n: s.Power, f: Frame) -> Any:
    base = value(n.base, f)
    if base.ndim == 2:
        k = whole(n.exponent, f)
        out = np.eye(len(base))
        for _ in range(abs(k)):
            out = out @ base
        return np.linalg.inv(out) if k < 0 else out
    exponent = value(n.exponent, f)
    if np.isrealobj(exponent) and np.all(exponent == np.round(exponent)) and np.all(np.abs(exponent) < 50):
        return base ** exponent.astype(int) if np.all(exponent >= 0) else 1 / base ** (-exponent).astype(int)
    if np.isrealobj(base) and np.isrealobj(exponent):
        return base**exponent
    return np.exp(exponent * _log(base))


def _transpose(n: s.Transpose, f: Frame) -> Any:
    v = value(n.body, f)
    if v.ndim == 1:
        return v[None, :]
    if v.ndim == 2 and v.shape[0] == 1:
        return v[0]
    return v.swapaxes(0, 1) if v.ndim == 2 else v


def _log(x: Array) -> Array:
    if np.isrealobj(x):
        return np.asarray(np.log(x))
    return np.asarray(np.where(x.real > 0, np.log(x), np.nan))


def _abs(x: Array) -> Array:
    return np.asarray(np.where(x.real < 0, -x, x))


SCALAR: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": _log,
    "sqrt": lambda x: np.sqrt(x) if np.isrealobj(x) else np.where(x.real > 0, np.sqrt(x), np.nan),
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "relu": lambda x: np.where(x.real > 0, x, 0 * x),
    "abs": _abs,
    "sign": lambda x: np.sign(x.real),
    "max": lambda a, b: np.where(a.real >= b.real, a, b),
    "min": lambda a, b: np.where(a.real <= b.real, a, b),
}


def _function(n: s.Function, f: Frame) -> Any:
    if n.name not in SCALAR:
        raise Undecidable(n.name)
    return SCALAR[n.name](*(value(a, f) for a in n.args))


def _matrix_function(n: s.MatrixFunction, f: Frame) -> Any:
    m = value(n.body, f)
    if n.name == "trace":
        return sum(m[i, i] for i in range(len(m)))
    if n.name == "diag":
        return np.array([m[i, i] for i in range(len(m))]) if m.ndim == 2 else np.eye(len(m)) * m
    if n.name == "det":
        return np.linalg.det(m)
    if n.name == "logdet":
        return _log(np.asarray(np.linalg.det(m)))
    raise Undecidable(n.name)


def _axis_function(n: s.AxisFunction, f: Frame) -> Any:
    v = value(n.body, f)
    if n.name == "softmax":
        e = np.exp(v)
        return e / e.sum(axis=n.axis, keepdims=True)
    if n.name == "logsumexp":
        return np.log(np.exp(v).sum(axis=n.axis))
    if n.name in ("sum", "mean"):
        return getattr(v, n.name)(axis=n.axis)
    raise Undecidable(n.name)


def _norm(n: s.Norm, f: Frame) -> Any:
    v = value(n.body, f)
    if n.kind in ("2", "F") and (v.ndim == 1 or n.kind == "F"):
        return np.sqrt((v * v).sum())
    if n.kind == "1" and v.ndim == 1:
        return _abs(v).sum()
    raise Undecidable(f"norm {n.kind}")


def _entry(n: s.Entry, f: Frame) -> Any:
    base = value(n.base, f)
    axes = n.base.shape
    place: list[Any] = []
    for i, axis in zip(n.indices, axes, strict=False):
        if isinstance(i, s.Slice):
            place.append(slice(None))
            continue
        k = whole(i, f) - axis.base
        if not 0 <= k < base.shape[len(place)]:
            raise Undecidable("an access outside its range")
        place.append(k)
    out = np.asarray(base[tuple(place)])
    return out[None, :] if len(n.shape) == 2 and out.ndim == 1 else out


def _letters(binders: tuple[s.Binder, ...], f: Frame) -> Iterator[Frame]:
    if not binders:
        yield f
        return
    first, *rest = binders
    for k in range(number(first.range.first, f), number(first.range.last, f) + 1):
        yield from _letters(tuple(rest), f.at({first.name: k}))


def _reduce(n: s.Reduce, f: Frame) -> Any:
    values = [value(n.body, g) for g in _letters(n.binders, f) if n.condition is None or truth(n.condition, g)]
    if n.op == "sum":
        return sum(values, np.zeros(_dims(n.body.shape, f)))
    if n.op == "prod":
        return np.prod(values, axis=0) if values else np.ones(())
    if n.op in ("max", "min") and values and not n.body.shape:
        return (max if n.op == "max" else min)(values, key=lambda v: complex(v).real)
    raise Undecidable(f"{n.op} over nothing")


def _cases(n: s.Cases, f: Frame) -> Any:
    for v, condition in n.branches:
        if condition is None or truth(condition, f):
            return value(v, f)
    return np.nan


def _moment(n: s.Moment, f: Frame) -> Any:
    if n.over or n.given or f.point.atoms is None:
        raise Undecidable("an expectation under a condition")

    def mean(of: Callable[[Frame], Any]) -> Any:
        means = [
            sum(w * of(f.moved(values, stepped=False)) for w, values in atoms(f.q))
            for atoms in (f.point.atoms, f.point.finer)
            if atoms is not None
        ]
        if not np.allclose(means[0], means[-1], rtol=1e-6, atol=1e-9, equal_nan=True):
            raise Undecidable("a quadrature that does not converge")
        return means[0]

    a, b = n.args[0], n.args[-1]
    if n.kind == "E":
        return mean(lambda g: value(a, g))
    if a.shape or b.shape:
        raise Undecidable("a covariance matrix")
    return mean(lambda g: value(a, g) * value(b, g)) - mean(lambda g: value(a, g)) * mean(lambda g: value(b, g))


def _divergence(n: s.Divergence, f: Frame) -> Any:
    names = [a.args[0].name for a in n.args if isinstance(a, s.Distribution) and a.args]  # type: ignore[attr-defined]
    if f.point.divergence is None or len(names) != 2 or n.name != "KL":
        raise Undecidable("a divergence")
    return f.point.divergence(f.q, *names)


def _derivative(n: s.Derivative, f: Frame) -> Any:
    if n.diagonal:
        raise Undecidable("a diagonal Jacobian")
    out = _slope(n.of, n.by, f, n.total)
    return np.swapaxes(out, -1, -2) if n.transposed and out.ndim == 2 else out


def _slope(of: s.Node, by: tuple[s.Node, ...], f: Frame, total: bool) -> Array:
    """∂of/∂by…, the last one outermost: shape of `of`, then of each `by`."""
    if not by:
        return value(of, f)
    *inner, last = by
    symbol = last.base if isinstance(last, s.Entry) else last
    if not isinstance(symbol, s.Symbol) or symbol.name not in f.q:
        raise Undecidable("a derivative by what has no value")
    name, held = symbol.name, np.asarray(f.q[symbol.name])
    if isinstance(last, s.Entry):
        if len(last.indices) != held.ndim:
            raise Undecidable("a derivative by a row")
        place = tuple(whole(i, f) - a.base for i, a in zip(last.indices, symbol.axes, strict=True))
        if any(not 0 <= k < d for k, d in zip(place, held.shape, strict=True)):
            raise Undecidable("an access outside its range")
        places = [place]
    else:
        places = list(np.ndindex(held.shape))
    fixed: dict[str, Any] = {}
    if not total:  # the function's own definition: everything else stays as it is
        if not isinstance(of, s.Symbol):
            raise Undecidable("a local derivative of an expression")
        fixed = {k: v for k, v in f.q.items() if k != of.name}

    def at(place: tuple[int, ...], by_much: complex) -> Array:
        moved = held.astype(complex if isinstance(by_much, complex) else held.dtype if f.stepped else float)
        moved[place] = moved[place] + by_much
        return _slope(of, tuple(inner), f.moved({**fixed, name: moved}), total)

    slopes = []
    for place in places:
        if f.stepped:
            a, b, c, d = (at(place, k * WIDE) for k in (-2, -1, 1, 2))
            slopes.append((a - 8 * b + 8 * c - d) / (12 * WIDE))
        else:
            slopes.append(at(place, complex(0, STEP)).imag / STEP)
    if isinstance(last, s.Entry):
        return np.asarray(slopes[0])
    return np.moveaxis(np.array(slopes).reshape(held.shape + slopes[0].shape), range(held.ndim), range(-held.ndim, 0))


def _differential(n: s.Differential, f: Frame) -> Any:
    if f.stepped:
        raise Undecidable("a differential of a differential")
    moved = {k: np.asarray(f.q[k]) + complex(0, STEP) * v for k, v in f.point.directions.items()}
    return np.imag(value(n.body, f.moved(moved))) / STEP


RULES: dict[type[s.Node], Callable[[Any, Frame], Any]] = {
    s.Number: lambda n, f: float(n.value),
    s.Constant: lambda n, f: {"pi": np.pi, "e": np.e, "infinity": np.inf}[n.name],
    s.Symbol: _symbol,
    s.IndexVar: lambda n, f: float(f.letters[n.name]),
    s.Size: lambda n, f: float(number(n.size, f)),
    s.Ones: lambda n, f: np.ones(_dims(n.axes, f)),
    s.Zeros: lambda n, f: np.zeros(_dims(n.axes, f)),
    s.Identity: lambda n, f: np.eye(number(n.axis.size, f)),
    s.Delta: lambda n, f: float(whole(n.left, f) == whole(n.right, f)),
    s.Add: _add,
    s.Neg: lambda n, f: -value(n.body, f),
    s.Product: _product,
    s.Dot: lambda n, f: (value(n.left, f) * value(n.right, f)).sum(),
    s.InnerProduct: lambda n, f: (value(n.left, f) * value(n.right, f)).sum(),
    s.Hadamard: lambda n, f: np.prod([value(x, f) for x in n.factors], axis=0),
    s.Quotient: _quotient,
    s.Power: _power,
    s.HadamardPower: lambda n, f: value(n.base, f) ** whole(n.exponent, f),
    s.Transpose: _transpose,
    s.Inverse: lambda n, f: np.linalg.inv(value(n.body, f)),
    s.Function: _function,
    s.MatrixFunction: _matrix_function,
    s.AxisFunction: _axis_function,
    s.Norm: _norm,
    s.Entry: _entry,
    s.Reduce: _reduce,
    s.Cases: _cases,
    s.Indicator: lambda n, f: float(truth(n.condition, f)),
    s.Moment: _moment,
    s.Divergence: _divergence,
    s.Derivative: _derivative,
    s.Differential: _differential,
}

ORDER: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "≥": lambda a, b: a >= b,
}


def truth(c: s.Node, f: Frame) -> bool:
    """A condition on letters."""
    if isinstance(c, s.Compare):
        return ORDER[c.op](complex(value(c.left, f)).real, complex(value(c.right, f)).real)
    if isinstance(c, s.Relation):
        pairs = zip(c.sides, c.ops, c.sides[1:], strict=False)
        return all(truth(s.Compare(op, a, b), f) for a, op, b in pairs)
    if isinstance(c, s.Junction):
        parts = [truth(p, f) for p in c.parts]
        return {"and": all(parts), "or": any(parts), "not": not parts[0]}[c.op]
    raise Undecidable(type(c).__name__)


# ------------------------------------------------------------------------------------------------------- a line


def holds(line: s.Relation, letters: Mapping[str, Any], when: tuple[s.Node, ...], point: Point) -> bool | None:
    """Does a line hold at a point, for all its letters? None where it has no value there, or lies in the grey."""
    q = point.quantities()
    frame = Frame(point, dict(point.inputs), q, {})
    ranges = [(n, range(number(r.first, frame), number(r.last, frame) + 1)) for n, r in letters.items()]
    seen: set[bool | None] = set()
    for values in itertools.product(*(r for _, r in ranges)):
        f = frame.at(dict(zip((n for n, _ in ranges), values, strict=True)))
        if all(truth(c, f) for c in when):
            for a, op, b in zip(line.sides, line.ops, line.sides[1:], strict=False):
                seen.add(_compare(op, value(a, f), value(b, f)))
        if False in seen:
            return False
    return None if None in seen or not seen else True


def _compare(op: str, a: Array, b: Array) -> bool | None:
    a, b = np.broadcast_arrays(np.real(a), np.real(b))
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    scale = np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    gap = (a - b) / scale
    if op == "=":
        return False if (np.abs(gap) > DIFFERENT).any() else True if (np.abs(gap) < SAME).all() else None
    over = gap if op in ("<", "≤") else -gap
    if op in ("≤", "≥"):
        return False if (over > DIFFERENT).any() else True if (over < SAME).all() else None
    if op in ("<", ">"):
        return False if (over > DIFFERENT).any() else True if (over < -SAME).all() else None
    raise Undecidable(op)
