"""TeX that is missing, lacks a package, runs away or reaches out of its folder: an error that says so, and no PDF."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from symdl.document import tex_engine
from symdl.errors import SymdlError, UsageError

needs_tex = pytest.mark.skipif(tex_engine.find_engine() is None, reason="no TeX is installed")


def test_missing_tex_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="no TeX is installed") as caught:
        tex_engine.pdf("anything")
    assert "texlive" in caught.value.render()


@needs_tex
def test_tex_that_runs_away_is_killed_at_the_limit() -> None:
    began = time.monotonic()
    with pytest.raises(SymdlError, match="takes too long") as caught:
        tex_engine.pdf(
            r"\documentclass{article}\begin{document}\def\x{\relax\y}\def\y{\x}\x\end{document}", time_limit=2
        )
    assert time.monotonic() - began < 20 and "2 s" in caught.value.render()


@needs_tex
def test_a_missing_package_is_named() -> None:
    with pytest.raises(SymdlError) as caught:
        tex_engine.pdf(r"\documentclass{article}\usepackage{nosuchpackage}\begin{document}x\end{document}")
    assert "nosuchpackage.sty" in caught.value.render()


@needs_tex
def test_a_template_reads_no_file_outside_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("secret")
    with pytest.raises(SymdlError):
        tex_engine.pdf(rf"\documentclass{{article}}\begin{{document}}\input{{{secret}}}\end{{document}}")
