"""The commands as a user types them: exit statuses, formats, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.run_symdl import symdl

RIGHT = r"""
\begin{align}
\frac{\partial L}{\partial Z} &= \frac{1}{B} (P - Y) \\
\frac{\partial L}{\partial W} &= X^\top \frac{\partial L}{\partial Z} = \frac{1}{B} X^\top (P - Y) \\
\frac{\partial L}{\partial b} &= \frac{1}{B} (P - Y)^\top \mathbf{1}
\end{align}
"""


def test_help_names_every_command() -> None:
    ran = symdl("--help")
    assert ran.status == 0
    for command in ("list", "show", "read", "derive", "grad", "check", "code", "handout", "verify", "new"):
        assert command in ran.out


def test_importing_the_command_does_not_import_sympy() -> None:
    import subprocess
    import sys

    from tests.run_symdl import ROOT

    code = "import symdl.cli, sys; print('sympy' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_list_json_has_every_entry() -> None:
    rows = json.loads(symdl("list", "--json").out)
    assert {"mlp-classifier", "softmax-ce-grad"} <= {r["id"] for r in rows}
    assert all(r["title"] and r["area"] and r["derives"] for r in rows)


def test_list_of_an_unknown_area_names_the_nearest() -> None:
    ran = symdl("list", "--area", "calculs")
    assert ran.status == 2 and "calculus" in ran.err


def test_an_unknown_id_names_the_nearest() -> None:
    ran = symdl("show", "softmax-ce-gard")
    assert ran.status == 2 and "softmax-ce-grad" in ran.err and ran.out == ""


def test_read_shows_shapes() -> None:
    ran = symdl("read", "softmax-ce-grad")
    assert ran.status == 0, ran.err
    assert "B×c" in ran.out and r"\mathbf{1} b^\top" in ran.out


def test_new_writes_a_file_that_derives(tmp_path: Path) -> None:
    assert symdl("new", "mine", cwd=tmp_path).status == 0
    ran = symdl("derive", "mine.toml", "--format", "json", cwd=tmp_path)
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["targets"]
    again = symdl("new", "mine", cwd=tmp_path)
    assert again.status == 2 and "exists" in again.err


def test_derive_json_has_what_the_manual_says() -> None:
    ran = symdl("derive", "softmax-ce-grad", "--format", "json")
    assert ran.status == 0, ran.err
    data = json.loads(ran.out)
    target = next(t for t in data["targets"] if "W" in t["target"])
    assert target["shape"] == ["n", "c"]
    assert target["matrix"] and target["index"] and target["steps"]
    assert target["evidence"]["status"] in ("proved", "supported")
    for s in target["steps"]:
        assert s["rule"] and s["line"] and s["because"] and s["evidence"]["status"] in ("proved", "supported")


@pytest.mark.parametrize("suffix", ["tex", "md", "html", "txt", "json", "pdf"])
def test_derive_writes_each_format(suffix: str, tmp_path: Path) -> None:
    ran = symdl("derive", "softmax-ce-grad", "-o", f"out.{suffix}", cwd=tmp_path)
    assert ran.status == 0, ran.err
    assert (tmp_path / f"out.{suffix}").stat().st_size > 300
    assert [p.name for p in tmp_path.iterdir()] == [f"out.{suffix}"]


def test_an_unknown_suffix_and_an_unwritable_folder_are_errors(tmp_path: Path) -> None:
    assert symdl("derive", "softmax-ce-grad", "-o", "out.docx", cwd=tmp_path).status == 2
    ran = symdl("derive", "softmax-ce-grad", "-o", "missing/out.tex", cwd=tmp_path)
    assert ran.status == 2 and "nothing was written" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_check_of_right_work(tmp_path: Path) -> None:
    (tmp_path / "right.tex").write_text(RIGHT)
    ran = symdl("check", "right.tex", "--given", "softmax-ce-grad", "--format", "json", cwd=tmp_path)
    assert ran.status == 0, ran.out + ran.err
    data = json.loads(ran.out)
    assert data["verdict"] == "correct" and data["first_wrong_line"] is None
    assert [line["number"] for line in data["lines"]] == [1, 2, 3]
    assert all(t["status"] == "reached" for t in data["targets"])


def test_check_of_wrong_work_follows_through(tmp_path: Path) -> None:
    wrong = RIGHT.replace(r"&= \frac{1}{B} (P - Y) \\", r"&= P - Y \\").replace(
        r"= \frac{1}{B} X^\top (P - Y)", r"= X^\top (P - Y)"
    )
    (tmp_path / "wrong.tex").write_text(wrong)
    ran = symdl("check", "wrong.tex", "--given", "softmax-ce-grad", "--format", "json", cwd=tmp_path)
    assert ran.status == 1
    data = json.loads(ran.out)
    assert data["verdict"] == "wrong" and data["first_wrong_line"] == 1
    second = data["lines"][1]
    assert second["step"] in ("proved", "supported") and second["truth"] == "refuted"
    witness = data["lines"][0]["witness"]
    assert witness["left"] != witness["right"]


def test_check_of_unfinished_work_is_incomplete(tmp_path: Path) -> None:
    (tmp_path / "part.tex").write_text(RIGHT.split(r"\\")[0] + r"\end{align}")
    ran = symdl("check", "part.tex", "--given", "softmax-ce-grad", "--format", "json", cwd=tmp_path)
    assert json.loads(ran.out)["verdict"] == "incomplete" and ran.status == 3


def test_check_from_standard_input_and_of_many(tmp_path: Path) -> None:
    ran = symdl("check", "-", "--given", "softmax-ce-grad", stdin=RIGHT.encode())
    assert ran.status == 0 and "correct" in ran.out
    (tmp_path / "a.tex").write_text(RIGHT)
    (tmp_path / "b.tex").write_text(RIGHT.replace("P - Y", "Y - P"))
    (tmp_path / "c.tex").write_bytes(b"\xff\xfe\x00")
    ran = symdl(
        "check",
        "a.tex",
        "b.tex",
        "c.tex",
        "--given",
        "softmax-ce-grad",
        "--csv",
        "marks.csv",
        "--format",
        "json",
        cwd=tmp_path,
    )
    assert ran.status == 1
    assert [r["verdict"] for r in json.loads(ran.out)] == ["correct", "wrong", "unreadable"]
    table = (tmp_path / "marks.csv").read_text().splitlines()
    assert table[0] == "file,verdict,first_wrong_line,kind,marks,out_of,seconds,message" and len(table) == 4


@pytest.mark.parametrize(("reveal", "shows"), [("verdict", False), ("place", False), ("kind", False), ("full", True)])
def test_reveal_says_no_more_than_asked(reveal: str, shows: bool, tmp_path: Path) -> None:
    (tmp_path / "b.tex").write_text(RIGHT.replace("P - Y", "Y - P"))
    ran = symdl("check", "b.tex", "--given", "softmax-ce-grad", "--reveal", reveal, "--format", "json", cwd=tmp_path)
    data = json.loads(ran.out)
    assert data["verdict"] == "wrong"
    assert ("lines" in data) == (reveal != "verdict")
    assert any(line["witness"] for line in data.get("lines", [])) == shows


def test_code_runs_and_checks_itself(tmp_path: Path) -> None:
    ran = symdl("code", "softmax-ce-grad", "-o", "net.py", cwd=tmp_path)
    assert ran.status == 0, ran.err
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "net.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_grad_of_one_formula() -> None:
    ran = symdl("grad", r"x^\top A x", "--wrt", "x", "--shape", 'A="n n"', "--shape", 'x="n"', "--format", "json")
    assert ran.status == 0, ran.err
    assert "A" in json.loads(ran.out)["targets"][0]["matrix"]


@pytest.mark.parametrize(
    ("detail", "deltas", "derivation"), [("result", False, False), ("steps", False, True), ("full", True, True)]
)
def test_detail_says_how_much_a_page_shows(detail: str, deltas: bool, derivation: bool) -> None:
    page = symdl("derive", "mlp-backprop", "--detail", detail).out
    assert ("δ_" in page) == deltas
    assert ("Derivation\n" in page) == derivation
