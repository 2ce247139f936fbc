"""Entries: scalar expressions over tensor accesses, indices and sizes. What the engine and the judge compute with.

An entry expression is what stands on the right of a statement `T[i, j] = …`. It is immutable and interned: equal
expressions are the same object, so that `is` compares, and memo tables are cheap. Constructors below (`add`, `mul`,
`power`, …) flatten, drop neutral elements and fold exact constants, and do nothing else: no expansion, no ordering.

Index expressions and sizes are entry expressions too (`t-1`, `s t + k`, `y[b]` as an index), so one language serves.
Bound letters are unique per binder (`fresh`), so nothing is ever captured.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar, cast
from weakref import ref

_table: dict[tuple[Any, ...], ref[Expr]] = {}  # interned expressions, held weakly: what nobody uses goes
_FIRST_SWEEP = 50_000
_sweep_at = _FIRST_SWEEP


def _sweep() -> None:
    """Drop the entries of expressions that are gone; those that only a dropped entry held go with the next round."""
    global _sweep_at
    while gone := [k for k, r in _table.items() if r() is None]:
        for k in gone:
            del _table[k]
        gone.clear()
    _sweep_at = max(_FIRST_SWEEP, 2 * len(_table))


class Expr:
    """The base. Fields are in `__slots__` order; `parts` are the fields as a tuple."""

    __slots__ = ("__weakref__", "_children", "_free", "key")
    fields: ClassVar[tuple[str, ...]] = ()
    key: tuple[Any, ...]
    _children: tuple[Expr, ...] | None
    _free: frozenset[str] | None

    def __new__(cls, *args: Any) -> Expr:
        key = (cls, *args)
        known = _table.get(key)
        if known is not None:
            found = known()
            if found is not None:
                return found
        self = object.__new__(cls)
        for name, value in zip(cls.fields, args, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "_free", None)
        object.__setattr__(self, "_children", None)
        _table[key] = ref(self)
        if len(_table) > _sweep_at:
            _sweep()
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.key[1:]

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.key[1:]

    def __repr__(self) -> str:
        return text(self)

    def children(self) -> tuple[Expr, ...]:
        """Every expression directly below, including those in ranges, conditions and indices."""
        found = self._children
        if found is None:
            found = tuple(e for p in self.key[1:] for e in _exprs_in(p))
            object.__setattr__(self, "_children", found)
        return found

    @property
    def free(self) -> frozenset[str]:
        """Names of the index letters that are free in it."""
        found: frozenset[str] | None = self._free
        if found is None:
            found = frozenset[str]().union(*(c.free for c in self.children()))
            if isinstance(self, Idx):
                found = frozenset((self.name,))
            bound = self.bound()
            if bound:
                found = found - set(bound)
            object.__setattr__(self, "_free", found)
        return found

    def bound(self) -> tuple[str, ...]:
        """Index letters this node binds."""
        return ()


def _exprs_in(value: Any) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _exprs_in(v)
    elif hasattr(value, "map_exprs"):  # a law written under an expectation
        yield from _exprs_in(value.parameters)


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


# ------------------------------------------------------------------------------------------------- constructors

ZERO = Num(Fraction(0))
ONE = Num(Fraction(1))
MINUS_ONE = Num(Fraction(-1))


_WHOLE = {n: Num(Fraction(n)) for n in range(-64, 65)}  # kept alive: hashing a fraction costs more than finding it


def num(value: int | Fraction) -> Num:
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    if isinstance(value, int):
        known = _WHOLE.get(value)
        if known is not None:
            return known
    return cast(Num, Num(value if isinstance(value, Fraction) else Fraction(value)))


def add(*terms: Expr) -> Expr:
    """Σ terms: flattened, constants folded into one (last), zeros dropped."""
    flat: list[Expr] = []
    constant: Fraction | None = None
    for t in terms:
        for u in t.terms if isinstance(t, Add) else (t,):
            if not isinstance(u, Num):
                flat.append(u)
            elif u is not ZERO:
                constant = u.value if constant is None else constant + u.value
    if constant is not None and constant:
        flat.append(num(constant))
    if not flat:
        return ZERO
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def mul(*factors: Expr) -> Expr:
    """Π factors: flattened, constants folded into one (first), ones dropped; zero absorbs."""
    flat: list[Expr] = []
    constant: Fraction | None = None
    negative = False
    for t in factors:
        for u in t.factors if isinstance(t, Mul) else (t,):
            if not isinstance(u, Num):
                flat.append(u)
            elif u is ZERO:
                return ZERO
            elif u is MINUS_ONE:
                negative = not negative
            elif u is not ONE:
                constant = u.value if constant is None else constant * u.value
    if constant is not None:
        whole = num(-constant if negative else constant)
        if whole is not ONE:
            flat.insert(0, whole)
    elif negative:
        flat.insert(0, MINUS_ONE)
    if not flat:
        return ONE
    return flat[0] if len(flat) == 1 else Mul(tuple(flat))


def neg(x: Expr) -> Expr:
    return mul(MINUS_ONE, x)


def sub(a: Expr, b: Expr) -> Expr:
    return add(a, neg(b))


def power(base: Expr, exponent: Expr | int | Fraction) -> Expr:
    """base^exponent with exponents 0 and 1 and exact small powers of numbers folded."""
    e = exponent if isinstance(exponent, Expr) else num(exponent)
    if isinstance(e, Num):
        if e.value == 1:
            return base
        if e.value == 0:
            return ONE
        if isinstance(base, Num) and e.value.denominator == 1 and abs(e.value) <= 64:
            if base.value or e.value > 0:
                return num(base.value ** int(e.value))
    return Pow(base, e)


def div(a: Expr, b: Expr) -> Expr:
    return mul(a, power(b, -1))


def fn(name: str, *args: Expr) -> Expr:
    return Fn(name, args)


def eq(a: Expr, b: Expr) -> Expr:
    return Cmp("=", a, b)


def delta(a: Expr, b: Expr) -> Expr:
    return ONE if a is b else Ind(eq(a, b))


def total(binders: tuple[Bind, ...], body: Expr, condition: Expr | None = None) -> Expr:
    """Σ over binders (none: the body itself, under its condition)."""
    if not binders:
        return body if condition is None else mul(Ind(condition), body)
    if body is ZERO:
        return ZERO
    return Red("sum", binders, condition, body)


_counter = itertools.count(1)


def fresh(stem: str = "k") -> str:
    """A new bound letter; the stem is what was (or would be) written, the number makes it unique: `k·17`."""
    return f"{stem.split('·')[0]}·{next(_counter)}"


# ---------------------------------------------------------------------------------------------------- traversal


def rebuild(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same node with each direct child changed, through the folding constructors."""
    if isinstance(e, Idx | Num | Const):
        return e
    if isinstance(e, Acc):
        return Acc(e.name, tuple([change(i) for i in e.indices]))
    if isinstance(e, Add):
        return add(*[change(t) for t in e.terms])
    if isinstance(e, Mul):
        return mul(*[change(f) for f in e.factors])

    def walk(value: Any) -> Any:
        if isinstance(value, Expr):
            return change(value)
        if isinstance(value, tuple):
            return tuple(walk(v) for v in value)
        return value.map_exprs(walk) if hasattr(value, "map_exprs") else value

    parts = tuple(walk(p) for p in e.parts)
    if all(a is b for a, b in zip(parts, e.parts, strict=True)):
        return e
    if isinstance(e, Pow):
        return power(*parts)
    return type(e)(*parts)


def substitute(e: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace free index letters. Bound letters are unique, so nothing is captured; ranges are substituted too."""
    memo: dict[Expr, Expr] = {}

    def visit(x: Expr) -> Expr:
        if not (x.free & values.keys()):
            return x
        if isinstance(x, Idx):
            return values.get(x.name, x)
        found = memo.get(x)
        if found is None:
            found = memo[x] = rebuild(x, visit)
        return found

    return visit(e)


def refresh(e: Expr) -> Expr:
    """A copy whose bound letters are all new: needed when one expression is used twice inside one another."""

    def visit(x: Expr) -> Expr:
        y = rebuild(x, visit)
        names = y.bound()
        if not names:
            return y
        fresh_names = {n: fresh(n) for n in names}

        def rename(v: Any) -> Any:
            if isinstance(v, Bind):
                return Bind(fresh_names.get(v.name, v.name), rename(v.first), rename(v.last))
            if isinstance(v, Expr):
                return substitute(v, {n: Idx(m) for n, m in fresh_names.items()})
            if isinstance(v, tuple):
                return tuple(rename(u) for u in v)
            return v.map_exprs(rename) if hasattr(v, "map_exprs") else v

        return type(y)(*(rename(p) for p in y.parts))

    return visit(e)


def walk(e: Expr) -> Iterator[Expr]:
    """Every distinct node, parents first."""
    seen: set[int] = set()
    stack = [e]
    while stack:
        x = stack.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        yield x
        stack.extend(x.children())


def accesses(e: Expr) -> Iterator[Acc]:
    """Every distinct access in it."""
    return (x for x in walk(e) if isinstance(x, Acc))


# --------------------------------------------------------------------------------------------------------- text


def text(e: Any) -> str:
    """A plain rendering for messages of last resort and for debugging; people see `notation`."""
    if isinstance(e, Num):
        return str(e.value)
    if isinstance(e, Const | Idx):
        return e.name
    if isinstance(e, Dimension):
        return e.name if e.index is None else f"{e.name}_{text(e.index)}"
    if isinstance(e, Acc):
        return f"{e.name}[{', '.join(map(text, e.indices))}]" if e.indices else e.name
    if isinstance(e, Add):
        return "(" + " + ".join(map(text, e.terms)) + ")"
    if isinstance(e, Mul):
        return "·".join(map(text, e.factors))
    if isinstance(e, Pow):
        return f"{text(e.base)}^({text(e.exponent)})"
    if isinstance(e, Fn):
        return f"{e.name}({', '.join(map(text, e.args))})"
    if isinstance(e, Cmp):
        return f"{text(e.left)} {e.op} {text(e.right)}"
    if isinstance(e, Ind):
        return f"[{text(e.condition)}]"
    if isinstance(e, Bind):
        return f"{e.name}={text(e.first)}..{text(e.last)}"
    if isinstance(e, Red):
        where = f" | {text(e.condition)}" if e.condition is not None else ""
        return f"{e.op}[{', '.join(map(text, e.binders))}{where}] {text(e.body)}"
    if isinstance(e, Expr):
        return f"{type(e).__name__}({', '.join(text(p) for p in e.parts)})"
    if isinstance(e, tuple):
        return "(" + ", ".join(map(text, e)) + ")"
    return str(e)
