"""Whole documents: every format and template, the same bytes for the same input, nasty titles, both engines."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from symdl.document import FORMATS, pages, render, tex_engine, write
from symdl.document.build import Part
from symdl.document.environment import DELIMITERS
from symdl.errors import SymdlError, UnsupportedError, UsageError
from symdl.handout_spec import Section, Spec
from symdl.language.declare import understand
from symdl.language.dims import axis
from symdl.language.syntax import Add, Neg, Relation, Symbol
from symdl.problem import Problem
from symdl.resources import templates_folder
from symdl.solution.evidence import Evidence
from symdl.solution.step import Result, Solution, Step

NASTY = '100% & #1 {x}_y~^ \\ <b> | `q` "a" 🙂 é β [z](w) * @ = ; / +'
HAS_TEX = tex_engine.find_engine() is not None


def problem(title: str = "Least squares") -> Problem:
    return Problem(
        title=title,
        sources=["Somebody & others, section 1"],
        intro="Rows of $X$ are *examples*; `y` holds **targets**.\n\n- one\n- two",
        given=["r = X w - y", r"L = \frac{1}{2} \|r\|^2"],
        assume=[r"\|y\| > 0"],
        derive=[r"\frac{\partial L}{\partial w}"],
        symbols={"X": "B n", "w": "n", "y": "B"},
    )


def solution(p: Problem) -> tuple[Solution, Any]:
    """A solution written by hand, so that documents are tested without the engine and the judge."""
    understanding = understand(p)
    from symdl.language.reader import read_line

    scope = understanding.scope
    proved = Evidence("proved", "one canonical form, and 5 random points agree", 1e-16)
    tested = Evidence("supported", "agrees at 5 random points", 1e-16)
    target = understanding.targets[0].node
    lines = [r"\frac{\partial L}{\partial r} = r", r"\frac{\partial L}{\partial w} = X^\top r = X^\top (X w - y)"]
    steps = tuple(
        Step("chain-rule", read_line(x, scope).node, f"since $r$ is linear, 100% & more #{k}", e)
        for k, (x, e) in enumerate(zip(lines, (proved, tested), strict=True))
    )
    form = read_line(lines[1], scope).node.sides[-1]  # type: ignore[attr-defined]
    result = Result(target, ("n",), form, form, (), steps, proved)
    return Solution(p.title, (result,), problem=p), understanding


@pytest.fixture(scope="module")
def worked() -> tuple[Solution, Any]:
    return solution(problem())


CODE = r'''def forward(*, X):
    """Doc."""
    X = _input("X", X)
    r = X @ "w"  # (1) 100% & $ \ {
    return {"r": r}
'''


@pytest.mark.parametrize("fmt", FORMATS)
def test_each_format_is_the_same_every_time(fmt: str, worked: tuple[Solution, Any]) -> None:
    first = render(worked[0], fmt, understanding=worked[1], code=CODE)
    assert first == render(worked[0], fmt, understanding=worked[1], code=CODE)
    assert len(first) > 500


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("detail", ["result", "steps", "full"])
@pytest.mark.parametrize("notation", ["matrix", "index", "both"])
def test_each_detail_and_notation(fmt: str, detail: str, notation: str, worked: tuple[Solution, Any]) -> None:
    if fmt == "pdf" and detail != "steps":
        return
    out = render(worked[0], fmt, detail=detail, notation=notation, understanding=worked[1])
    if isinstance(out, str):
        assert ("is linear" in out) == (detail != "result")


@pytest.mark.parametrize("fmt", FORMATS)
def test_nasty_titles_are_set_as_they_are(fmt: str) -> None:
    s, u = solution(problem(NASTY))
    out = render(s, fmt, understanding=u)
    if fmt == "pdf":
        assert bytes(out)[:5] == b"%PDF-"
    if fmt == "txt":
        assert str(out).startswith('100% & #1 {x}_y~^ \\ <b> | q "a" 🙂 é β z * @ = ; / +\n')


@pytest.mark.skipif(not HAS_TEX, reason="no TeX is installed")
def test_tex_compiles(worked: tuple[Solution, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for engine in tex_engine.ENGINES:
        if tex_engine.shutil.which(engine):
            monkeypatch.setattr(tex_engine, "ENGINES", (engine,))
            for s, u in (worked, solution(problem(NASTY))):
                assert bytes(render(s, "pdf", understanding=u, code=CODE, engine="latex"))[:5] == b"%PDF-"


@pytest.mark.skipif(not HAS_TEX, reason="no TeX is installed")
def test_no_box_is_too_wide(worked: tuple[Solution, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    logs: list[str] = []
    run = tex_engine._run
    monkeypatch.setattr(tex_engine, "_run", lambda *a: logs.append(run(*a)) or logs[-1])
    for s, u in (worked, solution(problem(NASTY))):
        render(s, "pdf", understanding=u, code=CODE, engine="latex")
        assert "Overfull" not in logs[-1] and "undefined" not in logs[-1]


@pytest.mark.skipif(not HAS_TEX, reason="no TeX is installed")
def test_tex_is_the_same_every_time_and_reads_no_file(worked: tuple[Solution, Any]) -> None:
    a = render(worked[0], "pdf", understanding=worked[1], engine="latex")
    assert a == render(worked[0], "pdf", understanding=worked[1], engine="latex")
    with pytest.raises(SymdlError):
        tex_engine.pdf("\\documentclass{article}\\begin{document}\\input{/etc/passwd}x\\end{document}")


def test_html_is_one_file_without_script_and_every_formula_is_mathml(worked: tuple[Solution, Any]) -> None:
    out = str(render(worked[0], "html", understanding=worked[1], code=CODE))
    assert "<script" not in out and "src=" not in out and "http" not in re.sub(r"http://www.w3.org\S*", "", out)
    assert out.count("<math") > 10 and "aria-label" in out and "application/x-tex" in out
    for formula in re.findall(r"<math.*?</math>", out, re.DOTALL):
        ET.fromstring(formula)
    targets = set(re.findall(r'href="#(line-[\d-]+)"', out))
    assert targets and targets <= set(re.findall(r'id="(line-[\d-]+)"', out))


def test_references_in_tex_have_labels(worked: tuple[Solution, Any]) -> None:
    out = str(render(worked[0], "tex", understanding=worked[1]))
    assert set(re.findall(r"\\eqref\{(.*?)\}", out)) <= set(re.findall(r"\\label\{(.*?)\}", out))


def test_prose_that_cannot_be_set_without_tex_is_named() -> None:
    p = problem().replace(intro=r"See $\heartsuit X$.")
    s, u = solution(p)
    with pytest.raises(UnsupportedError) as error:
        render(s, "pdf", understanding=u)
    assert r"\heartsuit X" in error.value.render() and "--engine latex" in error.value.render()
    assert r"\heartsuit X" in str(render(s, "tex", understanding=u))


def test_long_sums_break_between_terms() -> None:
    from symdl.document.breaking import lines

    x = [Symbol(f"x_{k}", (axis("n"),)) for k in range(40)]
    line = Relation((x[0], Add(tuple(Neg(v) if k % 2 else v for k, v in enumerate(x)))), ("=",))
    rows = lines(line, 40)
    assert len(rows) > 2 and rows[0][0] is not None and all(left is None for left, _ in rows[1:])
    terms: list[Any] = []
    for _, right in rows:
        part = list(right.node.terms) if isinstance(right.node, Add) else [right.node]
        if right.lead == "-":
            part[0] = Neg(part[0])
        terms += part
    assert tuple(terms) == line.sides[1].terms  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "value"), [("format", "docx"), ("detail", "ful"), ("notation", "vector"), ("engine", "xetex")]
)
def test_unknown_options(name: str, value: str, worked: tuple[Solution, Any]) -> None:
    options: dict[str, Any] = {"format": "tex", name: value}
    with pytest.raises(UsageError, match="unknown"):
        render(worked[0], understanding=worked[1], **options)


def test_a_users_template_comes_first_and_its_mistakes_are_placed(tmp_path: Path, worked: tuple[Solution, Any]) -> None:
    (tmp_path / "markdown").mkdir()
    mine = tmp_path / "markdown" / "document.md"
    mine.write_text("mine: << document.plain_title >>\n")
    assert render(worked[0], "md", understanding=worked[1], templates=tmp_path) == "mine: Least squares\n"
    other = tmp_path / "other"
    (other / "markdown").mkdir(parents=True)
    (other / "markdown" / "document.md").write_text("line\n<< document.nothing >>\n")
    with pytest.raises(UsageError, match=r"document\.md, line 2"):
        render(worked[0], "md", understanding=worked[1], templates=other)
    third = tmp_path / "third"
    (third / "markdown").mkdir(parents=True)
    (third / "markdown" / "document.md").write_text("<< ().__class__.__mro__ >>\n")
    with pytest.raises(UsageError):
        render(worked[0], "md", understanding=worked[1], templates=third)


@pytest.mark.parametrize("fmt", ["tex", "html"])
def test_sections_of_a_handout_count_for_themselves(fmt: str, worked: tuple[Solution, Any]) -> None:
    section = Section("x")
    shown = pages.show(section, Part(worked[0], worked[0].problem, worked[1], CODE), 2)
    out = str(write(pages.handout(Spec((section, section)), [shown, shown]), fmt))
    anchors = re.findall(r'(?:id="line-|label\{line:)([\d-]+)', out)
    assert len(anchors) > 4 and len(anchors) == len(set(anchors))
    assert set(re.findall(r"(?:#line-|eqref\{line:)([\d-]+)", out)) <= set(anchors)


def test_every_family_of_templates_is_there() -> None:
    for family in DELIMITERS:
        assert any((templates_folder() / family).iterdir())


def test_the_tree_is_written_without_a_problem(worked: tuple[Solution, Any]) -> None:
    from symdl.document import tree

    page = tree.Document((tree.Words("x"),), "x", (tree.Paragraph((tree.Words("y"),)),))
    assert "y" in str(write(page, "txt"))


def test_a_long_product_breaks_between_factors_but_not_between_matrices() -> None:
    from symdl.document.breaking import lines
    from symdl.language.syntax import Product

    factor = Add((Symbol("a"), Symbol("b"), Symbol("c"), Symbol("d")))
    rows = lines(Relation((Symbol("P"), Product((factor,) * 9)), ("=",)))
    assert len(rows) > 1 and [r.lead for _, r in rows] == ["=", *["×"] * (len(rows) - 1)]
    square = (axis("n"), axis("n"))
    matrices = Product(tuple(Symbol(rf"\hat{{W}}_{{{k},{k}}}", square) for k in range(40)))
    ((_, only),) = lines(Relation((Symbol("P", square), matrices), ("=",)))
    assert only.wide
