"""Typst mathematics from trees, to be set between dollar signs."""

from __future__ import annotations

import re

from symdl.language import boxes as b
from symdl.language.boxes import Box
from symdl.language.glyphs import ACCENT_FORMS, COMMANDS, FONT_FORMS, Glyph, glyphs, letters
from symdl.language.layout import layout
from symdl.language.syntax import Node

_SIGNS = {
    "top": "top",
    "inverse": "-1",
    "inverse-top": "-top",
    "infinity": "infinity",
    "pi": "pi",
    "dots": "dots.h",
    "colon": ":",
    "ones": "upright(bold(1))",
    "zeros": "upright(bold(0))",
    "identity": "I",
    "indicator": "bb(1)",
    "expectation": "bb(E)",
    "R": "RR",
    "N": "NN",
    "Z": "ZZ",
    "ast": "ast.op",
    "nabla": "nabla",
    "odot": "dot.o",
    "not": "not",
}
_INFIX = {
    "odot": " dot.o ",
    "oslash": " div.o ",
    "otimes": " times.o ",
    "cdot": " dot.op ",
    "times": " times ",
    "mid": " mid(|) ",
    "divides": " thin parallel thin ",
    "colon": " : ",
}
_RELATIONS = {
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "⪰": "succ.eq",
    "⪯": "prec.eq",
    "≻": "succ",
    "≺": "prec",
    "≈": "approx",
    "∝": "prop",
    "←": "arrow.l",
    "∈": "in",
    "∉": "in.not",
    "⊂": "subset",
    "~": "tilde.op",
    "⊥": "perp",
    "⟹": "==>",
    "⟺": "<==>",
}
_COMMANDS = frozenset("log exp sin cos tan arcsin arccos arctan sinh cosh tanh det tr max min".split())
_BIG = {
    "sum": "sum",
    "prod": "product",
    "int": "integral",
    "max": "max",
    "min": "min",
    "argmax": 'op("arg max", limits: #true)',
    "argmin": 'op("arg min", limits: #true)',
}
_FENCES = {"||": "abs(%s)", "‖‖": "norm(%s)", "floor": "floor(%s)", "ceil": "ceil(%s)"}


def typst(node: Node) -> str:
    """A tree in Typst's mathematics, without the dollar signs.

    Raises:
        UnsupportedError: the tree nests too deeply to be written.
    """
    return _write(layout(node))


def _write(box: Box) -> str:
    match box:
        case b.Digits(text=text):
            return text
        case b.Name(latex=latex):
            return name_typst(glyphs(latex))
        case b.Sign(name=name):
            return _SIGNS[name]
        case b.Op(name=name):
            return name if name in _COMMANDS else f'op("{name}")'
        case b.Words(text=text):
            return f'"{text.strip()}"'  # Typst sets a space where one stands in the source
        case b.Sum(terms=terms, tight=tight):
            out = ""
            for k, (minus, term) in enumerate(terms):
                sign = "-" if minus else "" if k == 0 else "+"
                out += (sign if k == 0 or tight else f" {sign} ") + _write(term)
            return out
        case b.Times(factors=factors, dotted=dotted):
            out = _write(factors[0])
            for k, factor in enumerate(factors[1:], 1):
                out += (" dot.op " if k in dotted else _between(factors[k - 1], factor)) + _write(factor)
            return out
        case b.Infix(op="minus", parts=parts):
            return "-" + _write(parts[0])
        case b.Infix(op=op, parts=parts):
            return _INFIX[op].join(map(_write, parts))
        case b.Chain(parts=parts, ops=ops):
            out = _write(parts[0])
            for op, part in zip(ops, parts[1:], strict=True):
                out += f" {_RELATIONS.get(op, op)} {_write(part)}"
            return out
        case b.Frac(top=top, bottom=bottom, slash=slash):
            return f"{_write(top)} \\/ {_write(bottom)}" if slash else f"frac({_argument(top)}, {_argument(bottom)})"
        case b.Script(base=base, sub=sub, sup=sup, primes=primes):
            out = _write(base)
            if isinstance(sub, b.Words):
                out += f'_"{sub.text}"'
            elif sub is not None:
                out += f"_({_script(sub)})"
            above = " ".join(["prime"] * primes + ([] if sup is None else [_script(sup)]))
            return out + (f"^({above})" if above else "")
        case b.Run(parts=parts, commas=commas):
            return (", " if commas else " ").join(map(_write, parts))
        case b.Fence(kind=kind, body=body):
            if kind in _FENCES:
                return _FENCES[kind] % _argument(body)
            left, right = {"()": "()", "[]": "[]", "{}": ("{", "}"), "<>": ("chevron.l", "chevron.r")}[kind]
            return f"lr({left} {_argument(body)} {right})" if kind == "<>" else f"{left}{_write(body)}{right}"
        case b.Call(head=head, argument=argument):
            inner = _write(argument)
            # a name before a bracket is a call of a Typst function: a space keeps it apart; an operator is no function,
            # and the space would move it away from a bracket that bears a script
            return f"{_write(head)}{'' if isinstance(head, b.Op) and inner.startswith('(') else ' '}{inner}"
        case b.Big(op=op, under=under, over=over, body=body, variable=variable):
            out = _BIG[op]
            out += "" if under is None else f"_({_script(under)})"
            out += "" if over is None else f"^({_script(over)})"
            tail = "" if variable is None else f" dif {_write(variable)}"
            return f"{out} {_write(body)}{tail}"
        case b.Root(body=body):
            return f"sqrt({_argument(body)})"
        case b.Commas(parts=parts):
            return ", ".join(map(_write, parts))
        case b.Grid(kind="cases", rows=rows):
            return "cases(" + ", ".join(" & ".join(map(_argument, row)) for row in rows) + ")"
        case b.Grid(rows=rows):
            return 'mat(delim: "[", ' + "; ".join(", ".join(map(_argument, row)) for row in rows) + ")"
        case b.Deriv(form=form, of=of, by=by, inline=inline):
            return _derivative(form, of, by, inline)
        case b.Differ(body=body):
            return f"dif {_write(body)}"
    raise AssertionError(type(box))


def _between(before: Box, factor: Box) -> str:
    """What stands between two factors: dX Y is no differential of XY, and β-smooth is one word."""
    if isinstance(before, b.Differ):
        return " thin "
    return "" if isinstance(factor, b.Words) and factor.text.startswith("-") else " "


def _script(box: Box) -> str:
    return _write(box)


def _argument(box: Box) -> str:
    """A body as one argument of a Typst function: bare commas and semicolons would split it."""
    written = _write(box)
    return _guarded(written) if isinstance(box, b.Commas | b.Run | b.Chain | b.Infix) else written


def _guarded(written: str) -> str:
    depth, out = 0, ""
    quoted = False
    for c in written:
        if c == '"':
            quoted = not quoted
        if not quoted:
            depth += (c in "([{") - (c in ")]}")
            if c in ",;" and depth == 0:
                out += "\\"
        out += c
    return out


def _derivative(form: str, of: Box, by: tuple[tuple[Box, int], ...], inline: bool) -> str:
    order = sum(n for _, n in by)
    power = "" if order == 1 else f"^{order}"
    if form == "nabla":
        names = [_write(v) for v, n in by for _ in range(n if len(by) > 1 else 1)]
        return f"nabla_({', '.join(names)}){power if len(by) == 1 else ''} {_write(of)}"
    sign = "partial" if form == "partial" else "dif"
    below = " thin ".join(f"{sign} {_write(v)}" + (f"^{n}" if n > 1 else "") for v, n in by)
    if inline:
        return f"frac({sign}{power} {_argument(of)}, {below})"
    return f"frac({sign}{power}, {below}) {_write(of)}"


def name_typst(g: Glyph) -> str:
    """A name in Typst: `\\hat{y}` ⇒ hat(y), `\\mathbf{x}_i` ⇒ upright(bold(x))_(i)."""
    match g.kind:
        case "command":
            return COMMANDS[g.text][1] if g.text in COMMANDS else f'"{g.text}"'
        case "row":
            return " ".join(map(name_typst, g.parts))
        case "word":
            return f'italic("{g.text}")'
        case "styled":
            inner = name_typst(g.parts[0])
            word = letters(g.parts[0])
            if word is not None and len(word) > 1 and g.text not in ACCENT_FORMS:
                inner = f'"{word}"'
            if g.text in ACCENT_FORMS:
                return f"{ACCENT_FORMS[g.text][1]}({inner})"
            return FONT_FORMS[g.text][0] % inner
        case "scripts":
            out = name_typst(g.parts[0])
            if g.sub is not None:
                out += f"_({name_typst(g.sub)})"
            above = " ".join(["prime"] * g.primes + ([] if g.sup is None else [name_typst(g.sup)]))
            return out + (f"^({above})" if above else "")
        case "mark":
            return {"*": "ast.op", "/": "\\/", ",": "\\,"}.get(
                g.text, g.text if re.fullmatch(r"[-+:()\[\]]", g.text) else f'"{g.text}"'
            )
    return g.text
