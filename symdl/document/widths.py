"""How wide a formula is when set, in em: the advances of Computer Modern, added up over its LaTeX.

Every target sets in a font of this family, so one estimate serves to break lines for all of them. It is within a few
per cent of what is set (`tests/document/test_widths.py` measures it).
"""

from __future__ import annotations

import re

from symdl.language import syntax
from symdl.language.print_latex import latex

_ITALIC = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            0.53, 0.43, 0.43, 0.52, 0.47, 0.55, 0.50, 0.58, 0.35, 0.43, 0.54, 0.32, 0.88, 0.60, 0.49, 0.50, 0.47, 0.47,
            0.47, 0.36, 0.57, 0.50, 0.73, 0.57, 0.51, 0.49, 0.75, 0.79, 0.75, 0.84, 0.77, 0.71, 0.79, 0.89, 0.48, 0.63,
            0.88, 0.69, 1.05, 0.88, 0.78, 0.73, 0.80, 0.77, 0.64, 0.66, 0.75, 0.70, 1.05, 0.87, 0.72, 0.72,
        ),
        strict=True,
    )
)  # fmt: skip
_NARROW = {
    ",": 0.45,
    ".": 0.28,
    ";": 0.45,
    "(": 0.39,
    ")": 0.39,
    "[": 0.28,
    "]": 0.28,
    "|": 0.28,
    "/": 0.5,
    "'": 0.3,
    ":": 0.83,
}
_BINARY = 1.22  # a sign with medium spaces
_RELATION = 1.33  # and one with thick spaces
_COMMANDS = {
    r"\sum": 1.61, r"\prod": 1.45, r"\int": 0.8, r"\quad": 1.0, r"\qquad": 2.0, r"\,": 0.17, r"\;": 0.28, r"\!": -0.17,
    r"\{": 0.5, r"\}": 0.5, r"\|": 0.5, r"\partial": 0.57, r"\nabla": 0.83, r"\infty": 1.0, r"\dots": 1.17,
    r"\top": 0.78,
    r"\cdot": 0.72, r"\odot": _BINARY, r"\otimes": _BINARY, r"\oslash": _BINARY, r"\times": _BINARY, r"\circ": 0.94,
    r"\implies": 2.2, r"\iff": 2.3, r"\to": 1.56, r"\mid": 0.84, r"\sim": _RELATION, r"\in": 1.22, r"\neq": _RELATION,
    r"\le": _RELATION, r"\ge": _RELATION, r"\approx": _RELATION, r"\propto": _RELATION, r"\perp": _RELATION,
    r"\succ": _RELATION, r"\prec": _RELATION, r"\succeq": _RELATION, r"\preceq": _RELATION, r"\notin": 1.22,
    r"\ell": 0.42, r"\Sigma": 0.72, r"\Phi": 0.72, r"\Lambda": 0.69, r"\lVert": 0.5, r"\rVert": 0.5, r"\lvert": 0.28,
    r"\rvert": 0.28,
}  # fmt: skip
_SILENT = frozenset(r"\left \right \hat \bar \tilde \dot \bigl \bigr \big \displaystyle \limits \Big \bigg".split())
_UPRIGHT = frozenset(r"\operatorname \mathrm \text \mathbf \boldsymbol \bm \mathcal \mathbb".split())
_NAMES = frozenset("log exp sin cos tan arcsin arccos arctan sinh cosh tanh det max min arg lim".split())
_LETTER, _SPACE, _OPEN = 0.53, 0.33, 0.17
_SCRIPT = 0.7
_SIGNS = "=<>"
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)


def width(node: syntax.Node) -> float:
    """How wide a tree is when set, in em."""
    return latex_width(latex(node))


def words_width(text: str) -> float:
    """How wide words are in the text's own font."""
    return sum(
        _SPACE if c == " " else 0.28 if c in "ijlt.,;:'()|" else 0.75 if c.isupper() or c in "mw" else 0.49
        for c in text
    )


def latex_width(source: str) -> float:
    """The width of a formula: a fraction is as wide as its wider part; scripts are smaller, and stand over others."""
    return _Ruler(_TOKEN.findall(source)).line()


class _Ruler:
    """Walks the tokens of one group from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def line(self) -> float:
        total, before = 0.0, ""
        while self.at < len(self.tokens):
            t = self.tokens[self.at]
            self.at += 1
            if t.isspace() or t in "{}&":
                continue
            if t in "_^":
                total += self._scripts(t, before)
                continue
            total += self._token(t, before)
            before = t
        return total

    def _token(self, t: str, before: str) -> float:
        if t in (r"\frac", r"\dfrac", r"\tfrac"):
            return max(latex_width(self._group()), latex_width(self._group())) + 0.24
        if t == r"\sqrt":
            return latex_width(self._group()) + 0.83
        if t in _UPRIGHT:
            name = self._group()
            return (
                self._named(name)
                if t == r"\operatorname"
                else words_width(name)
                if t == r"\text"
                else latex_width(name)
            )
        if t in _SILENT:
            return 0.2 if t in (r"\left", r"\right") else 0.0
        if t[1:] in _NAMES:
            return self._named(t[1:])
        if t in _COMMANDS:
            return _COMMANDS[t]
        if t in "+-":  # at the beginning a sign is part of what follows
            return _BINARY if before and before not in ("(", "[", "=", r"\le", r"\ge") else 0.78
        if t in _SIGNS:
            return _RELATION
        return _ITALIC.get(t) or _NARROW.get(t) or (0.5 if t.isdigit() else 0.6)

    def _named(self, name: str) -> float:
        """An operator's name: spaced off from what is no bracket."""
        return _LETTER * len(name) + (0.0 if self._next() in ("(", r"\left", "_", "^") else _OPEN) + _OPEN / 2

    def _scripts(self, kind: str, base: str) -> float:
        """A subscript and a superscript stand over one another; those of a big sign stand below and above it."""
        widest = _SCRIPT * latex_width(self._group())
        if self._next() in ("_", "^") and self._next() != kind:
            self._skip()
            self.at += 1
            widest = max(widest, _SCRIPT * latex_width(self._group()))
        if base in (r"\sum", r"\prod", r"\max", r"\min", r"\operatorname"):
            return max(0.0, widest - _COMMANDS.get(base, 1.8))
        return widest + 0.05

    def _next(self) -> str:
        k = self.at
        while k < len(self.tokens) and self.tokens[k].isspace():
            k += 1
        return self.tokens[k] if k < len(self.tokens) else ""

    def _skip(self) -> None:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1

    def _group(self) -> str:
        self._skip()
        if self.at >= len(self.tokens):
            return ""
        if self.tokens[self.at] != "{":
            self.at += 1
            return self.tokens[self.at - 1]
        start, depth = self.at + 1, 0
        while self.at < len(self.tokens):
            depth += (self.tokens[self.at] == "{") - (self.tokens[self.at] == "}")
            self.at += 1
            if not depth:
                break
        return "".join(self.tokens[start : self.at - 1])
