"""Young's inequality with squares and a weight."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="young",
    symbols={"a": "", "b": "", "c": ""},
    assume=(r"c > 0",),
    show=(r"a b \le \frac{a^2}{2 c} + \frac{c b^2}{2}",),
    source="Evans 2010, appendix B.2",
)
