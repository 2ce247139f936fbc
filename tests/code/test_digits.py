"""The example on real scans reaches its accuracy, and prints the same every time."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "digits.py"


def test_digits(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.syspath_prepend(str(EXAMPLE.parent))  # as Python does for a script
    outputs = []
    for _ in range(2):
        runpy.run_path(str(EXAMPLE))["main"]()
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    accuracy = float(outputs[0].split("test accuracy ")[1].split("%")[0])
    assert accuracy >= 95
