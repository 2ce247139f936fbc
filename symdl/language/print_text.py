"""Plain text from trees, readable in a terminal: ∂L/∂W = 1/B Xᵀ(P − Y)."""

from __future__ import annotations

from symdl.language import boxes as b
from symdl.language.boxes import Box
from symdl.language.glyphs import ACCENT_FORMS, COMMANDS, Glyph, glyphs, raised, styled_letter
from symdl.language.layout import layout
from symdl.language.syntax import Node

_SIGNS = {
    "top": "ᵀ",
    "inverse": "⁻¹",
    "inverse-top": "⁻ᵀ",
    "infinity": "∞",
    "pi": "π",
    "dots": "…",
    "colon": ":",
    "ones": "𝟏",
    "zeros": "𝟎",
    "identity": "I",
    "indicator": "𝟙",
    "expectation": "𝔼",
    "R": "ℝ",
    "N": "ℕ",
    "Z": "ℤ",
    "ast": "*",
    "nabla": "∇",
    "odot": "⊙",
    "not": "not ",
}
_INFIX = {
    "odot": " ⊙ ",
    "oslash": " ⊘ ",
    "otimes": " ⊗ ",
    "cdot": " · ",
    "times": "×",
    "mid": " | ",
    "divides": " ‖ ",
    "colon": ": ",
}
_FENCES = {
    "()": "()",
    "[]": "[]",
    "{}": "{}",
    "||": "||",
    "‖‖": "‖‖",
    "<>": "⟨⟩",
    "floor": "⌊⌋",
    "ceil": "⌈⌉",
}
_BIG = {"sum": "Σ", "prod": "Π", "int": "∫", "argmax": "arg max", "argmin": "arg min"}
_RAISED_SIGNS = ("top", "inverse", "inverse-top")


def text(node: Node) -> str:
    """A tree in readable Unicode.

    Raises:
        UnsupportedError: the tree nests too deeply to be written.
    """
    return _write(layout(node))


def _write(box: Box) -> str:
    match box:
        case b.Digits(text=written) | b.Op(name=written) | b.Words(text=written):
            return written
        case b.Name(latex=latex):
            return name_text(glyphs(latex))
        case b.Sign(name=name):
            return _SIGNS[name]
        case b.Sum(terms=terms, tight=tight):
            out = ""
            for k, (minus, term) in enumerate(terms):
                sign = "−" if minus else "" if k == 0 else "+"
                out += (sign if k == 0 or tight else f" {sign} ") + _write(term)
            return out
        case b.Times(factors=factors, dotted=dotted):
            return _times(factors, dotted)
        case b.Infix(op="minus", parts=parts):
            return "−" + _write(parts[0])
        case b.Infix(op=op, parts=parts):
            return _INFIX[op].join(map(_write, parts))
        case b.Chain(parts=parts, ops=ops):
            out = _write(parts[0])
            for op, part in zip(ops, parts[1:], strict=True):
                out += f" {op} {_write(part)}"
            return out
        case b.Frac(top=top, bottom=bottom):
            return f"{_unit(top)}/{_unit(bottom, below=True)}"
        case b.Script():
            return _scripts(box)
        case b.Run(parts=parts, commas=commas):
            return (",".join if commas else "".join)(map(_write, parts))
        case b.Fence(kind=kind, body=body):
            return f"{_FENCES[kind][0]}{_write(body)}{_FENCES[kind][1]}"
        case b.Call(head=head, argument=argument):
            inner = _write(argument)
            return _write(head) + (inner if isinstance(argument, b.Fence) or isinstance(head, b.Sign) else f" {inner}")
        case b.Big(op=op, under=under, over=over, body=body, variable=variable):
            out = _BIG.get(op, op)
            out += "" if under is None else f"_{_grouped(under)}"
            out += "" if over is None else f"^{_grouped(over)}"
            return f"{out} {_write(body)}" + ("" if variable is None else f" d{_write(variable)}")
        case b.Root(body=body):
            return f"√{_write(body)}" if _is_short(body) else f"√({_write(body)})"
        case b.Commas(parts=parts):
            return ", ".join(map(_write, parts))
        case b.Grid(kind="cases", rows=rows):
            return "{ " + "; ".join(f"{_write(v)} {_write(c)}" for v, c in rows) + " }"
        case b.Grid(rows=rows):
            return "[" + "; ".join("  ".join(map(_write, row)) for row in rows) + "]"
        case b.Deriv(form=form, of=of, by=by, inline=inline):
            return _derivative(form, of, by, inline)
        case b.Differ(body=body):
            return f"d{_write(body)}"
    raise AssertionError(type(box))


def _times(factors: tuple[Box, ...], dotted: frozenset[int]) -> str:
    out = _write(factors[0])
    for k, factor in enumerate(factors[1:], 1):
        before = factors[k - 1]
        close = isinstance(factor, b.Fence) and factor.kind == "()" and isinstance(before, b.Script | b.Fence)
        out += " · " if k in dotted else "" if close or before == b.Sign("nabla") or _is_space(before, factor) else " "
        out += _write(factor)
    return out


def _is_space(left: Box, right: Box) -> bool:
    """Words bring their own spaces."""
    return isinstance(left, b.Words) or isinstance(right, b.Words)


def _unit(box: Box, below: bool = False) -> str:
    """The top or the bottom of a flat fraction, in parentheses where it has parts."""
    whole = isinstance(box, b.Sum | b.Chain | b.Infix | b.Big | b.Frac | b.Deriv) or (
        below and isinstance(box, b.Times)
    )
    return f"({_write(box)})" if whole else _write(box)


def _is_short(box: Box) -> bool:
    return isinstance(box, b.Digits | b.Name | b.Sign)


def _scripts(box: b.Script) -> str:
    out = _write(box.base)
    if box.sub is not None:
        out += f"_{_grouped(box.sub)}"
    out += "′" * box.primes
    if isinstance(box.sup, b.Sign) and box.sup.name in _RAISED_SIGNS:
        return out + _SIGNS[box.sup.name]
    if box.sup is not None:
        written = _write(box.sup)
        up = raised(written)
        out += up if up is not None else f"^{_grouped(box.sup)}"
    return out


def _grouped(box: Box) -> str:
    """A script: bare where it is a row of letters or a number, else in braces."""
    written = _write(box)
    if isinstance(box, b.Commas):
        written = ",".join(map(_write, box.parts))
    if isinstance(box, b.Chain):
        written = written.replace(" ", "")
    plain = isinstance(box, b.Digits | b.Fence) or written.isalnum() or len(written) == 1
    return written if plain else f"{{{written}}}"


def _derivative(form: str, of: Box, by: tuple[tuple[Box, int], ...], inline: bool) -> str:
    order = sum(n for _, n in by)
    power = "" if order == 1 else raised(str(order)) or f"^{order}"
    if form == "nabla":
        names = [_write(v) for v, n in by for _ in range(n if len(by) > 1 else 1)]
        under = names[0] if len(names) == 1 and names[0].isalnum() else "{" + ",".join(names) + "}"
        return f"∇_{under}{power if len(by) == 1 else ''} {_write(of)}"
    sign = "∂" if form == "partial" else "d"
    below = " ".join(f"{sign}{_write(v)}" + (raised(str(n)) or "" if n > 1 else "") for v, n in by)
    below = f"({below})" if len(by) > 1 else below
    return f"{sign}{power}{_write(of)}/{below}" if inline else f"{sign}{power}/{below} {_write(of)}"


def name_text(g: Glyph) -> str:
    """A name in Unicode: `\\hat{y}` ⇒ ŷ, `\\mathbf{x}_i` ⇒ 𝐱_i."""
    if g.kind == "command":
        return COMMANDS[g.text][0] if g.text in COMMANDS else g.text
    if g.kind == "row":
        return "".join(map(name_text, g.parts))
    if g.kind == "styled":
        inner = name_text(g.parts[0])
        if g.text in ACCENT_FORMS:
            return (
                inner[:1] + ACCENT_FORMS[g.text][0] + inner[1:] if len(inner) <= 1 else inner + ACCENT_FORMS[g.text][0]
            )
        return "".join(styled_letter(g.text, c) for c in inner)
    if g.kind == "scripts":
        out = name_text(g.parts[0])
        if g.sub is not None:
            out += f"_{_in_braces(name_text(g.sub))}"
        out += "′" * g.primes
        if g.sup is not None:
            above = name_text(g.sup)
            out += raised(above) or f"^{_in_braces(above)}"
        return out
    return g.text.replace("-", "−") if g.kind == "mark" else g.text


def _in_braces(written: str) -> str:
    return written if written.isalnum() or len(written) == 1 or written[:1] in "([" else f"{{{written}}}"
