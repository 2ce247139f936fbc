"""Words into each target: every character that a target reads as markup comes out as itself."""

from __future__ import annotations

import re
import unicodedata

_TEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%",
    "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "\N{NO-BREAK SPACE}": "~", "–": "--", "—": "---", "’": "'", "‘": "`",
    "“": "``", "”": "''", "„": r"\quotedblbase{}", "‚": r"\quotesinglbase{}",
    "‹": r"\guilsinglleft{}", "›": r"\guilsinglright{}", "€": r"\texteuro{}", "•": r"\textbullet{}",
    "…": r"\dots{}", "`": r"\textasciigrave{}",
}  # fmt: skip

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi "
        "chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
        strict=True,
    )
)

_TEX_MATH = {
    **{letter: rf"\{name}" for letter, name in _GREEK.items()},
    "∂": r"\partial", "∇": r"\nabla", "⊙": r"\odot", "∘": r"\circ", "⊗": r"\otimes", "×": r"\times", "·": r"\cdot",
    "≤": r"\le", "≥": r"\ge", "≠": r"\neq", "≈": r"\approx", "∝": r"\propto", "∈": r"\in", "→": r"\to",
    "⇒": r"\Rightarrow", "⟹": r"\implies", "⟺": r"\iff", "∞": r"\infty",
    "−": "-", "±": r"\pm", "√": r"\surd", "Σ": r"\Sigma", "ᵀ": r"^\top",
    "ℝ": r"\mathbb{R}", "∥": r"\|", "⪰": r"\succeq", "⟂": r"\perp", "½": r"\tfrac{1}{2}", "ℓ": r"\ell", "≻": r"\succ",
    "∎": r"\blacksquare", "²": "^2", "³": "^3", "¹": "^1", "′": "'", "∼": r"\sim", "⇔": r"\Leftrightarrow",
}  # fmt: skip


def tex(text: str) -> str:
    """Words for TeX. What its usual fonts have no glyph for is named in brackets."""
    return "".join(_tex_character(c) for c in _clean(text))


def _tex_character(c: str) -> str:
    if c in _TEX:
        return _TEX[c]
    if c in _TEX_MATH:
        return rf"\ensuremath{{{_TEX_MATH[c]}}}"
    if ord(c) < 0x180 or not c.isprintable():
        return c
    return rf"\symdlglyph{{{c}}}{{{unicodedata.name(c, 'unknown sign').lower()}}}"


_TYPST = re.compile(r"[\\*_`$#@<>~\[\]/\"'=+\-]")


def typst(text: str) -> str:
    """Words for Typst markup: every sign it gives a meaning to stands behind a backslash."""
    out = _TYPST.sub(lambda m: "\\" + m[0], "".join(_typst_character(c) for c in _clean(text)))
    return re.sub(r"^(\d+)\.", r"\1\\.", out)  # not a numbered item


def _typst_character(c: str) -> str:
    """Typst's own fonts have Latin, Greek, Cyrillic and mathematics; another sign is named in brackets."""
    return c if ord(c) < 0x530 or 0x1E00 <= ord(c) < 0x2600 else f"[{unicodedata.name(c, 'unknown sign').lower()}]"


def typst_string(text: str) -> str:
    """A Typst string literal."""
    return '"' + _clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def html(text: str) -> str:
    return "".join(_HTML.get(c, c) for c in _clean(text))


_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#$|~&]")


def markdown(text: str) -> str:
    out = _MARKDOWN.sub(lambda m: "\\" + m[0], _clean(text))
    return re.sub(r"^(\s*)([-+]|\d+\.)(\s)", lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}{m[3]}", out)


def plain(text: str) -> str:
    return _clean(text)


def _clean(text: str) -> str:
    """One line of printable characters: a newline is a space, other control characters do not reach a page."""
    joined = re.sub(r"\s*\n\s*", " ", text)
    return "".join(c for c in joined if c.isprintable() or c == "\N{NO-BREAK SPACE}" or unicodedata.category(c) == "Cf")
