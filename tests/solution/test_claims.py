"""What a problem says it shows is judged like any line: refuted, it is never printed."""

from __future__ import annotations

from typing import Any

import pytest

from symdl import api
from symdl.errors import WrongLine
from symdl.problem import Problem

GIVEN: dict[str, Any] = {"symbols": {"x": ""}, "given": ["y = 2 x"]}


def test_a_claim_that_does_not_hold_stops_every_page() -> None:
    problem = Problem(**GIVEN, show=["y = 3 x"], steps=[{"line": "y = x + x"}])
    for fmt in ("txt", "tex", "html", "md", "json"):
        with pytest.raises(WrongLine, match="does not hold"):
            api.render(problem, fmt)


def test_a_claim_that_a_line_states_is_judged_with_it() -> None:
    solution = api.derive(Problem(**GIVEN, show=["y = x + x"], steps=[{"line": "y = x + x"}]))
    assert solution.claims[0].evidence is solution.lines[0].evidence
    assert api.derive(Problem(**GIVEN, show=["y \\ge 2 x"], steps=[{"line": "y = x + x"}])).claims[0].evidence.holds
