"""Planted mistakes in the shipped lines: what changes the value is refuted, what does not and the lines never are.

A seeded sample runs always; SYMDL_ALL_MUTANTS=1, or `python -m tests.trust.run`, takes them all.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.trust.run import CHANGED, KEPT, PROVED, REFUTED, SUPPORTED, Tally, cases, files
from tests.trust.worlds import WORLDS

SAMPLE = 320


@pytest.fixture(scope="module")
def tallies() -> tuple[Tally, Tally]:
    """Of the lines themselves, and of their mutants."""
    originals, mutants = Tally(), Tally()
    planted = []
    for name, path in files().items():
        for case in cases(name, path):
            if case.mutant.kind == "original":
                originals.add(case)
            else:
                planted.append(case)
    if not os.environ.get("SYMDL_ALL_MUTANTS"):
        planted = random.Random(1).sample(planted, SAMPLE)
    for case in planted:
        mutants.add(case)
    print("\n".join(mutants.lines()))
    return originals, mutants


def test_the_worlds_written_by_hand_are_of_shipped_files() -> None:
    """A new derivation needs no world; those that have one keep it."""
    assert len(WORLDS) >= 20
    assert WORLDS.keys() <= files().keys()


def test_there_are_over_a_thousand_mutants() -> None:
    assert sum(case.mutant.kind != "original" for name, path in files().items() for case in cases(name, path)) >= 1000


def test_the_oracle_agrees_with_every_line(tallies: tuple[Tally, Tally]) -> None:
    originals, _ = tallies
    assert originals.total(KEPT) == sum(originals.counts.values())


def test_no_line_is_refuted_or_left_unchecked(tallies: tuple[Tally, Tally]) -> None:
    originals, _ = tallies
    assert originals.total(KEPT, PROVED, SUPPORTED) == originals.total(KEPT)


def test_no_mutant_that_changes_the_value_is_accepted(tallies: tuple[Tally, Tally]) -> None:
    _, mutants = tallies
    assert not mutants.accepted


def test_every_mutant_that_changes_the_value_is_refuted(tallies: tuple[Tally, Tally]) -> None:
    _, mutants = tallies
    assert not mutants.unchecked
    assert mutants.total(CHANGED, REFUTED) == mutants.total(CHANGED)


def test_no_harmless_mutant_is_refuted(tallies: tuple[Tally, Tally]) -> None:
    _, mutants = tallies
    assert not mutants.wronged


def test_few_mutants_are_skipped(tallies: tuple[Tally, Tally]) -> None:
    _, mutants = tallies
    assert len(mutants.skipped) < 0.1 * sum(mutants.counts.values())
