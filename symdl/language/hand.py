r"""Hands: how an author spells names, functions and signs, seen in a line of theirs, so that others can write likewise.

A hand changes boxes and no tree: `J` becomes their `\mathcal{L}`, `⊤` their `^T`, `log` their `\ln`. What a hand
writes must be read back, in the author's scope and with their macros, as the same tree; who prints with one checks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from symdl.errors import Span
from symdl.language.boxes import Box, Differ, Digits, Infix, Name, Op, Run, Sign
from symdl.language.boxes import Chain as ChainBox
from symdl.language.functions import APPLIED_LETTERS, ELEMENTWISE, OF_MATRIX
from symdl.language.names import surface_name
from symdl.language.surface import Fraction, Letter, Related, Scripts, Styled, Surface, Word, walk
from symdl.language.surface import Infix as InfixSurface
from symdl.language.syntax import Differential, Function, Hadamard, Identity, Node, Ones, Transpose, Zeros
from symdl.language.understanding import Line

_COMMAND = re.compile(r"\\[A-Za-z]+|\*")
_PRINTED = {"trace": "tr", "cholesky": "chol", "arctanh": "artanh"}  # functions by the name that printers know
_FRACTIONS = (r"\dfrac", r"\tfrac", r"\cfrac")


@dataclass(frozen=True)
class Hand:
    """Spellings: of names by their canonical form, of functions, signs and relations by what their boxes call them."""

    names: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, later: Hand) -> Hand:
        """This hand, as a later line goes on with it."""
        return Hand(
            {**self.names, **later.names},
            {**self.functions, **later.functions},
            {**self.signs, **later.signs},
        )

    def restyle(self, box: Box) -> Box:
        """The same boxes as this author writes them."""
        match box:
            case Name(latex=name):
                return Name(self.names.get(name, name))
            case Op(name=name) if name in self.functions:
                return Name(self.functions[name])
            case Sign(name=name) if name in self.signs:
                return Name(self.signs[name])
            case Differ(body=body) if "differ" in self.signs:
                return Run((Name(self.signs["differ"]), self.restyle(body)), commas=False)
            case Infix(op=op, parts=parts) if op in self.signs:
                return Infix(self.signs[op], tuple(map(self.restyle, parts)))
            case ChainBox(parts=parts, ops=ops):
                return ChainBox(tuple(map(self.restyle, parts)), tuple(self.signs.get(op, op) for op in ops))
            case Digits():
                return box
        return replace(box, **{f.name: _inside(getattr(box, f.name), self.restyle) for f in fields(box)})

    def fractions(self, latex: str) -> str:
        """Printed LaTeX with the author's kind of fraction."""
        kind = self.signs.get("frac")
        return latex if kind is None else latex.replace(r"\frac", kind)


PLAIN = Hand()  # symdl's own


def _inside(value: Any, change: Callable[[Box], Box]) -> Any:
    if isinstance(value, Box):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_inside(v, change) for v in value)
    return value


def hand_of(line: Line) -> Hand:
    """The hand that a line of work shows."""
    trace = line.trace
    if trace is None:
        return Hand()
    names: dict[str, str] = {}
    read_as: dict[Span, set[Node]] = {}
    for span, node in trace.parts:
        read_as.setdefault(span, set()).add(node)
    for name, surface in trace.names.items():
        written = _written(line.latex, surface)
        if written is not None and len(read_as.get(surface.span, ())) <= 1:  # a macro may stand for more than the name
            names[name] = written
    surfaces = tuple(walk(trace.surface))
    signs = {**_operators(line, surfaces), **_from_parts(line)}
    return Hand(names, _functions(line, surfaces), signs)


def _written(latex: str, s: Surface) -> str | None:
    """The text of a name; None where it can't be lifted out, its braces being another's."""
    if isinstance(s, Scripts):
        out = _written(latex, s.base)
        for mark, script in (("_", s.sub), ("^", s.sup)):
            if out is not None and script is not None:
                text = latex[script.span.start : script.span.end].strip()
                inner = text[1:-1] if text.startswith("{") and text.endswith("}") else text
                bare = len(inner) == 1 or re.fullmatch(r"\\[A-Za-z]+", inner)
                out += ("'" * s.primes if mark == "_" else "") + mark + (inner if bare else f"{{{inner}}}")
        if out is not None and s.sub is None:
            out = out + "'" * s.primes if s.sup is None else out.replace("^", "'" * s.primes + "^", 1)
        return out
    text = latex[s.span.start : s.span.end].strip()
    return text if text and text.count("{") == text.count("}") and not set(text) & set("&$%\n") else None


def _functions(line: Line, surfaces: tuple[Surface, ...]) -> dict[str, str]:
    """`\\ln`, `\\operatorname{Tr}`, `\\sigma`: functions as they were named."""
    out: dict[str, str] = {}
    applied = {n.name for n in line.node.walk() if isinstance(n, Function)}
    declared = set() if line.trace is None else {surface_name(s) for s in line.trace.names.values()}
    for s in surfaces:
        if isinstance(s, Word) and surface_name(s) not in declared:
            name = ELEMENTWISE.get(s.text) or OF_MATRIX.get(s.text)
            written = _written(line.latex, s)
            if name is not None and written is not None and written.startswith("\\"):
                out.setdefault(_PRINTED.get(name, name), written)
        if isinstance(s, Letter) and s.text not in declared and APPLIED_LETTERS.get(s.text) in applied:
            out.setdefault(APPLIED_LETTERS[s.text], s.text)
    return out


def _operators(line: Line, surfaces: tuple[Surface, ...]) -> dict[str, str]:
    """Signs that stand between things, and the kind of fraction."""
    out: dict[str, str] = {}
    latex = line.latex
    entrywise = any(isinstance(n, Hadamard) for n in line.node.walk())
    differentials = any(isinstance(n, Differential) for n in line.node.walk())
    fractions: list[str] = []
    for s in surfaces:
        if isinstance(s, InfixSurface) and s.op in ("odot", "circ", "ast") and entrywise:
            found = _COMMAND.fullmatch(latex[s.left.span.end : s.right.span.start].strip())
            if found is not None:
                out.setdefault("odot", found.group())
        elif isinstance(s, Related):
            for left, right, op in zip(s.parts, s.parts[1:], s.ops, strict=False):
                found = _COMMAND.fullmatch(latex[left.span.end : right.span.start].strip())
                if found is not None and op not in ("=", "≡", ":="):
                    out.setdefault(op, found.group())
        elif isinstance(s, Fraction):
            start = latex[s.span.start :]
            fractions.append(next((f for f in _FRACTIONS if start.startswith(f)), ""))
        elif isinstance(s, Letter) and s.text == "d" and differentials:
            out.setdefault("differ", "d")
        elif isinstance(s, Styled) and s.style == "mathrm" and isinstance(s.body, Letter) and s.body.text == "d":
            out["differ"] = _written(latex, s) or r"\mathrm{d}"
    if fractions and fractions[0] and len(set(fractions)) == 1:
        out["frac"] = fractions[0]
    return out


def _from_parts(line: Line) -> dict[str, str]:
    """Signs that are known by the tree they made: the transpose, ones, zeros, the identity."""
    out: dict[str, str] = {}
    if line.trace is None:
        return out
    by_span: dict[Span, Node] = {}
    for span, node in line.trace.parts:
        by_span.setdefault(span, node)
    for s in walk(line.trace.surface):
        made = by_span.get(s.span)
        if isinstance(s, Scripts) and s.sup is not None and isinstance(made, Transpose):
            text = _written(line.latex, s.sup)
            before = line.latex[: s.sup.span.start].rstrip(" {")
            if text is not None and before.endswith("^"):
                out.setdefault("top", text.strip("{}") if text.startswith("{") and text.count("{") == 1 else text)
        elif isinstance(made, Ones | Zeros | Identity) and not isinstance(s, Scripts):
            sign = {Ones: "ones", Zeros: "zeros", Identity: "identity"}[type(made)]
            written = _written(line.latex, s)
            if written is not None and not written.isdigit():
                out.setdefault(sign, written)
    return out
