"""Rank and definiteness are decided at 50 digits; a bound modulo a prime is stated above the degree in sizes only."""

from __future__ import annotations

import random

import numpy as np
import pytest

from symdl.judge.modular import modular
from symdl.judge.sample import Sampler
from symdl.language.reader import read_line
from symdl.tensor.elaborate import sequents
from symdl.tensor.fields import FLOAT, HIGH_FIELD
from tests.tensor.kinds import Texts, made, status

MATRICES: Texts = {"symbols": {"A": "n n", "B": "m n", "u": "n", "v": "n"}, "assume": ["u_1 = 1", "v_1 = 1"]}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (r"\operatorname{rank}(u v^\top) = 1", "supported"),
        (r"\operatorname{rank}(u v^\top + 10^{-10} I) = 1", "refuted"),  # full rank, by ten digits
        (r"\operatorname{rank}(B^\top B) = \operatorname{rank}(B)", "supported"),
        (r"\operatorname{rank}(A) = n", "refuted"),
        (r"u u^\top + 10^{-11} I \succ 0", "supported"),
        (r"u u^\top - 10^{-11} I \succeq 0", "refuted"),
        (r"u u^\top \succeq 0", "proved"),
        (r"B^\top B \succ 0", "refuted"),
    ],
)
def test_what_ten_digits_decide(line: str, wanted: str) -> None:
    assert status(MATRICES, line) == wanted


def test_ranks_agree_between_fields() -> None:
    rng = np.random.default_rng(0)
    for rows, columns, rank in ((3, 5, 2), (4, 4, 4), (5, 3, 1), (3, 3, 0)):
        a = rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, columns))
        assert FLOAT.rank(a) == rank
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert HIGH_FIELD.rank(HIGH_FIELD.array(a)) == 1
    a[1, 1] += 1e-14
    assert HIGH_FIELD.rank(HIGH_FIELD.array(a)) == 2


def test_no_bound_at_sizes_up_to_the_degree() -> None:
    u, program = made({"symbols": {"m": "", "x": "n"}})
    factors = "".join(f"(n-{k})" for k in range(1, 26))
    (high,) = sequents(read_line(factors + " m = 0", u.scope, role="show"), program)
    assert modular(high, Sampler(program, 1), rng=random.Random(1)) is None
    (low,) = sequents(read_line("(n-1)(n-2)(n-3)(n-4)(n-5)(n-6)(n-7) m = 0", u.scope, role="show"), program)
    found = modular(low, Sampler(program, 1), rng=random.Random(1))
    assert found is not None and not found.agrees
