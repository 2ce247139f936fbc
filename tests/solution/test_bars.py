"""Adjoints with bars: what is printed reads as what was judged, in every place where a solution prints."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from symdl import api
from symdl.cli import cli
from symdl.errors import SymdlError, UsageError
from symdl.handout import handout
from symdl.language.print_latex import latex
from symdl.reading_back import check_bars
from symdl.solution.barred import lines, without_bars

SOFTMAX = api.Problem(
    symbols={"X": "B n", "W": "n c", "b": "c", "Y": "B c"},
    given=[
        r"Z = X W + \mathbf{1} b^\top",
        r"P = \operatorname{softmax}(Z)",
        r"L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}",
    ],
    assume=[r"\sum_k Y_{ik} = 1"],
    derive=[r"\frac{\partial L}{\partial W}"],
)
NETWORKS = (
    "mlp-backprop",
    "mlp-classifier",
    "logistic-regression",
    "attention-backward",
    "rnn-bptt",
    "mlp-backprop-deep",
    "mazur-2-2-2",
)


def test_adjoints_on_the_way_get_bars_and_where_says_what_they_are() -> None:
    (result,) = api.derive(SOFTMAX, adjoints="bar").results
    assert latex(result.target) == r"\frac{\partial L}{\partial W}"  # as it was asked for
    assert [latex(s.line) for s in result.steps] == [
        r"\bar{Z} = \frac{1}{B} (P - Y)",
        r"\frac{\partial L}{\partial W} = X^\top \bar{Z} = \frac{1}{B} X^\top (P - Y)",
    ]
    assert [latex(w) for w in result.where] == [r"\bar{Z} = \frac{\partial L}{\partial Z}"]


def test_without_the_wish_nothing_changes() -> None:
    assert api.derive(SOFTMAX).bars is None
    assert r"\bar" not in " ".join(latex(s.line) for s in api.derive(SOFTMAX).steps)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_printed_is_work_that_the_judge_accepts(name: str) -> None:
    """The lines of `where`, then those of the steps and results, marked as a student's."""
    solution = api.derive(name, adjoints="bar", judge=False)
    rows = [latex(w) for r in solution.results for w in r.where]
    rows += [latex(s.line) for s in solution.steps]
    rows += [latex(api.claim(r, r.matrix or r.index)) for r in solution.results]
    work = "\n\n".join(f"\\[ {row} \\]" for row in dict.fromkeys(rows))
    report = api.check(work, name)
    assert report.verdict == "correct"
    assert any(row.startswith(r"\bar{") for row in rows)


@pytest.mark.parametrize("name", NETWORKS)
def test_bars_are_taken_back_for_code(name: str) -> None:
    plain = api.derive(name, judge=False)
    barred = api.derive(name, adjoints="bar", judge=False)
    back = without_bars(barred)
    for one, other in zip(plain.results, back.results, strict=True):
        assert [s.line for s in one.steps] == [s.line for s in other.steps]
        assert (one.matrix, one.index) == (other.matrix, other.index)
    assert "def gradients" in api.code(name, solution=barred)


def test_a_bar_that_the_problem_has_is_left_to_it() -> None:
    problem = SOFTMAX.replace(
        symbols={**SOFTMAX.symbols, r"\bar{Z}": "B c"},
        given=[*map(str, SOFTMAX.given[:2]), str(SOFTMAX.given[2]) + r" + \sum_{i,k} Z_{ik} \bar{Z}_{ik}"],
    )
    solution = api.derive(problem, adjoints="bar")
    (result,) = solution.results
    assert not any(r"\bar{Z} = " in latex(w) for w in result.where)
    first = result.steps[0]
    assert latex(first.line).startswith(r"\frac{\partial L}{\partial Z} =")
    assert r"$\bar{Z}$ has a meaning of its own here, so the derivative by $Z$ is written out" in first.because


def test_a_bar_never_stands_for_the_derivatives_of_two_quantities() -> None:
    problem = SOFTMAX.replace(
        given=[*map(str, SOFTMAX.given), r"J = \sum_{i,k} Z_{ik}^2"],
        derive=[r"\frac{\partial L}{\partial W}", r"\frac{\partial J}{\partial W}"],
    )
    solution = api.derive(problem, adjoints="bar")
    written = [latex(s.line) for s in solution.steps]
    assert r"\bar{Z} = \frac{1}{B} (P - Y)" in written
    assert not any(r"\bar" in w and r"\partial J" in w for w in written)


def test_a_line_that_reads_as_another_is_not_printed() -> None:
    """A bar that nobody defines; a bar that stands for the derivative by another name."""
    plain = api.derive(SOFTMAX, judge=False)
    solution = api.derive(SOFTMAX, adjoints="bar", judge=False)
    check_bars(solution, plain)
    unknown = replace(solution.bars, scope=api.model(SOFTMAX).understanding.scope)
    other = {n: replace(v, name="P") for n, v in solution.bars.variables.items()}
    for bars in (unknown, replace(solution.bars, variables=other)):
        with pytest.raises(SymdlError, match="no unambiguous print"):
            check_bars(replace(solution, bars=bars), plain)


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(UsageError, match="unknown way"):
        api.derive(SOFTMAX, adjoints="bars")


@pytest.mark.parametrize("fmt", ["txt", "md", "tex", "html", "json", "typ"])
def test_every_format_prints_them(fmt: str) -> None:
    page = CliRunner().invoke(cli, ["derive", "mlp-backprop", "--adjoints", "bar", "--format", fmt])
    assert page.exit_code == 0, page.output
    bar = {"txt": "H̄", "html": "accent", "typ": "macron"}.get(fmt, r"\bar{H}")
    assert bar in page.output or "overline" in page.output
    if fmt == "json":
        first = json.loads(page.output)["targets"][0]
        assert first["where"][0] == r"\bar{Z}_2 = \frac{\partial L}{\partial Z_2}"


def test_a_handout_says_it_for_all_and_for_a_section(tmp_path) -> None:  # type: ignore[no-untyped-def]
    spec = tmp_path / "spec.toml"
    spec.write_text(
        'adjoints = "bar"\ncode = true\n[[section]]\nid = "mlp-backprop"\n'
        '[[section]]\nid = "mlp-classifier"\nadjoints = "partial"\n'
    )
    page = CliRunner().invoke(cli, ["handout", str(spec), "--format", "txt"]).output
    first, second = page.split("A two-layer network")
    assert "H̄ =" in first
    assert "H̄" not in second
    cited = {int(n) for n in re.findall(r"# \((\d+)\)", first)}
    numbered = {int(n) for n in re.findall(r"^ *\((\d+)\)", first, re.MULTILINE)}
    assert cited <= numbered
    with pytest.raises(SymdlError, match="`adjoints` has a wrong value"):
        handout([str(_typo(tmp_path))], "txt")


def _typo(folder):  # type: ignore[no-untyped-def]
    spec = folder / "typo.toml"
    spec.write_text('adjoints = "barr"\n[[section]]\nid = "mlp-backprop"\n')
    return spec


def test_lines_are_listed_once() -> None:
    solution = api.derive("mlp-backprop", adjoints="bar", judge=False)
    found = list(lines(solution))
    assert len(found) == len(set(found))
