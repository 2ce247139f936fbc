"""Normal form: any entry as a list of terms; sums move out, brackets of conditions become factors.

`Σ_k (a + b) ⇒ Σ_k a + Σ_k b`, `(ab)^2 ⇒ a²b²`, `log exp x ⇒ x`; a compound factor `(a + b) c` is multiplied out only
when asked (`expand`), the largest one first so that what cancels does.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symdl.rewrite.context import Context
from symdl.rewrite.terms import Term, merge, multiply, numeric, product_of, total
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Add, Expr, Fn, Ind, Mul, Num, Pow, Red, Where

OPPOSITE = {"<": "≥", "≤": ">", ">": "≤", "≥": "<"}
LARGEST = 64  # no number is raised to a higher power
INVERSES = {("log", "exp"), ("exp", "log"), ("tanh", "arctanh"), ("arctanh", "tanh")}


def terms_of(e: Expr, ctx: Context, expand: bool = False) -> tuple[Term, ...]:
    """The terms of an entry, like ones merged."""
    found = ctx.normal.get((e, expand))
    if found is None:
        found = ctx.normal[e, expand] = merge(_terms(e, ctx, expand))
    return found


def _terms(e: Expr, ctx: Context, expand: bool) -> tuple[Term, ...]:
    if isinstance(e, Num):
        return (Term(e.value),)
    if isinstance(e, Add):
        return tuple(t for part in e.terms for t in terms_of(part, ctx, expand))
    if isinstance(e, Mul):
        return _product(e, ctx, expand)
    if isinstance(e, Red) and e.op == "sum":
        ctx.know(e.binders)
        condition = () if e.condition is None else _brackets(e.condition, ctx)
        inner = terms_of(e.body, ctx, expand)
        return tuple(
            product_of(t.coefficient, (*condition, *t.powers), (*e.binders, *t.binders))
            for t in (multiply(Term(), u) if u.letters & {b.name for b in e.binders} else u for u in inner)
        )
    if isinstance(e, Pow):
        return _power(e, ctx, expand)
    if isinstance(e, Ind):
        return (product_of(Fraction(1), _brackets(e.condition, ctx), ()),)
    if isinstance(e, Where):
        return (Term(powers=((_rebuilt(e, ctx), E.ONE),)),)
    if isinstance(e, Fn):
        arg = e.args[0] if e.args else None
        if isinstance(arg, Fn) and (e.name, arg.name) in INVERSES:
            return terms_of(arg.args[0], ctx, expand)
    return (Term(powers=((_rebuilt(e, ctx), E.ONE),)),)


def _brackets(condition: Expr, ctx: Context) -> tuple[tuple[Expr, Expr], ...]:
    if isinstance(condition, E.Logic) and condition.op == "and":
        return tuple(p for a in condition.args for p in _brackets(a, ctx))
    if isinstance(condition, E.Logic) and condition.op == "not" and isinstance(condition.args[0], E.Cmp):
        inner = condition.args[0]
        if inner.op in OPPOSITE:
            return ((Ind(E.Cmp(OPPOSITE[inner.op], inner.left, inner.right)), E.ONE),)
        if inner.op == "=" and isinstance(inner.left, E.Idx):
            own = ctx.ranges.get(inner.left.name)
            if own is not None and own.first is inner.right:  # all but the first: from the second on
                return ((Ind(E.Cmp("≤", E.add(own.first, E.ONE), inner.left)), E.ONE),)
    if isinstance(condition, E.Cmp) and condition.op in ("=", "≤", "≥") and condition.left is condition.right:
        return ()
    return ((Ind(condition), E.ONE),)


def _rebuilt(e: Expr, ctx: Context) -> Expr:
    """An atom, its parts in normal form (a bound letter's range is known from then on)."""
    if isinstance(e, Acc):
        if all(isinstance(i, E.Idx) for i in e.indices):
            return e
        return Acc(e.name, tuple(index_of(i, ctx) for i in e.indices)) if e.indices else e
    if isinstance(e, Red):
        ctx.know(e.binders)
    if isinstance(e, E.Deriv | E.Bind | E.Call | E.Lam | E.Mat | E.Expect | E.Integ | E.Diff | E.Opt):
        return e
    return E.rebuild(e, lambda c: c if isinstance(c, E.Bind) else normal(c, ctx))


def normal(e: Expr, ctx: Context) -> Expr:
    """The same entry in normal form, not expanded."""
    if isinstance(e, E.Idx | Num | E.Const) or (isinstance(e, E.Dimension) and e.index is None):
        return e
    return total(sorted(terms_of(e, ctx), key=lambda t: t.coefficient < 0))


def index_of(e: Expr, ctx: Context) -> Expr:
    """An index as it is, or multiplied out where that is shorter: `d (a − 1) + k` stays, `2 + j − 2 ⇒ j`."""
    if isinstance(e, E.Idx | Num):
        return e
    kept, opened = normal(e, ctx), total(terms_of(e, ctx, True))
    return opened if _weight(opened) < _weight(kept) else kept


def difference(a: Expr, b: Expr, ctx: Context) -> Expr:
    """a − b, multiplied out: of two indices or sizes a number, where it is one."""
    return total(terms_of(E.sub(a, b), ctx, True))


def _product(e: Mul, ctx: Context, expand: bool) -> tuple[Term, ...]:
    out = Term()
    for f in e.factors:
        parts = terms_of(f, ctx, False)
        if not parts:
            return ()
        out = multiply(out, parts[0] if len(parts) == 1 else bracket(parts))
    return expanded(out, ctx) if expand else (out,)


def bracket(parts: tuple[Term, ...]) -> Term:
    """A sum as one factor; a minus that all its terms share goes in front."""
    sign = Fraction(-1 if all(t.coefficient < 0 for t in parts) else 1)
    return Term(sign, ((total(replace(t, coefficient=sign * t.coefficient) for t in parts), E.ONE),))


def _power(e: Pow, ctx: Context, expand: bool) -> tuple[Term, ...]:
    exponent = normal(e.exponent, ctx)
    parts = terms_of(e.base, ctx)
    x = numeric(exponent)
    if not parts and x is not None and x > 0:
        return ()
    if len(parts) == 1 and x is not None and not parts[0].binders:
        t = parts[0]
        whole = x.denominator == 1 and abs(x) <= LARGEST
        # a root of a product or of a power is split only where it must be one factor to the first power
        plain = len(t.powers) == 1 and t.powers[0][1] is E.ONE and t.coefficient == 1
        if (whole and t.coefficient) or plain:
            coefficient = t.coefficient ** int(x) if whole else Fraction(1)
            return (product_of(coefficient, tuple((b, E.mul(p, exponent)) for b, p in t.powers), ()),)
    base = total(parts)
    out = (
        Term(powers=((base, exponent),))
        if not isinstance(base, Num)
        else product_of(Fraction(1), ((base, exponent),), ())
    )
    return expanded(out, ctx) if expand else (out,)


def _weight(e: Expr) -> int:
    return 1 + sum(_weight(c) for c in e.children())


def expanded(t: Term, ctx: Context) -> tuple[Term, ...]:
    """All compound factors with small whole powers multiplied out, the heaviest first."""
    todo, done = [t], []
    while todo:
        u = todo.pop()
        places = [
            n
            for n, (b, x) in enumerate(u.powers)
            if isinstance(b, Add) and (q := numeric(x)) and q > 0 and q.denominator == 1 and q <= 3
        ]
        if not places:
            done.append(u)
            continue
        n = max(places, key=lambda m: _weight(u.powers[m][0]))
        base, exponent = u.powers[n]
        power = int(numeric(exponent) or 1)
        rest = u.without(n)
        if power > 1:
            rest = replace(rest, powers=(*rest.powers, (base, E.num(power - 1))))
        todo.extend(multiply(rest, part) for part in reversed(terms_of(base, ctx, False)))
    return merge(done)
