"""Densities at a point: read with a bar or a semicolon, judged as what they are, printed as they were written."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.errors import ReadError
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.problem import Problem

PROBLEM = Problem(
    symbols={"x": "", "m": "", "v": "", "y": "d", r"\mu": "d", r"\Sigma": "d d", "t": "", "q": ""},
    given=[r"p(x) = \mathcal{N}(x \mid m, v)", r"f = \mathcal{N}(y; \mu, \Sigma)"],
    assume=["v > 0", r"\Sigma \succ 0", "0 < q", "q < 1", r"t \in \{0, 1\}"],
)

RIGHT = [
    r"\log \mathcal{N}(x \mid m, v) = -\frac{1}{2} \log(2 \pi v) - \frac{(x - m)^2}{2 v}",
    r"\frac{\partial}{\partial m} \log \mathcal{N}(x; m, v) = \frac{x - m}{v}",
    r"\frac{\partial f}{\partial y} = -f \Sigma^{-1} (y - \mu)",
    r"\mathrm{Bern}(t \mid q) = q^t (1 - q)^{1 - t}",
    r"\mathbb{E}_{x \sim p}[x^2] = m^2 + v",
    r"p(m) = \frac{1}{\sqrt{2 \pi v}}",
    r"\mathcal{N}(y \mid 0, v I) = (2 \pi v)^{-d/2} \exp\left(-\frac{\|y\|^2}{2 v}\right)",
]
WRONG = [
    r"\log \mathcal{N}(x \mid m, v) = -\frac{1}{2} \log(2 \pi v) - \frac{(x - m)^2}{2 v^2}",
    r"\frac{\partial}{\partial m} \log \mathcal{N}(x; m, v) = -\frac{x - m}{v}",
    r"\frac{\partial f}{\partial y} = -f \Sigma (y - \mu)",
    r"\mathrm{Bern}(t \mid q) = q^{1 - t} (1 - q)^t",
    r"\mathbb{E}_{x \sim p}[x^2] = m^2 + v^2",
    r"p(m) = \frac{1}{\sqrt{2 \pi} v}",
    r"\mathcal{N}(y \mid 0, v I) = (2 \pi v)^{-1/2} \exp\left(-\frac{\|y\|^2}{2 v}\right)",
]


@pytest.mark.parametrize("line", RIGHT)
def test_a_right_line_holds(line: str) -> None:
    assert api.check(rf"\[ {line} \]", PROBLEM).lines[0].truth.holds


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_refuted(line: str) -> None:
    assert api.check(rf"\[ {line} \]", PROBLEM).first_wrong_line == 1


def test_it_prints_as_it_is_written() -> None:
    scope = api.model(PROBLEM).understanding.scope
    line = r"\log \mathcal{N}(x \mid m, v) + \log p(x)"
    assert latex(read_line(line + " = 0", scope).node) == line + " = 0"


@pytest.mark.parametrize("line", [r"\mathcal{N}(y \mid m, v) = 0", r"\mathcal{N}(x \mid \mu, \Sigma) = 0"])
def test_a_point_of_another_shape_is_refused(line: str) -> None:
    with pytest.raises(ReadError, match="different shapes"):
        read_line(line, api.model(PROBLEM).understanding.scope)


def test_a_named_law_is_that_of_points_of_one_shape() -> None:
    vector = Problem(
        symbols={**PROBLEM.symbols, "z": "k"}, given=[r"r(y) = \mathcal{N}(y \mid \mu, v I)"], assume=["v > 0"]
    )
    scope = api.model(vector).understanding.scope
    assert read_line(r"r(y) > 0", scope).node is not None
    with pytest.raises(ReadError, match="different shapes"):
        read_line(r"r(z) > 0", scope)
    scalar = Problem(symbols=PROBLEM.symbols, given=[r"r(y) = \mathcal{N}(y \mid m, v)"])
    with pytest.raises(ReadError, match="different shapes"):
        _ = api.model(scalar).understanding
