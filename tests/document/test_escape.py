"""Words come out as themselves in every target."""

from __future__ import annotations

import pytest

from symdl.document import escape

NASTY = "a & b % c $ d # e _ f { g } h ~ i ^ j \\ k < l > | ` \" ' @ = * [ ] / + - ; -- 1. é β 🙂"


def test_tex() -> None:
    out = escape.tex("50% & #1 {x}_y~^\\ $")
    assert out == r"50\% \& \#1 \{x\}\_y\textasciitilde{}\textasciicircum{}\textbackslash{} \$"
    assert escape.tex("β → é") == r"\ensuremath{\beta} \ensuremath{\to} é"
    assert escape.tex("🙂") == r"\symdlglyph{🙂}{slightly smiling face}"


def test_html() -> None:
    assert escape.html("<b>'\"&") == "&lt;b&gt;&#39;&quot;&amp;"


def test_typst() -> None:
    assert escape.typst("#x $y *z* _u_ @v") == r"\#x \$y \*z\* \_u\_ \@v"
    assert escape.typst("1. one") == r"1\. one"
    assert escape.typst_string('a "b" \\ c\nd') == '"a \\"b\\" \\\\ c d"'


def test_markdown() -> None:
    assert escape.markdown("*a* [b](c) `d`") == r"\*a\* \[b\](c) \`d\`"
    assert escape.markdown("- not a list") == r"\- not a list"


@pytest.mark.parametrize("target", ["tex", "html", "typst", "markdown", "plain"])
def test_no_control_characters_and_one_line(target: str) -> None:
    out = getattr(escape, target)(f"a\x00b\x1b[31m\nc {NASTY}")
    assert "\n" not in out and "\x00" not in out and "\x1b" not in out
