"""Calls that can't be used: exit status 2, an error that says what and the cure, no traceback, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from symdl.cli import cli
from symdl.command_examples import EXAMPLES
from symdl.handout_spec import is_spec
from tests.run_symdl import symdl

SPEC = "title = 'T'\n[[section]]\nid = 'softmax-jacobian'\n"


@pytest.mark.parametrize("command", sorted(EXAMPLES))
def test_the_help_of_a_command_ends_with_its_example(command: str) -> None:
    ran = symdl(command, "--help")
    assert ran.status == 0 and ran.out.rstrip().splitlines()[-1].strip() == EXAMPLES[command]
    assert "ID_" not in ran.out


def test_every_command_has_an_example_of_its_own() -> None:
    assert set(EXAMPLES) == set(cli.commands)
    assert all(text.startswith(f"symdl {name} ") for name, text in EXAMPLES.items())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--bogus"), ["--bogus"]),
        (("frobnicate",), ["frobnicate"]),
        (("derive",), ["SOURCE"]),
        (("derive", "folder"), ["folder is a folder", ".toml"]),
        (("derive", "softmax-jacobean"), ["softmax-jacobian"]),
        (("derive", "softmax-jacobian", "-o", "out.docx"), ["out.docx", ".tex"]),
        (("derive", "softmax-jacobian", "-o", "new/out.txt"), ["new/out.txt", "nothing was written", "mkdir -p new"]),
        (("derive", "softmax-jacobian", "-o", "plain/out.txt"), ["plain/out.txt", "nothing was written"]),
        (("derive", "softmax-jacobian", "--detail", "all"), ["'all'", "'full'"]),
        (("derive", "softmax-jacobian", "--target", r"\frac{"), ["not closed", "^"]),
        (("derive", "softmax-jacobian", "--target", r"\frac{\partial p}{\partial Q}"), ["Q", "^"]),
        (("grad", "a^\\top b", "--wrt", "b", "--shape", "b"), ["'b' is no declaration", "expected"]),
        (("grad", "a^\\top b", "--wrt", "b", "--shape", "a=n -3"), ["-3", "^"]),
        (("check", "plain"), ["--given"]),
        (("check", "plain", "--given", "softmax-jacobean"), ["softmax-jacobian"]),
        (("handout", "spec.toml", "--templates", "nowhere", "-o", "out.md"), ["nowhere", "does not exist"]),
        (("handout", "spec.toml", "--templates", "plain", "-o", "out.md"), ["plain", "is a file"]),
        (("code", "softmax-jacobian", "--templates", "nowhere", "-o", "out.py"), ["nowhere", "does not exist"]),
        (("handout", "sections.toml", "-o", "out.md"), ["sections.toml", "a handout spec", "did you mean  section ?"]),
        (("verify", "softmax-jacobean"), ["softmax-jacobian"]),
        (("new", "nowhere/loss"), ["nowhere/loss.toml", "mkdir -p nowhere"]),
    ],
    ids=lambda v: "-".join(v)[:48] if isinstance(v, tuple) else "",
)
def test_a_bad_call(arguments: tuple[str, ...], said: list[str], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("x")
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "sections.toml").write_text(SPEC.replace("section", "sections"))
    before = sorted(tmp_path.rglob("*"))
    ran = symdl(*arguments, cwd=tmp_path)
    assert ran.status == 2 and ran.out == "", ran.out + ran.err
    assert "Traceback" not in ran.err and "a fault in symdl" not in ran.err
    for words in said:
        assert words in ran.err, ran.err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_template_at_fault_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "mine" / "markdown").mkdir(parents=True)
    for text, line in (("one\n<< nosuch >>\n", 2), ("one\ntwo\n<% if %>\n", 3), ("<< ''.__class__.__mro__ >>\n", 1)):
        (tmp_path / "mine" / "markdown" / "document.md").write_text(text)
        ran = symdl("handout", "spec.toml", "--templates", "mine", "-o", "out.md", cwd=tmp_path)
        assert ran.status == 2 and f"document.md, line {line}" in ran.err, ran.err
        assert not (tmp_path / "out.md").exists()


def test_a_derivation_file_with_a_key_near_section_is_still_one(tmp_path: Path) -> None:
    file = tmp_path / "d.toml"
    file.write_text("sections = 1\ngiven = ['y = x']\n")
    assert not is_spec(file)
    file.write_text("[[sections]]\nid = 'softmax-jacobian'\n")
    assert is_spec(file)
