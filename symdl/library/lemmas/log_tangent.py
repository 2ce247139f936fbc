"""The logarithm lies below its tangent at one."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="log-tangent",
    symbols={"x": ""},
    show=(r"\log x \le x - 1",),
    source="MacKay 2003, section 2.7",
)
