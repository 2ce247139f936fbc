"""The recipe: how an entry is made short. Each pass stands in its own file; here stands their order, and why."""

from __future__ import annotations

from symdl.rewrite.cancel import cancel
from symdl.rewrite.collect import collect
from symdl.rewrite.context import Context
from symdl.rewrite.cost import cost
from symdl.rewrite.decide import decide
from symdl.rewrite.delta import eliminate
from symdl.rewrite.facts import apply_facts, learn_facts
from symdl.rewrite.fold import fold, learn
from symdl.rewrite.functions import named
from symdl.rewrite.horizon import recurrent_names, within
from symdl.rewrite.normal import bracket, expanded, terms_of
from symdl.rewrite.symmetry import one_way
from symdl.rewrite.terms import Term, forget_if_many, merge, product_of, total
from symdl.tensor import expr as E
from symdl.tensor.elaborate_probability import random_names
from symdl.tensor.expr import Expr
from symdl.tensor.program import Program
from symdl.tensor.symmetry import symmetric_names

ROUNDS = 6


def context(program: Program) -> Context:
    """A rewriting session: definitions become folds, declared equations become facts."""
    forget_if_many()
    ctx = Context(program, symmetric=symmetric_names(program), recurrent=recurrent_names(program))
    for leaf in program.leaves.values():
        ctx.know(leaf.members)
    learn(ctx)
    learn_facts(ctx)
    return ctx


def simplify(e: Expr, ctx: Context) -> Expr:
    """The shorter of: as it came, multiplied out; both with δ solved, names folded, facts used, factors collected."""
    if ctx.proving:
        return _best(e, ctx)
    found = ctx.simple.get(e)
    if found is None:
        outer, ctx.assumed = ctx.assumed, {}
        found = ctx.simple[e] = (_best(e, ctx), ctx.assumed)
        ctx.assumed = outer
    ctx.assumed |= found[1]
    return found[0]


def _best(e: Expr, ctx: Context) -> Expr:
    """The cheaper way, with the assumptions that this way took."""
    outer, ctx.assumed = ctx.assumed, {}
    first = settle(terms_of(e, ctx), ctx)  # keeps the author's brackets, such as (X w − y)
    options = [(collect(first), dict(ctx.assumed))]
    opened = merge(u for t in first for u in expanded(t, ctx))
    if opened != first:  # lets terms cancel across brackets
        options.append((collect(settle(opened, ctx)), ctx.assumed))
    best, assumed = min(options, key=lambda o: cost(o[0]))
    ctx.assumed = outer | assumed
    return best


def settle(terms: tuple[Term, ...], ctx: Context) -> tuple[Term, ...]:
    """All passes on each term until nothing changes."""
    for _ in range(ROUNDS):
        before = terms
        terms = merge(u for t in terms for u in eliminate(t, ctx))  # first: δ decides which letters there are
        terms = merge(u for t in terms for u in within(t, ctx))  # adjoints say where they are zero
        terms = merge(one_way(t, ctx) for t in terms)  # before anything compares entries
        terms = merge(cancel(t) for t in terms)  # a sum over itself
        terms = merge(decide(t) for t in terms)  # brackets of δ and cases are there by now
        terms = merge(named(t) for t in terms)  # before exponentials are folded into other names
        terms = merge(_insides(t, ctx) for t in terms)  # brackets and function arguments by the same recipe
        terms = merge(fold(t, ctx) for t in terms)  # names before facts, as facts speak of names
        terms = merge(apply_facts(t, ctx, lambda e: simplify(e, ctx)) for t in terms)
        if terms == before:
            break
    return terms


def _averaged(e: E.Expect, ctx: Context) -> Expr:
    """An expectation with its inside made short, and what is not random in front of it."""
    names = {n for n, _ in e.over}
    body = simplify(e.body, ctx)
    factors = body.factors if isinstance(body, E.Mul) else (body,)
    moving = {f: names.intersection(random_names(ctx.program, f)) for f in factors}
    inside = [f for f in factors if moving[f]]
    used = frozenset[str]().union(*moving.values())
    over = tuple(o for o in e.over if o[0] in used or o[1] is not None)
    kept = E.Expect(over, E.mul(*inside)) if over else E.mul(*inside)
    return E.mul(*(f for f in factors if not moving[f]), kept)


def _insides(t: Term, ctx: Context) -> Term:
    """Compound atoms made short on their own."""
    if not any(isinstance(b, E.Add | E.Red | E.Expect) for b, _ in t.powers):
        return t
    powers = []
    for b, x in t.powers:
        if isinstance(b, E.Expect):
            b = _averaged(b, ctx)
        if isinstance(b, E.Add) or (isinstance(b, E.Red) and b.op == "sum"):
            b = total(settle(terms_of(b, ctx), ctx))
        powers.append((b, x))
    if all(p is q for (p, _), (q, _) in zip(powers, t.powers, strict=True)):
        return t
    out = product_of(t.coefficient, (), t.binders)
    for b, x in powers:
        parts = terms_of(E.power(b, x), ctx)
        if not parts:
            return Term(t.coefficient * 0)
        one = parts[0] if len(parts) == 1 else (bracket(parts) if x is E.ONE else Term(powers=((b, x),)))
        out = product_of(out.coefficient * one.coefficient, (*out.powers, *one.powers), (*out.binders, *one.binders))
    return out
