"""The triangle inequality."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="triangle-inequality",
    symbols={"x": "n", "y": "n"},
    show=(
        r"\|x + y\| \le \|x\| + \|y\|",
        r"\|x - y\| \le \|x\| + \|y\|",
    ),
    source="Deisenroth, Faisal, Ong 2020, definition 3.1",
)
