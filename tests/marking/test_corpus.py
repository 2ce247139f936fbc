"""The corpus: no wrong line accepted, no right line refuted, the first wrong line found, the kind of mistake named.

A sample by default; all of it with SYMDL_FULL_CORPUS=1 (or `python -m tests.marking.run_corpus`, which prints more).
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache

import pytest

from symdl import api
from symdl.problem import load_problem
from tests.marking.corpus_files import Work, corpus
from tests.marking.verify_corpus import verify

ALL = list(corpus())
FULL = bool(os.environ.get("SYMDL_FULL_CORPUS"))
SAMPLE = ALL if FULL else ALL[::13]


@cache
def model(problem: str) -> api.Model:
    return api.Model(load_problem(problem))


@pytest.mark.parametrize("work", SAMPLE, ids=lambda w: w.name)
def test_marking_agrees_with_what_is_known(work: Work) -> None:
    report = api.check(work.text, model(work.problem), kind=work.format)
    if work.line is None:
        assert report.verdict == "correct", [r.step.how for r in report.lines if not r.step.holds]
    else:
        assert report.verdict == "wrong"
        assert report.first_wrong_line == work.line
        wrong = next(r for r in report.lines if r.number == work.line)
        assert wrong.mistake is not None
        assert wrong.mistake.kind in work.kinds, wrong.mistake


@pytest.mark.parametrize("work", SAMPLE, ids=lambda w: w.name)
def test_the_corpus_itself_is_right(work: Work) -> None:
    assert verify(work) == []


def test_every_kind_of_mistake_is_there() -> None:
    count = Counter(w.kinds[0] for w in ALL if w.kinds)
    assert len(count) == 14 and min(count.values()) >= 8, count


def test_the_corpus_is_large_enough() -> None:
    assert sum(w.line is None for w in ALL) >= 140
    assert sum(w.line is not None for w in ALL) >= 350
    assert {w.area for w in ALL} == {"linear-algebra", "calculus", "probability", "numerics", "geometry"}
