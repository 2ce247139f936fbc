"""Stationary points: a gradient affine in its variable, `M w − c`, vanishes at `M⁻¹ c` (the normal equations)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from symdl.errors import UnsupportedError
from symdl.rewrite.collect import collect
from symdl.rewrite.context import Context
from symdl.rewrite.delta import eliminate
from symdl.rewrite.normal import terms_of
from symdl.rewrite.symmetry import one_way
from symdl.rewrite.terms import Term, merge, product_of, substitute, substitute_term
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Expr, Idx
from symdl.tensor.program import Program


@dataclass(frozen=True)
class Affine:
    """`scale · (Σ_k matrix[i, k] w[k, …] − right[i, …])`; `column` is the letter k."""

    scale: Expr
    matrix: Expr
    column: Bind
    right: Expr


def opened(e: Expr, name: str, program: Program) -> Expr:
    """Every quantity that depends on the variable written out, so that nothing of it is hidden behind a name."""
    moving = _depending(name, program)

    def visit(x: Expr) -> Expr:
        x = E.rebuild(x, visit)
        if isinstance(x, Acc) and x.name in moving:
            s = program.statements[x.name]
            if s.kind != "sum":
                raise UnsupportedError("no rule for the stationary point through a quantity of this kind", found=x.name)
            values = {b.name: i for b, i in zip(s.binders, x.indices, strict=True)}
            return visit(substitute(E.refresh(s.body), values))
        return x

    return visit(e)


def _depending(name: str, program: Program) -> frozenset[str]:
    found: set[str] = {name}
    changed = True
    while changed:
        changed = False
        for n, s in program.statements.items():
            if n not in found and any(a.name in found for a in E.accesses(s.body)):
                found.add(n)
                changed = True
    return frozenset(found - {name})


def affine(gradient: Expr, name: str, letters: tuple[Bind, ...], program: Program, ctx: Context) -> Affine:
    """The parts of a gradient at the letters of its variable.

    Raises:
        UnsupportedError: it is not affine in the variable, or mixes its columns.
    """
    row = letters[0]
    column = Bind(E.fresh("k"), row.first, row.last)
    ctx.know((column,))
    terms = merge(u for t in terms_of(opened(gradient, name, program), ctx, True) for u in eliminate(t, ctx))
    terms = merge(one_way(t, ctx) for t in terms)
    linear: list[Term] = []
    constant: list[Term] = []
    for t in terms:
        places = [n for n, (b, _) in enumerate(t.powers) if any(a.name == name for a in E.accesses(b))]
        if not places:
            constant.append(product_of(-t.coefficient, t.powers, t.binders))
            continue
        base, x = t.powers[places[0]]
        if len(places) > 1 or x is not E.ONE or not isinstance(base, Acc):
            raise _not_affine(name)
        linear.append(_entry(t, places[0], base, letters, column, name))
    if not linear:
        raise _not_affine(name)
    scale = _content([*linear, *constant])
    sizes = _shared(linear)  # (c M)⁻¹ v is M⁻¹ v / c
    below = tuple((b, E.neg(x)) for b, x in sizes)
    parts = [
        collect(tuple(product_of(t.coefficient / scale, (*t.powers, *below), t.binders) for t in group))
        for group in (linear, constant)
    ]
    factor = E.mul(E.num(scale), *(E.power(b, x) for b, x in sizes))
    return Affine(factor, parts[0], column, parts[1])


def _entry(t: Term, n: int, base: Acc, letters: tuple[Bind, ...], column: Bind, name: str) -> Term:
    """One term of the matrix: the variable's factor taken away, its first index the matrix's column."""
    first, *others = base.indices
    if [i for i in others if isinstance(i, Idx)] != [Idx(b.name) for b in letters[1:]] or not isinstance(first, Idx):
        raise UnsupportedError("no rule for a stationary point whose equations mix columns", found=name)
    rest = t.without(n)
    own = next((b for b in t.binders if b.name == first.name), None)
    if own is None:  # a term such as λ w_i stands on the diagonal
        same = E.delta(first, Idx(column.name))
        return product_of(rest.coefficient, (*rest.powers, (same, E.ONE)), rest.binders)
    kept = Term(rest.coefficient, rest.powers, tuple(b for b in rest.binders if b is not own))
    return substitute_term(kept, {own.name: Idx(column.name)})


def _content(terms: list[Term]) -> Fraction:
    tops = [abs(t.coefficient.numerator) for t in terms]
    bottoms = {t.coefficient.denominator for t in terms}
    return Fraction(gcd(*tops), bottoms.pop() if len(bottoms) == 1 else 1)


def _shared(terms: list[Term]) -> tuple[tuple[Expr, Expr], ...]:
    """Powers of sizes and scalars that every term has: `1/N` in front of a mean of squares."""
    first, *others = terms
    return tuple(
        p
        for p in first.powers
        if (isinstance(p[0], E.Dimension) or (isinstance(p[0], Acc) and not p[0].free))
        and all(p in t.powers for t in others)
    )


def _not_affine(name: str) -> UnsupportedError:
    return UnsupportedError(
        "no rule for the minimiser of a function that is not quadratic",
        found=f"a gradient that is not affine in {name}",
        expected="a sum of squares of affine functions",
        cure="derive the gradient instead, or define the point by its equation",
    )
