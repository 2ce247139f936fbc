"""The descent lemma: one gradient step of size 1/β."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="descent-lemma",
    symbols={"x": "n", r"\beta": ""},
    given=(r"f : \mathbb{R}^n \to \mathbb{R}",),
    assume=(
        r"f \text{ is } \beta\text{-smooth}",
        r"\beta > 0",
    ),
    show=(r"f(x - \frac{1}{\beta} \nabla f(x)) \le f(x) - \frac{1}{2 \beta} \|\nabla f(x)\|^2",),
    source="Nesterov 2018, section 1.2.3",
)
