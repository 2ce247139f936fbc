"""Evaluation with some names moving (seeds) or replaced (overrides): expressions, conditions, indices, accesses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet, drop
from symdl.tensor.expr import (
    Acc,
    Add,
    Cmp,
    Deriv,
    Dimension,
    Expr,
    Fn,
    Idx,
    Ind,
    Logic,
    Mul,
    Num,
)
from symdl.tensor.fields import FLOAT, Array
from symdl.tensor.interpret_seeds import seed_array
from symdl.tensor.interpret_types import (
    NOWHERE,
    RESERVED,
    Env,
    Item,
    Override,
    Seed,
    Tensor,
    gather,
)
from symdl.tensor.interpret_valuation import Valuation

Handler = Callable[["Context", Any, Env], Jet]
HANDLERS: dict[type[Expr], Handler] = {}


def handles(kind: type[Expr]) -> Callable[[Handler], Handler]:
    """Register the rule that gives a kind of node its value."""

    def register(f: Handler) -> Handler:
        HANDLERS[kind] = f
        return f

    return register


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
