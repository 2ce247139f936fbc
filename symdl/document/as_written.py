"""An author's formula in Typst as it is written: LaTeX grouped by syntax alone, its meaning left open."""

from __future__ import annotations

from symdl.document import escape
from symdl.errors import UnsupportedError
from symdl.language import surface as s
from symdl.language.glyphs import COMMANDS, FONT_FORMS, glyphs
from symdl.language.parse import parse
from symdl.language.print_typst import name_typst

_INFIX = {
    "+": "+", "-": "-", "pm": "plus.minus", "cdot": "dot.op", "times": "times", "/": "\\/", "odot": "dot.o",
    "circ": "compose", "oslash": "div.o", "otimes": "times.o", "mid": "mid(|)", "setminus": "without", ":": ":",
    ";": "\\;",    "||": "thin parallel thin",
}  # fmt: skip
_RELATIONS = {
    "≠": "!=", "≤": "<=", "≥": ">=", "⪰": "succ.eq", "⪯": "prec.eq", "≻": "succ", "≺": "prec", "≈": "approx",
    "∝": "prop", "∈": "in", "∉": "in.not", "~": "tilde.op", "⊥": "perp", "→": "->", "≡": "equiv",
    "↦": "|->", "⊂": "subset",
}  # fmt: skip
_LOGIC = {"implies": "==>", "iff": "<==>", "impliedby": "<=="}
_GROUPS = {
    "()": "lr((%s))", "[]": "lr([%s])", "{}": "lr({%s})", "||": "abs(%s)", "‖‖": "norm(%s)",
    "<>": "lr(chevron.l %s chevron.r)", "floor": "floor(%s)", "ceil": "ceil(%s)", "invisible": "%s",
}  # fmt: skip
_SIGNS = {
    r"\partial": "partial", r"\nabla": "nabla", r"\infty": "infinity", r"\sum": "sum", r"\prod": "product",
    r"\int": "integral", r"\top": "top", r"\star": "star.op", r"\ast": "ast.op", r"\ell": "ell", ":": ":",
    r"\perp": "perp", "'": "'", "*": "ast.op", ".": ".",
    r"\forall": "forall", r"\exists": "exists", r"\emptyset": "emptyset",
}  # fmt: skip


def typst_as_written(latex: str) -> str:
    """Typst mathematics that looks as the LaTeX does.

    Raises:
        ReadError: it is not LaTeX mathematics that the parser knows.
        UnsupportedError: a sign without a counterpart.
    """
    return _write(parse(latex))


def _write(x: s.Surface) -> str:
    if isinstance(x, s.Digits):
        return x.text
    if isinstance(x, s.Letter):
        return _letter(x.text)
    if isinstance(x, s.Word):
        return f"op({escape.typst_string(x.text)})"
    if isinstance(x, s.Prose):
        return escape.typst_string(f" {x.text.strip()} ")
    if isinstance(x, s.Dots):
        return "dots.h"
    if isinstance(x, s.Styled):
        return name_typst(glyphs(rf"\{x.style}{{{x.body.text}}}")) if isinstance(x.body, s.Letter) else _styled(x)
    if isinstance(x, s.Scripts):
        return _scripts(x)
    if isinstance(x, s.Group):
        if x.kind not in _GROUPS:
            raise UnsupportedError("a delimiter that can't be set without TeX", found=x.kind)
        return _GROUPS[x.kind] % _write(x.body)
    if isinstance(x, s.Fraction):
        return f"frac({_write(x.numerator)}, {_write(x.denominator)})"
    if isinstance(x, s.Root):
        return f"root({_write(x.degree)}, {_write(x.body)})" if x.degree else f"sqrt({_write(x.body)})"
    if isinstance(x, s.Seq):
        return " ".join(_write(i) for i in x.items)
    if isinstance(x, s.Infix):
        return f"{_write(x.left)} {_sign(_INFIX, x.op)} {_write(x.right)}"
    if isinstance(x, s.Prefix):
        return f"{_sign(_INFIX, x.op)} {_write(x.body)}"
    if isinstance(x, s.Commas):
        return " \\, ".join(_write(p) for p in x.parts)
    if isinstance(x, s.Related):
        out = _write(x.parts[0])
        for op, part in zip(x.ops, x.parts[1:], strict=True):
            out += f" {_RELATIONS.get(op, op)} {_write(part)}"
        return out.strip()
    if isinstance(x, s.Logic):
        return f"{_write(x.left)} {_sign(_LOGIC, x.op)} {_write(x.right)}"
    raise UnsupportedError("a form that can't be set without TeX", found=type(x).__name__)


def _sign(table: dict[str, str], op: str) -> str:
    if op not in table:
        raise UnsupportedError("a sign that can't be set without TeX", found=op)
    return table[op]


def _letter(text: str) -> str:
    if text in _SIGNS:
        return _SIGNS[text]
    if text.isalpha() and len(text) == 1:
        return text
    if text.lstrip("\\") in COMMANDS or text in COMMANDS or text.isalpha():
        return name_typst(glyphs(text))
    raise UnsupportedError("a sign that can't be set without TeX", found=text)


def _styled(x: s.Styled) -> str:
    if x.style not in FONT_FORMS:
        raise UnsupportedError("an accent over more than a letter", found=x.style)
    return _write(x.body)


def _scripts(x: s.Scripts) -> str:
    out = _write(x.base) or '""'
    if x.sub is not None:
        out += f"_({_write(x.sub)})"
    if x.sup is not None:
        out += f"^({_write(x.sup)})"
    return out + "'" * x.primes
