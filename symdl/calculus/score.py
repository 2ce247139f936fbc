"""The score function: an expectation whose law moves, `∂E_q[f]/∂θ = E[f ∂log q/∂θ] + E[∂f/∂θ]`.

The derivative of the log density by each parameter of a law is a line of the table, written for one entry; where its
entries are independent, a tensor's score is the sum over them.
"""

from __future__ import annotations

from collections.abc import Callable

from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Expr, Idx, Lam, add, div, fn, mul, neg, num, power, sub
from symdl.tensor.program import Law

MOVES = "the law moves: its score, the derivative of the log density, stands beside the function under the expectation"
Values = dict[str, Expr]

# (law, parameter): the derivative of the log density at x, given the law's parameters
SCORES: dict[tuple[str, str], Callable[[Expr, Values], Expr]] = {
    ("normal", "mean"): lambda x, p: div(sub(x, p["mean"]), p["variance"]),
    ("normal", "variance"): lambda x, p: mul(
        div(E.ONE, mul(num(2), p["variance"])), sub(div(power(sub(x, p["mean"]), 2), p["variance"]), E.ONE)
    ),
    ("bernoulli", "probability"): lambda x, p: sub(
        div(x, p["probability"]), div(sub(E.ONE, x), sub(E.ONE, p["probability"]))
    ),
    ("exponential", "rate"): lambda x, p: sub(power(p["rate"], -1), x),
    ("poisson", "rate"): lambda x, p: sub(div(x, p["rate"]), E.ONE),
    ("gamma", "rate"): lambda x, p: sub(div(p["shape"], p["rate"]), x),
    ("laplace", "scale"): lambda x, p: add(
        div(fn("abs", sub(x, p["mean"])), power(p["scale"], 2)), neg(power(p["scale"], -1))
    ),
}


def score(name: str, law: Law, d: Callable[[Expr], Expr]) -> Expr:
    """Σ over the entries of a random tensor of ∂log q, given how its law's parameters are differentiated.

    Raises:
        UnsupportedError: a parameter moves for which the table has no line.
    """
    terms: list[Expr] = []
    for parameter, value in law.parameters:
        if not isinstance(value, Expr):
            continue
        binders = value.binders if isinstance(value, Lam) else ()
        fresh = {b.name: E.fresh(b.name) for b in binders}
        letters: Values = {old: Idx(new) for old, new in fresh.items()}
        at = tuple(letters.values())
        slope = d(_at(value, at))
        if slope is E.ZERO:
            continue
        rule = SCORES.get((law.name, parameter))
        if rule is None or any(p == "covariance" for p, _ in law.parameters):
            raise UnsupportedError(
                f"no derivative rule for an expectation by the {parameter} of a law of the kind {law.name}"
                + (" with a covariance" if rule is not None else ""),
                found=name,
                cure=r"write the random quantity with noise of a fixed law, x = \mu + \sigma \epsilon",
            )
        if binders and not (law.iid or law.separate):
            raise UnsupportedError(
                "no derivative rule for an expectation by a parameter of entries that may depend on each other",
                found=name,
                cure=rf"say that they do not:  {name}_i \text{{ iid}}",
            )
        here = tuple(
            E.Bind(fresh[b.name], E.substitute(b.first, letters), E.substitute(b.last, letters)) for b in binders
        )
        values = {p: _at(v, at) for p, v in law.parameters if isinstance(v, Expr)}
        terms.append(E.total(here, mul(rule(Acc(name, at), values), slope)))
    return add(*terms)


def _at(value: Expr, at: tuple[Expr, ...]) -> Expr:
    """A parameter at an entry: a lambda over the tensor's axes, or the same for all."""
    if not isinstance(value, Lam) or len(value.binders) != len(at):
        return value
    return E.substitute(E.refresh(value.body), {b.name: i for b, i in zip(value.binders, at, strict=True)})
