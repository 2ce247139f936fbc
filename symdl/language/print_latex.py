"""LaTeX from trees: what the reader reads back as the same tree, set as a good textbook sets it."""

from __future__ import annotations

from symdl.language import boxes as b
from symdl.language.boxes import Box
from symdl.language.hand import Hand
from symdl.language.layout import layout
from symdl.language.syntax import Node

_SIGNS = {
    "top": r"\top",
    "inverse": "-1",
    "inverse-top": r"-\top",
    "infinity": r"\infty",
    "pi": r"\pi",
    "dots": r"\dots",
    "colon": ":",
    "ones": r"\mathbf{1}",
    "zeros": r"\mathbf{0}",
    "identity": "I",
    "indicator": r"\mathbb{1}",
    "expectation": r"\mathbb{E}",
    "R": r"\mathbb{R}",
    "N": r"\mathbb{N}",
    "Z": r"\mathbb{Z}",
    "ast": "*",
    "nabla": r"\nabla",
    "odot": r"\odot",
    "not": r"\neg",
}
_INFIX = {
    "odot": r" \odot ",
    "oslash": r" \oslash ",
    "otimes": r" \otimes ",
    "cdot": r" \cdot ",
    "times": r" \times ",
    "mid": r" \mid ",
    "divides": r" \,\|\, ",
    "colon": " : ",
}
_RELATIONS = {
    "≠": r"\neq",
    "≤": r"\le",
    "≥": r"\ge",
    "⪰": r"\succeq",
    "⪯": r"\preceq",
    "≻": r"\succ",
    "≺": r"\prec",
    "≈": r"\approx",
    "∝": r"\propto",
    "←": r"\leftarrow",
    "∈": r"\in",
    "∉": r"\notin",
    "⊂": r"\subset",
    "~": r"\sim",
    "⊥": r"\perp",
    "⟹": r"\implies",
    "⟺": r"\iff",
}
_COMMANDS = frozenset(
    "log exp sin cos tan arcsin arccos arctan sinh cosh tanh det max min".split()
)  # operator names that are commands of plain LaTeX
_MOMENTS = ("Var", "Cov")
_BIG = {"sum": r"\sum", "prod": r"\prod", "int": r"\int", "argmax": r"\arg\max", "argmin": r"\arg\min"}
_FENCES = {
    "()": ("(", ")"),
    "[]": ("[", "]"),
    "{}": (r"\{", r"\}"),
    "||": ("|", "|"),
    "‖‖": (r"\|", r"\|"),
    "<>": (r"\langle", r"\rangle"),
    "floor": (r"\lfloor", r"\rfloor"),
    "ceil": (r"\lceil", r"\rceil"),
}


def latex(node: Node, notation: str = "matrix", hand: Hand | None = None) -> str:
    """A tree in LaTeX. `read(latex(e)) == e`.

    `notation` is accepted for callers that name the form they print; which form it is, is a matter of the tree. `hand`
    is an author's, whose spellings are used.

    Raises:
        UnsupportedError: the tree nests too deeply to be written.
    """
    return _write(layout(node)) if hand is None else hand.fractions(_write(hand.restyle(layout(node))))


def _write(box: Box) -> str:
    match box:
        case b.Digits(text=text) | b.Name(latex=text):
            return text
        case b.Sign(name=name):
            return _SIGNS[name]
        case b.Op(name=name):
            if name in _COMMANDS:
                return f"\\{name}"
            return f"\\mathrm{{{name}}}" if name[:1].isupper() and name not in _MOMENTS else f"\\operatorname{{{name}}}"
        case b.Words(text=text):
            return f"\\text{{{text}}}"
        case b.Sum(terms=terms, tight=tight):
            return _sum(terms, tight)
        case b.Times(factors=factors, dotted=dotted):
            return _times(factors, dotted)
        case b.Infix(op="minus", parts=parts):
            return "-" + _write(parts[0])
        case b.Infix(op=op, parts=parts):
            return _INFIX.get(op, f" {op} ").join(map(_write, parts))
        case b.Chain(parts=parts, ops=ops):
            out = _write(parts[0])
            for op, part in zip(ops, parts[1:], strict=True):
                out += f" {_RELATIONS.get(op, op)} {_write(part)}"
            return out
        case b.Frac(top=top, bottom=bottom, slash=slash):
            return f"{_write(top)}/{_write(bottom)}" if slash else f"\\frac{{{_write(top)}}}{{{_write(bottom)}}}"
        case b.Script(base=base, sub=sub, sup=sup, primes=primes):
            out = _write(base)
            if sub is not None and isinstance(sub, b.Words):
                out += f"_{{\\text{{{sub.text}}}}}"
            elif sub is not None:
                out += f"_{_script(sub)}"
            return out + "'" * primes + ("" if sup is None else f"^{_script(sup)}")
        case b.Run(parts=parts, commas=commas):
            return ",".join(map(_write, parts)) if commas else _beside([_write(p) for p in parts], "")
        case b.Fence(kind=kind, body=body):
            left, right = _FENCES[kind]
            if _tall(body) or (kind in ("||", "‖‖") and _has_bars(body)):
                return f"\\left{left} {_write(body)} \\right{right}"
            space = " " if left[1:].isalpha() else ""
            return f"{left}{space}{_write(body)}{space}{right}"
        case b.Call(head=head, argument=argument):
            inner = _write(argument)
            return _write(head) + inner if isinstance(argument, b.Fence) else f"{_write(head)} {inner}"
        case b.Big(op=op, under=under, over=over, body=body, variable=variable):
            out = _BIG.get(op, f"\\{op}")
            out += "" if under is None else f"_{_script(under)}"
            out += "" if over is None else f"^{_script(over)}"
            tail = "" if variable is None else f" \\, d{_spaced(_write(variable))}"
            return f"{out} {_write(body)}{tail}"
        case b.Root(body=body):
            return f"\\sqrt{{{_write(body)}}}"
        case b.Commas(parts=parts):
            return ", ".join(map(_write, parts))
        case b.Grid(kind=kind, rows=rows):
            name = "cases" if kind == "cases" else "bmatrix"
            inner = r" \\ ".join(" & ".join(map(_write, row)) for row in rows)
            return f"\\begin{{{name}}} {inner} \\end{{{name}}}"
        case b.Deriv(form=form, of=of, by=by, inline=inline):
            return _derivative(form, of, by, inline)
        case b.Differ(body=body):
            return f"\\mathrm{{d}} {_write(body)}"
    raise AssertionError(type(box))


def _sum(terms: tuple[tuple[bool, Box], ...], tight: bool) -> str:
    out = ""
    for k, (minus, term) in enumerate(terms):
        sign = "-" if minus else "" if k == 0 else "+"
        out += sign if k == 0 or tight else f" {sign} "
        out += _write(term)
    return out


def _times(factors: tuple[Box, ...], dotted: frozenset[int]) -> str:
    out = _write(factors[0])
    for k, factor in enumerate(factors[1:], 1):
        apart = isinstance(factors[k - 1], b.Differ)  # dX Y is no differential of XY: a thin space says so
        out += r" \cdot " if k in dotted else r" \, " if apart else " "
        out += _write(factor)
    return out


def _derivative(form: str, of: Box, by: tuple[tuple[Box, int], ...], inline: bool) -> str:
    order = sum(n for _, n in by)
    power = "" if order == 1 else f"^{order}"
    if form == "nabla":
        if len(by) == 1:
            return f"\\nabla_{_script(by[0][0])}{power} {_write(of)}"
        return f"\\nabla_{{{', '.join(_write(v) for v, n in by for _ in range(n))}}} {_write(of)}"
    sign = r"\partial" if form == "partial" else "d"

    def of_sign(text: str) -> str:
        return f"{sign}{text}" if sign == "d" and len(text) == 1 else f"{sign} {text}"

    below = r" \, ".join(of_sign(_write(v)) + (f"^{n}" if n > 1 else "") for v, n in by)
    if inline:
        return f"\\frac{{{of_sign(_write(of)) if not power else f'{sign}{power} {_write(of)}'}}}{{{below}}}"
    return f"\\frac{{{sign}{power}}}{{{below}}} {_write(of)}"


def _script(box: Box) -> str:
    """A script: compact, and in braces unless it is a single letter, digit or command."""
    match box:
        case b.Commas(parts=parts):
            text = ",".join(_compact(p) for p in parts)
        case _:
            text = _compact(box)
    if isinstance(box, b.Op):
        return f"{{{text}}}"
    if (len(text) == 1 and (text.isalnum() or text == "*")) or (text.startswith("\\") and text[1:].isalpha()):
        return text
    return f"{{{text}}}"


def _compact(box: Box) -> str:
    if isinstance(box, b.Chain) and set(box.ops) <= set("=<>"):
        return "".join(_write(p) + op for p, op in zip(box.parts, (*box.ops, ""), strict=True))
    return _write(box)


def _spaced(text: str) -> str:
    return text if len(text) == 1 else f" {text}"


def _beside(parts: list[str], between: str) -> str:
    """Pieces side by side, with a space only where a command would run into a letter."""
    out = parts[0]
    for part in parts[1:]:
        tail = out.rsplit("\\", 1)
        runs = len(tail) == 2 and tail[1].isalpha() and part[:1].isalpha()
        out += (" " if runs else between) + part
    return out


def _tall(box: Box) -> bool:
    """Is this taller than a line, so that brackets should grow?"""
    match box:
        case b.Frac(slash=slash):
            return not slash
        case b.Big() | b.Grid():
            return True
        case b.Deriv(form=form, of=of):
            return form != "nabla" or _tall(of)
        case b.Sum(terms=terms):
            return any(_tall(t) for _, t in terms)
        case b.Times(factors=parts) | b.Infix(parts=parts) | b.Chain(parts=parts) | b.Commas(parts=parts):
            return any(map(_tall, parts))
        case b.Script(base=base):
            return _tall(base)
        case b.Fence(body=body) | b.Root(body=body) | b.Differ(body=body):
            return _tall(body)
        case b.Call(head=head, argument=argument):
            return _tall(head) or _tall(argument)
    return False


def _has_bars(box: Box) -> bool:
    """Would a bar in here be taken for the closing one?"""
    match box:
        case b.Fence(kind=kind, body=body):
            return kind in ("||", "‖‖") or _has_bars(body)
        case b.Sum(terms=terms):
            return any(_has_bars(t) for _, t in terms)
        case b.Times(factors=parts) | b.Infix(parts=parts) | b.Chain(parts=parts) | b.Commas(parts=parts):
            return any(map(_has_bars, parts))
        case b.Script(base=base, sub=sub, sup=sup):
            return any(_has_bars(x) for x in (base, sub, sup) if x is not None)
        case b.Root(body=body) | b.Differ(body=body) | b.Big(body=body) | b.Deriv(of=body):
            return _has_bars(body)
        case b.Frac(top=top, bottom=bottom):
            return _has_bars(top) or _has_bars(bottom)
        case b.Call(head=head, argument=argument):
            return _has_bars(head) or _has_bars(argument)
    return False
