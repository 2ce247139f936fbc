"""The quadratic upper bound of a smooth function."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="smooth-upper-bound",
    symbols={"x": "n", "y": "n", r"\beta": ""},
    given=(r"f : \mathbb{R}^n \to \mathbb{R}",),
    assume=(
        r"f \text{ is } \beta\text{-smooth}",
        r"\beta > 0",
    ),
    show=(r"f(y) \le f(x) + \nabla f(x)^\top (y - x) + \frac{\beta}{2} \|y - x\|^2",),
    source="Nesterov 2018, lemma 1.2.3",
)
