"""Display formulas of open course notes: read rightly or refused, never read wrongly; what holds is never refuted."""

from __future__ import annotations

import numpy as np
import pytest

from symdl.errors import SymdlError
from symdl.judge.verdict import rule
from symdl.language.reader import beyond_definition
from symdl.solution.evidence import REFUTED
from symdl.tensor.elaborate import sequents
from tests.real_latex.corpus import RIGHT, WRONG, Formula, formulas, outcome, read

CORPUS = list(formulas())
SHARE = 0.92  # read rightly, at least


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[str, str]]:
    with np.errstate(all="ignore"):
        return {f.id: outcome(f) for f in CORPUS}


def test_there_are_a_hundred_formulas_each_with_its_source_and_value() -> None:
    assert len(CORPUS) >= 100
    assert len({f.id for f in CORPUS}) == len(CORPUS)
    assert all(f.page and f.source and f.licence and callable(f.value) for f in CORPUS)


def test_none_is_read_wrongly(outcomes: dict[str, tuple[str, str]]) -> None:
    assert {k: why for k, (found, why) in outcomes.items() if found == WRONG} == {}


def test_most_are_read_rightly(outcomes: dict[str, tuple[str, str]]) -> None:
    refused = {k: why for k, (found, why) in outcomes.items() if found != RIGHT}
    assert 1 - len(refused) / len(CORPUS) >= SHARE, refused


@pytest.mark.parametrize("formula", [f for f in CORPUS if f.judged], ids=lambda f: f.id)
def test_what_holds_is_not_refuted(formula: Formula) -> None:
    try:
        rows = read(formula).rows
    except SymdlError:
        pytest.skip("refused")
    for line, _, program in rows:
        claim = beyond_definition(line) if line.definition is not None else line
        if claim is None:
            continue
        try:
            asked = sequents(claim, program)
        except SymdlError:
            continue  # no claim that the judge knows, or an expression alone
        for q in asked:
            found = rule(q, seed=1, budget=1.0)
            assert found.status != REFUTED, (line.latex, found.how)
