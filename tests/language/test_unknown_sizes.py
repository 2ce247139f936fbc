"""Sizes that follow from where a thing stands, products of sizes included; what stays unknown is no misfit."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.errors import ReadError, ShapeError
from symdl.language.dims import Dim
from symdl.language.reader import read_line
from symdl.language.reading.unify import solved
from symdl.problem import Problem

PROBLEM = Problem(symbols={"A": "m n", "C": "n n", "x": "n"})


def test_the_identity_of_a_kronecker_product_takes_the_size_that_fits() -> None:
    report = api.check(r"\[ \operatorname{vec}(A C) = (C^\top \otimes I) \operatorname{vec}(A) \]", PROBLEM)
    assert report.lines[0].truth.holds
    wrong = api.check(r"\[ \operatorname{vec}(A C) = (C \otimes I) \operatorname{vec}(A) \]", PROBLEM)
    assert wrong.first_wrong_line == 1


@pytest.mark.parametrize(
    ("zero", "size"),
    [
        (Dim.of("?1") * Dim.of("n") - Dim.of("m") * Dim.of("n"), Dim.of("m")),
        (Dim.of("?1") * 2 - Dim.of("n") * 6, Dim.of("n") * 3),
        (Dim.of("?1") + 1 - Dim.of("n"), Dim.of("n") - 1),
        (Dim.of("?1") * Dim.of("n") - Dim.of("m"), None),
        (Dim.of("?1") * Dim.of("?1") - Dim.of("n"), None),
        (Dim.of("?1") * 2 - Dim.of("n"), None),
    ],
)
def test_solved(zero: Dim, size: Dim | None) -> None:
    assert solved(zero, "?1") == size


def test_a_power_that_may_be_meant_entry_by_entry_is_refused_but_no_misfit() -> None:
    scope = api.model(PROBLEM).understanding.scope
    with pytest.raises(ReadError) as found:
        read_line(r"A^2 = A", scope)
    assert not isinstance(found.value, ShapeError)
    with pytest.raises(ShapeError):
        read_line(r"A^{-1} x = x", scope)


def test_a_sum_over_states_and_steps_is_over_the_steps() -> None:
    problem = Problem(symbols={"h_t": "m for t in 0..T", "x_t": "n for t in 1..T", "V": "m n"})
    line = read_line(r"V = \sum_t h_t x_t^\top", api.model(problem).understanding.scope)
    assert any("1..T" in note for note in line.notes)
    other = Problem(symbols={"x": "n", "y": "n+1"})
    with pytest.raises(ReadError):
        read_line(r"\sum_i x_i y_i = 0", api.model(other).understanding.scope)
