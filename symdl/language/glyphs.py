"""Glyphs: a LaTeX name taken apart, and tables of what its commands are in Unicode, in Typst and aloud."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Glyph:
    """One piece of a name. kind: `letter`, `word` (several letters), `digits`, `mark` (+ − , / …), `command`, `styled`
    (a font or an accent over `parts`), `scripts` (a base, then what stands below and above), `row`.
    """

    kind: str
    text: str = ""
    parts: tuple[Glyph, ...] = ()
    sub: Glyph | None = None
    sup: Glyph | None = None
    primes: int = 0


FONTS = ("mathbf", "boldsymbol", "mathcal", "mathbb", "mathrm", "mathsf", "mathit", "mathfrak", "mathtt", "mathscr")
ACCENTS = tuple("hat widehat bar overline tilde widetilde dot ddot vec check breve underline".split())


@lru_cache(maxsize=4096)
def glyphs(latex: str) -> Glyph:
    """A canonical LaTeX name as pieces."""
    return _Reader(latex).row()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def row(self) -> Glyph:
        parts = []
        while self.at < len(self.text) and self.text[self.at] != "}":
            if self.text[self.at] == " ":
                self.at += 1
                continue
            parts.append(self.scripted())
        return parts[0] if len(parts) == 1 else Glyph("row", parts=tuple(parts))

    def scripted(self) -> Glyph:
        base = self.unit()
        sub = sup = None
        primes = 0
        while self.at < len(self.text) and self.text[self.at] in "_^'":
            mark = self.text[self.at]
            self.at += 1
            if mark == "'":
                primes += 1
            elif mark == "_":
                sub = self.unit(single=True)
            else:
                sup = self.unit(single=True)
        return Glyph("scripts", parts=(base,), sub=sub, sup=sup, primes=primes) if sub or sup or primes else base

    def unit(self, single: bool = False) -> Glyph:
        if self.at >= len(self.text):
            return Glyph("row")
        c = self.text[self.at]
        if c == "{":
            self.at += 1
            inner = self.row()
            self.at += 1
            return inner
        if c == "\\":
            return self.command()
        end = self.at + 1
        if c.isdigit():
            while not single and end < len(self.text) and self.text[end].isdigit():
                end += 1
            kind = "digits"
        elif c.isalpha():
            while not single and end < len(self.text) and self.text[end].isalpha():
                end += 1
            kind = "letter" if end == self.at + 1 else "word"
        else:
            kind = "mark"
        text, self.at = self.text[self.at : end], end
        return Glyph(kind, text)

    def command(self) -> Glyph:
        end = self.at + 1
        while end < len(self.text) and self.text[end].isalpha():
            end += 1
        end = max(end, self.at + 2)
        name, self.at = self.text[self.at + 1 : end], end
        if name in FONTS or name in ACCENTS:
            while self.at < len(self.text) and self.text[self.at] == " ":
                self.at += 1
            return Glyph("styled", name, (self.unit(single=True),))
        return Glyph("command", name)


def letters(glyph: Glyph) -> str | None:
    """The plain letters of a row of letters, or None where there is more in it."""
    if glyph.kind in ("letter", "word", "digits"):
        return glyph.text
    if glyph.kind == "row" and glyph.parts and all(p.kind in ("letter", "word", "digits") for p in glyph.parts):
        return "".join(p.text for p in glyph.parts)
    return None


# LaTeX command: (Unicode, Typst, spoken)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "alpha": ("α", "alpha", "alpha"),
    "beta": ("β", "beta", "beta"),
    "gamma": ("γ", "gamma", "gamma"),
    "delta": ("δ", "delta", "delta"),
    "epsilon": ("ϵ", "epsilon.alt", "epsilon"),
    "varepsilon": ("ε", "epsilon", "epsilon"),
    "zeta": ("ζ", "zeta", "zeta"),
    "eta": ("η", "eta", "eta"),
    "theta": ("θ", "theta", "theta"),
    "vartheta": ("ϑ", "theta.alt", "theta"),
    "iota": ("ι", "iota", "iota"),
    "kappa": ("κ", "kappa", "kappa"),
    "varkappa": ("ϰ", "kappa.alt", "kappa"),
    "lambda": ("λ", "lambda", "lambda"),
    "mu": ("μ", "mu", "mu"),
    "nu": ("ν", "nu", "nu"),
    "xi": ("ξ", "xi", "xi"),
    "pi": ("π", "pi", "pi"),
    "varpi": ("ϖ", "pi.alt", "pi"),
    "rho": ("ρ", "rho", "rho"),
    "varrho": ("ϱ", "rho.alt", "rho"),
    "sigma": ("σ", "sigma", "sigma"),
    "varsigma": ("ς", "sigma.alt", "sigma"),
    "tau": ("τ", "tau", "tau"),
    "upsilon": ("υ", "upsilon", "upsilon"),
    "phi": ("ϕ", "phi.alt", "phi"),
    "varphi": ("φ", "phi", "phi"),
    "chi": ("χ", "chi", "chi"),
    "psi": ("ψ", "psi", "psi"),
    "omega": ("ω", "omega", "omega"),
    "Gamma": ("Γ", "Gamma", "capital gamma"),
    "Delta": ("Δ", "Delta", "capital delta"),
    "Theta": ("Θ", "Theta", "capital theta"),
    "Lambda": ("Λ", "Lambda", "capital lambda"),
    "Xi": ("Ξ", "Xi", "capital xi"),
    "Pi": ("Π", "Pi", "capital pi"),
    "Sigma": ("Σ", "Sigma", "capital sigma"),
    "Upsilon": ("Υ", "Upsilon", "capital upsilon"),
    "Phi": ("Φ", "Phi", "capital phi"),
    "Psi": ("Ψ", "Psi", "capital psi"),
    "Omega": ("Ω", "Omega", "capital omega"),
    "ell": ("ℓ", "ell", "ell"),
    "hbar": ("ℏ", "planck", "h bar"),
    "star": ("⋆", "star.op", "star"),
    "ast": ("∗", "ast.op", "star"),
    "dagger": ("†", "dagger", "dagger"),
    "top": ("⊤", "top", "top"),
    "bot": ("⊥", "bot", "bottom"),
    "prime": ("′", "prime", "prime"),
    "infty": ("∞", "infinity", "infinity"),
    "nabla": ("∇", "nabla", "nabla"),
    "partial": ("∂", "partial", "partial"),
    "circ": ("∘", "compose", "circle"),
    "pm": ("±", "plus.minus", "plus or minus"),
    "mp": ("∓", "minus.plus", "minus or plus"),
    "parallel": ("∥", "parallel", "parallel"),
    "perp": ("⊥", "perp", "perpendicular"),
    "aleph": ("ℵ", "aleph", "aleph"),
    "Re": ("ℜ", "Re", "real part"),
    "Im": ("ℑ", "Im", "imaginary part"),
    "imath": ("ı", "dotless.i", "i"),
    "jmath": ("ȷ", "dotless.j", "j"),
    "{": ("{", "brace.l", "open brace"),
    "}": ("}", "brace.r", "close brace"),
    ",": ("", "", ""),
    "|": ("‖", "parallel", "bars"),
}

# Accent: (combining character, Typst function, spoken after the name)
ACCENT_FORMS: dict[str, tuple[str, str, str]] = {
    "hat": ("\u0302", "hat", "hat"),
    "widehat": ("\u0302", "hat", "hat"),
    "bar": ("\u0304", "macron", "bar"),
    "overline": ("\u0305", "overline", "bar"),
    "tilde": ("\u0303", "tilde", "tilde"),
    "widetilde": ("\u0303", "tilde", "tilde"),
    "dot": ("\u0307", "dot", "dot"),
    "ddot": ("\u0308", "dot.double", "double dot"),
    "vec": ("\u20d7", "arrow", "arrow"),
    "check": ("\u030c", "caron", "check"),
    "breve": ("\u0306", "breve", "breve"),
    "underline": ("\u0332", "underline", "underlined"),
}

# Font: (Typst function, spoken before the name)
FONT_FORMS: dict[str, tuple[str, str]] = {
    "mathbf": ("upright(bold(%s))", "bold"),
    "boldsymbol": ("bold(%s)", "bold"),
    "mathcal": ("cal(%s)", "script"),
    "mathscr": ("scr(%s)", "script"),
    "mathbb": ("bb(%s)", "blackboard"),
    "mathrm": ("upright(%s)", ""),
    "mathsf": ("sans(%s)", ""),
    "mathit": ("italic(%s)", ""),
    "mathfrak": ("frak(%s)", "fraktur"),
    "mathtt": ("mono(%s)", ""),
}

SUPERSCRIPTS = str.maketrans("0123456789+-−()nijklmprstTabcdehoxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿⁱʲᵏˡᵐᵖʳˢᵗᵀᵃᵇᶜᵈᵉʰᵒˣʸᶻ")
CALLIGRAPHIC = dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True))
BLACKBOARD = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))


def raised(text: str) -> str | None:
    """A text in superscript characters, or None where one has no such form."""
    out = text.translate(SUPERSCRIPTS)
    return out if text and all(a != b for a, b in zip(text, out, strict=True)) else None


def styled_letter(style: str, letter: str) -> str:
    """A letter in a Unicode font: 𝒩, 𝔼, 𝐱; itself where Unicode has none."""
    tables = {
        "mathcal": (0x1D49C, 0x1D4B6, None, CALLIGRAPHIC),
        "mathscr": (0x1D49C, 0x1D4B6, None, CALLIGRAPHIC),
        "mathbb": (0x1D538, 0x1D552, 0x1D7D8, BLACKBOARD),
        "mathbf": (0x1D400, 0x1D41A, 0x1D7CE, {}),
        "boldsymbol": (0x1D400, 0x1D41A, 0x1D7CE, {}),
    }
    if style not in tables or not letter.isascii():
        return letter
    upper, lower, digit, holes = tables[style]
    if letter in holes:
        return holes[letter]
    if letter.isupper():
        return chr(upper + ord(letter) - 65)
    if letter.islower() and style not in ("mathcal", "mathscr"):  # the script small letters have holes
        return chr(lower + ord(letter) - 97)
    if letter.isdigit() and digit is not None:
        return chr(digit + int(letter))
    return letter
