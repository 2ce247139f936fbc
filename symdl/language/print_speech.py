"""Speech from trees: what a formula says aloud, for alt text; words only, no markup."""

from __future__ import annotations

import re

from symdl.language import boxes as b
from symdl.language.boxes import Box
from symdl.language.glyphs import ACCENT_FORMS, COMMANDS, FONT_FORMS, Glyph, glyphs, letters
from symdl.language.layout import layout
from symdl.language.speech_words import (
    BIG,
    DEFINITE,
    DIGITS,
    FENCES,
    INFIX,
    OPERATORS,
    ORDINALS,
    POWERS,
    RELATIONS,
    SIGNS,
)
from symdl.language.syntax import Node


def speech(node: Node) -> str:
    """A tree in spoken words.

    Raises:
        UnsupportedError: the tree nests too deeply to be spoken.
    """
    said = " ".join(_say(layout(node)).split())
    return re.sub(r"\s*,(\s*,)+", ",", said.replace(" ,", ",")).rstrip(", ")


def _number(written: str) -> str:
    if written.isdigit() and int(written) in DIGITS:
        return DIGITS[int(written)]
    return written.replace(".", " point ")


def _say(box: Box) -> str:
    match box:
        case b.Digits(text=text):
            return _number(text)
        case b.Name(latex=latex):
            return name_speech(glyphs(latex))
        case b.Sign(name=name):
            return SIGNS[name]
        case b.Op(name=name):
            return OPERATORS.get(name, name)
        case b.Words(text=text):
            return f" {text.strip()} ".replace("-", " ")
        case b.Sum(terms=terms):
            out = ""
            for k, (minus, term) in enumerate(terms):
                out += ("minus " if minus else "") if k == 0 else (" minus " if minus else " plus ")
                out += _say(term)
            return out
        case b.Times(factors=factors):
            words = any(isinstance(f, b.Words) for f in factors)
            lead = isinstance(factors[0], b.Sign) and factors[0].name == "nabla"
            return (" " if words or lead else " times ").join(map(_say, factors))
        case b.Infix(op="minus", parts=parts):
            return "minus " + _say(parts[0])
        case b.Infix(op=op, parts=parts):
            return f" {INFIX[op]} ".join(map(_say, parts))
        case b.Chain(parts=parts, ops=ops):
            out = _say(parts[0])
            for op, part in zip(ops, parts[1:], strict=True):
                if op in DEFINITE and part == b.Digits("0"):
                    out += f" {DEFINITE[op]}"
                else:
                    out += f" {RELATIONS.get(op, op)} {_say(part)}"
            return out
        case b.Frac(top=top, bottom=bottom):
            if _is_short(top) and _is_short(bottom):
                return f"{_say(top)} over {_say(bottom)}"
            return f"the fraction {_say(top)} over {_say(bottom)}, end of fraction,"
        case b.Script():
            return _scripts(box)
        case b.Run(parts=parts, commas=commas):
            return (", " if commas else " ").join(map(_say, parts))
        case b.Fence(kind=kind, body=body):
            left, right = FENCES[kind]
            inner = " and ".join(map(_say, body.parts)) if kind == "<>" and isinstance(body, b.Commas) else _say(body)
            return f"{left} {inner} " + ("" if kind in ("||", "‖‖") and _is_short(body) else right)
        case b.Call(head=head, argument=argument):
            return _call(head, argument)
        case b.Big():
            return _big(box)
        case b.Root(body=body):
            return f"the square root of {_say(body)}" + ("" if _is_short(body) else ", end of root,")
        case b.Commas(parts=parts):
            return ", ".join(map(_say, parts))
        case b.Grid(kind="cases", rows=rows):
            return "the cases " + "; ".join(f"{_say(v)} {_say(c).strip()}" for v, c in rows) + ", end of cases"
        case b.Grid(rows=rows):
            said = "; ".join(", ".join(map(_say, row)) for row in rows)
            return f"the matrix with rows {said}; end of matrix"
        case b.Deriv(form=form, of=of, by=by):
            return _derivative(form, of, by)
        case b.Differ(body=body):
            return f"the differential of {_say(body)}"
    raise AssertionError(type(box))


def _is_short(box: Box) -> bool:
    if isinstance(box, b.Script):
        return _is_short(box.base) and box.sup is None and isinstance(box.sub, b.Name | b.Digits | None)
    return isinstance(box, b.Digits | b.Name | b.Sign)


def _scripts(box: b.Script) -> str:
    if isinstance(box.base, b.Fence) and box.base.kind == "‖‖" and box.sub is not None:
        out = f"the {_norm(box.sub)} norm of {_say(box.base.body)} end of the norm"
    elif isinstance(box.base, b.Sign) and box.sub is not None and box.base.name in ("ones", "zeros", "identity"):
        out = f"{_say(box.base)} of size {_say(box.sub)}"
    elif isinstance(box.base, b.Sign) and box.base.name in ("R", "N", "Z") and box.sup is not None:
        return f"{_say(box.base)} to the {_say(box.sup)}"
    else:
        whole = isinstance(box.base, b.Call)
        out = f"open parenthesis {_say(box.base)} close parenthesis" if whole else _say(box.base)
        if box.sub is not None:
            out += f" sub {box.sub.name if isinstance(box.sub, b.Op) else _say(box.sub)}"
    out += " prime" * box.primes
    return out + _power(box.sup)


def _norm(mark: Box) -> str:
    """Which norm: by the subscript of a matrix norm."""
    match mark:
        case b.Name(latex="F"):
            return "Frobenius"
        case b.Digits(text="2"):
            return "spectral"
        case b.Sign(name="ast"):
            return "nuclear"
    return _say(mark)


def _power(sup: Box | None) -> str:
    match sup:
        case None:
            return ""
        case b.Sign(name=name):
            return f" {SIGNS[name]}"
        case b.Digits(text=text) if text in POWERS:
            return f" {POWERS[text]}"
        case b.Call(head=b.Sign(name="odot"), argument=argument):
            return f" to the elementwise power {_say(argument)}"
        case b.Fence(body=body):
            return f" superscript {_say(body)}"
    return f" to the power {_say(sup)}" + ("" if _is_short(sup) else ", end of power,")


def _call(head: Box, argument: Box) -> str:
    """A function of its argument: `of` stands between where the head does not bring it."""
    power = ""
    if isinstance(head, b.Script) and isinstance(head.base, b.Op):
        if head.sup is not None:
            power = _power(head.sup)
        said = _say(head.base)
        if head.sub is not None:
            below = head.sub.text + " wise" if isinstance(head.sub, b.Words) else _say(head.sub)
            words = isinstance(head.sub, b.Words)
            said = f"{below} {said}" if words else f"{said.removesuffix(' of')} over {below} of"
    elif isinstance(head, b.Script) and isinstance(head.base, b.Sign) and head.sub is not None:
        said = f"{_say(head.base)} over {_say(head.sub)}"
    else:
        said = _say(head)
    body = argument.body if isinstance(argument, b.Fence) else argument
    inner = _say(body)
    if not said.endswith(" of"):
        said += " of"
    if isinstance(argument, b.Fence) and not _is_short(body):
        left, right = FENCES[argument.kind]
        inner = f"{left} {inner} {right}"
    return f"{said} {inner}{',' if power else ''}{power}"


def _big(box: b.Big) -> str:
    head = BIG[box.op]
    if box.op == "int":
        limits = "" if box.under is None or box.over is None else f" from {_say(box.under)} to {_say(box.over)}"
        variable = "" if box.variable is None else f" with respect to {_say(box.variable)}"
        return f"{head}{limits} of {_say(box.body)}{variable}"
    under = "" if box.under is None else f" over {_say(box.under)}"
    if box.over is not None and isinstance(box.under, b.Chain):
        under = f" over {_say(box.under.parts[0])} from {_say(box.under.parts[1])} to {_say(box.over)}"
    return f"{head}{under} of {_say(box.body)}"


def _derivative(form: str, of: Box, by: tuple[tuple[Box, int], ...]) -> str:
    order = sum(n for _, n in by)
    times = ("", "", " twice", " three times", " four times")
    names = " and ".join(_say(v) + ("" if len(by) == 1 else times[min(n, 4)]) for v, n in by)
    if form == "nabla":
        if order == 1:
            return f"the gradient of {_say(of)} with respect to {names}"
        return f"the {'Hessian' if order == 2 else 'derivative'} of {_say(of)} with respect to {names}"
    kind = "partial derivative" if form == "partial" else "derivative"
    nth = f"{ORDINALS.get(order, _number(str(order)) + 'th')} " if order > 1 else ""
    return f"the {nth}{kind} of {_say(of)} with respect to {names}"


def name_speech(g: Glyph) -> str:
    """A name aloud: `\\hat{y}` ⇒ y hat, `\\mathbf{x}_i` ⇒ bold x sub i."""
    if g.kind == "command":
        return COMMANDS[g.text][2] if g.text in COMMANDS else g.text
    if g.kind == "row":
        return " ".join(map(name_speech, g.parts))
    if g.kind == "styled":
        inner = name_speech(g.parts[0])
        if g.text in ACCENT_FORMS:
            return f"{inner} {ACCENT_FORMS[g.text][2]}"
        word = letters(g.parts[0])
        return f"{FONT_FORMS[g.text][1]} {word if word is not None and g.text == 'mathrm' else inner}".strip()
    if g.kind == "scripts":
        out = name_speech(g.parts[0])
        if g.sub is not None:
            out += f" sub {name_speech(g.sub)}"
        out += " prime" * g.primes
        if g.sup is not None:
            above = name_speech(g.sup)
            out += f" {above}" if above == "star" else " squared" if above == "two" else f" superscript {above}"
        return out
    if g.kind == "digits":
        return _number(g.text)
    if g.kind == "mark":
        marks = {"-": "minus", "+": "plus", ",": ",", "/": "over", ":": "colon", "*": "star"}
        return marks.get(g.text, "")
    return g.text
