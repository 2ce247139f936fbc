"""Arithmetic: sums, products of every kind, quotients, powers, transposes and inverses."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.errors import ShapeError
from symdl.language.dims import ONE, Axis, Shape, shape_text
from symdl.language.syntax.base import Node
from symdl.language.syntax.fitting import common, fits, is_row, product_shape


@dataclass(frozen=True)
class Add(Node):
    """A sum of two or more terms, never nested directly; a subtracted one is `Neg`; a scalar adds to every entry."""

    terms: tuple[Node, ...]

    def _shape(self) -> Shape:
        out: Shape = ()
        for t in self.terms:
            out = common(out, t.shape, "plus")
        return out


@dataclass(frozen=True)
class Neg(Node):
    """−x."""

    body: Node

    def _shape(self) -> Shape:
        return self.body.shape


@dataclass(frozen=True)
class Product(Node):
    """A juxtaposed product in order, two or more factors, never nested directly: scalars and matrix products.

    `\\cdot` and `\\times` between scalars, or with one scalar, read as this too.
    """

    factors: tuple[Node, ...]

    def _shape(self) -> Shape:
        # Associate so that every inner product closes first where that is needed: w^T x y with scalar w^T x is a
        # scalar times y. Matrix products are associative, so a left fold with rows kept as rows is enough.
        out: Shape | None = None
        for f in self.factors:
            out = f.shape if out is None else product_shape(out, f.shape)
        return out or ()


@dataclass(frozen=True)
class Dot(Node):
    """`a \\cdot b` of two columns of one size: their inner product."""

    left: Node
    right: Node

    def _shape(self) -> Shape:
        common(self.left.shape, self.right.shape, "·")
        return ()


@dataclass(frozen=True)
class InnerProduct(Node):
    """`\\langle A, B \\rangle`: the sum over all entries of the products."""

    left: Node
    right: Node

    def _shape(self) -> Shape:
        common(self.left.shape, self.right.shape, "with")
        return ()


@dataclass(frozen=True)
class Hadamard(Node):
    """`A \\odot B \\odot …`: entrywise, two or more factors, never nested directly."""

    factors: tuple[Node, ...]

    def _shape(self) -> Shape:
        out: Shape = ()
        for f in self.factors:
            out = common(out, f.shape, "⊙")
        return out


@dataclass(frozen=True)
class Kronecker(Node):
    """`a \\otimes b`: outer product a bᵀ of two columns, Kronecker product of two matrices."""

    left: Node
    right: Node

    def _shape(self) -> Shape:
        a, b = self.left.shape, self.right.shape
        if len(a) == 1 and len(b) == 1:
            return (a[0], b[0])
        if len(a) == 2 and len(b) == 2:
            return (
                Axis(a[0].size * b[0].size, factors=(a[0].size, b[0].size)),
                Axis(a[1].size * b[1].size, factors=(a[1].size, b[1].size)),
            )
        raise ShapeError(
            "⊗ takes two columns or two matrices", found=f"{shape_text(a)} ⊗ {shape_text(b)}", expected="equal ranks"
        )


@dataclass(frozen=True)
class Quotient(Node):
    """`\\frac{a}{b}` and `a / b`: b scalar, or equal shapes entrywise; of matrices (and as `\\oslash`) entrywise too.

    1/v with a column v is entrywise.
    """

    numerator: Node
    denominator: Node

    def _shape(self) -> Shape:
        return common(self.numerator.shape, self.denominator.shape, "over")


@dataclass(frozen=True)
class Power(Node):
    """`x^p`: of a scalar; entrywise of a column; of a square matrix with a whole number p ≥ 2, repeated product.

    The inverse of a matrix is `Inverse`; `\\log^2 x` and `\\log(x)^2` are `Power(log x, 2)`.
    """

    base: Node
    exponent: Node

    def _shape(self) -> Shape:
        s = self.base.shape
        if len(s) > 2 or (len(s) == 2 and not fits(s[0], s[1])):
            raise ShapeError(
                "a power of a matrix that is not square",
                found=shape_text(s),
                expected="a square matrix",
                cure=r"for entrywise powers write ^{\odot 2}",
            )
        return s


@dataclass(frozen=True)
class HadamardPower(Node):
    """`X^{\\odot p}`: entrywise power of a tensor with two or more axes (of a column or scalar it reads as `Power`)."""

    base: Node
    exponent: Node

    def _shape(self) -> Shape:
        return self.base.shape


@dataclass(frozen=True)
class Transpose(Node):
    """`X^\\top`: of a column a row; of a scalar the scalar itself (never built for one by the reader)."""

    body: Node

    def _shape(self) -> Shape:
        s = self.body.shape
        if len(s) == 0:
            return s
        if len(s) == 1:
            return (ONE, s[0])
        if len(s) == 2:
            return (s[1],) if is_row(s) else (s[1], s[0])
        raise ShapeError("a transpose of a tensor with more than two axes", found=shape_text(s), expected="a matrix")


@dataclass(frozen=True)
class Inverse(Node):
    """`A^{-1}` of a square matrix."""

    body: Node

    def _shape(self) -> Shape:
        s = self.body.shape
        if len(s) != 2 or not fits(s[0], s[1]):
            raise ShapeError(
                "an inverse of what is not a square matrix", found=shape_text(s), expected="a square matrix"
            )
        return s
