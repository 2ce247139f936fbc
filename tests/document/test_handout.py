"""Handouts from a spec: what it says is done, and every slip in it is named with its place."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from symdl import api
from symdl.errors import ProblemError, SymdlError, UsageError
from symdl.handout import handout, read_spec, shown
from symdl.handout_spec import is_spec, parse_spec
from symdl.renaming import renamed

SPEC = r"""
course = "Deep Learning"
title  = "Sheet 3: $f(x)$ & more"
author = "A. Lecturer"
date   = 2026-11-24
intro  = 'A gradient has the shape of its variable $W$.'

[[section]]
heading = "Before you start"
prose   = '''
Say **why**:

- one line a step
'''

[[section]]
id     = "trace-axb"
rename = { 'X' = 'M' }
space  = 7
"""


@pytest.fixture(scope="module")
def spec_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("spec") / "sheet.toml"
    file.write_text(SPEC, encoding="utf-8")
    return file


@pytest.mark.parametrize("fmt", ["md", "html", "tex", "txt", "typ"])
def test_what_a_spec_says_stands_on_the_page(fmt: str, spec_file: Path) -> None:
    out = str(handout([str(spec_file)], fmt))
    for words in ("Deep Learning", "A. Lecturer" if fmt != "typ" else "Lecturer", "2026", "Before you start"):
        assert words in out
    assert "numpy" in out.lower() and "Sheet 3" in out


def test_a_spec_makes_a_pdf_the_same_every_time(spec_file: Path) -> None:
    first = handout([str(spec_file)], "pdf")
    assert bytes(first)[:5] == b"%PDF-"  # type: ignore[arg-type]
    assert first == handout([str(spec_file)], "pdf")


def test_a_student_copy_has_room_and_no_solution(spec_file: Path) -> None:
    copy = str(handout([str(spec_file)], "md", solutions=False))
    assert "*Answer*" in copy and "Derivation" not in copy and "def gradients" not in copy
    assert "vspace{7cm}" in str(handout([str(spec_file)], "tex", solutions=False))
    assert "*Answer*" not in str(handout([str(spec_file)], "md"))


def test_renamed_symbols_are_judged_anew_and_reach_the_code(spec_file: Path) -> None:
    out = str(handout([str(spec_file)], "md"))
    assert r"\partial M" in out and r"\partial X" not in out and "dM" in out


def test_renaming_keeps_words_and_longer_names() -> None:
    problem = api.load("mlp-classifier")
    new = renamed(
        problem, {"L": r"\ell", "W_1": "U", "P": "Q"}, ["X", "W_1", "b_1", "W_2", "b_2", "Y", "A", "H", "Z", "P", "L"]
    )
    assert [str(g) for g in new.given] == [
        r"A = X U + \mathbf{1} b_1^\top",
        r"H = \tanh(A)",
        r"Z = H W_2 + \mathbf{1} b_2^\top",
        r"Q = \operatorname{softmax}(Z)",
        r"\ell = -\frac{1}{B} \sum_{i,k} Y_{ik} \log Q_{ik}",
    ]
    assert "probabilities $Q$" in str(new.intro) and "U" in new.symbols and "W_1" not in new.symbols
    with pytest.raises(UsageError, match="nothing has this name"):
        renamed(problem, {"V": "U"}, ["X"])


SLIPS = [
    ('titel = "x"\n[[section]]\nid = "trace-axb"', "unknown key", "did you mean  title ?", "titel"),
    ('[[section]]\nid = "trace-axc"', "no such derivation", "did you mean  trace-axb ?", '"trace-axc"'),
    ('[[section]]\nid = "trace-axb"\nspce = 3', "unknown key in [[section]]", "did you mean  space ?", "spce"),
    ('[[section]]\nheading = "x"', "has nothing in it", "prose", ""),
    ('title = "x"\nsection = []', "without sections", "[[section]]", ""),
    ('[[section]]\nfile = "no.toml"', "no such file", "no.toml", '"no.toml"'),
    ('detail = "all"\n[[section]]\nid = "trace-axb"', "wrong value", "result | steps | full", '"all"'),
    ('[[section]]\nid = "trace-axb"\nspace = 900', "wrong value", "25 cm", "900"),
    ('[[section]]\nid = "trace-axb"\nsolutions = "no"', "wrong type", "true or false", '"no"'),
    ('[[section]]\nid = "trace-axb"\nfile = "a.toml"', "both", "one of them", "file"),
    ("[[section]\n", "", "", ""),
    ('title = "\\frac"\n[[section]]\nid = "trace-axb"', "backslash", "single quotes", "\\f"),
]


@pytest.mark.parametrize(("text", "what", "more", "under"), SLIPS, ids=[s[1] or "toml" for s in SLIPS])
def test_a_slip_in_a_spec_is_named(text: str, what: str, more: str, under: str) -> None:
    with pytest.raises(ProblemError) as found:
        parse_spec(text, "sheet.toml")
    message = found.value.render()
    assert message.startswith("symdl: sheet.toml") and what in message and more in message
    if under:
        rows = message.splitlines()
        line, caret = next((a, b) for a, b in pairwise(rows) if set(b.strip()) == {"^"})
        assert line[len(caret) - len(caret.lstrip()) : len(caret)].startswith(under)


def test_prose_that_cannot_be_set_names_the_formula() -> None:
    spec = parse_spec("[[section]]\nprose = 'See $\\frac{a$ there.'")
    with pytest.raises(SymdlError, match="braces do not match"):
        shown(spec)


def test_a_name_that_is_not_there_is_found_in_the_spec() -> None:
    spec = parse_spec("[[section]]\nid = 'trace-axb'\nrename = { 'Q' = 'M' }", "sheet.toml")
    with pytest.raises(SymdlError) as found:
        shown(spec)
    assert "sheet.toml, line 2" in found.value.render() and "Q" in found.value.render()


def test_an_error_in_one_of_many_sections_reaches_the_caller(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("given = ['y = x Q']\nderive = ['\\frac{\\partial y}{\\partial x}']\n[symbols]\nx = ''\n")
    with pytest.raises(SymdlError) as found:
        handout(["trace-axb", "d-inverse", str(bad), "dlogdet"], "md")
    assert "Q" in found.value.render() and found.value.render().startswith(f"symdl: {bad}")


def test_a_derivation_file_is_no_spec_and_a_spec_stands_alone(spec_file: Path, tmp_path: Path) -> None:
    problem = tmp_path / "p.toml"
    problem.write_text('title = "x"\n')
    assert is_spec(spec_file) and not is_spec(problem)
    with pytest.raises(UsageError, match="whole handout"):
        read_spec([str(spec_file), "trace-axb"])


def test_nothing_half_written(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    place = folder / "missing" / "x.md"
    call = [sys.executable, "-m", "symdl", "handout", "trace-axb", "-o", str(place)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "can't be written" in done.stderr and not list(folder.iterdir())
