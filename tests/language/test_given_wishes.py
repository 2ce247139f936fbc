"""Forms of `given` that look like names and are none, and the other way round; and that many lines take linear time."""

from __future__ import annotations

import time

import pytest

from symdl.errors import ReadError, ShapeError
from symdl.language.declare import understand
from symdl.language.reader import read_line
from symdl.language.syntax import Derivative, Optimum, Relation
from symdl.problem import Problem


def test_a_minimiser_takes_the_shape_of_what_it_minimises_over() -> None:
    u = understand(
        Problem(
            symbols={"X": "B n", "w": "n", "y": "B"},
            given=[r"J = \frac{1}{2} \|X w - y\|^2", r"w^\star = \arg\min_w J"],
        )
    )
    assert u.scope.names[r"w^\star"].shape == u.scope.names["w"].shape
    assert isinstance(u.definitions[-1].right, Optimum)
    assert read_line(r"X^\top (X w^\star - y) = 0", u.scope).definition is None


def test_a_gradient_is_a_claim_and_never_a_new_name() -> None:
    scope = understand(Problem(symbols={"x": "n", "A": "n n"}, given=[r"f(x) = x^\top A x"])).scope
    line = read_line(r"\nabla f = 3 x", scope)
    assert line.definition is None
    assert isinstance(line.node, Relation) and isinstance(line.node.sides[0], Derivative)
    with pytest.raises(ReadError):
        read_line(r"\nabla g = 3 x", scope)


def test_a_limit_is_refused_by_name() -> None:
    scope = understand(Problem(symbols={"x": "n"})).scope
    with pytest.raises(ReadError, match="a limit can't be read"):
        read_line(r"s = \lim_{h \to 0} \frac{1}{h}", scope)


def test_an_upper_index_and_a_lower_one_of_a_column_are_not_two_of_its_axes() -> None:
    scope = understand(Problem(symbols={"x": "n"})).scope
    with pytest.raises(ReadError) as caught:
        read_line(r"s = \sum_i x^{(i)}_1", scope)
    assert not isinstance(caught.value, ShapeError)


def _deep(layers: int) -> float:
    symbols, given, before = {"x": "n"}, [], "x"
    for k in range(1, layers + 1):
        symbols[f"W_{{{k}}}"] = "n n"
        given.append(rf"h_{{{k}}} = \tanh(W_{{{k}}} {before})")
        before = f"h_{{{k}}}"
    start = time.process_time()
    understand(Problem(symbols=symbols, given=given))
    return time.process_time() - start


def test_reading_is_linear_in_the_lines_of_given() -> None:
    _deep(20)
    few, many = _deep(60), _deep(480)
    assert many < 8 * 2.5 * few
