"""Special values: each pattern does what it says to the leaves it may touch, and to no other."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.judge.sample import Sampler
from symdl.judge.settings import MANY, STANDARD, Setting
from symdl.judge.special import ON_KINKS
from symdl.tensor.program import Sequent
from tests.trust.judging import Bench, Board

BOARD = Board("x: n; A: n n; q: n", assume=["q_i > 0"])


def drawn(special: str, kind: str = "distinct") -> dict[str, np.ndarray]:
    program = Bench(BOARD).program
    return dict(Sampler(program, 3).draw(Sequent(program, ()), Setting(kind, 50, special=special)).leaves)


@pytest.mark.parametrize(
    "special",
    [*(p for p in ON_KINKS if p != "same"), "near", "nearer", "scatter 1", "zero x", "flip x", "small x", "up"],
)
def test_every_pattern_changes_values(special: str) -> None:
    plain, changed = drawn(""), drawn(special)
    assert not np.array_equal(plain["x"], changed["x"])
    assert np.all(changed["q"] > 0)


def test_zero_is_zero_and_alone_is_alone() -> None:
    assert not drawn("zero")["x"].any()
    assert not drawn("zero")["A"].any()
    alone = drawn("zero x")
    assert not alone["x"].any()
    assert alone["A"].all()


def test_off_leaves_one_entry_beside_the_diagonal() -> None:
    a = drawn("off")["A"]
    assert np.count_nonzero(a) == 1
    assert np.count_nonzero(np.diag(a)) == 0


def test_scattered_values_keep_structure_and_differ_in_magnitude() -> None:
    x = np.abs(np.concatenate([drawn(f"scatter {k}")["x"] for k in range(8)]))
    assert x.max() / x.min() > 1e3


def test_many_entries_are_more_than_ten() -> None:
    assert all(len(drawn("", kind)["x"]) > 10 for kind in (MANY,))
    assert len(drawn("", STANDARD[0].kind)["x"]) < 10
