"""PDF by an installed TeX: no shell, no files outside its own folder, a time limit, and missing packages named."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from symdl.errors import SymdlError, UsageError

ENGINES = ("pdflatex", "lualatex")
TIME_LIMIT = 60.0  # seconds a run
RUNS = 3  # references settle in two, a long table in three

# Debian's and Ubuntu's package for each file the base template needs
_PACKAGES = {
    "tikz.sty": "texlive-pictures", "amsmath.sty": "texlive-latex-base", "booktabs.sty": "texlive-latex-recommended",
    "microtype.sty": "texlive-latex-recommended", "lmodern.sty": "lmodern", "listings.sty": "texlive-latex-recommended",
    "xcolor.sty": "texlive-latex-recommended", "hyperref.sty": "texlive-latex-base",
    "geometry.sty": "texlive-latex-base", "amssymb.sty": "texlive-base",
}  # fmt: skip


def find_engine() -> str | None:
    """The first TeX engine that is installed; pdflatex comes first: it takes a third of the time."""
    return next((e for e in ENGINES if shutil.which(e)), None)


def pdf(source: str, time_limit: float = TIME_LIMIT) -> bytes:
    """The PDF of a LaTeX text.

    Raises:
        UsageError: no TeX is installed, or it lacks a package (which, and how to get it).
        SymdlError: it does not compile (TeX's first error), or takes too long.
    """
    engine = find_engine()
    if engine is None:
        raise UsageError(
            "no TeX is installed",
            expected="lualatex or pdflatex",
            cure="leave out  --engine latex , or install  texlive-latex-recommended texlive-pictures",
        )
    with tempfile.TemporaryDirectory(prefix="symdl-") as name:
        folder = Path(name)
        (folder / "document.tex").write_text(source, encoding="utf-8")
        log, before = "", ""
        for _ in range(RUNS):
            log = _run(engine, folder, time_limit)
            if not (folder / "document.pdf").is_file():
                raise _failure(log)
            after = (folder / "document.aux").read_text(encoding="utf-8", errors="replace")
            if after == before:
                break
            before = after
        return (folder / "document.pdf").read_bytes()


def _run(engine: str, folder: Path, time_limit: float) -> str:
    """One run; its log. A run that fails leaves no PDF."""
    (folder / "document.pdf").unlink(missing_ok=True)
    command = [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TEXMFHOME", "TEXMFVAR", "HOME")}
    strict = {"openin_any": "p", "openout_any": "p", "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**keep, **strict, "max_print_line": "1000"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=time_limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the engine and whatever it started, which share its session
        process.communicate()
        raise SymdlError(
            "TeX takes too long", found=f"more than {time_limit:g} s", cure="leave out  --engine latex"
        ) from None
    if process.returncode != 0:
        (folder / "document.pdf").unlink(missing_ok=True)
    return output.decode("utf-8", errors="replace")


def _failure(log: str) -> SymdlError:
    missing = re.search(r"File [`'\"](?P<file>[\w.-]+)['\"] not found", log)
    if missing:
        package = _PACKAGES.get(missing["file"])
        return UsageError(
            f"TeX lacks {missing['file']}",
            cure=f"install  {package}" if package else "install the package of your TeX distribution that has it",
        )
    lines = log.splitlines()
    start = next((k for k, line in enumerate(lines) if line.startswith("!")), None)
    found = "\n".join(lines[start : start + 6]) if start is not None else "\n".join(lines[-6:])
    return SymdlError("TeX can't set the page", found=found, cure="leave out  --engine latex  to set it without TeX")
