"""Small things that make a line read as in a book: letters used again, complements, functions last, plain inverses."""

from __future__ import annotations

import pytest

from symdl.api import derive
from symdl.language.print_latex import latex
from symdl.problem import Problem


def result(given: list[str], target: str, symbols: dict[str, str], assume: tuple[str, ...] = ()) -> str:
    solution = derive(Problem(symbols=symbols, given=given, assume=list(assume), derive=[target]))
    (found,) = solution.results
    assert found.evidence.holds
    return latex(found.matrix if found.matrix is not None else found.index.sides[1])


def test_a_sigmoid_that_is_written_out_has_its_own_derivative() -> None:
    given = [r"a = \frac{1}{1 + e^{-z}}"]
    assert result(given, r"\frac{\partial a}{\partial z}", {"z": ""}) == "a (1 - a)"


def test_sums_side_by_side_use_the_same_letter() -> None:
    given = [r"y_i = \tanh(\sum_j A_{ij} x_j)", r"z_i = \sigma(\sum_j C_{ij} x_j)", r"L = \sum_i (y_i + z_i^3)"]
    problem = Problem(
        symbols={"A": "m n", "C": "m n", "x": "n"}, given=given, derive=[r"\frac{\partial L}{\partial x}"]
    )
    (found,) = derive(problem).results
    binders = {b.name for n in found.index.walk() for b in getattr(n, "binders", ())}
    assert binders == {"i"}


def test_functions_stand_behind_brackets() -> None:
    given = [r"L = (1 - p)^\gamma \log p"]
    found = result(given, r"\frac{\partial L}{\partial p}", {"p": "", r"\gamma": ""}, ("p > 0", "p < 1"))
    assert r"\log p" in found and r"\log(p)" not in found


def test_a_scalar_before_a_matrix_is_taken_out_of_its_inverse() -> None:
    given = [r"J = g^\top \delta + \frac{1}{2 \eta} \delta^\top F \delta"]
    symbols = {"g": "n", r"\delta": "n", "F": "n n", r"\eta": ""}
    found = result(given, r"\arg\min_\delta J", symbols, (r"F = F^\top", r"F \succ 0", r"\eta > 0"))
    assert found == r"-\eta F^{-1} g"


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (r"\max(-1, \min(1, z))", r"\mathbb{1}[z > -1] \mathbb{1}[z < 1]"),
        (r"\max(0, z) + \min(0, \alpha (e^z - 1))", None),
        (r"\max(0, z) + \alpha (e^{\min(0, z)} - 1)", r"\mathbb{1}[z > 0] + \alpha \exp(z) \mathbb{1}[z < 0]"),
    ],
)
def test_a_bracket_decides_the_other_side_of_its_kink(formula: str, wanted: str | None) -> None:
    found = result([f"a = {formula}"], r"\frac{\partial a}{\partial z}", {"z": "", r"\alpha": ""}, (r"\alpha > 0",))
    assert wanted is None or found == wanted
