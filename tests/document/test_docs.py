"""The documentation is true: its files are read, its links lead somewhere, its picture is small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symdl import api
from symdl.handout import handout
from symdl.handout_spec import KEYS, SECTION_KEYS, parse_spec
from symdl.problem import load_problem
from symdl.problem_file import KEYS as PROBLEM_KEYS
from symdl.problem_file import TABLES

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_and_pictures_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_files_shown_are_read(page: Path, tmp_path: Path) -> None:
    problem = ""
    for text in blocks(page, "toml"):
        if "[[section]]" in text:
            (tmp_path / "weighted.toml").write_text(problem, encoding="utf-8")
            assert parse_spec(text, page.name, tmp_path).sections
            continue
        if not re.search(r"^given\b|^\[\[step", text, re.MULTILINE):
            continue  # a file of another kind
        problem = problem + text if text.startswith("[[step]]") else text
        file = tmp_path / "problem.toml"
        file.write_text(problem, encoding="utf-8")
        model = api.model(load_problem(file))
        if not (model.understanding.targets or model.understanding.steps):
            continue  # a part of a file, shown for a key of its own
        assert all(s.evidence is not None and s.evidence.holds for s in api.derive(model).lines)


def test_the_spec_of_the_reference_makes_its_handout() -> None:
    (text,) = blocks(ROOT / "docs" / "handout-spec.md", "toml")
    from symdl.handout import set_spec

    out = str(set_spec(parse_spec(text), "md"))
    assert r"\hat{y}" in out and "y_hat" not in handout(["trace-axb"], "md") and "A layer in the middle" in out


def test_every_key_is_documented() -> None:
    spec = (ROOT / "docs" / "handout-spec.md").read_text(encoding="utf-8")
    for key in {*KEYS, *SECTION_KEYS} - {"section"}:
        assert f"`{key}`" in spec, key
    file = (ROOT / "docs" / "derivation-file.md").read_text(encoding="utf-8")
    for key in (*PROBLEM_KEYS, *TABLES):
        assert f"`{key}`" in file or f"`[{key}]`" in file or f"`[[{key}]]`" in file, key


def test_the_readme_keeps_its_commands_and_a_small_picture() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for mark in ("the main command", "the test command"):
        assert re.search(rf"<!-- {mark} -->\n```sh\n\S.*\n```", text)
    picture = ROOT / "docs" / "images" / "handout.png"
    assert "docs/images/handout.png" in text and picture.stat().st_size < 200_000
