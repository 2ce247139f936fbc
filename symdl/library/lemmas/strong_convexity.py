"""Strong convexity: a quadratic lower bound, and the gap bounded by the gradient."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="strong-convexity",
    symbols={"x": "n", "y": "n", r"\mu": ""},
    given=(r"f : \mathbb{R}^n \to \mathbb{R}",),
    assume=(
        r"f \text{ is } \mu\text{-strongly convex}",
        r"\mu > 0",
    ),
    show=(
        r"f(y) \ge f(x) + \nabla f(x)^\top (y - x) + \frac{\mu}{2} \|y - x\|^2",
        r"\|\nabla f(x)\|^2 \ge 2 \mu (f(x) - f(y))",
        r"f(x) - f(y) \le \frac{1}{2 \mu} \|\nabla f(x)\|^2",
    ),
    source="Boyd and Vandenberghe 2004, equations 9.8 and 9.9",
)
