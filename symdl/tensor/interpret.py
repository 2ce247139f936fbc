"""The reference interpreter: values of entry expressions and programs, by named axes, in any field.

`Valuation` holds a program with sizes and leaf values; `evaluate(expr, valuation, letters)` gives the array of an
expression over index letters. Statements are evaluated on demand, whole, and kept. The other `interpret_*` files hold
statements and recurrences, derivatives, matrix functions, abstract functions, expectations and integrals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet, Jets, drop
from symdl.tensor.expr import (
    Acc,
    Add,
    Bind,
    Call,
    Cmp,
    Const,
    Deriv,
    Diff,
    Dimension,
    Expect,
    Expr,
    Fn,
    Idx,
    Ind,
    Integ,
    Logic,
    Mat,
    Mul,
    Num,
    Opt,
    Pow,
    Red,
    Where,
    walk,
)
from symdl.tensor.fields import FLOAT, Array, Field
from symdl.tensor.interpret_types import (
    NOWHERE,
    RESERVED,
    Env,
    Item,
    Override,
    Seed,
    Tensor,
    gather,
    pad,
    tangent_axis,
)
from symdl.tensor.primitives import apply
from symdl.tensor.program import Fact, Law, Program, Statement

Handler = Callable[["Context", Any, Env], Jet]
HANDLERS: dict[type[Expr], Handler] = {}


def handles(kind: type[Expr]) -> Callable[[Handler], Handler]:
    """Register the rule that gives a kind of node its value."""

    def register(f: Handler) -> Handler:
        HANDLERS[kind] = f
        return f

    return register


@dataclass(eq=False)
class Valuation:
    """A program with numbers: sizes, members of families of sizes, arrays of leaves, directions dX, claimed values.

    `leaves` and `directions` are arrays of whole numbers, floats, Fractions or mpf; a family's member axes come first
    and ragged members are padded. `values` replace statements and `partials` adjoints (a step's earlier claims).
    """

    program: Program
    sizes: Mapping[str, int]
    leaves: Mapping[str, Array]
    size_families: Mapping[str, Mapping[int, int]] = made(default_factory=dict)
    directions: Mapping[str, Array] = made(default_factory=dict)
    field: Field = FLOAT
    values: Mapping[str, Statement] = made(default_factory=dict)
    partials: Mapping[tuple[str, str], Expr] = made(default_factory=dict)
    facts: tuple[Fact, ...] = ()  # those of the program are added
    seed: int = 0  # of the generic instances of abstract things
    laws: Mapping[str, Law] = made(default_factory=dict)
    notes: set[str] = made(default_factory=set)
    error: float = 0.0  # the largest relative error estimate of a quadrature so far
    kept: float = 0.0  # of those inside statements, whose values stay

    def __post_init__(self) -> None:
        self.jets = Jets(self.field)
        self.statements: dict[str, Statement] = {**self.program.statements, **self.values}
        self.all_facts = (*self.program.facts, *self.facts)
        self.all_laws = {**self.program.laws, **self.laws}
        self.tensors: dict[tuple[Any, ...], Tensor] = {}
        self.cache: dict[Any, Any] = {}
        self._reach: dict[str, frozenset[str]] = {}
        self._contexts: dict[tuple[int, ...], Context] = {}

    def variant(self, **changes: Any) -> Valuation:
        """The same with other claims, values, field, …: nothing that was computed is shared."""
        return replace(self, notes=set(), error=0.0, kept=0.0, **changes)

    def without_claim(self, name: str) -> Valuation:
        """The same where the adjoint of this tensor is not claimed."""
        key = ("without", name)
        if key not in self.cache:
            self.cache[key] = self.variant(partials={k: v for k, v in self.partials.items() if k[1] != name})
        return self.cache[key]  # type: ignore[no-any-return]

    def context(self, items: tuple[Item, ...] = ()) -> Context:
        key = tuple(i.ident for i in items)
        found = self._contexts.get(key)
        if found is None:
            found = self._contexts[key] = Context(self, items)
        return found

    def forget(self) -> None:
        """Drop intermediate values of expressions (not of statements)."""
        self._contexts.clear()

    # ------------------------------------------------------------------------------------------------ dependence

    def uses(self, e: Expr) -> frozenset[str]:
        """Names that an expression accesses directly, those in laws and defined functions included."""
        key = ("uses", e)
        found = self.cache.get(key)
        if found is None:
            names: set[str] = set()
            for x in walk(e):
                if isinstance(x, Acc):
                    names.add(x.name)
                elif isinstance(x, Call):
                    function = self.program.functions.get(x.name)
                    if function is not None and function.body is not None:
                        names |= self.uses(function.body) - set(function.parameters)
                    names |= {
                        n for _, ps in (function.properties if function else ()) for p in ps for n in self.uses(p)
                    }
                elif isinstance(x, Expect):
                    for name, law in x.over:
                        law = law if law is not None else self.all_laws.get(name)
                        for _, p in law.parameters if isinstance(law, Law) else ():
                            names |= self.uses(p)
            found = self.cache[key] = frozenset(names)
        return found  # type: ignore[no-any-return]

    def direct(self, name: str) -> frozenset[str]:
        s = self.statements.get(name)
        if s is None:
            return frozenset()
        parts = [s.body, *(e for _, e in s.base), *([s.condition] if s.condition is not None else [])]
        parts += [x for indices, _ in s.base for x in indices if x is not None]
        parts += [x for b in s.binders for x in (b.first, b.last)]
        return frozenset().union(*(self.uses(p) for p in parts)) - ({name} if s.kind == "implicit" else set())

    def reach(self, name: str) -> frozenset[str]:
        """Every name that a tensor depends on, itself only where it is recursive."""
        found = self._reach.get(name)
        if found is None:
            seen: set[str] = set()
            stack = list(self.direct(name))
            while stack:
                n = stack.pop()
                if n not in seen:
                    seen.add(n)
                    stack.extend(self.direct(n))
            found = self._reach[name] = frozenset(seen)
        return found

    def reaches(self, e: Expr) -> frozenset[str]:
        """Every name an expression depends on."""
        direct = self.uses(e)
        return direct.union(*(self.reach(n) for n in direct))

    def size_at(self, family: str, index: int) -> int:
        return self.size_families[family][index]


class Context:
    """Evaluation with some names moving (seeds) or replaced (overrides)."""

    def __init__(self, valuation: Valuation, items: tuple[Item, ...], partial: dict[str, Tensor] | None = None) -> None:
        self.valuation, self.items = valuation, items
        self.field, self.jets = valuation.field, valuation.jets
        self.ambient = max((i.ambient for i in items), default=0)
        self.memo: dict[Any, Any] = {}
        self.partial = partial or {}  # recurrences being filled in

    def with_items(self, *items: Item) -> Context:
        if self.partial:
            return Context(self.valuation, (*self.items, *items), self.partial)
        return self.valuation.context((*self.items, *items))

    def only(self, items: tuple[Item, ...]) -> Context:
        if items == self.items:
            return self
        if self.partial:
            return Context(self.valuation, items, self.partial)
        return self.valuation.context(items)

    # ------------------------------------------------------------------------------------------------ expressions

    def value(self, e: Expr, env: Env) -> Jet:
        """The value of an expression, as a jet of arrays over the letters in scope."""
        key = (e, *(env.letters[n][0] for n in sorted(e.free) if n in env.letters))
        found = self.memo.get(key)
        if found is None:
            handler = HANDLERS.get(type(e))
            if handler is None:
                raise UnsupportedError(f"no value for {type(e).__name__}")
            found = self.memo[key] = handler(self, e, env)
        return found  # type: ignore[no-any-return]

    def truth(self, e: Expr, env: Env) -> Array:
        """A condition: 1, 0, or NaN where it has no value."""
        if isinstance(e, Cmp):
            if self.integral(e.left) and self.integral(e.right):
                a, b = self.index(e.left, env), self.index(e.right, env)
                out = FLOAT.compare(e.op, a.astype(np.float64), b.astype(np.float64))
                return np.where((a == NOWHERE) | (b == NOWHERE), np.nan, out)
            return self.field.compare(e.op, self.value(e.left, env)[0], self.value(e.right, env)[0])
        if isinstance(e, Logic):
            parts = [self.truth(a, env) for a in e.args]
            if e.op == "not":
                return 1 - parts[0]
            # three values: 0 and anything is 0, 1 or anything is 1, otherwise NaN spreads
            sign = 1.0 if e.op == "and" else 0.0
            out = parts[0]
            for p in parts[1:]:
                decided = (out == 1 - sign) | (p == 1 - sign)
                out = np.where(decided, 1 - sign, np.where(np.isnan(out) | np.isnan(p), np.nan, sign))
            return out
        if isinstance(e, Ind):
            return self.truth(e.condition, env)
        raise UnsupportedError(f"no truth value for {type(e).__name__}")

    def integral(self, e: Expr) -> bool:
        """Is it a whole number by its form (letters, sizes, integer leaves)?"""
        key = ("integral", e)
        found = self.valuation.cache.get(key)
        if found is None:
            if isinstance(e, Num):
                found = e.value.denominator == 1 and abs(e.value) < 10**15
            elif isinstance(e, Idx | Dimension):
                found = True
            elif isinstance(e, Acc):
                leaf = self.valuation.program.leaves.get(e.name)
                found = leaf is not None and leaf.integer and all(map(self.integral, e.indices))
            elif isinstance(e, Add | Mul):
                found = all(map(self.integral, e.parts[0]))
            elif isinstance(e, Fn):
                found = e.name in ("mod", "abs", "max", "min", "clip") and all(map(self.integral, e.args))
            else:
                found = False
            self.valuation.cache[key] = found
        return bool(found)

    def index(self, e: Expr, env: Env) -> Array:
        """A whole-number expression as an array of integers; NOWHERE where it has no value."""
        if isinstance(e, Idx):
            if e.name not in env.letters:
                raise UnsupportedError(f"an index letter without a range: {e.name}")
            return env.letters[e.name][1]
        key = ("index", e, *(env.letters[n][0] for n in sorted(e.free) if n in env.letters))
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = self._index(e, env)
        return found  # type: ignore[no-any-return]

    def _index(self, e: Expr, env: Env) -> Array:
        if isinstance(e, Num) and e.value.denominator == 1:
            return np.asarray(int(e.value))
        if isinstance(e, Dimension):
            return self._dimension(e, env)
        if isinstance(e, Add | Mul) and self.integral(e):
            parts = [self.index(p, env) for p in e.parts[0]]
            out = parts[0]
            for p in parts[1:]:
                lost = (out == NOWHERE) | (p == NOWHERE)
                out = np.where(lost, NOWHERE, out + p if isinstance(e, Add) else out * p)
            return out
        if isinstance(e, Acc) and self.integral(e) and not self.relevant(e.name):
            raw = np.asarray(self.valuation.leaves[e.name])
            whole = raw if raw.dtype.kind in "iu" else raw.astype(np.float64)
            tensor = self.leaf_tensor(e.name, whole.astype(np.float64))
            part, _ = gather(tensor, tuple(self.index(i, env) for i in e.indices), env.rank)
            return _whole(part[0])
        return _whole(self.field.floats(self.value(e, env)[0]))

    def _dimension(self, e: Dimension, env: Env) -> Array:
        if e.index is None:
            if e.name not in self.valuation.sizes:
                raise UnsupportedError(f"a size without a value: {e.name}")
            return np.asarray(self.valuation.sizes[e.name])
        at = self.index(e.index, env)
        table = self.valuation.size_families[e.name]
        return np.vectorize(lambda k: table.get(int(k), NOWHERE), otypes=[np.int64])(at)

    # ---------------------------------------------------------------------------------------------------- tensors

    def relevant(self, name: str) -> tuple[Item, ...]:
        """The items that this tensor's values depend on."""
        if not self.items:
            return ()
        reach = self.valuation.reach(name)
        out: list[Item] = []
        for item in self.items:
            if name in item.names:
                out.append(item)
            elif not (isinstance(item, Seed) and item.local) and reach & item.names:
                out.append(item)
        return tuple(out)

    def tensor(self, name: str) -> Tensor:
        """All values of a named tensor in this context."""
        if name in self.partial:
            return self._seeded(name, self.partial[name], tuple(i for i in self.items if name in i.names))
        items = self.relevant(name)
        key = (name, *(i.ident for i in items))
        found = self.valuation.tensors.get(key)
        if found is None:
            found = self._tensor(name, items)
            if not self.partial:
                self.valuation.tensors[key] = found
        return found

    def _tensor(self, name: str, items: tuple[Item, ...]) -> Tensor:
        from symdl.tensor.interpret_statements import statement_tensor

        overrides = [i for i in items if isinstance(i, Override) and i.name == name]
        seeds = tuple(i for i in items if isinstance(i, Seed) and name in i.names)
        if overrides:
            base = overrides[-1].tensor
        elif name in self.valuation.statements:
            inner = tuple(i for i in items if not (isinstance(i, Seed) and i.local))
            before, self.valuation.error = self.valuation.error, 0.0
            try:
                return statement_tensor(self.only(inner), name, seeds)
            finally:
                self.valuation.kept = max(self.valuation.kept, self.valuation.error)
                self.valuation.error = max(before, self.valuation.error)
        elif name in self.valuation.leaves:
            base = self.leaf_tensor(name, self.field.array(self.valuation.leaves[name]))
        else:
            raise UnsupportedError(f"a tensor without values: {name}")
        return self._seeded(name, base, seeds)

    def leaf_tensor(self, name: str, data: Array) -> Tensor:
        leaf = self.valuation.program.leaves.get(name)
        lows: tuple[int, ...] = (1,) * data.ndim
        if leaf is not None:
            members = [int(self.index(b.first, Env({})).min()) for b in leaf.members]
            lows = (*members, *(a.base for a in leaf.axes))
        return Tensor(lows, data.shape, {0: data.reshape(data.shape + (1,) * RESERVED)})

    def _seeded(self, name: str, base: Tensor, seeds: Iterable[Item]) -> Tensor:
        data = dict(base.data)
        for s in seeds:
            if isinstance(s, Seed):
                part = seed_array(self, name, base, s)
                data[s.bit] = self.field.add(data[s.bit], part) if s.bit in data else part
        return Tensor(base.lows, base.shape, data, base.ambient)

    def access(self, name: str, indices: tuple[Array, ...], env: Env) -> Jet:
        """T at whole-number indices; values outside its range come from assumptions, else they are NaN."""
        tensor = self.tensor(name)
        out, valid = gather(tensor, indices, env.rank)
        for item in self.items:
            if isinstance(item, Seed) and name in item.blocked:
                out = drop(out, item.bit)
        if valid is not None and not valid.all():
            out = self._extend(name, indices, env, out, valid)
        return out

    def within_horizon(self, e: Expr, env: Env) -> Array | None:
        """Where an adjoint (or a name for one) lies within the range of its recurrence: beyond, it is zero.

        None if the expression is no such adjoint or always within.
        """
        if isinstance(e, Acc):
            s = self.valuation.statements.get(e.name)
            if s is None or not isinstance(s.body, Deriv) or len(s.binders) != len(e.indices):
                return None
            places = {b.name: self.index(i, env) for b, i in zip(s.binders, e.indices, strict=True)}
            return self.within_horizon(s.body, env.set(places))
        if not isinstance(e, Deriv):
            return None
        out: Array | None = None
        for access in (*e.by, *([e.of] if isinstance(e.of, Acc) else [])):
            if access.name not in self.valuation.reach(access.name):
                continue
            base = self.tensor(access.name)
            for i, low, size in zip(access.indices, base.lows, base.shape, strict=True):
                at = self.index(i, env) - low
                inside = (at >= 0) & (at < size)
                if not np.all(inside):
                    out = inside.astype(np.float64) if out is None else out * inside
        return out

    def _extend(self, name: str, indices: tuple[Array, ...], env: Env, inside: Jet, valid: Array) -> Jet:
        out, open_ = inside, ~valid
        s = self.valuation.statements.get(name)
        if s is not None and isinstance(s.body, Deriv):
            places = {b.name: i for b, i in zip(s.binders, indices, strict=True)}
            horizon = self.within_horizon(s.body, env.set(places))
            if horizon is not None:
                out = self.jets.choose(horizon, out, None)
                open_ = open_ & (horizon == 1)
        for fact in self.valuation.all_facts:
            left = fact.left
            if fact.op != "=" or not isinstance(left, Acc) or left.name != name or fact.right is None:
                continue
            if not all(isinstance(i, Idx) for i in left.indices) or fact.condition is None:
                continue
            letters = {i.name: v for i, v in zip(left.indices, indices, strict=True) if isinstance(i, Idx)}
            inner = env.set(letters)
            applies = np.where(open_, self.truth(fact.condition, inner), 0.0)
            if np.any(applies == 1):
                out = self.jets.choose(applies, self.value(fact.right, inner), out)
                open_ = open_ & (applies != 1)
        if np.any(open_):
            self.valuation.notes.add(f"an access to {name} outside its range")
        return out


def _whole(a: Array) -> Array:
    """Floats that are whole numbers as integers, NOWHERE elsewhere."""
    near = np.rint(a)
    ok = np.isfinite(a) & (np.abs(a - near) < 1e-6) & (np.abs(near) < 1e15)
    return np.where(ok, np.where(ok, near, 0), NOWHERE).astype(np.int64)


def seed_array(ctx: Context, name: str, base: Tensor, seed: Seed) -> Array:
    """The part that a seed adds to its tensor: each entry along the tangent axis, or one direction."""
    key = ("seed", name, seed.ident, base.shape, base.ambient, ctx.field.name)
    found = ctx.valuation.cache.get(key)
    if found is None:
        direction = seed.seeds[name]
        shape, n = base.shape, int(np.prod(base.shape))
        if direction is not None:
            data = ctx.field.array(direction).reshape(shape + (1,) * (base.ambient + RESERVED))
        else:
            data = np.eye(n).reshape((*shape, n))
            varies = [f.op for f in ctx.valuation.all_facts if f.subject == name and f.op.startswith("varies")]
            if "varies-symmetrically" in varies:
                swapped = np.swapaxes(data, len(shape) - 2, len(shape) - 1)
                data = np.maximum(data, swapped)
            if "varies-diagonally" in varies:
                data = data * np.eye(shape[-2], shape[-1])[..., None]
            axes = [1] * RESERVED
            axes[tangent_axis(seed.slot)] = n
            data = ctx.field.array(data).reshape((*shape, *(1,) * base.ambient, *axes))
        found = ctx.valuation.cache[key] = data
    return found  # type: ignore[no-any-return]


# --------------------------------------------------------------------------------------------- arithmetic and names


@handles(Num)
def _num(ctx: Context, e: Num, env: Env) -> Jet:
    return {0: _scalar(ctx, ctx.field.number(e.value))}


@handles(Const)
def _const(ctx: Context, e: Const, env: Env) -> Jet:
    return {0: _scalar(ctx, ctx.field.constant(e.name))}


def _scalar(ctx: Context, value: Any) -> Array:
    out = np.empty((), dtype=ctx.field.dtype)
    out[()] = value
    return out


@handles(Idx)
@handles(Dimension)
def _whole_number(ctx: Context, e: Expr, env: Env) -> Jet:
    at = ctx.index(e, env)
    out = ctx.field.array(at)
    lost = at == NOWHERE
    return {0: np.where(lost, np.nan, out) if np.any(lost) else out}


@handles(Acc)
def _acc(ctx: Context, e: Acc, env: Env) -> Jet:
    return ctx.access(e.name, tuple(ctx.index(i, env) for i in e.indices), env)


@handles(Add)
def _add(ctx: Context, e: Add, env: Env) -> Jet:
    out = ctx.value(e.terms[0], env)
    for t in e.terms[1:]:
        out = ctx.jets.add(out, ctx.value(t, env))
    return out


@handles(Mul)
def _mul(ctx: Context, e: Mul, env: Env) -> Jet:
    """Iverson brackets first, and adjoints beyond a horizon: where one is 0, the other factors need no value."""
    truth = None
    out: Jet | None = None
    rest: list[Expr] = []
    for f in e.factors:
        t = ctx.truth(f.condition, env) if isinstance(f, Ind) else ctx.within_horizon(f, env)
        if t is not None:
            truth = t if truth is None else np.where((truth == 0) | (t == 0), 0.0, truth * t)
        if not isinstance(f, Ind):
            rest.append(f)
    if truth is not None and truth.size and not np.any(truth):
        return {0: ctx.field.array(truth)}
    for f in rest:
        v = ctx.value(f, env)
        out = v if out is None else ctx.jets.mul(out, v)
    if out is None:
        out = {0: _scalar(ctx, ctx.field.number(1))}
    return out if truth is None else ctx.jets.choose(truth, out, None)


@handles(Ind)
def _ind(ctx: Context, e: Ind, env: Env) -> Jet:
    return {0: ctx.field.array(ctx.truth(e.condition, env))}


@handles(Where)
def _where(ctx: Context, e: Where, env: Env) -> Jet:
    out: Jet = {0: _scalar(ctx, float("nan"))}
    for condition, v in reversed(e.branches):
        value = ctx.value(v, env)
        out = value if condition is None else ctx.jets.choose(ctx.truth(condition, env), value, out)
    return out


@handles(Pow)
def _pow(ctx: Context, e: Pow, env: Env) -> Jet:
    if isinstance(e.base, Const) and e.base.name == "e":
        return apply(ctx.jets, "exp", ctx.value(e.exponent, env))
    base = ctx.value(e.base, env)
    if ctx.integral(e.exponent):
        k = ctx.index(e.exponent, env)
        if k.dtype == object or np.any(np.abs(k) > 10**6):
            raise UnsupportedError("an exponent too large to compute with")
        return ctx.jets.power(base, k)
    if isinstance(e.exponent, Num):
        if ctx.field.exact:
            raise UnsupportedError("a root has no value modulo a prime")
        return ctx.jets.power(base, _scalar(ctx, ctx.field.number(e.exponent.value)))
    exponent = ctx.value(e.exponent, env)
    if set(exponent) == {0}:
        return ctx.jets.power(base, exponent[0])
    return apply(ctx.jets, "exp", ctx.jets.mul(exponent, apply(ctx.jets, "log", base)))


@handles(Fn)
def _fn(ctx: Context, e: Fn, env: Env) -> Jet:
    return apply(ctx.jets, e.name, *(ctx.value(a, env) for a in e.args))


# ----------------------------------------------------------------------------------------------------- reductions


def bind(ctx: Context, binders: tuple[Bind, ...], env: Env) -> tuple[Env, Array | None]:
    """The binders as new axes; and where their (dependent) ranges hold, if they are ragged."""
    mask = None
    for b in binders:
        first, last = ctx.index(b.first, env), ctx.index(b.last, env)
        if first.size and last.size and ((first == NOWHERE).any() or (last == NOWHERE).any()):
            gone = (first == NOWHERE) | (last == NOWHERE)
            first, last = np.where(gone, 0, first), np.where(gone, -1, last)
        low = int(first.min()) if first.size else 1
        high = max(int(last.max()) if last.size else 0, low - 1)
        if high - low > 100_000:
            raise UnsupportedError("a range too long to evaluate", found=f"{low}..{high}")
        env = env.bind(b.name, low, high)
        if first.size > 1 or last.size > 1:
            letter = env.letters[b.name][1]
            inside = (letter >= first) & (letter <= last)
            mask = inside if mask is None else mask & inside
    return env, mask


@handles(Red)
def _red(ctx: Context, e: Red, env: Env) -> Jet:
    inner, mask = bind(ctx, e.binders, env)
    truth = None if mask is None else mask.astype(np.float64)
    if e.condition is not None:
        condition = ctx.truth(e.condition, inner)
        truth = condition if truth is None else np.where((truth == 0) | (condition == 0), 0.0, truth * condition)
    body = ctx.value(e.body, inner)
    k = inner.rank - env.rank
    counts = tuple(inner.letters[b.name][1].shape[0] for b in reversed(e.binders))
    axes = tuple(range(k))
    if e.op == "sum":
        if truth is not None:
            body = ctx.jets.choose(truth, body, None)
        return ctx.jets.map(body, lambda a: _sum(ctx, a, axes, counts, inner.ndim))
    full = {key: _spread(a, counts, inner.ndim) for key, a in body.items()}
    if e.op == "prod":
        if truth is not None:
            full = ctx.jets.choose(truth, full, {0: _scalar(ctx, ctx.field.number(1))})
            full = {key: _spread(a, counts, inner.ndim) for key, a in full.items()}
        return _product(ctx, full, k)
    return _extremum(ctx, e, full, truth, inner, counts)


def _spread(a: Array, counts: tuple[int, ...], ndim: int) -> Array:
    a = pad(a, ndim)
    shape = (*counts, *a.shape[len(counts) :])
    return a if a.shape == shape else np.broadcast_to(a, shape)


def _sum(ctx: Context, a: Array, axes: tuple[int, ...], counts: tuple[int, ...], ndim: int) -> Array:
    a = pad(a, ndim)
    long = tuple(k for k in axes if a.shape[k] != 1 or counts[k] == 1)
    times = 1
    for k in axes:
        if k not in long:
            times *= counts[k]
    out = ctx.field.total(a, long) if long else a
    out = np.asarray(out).reshape(a.shape[len(axes) :])
    return out if times == 1 else ctx.field.mul(out, ctx.field.array(times))


def _product(ctx: Context, full: Jet, k: int) -> Jet:
    if set(full) == {0}:
        return {0: ctx.field.product(full[0], tuple(range(k)))}
    out = full
    for _ in range(k):  # jets: one factor after the other
        n = out[0].shape[0]
        total: Jet = {0: _scalar(ctx, ctx.field.number(1))}
        for i in range(n):
            total = ctx.jets.mul(total, {key: a[i] for key, a in out.items()})
        out = total
    return out


def _extremum(ctx: Context, e: Red, full: Jet, truth: Array | None, inner: Env, counts: tuple[int, ...]) -> Jet:
    largest = e.op in ("max", "argmax")
    k = len(counts)
    values = full[0]
    out = values
    if truth is not None:
        worst = ctx.field.number(0) + float("-inf" if largest else "inf")
        out = np.where(truth == 1, values, worst)
        out = np.where(np.isnan(truth), np.nan, out)
        out = _spread(out, counts, inner.ndim)
    flat_shape = (int(np.prod(counts)), *out.shape[k:])
    if flat_shape[0] == 0:
        return {0: np.full(out.shape[k:], np.nan)}
    best = ctx.field.take_best(out.reshape(flat_shape), 0, largest)[None]

    def pick(a: Array) -> Array:
        flat = a.reshape((flat_shape[0], *a.shape[k:]))
        return np.take_along_axis(flat, best, axis=0)[0]

    if e.op.startswith("arg"):
        if len(e.binders) != 1:
            raise UnsupportedError("argmax over several letters")
        letter = _spread(inner.letters[e.binders[0].name][1], counts, inner.ndim)
        at = ctx.field.array(pick(letter))
        undefined = ctx.field.is_nan(pick(out))
        return {0: np.where(undefined, np.nan, at) if np.any(undefined) else at}
    result = {key: pick(a) for key, a in full.items() if key}
    chosen = pick(out)
    infinite = np.isinf(ctx.field.floats(chosen))
    result[0] = np.where(infinite, np.nan, chosen) if np.any(infinite) else chosen
    return result


# ------------------------------------------------------------------------------------ nodes with files of their own


@handles(Deriv)
def _deriv(ctx: Context, e: Deriv, env: Env) -> Jet:
    from symdl.tensor.interpret_derivatives import derivative

    return derivative(ctx, e, env)


@handles(Diff)
def _diff(ctx: Context, e: Diff, env: Env) -> Jet:
    from symdl.tensor.interpret_derivatives import differential

    return differential(ctx, e, env)


@handles(Mat)
def _mat(ctx: Context, e: Mat, env: Env) -> Jet:
    from symdl.tensor.matrix_values import matrix_function

    return matrix_function(ctx, e, env)


@handles(Call)
def _call(ctx: Context, e: Call, env: Env) -> Jet:
    from symdl.tensor.abstract_values import call

    return call(ctx, e, env)


@handles(Expect)
def _expect(ctx: Context, e: Expect, env: Env) -> Jet:
    from symdl.tensor.expectation_values import expectation

    return expectation(ctx, e, env)


@handles(Integ)
def _integ(ctx: Context, e: Integ, env: Env) -> Jet:
    from symdl.tensor.integral_values import integral

    return integral(ctx, e, env)


@handles(Opt)
def _opt(ctx: Context, e: Opt, env: Env) -> Jet:
    from symdl.tensor.optimum_values import optimum

    return optimum(ctx, e, env)


# ------------------------------------------------------------------------------------------------------ the front door


def evaluate(expr: Expr, valuation: Valuation, letters: Mapping[str, tuple[int, int]] | None = None) -> Array:
    """The array of an expression over the letters, in their order; each has a range (first, last)."""
    env = Env({})
    for name, (first, last) in (letters or {}).items():
        env = env.bind(name, first, last)
    with np.errstate(all="ignore"):
        out = valuation.context().value(expr, env)[0]
    return flatten(out, [last - first + 1 for first, last in (letters or {}).values()], env.ndim)


def evaluate_box(
    exprs: tuple[Expr, ...], valuation: Valuation, binders: tuple[Bind, ...], condition: Expr | None = None
) -> tuple[list[Array], Array, tuple[int, ...]]:
    """Expressions over binders whose ranges may depend on one another: arrays, where they count, first indices."""
    ctx = valuation.context()
    with np.errstate(all="ignore"):
        env, mask = bind(ctx, binders, Env({}))
        counts = [env.letters[b.name][1].shape[0] for b in binders]
        lows = tuple(int(env.letters[b.name][1].min()) if n else 1 for b, n in zip(binders, counts, strict=True))
        where = np.ones(counts, dtype=bool) if mask is None else flatten(mask, counts, env.ndim).astype(bool)
        if condition is not None:
            where = where & (flatten(ctx.truth(condition, env), counts, env.ndim) == 1)
        arrays = [flatten(ctx.value(e, env)[0], counts, env.ndim) for e in exprs]
    return arrays, where, lows


def flatten(out: Array, counts: list[int], ndim: int) -> Array:
    """Letter axes in their order, without the reserved ones."""
    out = pad(out, ndim)
    if any(s != 1 for s in out.shape[ndim - RESERVED :]):
        raise UnsupportedError("a value that still depends on a sample or a tangent")
    out = out.reshape(out.shape[: ndim - RESERVED])
    out = np.broadcast_to(out, tuple(reversed(counts)))
    return np.array(np.transpose(out))
