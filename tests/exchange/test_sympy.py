"""SymPy in and out: sizes stay symbols, the caller's objects come back, results agree with numbers, no text is run."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import symdl
from symdl.api import Model
from symdl.errors import UnsupportedError
from symdl.exchange.sympy_in import state
from symdl.exchange.sympy_out import to_sympy
from symdl.language.syntax import Apply, Number, Symbol

n, d, c = sp.symbols("n d c", positive=True, integer=True)
i, j, k = sp.symbols("i j k", integer=True)
L, lam = sp.symbols("L lambda")
X, Y = sp.MatrixSymbol("X", n, d), sp.MatrixSymbol("Y", n, d)
w, y, r = sp.MatrixSymbol("w", d, 1), sp.MatrixSymbol("y", n, 1), sp.MatrixSymbol("r", n, 1)
A, W, H = sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("W", d, c), sp.MatrixSymbol("H", n, c)
Z, q, p = sp.IndexedBase("Z", shape=(n, d)), sp.IndexedBase("q", shape=(n,)), sp.IndexedBase("p")
m = sp.Idx("m", n)

READ: list[tuple[list[Any], list[str], dict[str, str]]] = [
    ([sp.Eq(r, X * w - y)], ["r = -y + X w"], {"X": "n d", "w": "d", "y": "n", "r": "n"}),
    ([sp.Eq(L, sp.Trace(X.T * Y))], [r"L = \operatorname{tr}(X^\top Y)"], {"X": "n d", "Y": "n d"}),
    ([sp.Eq(L, lam * sp.Trace(w.T * w))], [r"L = \lambda (w^\top w)"], {"w": "d", r"\lambda": ""}),
    ([sp.Eq(H, (X * W).applyfunc(sp.tanh))], [r"H = \tanh(X W)"], {"X": "n d", "W": "d c", "H": "n c"}),
    ([sp.Eq(L, sp.Sum(q[i] ** 2, (i, 1, n)))], [r"L = \sum_{i=1}^n q_i^2"], {"q": "n"}),
    ([sp.Eq(L, sp.Sum(q[i] ** 2, (i, 0, n - 1)))], [r"L = \sum_{i=0}^{n-1} q_i^2"], {"q": "0..n-1"}),
    ([sp.Eq(L, sp.Sum(w[i, 0], (i, 0, d - 1)))], [r"L = \sum_{i=1}^d w_i"], {"w": "d"}),
    ([sp.Eq(L, sp.Sum(q[m] * Z[m, 2], (m, 0, n - 1)))], None, {"q": "0..n-1", "Z": "0..n-1 d"}),
    ([sp.Eq(L, sp.log(sp.Determinant(A)))], [r"L = \log \det(A)"], {"A": "n n"}),
    ([sp.Eq(L, sp.Rational(1, 2) * sp.sqrt(lam))], [r"L = \frac{\sqrt{\lambda}}{2}"], {r"\lambda": ""}),
    ([sp.Eq(Y[i, j], X[i, j] ** 2)], ["Y_{ij} = X_{ij}^2"], {"X": "n d", "Y": "n d"}),
    ([sp.Eq(L, sp.Trace(sp.DiagMatrix(y) * A))], [r"L = \operatorname{tr}(\operatorname{diag}(y) A)"], {}),
]  # fmt: skip


@pytest.mark.parametrize(("equations", "lines", "symbols"), READ, ids=lambda x: str(x)[:40])
def test_equations_become_lines(equations: list[Any], lines: list[str] | None, symbols: dict[str, str]) -> None:
    stated = state(equations, {})
    if lines is not None:
        assert list(stated.given) == lines
    assert symbols.items() <= stated.symbols.items()
    leaves = [name for name in stated.symbols if name not in ("L", "r", "H", "Y")]
    problem = symdl.Problem(given=equations)
    understood = Model(problem).program
    assert set(leaves) <= set(understood.leaves)


def least_squares() -> symdl.Problem:
    loss = sp.Trace(r.T * r) / 2 + lam * sp.Trace(w.T * w)
    return symdl.Problem(given=[sp.Eq(r, X * w - y), sp.Eq(L, loss)], derive=[r"\frac{\partial L}{\partial w}"])


def test_the_result_is_made_of_the_callers_own_symbols() -> None:
    solution = symdl.derive(least_squares())
    found = solution.sympy()
    assert found == X.T * r + 2 * lam * w
    assert solution.evidence.status == "proved"


def test_the_result_is_right_in_numbers() -> None:
    found = symdl.derive(least_squares()).sympy()
    rng = np.random.default_rng(0)
    a, b, v = rng.normal(size=(5, 3)), rng.normal(size=(5, 1)), rng.normal(size=(3, 1))
    extent = {n: 5, d: 3}
    values = {s.subs(extent): sp.Matrix(x) for s, x in ((X, a), (r, a @ v - b), (w, v))}
    got = np.array(found.subs(extent).subs(values).subs(lam, 0.7).doit(), dtype=float)
    assert np.allclose(got, a.T @ (a @ v - b) + 1.4 * v)


def test_index_form_is_a_sum_over_indexed_names() -> None:
    problem = symdl.Problem(
        symbols={"x": "C m+k-1", "w": "O C k", "y": "O m"},
        given=[r"y_{ot} = \sum_{c,j} w_{ocj} x_{c,t+j-1}", "L = L(y)"],
        derive=[r"\frac{\partial L}{\partial w}"],
    )
    found = symdl.derive(problem).sympy()
    assert isinstance(found, sp.Sum)
    (letter, first, last) = found.limits[0]
    assert (first, str(last)) == (1, "m")
    names = {str(b) for b in found.atoms(sp.IndexedBase)}
    assert names == {"x", r"\frac{\partial L}{\partial y}"}
    assert letter in found.function.free_symbols


def test_several_results_are_a_dict_by_target() -> None:
    found = symdl.derive("logistic-regression").sympy()
    assert list(found) == [r"\nabla_w L", r"\nabla_w^2 L"]
    assert found[r"\nabla_w^2 L"].shape[0] == found[r"\nabla_w L"].shape[0]


def test_softmax_by_indexed_names() -> None:
    given = [sp.Eq(p[i], sp.exp(q[i]) / sp.Sum(sp.exp(q[j]), (j, 1, n))), sp.Eq(L, -sp.Sum(sp.log(p[i]), (i, 1, n)))]
    solution = symdl.derive(symdl.Problem(given=given, derive=[r"\frac{\partial L}{\partial q}"]))
    assert solution.results[0].latex() == r"\frac{\partial L}{\partial q} = n p - 1"


def test_an_indexed_name_without_a_shape_takes_that_of_its_sums() -> None:
    zero = symdl.Problem(given=[sp.Eq(L, sp.Sum(sp.exp(q[i]), (i, 0, n - 1)))])
    assert str(zero.symbols["q"].value) == "0..n-1"
    assert symdl.derive(zero, r"\frac{\partial L}{\partial q}").latex().endswith(r"= \exp(q)")
    several = [sp.Eq(L, sp.Sum(q[i], (i, 1, n)) + sp.Sum(q[i], (i, 1, sp.Symbol("m"))))]
    with pytest.raises(symdl.SymdlError):
        symdl.derive(symdl.Problem(given=several), r"\frac{\partial L}{\partial q}")


def test_kronecker_products_come_in() -> None:
    a = sp.MatrixSymbol("A", n, n)
    given = [sp.Eq(L, sp.Trace(sp.KroneckerProduct(a, a)))]
    found = symdl.derive(symdl.Problem(given=given), r"\frac{\partial L}{\partial A}")
    assert found.latex() == r"\frac{\partial L}{\partial A} = 2 \operatorname{tr}(A) I"


@pytest.mark.parametrize(
    ("equation", "says"),
    [
        (sp.Function("f")(lam), "no equation"),
        (sp.Eq(L, sp.Integral(lam, lam)), "Integral"),
        (sp.Eq(L, sp.besselj(0, lam)), "besselj"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(equation: Any, says: str) -> None:
    with pytest.raises(UnsupportedError) as error:
        symdl.Problem(given=[equation])
    assert says in error.value.render()


def test_nothing_goes_out_that_sympy_can_not_say() -> None:
    with pytest.raises(UnsupportedError):
        to_sympy(None, Apply("f", (Symbol("x"),)))
    assert to_sympy(None, Number(Fraction(1, 3), "1/3")) == sp.Rational(1, 3)


def test_text_is_never_run() -> None:
    """A SymPy name that looks like code stays a name, or is refused as one."""
    with pytest.raises(symdl.SymdlError):
        symdl.Problem(given=[sp.Eq(L, sp.Symbol("__import__('os')"))])
