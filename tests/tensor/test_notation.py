"""Notation: which tree an entry becomes, and that its entries, elaborated again, are the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.tensor import expr as E
from symdl.tensor.expr import Bind, Expr, Idx
from symdl.tensor.notation import index_form, matrix_form
from symdl.tensor.notation_trees import transpose
from tests.blackboard import Board, F, Values, check, dim, exp, f, sqrt, tanh
from tests.spelling import spell

I, J = Idx("i"), Idx("j")  # noqa: E741


def board() -> Board:
    return Board(A="m n", B="n d", C="m d", S="n n", u="m", v="n", x="n", s="")


b = board()
A, B, C, S, u, v, x, s = (b.at(n) for n in "ABCSuvxs")
FORMS: list[tuple[F, str, str]] = [
    (b.sum("n", lambda k: A(I, k) * B(k, J)), "m d", "A B"),
    (b.sum("m", lambda k: A(k, I) * C(k, J)), "n d", "Aᵀ C"),
    (b.sum("n", lambda k: A(I, k)), "m", "A 1"),
    (b.sum("m", lambda k: A(k, I)), "n", "Aᵀ 1"),
    (b.sum("n", lambda k: A(I, k) * v(k)), "m", "A v"),
    (b.sum("n", lambda k: A(I, k) * v(k) * B(k, J)), "m d", "A diag(v) B"),
    (u(I) * A(I, J), "m n", "diag(u) A"),
    (A(I, J) * v(J), "m n", "A diag(v)"),
    (u(I) * v(J), "m n", "u vᵀ"),
    (u(I) * v(J) * A(I, J), "m n", "(u vᵀ ⊙ A)"),
    (u(I), "m n", "u 1ᵀ"),
    (F(E.delta(I, J)) * v(I), "n n", "diag(v)"),
    (S(J, I), "n n", "Sᵀ"),
    (S(I, I), "n", "diag(S)"),
    (b.sum("n", lambda k: S(k, k)), "", "trace(S)"),
    (b.sum("n", lambda k: v(k) * x(k)), "", "vᵀ x"),
    (b.sum("n n", lambda k, j: v(k) * S(k, j) * x(j)), "", "vᵀ S x"),
    (b.sum("n", lambda k: v(k)), "", "1ᵀ v"),
    (b.sum("m d", lambda k, j: C(k, j) * tanh(C(k, j))), "", "<C,tanh(C)>"),
    (v(I) / x(I), "n", "[v / x]"),
    (-(s() / f(dim("n"))) * v(I), "n", "-[s / n] v"),
    (1 - tanh(A(I, J)) ** 2, "m n", "(1 - tanh(A)^2)"),
    (A(I, J) ** 2, "m n", "(A ⊙ A)"),
    (v(I) - s(), "n", "(v - s 1)"),
    (sqrt(v(I)), "n", "sqrt(v)"),
    (exp(v(I)) / b.sum("n", lambda k: exp(v(k))), "n", "softmax(v)"),
    (exp(A(I, J)) / b.sum("n", lambda k: exp(A(I, k))), "m n", "softmax(A)"),
    (F(E.Ind(E.Cmp(">", v(I).e, E.ZERO))) * x(I), "n", "(𝟙[v>0] ⊙ x)"),
    (b.sum("n", lambda k: A(I, k) * (v(k) - x(k))), "m", "A (v - x)"),
    (A(1, I), "n", "A_{1}"),
    (A(I, 2), "m", "A_{:,2}"),
]


@pytest.mark.parametrize(("entry", "dims", "form"), FORMS, ids=[form for _, _, form in FORMS])
def test_a_form(entry: F, dims: str, form: str) -> None:
    letters = tuple(Bind(n, E.ONE, dim(d)) for n, d in zip("ij", dims.split(), strict=False))
    tree = matrix_form(entry.e, letters, b.program)
    assert tree is not None
    assert spell(tree) == form
    values = Values(b, {"m": 3, "n": 4, "d": 2})
    extent = tuple(values.sizes[d] for d in dims.split())
    expected = np.array(
        [values.value(entry.e, {n: i + 1 for n, i in zip("ij", p, strict=False)}) for p in np.ndindex(*extent)]
    )
    check(b, tree, expected.reshape(extent), values, 1e-12)
    index = index_form(entry.e, letters, b.program)
    assert index.shape == ()


@pytest.mark.parametrize(
    "entry",
    [
        b.sum("n", lambda k: A(I, k) * B(k, J) * S(k, k) * S(k, J)),  # three factors share k with two others
        A(I, E.add(J, E.ONE)),  # a shift
        F(E.Red("sum", (Bind("k", E.ONE, dim("n")),), E.Cmp("<", Idx("k"), J), A(I, Idx("k")).e)),  # a condition
    ],
)
def test_what_has_no_matrix_form_stays_in_index_form(entry: F) -> None:
    letters = (Bind("i", E.ONE, dim("m")), Bind("j", E.ONE, dim("d")))
    assert matrix_form(entry.e, letters, b.program) is None
    assert index_form(entry.e, letters, b.program).shape == ()


def test_letters_avoid_names_and_each_other() -> None:
    board_with_i = Board(i="n", A="n n")
    k, m = E.fresh("i"), E.fresh("i")
    e: Expr = E.total((Bind(k, E.ONE, dim("n")), Bind(m, E.ONE, dim("n"))), E.Acc("A", (Idx(k), Idx(m))))
    text = spell(index_form(e, (), board_with_i.program))
    assert text == "sum_{j,k} A_{j,k}"


def test_a_transpose_twice_is_nothing() -> None:
    a = b.symbol("A")
    assert transpose(transpose(a)) is a
