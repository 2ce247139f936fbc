"""The kinds of entries: numbers, accesses, arithmetic, reductions, calls, expectations, derivatives and optima."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symdl.tensor.expr.base import Expr


class Num(Expr):
    """An exact rational number."""

    __slots__ = fields = ("value",)
    value: Fraction


class Const(Expr):
    """`pi`, `e`, `infinity`."""

    __slots__ = fields = ("name",)
    name: str


class Idx(Expr):
    """An index letter: a whole number."""

    __slots__ = fields = ("name",)
    name: str

    def letters(self) -> tuple[str, ...]:
        return (self.name,)


class Dimension(Expr):
    """A size by name, or a member of a family of sizes (`n_l`: index l)."""

    __slots__ = fields = ("name", "index")
    name: str
    index: Expr | None


class Acc(Expr):
    """An access `T[i, j]` to a named tensor; a scalar has no indices. Family members' indices come first.

    Indices count in the tensor's own bases.
    """

    __slots__ = fields = ("name", "indices")
    name: str
    indices: tuple[Expr, ...]


class Add(Expr):
    __slots__ = fields = ("terms",)
    terms: tuple[Expr, ...]


class Mul(Expr):
    __slots__ = fields = ("factors",)
    factors: tuple[Expr, ...]


class Pow(Expr):
    __slots__ = fields = ("base", "exponent")
    base: Expr
    exponent: Expr


class Fn(Expr):
    """A scalar function by name (see tensor.functions): exp, log, tanh, sigmoid, relu, abs, max, floor, mod, …"""

    __slots__ = fields = ("name", "args")
    name: str
    args: tuple[Expr, ...]


class Cmp(Expr):
    """A truth value: op is = ≠ < ≤ > ≥."""

    __slots__ = fields = ("op", "left", "right")
    op: str
    left: Expr
    right: Expr


class Logic(Expr):
    """`and`, `or`, `not` of truth values."""

    __slots__ = fields = ("op", "args")
    op: str
    args: tuple[Expr, ...]


class Ind(Expr):
    """The Iverson bracket [condition]: 1 or 0. Kronecker's δ_ij is Ind(Cmp('=', i, j))."""

    __slots__ = fields = ("condition",)
    condition: Expr


class Where(Expr):
    """Branches (condition, value), the first that holds; the last condition may be None (otherwise)."""

    __slots__ = fields = ("branches",)
    branches: tuple[tuple[Expr | None, Expr], ...]


class Bind(Expr):
    """A bound letter and its range first..last, both included; it may use letters bound further out or before it."""

    __slots__ = fields = ("name", "first", "last")
    name: str
    first: Expr
    last: Expr


class Red(Expr):
    """Σ Π max min over binders, where the condition (or None) holds: op is sum, prod, max, min, argmax, argmin.

    argmax and argmin take one binder and give the letter's value (the first one at a tie).
    """

    __slots__ = fields = ("op", "binders", "condition", "body")
    op: str
    binders: tuple[Bind, ...]
    condition: Expr | None
    body: Expr

    def bound(self) -> tuple[str, ...]:
        return tuple(b.name for b in self.binders)


class Mat(Expr):
    """A matrix function of the matrix [body] over row and column binders.

    op: det, logdet, rank, spectral (largest singular value), nuclear: no indices; eigenvalue, singular-value: one
    index (largest first, 1-based); inverse, expm, cholesky, sqrtm, pinv, and the columns of eigenvectors,
    left-singular and right-singular: two (row, column, 1-based positions); power: three (row, column, the
    whole-number exponent).
    """

    __slots__ = fields = ("op", "indices", "row", "column", "body")
    op: str
    indices: tuple[Expr, ...]
    row: Bind
    column: Bind
    body: Expr

    def bound(self) -> tuple[str, ...]:
        return (self.row.name, self.column.name)


class Lam(Expr):
    """A tensor-valued argument: λ i, j. body, over its binders."""

    __slots__ = fields = ("binders", "body")
    binders: tuple[Bind, ...]
    body: Expr

    def bound(self) -> tuple[str, ...]:
        return tuple(b.name for b in self.binders)


class Call(Expr):
    """An abstract function: `f[out indices](args)`, differentiated: `slots` are (argument number, entry indices).

    L(Z) is Call("L", (), (Lam((i, j), Z[i,j]),), ()); its gradient entry (p, q) has slots ((0, (p, q)),).
    """

    __slots__ = fields = ("name", "indices", "args", "slots")
    name: str
    indices: tuple[Expr, ...]
    args: tuple[Expr, ...]
    slots: tuple[tuple[int, tuple[Expr, ...]], ...]


class Expect(Expr):
    """E[body] over the named random tensors (whole tensors), given the others.

    `laws` lists (name, law or None): None takes the law from the program; a Law here is written under the sign.
    """

    __slots__ = fields = ("over", "body")
    over: tuple[tuple[str, Any], ...]
    body: Expr


class Integ(Expr):
    """∫ body d(variable): the variable is a scalar accessed as Acc(variable, ()) inside; bounds None = ±∞."""

    __slots__ = fields = ("variable", "lower", "upper", "body")
    variable: str
    lower: Expr | None
    upper: Expr | None
    body: Expr


class Deriv(Expr):
    """∂ of / ∂ by[0] ∂ by[1] …: total (the graph is cut at each `by` tensor; everything downstream of it moves), or
    local (only what stands in the definition of `of` itself moves).

    `by` are accesses to leaves or to defined tensors. `of` is any expression.
    """

    __slots__ = fields = ("of", "by", "total")
    of: Expr
    by: tuple[Acc, ...]
    total: bool


class Diff(Expr):
    """The differential of a named tensor's entry, dX[i, j]: a leaf direction where X is a leaf (or cut)."""

    __slots__ = fields = ("of",)
    of: Expr


class Opt(Expr):
    """min, max, argmin, argmax over a whole tensor: judged by stationarity or search; `indices`: entry of an arg."""

    __slots__ = fields = ("op", "variable", "indices", "constraints", "body")
    op: str
    variable: str
    indices: tuple[Expr, ...]
    constraints: tuple[Expr, ...]
    body: Expr
