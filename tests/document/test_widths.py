"""The estimate of a formula's width against what Typst sets."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
import typst as compiler

from symdl import api
from symdl.document.widths import latex_width, words_width
from symdl.language.print_latex import latex
from symdl.language.print_typst import typst

SIZE = 10.5
HEAD = f"""
#set text(font: ("New Computer Modern", "New Computer Modern Math"), size: {SIZE}pt)
#show math.equation: set text(font: "New Computer Modern Math")
"""


def measured(formulas: list[str]) -> list[float]:
    """Widths in em, as set."""
    rows = "\n".join(f"#metadata(measure(math.equation(block: true, ${f}$)).width / 1pt)<w>" for f in formulas)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.typ"
        file.write_text(f"{HEAD}#context [\n{rows}\n]", encoding="utf-8")
        return [w / SIZE for w in json.loads(compiler.query(str(file), "<w>", field="value"))]


@pytest.mark.parametrize("name", ["batchnorm-backward", "lstm-bptt", "gaussian-kl-mvn", "logistic-regression"])
def test_estimates_are_within_a_tenth(name: str) -> None:
    solution = api.derive(name, judge=False)
    lines = [s.line for r in solution.results for s in r.steps]
    for line, width in zip(lines, measured([typst(x) for x in lines]), strict=True):
        assert latex_width(latex(line)) == pytest.approx(width, rel=0.12, abs=0.6), latex(line)


def test_odd_input_has_a_width() -> None:
    for source in ("", "^", "_", r"\frac", r"\frac{a}", "{{{", r"\operatorname", "a^{", "}"):
        assert latex_width(source) >= 0
    assert words_width("if") < words_width("whenever")
