"""Exponentials in quotients and logarithms as functions that do not overflow, innermost first.

exp(a_k) / Σ_m exp(a_m) ⇒ softmax(a)       [j ≤ i] exp(a_ij) / Σ_{m ≤ i} exp(a_im) ⇒ softmax of a where j ≤ i
1 / (1 + exp(−x)) ⇒ sigmoid(x)     exp(x) / (1 + exp(x)) ⇒ sigmoid(x)     1 − sigmoid(x) ⇒ sigmoid(−x)
log(1 + exp x) ⇒ softplus(x)       log sigmoid(x) ⇒ −softplus(−x)         log cosh x ⇒ |x| + softplus(−2|x|) − log 2
(exp(x) − exp(−x)) / (exp(x) + exp(−x)) ⇒ tanh(x)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from symdl.code.masks import conditions
from symdl.code.polynomial import same
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Cmp, Expr, Fn, Idx

SOFTMAX = "softmax·"  # Fn(SOFTMAX, (a, letter[, condition])): made here, never seen elsewhere


def recognise(x: Expr, binders: Iterable[Bind]) -> Expr:
    """Replace the patterns above; `binders` are the letters that are free in the expression."""
    ranges = {b.name: b for b in binders}
    ranges |= {b.name: b for y in e.walk(x) if isinstance(y, e.Red | e.Lam) for b in y.binders}
    memo: dict[Expr, Expr] = {}

    def visit(y: Expr) -> Expr:
        if y not in memo:
            memo[y] = _one(e.rebuild(y, visit), ranges)
        return memo[y]

    return visit(x)


def softmax_of(x: Expr) -> TypeGuard[Any]:
    """Is it a softmax, over all entries?"""
    return isinstance(x, Fn) and x.name == SOFTMAX and len(x.args) == 2


def sum_of_exp(x: Expr | None) -> TypeGuard[Any]:
    """Is it Σ exp(…) over one letter?"""
    return (
        isinstance(x, e.Red) and x.op == "sum" and len(x.binders) == 1
        and isinstance(x.body, Fn) and x.body.name == "exp"
    )  # fmt: skip


def _one(x: Expr, ranges: Mapping[str, Bind]) -> Expr:
    if isinstance(x, e.Mul):
        return _quotients(_softmaxes(x, ranges))
    if isinstance(x, e.Pow):
        return _power(x)
    if isinstance(x, e.Add) and len(x.terms) == 2 and e.ONE in x.terms:
        other = e.neg(x.terms[0] if x.terms[1] is e.ONE else x.terms[1])
        return e.fn("sigmoid", e.neg(other.args[0])) if _is(other, "sigmoid") else x
    if isinstance(x, Fn) and x.name == "log":
        return _logarithm(x)
    return x


def _power(x: e.Pow) -> Expr:
    """1 / (1 + exp(a)) ⇒ sigmoid(−a); exp(a)^n ⇒ exp(n a); 1 / cosh(a)^n, whose cosh overflows, by its logarithm."""
    if _is(x.base, "exp"):
        return e.fn("exp", e.mul(x.exponent, x.base.args[0]))
    if _is(x.base, "cosh") and isinstance(x.exponent, e.Num) and x.exponent.value < 0:
        return e.fn("exp", e.mul(x.exponent, _logarithm(Fn("log", (x.base,)))))
    inner = _one_plus_exp(x.base) if x.exponent is e.MINUS_ONE else None
    return x if inner is None else e.fn("sigmoid", e.neg(inner))


def _logarithm(x: Fn) -> Expr:
    inner = _one_plus_exp(x.args[0])
    if inner is not None:
        return e.fn("softplus", inner)
    if _is(x.args[0], "exp"):
        return x.args[0].args[0]
    exponents = _exponents(x.args[0])
    if exponents:  # log(exp(a) + exp(b)) ⇒ a + softplus(b − a)
        total = exponents[0]
        for a in exponents[1:]:
            total = e.add(total, e.fn("softplus", e.sub(a, total)))
        return total
    if _is(x.args[0], "sigmoid"):
        return e.neg(e.fn("softplus", e.neg(x.args[0].args[0])))
    if _is(x.args[0], "cosh"):
        size = e.fn("abs", x.args[0].args[0])
        return e.add(size, e.fn("softplus", e.mul(e.num(-2), size)), e.neg(e.fn("log", e.num(2))))
    return x


def _is(x: Expr, name: str) -> TypeGuard[Fn]:
    return isinstance(x, Fn) and x.name == name


def _one_plus_exp(x: Expr) -> Expr | None:
    """T where x is 1 + exp(t)."""
    if isinstance(x, e.Add) and len(x.terms) == 2 and e.ONE in x.terms:
        other = x.terms[0] if x.terms[1] is e.ONE else x.terms[1]
        if _is(other, "exp"):
            return other.args[0]
    return None


def _exponents(x: Expr) -> list[Expr]:
    """The exponents where x is a sum of two exponentials or more; 1 is one."""
    if not isinstance(x, e.Add) or not all(t is e.ONE or _is(t, "exp") for t in x.terms):
        return []
    return [e.ZERO if t is e.ONE else t.args[0] for t in x.terms]  # type: ignore[attr-defined]


def _quotients(x: Expr) -> Expr:
    """exp(a) sigmoid(−a) ⇒ sigmoid(a), exp(a) / Σ exp(b) ⇒ exp(a − log Σ exp(b)), and the quotient that is tanh."""
    if not isinstance(x, e.Mul):
        return x
    factors = list(x.factors)
    for f in x.factors:
        if _is(f, "exp"):
            small = e.fn("sigmoid", e.neg(f.args[0]))
            if small in factors and f in factors:
                factors.remove(small)
                factors[factors.index(f)] = e.fn("sigmoid", f.args[0])
                continue
            inverse = (g for g in factors if isinstance(g, e.Pow) and g.exponent is e.MINUS_ONE)
            below = next((g for g in inverse if _sums(g.base)), None)
            if below is not None and f in factors:
                factors.remove(below)
                logarithm = _logarithm(Fn("log", (below.base,)))
                factors[factors.index(f)] = e.fn("exp", e.sub(f.args[0], logarithm))
        elif isinstance(f, e.Add) and (a := _difference(f)) is not None:
            below = next((g for g in factors if isinstance(g, e.Pow) and _sum(g, a)), None)
            if below is not None:
                factors.remove(below)
                factors[factors.index(f)] = e.fn("tanh", a)
    return e.mul(*factors)


def _sums(x: Expr) -> bool:
    return sum_of_exp(x) or bool(_exponents(x))


def _difference(x: e.Add) -> Expr | None:
    """A where x is exp(a) − exp(−a)."""
    up = next((t for t in x.terms if _is(t, "exp")), None)
    if len(x.terms) != 2 or up is None:
        return None
    return up.args[0] if e.neg(e.fn("exp", e.neg(up.args[0]))) in x.terms else None


def _sum(x: e.Pow, a: Expr) -> bool:
    """Is it 1 / (exp(a) + exp(−a))?"""
    terms = x.base.terms if isinstance(x.base, e.Add) and x.exponent is e.MINUS_ONE else ()
    return len(terms) == 2 and {*terms} == {e.fn("exp", a), e.fn("exp", e.neg(a))}


# ----------------------------------------------------------------------------------------------------------- softmax


def _softmaxes(x: e.Mul, ranges: Mapping[str, Bind]) -> Expr:
    """Each factor exp(a_k) that meets a factor 1 / Σ_m exp(a_m) becomes a softmax with it."""
    factors = list(x.factors)
    for below in x.factors:
        total = below.base if isinstance(below, e.Pow) and below.exponent is e.MINUS_ONE else None
        if not sum_of_exp(total):
            continue
        for above in factors:
            if not _is(above, "exp"):
                continue
            letter = _letter(above.args[0], total)
            if letter is None or letter not in ranges:
                continue
            wanted = _where(total, letter, ranges[letter])
            outer, _ = conditions(factors)
            if wanted is None or not {_order(c) for c in wanted} <= {_order(c) for c in outer}:
                continue
            mask = () if not wanted else (wanted[0] if len(wanted) == 1 else e.Logic("and", tuple(wanted)),)
            factors[factors.index(above)] = Fn(SOFTMAX, (above.args[0], Idx(letter), *mask))
            factors.remove(below)
            kept = [c for c in outer if _order(c) not in {_order(w) for w in wanted}]
            factors = [*(f for f in factors if not isinstance(f, e.Ind)), *(e.Ind(c) for c in kept)]
            break
    return e.mul(*factors)


def _letter(a: Expr, total: Any) -> str | None:
    """The letter k for which a is the summand's exponent at m = k."""
    m = total.binders[0].name
    own = sorted(a.free - total.free)  # S_ii is no row of S, whatever its letter
    wanted = _by_depth(a)
    return next((k for k in own if _by_depth(e.substitute(total.body.args[0], {m: Idx(k)})) is wanted), None)


def _by_depth(x: Expr, depth: int = 0) -> Expr:
    """The expression with its bound letters named by where they are bound: equal sums become one object."""
    if not any(isinstance(y, e.Red) for y in e.walk(x)):
        return x
    if isinstance(x, e.Red):
        new = {b.name: Idx(f"·{depth}.{k}") for k, b in enumerate(x.binders)}
        binders = tuple(
            Bind(new[b.name].name, e.substitute(b.first, new), e.substitute(b.last, new)) for b in x.binders
        )
        condition = None if x.condition is None else e.substitute(x.condition, new)
        return e.Red(x.op, binders, condition, _by_depth(e.substitute(x.body, new), depth + 1))
    return e.rebuild(x, lambda y: _by_depth(y, depth))


def _where(total: Any, letter: str, whole: Bind) -> list[Expr] | None:
    """The conditions on the letter under which its term is in the sum; None where they can't be said."""
    (b,) = total.binders
    k = Idx(letter)
    found: list[Expr] = []
    if total.condition is not None:
        found += conditions([e.Ind(e.substitute(total.condition, {b.name: k}))])[0]
    if not same(b.first, whole.first):
        found.append(Cmp("≤", b.first, k))
    if not same(b.last, whole.last):
        found.append(Cmp("≤", k, b.last))
    return found


def _order(c: Expr) -> Expr:
    """A comparison with its smaller side on the left."""
    turned = {"≥": "≤", ">": "<"}
    return Cmp(turned[c.op], c.right, c.left) if isinstance(c, Cmp) and c.op in turned else c
