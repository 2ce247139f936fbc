"""Delta: a Kronecker δ under a sum is solved by substitution, `Σ_j δ_jk a_j ⇒ a_k`; an idle sum counts, `Σ_k 1 ⇒ n`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from symdl.rewrite.context import Context
from symdl.rewrite.normal import difference, index_of, normal, terms_of
from symdl.rewrite.terms import Term, merge, multiply, numeric, product_of, substitute_term
from symdl.tensor import expr as E
from symdl.tensor.expr import Add, Bind, Cmp, Expr, Idx, Ind


def eliminate(t: Term, ctx: Context) -> tuple[Term, ...]:
    """Every δ that a bound letter can solve, and every idle sum, gone."""
    todo, done = [t], []
    while todo:
        u = todo.pop()
        n = _compound_with_delta(u)
        if n is not None:
            base, _ = u.powers[n]
            rest = u.without(n)
            todo.extend(multiply(rest, part) for part in terms_of(base, ctx))
            continue
        ctx.know(u.binders)
        solved = _solve_one(u, ctx)
        if solved is None:
            solved = settled(u, ctx)
        if solved is None:
            solved = _narrowed(u, ctx)
        if solved is None:
            solved = _aligned(u)
        if solved is None:
            solved = _idle(u, ctx)
        if solved is None:
            done.append(u)
        else:
            todo.extend(solved)
    return merge(done)


def _has_delta(e: Expr, letters: frozenset[str]) -> bool:
    if isinstance(e, Ind):
        return isinstance(e.condition, Cmp) and e.condition.op == "=" and bool(e.free & letters)
    if isinstance(e, E.Mul):
        return any(_has_delta(f, letters) for f in e.factors)
    if isinstance(e, Add):
        return any(_has_delta(f, letters) for f in e.terms)
    return isinstance(e, E.Red) and e.op == "sum" and _has_delta(e.body, letters)


def _compound_with_delta(t: Term) -> int | None:
    letters = t.letters
    if letters:
        for n, (b, x) in enumerate(t.powers):
            if isinstance(b, Add) and x is E.ONE and _has_delta(b, letters):
                return n
    return None


def _solve_one(t: Term, ctx: Context) -> tuple[Term, ...] | None:
    for n, (base, _) in enumerate(t.powers):
        if not (isinstance(base, Ind) and isinstance(base.condition, Cmp) and base.condition.op == "="):
            continue
        for b in t.binders:
            if b.name not in base.free:
                continue
            value = solve(base.condition.left, base.condition.right, b.name, ctx)
            circular = [o for o in t.binders if b.name in o.first.free | o.last.free]
            if value is None or any(o.name in value.free for o in circular):
                continue
            rest = replace(t.without(n), binders=tuple(o for o in t.binders if o is not b))
            out = substitute_term(rest, {b.name: value})
            inside = tuple((Ind(c), E.ONE) for c in outside(value, b, ctx))
            powers = tuple((_with_short_indices(base, ctx), x) for base, x in out.powers)
            return (product_of(out.coefficient, (*inside, *powers), out.binders),)
        if not base.free & t.letters:
            gap = numeric(difference(base.condition.left, base.condition.right, ctx))
            if gap is not None:
                return () if gap else (t.without(n),)
    return None


def _narrowed(t: Term, ctx: Context) -> tuple[Term, ...] | None:
    """A bracket that cuts a sum's range at a number or a size: `Σ_{t=0}^T [1 ≤ t] a_t ⇒ Σ_{t=1}^T a_t`."""
    for n, (base, _) in enumerate(t.powers):
        c = base.condition if isinstance(base, Ind) else None
        if not (isinstance(c, Cmp) and c.op == "≤"):
            continue
        for k, b in enumerate(t.binders):
            if any(b.name in o.first.free | o.last.free for o in t.binders):
                continue
            first, last = b.first, b.last
            if c.right is Idx(b.name) and not c.left.free:
                gap, first = difference(c.left, first, ctx), c.left
            elif c.left is Idx(b.name) and not c.right.free:
                gap, last = difference(last, c.right, ctx), c.right
            else:
                continue
            if (least(gap, ctx) or -1) < 0:
                continue
            fresh = Bind(E.fresh(b.name), first, last)
            rest = replace(t.without(n), binders=(*t.binders[:k], *t.binders[k + 1 :]))
            out = substitute_term(rest, {b.name: Idx(fresh.name)})
            ctx.know((fresh,))
            return (product_of(out.coefficient, out.powers, (*out.binders, fresh)),)
    return None


def _aligned(t: Term) -> tuple[Term, ...] | None:
    """A δ that stays, used where factors then cancel: `δ_ij P_ij / P_ii ⇒ δ_ij`."""
    for n, (base, _) in enumerate(t.powers):
        if not (isinstance(base, Ind) and isinstance(base.condition, Cmp) and base.condition.op == "="):
            continue
        a, b = base.condition.left, base.condition.right
        for one, other in ((a, b), (b, a)):
            if not isinstance(one, Idx) or one.name in other.free or one.name in t.letters:
                continue
            rest = t.without(n)
            out = substitute_term(rest, {one.name: other})
            if len(out.powers) < len(rest.powers):
                return (product_of(out.coefficient, (*out.powers, (base, E.ONE)), out.binders),)
    return None


def solve(left: Expr, right: Expr, letter: str, ctx: Context) -> Expr | None:
    """The value of the letter where left = right, if it occurs once with coefficient ±1 outside any access."""
    if isinstance(left, Idx) and left.name == letter and letter not in right.free:
        return right
    if isinstance(right, Idx) and right.name == letter and letter not in left.free:
        return left
    rest: list[Expr] = []
    sign: Fraction | None = None
    for u in terms_of(E.sub(left, right), ctx, True):
        if len(u.powers) == 1 and u.powers[0] == (Idx(letter), E.ONE) and not u.binders:
            sign = u.coefficient
        elif any(letter in b.free for b, _ in u.powers):
            return None
        else:
            rest.append(E.mul(E.num(u.coefficient), *(E.power(b, x) for b, x in u.powers)))
    if sign not in (1, -1):
        return None
    return normal(E.add(*(E.mul(E.num(-sign), r) for r in rest)), ctx)


def outside(value: Expr, b: Bind, ctx: Context) -> list[Expr]:
    """The conditions for a value to lie in a letter's range that are not plain from the value's own range."""
    if isinstance(value, E.Red) and value.op in ("argmax", "argmin"):
        own = value.binders[0]
        if own.first is b.first and own.last is b.last:
            return []
    if isinstance(value, E.Acc) and _labels(value.name, b, ctx):
        return []
    # replace each letter of an affine value by the end of its range that makes it smallest, largest
    low, high = extremes(value, ctx)
    out: list[Expr] = []
    below = least(difference(low, b.first, ctx), ctx)
    above = least(difference(b.last, high, ctx), ctx)
    if below is None or below < 0:
        out.append(Cmp("≤", b.first, value))
    if above is None or above < 0:
        out.append(Cmp("≤", value, b.last))
    return out


def _with_short_indices(e: Expr, ctx: Context) -> Expr:
    """After a letter was solved: `K[d (a − 1) + (j − d (a − 1))] ⇒ K[j]`."""

    def visit(x: Expr) -> Expr:
        x = E.rebuild(x, visit)
        return E.Acc(x.name, tuple(index_of(i, ctx) for i in x.indices)) if isinstance(x, E.Acc) and x.indices else x

    plain = all(isinstance(i, Idx) for a in E.accesses(e) for i in a.indices)
    return e if plain else visit(e)


def least(gap: Expr, ctx: Context) -> Fraction | None:
    """The least value of a number, or of sizes that count from 1 upwards: `T − 1` is at least 0."""
    out = Fraction(0)
    for u in terms_of(gap, ctx):
        sizes = all(isinstance(b, E.Dimension) and (numeric(x) or 0) > 0 for b, x in u.powers)
        if not sizes or u.binders or (u.powers and u.coefficient < 0):
            return None
        out += u.coefficient
    return out


def _labels(name: str, b: Bind, ctx: Context) -> bool:
    """Are all entries of a tensor assumed to lie in a letter's range, as class labels do?"""
    return any(
        f.op == "range" and f.subject == name and f.condition is None and f.arguments == (b.first, b.last)
        for f in ctx.program.facts
    )


def extremes(value: Expr, ctx: Context) -> tuple[Expr, Expr]:
    """The least and the largest that an affine value can be: each letter at the end of its range that makes it so."""
    if isinstance(value, Idx) and value.name in ctx.ranges:
        own = ctx.ranges[value.name]
        return own.first, own.last
    low = high = value
    seen: set[str] = set()
    for u in terms_of(value, ctx):
        for base, x in u.powers:
            if isinstance(base, Idx) and base.name in ctx.ranges and x is E.ONE and len(u.powers) == 1:
                own = ctx.ranges[base.name]
                ends = (own.first, own.last) if u.coefficient > 0 else (own.last, own.first)
                if base.name not in seen:
                    seen.add(base.name)
                    low = E.substitute(low, {base.name: ends[0]})
                    high = E.substitute(high, {base.name: ends[1]})
    return low, high


def settled(t: Term, ctx: Context) -> tuple[Term, ...] | None:
    """A bracket that the ranges of its letters decide, `[1 ≤ t] ⇒ 1` for t in 1..T; δ's of the term are used in it."""
    equal: dict[str, Expr] = {}
    for b, _ in t.powers:
        if isinstance(b, Ind) and isinstance(c := b.condition, Cmp) and c.op == "=":
            for one, other in ((c.left, c.right), (c.right, c.left)):
                if isinstance(one, Idx) and one.name not in other.free | equal.keys():
                    equal[one.name] = other
                    break
    for n, (base, _) in enumerate(t.powers):
        if not (isinstance(base, Ind) and isinstance(base.condition, Cmp) and base.condition.op == "≤"):
            continue
        gap = difference(base.condition.right, base.condition.left, ctx)
        answer = _sign(gap, ctx, {})
        if answer is None and equal:
            answer = _sign(gap, ctx, equal)
        if answer is not None:
            return (t.without(n),) if answer else ()
    return None


def _sign(gap: Expr, ctx: Context, equal: Mapping[str, Expr]) -> bool | None:
    """Is an affine value at least 0 (True), always negative (False), or not to be told (None)?"""
    for end in (0, 1):
        x = gap
        for _ in range(3):  # a letter's range may name a letter whose range is looked up next
            x = normal(E.substitute(x, equal), ctx) if equal else x
            value = numeric(x)
            if value is None and not end:
                value = least(x, ctx)
                if value is not None and value >= 0:
                    return True
                value = None
            if value is not None:
                if (value >= 0) != bool(end):
                    return not end
                break
            x = normal(extremes(x, ctx)[end], ctx)
    return None


def _idle(t: Term, ctx: Context) -> tuple[Term, ...] | None:
    for b in t.binders:
        used = any(b.name in x.free | p.free for x, p in t.powers)
        if used or any(b.name in o.first.free | o.last.free for o in t.binders):
            continue
        count = terms_of(E.add(b.last, E.neg(b.first), E.ONE), ctx)
        rest = replace(t, binders=tuple(o for o in t.binders if o is not b))
        return tuple(multiply(rest, c) for c in count)
    return None
