"""Every derivation that ships: read, judged, derived; none unchecked, at least half of the non-trivial lines proved."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from symdl import api
from symdl.catalogue import AREAS, Entry, entries
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.verification import trivial

ALL = entries()
COUNTS: Counter[str] = Counter()


@pytest.mark.parametrize("entry", ALL, ids=lambda e: e.id)
def test_every_line_holds(entry: Entry) -> None:
    found = api.verify(entry)
    assert not found.error, found.error
    assert found.lines
    for label, line, evidence in found.lines:
        assert evidence.holds, (label, line, evidence.how)
        if not trivial(evidence):
            COUNTS[evidence.status] += 1


def test_at_least_half_of_the_lines_that_count_are_proved() -> None:
    if sum(COUNTS.values()) < 50:
        pytest.skip("only part of the catalogue was judged in this process")
    assert COUNTS["proved"] >= 0.5 * sum(COUNTS.values())


@pytest.mark.parametrize("entry", ALL, ids=lambda e: e.id)
def test_entry_is_complete(entry: Entry) -> None:
    problem = api.load(Path(entry.path))
    assert entry.area in AREAS and entry.title and problem.sources
    assert entry.derives


@pytest.mark.parametrize("entry", ALL, ids=lambda e: e.id)
def test_printed_lines_read_back(entry: Entry) -> None:
    m = api.model(Path(entry.path))
    scope = m.understanding.scope
    for step in m.understanding.steps:
        if step.line.definition is not None or step.line.starts_with_relation:
            continue
        assert read_line(latex(step.line.node), scope).node == step.line.node


def test_the_five_areas_are_there() -> None:
    assert {e.area for e in ALL} == set(AREAS)
