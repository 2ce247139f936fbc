"""Trees in matrix form as SymPy matrix expressions; what SymPy has no matrix operation for raises `NoMatrix`."""

from __future__ import annotations

from functools import reduce
from typing import Any

from symdl.exchange.sympy_common import NoMatrix, Spelling, compare, function, plain, size
from symdl.language import syntax as s
from symdl.language.dims import Shape


class Matrices(Spelling):
    """One handler for each kind of node that SymPy has a matrix (or scalar) operation for.

    `known` are the caller's own SymPy objects, by LaTeX name.
    """

    # ------------------------------------------------------------------------------------------------ names

    def _symbol(self, n: s.Symbol) -> Any:
        if n.members:
            raise NoMatrix("a family")
        return self._named(n.name, n.shape)

    def _derivative(self, n: s.Derivative) -> Any:
        from symdl.language.print_latex import latex

        if any(isinstance(x, s.IndexVar) for x in n.walk()):
            raise NoMatrix("a derivative by an entry")
        return self._named(latex(n), n.shape)

    def _named(self, name: str, shape: Shape) -> Any:
        import sympy

        found = self.known.get(name)
        if isinstance(found, sympy.MatrixSymbol | sympy.Symbol):
            return found
        if not shape:
            return sympy.Symbol(plain(name))
        return sympy.MatrixSymbol(plain(name), *self._extent(shape))

    def _ones(self, n: s.Ones) -> Any:
        import sympy

        return sympy.OneMatrix(*self._extent(n.shape))

    def _zeros(self, n: s.Zeros) -> Any:
        import sympy

        return sympy.ZeroMatrix(*self._extent(n.shape))

    def _identity(self, n: s.Identity) -> Any:
        import sympy

        return sympy.Identity(size(n.axis.size, self.known))

    # ------------------------------------------------------------------------------------------- arithmetic

    def _add(self, n: s.Add) -> Any:
        import sympy

        terms = [self.node(t) for t in n.terms]
        if not n.shape:
            return sympy.Add(*terms)
        ones = sympy.OneMatrix(*self._extent(n.shape))
        return sympy.MatAdd(*(x if t.shape else x * ones for t, x in zip(n.terms, terms, strict=True)))

    def _neg(self, n: s.Neg) -> Any:
        return -self.node(n.body)

    def _product(self, n: s.Product) -> Any:
        done: tuple[Shape, Any] | None = None
        for f in n.factors:
            here = (f.shape, self.node(f))
            done = here if done is None else _joined(done, here)
        assert done is not None
        return done[1]

    def _dot(self, n: s.Dot) -> Any:
        return (self.node(n.left).T * self.node(n.right))[0, 0]

    def _innerproduct(self, n: s.InnerProduct) -> Any:
        import sympy

        if not n.left.shape:
            return self.node(n.left) * self.node(n.right)
        return sympy.Trace(self.node(n.left).T * self.node(n.right))

    def _hadamard(self, n: s.Hadamard) -> Any:
        import sympy

        pairs = [(f.shape, self.node(f)) for f in n.factors]
        scalar = reduce(lambda a, b: a * b, (x for sh, x in pairs if not sh), sympy.Integer(1))
        tensors = [x for sh, x in pairs if sh]
        if not tensors:
            return scalar
        product = sympy.HadamardProduct(*tensors) if len(tensors) > 1 else tensors[0]
        return product if scalar == 1 else scalar * product

    def _quotient(self, n: s.Quotient) -> Any:
        import sympy

        above, below = self.node(n.numerator), self.node(n.denominator)
        if not n.denominator.shape:
            return above / below if not n.numerator.shape else (1 / below) * above
        inverse = sympy.HadamardPower(below, -1)
        return sympy.HadamardProduct(above, inverse) if n.numerator.shape else above * inverse

    def _power(self, n: s.Power) -> Any:
        import sympy

        base, power = self.node(n.base), self.node(n.exponent)
        if len(n.base.shape) == 1:
            return sympy.HadamardPower(base, power)
        return sympy.MatPow(base, power) if n.base.shape else base**power

    def _hadamardpower(self, n: s.HadamardPower) -> Any:
        import sympy

        return sympy.HadamardPower(self.node(n.base), self.node(n.exponent))

    def _transpose(self, n: s.Transpose) -> Any:
        return self.node(n.body).T

    def _inverse(self, n: s.Inverse) -> Any:
        import sympy

        return sympy.Inverse(self.node(n.body))

    def _kronecker(self, n: s.Kronecker) -> Any:
        import sympy

        left, right = self.node(n.left), self.node(n.right)
        return left * right.T if len(n.left.shape) == 1 else sympy.KroneckerProduct(left, right)

    # ------------------------------------------------------------------------------------------- functions

    def _function(self, n: s.Function) -> Any:
        import sympy

        f = function(n.name)
        tensors = [a for a in n.args if a.shape]
        if not tensors:
            return f(*map(self.node, n.args))
        if len(tensors) > 1:
            raise NoMatrix(f"{n.name} of several tensors")
        z = sympy.Dummy("z", real=True)
        body = f(*(z if a.shape else self.node(a) for a in n.args))
        return self.node(tensors[0]).applyfunc(sympy.Lambda(z, body))

    def _matrixfunction(self, n: s.MatrixFunction) -> Any:
        import sympy
        from sympy.matrices.expressions.diagonal import DiagonalOf

        body = self.node(n.body)
        if n.name == "diag":
            return sympy.DiagMatrix(body) if len(n.body.shape) == 1 else DiagonalOf(body)
        known = {
            "trace": sympy.Trace,
            "det": sympy.Determinant,
            "logdet": lambda a: sympy.log(sympy.Determinant(a)),
        }
        if n.name not in known:
            raise NoMatrix(n.name)
        return known[n.name](body)

    def _norm(self, n: s.Norm) -> Any:
        import sympy

        body = self.node(n.body)
        if n.kind not in ("2", "F"):
            raise NoMatrix(f"the norm {n.kind}")
        return sympy.sqrt(sympy.Trace(body.T * body))

    def _indicator(self, n: s.Indicator) -> Any:
        import sympy

        c = n.condition
        if not isinstance(c, s.Compare):
            raise NoMatrix("a condition that is no comparison")
        if not c.shape:
            return sympy.Piecewise((1, compare(c.op, self.node(c.left), self.node(c.right))), (0, True))
        if c.left.shape and c.right.shape:
            raise NoMatrix("a comparison of two tensors")
        z = sympy.Dummy("z", real=True)
        tensor = c.left if c.left.shape else c.right
        left, right = (z if side is tensor else self.node(side) for side in (c.left, c.right))
        body = sympy.Piecewise((1, compare(c.op, left, right)), (0, True))
        return self.node(tensor).applyfunc(sympy.Lambda(z, body))

    def _extent(self, shape: Shape) -> tuple[Any, ...]:
        if len(shape) > 2:
            raise NoMatrix("more than two axes")
        sizes = tuple(size(a.size, self.known) for a in shape)
        return (*sizes, 1) if len(sizes) == 1 else sizes


def _joined(a: tuple[Shape, Any], b: tuple[Shape, Any]) -> tuple[Shape, Any]:
    """One more factor of a product; an inner product becomes a scalar as soon as it closes."""
    shape = s.product_shape(a[0], b[0])
    value = a[1] * b[1]
    return shape, value[0, 0] if not shape and a[0] and b[0] else value
