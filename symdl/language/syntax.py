"""The typed syntax tree: mathematics as people write it, with every ambiguity resolved.

Nodes are immutable, compare by structure and know their shape. A shape is a tuple of axes: `()` a scalar, `(n,)` a
column, `(1, n)` a row, `(m, n)` a matrix, more axes a tensor. Constructors check nothing; `node.shape` does, and
raises `ShapeError` where shapes do not fit. While the reader infers sizes, a size may be an unknown (a dim named
`?1`), which fits any size; finished trees have none.

Reading normalises what carries no meaning (fonts, `\\left`, spacing, `\\tfrac`), so that `read(print(e)) == e`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from symdl.errors import ShapeError
from symdl.language.dims import ONE, SCALAR, Axis, Dim, Range, Shape, shape_text

# ---------------------------------------------------------------------------------------------- fitting sizes


def is_unknown(d: Dim) -> bool:
    """Is this a size that the reader has not inferred yet?"""
    return any(n.startswith("?") for n in d.names)


def fits(a: Axis, b: Axis) -> bool:
    return a.size == b.size or is_unknown(a.size) or is_unknown(b.size)


def shapes_fit(a: Shape, b: Shape) -> bool:
    """Same sizes, where an unknown size fits any."""
    return len(a) == len(b) and all(fits(x, y) for x, y in zip(a, b, strict=True))


def is_row(s: Shape) -> bool:
    return len(s) == 2 and s[0].size == Dim.of(1)


def common(a: Shape, b: Shape, what: str) -> Shape:
    """The shape of an elementwise combination; a scalar goes with anything."""
    if not a:
        return b
    if not b:
        return a
    if not shapes_fit(a, b):
        raise ShapeError("shapes do not fit", found=f"{shape_text(a)} {what} {shape_text(b)}", expected="equal shapes")
    return tuple(y if is_unknown(x.size) else x for x, y in zip(a, b, strict=True))


def product_shape(a: Shape, b: Shape) -> Shape:
    """The shape of the juxtaposition A B: scalar times anything, or a matrix product.

    (m,n)(n,p) → (m,p); (m,n)(n,) → (m,); (1,n)(n,) → (); (n,)(1,m) → (n,m); (1,n)(n,m) → (1,m).
    """
    if not a:
        return b
    if not b:
        return a
    if len(a) == 1 and len(b) == 2 and is_row(b):
        return (a[0], b[1])
    if len(a) == 2 and len(b) in (1, 2) and fits(a[1], b[0]):
        out = (a[0], *b[1:])
        if is_row(out) and len(b) == 2:
            return out if b[1].size != Dim.of(1) else SCALAR
        return SCALAR if is_row(a) and len(b) == 1 else out
    raise ShapeError(
        "shapes do not fit", found=f"{shape_text(a)} times {shape_text(b)}", expected="inner sizes that agree"
    )


# ---------------------------------------------------------------------------------------------------- the base


@dataclass(frozen=True)
class Node:
    """The base of all nodes."""

    @cached_property
    def shape(self) -> Shape:
        return self._shape()

    def _shape(self) -> Shape:
        return SCALAR

    def children(self) -> Iterator[Node]:
        """All nodes directly below, in reading order."""
        for f in fields(self):
            yield from _nodes_in(getattr(self, f.name))

    def map_children(self, change: Callable[[Node], Node]) -> Node:
        """The same node with each child changed; the node itself where none did."""
        new: dict[str, Any] = {}
        for f in fields(self):
            old = getattr(self, f.name)
            out = _map_nodes(old, change)
            if out is not old:
                new[f.name] = out
        return replace(self, **new) if new else self

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(list(node.children())))


def _nodes_in(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _nodes_in(v)


def _map_nodes(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        out = tuple(_map_nodes(v, change) for v in value)
        return out if any(x is not y for x, y in zip(out, value, strict=True)) else value
    return value


# --------------------------------------------------------------------------------------------------------- leaves


@dataclass(frozen=True)
class Number(Node):
    """A whole or decimal number, exactly. `text` keeps the digits as written (`0.0821`), for judging to its digits."""

    value: Fraction
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Constant(Node):
    """`pi`, `e` (the base of exp) or `infinity`."""

    name: str


@dataclass(frozen=True)
class Symbol(Node):
    """A declared or defined tensor, by its canonical LaTeX name; a family's member has `members` (`W_l`: (l,)).

    `axes` is its shape as declared (a family's: with the member's index put in). `integer` marks labels and counts.
    A family's `name` is the name it was declared by, e.g. `W_l`, whatever its member; `style` is how a member is
    written: `sub` (`W_l`), `paren` (`x^{(i)}`) or `bracket` (`W^{[l]}`).
    """

    name: str
    axes: Shape = ()
    members: tuple[Node, ...] = ()
    style: str = "sub"
    integer: bool = False

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class IndexVar(Node):
    """An index letter: bound by a sum or a definition, or free ("for all")."""

    name: str


@dataclass(frozen=True)
class Size(Node):
    """A dimension used as a number: n in 1/n."""

    size: Dim


@dataclass(frozen=True)
class Ones(Node):
    """`\\mathbf{1}`: all ones. Its sizes come from where it stands."""

    axes: Shape

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class Zeros(Node):
    """`\\mathbf{0}`, or a `0` that stands for a zero tensor."""

    axes: Shape

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class Identity(Node):
    """`I`: the identity matrix."""

    axis: Axis

    def _shape(self) -> Shape:
        return (self.axis, self.axis)


@dataclass(frozen=True)
class BasisVector(Node):
    """`e_k`: the column with a one at `index`."""

    index: Node
    axis: Axis

    def _shape(self) -> Shape:
        return (self.axis,)


@dataclass(frozen=True)
class Delta(Node):
    """`\\delta_{ij}`: 1 where i = j, else 0."""

    left: Node
    right: Node


# --------------------------------------------------------------------------------------------------- arithmetic


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


# ---------------------------------------------------------------------------------------------------- functions


@dataclass(frozen=True)
class Function(Node):
    """A scalar function applied entry by entry: exp log sqrt tanh sigmoid relu abs sign floor erf Phi clip max min …

    `max` and `min` take two or more arguments, `clip` three; `inverse` marks `\\tanh^{-1}`.  The names known are in
    `symdl.language.functions`.
    """

    name: str
    args: tuple[Node, ...]

    def _shape(self) -> Shape:
        out: Shape = ()
        for a in self.args:
            out = common(out, a.shape, "with")
        return out


SHAPE_KEEPING = ("softmax", "sort", "argsort")


@dataclass(frozen=True)
class AxisFunction(Node):
    """softmax, sort, argsort, logsumexp, mean, var, std, max, min, argmax, argmin, sum along one axis (0-based from the
    left).

    softmax, sort (ascending) and argsort keep the shape, the others drop the axis. `axis` −1 is the last (the only one
    of a column).
    """

    name: str
    body: Node
    axis: int = -1

    def _shape(self) -> Shape:
        s = self.body.shape
        if not s:
            raise ShapeError(f"{self.name} of a scalar", found="scalar", expected="a column, a matrix or a tensor")
        if self.name in SHAPE_KEEPING:
            return s
        k = self.axis % len(s)
        return s[:k] + s[k + 1 :]


@dataclass(frozen=True)
class MatrixFunction(Node):
    """trace det logdet rank (→ scalar); diag (column ↔ diagonal matrix); vec (column-major stack); expm; cholesky.

    Eigenvalues are `Eigenvalue`.
    """

    name: str
    body: Node

    def _shape(self) -> Shape:
        s = self.body.shape
        if self.name == "vec":
            if len(s) != 2:
                raise ShapeError("vec of what is not a matrix", found=shape_text(s), expected="a matrix")
            return (Axis(s[0].size * s[1].size, factors=(s[1].size, s[0].size)),)
        if self.name == "diag":
            if len(s) == 1:
                return (s[0], s[0])
            if len(s) == 2 and fits(s[0], s[1]):
                return (s[0],)
            raise ShapeError("diag takes a column or a square matrix", found=shape_text(s))
        if self.name == "rank":
            return ()
        if len(s) != 2 or not fits(s[0], s[1]):
            raise ShapeError(
                f"{self.name} of what is not a square matrix", found=shape_text(s), expected="a square matrix"
            )
        return s if self.name in ("expm", "cholesky") else ()


@dataclass(frozen=True)
class Eigenvalue(Node):
    """`\\lambda_i(A)`, largest first; `index` may also be the word `max` or `min` as a `Constant`."""

    body: Node
    index: Node


@dataclass(frozen=True)
class SingularValue(Node):
    """`\\sigma_i(A)`, largest first; `index` as for an eigenvalue."""

    body: Node
    index: Node


@dataclass(frozen=True)
class Decomposition(Node):
    """`\\operatorname{eigh}(A)`, `\\operatorname{svd}(A)`: several matrices at once, which a `Tuple` of names takes.

    eigh: A = Q Λ Qᵀ of a symmetric A; svd: A = U S Vᵀ, thin. Values stand largest first; the signs of the columns are
    free (its gauge).
    """

    name: str
    body: Node


@dataclass(frozen=True)
class Tuple(Node):
    """`(Q, \\Lambda)`: the names that a decomposition gives; not a tensor."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Norm(Node):
    """`\\|x\\|`: kind `2` (Euclidean, of a column), `1`, `inf`, `F`, `spectral`, `nuclear`."""

    body: Node
    kind: str = "2"


@dataclass(frozen=True)
class Apply(Node):
    """A declared or defined function applied: `f(x)`, `L(H, C)`; `orders` are derivatives by argument (`f'(z)`: (1,)).

    `result` is the shape of the value. A derivative of an abstract scalar function of one column of order 1 is written
    as a gradient instead, so `orders` only occur for scalar arguments.
    """

    name: str
    args: tuple[Node, ...]
    orders: tuple[int, ...] = ()
    result: Shape = ()
    members: tuple[Node, ...] = ()

    def _shape(self) -> Shape:
        # a function of a scalar, applied to a tensor, acts entry by entry
        if not self.result and len(self.args) == 1 and self.elementwise:
            return self.args[0].shape
        return self.result

    elementwise: bool = False


@dataclass(frozen=True)
class Cases(Node):
    """`\\begin{cases}`: pairs (value, condition); a condition of None is "otherwise"."""

    branches: tuple[tuple[Node, Condition | None], ...]

    def _shape(self) -> Shape:
        out: Shape = ()
        for value, _ in self.branches:
            out = common(out, value.shape, "or")
        return out


@dataclass(frozen=True)
class Indicator(Node):
    """`\\mathbb{1}[c]`, `\\mathbf{1}_{c}`: 1 where the condition holds; entrywise if it compares tensors."""

    condition: Condition

    def _shape(self) -> Shape:
        return self.condition.shape


# ---------------------------------------------------------------------------------------------- entries and stacks


@dataclass(frozen=True)
class MultiIndex(Node):
    """`(a, k)`: one index on an axis of size h·d, made of an index for each part: (a − 1) d + k, counted from `base`.

    `sizes` are those of the parts, outermost first.
    """

    parts: tuple[Node, ...]
    sizes: tuple[Dim, ...]
    base: int = 1


@dataclass(frozen=True)
class Slice(Node):
    """`:` as an index: the whole axis."""


@dataclass(frozen=True)
class Entry(Node):
    """`X_{ij}`, `(U V^\\top)_{ij}`, `X_i` (leading axes taken, the rest a column), `X_{i:}` (a row), `X_{:j}`.

    Indices count in the axis's own base. Taking the leading axis of a matrix leaves a column (shape (n,)); `X_{i:}`
    of a matrix is a row (shape (1, n)).
    """

    base: Node
    indices: tuple[Node, ...]

    def _shape(self) -> Shape:
        s = self.base.shape
        if len(self.indices) > len(s):
            raise ShapeError(
                "more indices than axes", found=f"{len(self.indices)} indices on {shape_text(s)}", expected=f"{len(s)}"
            )
        kept = [a for a, i in zip(s, self.indices, strict=False) if isinstance(i, Slice)] + list(s[len(self.indices) :])
        explicit = any(isinstance(i, Slice) for i in self.indices)
        if explicit and len(s) == 2 and len(kept) == 1 and isinstance(self.indices[-1], Slice):
            return (ONE, kept[0])
        return tuple(kept)


@dataclass(frozen=True)
class Stack(Node):
    """A matrix written out (`bmatrix`), rows of equal length; blocks are allowed. One column of scalars is a column."""

    rows: tuple[tuple[Node, ...], ...]

    def _shape(self) -> Shape:
        heights, widths = [], []
        for row in self.rows:
            heights.append(_block(row[0].shape)[0])
        for cell in self.rows[0]:
            widths.append(_block(cell.shape)[1])
        height = sum(heights[1:], heights[0])
        width = sum(widths[1:], widths[0])
        columns_only = len(self.rows[0]) == 1 and all(len(r[0].shape) <= 1 for r in self.rows)
        return (Axis(height),) if columns_only else (Axis(height), Axis(width))


def _block(s: Shape) -> tuple[Dim, Dim]:
    if not s:
        return Dim.of(1), Dim.of(1)
    return (s[0].size, Dim.of(1)) if len(s) == 1 else (s[0].size, s[1].size)


@dataclass(frozen=True)
class Comprehension(Node):
    """`[x_1, \\dots, x_n]`: the columns `body` for each value of the binder, side by side; of scalars, a row."""

    binder: Binder
    body: Node

    def _shape(self) -> Shape:
        r = self.binder.range
        n = Axis(r.last - r.first + 1)
        s = self.body.shape
        return (ONE, n) if not s else (*s[:1], n)


# ----------------------------------------------------------------------------------------------- binding operators


@dataclass(frozen=True)
class Binder(Node):
    """A bound letter with its inferred range. `written` says whether the source gave the range (for printing)."""

    name: str
    range: Range
    written: bool = False


@dataclass(frozen=True)
class Reduce(Node):
    """`\\sum_{i,k}`, `\\prod`, bounded `\\max_{1 \\le a \\le 3}`, `\\min`: op is sum, prod, max, min, argmax or argmin.

    `condition` restricts the binders (`i \\neq j`, `i < j`, `i \\in S`).
    """

    op: str
    binders: tuple[Binder, ...]
    body: Node
    condition: Condition | None = None

    def _shape(self) -> Shape:
        return self.body.shape


@dataclass(frozen=True)
class Cardinality(Node):
    """`|S|`: how many indices are in a declared set."""

    subject: Symbol


@dataclass(frozen=True)
class Optimum(Node):
    """`\\arg\\min_w J`, `\\max_{\\|v\\|=1} …`: op is min, max, argmin, argmax over a tensor, under constraints."""

    op: str
    variable: Symbol
    body: Node
    constraints: tuple[Condition, ...] = ()

    def _shape(self) -> Shape:
        return self.variable.shape if self.op.startswith("arg") else ()


@dataclass(frozen=True)
class Integral(Node):
    """`\\int_a^b f dx`: over a scalar variable; bounds of None are the whole line."""

    variable: str
    lower: Node | None
    upper: Node | None
    body: Node


# -------------------------------------------------------------------------------------------------- probability


@dataclass(frozen=True)
class Distribution(Node):
    """`\\mathcal{N}(\\mu, \\Sigma)`, `\\mathrm{Bernoulli}(q)` …, or a named density: name `normal`, `bernoulli`, … or
    `named` with the declared name as its only argument."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Density(Node):
    """`\\mathcal{N}(x \\mid \\mu, \\Sigma)`: a listed law's density at a point; of a discrete one, the probability."""

    point: Node
    law: Distribution


@dataclass(frozen=True)
class Moment(Node):
    """`\\mathbb{E}[x]`, `\\operatorname{Var}(x)`, `\\operatorname{Cov}(x, y)`: kind is E, Var or Cov.

    `over` are pairs (random symbol, its law or None) written under the sign; empty means all random symbols in the
    body. `given` are symbols conditioned on.
    """

    kind: str
    args: tuple[Node, ...]
    over: tuple[tuple[Node, Distribution | None], ...] = ()
    given: tuple[Node, ...] = ()

    def _shape(self) -> Shape:
        if self.kind == "E":
            return self.args[0].shape
        a, b = self.args[0].shape, self.args[-1].shape
        if not a and not b:
            return ()
        if self.kind == "Var" and len(a) > 1:
            return a
        return (a[0], b[0]) if len(a) == 1 and len(b) == 1 else common(a, b, "with")


@dataclass(frozen=True)
class Divergence(Node):
    """`\\mathrm{KL}(p \\| q)` and entropies: name is KL, H (entropy, one argument) or CE (cross-entropy)."""

    name: str
    args: tuple[Node, ...]


# ---------------------------------------------------------------------------------------------------- derivatives


@dataclass(frozen=True)
class Derivative(Node):
    """`\\frac{\\partial f}{\\partial x}`, `\\nabla_x f`, `\\frac{d f}{d x}`, second and mixed ones.

    `of` is differentiated by each of `by` in turn (symbols, members or entries). Shape: each scalar entry of `of`
    differentiated: of.shape + by[0].shape + …; a gradient in the numerator layout of a scalar by a column is a row, by
    a matrix transposed (`transposed`). `total` as CONTRACT rule 10; `form` is how it is written: `frac`, `nabla`, `d`.
    """

    of: Node
    by: tuple[Node, ...]
    total: bool = True
    form: str = "frac"
    transposed: bool = False
    diagonal: bool = False  # under ⊙: the diagonal of an elementwise map's Jacobian, of the shape of `of`

    def _shape(self) -> Shape:
        out = self.of.shape
        if self.diagonal:
            return out
        for x in self.by:
            out = out + x.shape
        if self.transposed and len(out) == 1:
            return (ONE, out[0])
        if self.transposed and len(out) == 2:
            return (out[1], out[0])
        return out


@dataclass(frozen=True)
class ChainProduct(Node):
    """`\\frac{∂a}{∂b} \\frac{∂b}{∂c} …`: adjacent partials contracted over all axes of what they share, either order.

    `factors` are in the written order; the contraction pairs are found by elaboration from `of` and `by`.
    """

    factors: tuple[Node, ...]
    axes: Shape

    def _shape(self) -> Shape:
        return self.axes


@dataclass(frozen=True)
class Differential(Node):
    """`dX`, `\\mathrm{d}L`, `d(A B)`: the differential of an expression; symbols in no `d` have none."""

    body: Node

    def _shape(self) -> Shape:
        return self.body.shape


# ---------------------------------------------------------------------------------- conditions, relations, lines


@dataclass(frozen=True)
class Condition(Node):
    """The base of what is true or false."""


@dataclass(frozen=True)
class Compare(Condition):
    """`a < b`, `i \\neq j`: op is = ≠ < ≤ > ≥; of tensors entrywise (an indicator) or for all entries (a line)."""

    op: str
    left: Node
    right: Node

    def _shape(self) -> Shape:
        return common(self.left.shape, self.right.shape, self.op)


@dataclass(frozen=True)
class Within(Condition):
    """`y \\in \\{1,\\dots,c\\}`, `x \\in \\mathbb{R}`, `k \\in \\mathbb{N}`, `i \\notin S`.

    `values` for an explicit finite set, `range` for whole numbers from-to, `name` for R, N, Z or a declared index set.
    """

    element: Node
    values: tuple[Node, ...] = ()
    range: Range | None = None
    name: str = ""
    negated: bool = False


@dataclass(frozen=True)
class Subset(Condition):
    """`S \\subset \\{1, \\dots, n\\}`: any index set; what declares `S` (a tensor of zeros and ones over the range)."""

    subject: Symbol
    range: Range


@dataclass(frozen=True)
class Junction(Condition):
    """`and`, `or`, `not` of conditions."""

    op: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Property(Condition):
    """A property in words: symmetric, invertible, orthogonal, positive-definite, positive-semidefinite, convex, smooth,
    strongly-convex, lipschitz, varies-symmetrically, varies-diagonally, iid, independent, distributed, …

    `subjects` are the things it is said of, `parameters` its constants (β of β-smooth; the law of `distributed`).
    """

    name: str
    subjects: tuple[Node, ...]
    parameters: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Relation(Node):
    """A line: `a = b ≤ c`. Ops are = ≠ < ≤ > ≥ ⪰ ⪯ ≻ ≺ ≈ ∝ ; `note` keeps a stated order (`O(h^2)`) or variable."""

    sides: tuple[Node, ...]
    ops: tuple[str, ...]
    note: Node | None = None


@dataclass(frozen=True)
class Implication(Node):
    """`A ⟹ B` (op `implies`), `A ⟺ B` (op `iff`); sides are relations, conditions or implications."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Order(Node):
    """`O(h^2)`, `o(h)`: a Landau symbol; `big` tells which."""

    body: Node
    big: bool = True


def substitute_sizes(node: Node, values: dict[str, Dim]) -> Node:
    """Replace unknown (or other) sizes by name everywhere in a tree: in axes, sizes, ranges."""

    def value(v: Any) -> Any:
        if isinstance(v, Node):
            return visit(v)
        if isinstance(v, Dim):
            return v.substitute(values)
        if isinstance(v, Axis):
            return v.map(lambda d: d.substitute(values))
        if isinstance(v, Range):
            return v.substitute(values)
        if isinstance(v, tuple):
            return tuple(value(x) for x in v)
        return v

    def visit(n: Node) -> Node:
        new = {f.name: value(getattr(n, f.name)) for f in fields(n)}
        return replace(n, **new) if any(new[f.name] != getattr(n, f.name) for f in fields(n)) else n

    return visit(node)
