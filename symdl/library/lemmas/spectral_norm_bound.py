"""The spectral norm bounds how far a matrix stretches a vector."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="spectral-norm-bound",
    symbols={"A": "m n", "x": "n"},
    show=(r"\|A x\| \le \|A\|_2 \|x\|",),
    source="Golub and Van Loan 2013, section 2.3.1",
)
