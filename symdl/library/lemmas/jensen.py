"""Jensen's inequality with finitely many weights."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="jensen",
    symbols={"w": "m", "X": "m n"},
    given=(r"f : \mathbb{R}^n \to \mathbb{R}",),
    assume=(
        r"f \text{ convex}",
        r"w_i \ge 0",
        r"\sum_i w_i = 1",
    ),
    show=(r"f(\sum_i w_i X_{i:}^\top) \le \sum_i w_i f(X_{i:}^\top)",),
    source="Boyd and Vandenberghe 2004, section 3.1.8",
)
