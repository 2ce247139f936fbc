"""Words that give a reason are left out, and said to be; words that restrict a claim are not."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.errors import ReadError
from symdl.language.displays import read_document
from symdl.language.reader import read_line
from symdl.problem import Problem

SCOPE = api.model(Problem(symbols={"x": "n", "y": "n", "A": "n n", "z": "n"})).understanding.scope
PLAIN = read_line("z = A x", SCOPE).node


@pytest.mark.parametrize(
    "latex",
    [
        r"z = A x \qquad \text{by the chain rule}",
        r"z = A x \quad \text{(linearity)}",
        r"z = A x \quad (\text{definition of } )",
        r"\text{Hence } z = A x",
        r"z = A x, \quad \text{using (1)}",
    ],
)
def test_a_reason_is_left_out(latex: str) -> None:
    line = read_line(latex, SCOPE)
    assert line.node == PLAIN and any("left out" in note for note in line.notes)


@pytest.mark.parametrize(
    "latex",
    [
        r"z = A x \quad \text{if it is small}",
        r"z = A x \quad \text{for large n}",
        r"z = 2 \text{ (gradient)}",
        r"z = A x \quad (\text{nonzero entries})",
        r"z = A x \quad \text{(approximately)}",
        r"z = A x, \quad \text{A symmetric}",
    ],
)
def test_a_restriction_is_never_left_out(latex: str) -> None:
    with pytest.raises(ReadError):
        read_line(latex, SCOPE)


def test_since_joins_two_claims() -> None:
    report = api.check(
        r"\[ A x + A y = A (x + y), \text{ since } x = y \]", Problem(symbols={"x": "n", "y": "n", "A": "n n"})
    )
    assert report.first_wrong_line == 1


def test_two_alignment_marks_set_words_apart() -> None:
    document = read_document(r"\begin{align} z &= A x && \text{(a product)} \\ y &= x \end{align}", "tex")
    assert read_line(document.lines[0].latex, SCOPE).node == PLAIN
    assert document.lines[0].latex.startswith("z")


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        (r"\sum_i - x_i = -\sum_i x_i", True),
        (r"\sum_i - x_i + y_i = \sum_i y_i - \sum_i x_i", True),
        (r"\sum_i - x_i = \sum_i x_i", False),
    ],
)
def test_a_sum_takes_the_signed_term_after_it(line: str, holds: bool) -> None:
    report = api.check(rf"\[ {line} \]", Problem(symbols={"x": "n", "y": "n"}))
    assert report.lines[0].truth.holds == holds
