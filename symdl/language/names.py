"""Names: one canonical spelling for every way to write a LaTeX name (`W_{1}` ⇒ `W_1`, `\\hat f` ⇒ `\\hat{f}`)."""

from __future__ import annotations

import re
from functools import lru_cache

from symdl.errors import ReadError
from symdl.language.parse import parse
from symdl.language.surface import (
    Commas,
    Digits,
    Group,
    Infix,
    Letter,
    Prefix,
    Prose,
    Related,
    Scripts,
    Seq,
    Styled,
    Surface,
    Word,
)

_OPERATORS = {"/": "/", "+": "+", "-": "-", ":": ":", "pm": "\\pm", "ast": "*"}
_RUNS = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{2,}")  # letters together, which a name may be made of
_STYLES = {"bm": "boldsymbol", "operatorname": "mathrm", "text": "mathrm"}


@lru_cache(maxsize=4096)
def canonical(latex: str) -> str:
    """The canonical spelling of a name.

    Raises:
        ReadError: the text is not a name.
    """
    text = latex.strip()
    if text.isalnum() and text[:1].isalpha() and text.isascii():  # plain names of any length, such as `net`
        return text
    name = surface_name(parse(latex, frozenset(_RUNS.findall(latex))))
    if name is None:
        raise ReadError("not a name", found=latex, expected=r"a letter with scripts or accents, such as W_1 or \hat{y}")
    return name


def surface_name(surface: Surface) -> str | None:
    """The canonical name that a surface node spells, or None where it is no name."""
    match surface:
        case Letter(text=text):
            return text
        case Word(text=text):
            return f"\\mathrm{{{text}}}"
        case Prose(text=text) if text.isalpha():
            return f"\\mathrm{{{text}}}"
        case Styled(style=style, body=Digits(text=text)):
            return f"\\{_STYLES.get(style, style)}{{{text}}}"
        case Styled(style=style, body=Word(text=text)):
            return f"\\{_STYLES.get(style, style)}{{{text}}}"
        case Styled(style=style, body=body):
            inner = _script(body) if isinstance(body, Seq) else surface_name(body)
            return None if inner is None else f"\\{_STYLES.get(style, style)}{{{inner}}}"
        case Group(kind="invisible", body=body):
            inner = surface_name(body)
            return None if inner is None else f"{{{inner}}}"
        case Scripts(base=base, sub=sub, sup=sup, primes=primes):
            name = surface_name(base)
            if name is None:
                return None
            name += "'" * primes
            for mark, script in (("_", sub), ("^", sup)):
                if script is None:
                    continue
                inner = _script(script)
                if inner is None:
                    return None
                name += mark + (inner if _bare(inner) else f"{{{inner}}}")
            return name
        case Seq(items=(Letter(text="\\Delta" | "\\nabla") as first, rest)):
            inner = surface_name(rest)
            return None if inner is None else _beside(first.text, inner)
    return None


def _bare(text: str) -> bool:
    """Does a script need no braces?"""
    return len(text) == 1 or (text[0] == "\\" and text[1:].isalpha())


def _beside(left: str, right: str) -> str:
    """Two pieces side by side, with a space only where a command would run into a letter."""
    tail = left.rsplit("\\", 1)
    needs = len(tail) == 2 and tail[1].isalpha() and right[:1].isalpha()
    return f"{left} {right}" if needs else left + right


def _script(node: Surface) -> str | None:
    """What a script spells: names, numbers, and + − / , : between them."""
    match node:
        case Digits(text=text):
            return text
        case Seq(items=items):
            out = ""
            for item in items:
                piece = _script(item)
                if piece is None:
                    return None
                out = _beside(out, piece)
            return out
        case Infix(op=op, left=left, right=right) if op in _OPERATORS:
            a, b = _script(left), _script(right)
            return None if a is None or b is None else _beside(_beside(a, _OPERATORS[op]), b)
        case Prefix(op=op, body=body) if op in _OPERATORS:
            inner = _script(body)
            return None if inner is None else _beside(_OPERATORS[op], inner)
        case Commas(parts=parts):
            spelled = [_script(p) for p in parts]
            return None if any(s is None for s in spelled) else ",".join(s for s in spelled if s is not None)
        case Group(kind=("()" | "[]") as kind, body=body):
            inner = _script(body)
            return None if inner is None else kind[0] + inner + kind[1]
        case Related(parts=parts, ops=ops):
            spelled = [_script(p) for p in parts]
            if any(s is None for s in spelled):
                return None
            out = spelled[0] or ""
            for op, piece in zip(ops, spelled[1:], strict=True):
                out += op + (piece or "")
            return out
    return surface_name(node)
