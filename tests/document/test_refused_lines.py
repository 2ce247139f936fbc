"""An author's line that does not hold is never printed: an error says where it stands and at which values it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.run_symdl import symdl as run

WRONG = r"""
title = "A wrong line"
given = ['f = x^\top A x']
derive = ['\frac{\partial f}{\partial x}']

[symbols]
A = "n n"
x = "n"

[[step]]
line = 'f = \sum_{i,j} A_{ij} x_i x_j'

[[step]]
line = '\frac{\partial f}{\partial x} = 2 A x'
because = "differentiate"
"""
OPEN = WRONG.replace(r"\frac{\partial f}{\partial x} = 2 A x", r"f \propto x^\top x")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    file = tmp_path / "wrong.toml"
    file.write_text(WRONG, encoding="utf-8")
    return file


@pytest.mark.parametrize("command", ["derive", "handout"])
@pytest.mark.parametrize("suffix", ["tex", "pdf", "html", "md", "typ", "txt"])
def test_no_output_prints_it(wrong: Path, command: str, suffix: str) -> None:
    page = wrong.with_name(f"page.{suffix}")
    done = run(command, str(wrong), "-o", str(page))
    assert done.status == 1 and not page.exists() and not done.out
    assert "wrong.toml, step 2" in done.err and "^^^^" in done.err
    assert "left" in done.err and "right" in done.err and "A = [[" in done.err


def test_the_terminal_prints_no_page_either(wrong: Path) -> None:
    for done in (run("derive", str(wrong)), run("show", str(wrong))):
        assert done.status == 1 and not done.out and "does not hold" in done.err


def test_the_record_says_refuted_and_why(wrong: Path) -> None:
    done = run("derive", str(wrong), "--format", "json")
    first, second = json.loads(done.out)["lines"]
    assert done.status == 1 and first["evidence"]["status"] == "proved"
    assert second["evidence"]["status"] == "refuted" and second["evidence"]["witness"]["values"]


def test_a_line_that_is_not_checked_says_so_and_why(wrong: Path) -> None:
    wrong.write_text(OPEN, encoding="utf-8")
    done = run("derive", str(wrong))
    assert done.status == 0 and "[unchecked]" in done.out
    assert "(5) is not checked: " in done.out
