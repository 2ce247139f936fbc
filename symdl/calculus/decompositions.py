"""The engine's rules for eigenvalue, singular value and Cholesky decompositions, in the names of their parts.

∂λ_k/∂A_ab = Q_ak Q_bk,  ∂σ_k/∂X_ab = U_ak V_bk,  ∂Q_ik/∂A_ab = Σ_{l≠k} Q_il ½(Q_al Q_bk + Q_bl Q_ak) / (λ_k − λ_l),
∂L_ij/∂A_ab = Σ_p L_ip ([p > j] + ½ [p = j]) ½(L⁻¹_pa L⁻¹_jb + L⁻¹_pb L⁻¹_ja). Each entry of A moves by itself; where
the function is one of a symmetric matrix, it is one of (A + Aᵀ)/2.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Cmp, Expr, Idx, Mat
from symdl.tensor.program import Program, Statement
from symdl.tensor.spelled import spelled
from symdl.tensor.symmetry import symmetric_names

HALF = E.num(Fraction(1, 2))
HOLDS = {
    "eigenvectors": ("where the eigenvalues are distinct", "with the signs that the eigenvectors have here"),
    "eigenvalue": ("where the eigenvalues are distinct",),
    "singular-value": ("where the singular values are distinct and none is zero",),
    "spectral": ("where the largest singular value is larger than the others",),
    "nuclear": ("where no singular value is zero",),
}
OPS = {"eigenvalue": "eigenvalue", "singular-value": "singular-value", "spectral": "singular-value",
       "nuclear": "singular-value"}  # fmt: skip


def partial(program: Program, s: Statement, letters: tuple[Expr, ...], d: Callable[[Expr], Expr]) -> Expr:
    """The derivative of an entry of one of a decomposition's parts, given that of the matrix's entries.

    Raises:
        UnsupportedError: there is no rule for this part, or the matrix is not known to be symmetric.
    """
    body = E.refresh(s.body)
    assert isinstance(body, Mat)
    if body.op == "eigenvalue":
        _symmetric(program, body, s.name)
        return _along(body, s.outputs[0], s.outputs[0], letters[0], d)
    if body.op == "singular-value":
        return _along(body, s.outputs[0], s.outputs[2], letters[0], d)
    if body.op == "eigenvectors":
        _symmetric(program, body, s.name)
        return _eigenvectors(s, body, letters, d)
    if body.op == "cholesky":
        _symmetric(program, body, s.name)
        return _cholesky(s, body, letters, d)
    raise UnsupportedError(
        "no derivative rule for singular vectors, which are fixed only up to signs",
        found=s.name,
        expected="a function of the singular values",
    )


def function(program: Program, e: Mat, d: Callable[[Expr], Expr]) -> Expr:
    """The derivative of `λ_k(A)`, `σ_k(X)`, `‖X‖_2` or `‖X‖_*`, in the names that `given` has for the vectors.

    Raises:
        UnsupportedError: no decomposition of that matrix stands in `given`.
    """
    wanted = spelled((e.row, e.column), e.body)
    for s in program.statements.values():
        if s.kind != "decomposition" or not isinstance(s.body, Mat) or s.body.op != OPS[e.op]:
            continue
        if spelled((s.body.row, s.body.column), s.body.body) != wanted:
            continue
        b = s.binders[0]
        if e.op == "nuclear":
            k = Bind(E.fresh(b.name), b.first, b.last)
            return E.total((k,), partial(program, s, (Idx(k.name),), d))
        return partial(program, s, (b.first if e.op == "spectral" else E.add(e.indices[0], b.first, E.MINUS_ONE),), d)
    name = "(Q, \\Lambda) = \\operatorname{eigh}(…)" if e.op == "eigenvalue" else "(U, S, V) = \\operatorname{svd}(…)"
    raise UnsupportedError(
        f"no names for the vectors that the derivative of the {e.op.replace('-', ' ')} needs",
        cure=f"name them in given: {name}",
    )


def conditions(e: Expr) -> tuple[str, ...]:
    """Where the rules for what stands in an entry hold, for the step that uses them."""
    return tuple(dict.fromkeys(said for x in E.walk(e) if isinstance(x, Mat) for said in HOLDS.get(x.op, ())))


def _places(body: Mat) -> tuple[tuple[Bind, Bind], Callable[[Expr], Expr]]:
    """New letters for the matrix's rows and columns, and how an entry is written in them."""
    row, column = E.fresh("a"), E.fresh("b")
    moved: dict[str, Expr] = {body.row.name: Idx(row), body.column.name: Idx(column)}
    binders = (Bind(row, body.row.first, body.row.last), Bind(column, body.column.first, body.column.last))
    return binders, lambda e: E.substitute(E.refresh(e), moved)


def _along(body: Mat, left: str, right: str, k: Expr, d: Callable[[Expr], Expr]) -> Expr:
    """Σ_ab left[a, k] dA_ab right[b, k]"""
    binders, put = _places(body)
    a, b = (Idx(x.name) for x in binders)
    return E.total(binders, E.mul(Acc(left, (a, k)), put(d(body.body)), Acc(right, (b, k))))


def _eigenvectors(s: Statement, body: Mat, letters: tuple[Expr, ...], d: Callable[[Expr], Expr]) -> Expr:
    i, k = letters
    q, values = s.outputs
    binders, put = _places(body)
    a, b = (Idx(x.name) for x in binders)
    other = Bind(E.fresh("l"), s.binders[1].first, s.binders[1].last)
    at = Idx(other.name)
    both = E.add(*(E.mul(Acc(q, (x, at)), Acc(q, (y, k))) for x, y in ((a, b), (b, a))))
    gap = E.power(E.sub(Acc(values, (k,)), Acc(values, (at,))), -1)
    whole = E.mul(HALF, Acc(q, (i, at)), both, gap, put(d(body.body)))
    return E.total((other, *binders), whole, Cmp("≠", at, k))


def _cholesky(s: Statement, body: Mat, letters: tuple[Expr, ...], d: Callable[[Expr], Expr]) -> Expr:
    i, j = letters
    binders, put = _places(body)
    rows, columns = s.binders
    a, b = (E.add(Idx(x.name), E.neg(x.first), E.ONE) for x in binders)  # positions, as an inverse is indexed
    inner = Bind(E.fresh("p"), columns.first, columns.last)
    p = Idx(inner.name)

    def inverse(x: Expr, y: Expr) -> Expr:
        row, column = E.fresh("r"), E.fresh("c")
        return Mat(
            "inverse",
            (E.add(x, E.neg(columns.first), E.ONE), y),
            Bind(row, rows.first, rows.last),
            Bind(column, columns.first, columns.last),
            Acc(s.name, (Idx(row), Idx(column))),
        )

    lower = E.add(E.Ind(Cmp(">", p, j)), E.mul(HALF, E.delta(p, j)))
    both = E.add(*(E.mul(inverse(p, x), inverse(j, y)) for x, y in ((a, b), (b, a))))
    return E.total((inner, *binders), E.mul(HALF, Acc(s.name, (i, p)), lower, both, put(d(body.body))))


def _symmetric(program: Program, body: Mat, name: str) -> None:
    """Refuse a matrix that is not known to be symmetric: then there is nothing the rule is true of."""
    row, column, inner = body.row, body.column, body.body
    swapped = (Idx(column.name), Idx(row.name))
    if isinstance(inner, Acc) and inner.indices in (swapped, swapped[::-1]) and inner.name in symmetric_names(program):
        return
    raise UnsupportedError(
        "the derivative of a decomposition of a matrix that is not known to be symmetric",
        found=name,
        cure="state it in assume: A = A^\\top, or A \\succ 0",
    )
