"""Trees in index form as SymPy expressions: sums over indexed names, with symbolic bounds."""

from __future__ import annotations

from typing import Any

from symdl.exchange.sympy_common import NoMatrix, Spelling, compare, function, plain, size
from symdl.exchange.sympy_matrices import Matrices
from symdl.language import syntax as s


class Entries(Spelling):
    """One handler for each kind of scalar node. `known` are the caller's own SymPy objects, by LaTeX name."""

    def _symbol(self, n: s.Symbol) -> Any:
        import sympy

        if n.shape:
            raise NoMatrix(f"{n.name} as a whole")
        indices = [self.node(m) for m in n.members]
        if indices:
            return sympy.IndexedBase(plain(n.name))[tuple(indices)]
        return self.known.get(n.name, sympy.Symbol(plain(n.name)))

    def _entry(self, n: s.Entry) -> Any:
        import sympy

        indices = [self.node(i) for i in n.indices]
        base = n.base
        if isinstance(base, s.Symbol):
            members = [self.node(m) for m in base.members]
            if members:
                return sympy.IndexedBase(plain(base.name))[(*members, *indices)]
            found = self.known.get(base.name)
            if isinstance(found, sympy.MatrixSymbol):  # its entries count from 0
                at = [i - a.base for i, a in zip(indices, base.shape, strict=True)]
                return found[tuple(at) if len(at) > 1 else (at[0], 0)]
            if found is None:
                shape = tuple(size(a.size, self.known) for a in base.shape)
                found = sympy.IndexedBase(plain(base.name), shape=shape)
            return found[tuple(indices)]
        if isinstance(base, s.Transpose) and len(indices) == 2 and len(base.body.shape) == 2:
            return self.node(s.Entry(base.body, tuple(reversed(n.indices))))
        at = [i - a.base for i, a in zip(indices, base.shape, strict=True)]
        return Matrices(self.known).node(base)[tuple(at) if len(at) > 1 else (at[0], 0)]

    def _derivative(self, n: s.Derivative) -> Any:
        """`∂L/∂Z_{ij}` is the entry i, j of a name."""
        import sympy

        from symdl.language.print_latex import latex

        indices: list[Any] = []
        parts = []
        for x in (n.of, *n.by):
            base = x.base if isinstance(x, s.Entry) else x
            if not isinstance(base, s.Symbol):
                raise NoMatrix("a derivative of what is no name")
            indices += [self.node(i) for i in (*base.members, *(x.indices if isinstance(x, s.Entry) else ()))]
            parts.append(s.Symbol(base.name, base.axes))
        name = latex(s.Derivative(parts[0], tuple(parts[1:])))
        return sympy.IndexedBase(name)[tuple(indices)] if indices else sympy.Symbol(name)

    # ------------------------------------------------------------------------------------------- arithmetic

    def _add(self, n: s.Add) -> Any:
        import sympy

        return sympy.Add(*map(self.node, n.terms))

    def _neg(self, n: s.Neg) -> Any:
        return -self.node(n.body)

    def _product(self, n: s.Product) -> Any:
        import sympy

        return sympy.Mul(*map(self.node, n.factors))

    def _quotient(self, n: s.Quotient) -> Any:
        return self.node(n.numerator) / self.node(n.denominator)

    def _power(self, n: s.Power) -> Any:
        return self.node(n.base) ** self.node(n.exponent)

    def _function(self, n: s.Function) -> Any:
        return function(n.name)(*map(self.node, n.args))

    def _matrixfunction(self, n: s.MatrixFunction) -> Any:
        return Matrices(self.known).node(n)

    def _norm(self, n: s.Norm) -> Any:
        return Matrices(self.known).node(n)

    def _reduce(self, n: s.Reduce) -> Any:
        import sympy

        if n.op not in ("sum", "prod"):
            raise NoMatrix(n.op)
        body = self.node(n.body)
        if n.condition is not None:
            body = sympy.Piecewise((body, self.condition(n.condition)), (0 if n.op == "sum" else 1, True))
        kind = sympy.Sum if n.op == "sum" else sympy.Product
        limits = []
        for b in reversed(n.binders):
            ends = (size(end, self.known) for end in (b.range.first, b.range.last))
            limits.append((sympy.Symbol(b.name, integer=True), *ends))
        return kind(body, *limits)

    # ------------------------------------------------------------------------------------------- conditions

    def _delta(self, n: s.Delta) -> Any:
        import sympy

        return sympy.KroneckerDelta(self.node(n.left), self.node(n.right))

    def _indicator(self, n: s.Indicator) -> Any:
        import sympy

        return sympy.Piecewise((1, self.condition(n.condition)), (0, True))

    def _cases(self, n: s.Cases) -> Any:
        import sympy

        return sympy.Piecewise(
            *((self.node(v), True if c is None else self.condition(c)) for v, c in n.branches)  # type: ignore[arg-type]
        )

    def condition(self, c: s.Condition) -> Any:
        import sympy

        if isinstance(c, s.Junction):
            parts = [self.condition(x) for x in c.parts]
            return {"and": sympy.And, "or": sympy.Or, "not": sympy.Not}[c.op](*parts)
        if isinstance(c, s.Compare):
            return compare(c.op, self.node(c.left), self.node(c.right))
        raise NoMatrix(type(c).__name__)
