"""Statements and facts of decompositions: A = Q Λ Qᵀ, A = U S Vᵀ, A = L Lᵀ.

(Q, Λ) = eigh(A)  ⇒  Q[i, k], the eigenvalues d[k], Λ[i, j] = d[i] δ_ij; facts: Q orthogonal, A_ij = Σ_k Q_ik d_k Q_jk,
d_k ≥ d_{k+1}. (U, S, V) = svd(A)  ⇒  the same with Uᵀ U = I, Vᵀ V = I, d_k ≥ 0 and k = min(m, n).

Where the middle output is a matrix, its diagonal is a statement of its own, by the name that reads as what it is.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.language import syntax as s
from symdl.language.dims import Axis, Shape
from symdl.language.understanding import Definition
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.elaborate_base import letters_of, shift
from symdl.tensor.elaborate_products import matrix, positions
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Bind,
    Dimension,
    Expr,
    Idx,
    Lam,
    add,
    delta,
    fn,
    mul,
    neg,
    total,
)
from symdl.tensor.program import Fact, Statement

VECTORS = {"eigh": ("eigenvectors",), "svd": ("left-singular", "right-singular")}
VALUES = {"eigh": "eigenvalue", "svd": "singular-value"}

Parts = tuple[tuple[Statement, ...], tuple[Fact, ...]]


def decomposed(el: Elaborator, d: Definition) -> Parts:
    """What a definition of several names at once, or of a Cholesky factor, states and entails."""
    if isinstance(d.right, s.MatrixFunction):
        return _cholesky(el, d)
    assert isinstance(d.left, s.Tuple) and isinstance(d.right, s.Decomposition)
    names = [x for x in d.left.items if isinstance(x, s.Symbol)]
    middle = names[1]
    diagonal = middle.name if len(middle.shape) == 1 else f"\\operatorname{{diag}}({middle.name})"
    vectors = [names[0], *names[2:]]
    outputs = (names[0].name, diagonal, *(x.name for x in names[2:]))
    body = d.right.body

    def statement(name: str, shape: Shape, op: str) -> Statement:
        binders = el.bind_axes(shape)
        at = tuple(shift(i, a.base, 1) for i, a in zip(letters_of(binders), shape, strict=True))
        return Statement(name, binders, matrix(el, op, body, at), "decomposition", outputs=outputs)

    axis = middle.shape[0]
    statements = [statement(x.name, x.shape, op) for x, op in zip(vectors, VECTORS[d.right.name], strict=True)]
    statements.insert(1, statement(diagonal, (axis,), VALUES[d.right.name]))
    if diagonal != middle.name:
        i, j = el.bind_axes(middle.shape)
        statements.append(
            Statement(
                middle.name, (i, j), mul(Acc(diagonal, (Idx(i.name),)), delta(Idx(i.name), _same(Idx(j.name), middle)))
            )
        )
    facts = [_product(el, body, vectors[0], vectors[-1], diagonal, axis, d)]
    for x in vectors:
        facts.append(_orthonormal(el, x))
    facts.append(_ordered(el, diagonal, axis))
    if d.right.name == "svd":
        k = el.bind(axis)
        facts.append(Fact("≥", Acc(diagonal, (Idx(k.name),)), ZERO, (k,)))
    sized = _thin(el, body.shape, axis) if d.right.name == "svd" else []
    return tuple(statements), (*(replace(f, derived=True) for f in facts), *sized)


def _same(j: Expr, middle: s.Symbol) -> Expr:
    return shift(j, middle.shape[1].base, middle.shape[0].base)


def _product(
    el: Elaborator, body: s.Node, left: s.Symbol, right: s.Symbol, diagonal: str, axis: Axis, d: Definition
) -> Fact:
    """A_ij = Σ_k U_ik d_k V_jk."""
    i, j = el.bind_axes(body.shape)
    k = el.bind(axis)
    at = Idx(k.name)

    def entry(x: s.Symbol, row: Bind, over: Axis) -> Expr:
        return Acc(x.name, (shift(Idx(row.name), over.base, x.shape[0].base), shift(at, axis.base, x.shape[1].base)))

    whole = total((k,), mul(entry(left, i, body.shape[0]), Acc(diagonal, (at,)), entry(right, j, body.shape[1])))
    return Fact("=", el.entry(body, letters_of((i, j))), whole, (i, j), source=d.right)


def _orthonormal(el: Elaborator, q: s.Symbol) -> Fact:
    """Qᵀ Q = I, and where Q is square Q Qᵀ = I too."""
    if q.shape[0].size == q.shape[1].size:
        binders = el.bind_axes(q.shape)
        return Fact("orthogonal", Lam(binders, Acc(q.name, letters_of(binders))), subject=q.name)
    i, j, k = el.bind(q.shape[1], "i"), el.bind(q.shape[1], "j"), el.bind(q.shape[0], "k")
    left = total((k,), mul(*(Acc(q.name, (Idx(k.name), Idx(b.name))) for b in (i, j))))
    return Fact("=", left, delta(Idx(i.name), Idx(j.name)), (i, j))


def _ordered(el: Elaborator, diagonal: str, axis: Axis) -> Fact:
    k = el.bind(axis)
    shorter = Bind(k.name, k.first, add(k.last, neg(ONE)))
    return Fact("≥", Acc(diagonal, (Idx(k.name),)), Acc(diagonal, (add(Idx(k.name), ONE),)), (shorter,))  # type: ignore[arg-type]


def _thin(el: Elaborator, shape: Shape, axis: Axis) -> list[Fact]:
    """k = min(m, n); where k is declared to be one of them, that one is the smaller."""
    rows, columns = el.size(shape[0].size), el.size(shape[1].size)
    k = el.size(axis.size)
    if rows is columns and k is rows:
        return []
    if k is rows or k is columns:
        return [Fact("≤", k, columns if k is rows else rows)]
    if isinstance(k, Dimension):
        return [Fact("=", k, fn("min", rows, columns))]
    return [Fact("=", fn("min", rows, columns), k)]


def _cholesky(el: Elaborator, d: Definition) -> Parts:
    """L = chol(A): A = L Lᵀ, L lower triangular with a positive diagonal."""
    assert isinstance(d.left, s.Symbol) and isinstance(d.right, s.MatrixFunction)
    name, body = d.left.name, d.right.body
    binders = el.bind_axes(d.left.shape)
    entry = el.entry(
        d.right,
        tuple(
            shift(i, a.base, b.base) for i, a, b in zip(letters_of(binders), d.left.shape, d.right.shape, strict=True)
        ),
    )
    statement = Statement(name, binders, entry, "decomposition", outputs=(name,))
    i, j = el.bind_axes(d.left.shape)
    k = el.bind(d.left.shape[1])
    whole = total((k,), mul(Acc(name, (Idx(i.name), Idx(k.name))), Acc(name, (Idx(j.name), Idx(k.name)))))
    at = positions(body, letters_of((i, j)))
    rows = tuple(shift(p, 1, a.base) for p, a in zip(at, body.shape, strict=True))
    p = el.bind_axes(d.left.shape)
    q = el.bind(d.left.shape[0])
    facts = (
        Fact("=", el.entry(body, rows), whole, (i, j), source=d.right),
        Fact("lower-triangular", Lam(p, Acc(name, letters_of(p))), subject=name),
        Fact(">", Acc(name, (Idx(q.name), shift(Idx(q.name), d.left.shape[0].base, d.left.shape[1].base))), ZERO, (q,)),
    )
    return (statement,), tuple(replace(f, derived=True) for f in facts)
