"""Gradients through decompositions: passed by the judge, equal to differences of NumPy's own, refused where unknown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from symdl.engine import derive
from symdl.errors import UnsupportedError
from symdl.judge.sample import Sampler
from symdl.judge.settings import Setting
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.language.syntax import Derivative, Entry, IndexVar, Relation
from symdl.language.understanding import Understanding
from symdl.solution.step import Result
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.interpret import evaluate
from symdl.tensor.program import Program, Sequent
from tests.tensor.kinds import Texts, made, status

Loss = Callable[[np.ndarray, np.ndarray], float]
EIGH: Texts = {
    "symbols": {"A": "n n", "Q": "n n", r"\Lambda": "n n", "x": "n", "J": ""},
    "given": [r"(Q, \Lambda) = \operatorname{eigh}(A)"],
    "assume": [r"A \succ 0"],
}
VECTOR: Texts = {**EIGH, "symbols": {**EIGH["symbols"], r"\mu": "n"}, "given": [r"(Q, \mu) = \operatorname{eigh}(A)"]}
SVD: Texts = {
    "symbols": {"X": "m n", "U": "m k", "S": "k k", "V": "n k", "J": ""},
    "given": [r"(U, S, V) = \operatorname{svd}(X)"],
}
CHOL: Texts = {
    "symbols": {"A": "n n", "b": "n", "J": ""},
    "given": [r"L = \operatorname{chol}(A)"],
    "assume": [r"A \succ 0"],
}


def worked(texts: Texts, loss: str) -> tuple[Texts, Understanding, Program, Result]:
    whole = {**texts, "given": [*texts["given"], f"J = {loss}"]}
    u, program = made(whole)
    by = "X" if "X" in texts["symbols"] else "A"
    target = read_line(rf"\frac{{\partial J}}{{\partial {by}}}", u.scope, role="target")
    return whole, u, program, derive(u, program, (target,)).results[0]


def eigen(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh((a + a.T) / 2)
    return values[::-1], vectors[:, ::-1]


# the losses that follow do not see the signs that NumPy and the judge give to vectors
CASES: list[tuple[Texts, str, str | None, Loss]] = [
    (EIGH, r"\sum_k \log \Lambda_{kk}", r"Q \operatorname{diag}\left( \frac{1}{\operatorname{diag}(\Lambda)} \right)"
     r" Q^\top", lambda a, x: np.log(eigen(a)[0]).sum()),
    (EIGH, r"\Lambda_{1,1}", r"Q_{:,1} Q_{:,1}^\top", lambda a, x: eigen(a)[0][0]),
    (VECTOR, r"\sum_k \mu_k^3", r"3 Q \operatorname{diag}(\mu^2) Q^\top", lambda a, x: (eigen(a)[0] ** 3).sum()),
    (EIGH, r"\lambda_1(A)", r"Q_{:,1} Q_{:,1}^\top", lambda a, x: eigen(a)[0][0]),
    (EIGH, r"\sum_i \lambda_i(A)^2", None, lambda a, x: (eigen(a)[0] ** 2).sum()),
    (EIGH, r"\sum_k (Q^\top x)_k^4", None, lambda a, x: ((eigen(a)[1].T @ x) ** 4).sum()),
    (EIGH, r"\sum_k \Lambda_{kk} (Q^\top x)_k^4", None,
     lambda a, x: (eigen(a)[0] * (eigen(a)[1].T @ x) ** 4).sum()),
    (SVD, r"\sum_p S_{pp}^3", r"3 U \operatorname{diag}(\operatorname{diag}(S)^2) V^\top",
     lambda a, x: (np.linalg.svd(a)[1] ** 3).sum()),
    (SVD, r"\|X\|_*", r"U V^\top", lambda a, x: np.linalg.svd(a)[1].sum()),
    (SVD, r"\|X\|_2", r"U_{:,1} V_{:,1}^\top", lambda a, x: np.linalg.svd(a)[1][0]),
    (SVD, r"\sigma_2(X)", r"U_{:,2} V_{:,2}^\top", lambda a, x: np.linalg.svd(a)[1][1]),
    (CHOL, r"\sum_i \log L_{ii}", None, lambda a, x: np.log(np.diag(np.linalg.cholesky((a + a.T) / 2))).sum()),
    (CHOL, r"b^\top L b", None, lambda a, x: x @ np.linalg.cholesky((a + a.T) / 2) @ x),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "loss", "form", "numpy"), CASES, ids=[c[1] for c in CASES])
def test_a_gradient(texts: Texts, loss: str, form: str | None, numpy: Loss) -> None:
    whole, u, program, r = worked(texts, loss)
    if form is not None:
        assert r.matrix is not None
        assert latex(r.matrix) == form
    for line in (*(step.line for step in r.steps), *r.where, r.index):
        assert status(whole, latex(line)) in ("proved", "supported")
    got, wanted = differences(u, program, r, numpy)
    assert np.allclose(got, wanted, rtol=1e-5, atol=1e-6)
    assert not np.allclose(2 * got, wanted, rtol=1e-5, atol=1e-6)


def differences(u: Understanding, program: Program, r: Result, numpy: Loss) -> tuple[np.ndarray, np.ndarray]:
    """The result at drawn values, and differences of what NumPy says of the matrix."""
    v = Sampler(program, 5).draw(Sequent(program, ()), Setting("distinct"))
    point = v.leaves["X" if "X" in program.leaves else "A"]
    other = next((v.leaves[n] for n in ("x", "b") if n in v.leaves), point)
    out = np.empty(point.shape)
    for p in np.ndindex(*point.shape):
        ends = []
        for h in (1e-6, -1e-6):
            moved = point.copy()
            moved[p] += h
            ends.append(numpy(moved, other))
        out[p] = (ends[0] - ends[1]) / 2e-6
    assert isinstance(r.index, Relation) and isinstance(r.index.sides[0], Derivative)
    by = r.index.sides[0].by[0]
    assert isinstance(by, Entry)
    letters = [i.name for i in by.indices if isinstance(i, IndexVar)]
    ranges = {x: (1, size) for x, size in zip(letters, out.shape, strict=True)}
    el = Elaborator(u.scope, program)
    value = el.entry(r.index.sides[1], ())
    return evaluate(value, v, ranges), out


def test_signs_and_ties_are_said() -> None:
    *_, r = worked(EIGH, r"x^\top Q x")
    assert "distinct" in r.steps[-1].because
    assert "signs" in r.steps[-1].because
    *_, r = worked(SVD, r"\|X\|_*")
    assert "no singular value is zero" in r.steps[-1].because
    *_, r = worked(CHOL, r"b^\top L b")
    assert "where" not in r.steps[-1].because


REFUSED = [
    ({**EIGH, "assume": []}, r"\Lambda_{1,1}", "not known to be symmetric"),
    ({**CHOL, "assume": []}, r"L_{1,1}", "not known to be symmetric"),
    (SVD, r"U_{1,1}", "singular vectors"),
    (SVD, r"V_{1,1}", "singular vectors"),
    ({**EIGH, "given": []}, r"\lambda_1(A)", "no names for the vectors"),
    ({**EIGH, "assume": [r"A \succ 0", r"A \text{ varies symmetrically}"]}, r"\Lambda_{1,1}", "varies"),
]


@pytest.mark.parametrize(("texts", "loss", "why"), REFUSED, ids=[c[2] + c[1] for c in REFUSED])
def test_what_has_no_rule_is_refused(texts: Texts, loss: str, why: str) -> None:
    with pytest.raises(UnsupportedError, match=why):
        worked(texts, loss)
