"""read(print(e)) == e, for trees of every node kind."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from symdl.language.print_latex import latex
from symdl.language.reader import read_expression, read_line
from symdl.language.syntax import Node
from tests.strategies import expressions, relations, scope, statements

CALM = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@CALM
@given(expressions())
def test_an_expression_reads_back_as_itself(e: Node) -> None:
    assert read_expression(latex(e), scope()) == e, latex(e)


@CALM
@given(relations())
def test_a_relation_reads_back_as_itself(e: Node) -> None:
    assert read_line(latex(e), scope(), role="show").node == e, latex(e)


@CALM
@given(statements())
def test_a_statement_reads_back_as_itself(e: Node) -> None:
    assert read_line(latex(e), scope(), role="assume").node == e, latex(e)
