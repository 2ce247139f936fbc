"""A composite differential whose symbols have no d of their own: two readings, so neither accepted nor refuted."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.problem import Problem
from symdl.solution.evidence import PROVED, REFUTED, UNCHECKED

PROBLEM = Problem(symbols={"X": "n n", "A": "n n", "Y": "n n"})


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (r"d(X^\top A X) = dX^\top A X + X^\top A dX", UNCHECKED),
        (r"d(X^\top A X) = dX^\top A X + X^\top dA X + X^\top A dX", PROVED),
        (r"d(X^\top A X) = dX^\top A X - X^\top A dX", REFUTED),
        (r"d(X Y) = dX Y + X dY", PROVED),
        (r"d(X Y) = dX Y - X dY", REFUTED),
        (r"d(X^\top X) = dX^\top X", REFUTED),
    ],
)
def test_composite_differential(line: str, status: str) -> None:
    assert api.check(rf"\[ {line} \]", PROBLEM).lines[0].truth.status == status
