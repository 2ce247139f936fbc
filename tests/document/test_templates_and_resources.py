"""Templates and derivations are found in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from symdl import resources
from symdl.document.environment import DELIMITERS


def test_in_a_checkout() -> None:
    assert (resources.templates_folder() / "latex" / "document.tex").is_file()
    assert any(resources.derivations_folder().glob("*/*.toml"))


def test_in_a_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "symdl"
    (package / "_data" / "templates").mkdir(parents=True)
    (tmp_path / "site-packages" / "templates").mkdir()  # somebody else's folder of that name
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.templates_folder() == package / "_data" / "templates"


def test_every_family_has_its_base() -> None:
    for family in DELIMITERS:
        assert list((resources.templates_folder() / family).glob("document.*"))
