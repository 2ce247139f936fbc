"""Gibbs' inequality: a relative entropy is never negative."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="gibbs",
    symbols={"p": "n", "q": "n"},
    assume=(
        r"p_i > 0",
        r"q_i > 0",
        r"\sum_i p_i = 1",
        r"\sum_i q_i = 1",
    ),
    show=(r"\sum_i p_i \log \frac{p_i}{q_i} \ge 0",),
    source="MacKay 2003, section 2.6",
)
