"""SymPy equations as lines of `given`: matrix symbols, indexed names and sums, with symbolic sizes kept.

    Eq(r, X*w - y)                          ⇒  r = X w − y,            X : n×d, w : d, y : n
    Eq(L, Sum(Z[i, j]**2, (i, 1, n), …))    ⇒  L = Σ_{i=1}^{n} … Z_{ij}²

An entry of a matrix symbol counts from 0 in SymPy and from 1 here; an indexed name counts as its sums say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.errors import UnsupportedError
from symdl.exchange.sympy_nodes import Reader
from symdl.language.names import canonical
from symdl.language.print_latex import latex
from symdl.language.sizes import read_shape
from symdl.language.syntax import Relation


@dataclass(frozen=True)
class Stated:
    """Lines of `given` as LaTeX, the shapes of what they use, and the objects they came from."""

    given: tuple[Any, ...]
    symbols: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, Any] = field(default_factory=dict)  # the SymPy objects by their LaTeX names


def state(given: Iterable[Any], symbols: Mapping[str, Any]) -> Stated:
    """`given` with each SymPy equation as a line, and the declarations that follow from them.

    Args:
        given: lines, of which some are SymPy equations.
        symbols: what is declared already; it stays as it is.

    Raises:
        UnsupportedError: something that has no counterpart here, named.
    """
    import sympy

    rows = list(given)
    equations = [r for r in rows if isinstance(r, sympy.Basic)]
    for e in equations:
        if not isinstance(e, sympy.Equality):
            raise UnsupportedError(
                "a SymPy object in `given` that is no equation", found=str(e), expected="sympy.Eq(name, expression)"
            )
    declared = {canonical(str(k)): str(v) for k, v in symbols.items()}
    known_sizes = frozenset().union(*(read_shape(v).sizes for v in declared.values())) if declared else frozenset()
    reader = Reader(_sizes(equations) | known_sizes, declared, _taken(equations) | set(declared) | known_sizes)
    lines = {id(e): latex(Relation(reader.equation(e.lhs, e.rhs), ("=",))) for e in equations}
    defined = {canonical(sympy.latex(_name(e.lhs))) for e in equations}
    found = {n: s for n, s in reader.shapes().items() if n not in declared}
    found |= {n: "" for n in reader.scalars if n not in declared and n not in defined and n not in found}
    return Stated(tuple(lines.get(id(r), r) for r in rows), found, _objects(equations))


def _objects(equations: Iterable[Any]) -> dict[str, Any]:
    """Matrix symbols, indexed names, scalars and sizes by their LaTeX names."""
    import sympy

    found: dict[str, Any] = {}
    for e in equations:
        for part in sympy.preorder_traversal(e):
            if isinstance(part, sympy.MatrixSymbol | sympy.IndexedBase):
                name = part.label if isinstance(part, sympy.IndexedBase) else part
                found[canonical(sympy.latex(name))] = part
                for s in set().union(*(d.free_symbols for d in part.shape or ())):
                    found.setdefault(canonical(sympy.latex(s)), s)
        for s in e.free_symbols:
            if isinstance(s, sympy.Symbol) and not isinstance(s, sympy.Idx):
                found.setdefault(canonical(sympy.latex(s)), s)
    return found


def _name(left: Any) -> Any:
    import sympy

    if isinstance(left, sympy.Indexed):
        return left.base.label
    if isinstance(left, sympy.matrices.expressions.matexpr.MatrixElement):
        return left.parent
    return left


def _sizes(equations: Iterable[Any]) -> frozenset[str]:
    """Names that stand in shapes and in the bounds of sums."""
    import sympy

    found: set[Any] = set()
    for e in equations:
        for part in sympy.preorder_traversal(e):
            if isinstance(part, sympy.MatrixSymbol):
                found |= set().union(*(d.free_symbols for d in part.shape))
            elif isinstance(part, sympy.IndexedBase) and part.shape:
                found |= set().union(*(d.free_symbols for d in part.shape))
            elif isinstance(part, sympy.Sum | sympy.Product):
                bound = {v for v, *_ in part.limits}
                found |= set().union(*(b.free_symbols for _, *ends in part.limits for b in ends)) - bound
            elif isinstance(part, sympy.Idx) and part.upper is not None:
                found |= part.upper.free_symbols
    return frozenset(canonical(sympy.latex(s)) for s in found)


def _taken(equations: Iterable[Any]) -> set[str]:
    """Names of quantities: no index letter may be one."""
    import sympy

    out = set()
    for e in equations:
        for part in sympy.preorder_traversal(e):
            if isinstance(part, sympy.MatrixSymbol):
                out.add(canonical(sympy.latex(part)))
            elif isinstance(part, sympy.IndexedBase):
                out.add(canonical(sympy.latex(part.label)))
        out.add(canonical(sympy.latex(_name(e.lhs))))
    return out
