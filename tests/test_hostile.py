"""Hostile and broken input: a message and status 2 or 3, soon, and no file is opened or written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.run_symdl import symdl

SUBMISSIONS: dict[str, bytes] = {
    "broken-latex": rb"\[ \frac{\partial L}{\partial W = X^\top ( P - Y \]",
    "macro-loop": rb"\newcommand{\a}{\b}\newcommand{\b}{\a}\[ \frac{\partial L}{\partial W} = \a \]",
    "macro-bomb": b"".join(
        b"\\newcommand{\\%s}{\\%s\\%s}" % (chr(97 + k).encode() * 3, chr(98 + k).encode() * 3, chr(98 + k).encode() * 3)
        for k in range(24)
    )
    + b"\\newcommand{\\yyy}{X}\\[ \\aaa = X \\]",
    "input": rb"\[ \input{/etc/passwd} = X \]",
    "write18": rb"\immediate\write18{touch owned}\[ X = X \]",
    "deep-nesting": b"\\[ " + b"(" * 20_000 + b"X" + b")" * 20_000 + b" = X \\]",
    "deep-braces": b"\\[ " + b"{" * 20_000 + b"X" + b"}" * 20_000 + b" = X \\]",
    "deep-fractions": b"\\[ L = " + b"\\frac{1}{" * 3_000 + b"L" + b"}" * 3_000 + b" \\]",
    "huge-power": rb"\[ L = 9^{9^{9^9}} \]",
    "huge-number": b"\\[ L = " + b"9" * 100_000 + b" \\]",
    "huge-sum": rb"\[ L = \sum_{k=1}^{10^{12}} k \]",
    "megabytes": b"\\[ L = " + b"L + " * 400_000 + b"L \\]",
    "too-many-megabytes": b"x" * 3_000_000,
    "nul": b"\\[ L = L\0 \\]",
    "not-utf8": b"\\[ L = \xff\xfe \\]",
    "empty": b"",
    "prose-only": b"I could not solve this.",
    "unknown-command": rb"\[ L = \frobnicate{L} \]",
    "undeclared": rb"\[ L = q_{17} \]",
}


@pytest.mark.parametrize("name", sorted(SUBMISSIONS))
def test_hostile_submission(name: str, tmp_path: Path) -> None:
    (tmp_path / "work.tex").write_bytes(SUBMISSIONS[name])
    start = time.monotonic()
    ran = symdl("check", "work.tex", "--given", "softmax-ce-grad", cwd=tmp_path, timeout=30)
    assert time.monotonic() - start < 25
    assert ran.status in (1, 2, 3) and ran.status != 1, ran.out
    assert ran.out or ran.err
    assert "root:" not in ran.out + ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["work.tex"]


SYMBOLS = '[symbols]\nx = "n"\nA = "n n"\nB = "n m"\n'
PROBLEMS: dict[str, tuple[bytes, str]] = {
    "not-toml": (b"title = \n", "line 1"),
    "unknown-key": (b'titel = "x"\n', "title"),
    "key-inside-symbols": (b'[symbols]\nx = "n"\nderive = ["x"]\n', "derive"),
    "undeclared-symbol": (("given = ['f = x^\\top Q x']\n" + SYMBOLS).encode(), "Q"),
    "misfit": (("given = ['f = x^\\top B x']\n" + SYMBOLS).encode(), "n"),
    "cycle": (b"given = ['a = b + 1', 'b = a + 1']\n[symbols]\na = ''\nb = ''\n", "a"),
    "unquoted-latex-key": (b'[symbols]\n\\lambda = ""\n', "quote"),
    "prime": (b"given = ['f'(z) = 1']\n[symbols]\nz = ''\n", "'''"),
    "bad-shape": (b"[symbols]\nx = 'n +* 2'\n", "n +* 2"),
    "zero-size": (
        b"given = ['f = \\sum_i x_i']\nderive=['\\frac{\\partial f}{\\partial x}']\n[symbols]\nx = '0'\n",
        "0",
    ),
    "nul": (b"title = 'a\0b'\n", ""),
    "not-utf8": (b"title = '\xff'\n", ""),
    "deep": (("given = ['f = " + "(" * 5000 + "x" + ")" * 5000 + "']\n" + SYMBOLS).encode(), ""),
    "macro": (b"given = ['f = \\input{/etc/passwd}']\n[symbols]\nf = ''\n", "input"),
}


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_bad_problem_file(name: str, tmp_path: Path) -> None:
    text, mentions = PROBLEMS[name]
    (tmp_path / "bad.toml").write_bytes(text)
    ran = symdl("derive", "bad.toml", cwd=tmp_path, timeout=30)
    assert ran.status == 2, ran.out
    assert ran.out == "" and mentions in ran.err, ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.toml"]


def test_assumptions_that_nothing_satisfies_are_never_vacuously_true(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("given = ['f = x^2']\nassume = ['x > 1', 'x < 0']\n[symbols]\nx = ''\nf = ''\n")
    (tmp_path / "w.tex").write_text(r"\[ f = x \]")
    ran = symdl("check", "w.tex", "--given", "p.toml", cwd=tmp_path, timeout=30)
    assert ran.status == 3, ran.out


def test_a_missing_file_and_a_folder() -> None:
    assert symdl("check", "nowhere.tex", "--given", "softmax-ce-grad").status == 2
    assert symdl("derive", "tests/nowhere.toml").status == 2
    assert symdl("derive", "tests/").status == 2
