"""Code for softmax, log-sum-exp and logarithms of probabilities that neither overflows nor takes the log of zero.

log softmax(a) ⇒ a − logsumexp(a)     log Σ exp ⇒ logsumexp
where p = σ(z):   log p ⇒ −softplus(−z)     log(1 − p) ⇒ −softplus(z)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from symdl.code import masks
from symdl.code.accesses import access
from symdl.code.exponentials import SOFTMAX, softmax_of, sum_of_exp
from symdl.code.values import Tensor, Value, aligned, permuted, union
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr, Fn, Idx

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering

OVERFLOWING = ("exp", "sinh", "cosh", "log", "sqrt", "tan", "arcsin", "arccos", "arctanh", "arccosh")


@contextmanager
def taken_where(low: Lowering, c: Expr | None) -> Iterator[None]:
    """What is lowered here counts where the condition holds; it is computed elsewhere too, but not used there."""
    before = low.taken
    if c is not None and masks.by_data(c):
        truth = low.value(c)
        low.taken = None if truth.python or not truth.letters else truth
    try:
        yield
    finally:
        low.taken = before


def safe(low: Lowering, v: Value) -> Value:
    """The argument of a function that may overflow or is not defined everywhere: 1 where the value is not used."""
    if low.taken is None or v.python or not v.letters or not set(v.letters) <= set(low.taken.letters):
        return v
    letters = low.taken.letters
    return Value(low.backend.where(low.taken.code, aligned(v, letters).code, "1", low), letters)


def function(low: Lowering, x: Fn) -> Value | None:
    """Code for the functions made here, and for logarithms of them."""
    if x.name == SOFTMAX:
        a, letter, *mask = x.args
        assert isinstance(letter, Idx)
        return _along(low, "_softmax", a, letter.name, keep=True, mask=mask[0] if mask else None)
    if x.name == "log":
        inner = x.args[0]
        found = _log_of_sigmoid(low, inner)
        if found is not None:
            return low.value(found)
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
        if sum_of_exp(inner):
            inner = masks.hull(low, inner)
            with low.letters(inner.binders):
                a = inner.body.args[0]  # type: ignore[attr-defined]
                return _along(low, "_logsumexp", a, inner.binders[0].name, keep=False, mask=inner.condition)
    return None


def _log_of_sigmoid(low: Lowering, x: Expr) -> Expr | None:
    """The logarithm of a quantity that is defined as a sigmoid, or of one minus it."""
    minus = isinstance(x, e.Add) and len(x.terms) == 2 and e.ONE in x.terms
    if minus and isinstance(x, e.Add):
        x = e.neg(x.terms[0] if x.terms[1] is e.ONE else x.terms[1])
    if not isinstance(x, e.Acc) or x.name not in low.sigmoids:
        return None
    binders, argument = low.sigmoids[x.name]
    a = e.substitute(argument, dict(zip((b.name for b in binders), x.indices, strict=True)))
    return e.neg(e.fn("softplus", a if minus else e.neg(a)))


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


def _along(low: Lowering, helper: str, a: Expr, letter: str, *, keep: bool, mask: Expr | None = None) -> Value:
    v = low.spread(low.value(a), letter)
    if mask is not None:
        truth = low.value(mask)
        letters = union([v.letters, truth.letters], low.order)
        away = f"-{low.backend.constants['infinity']}"
        v = Value(low.backend.where(aligned(truth, letters).code, aligned(v, letters).code, away, low), letters)
    axis = v.letters.index(letter)
    low.helpers.add(helper)
    code = f"{helper}({v.code}, axis={axis if axis < len(v.letters) - 1 else -1})"
    return Value(code, v.letters if keep else tuple(n for n in v.letters if n != letter))
