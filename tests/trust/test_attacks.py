"""A second set of lines meant to fool the judge, each kind of trap with its right twins.

Put blind to the judge as it stood before: of 220 right lines none was refuted, of 348 wrong ones 11 were held (bounds
that fail beyond ten entries, near a corner or for tiny values; saturation; log x² = 2 log x; rank AB = rank BA).
What is not read (shapes, indices that leave an axis) counts as refused.
"""

from __future__ import annotations

import pytest

from tests.trust.attacks_chance import MOMENTS
from tests.trust.attacks_models import MODELS
from tests.trust.attacks_values import VALUES
from tests.trust.judging import HELD, Bench
from tests.trust.lines import Row
from tests.trust.test_lines import name

ROWS = (*VALUES, *MODELS, *MOMENTS)

# Where "unchecked" is honest: a domain that is left unsaid, a maximum of several normals, an index out of range.
UNCHECKED = frozenset(
    {
        r"\log x^2 = 2\log x",
        r"\log(x^2 y) = 2\log x + \log y",
        r"\log\frac{1}{x^2} = -2\log x",
        r"\sum_{i=1}^{n} x_i = \sum_{i=0}^{n-1} x_{n-1-i}",
        r"\mathbb{E}[\|\epsilon\|] = \sqrt n",
        r"\mathbb{E}[\max(\epsilon)] = 0",
    }
)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_no_wrong_line_is_held_and_no_right_one_refuted(row: Row) -> None:
    bench = Bench(row.board, seed=1)
    for line in row.right:
        assert bench.verdict(line) in HELD, line
    for line in row.wrong:
        found = bench.verdict(line)
        refused = found == "refuted" or found.startswith("unreadable")
        assert refused or (line in UNCHECKED and found.startswith("unchecked")), (line, found)
        assert "contradicts" not in found, (line, found)


def test_the_set_is_large_and_few_of_it_stay_unchecked() -> None:
    right = sum(len(row.right) for row in ROWS)
    wrong = sum(len(row.wrong) for row in ROWS)
    assert right >= 220
    assert wrong >= 340
    assert len(UNCHECKED) < 0.02 * (right + wrong)
