"""The first-order condition: a convex function lies above its tangents."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="convex-first-order",
    symbols={"x": "n", "y": "n"},
    given=(r"f : \mathbb{R}^n \to \mathbb{R}",),
    assume=(r"f \text{ convex}",),
    show=(r"f(y) \ge f(x) + \nabla f(x)^\top (y - x)",),
    source="Boyd and Vandenberghe 2004, equation 3.2",
)
