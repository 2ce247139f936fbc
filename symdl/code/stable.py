"""What would overflow as it is written, computed so that it does not.

exp(a_k) / Σ_m exp(a_m) ⇒ softmax(a)      log softmax(a) ⇒ a − logsumexp(a)      log Σ exp ⇒ logsumexp
log(1 + exp x) ⇒ softplus(x)               1 / (1 + exp(−x)) ⇒ sigmoid(x)          log sigmoid(x) ⇒ −softplus(−x)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from symdl.code.accesses import access
from symdl.code.values import Tensor, Value, permuted
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr, Fn, Idx

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering

SOFTMAX = "softmax·"  # Fn(SOFTMAX, (a, letter)): softmax of a over the letter; made here, never seen elsewhere


def recognise(x: Expr, low: Lowering) -> Expr:
    """Replace the patterns above, innermost first."""
    memo: dict[Expr, Expr] = {}

    def visit(y: Expr) -> Expr:
        if y not in memo:
            memo[y] = _one(e.rebuild(y, visit))
        return memo[y]

    return visit(x)


def _one(x: Expr) -> Expr:
    if isinstance(x, e.Mul):
        return _softmaxes(x)
    if isinstance(x, e.Pow) and x.exponent is e.MINUS_ONE:
        inner = _one_plus_exp(x.base)
        return x if inner is None else e.fn("sigmoid", e.neg(inner))
    if isinstance(x, Fn) and x.name == "log":
        inner = _one_plus_exp(x.args[0])
        if inner is not None:
            return e.fn("softplus", inner)
        if isinstance(x.args[0], Fn) and x.args[0].name == "sigmoid":
            return e.neg(e.fn("softplus", e.neg(x.args[0].args[0])))
    return x


def _one_plus_exp(x: Expr) -> Expr | None:
    """T where x is 1 + exp(t)."""
    if isinstance(x, e.Add) and len(x.terms) == 2 and e.ONE in x.terms:
        other = x.terms[0] if x.terms[1] is e.ONE else x.terms[1]
        if isinstance(other, Fn) and other.name == "exp":
            return other.args[0]
    return None


def _softmaxes(x: e.Mul) -> Expr:
    """Each factor exp(a_k) that meets a factor 1 / Σ_m exp(a_m) becomes a softmax with it."""
    factors = list(x.factors)
    for below in x.factors:
        total = below.base if isinstance(below, e.Pow) and below.exponent is e.MINUS_ONE else None
        if not _sum_of_exp(total):
            continue
        for above in factors:
            if isinstance(above, Fn) and above.name == "exp":
                letter = _letter(above.args[0], total)
                if letter is not None:
                    factors[factors.index(above)] = Fn(SOFTMAX, (above.args[0], Idx(letter)))
                    factors.remove(below)
                    break
    return e.mul(*factors)


def _sum_of_exp(x: Expr | None) -> TypeGuard[Any]:
    """Is it Σ exp(…) over one letter?"""
    return (
        isinstance(x, e.Red) and x.op == "sum" and len(x.binders) == 1 and x.condition is None
        and isinstance(x.body, Fn) and x.body.name == "exp"
    )  # fmt: skip


def _letter(a: Expr, total: Any) -> str | None:
    """The letter k for which a is the summand's exponent at m = k."""
    m = total.binders[0].name
    return next((k for k in a.free if e.substitute(total.body.args[0], {m: Idx(k)}) is a), None)


def softmax_of(x: Expr) -> TypeGuard[Any]:
    return isinstance(x, Fn) and x.name == SOFTMAX


def function(low: Lowering, x: Fn) -> Value | None:
    """Code for the functions made here, and for logarithms of them."""
    if x.name == SOFTMAX:
        a, letter = x.args
        assert isinstance(letter, Idx)
        return _along(low, "_softmax", a, letter.name, keep=True)
    if x.name == "log":
        inner = x.args[0]
        if softmax_of(inner):
            return _along(low, "_log_softmax", inner.args[0], inner.args[1].name, keep=True)
        if isinstance(inner, e.Acc) and inner.name in low.softmaxes:
            binders, body = low.softmaxes[inner.name]
            indices = dict(zip((b.name for b in binders), inner.indices, strict=True))
            letter = indices[body.args[1].name]
            if isinstance(letter, Idx) and _full(low, letter.name, binders, body):
                a = e.substitute(body.args[0], indices)
                return _along(low, "_log_softmax", a, letter.name, keep=True)
            return _entries_of_log(low, binders, body, inner)
        if _sum_of_exp(inner):
            with low.letters(inner.binders):
                return _along(low, "_logsumexp", inner.body.args[0], inner.binders[0].name, keep=False)
    return None


def _entries_of_log(low: Lowering, binders: tuple[e.Bind, ...], body: Any, inner: e.Acc) -> Value:
    """log softmax(a) where its indices are gathered: log P[i, y_i] ⇒ _log_softmax(a)[i, y_i]."""
    fresh = {b.name: e.fresh(b.name) for b in binders}
    new = {n: Idx(m) for n, m in fresh.items()}
    axes = tuple(e.Bind(fresh[b.name], e.substitute(b.first, new), e.substitute(b.last, new)) for b in binders)
    with low.letters(axes):  # type: ignore[arg-type]
        a, letter = (e.substitute(x, new) for x in body.args)
        v = _along(low, "_log_softmax", a, letter.name, keep=True)  # type: ignore[attr-defined]
        code = permuted(v, tuple(b.name for b in axes)).code  # type: ignore[attr-defined]
    return access(low, Tensor(code, axes), inner.name, inner.indices)  # type: ignore[arg-type]


def _full(low: Lowering, letter: str, binders: tuple[e.Bind, ...], body: Any) -> bool:
    """Does the letter run over the whole axis that the softmax was taken over?"""
    over = next(b for b in binders if b.name == body.args[1].name)
    mine = low.ranges[letter]
    return mine.first is over.first and mine.last is over.last


def _along(low: Lowering, helper: str, a: Expr, letter: str, *, keep: bool) -> Value:
    v = low.spread(low.value(a), letter)
    axis = v.letters.index(letter)
    low.helpers.add(helper)
    code = f"{helper}({v.code}, axis={axis if axis < len(v.letters) - 1 else -1})"
    return Value(code, v.letters if keep else tuple(n for n in v.letters if n != letter))
