"""read(print(e)) == e, for trees of every node kind."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from symdl.language import syntax
from symdl.language.print_latex import latex
from symdl.language.reader import read_expression, read_line
from symdl.language.syntax import Node
from tests.strategies import examples, expressions, rare_scalars, relations, scope, statements

CALM = settings(
    max_examples=200,
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


def test_every_kind_of_node_reads_back_as_itself() -> None:
    kinds: set[type] = set()

    @CALM
    @given(statements(), rare_scalars(()), expressions())
    def reads_back(line: Node, rare: Node, other: Node) -> None:
        for e in (line, rare, other):
            kinds.update(type(n) for n in e.walk())
            assert read_line(latex(e), scope(), role="assume").node == e, latex(e)

    for e in examples():
        kinds.update(type(n) for n in e.walk())
        assert read_line(latex(e), scope(), role="assume").node == e, latex(e)
    reads_back()
    known = {k for k in vars(syntax).values() if isinstance(k, type) and issubclass(k, Node)}
    assert known - kinds - {syntax.Node, syntax.Condition} == set()
