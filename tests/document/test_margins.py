"""Ink past the margin and missing glyphs: the script that looks for them finds none, and would find one."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from symdl.catalogue import entries
from symdl.handout import handout

ROOT = Path(__file__).parent.parent.parent
ALL = bool(os.environ.get("SYMDL_ALL_PAGES"))  # every entry, not a few
FEW = ["mlp-classifier", "conv2d-backward", "transformer-block-backward", "gaussian-kl-univariate"]
IDS = [e.id for e in entries()] if ALL else FEW
FONTS = '#set text(font: ("New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono"))\n'


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_pages", ROOT / "scripts" / "check_pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("detail", ["steps", "full"])
@pytest.mark.parametrize("name", IDS)
def test_a_page_keeps_its_margins_and_has_every_glyph(check: ModuleType, name: str, detail: str) -> None:
    source = str(handout([name], "typ", detail=detail))
    assert check.missing_glyphs(source) == 0
    assert check.past_margin(source) == []


def test_a_missing_glyph_would_be_found(check: ModuleType) -> None:
    assert check.missing_glyphs(FONTS + "a title with \N{GRADUATION CAP}") == 1
    assert check.missing_glyphs(FONTS + "a title, $alpha + beta.alt != gamma$") == 0


def test_ink_past_the_margin_would_be_found(check: ModuleType) -> None:
    page = '#set page(paper: "a4", margin: 26mm)\n' + FONTS
    assert check.past_margin(page + "Words that fit.") == []
    assert check.past_margin(page + "#box(width: 150cm)[$" + "x + " * 60 + "y$]") == [1]
    assert check.past_margin(page + "#place(dx: -8mm)[x]") == [1]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium is installed")
@pytest.mark.parametrize("name", IDS if ALL else FEW[:1])
def test_a_web_page_keeps_its_width(check: ModuleType, name: str) -> None:
    page = str(handout([name], "html"))
    assert check.wide_in_browser(page, 1000) == ""
    assert check.wide_in_browser(page, 500) == ""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium is installed")
def test_a_web_page_too_wide_would_be_found(check: ModuleType) -> None:
    page = "<!DOCTYPE html><html><body><main><div style='width: 3000px'>x</div></main></body></html>"
    assert "sideways" in check.wide_in_browser(page, 1000)
    page = page.replace("<div", "<div style='overflow-x: auto'><div").replace("</main>", "</div></main>")
    assert "too wide" in check.wide_in_browser(page, 1000)
