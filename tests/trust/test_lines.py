"""Lines aimed at fooling the judge: no wrong one is accepted, no right one refuted, few are left unchecked."""

from __future__ import annotations

import pytest

from tests.trust.judging import HELD, Bench
from tests.trust.lines import HARD, ROWS, Row


def name(row: Row) -> str:
    return " | ".join(filter(None, (row.board.symbols, *row.board.given, *row.board.assume, *row.board.random)))


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_right_lines_hold_and_wrong_ones_do_not(row: Row) -> None:
    bench = Bench(row.board, seed=1)
    for line in row.right:
        found = bench.verdict(line)
        assert found in HELD or (line in HARD and found.startswith("unchecked")), (line, found)
    for line in row.wrong:
        found = bench.verdict(line)
        assert found == "refuted" or (line in HARD and found.startswith("unchecked")), (line, found)
        assert "contradicts" not in found, (line, found)


def test_there_are_hundreds_of_lines_and_few_may_stay_unchecked() -> None:
    right = sum(len(row.right) for row in ROWS)
    wrong = sum(len(row.wrong) for row in ROWS)
    assert right > 120
    assert wrong > 230
    assert len(HARD) < 0.06 * (right + wrong)
