"""Many files at once: table, resuming, summary, pages, what is revealed, and hostile files, through the command."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.run_symdl import symdl

PROBLEM = r"""
given = ['L = \frac{1}{2} (w x - y)^2']
derive = ['\frac{\partial L}{\partial w}']
[symbols]
w = ""
x = ""
y = ""
"""
RIGHT = r"$$\frac{\partial L}{\partial w} = (w x - y) x$$"
WRONG = r"$$\frac{\partial L}{\partial w} = 2 (w x - y) x$$"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "problem.toml").write_text(PROBLEM)
    (tmp_path / "right.tex").write_text(RIGHT)
    (tmp_path / "wrong.md").write_text(WRONG)
    (tmp_path / "again.tex").write_text(WRONG)
    (tmp_path / "broken.tex").write_bytes(b"\xff\xfe$$x$$")
    return tmp_path


def test_a_table_that_can_be_resumed_and_a_summary(folder: Path) -> None:
    files = ["right.tex", "wrong.md", "again.tex", "broken.tex"]
    ran = symdl("check", *files, "--given", "problem.toml", "--csv", "t.csv", cwd=folder)
    assert ran.status == 1
    assert "not UTF-8" in ran.err
    assert "2  wrong on line 1 (factor): wrong.md, again.tex" in ran.out
    rows = (folder / "t.csv").read_text().splitlines()
    assert [r.split(",")[1] for r in rows[1:]] == ["correct", "wrong", "wrong", "unreadable"]
    (folder / "right.tex").write_text(WRONG)
    ran = symdl("check", *files, "--given", "problem.toml", "--csv", "t.csv", "--resume", cwd=folder)
    assert (folder / "t.csv").read_text().splitlines()[:4] == rows[:4]
    assert "right.tex: correct (marked before)" in ran.out


def test_pages_with_a_mark_beside_each_line(folder: Path) -> None:
    assert symdl("check", "wrong.md", "--given", "problem.toml", "-o", "r.html", cwd=folder).status == 1
    page = (folder / "r.html").read_text()
    assert "✗" in page
    assert "A numerical factor is wrong" in page
    assert symdl("check", "right.tex", "wrong.md", "--given", "problem.toml", "-o", "r.pdf", cwd=folder).status == 1
    assert (folder / "r.pdf").read_bytes().startswith(b"%PDF")


def test_what_is_revealed(folder: Path) -> None:
    def report(reveal: str) -> dict[str, object]:
        ran = symdl("check", "wrong.md", "--given", "problem.toml", "--format", "json", "--reveal", reveal, cwd=folder)
        return json.loads(ran.out)  # type: ignore[no-any-return]

    verdict, place, kind, full = (report(r) for r in ("verdict", "place", "kind", "full"))
    assert verdict["verdict"] == "wrong"
    assert "lines" not in verdict
    assert "first_wrong_line" not in verdict
    line = [r["lines"][0] for r in (place, kind, full)]  # type: ignore[index]
    assert line[0]["mistake"] is None
    assert line[1]["mistake"] == {"kind": "factor"}
    assert line[1]["witness"] is None
    assert line[2]["mistake"]["correction"]
    assert line[2]["witness"]["values"]


HOSTILE = {
    "tower": r"$$L = 9^{9^{9^9}}$$",
    "nest": "$$" + "(" * 4000 + "w" + ")" * 4000 + " = 1$$",
    "bomb": r"\def\a{\b\b}\def\b{\c\c}\def\c{\d\d}\def\d{\e\e}\def\e{\a\a}$$\a = w$$",
    "input": r"\input{/etc/passwd} $$L = \input{/etc/passwd}$$",
    "write": r"\write18{touch pwned} $$L = \write18{touch pwned}$$",
    "zero": r"$$L = \sum_{i=1}^{0} w$$",
    "long": "$$" + "+".join(["w"] * 20_000) + " = 1$$",
    "huge": r"$$L = 10^{10^{10}} w$$",
    "dots": r"$$L = \sum_{i=1}^{10^{12}} w$$",
}


def test_hostile_files_get_a_message_and_leave_nothing_behind(folder: Path) -> None:
    for name, text in HOSTILE.items():
        (folder / f"{name}.tex").write_text(text)
    before = {p.name for p in folder.iterdir()}
    files = [f"{name}.tex" for name in HOSTILE]
    ran = symdl("check", *files, "--given", "problem.toml", "--time-limit", "8", "--format", "json", cwd=folder)
    assert ran.status in (1, 2, 3)
    assert {p.name for p in folder.iterdir()} == before
    verdicts = {r["file"]: r["verdict"] for r in json.loads(ran.out)}
    assert "correct" not in verdicts.values(), verdicts
    assert "root:" not in ran.out


def test_workers_that_are_no_number_and_no_address_are_refused(folder: Path) -> None:
    ran = symdl("check", "right.tex", "--given", "problem.toml", "--workers", "many", cwd=folder)
    assert ran.status == 2
    ran = symdl("check", "right.tex", "--given", "problem.toml", "--workers", "tcp://127.0.0.1:1", cwd=folder)
    assert ran.status == 2


@pytest.mark.parametrize(
    ("reveal", "message"),
    [
        ("verdict", "a line does not hold"),
        ("place", "line 1 does not hold"),
        ("kind", "line 1: A numerical factor is wrong"),
        ("full", "line 1: A numerical factor is wrong: the right side should be"),
    ],
)
def test_the_table_says_in_a_sentence_what_it_may(folder: Path, reveal: str, message: str) -> None:
    symdl("check", "wrong.md", "--given", "problem.toml", "--csv", "t.csv", "--reveal", reveal, cwd=folder)
    row = next(csv.DictReader((folder / "t.csv").read_text().splitlines()))
    assert row["message"].startswith(message)
    assert (row["kind"] != "") == (reveal in ("kind", "full"))
    assert (row["first_wrong_line"] != "") == (reveal != "verdict")
    if reveal != "full":
        assert "should be" not in row["message"]


def test_pages_give_away_no_more_than_they_may(folder: Path) -> None:
    def page(reveal: str) -> str:
        symdl("check", "wrong.md", "--given", "problem.toml", "--reveal", reveal, "-o", "r.html", cwd=folder)
        return (folder / "r.html").read_text().split("</style>")[1]

    assert "A numerical factor is wrong" in page("kind")
    assert "should be" not in page("kind")
    assert "A numerical factor" not in page("place")
    assert "✗" in page("place")
    assert "✗" not in page("verdict")


def test_work_without_a_line_is_unchecked_and_an_unusable_file_prints_nothing(folder: Path) -> None:
    (folder / "empty.tex").write_text("Only words, and $x$ in a sentence.")
    ran = symdl("check", "empty.tex", "--given", "problem.toml", "--format", "json", cwd=folder)
    assert ran.status == 3
    assert json.loads(ran.out)["verdict"] == "unchecked"
    ran = symdl("check", "broken.tex", "--given", "problem.toml", "--format", "json", cwd=folder)
    assert (ran.status, ran.out) == (2, "")
