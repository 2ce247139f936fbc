"""Decompositions: read, evaluated like NumPy in a gauge that is drawn, proved with, differentiated; mutants refuted."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.errors import ReadError, UnsupportedError
from symdl.judge.sample import Sampler
from symdl.judge.settings import Setting
from symdl.language.declare import understand
from symdl.language.print_latex import latex
from symdl.language.print_speech import speech
from symdl.language.print_text import text
from symdl.language.print_typst import typst
from symdl.language.reader import read_line
from symdl.language.syntax import Decomposition, Relation, Tuple
from symdl.problem import Problem
from symdl.tensor.fields import HIGH_FIELD
from symdl.tensor.program import Sequent
from tests.tensor.kinds import made, status

EIGH = {
    "symbols": {"A": "n n", "Q": "n n", r"\Lambda": "n n", "x": "n"},
    "given": [r"(Q, \Lambda) = \operatorname{eigh}(A)"],
    "assume": [r"A = A^\top"],
}
SVD = {
    "symbols": {"X": "m n", "U": "m k", "S": "k k", "V": "n k"},
    "given": [r"(U, S, V) = \operatorname{svd}(X)"],
}
CHOL = {
    "symbols": {"A": "n n", "b": "n"},
    "given": [r"L = \operatorname{chol}(A)"],
    "assume": [r"A \succ 0"],
}


RIGHT = [
    (EIGH, r"A Q = Q \Lambda", "proved"),
    (EIGH, r"Q^\top Q = I", "proved"),
    (EIGH, r"\operatorname{tr}(A) = \operatorname{tr}(\Lambda)", "proved"),
    (EIGH, r"A^{-1} = Q \Lambda^{-1} Q^\top", "proved"),
    (EIGH, r"x^\top A x = \sum_k \Lambda_{kk} (Q^\top x)_k^2", "proved"),
    (EIGH, r"\frac{\partial \Lambda_{kk}}{\partial A_{ij}} = Q_{ik} Q_{jk}", "proved"),
    (EIGH, r"\det(A) = \prod_k \Lambda_{kk}", "supported"),
    (EIGH, r"\Lambda_{kk} = \lambda_k(A)", "supported"),
    (EIGH, r"\Lambda_{1,1} \ge \Lambda_{2,2}", "supported"),
    (
        EIGH,
        r"\frac{\partial Q_{ik}}{\partial A_{ab}} = "
        r"\sum_{l \neq k} \frac{Q_{il} (Q_{al} Q_{bk} + Q_{bl} Q_{ak})}{2 (\Lambda_{kk} - \Lambda_{ll})}",
        "supported",
    ),
    (SVD, r"X V = U S", "proved"),
    (SVD, r"U^\top U = I", "proved"),
    (SVD, r"\|X\|_F^2 = \sum_p S_{pp}^2", "proved"),
    (SVD, r"X^\top X = V S^2 V^\top", "proved"),
    (SVD, r"\frac{\partial S_{pp}}{\partial X_{ij}} = U_{ip} V_{jp}", "proved"),
    (SVD, r"\frac{\partial \|X\|_*}{\partial X} = U V^\top", "supported"),
    (SVD, r"S_{pp} = \sigma_p(X) \text{ for } p = 1, \dots, k", "supported"),
    (SVD, r"\sigma_{\max}(X) = \|X\|_2", "supported"),
    (CHOL, r"A = L L^\top", "proved"),
    (CHOL, r"A^{-1} = L^{-\top} L^{-1}", "proved"),
    (CHOL, r"\log\det(A) = 2 \sum_i \log L_{ii}", "supported"),
    (CHOL, r"L_{ij} = 0 \text{ for } i < j", "supported"),
    (CHOL, r"\frac{\partial L_{1,1}}{\partial A_{1,1}} = \frac{1}{2 L_{1,1}}", "supported"),
]
WRONG = [
    (EIGH, r"A Q = \Lambda Q"),
    (EIGH, r"A = Q^\top \Lambda Q"),
    (EIGH, r"\frac{\partial \Lambda_{kk}}{\partial A_{ij}} = Q_{ki} Q_{kj}"),
    (EIGH, r"\Lambda_{2,2} \ge \Lambda_{1,1}"),
    (
        EIGH,
        r"\frac{\partial Q_{ik}}{\partial A_{ab}} = "
        r"\sum_{l \neq k} \frac{Q_{il} (Q_{al} Q_{bk} + Q_{bl} Q_{ak})}{2 (\Lambda_{ll} - \Lambda_{kk})}",
    ),
    (EIGH, r"\frac{\partial Q_{ik}}{\partial A_{ab}} = 0"),
    (EIGH, r"Q_{1,1} \ge 0"),  # the sign is free
    (SVD, r"U U^\top = I"),  # thin: only where m ≤ n
    (SVD, r"V V^\top = I"),
    (SVD, r"\|X\|_F^2 = \sum_p S_{pp}"),
    (SVD, r"U_{1,1} \ge 0"),
    (SVD, r"\frac{\partial \|X\|_*}{\partial X} = 2 U V^\top"),
    (CHOL, r"A = L^\top L"),
    (CHOL, r"\log\det(A) = \sum_i \log L_{ii}"),
    (CHOL, r"\frac{\partial L_{1,1}}{\partial A_{1,1}} = \frac{1}{L_{1,1}}"),
]


@pytest.mark.parametrize(("texts", "line", "wanted"), RIGHT, ids=[line for _, line, _ in RIGHT])
def test_a_right_line_holds(texts: dict, line: str, wanted: str) -> None:
    assert status(texts, line) == wanted


@pytest.mark.parametrize(("texts", "line"), WRONG, ids=[line for _, line in WRONG])
def test_a_wrong_line_is_refuted(texts: dict, line: str) -> None:
    assert status(texts, line) == "refuted"


def test_without_symmetry_nothing_is_accepted() -> None:
    assert status({**EIGH, "assume": []}, r"A Q = Q \Lambda") == "unchecked"
    assert status({**CHOL, "assume": []}, r"A = L L^\top") == "unchecked"


def test_two_decompositions_of_one_matrix_agree_up_to_signs() -> None:
    both = {
        "symbols": {**EIGH["symbols"], "P": "n n", r"\mu": "n"},
        "given": [*EIGH["given"], r"(P, \mu) = \operatorname{eigh}(A)"],
        "assume": EIGH["assume"],
    }
    assert status(both, r"P = Q") == "refuted"
    assert status(both, r"\mu_k = \Lambda_{kk}") == "supported"


@pytest.mark.parametrize("texts", [EIGH, SVD, CHOL])
def test_values_are_numpys_up_to_signs(texts: dict) -> None:
    _, program = made(texts)
    sampler, q = Sampler(program, 3), Sequent(program, ())
    v = sampler.draw(q, Setting("distinct"))
    high = sampler.draw(q, Setting("distinct"), HIGH_FIELD)

    def values(name: str) -> np.ndarray:
        shape = v.context().tensor(name).shape
        exact = HIGH_FIELD.floats(high.context().tensor(name).data[0]).reshape(shape)
        plain = v.context().tensor(name).data[0].reshape(shape)
        assert np.allclose(plain, exact, atol=1e-10)  # one gauge at both precisions
        return plain

    if texts is EIGH:
        wanted, vectors = np.linalg.eigh(v.leaves["A"])
        assert np.allclose(values(r"\Lambda"), np.diag(wanted[::-1]))
        assert np.allclose(np.abs(values("Q")), np.abs(vectors[:, ::-1]))
    elif texts is SVD:
        u, s, vt = np.linalg.svd(v.leaves["X"], full_matrices=False)
        assert v.sizes["k"] == min(v.sizes["m"], v.sizes["n"])
        assert np.allclose(values("S"), np.diag(s))
        assert np.allclose(np.abs(values("U")), np.abs(u))
        assert np.allclose(np.abs(values("V")), np.abs(vt.T))
    else:
        assert np.allclose(values("L"), np.linalg.cholesky(v.leaves["A"]))


def test_what_a_derivative_does_not_name_is_said() -> None:
    from symdl.engine import derive

    u, program = made({**SVD, "symbols": {**SVD["symbols"], "J": ""}, "given": [*SVD["given"], r"J = U_{1,1}"]})
    with pytest.raises(UnsupportedError, match="singular vectors"):
        derive(u, program, (read_line(r"\frac{\partial J}{\partial X}", u.scope, role="target"),))


def test_printed_in_four_languages() -> None:
    u, _ = made(SVD)
    d = u.definitions[0]
    assert d.names == ("U", "S", "V")
    assert isinstance(d.left, Tuple) and isinstance(d.right, Decomposition)
    line = Relation((d.left, d.right), ("=",))
    assert latex(line) == r"(U, S, V) = \operatorname{svd}(X)"
    assert text(line) == "(U, S, V) = svd(X)"
    assert typst(line) == '(U, S, V) = op("svd")(X)'
    assert "singular value decomposition of" in speech(line)


@pytest.mark.parametrize(
    ("symbols", "given"),
    [
        ({"X": "m n", "U": "m k", "S": "k k"}, r"(U, S) = \operatorname{svd}(X)"),
        ({"X": "m n", "U": "m k", "S": "k k", "V": "k n"}, r"(U, S, V) = \operatorname{svd}(X)"),
        ({"X": "m n"}, r"(U, S, V) = \operatorname{svd}(X)"),
        ({"X": "m n"}, r"(Q, \Lambda) = \operatorname{eigh}(X)"),
        ({"A": "n n"}, r"(Q, Q) = \operatorname{eigh}(A)"),
        ({"X": "m n"}, r"L = \operatorname{chol}(X)"),
    ],
)
def test_what_does_not_fit_is_refused(symbols: dict, given: str) -> None:
    with pytest.raises(ReadError):
        understand(Problem(symbols=symbols, given=[given]))
