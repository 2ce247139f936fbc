"""What a page adds: the graph, the worked instance, the common slip; and pages that a browser and TeX accept."""

from __future__ import annotations

import os
import re
from typing import Any

import numpy as np
import pytest

from symdl import api, judging
from symdl.catalogue import entries
from symdl.document import tex_engine, tree
from symdl.document.figure import graph
from symdl.document.mapping import exponentials, mapped
from symdl.document.worked import decimals, number, quantity
from symdl.handout import handout
from symdl.instances import instance
from symdl.language.print_latex import latex
from symdl.language.reader import read_expression
from symdl.language.syntax import Relation, Symbol
from symdl.slips import slip, slips
from symdl.solution.evidence import Evidence, Witness
from tests.document import axe

HAS_TEX = tex_engine.find_engine() is not None
ALL = bool(os.environ.get("SYMDL_ALL_PAGES"))  # every entry, not two
IDS = [e.id for e in entries()] if ALL else ["mlp-classifier", "gaussian-kl-univariate"]


@pytest.fixture(scope="module")
def mlp() -> tuple[api.Model, Any]:
    model = api.model("mlp-classifier")
    return model, api.derive(model)


def test_the_graph_has_every_quantity_once_and_adjoints_on_the_way_back(mlp: tuple[api.Model, Any]) -> None:
    figure = graph(mlp[0].understanding, mlp[1])
    assert figure is not None
    names = [latex(v.label.node) for v in figure.vertices]  # type: ignore[arg-type]
    assert sorted(names) == sorted(["X", "W_1", "b_1", "A", "H", "W_2", "b_2", "Z", "P", "Y", "L"])
    assert {n for n, v in zip(names, figure.vertices, strict=True) if v.adjoint} == {
        "W_1", "b_1", "A", "H", "W_2", "b_2", "Z", "P",
    }  # fmt: skip
    assert sum(a.role == "forward" for a in figure.arrows) == 10
    assert sum(a.role == "adjoint" for a in figure.arrows) == 8  # none to X and Y
    boxes = [(v.x - v.width / 2, v.x + v.width / 2, v.y - v.height / 2, v.y + v.height / 2) for v in figure.vertices]
    for k, a in enumerate(boxes):
        assert 0 <= a[0] and a[1] <= figure.width and 0 <= a[2] and a[3] <= figure.height
        assert all(a[1] < b[0] or b[1] < a[0] or a[3] < b[2] or b[3] < a[2] for b in boxes[:k])
    assert "Adjoints flow back from L" in figure.alt


def test_an_arrow_over_several_columns_goes_round_what_stands_between() -> None:
    model = api.model("layernorm-backward")
    figure = graph(model.understanding, api.derive(model, judge=False))
    assert figure is not None
    long = [a for a in figure.arrows if len(a.points) > 2]
    assert long
    for a in long:
        for x, y in a.points[1:-1]:
            assert all(abs(x - v.x) > v.width / 2 or abs(y - v.y) > v.height / 2 for v in figure.vertices)


def test_a_problem_that_is_no_graph_has_none() -> None:
    for name in ("quadratic-form-grad", "ridge-closed-form", "vae-kl-term"):
        model = api.model(name)
        assert graph(model.understanding, api.derive(model, judge=False)) is None


def test_the_instance_is_what_the_code_computes(mlp: tuple[api.Model, Any]) -> None:
    text = api.code(mlp[0], solution=mlp[1])
    found = instance(mlp[0], mlp[1], text)
    assert found is not None
    inputs = {latex(q.name): np.array(q.value) for q in found.inputs}
    assert all(np.array_equal(v, np.round(v)) for k, v in inputs.items() if k != "Y")
    expected = api.compile(mlp[0])(**inputs)
    for q, value in zip(found.derivatives, expected.values(), strict=True):
        assert np.allclose(np.array(q.value), value)
        assert np.max(np.abs(value)) > 1e-3


def test_numbers_are_rounded_alike_and_say_so() -> None:
    assert decimals([1.0, -0.5]) is None and decimals([1 / 3, 20.0]) == 2
    assert latex(number(-0.5)) == "-0.5" and latex(number(1 / 3, 3)) == "0.333" and latex(number(-1e-9, 3)) == "0.000"
    exact, rounded = quantity(Symbol("x"), (1.0, -2.0)), quantity(Symbol("x"), (1 / 3, 2.0))
    assert isinstance(exact.node, Relation) and exact.node.ops == ("=",)
    assert isinstance(rounded.node, Relation) and rounded.node.ops == ("≈",)


def test_a_slip_is_what_the_judge_refutes(mlp: tuple[api.Model, Any]) -> None:
    found = slip(*mlp)
    assert found is not None and found.kind == "mean" and found.status == "proved"
    assert judging.rule_on(found.line, mlp[0]).status == "refuted"
    assert found.witness.left != found.witness.right


def test_a_slip_that_is_not_refuted_is_never_shown(mlp: tuple[api.Model, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for status in ("proved", "supported", "unchecked"):
        monkeypatch.setattr(judging, "rule_on", lambda *_, s=status: Evidence(s, "", witness=Witness({}, {}, 1.0, 2.0)))
        assert slip(*mlp) is None


@pytest.mark.parametrize("name", ["adam-bias-correction", "attention-backward"])
def test_a_slip_shows_the_same_values_every_time(name: str) -> None:
    found = [slip(m := api.model(name), api.derive(m)) for _ in range(2)]
    assert found[0] is not None and found[0].witness == found[1].witness  # type: ignore[union-attr]


def test_slips_change_the_formula() -> None:
    model = api.model("layernorm-backward")
    right = read_expression(r"\frac{1}{s} ( g - \frac{1}{n} \mu x + \beta )", model.understanding.scope)
    found = [(kind, latex(wrong)) for kind, wrong in slips(right, True)]
    assert {k for k, _ in found} >= {"path", "mean", "sign"}
    assert latex(right) not in [w for _, w in found]


def test_short_exponents_are_powers_of_e_unless_e_is_a_name() -> None:
    scope = api.model("softmax-jacobian").understanding.scope
    node = read_expression(r"\exp(z_i)", scope)
    part = mapped(tree.Paragraph((tree.Formula(node),)), exponentials)
    assert latex(part.body[0].node) == "e^{z_i}"
    wide = read_expression(r"\exp(\frac{z_i}{S})", scope)
    assert "exp" in latex(mapped(tree.Formula(wide), exponentials).node)


@pytest.mark.skipif(not HAS_TEX, reason="no TeX is installed")
@pytest.mark.parametrize("name", IDS)
def test_tex_sets_an_entry_without_a_box_too_wide(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    logs: list[str] = []
    run = tex_engine._run
    monkeypatch.setattr(tex_engine, "_run", lambda *a: logs.append(run(*a)) or logs[-1])
    handout([name], "pdf", engine="latex")
    assert not re.search(r"Overfull|undefined|multiply|Missing character", logs[-1])


@pytest.mark.skipif(bool(axe.missing()), reason=axe.missing() or "all is there")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", IDS[:1] if not ALL else IDS)
def test_axe_finds_nothing_in_a_web_page(name: str, dark: bool) -> None:
    assert axe.violations(str(handout([name], "html")), dark=dark) == []


@pytest.mark.skipif(bool(axe.missing()), reason=axe.missing() or "all is there")
def test_axe_would_find_something() -> None:
    assert axe.violations("<!DOCTYPE html><html><head><title>x</title></head><body><img src='x'></body></html>")
