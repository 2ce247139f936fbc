"""The Cauchy-Schwarz inequality."""

from symdl.library.entry import Lemma

LEMMA = Lemma(
    name="cauchy-schwarz",
    symbols={"x": "n", "y": "n"},
    show=(
        r"|x^\top y| \le \|x\| \|y\|",
        r"x^\top y \le \|x\| \|y\|",
        r"(x^\top y)^2 \le \|x\|^2 \|y\|^2",
    ),
    source="Deisenroth, Faisal, Ong 2020, equation 3.17",
)
