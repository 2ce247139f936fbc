"""Sums over an axis that is two stacked into one (of ⊗ and vec), as sums over both: what is differentiated has no mod.

Σ_{p=1..h d} f(⌊(p − 1)/d⌋ + 1, (p − 1) mod d + 1)  ⇒  Σ_{a=1..h} Σ_{k=1..d} f(a, k)
"""

from __future__ import annotations

from dataclasses import replace

from symdl.tensor import expr as E
from symdl.tensor.expr import ONE, Bind, Dimension, Expr, Fn, Idx, Mul, Num, Pow, Red
from symdl.tensor.program import Program


def unstacked(program: Program) -> Program:
    """The program with such sums split; itself where there are none."""
    bodies = {n: split_sums(s.body) for n, s in program.statements.items()}
    if all(body is program.statements[n].body for n, body in bodies.items()):
        return program
    return replace(program, statements={n: replace(s, body=bodies[n]) for n, s in program.statements.items()})


def split_sums(e: Expr) -> Expr:
    """The expression with every such sum split that stands in it, itself where there is none."""
    if not any(isinstance(x, Fn) and x.name == "mod" for x in E.walk(e)):
        return e
    out = E.rebuild(e, split_sums)
    return _split(out) if isinstance(out, Red) and out.op == "sum" else out


def _split(e: Red) -> Expr:
    for p in e.binders:
        before = E.add(Idx(p.name), E.num(-1))
        sizes = {x.args[1] for x in E.walk(e.body) if isinstance(x, Fn) and x.name == "mod" and x.args[0] is before} & {
            x for x in E.walk(e.body) if isinstance(x, Dimension)
        }
        for d in sorted(sizes, key=str):
            many = _without(p.last, d)
            if p.first is not ONE or many is None:
                continue
            a, k = E.fresh("a"), E.fresh("k")
            places = {
                E.fn("mod", before, d): E.add(Idx(k), E.num(-1)),
                E.fn("floor", E.div(before, d)): E.add(Idx(a), E.num(-1)),
            }
            parts = [None if x is None else _put(x, places) for x in (e.body, e.condition)]
            others = tuple(b for b in e.binders if b is not p)
            if any(p.name in x.free for x in (*parts, *others) if x is not None) or parts[0] is None:
                continue
            both = (Bind(a, ONE, many), Bind(k, ONE, d))
            return split_sums(E.total((*others, *both), parts[0], parts[1]))
    return e


def _put(e: Expr, places: dict[Expr, Expr]) -> Expr:
    found = places.get(e)
    return found if found is not None else E.rebuild(e, lambda x: _put(x, places))


def _without(product: Expr, d: Expr) -> Expr | None:
    """A product of sizes without one of its factors; None where that is none."""
    if isinstance(product, Pow) and product.base is d and isinstance(product.exponent, Num):
        return E.power(d, product.exponent.value - 1) if product.exponent.value.denominator == 1 else None
    if not isinstance(product, Mul):
        return None
    for at, f in enumerate(product.factors):
        rest = ONE if f is d else _without(f, d) if isinstance(f, Pow) else None
        if rest is not None:
            return E.mul(*product.factors[:at], rest, *product.factors[at + 1 :])
    return None
