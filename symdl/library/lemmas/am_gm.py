"""The inequality of the arithmetic and geometric mean of two numbers."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="am-gm",
    symbols={"a": "", "b": ""},
    assume=(
        r"a \ge 0",
        r"b \ge 0",
    ),
    show=(r"\sqrt{a b} \le \frac{a + b}{2}",),
    source="Steele 2004, chapter 2",
)
