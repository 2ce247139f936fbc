"""The largest eigenvalue bounds the Rayleigh quotient."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="rayleigh",
    symbols={"A": "n n", "x": "n"},
    assume=(r"A = A^\top",),
    show=(r"x^\top A x \le \lambda_1(A) \|x\|^2",),
    source="Golub and Van Loan 2013, section 8.1.1",
)
