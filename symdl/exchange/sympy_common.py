"""What both ways out to SymPy share: names, sizes, numbers, and scalar functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from symdl.language import syntax as s
from symdl.language.dims import Dim, Floor


class NoMatrix(Exception):
    """No matrix expression says this in SymPy (an expected outcome: the entries may)."""


_GREEK = re.compile(r"\\([A-Za-z]+(?:_\w+)?)")


def plain(name: str) -> str:
    """`\\lambda` is `lambda` to SymPy, which prints it as we do; other LaTeX names stay as they are."""
    found = _GREEK.fullmatch(name)
    return found[1] if found else name


def size(d: Dim, known: Mapping[str, Any]) -> Any:
    """A size as a SymPy expression of the caller's symbols, or of positive whole ones."""
    import sympy

    total = sympy.Integer(0)
    for monomial, factor in d.terms:
        product = sympy.Integer(factor)
        for atom, power in monomial:
            if isinstance(atom, Floor):
                product *= sympy.floor(size(atom.numerator, known) / size(atom.denominator, known)) ** power
            elif isinstance(atom, str):
                symbol = known.get(atom)
                product *= (sympy.Symbol(atom, integer=True, positive=True) if symbol is None else symbol) ** power
            else:
                raise NoMatrix("a family of sizes")
        total += product
    return total


def leaf(n: s.Node, known: Mapping[str, Any]) -> Any:
    """A number, a constant, a size or a letter; None where it is none of these."""
    import sympy

    match n:
        case s.Number(value=value):
            return sympy.Rational(value.numerator, value.denominator)
        case s.Constant(name=name):
            return {"pi": sympy.pi, "e": sympy.E, "infinity": sympy.oo}[name]
        case s.Size(size=d):
            return size(d, known)
        case s.IndexVar(name=name):
            return sympy.Symbol(name, integer=True)
    return None


def function(name: str) -> Callable[..., Any]:
    """A scalar function by its name in trees."""
    import sympy as p

    known: dict[str, Callable[..., Any]] = {
        "sigmoid": lambda z: 1 / (1 + p.exp(-z)),
        "relu": lambda z: p.Max(0, z),
        "softplus": lambda z: p.log(1 + p.exp(z)),
        "Phi": lambda z: (1 + p.erf(z / p.sqrt(2))) / 2,
        "phi": lambda z: p.exp(-(z**2) / 2) / p.sqrt(2 * p.pi),
        "clip": lambda z, low, high: p.Min(p.Max(z, low), high),
        "abs": p.Abs,
        "ceil": p.ceiling,
        "max": p.Max,
        "min": p.Min,
        **{n: getattr(p, n) for n in "exp log sqrt sin cos tan sinh cosh tanh sign floor erf".split()},
        **{n: getattr(p, n) for n in "gamma loggamma digamma".split()},
        **{f"arc{n}": getattr(p, f"a{n}") for n in "sin cos tan sinh cosh tanh".split()},
    }
    if name not in known:
        raise NoMatrix(name)
    return known[name]


def compare(op: str, left: Any, right: Any) -> Any:
    import sympy as p

    return {"=": p.Eq, "≠": p.Ne, "<": p.Lt, "≤": p.Le, ">": p.Gt, "≥": p.Ge}[op](left, right)


class Spelling:
    """A tree as SymPy writes it: a handler for each kind of node, `_add` for `Add`; `known` are the caller's own."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def node(self, n: s.Node) -> Any:
        """The SymPy expression of a tree; `NoMatrix` where there is no handler for its kind."""
        found = leaf(n, self.known)
        if found is not None:
            return found
        handler = getattr(self, f"_{type(n).__name__.lower()}", None)
        if handler is None:
            raise NoMatrix(type(n).__name__)
        return handler(n)
