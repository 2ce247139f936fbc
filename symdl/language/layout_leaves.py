"""Layout of leaves: numbers, names, sizes, indices, entries, and matrices written out."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from symdl.language import syntax as s
from symdl.language.boxes import (
    Box,
    Commas,
    Digits,
    Fence,
    Frac,
    Grid,
    Infix,
    Name,
    Run,
    Script,
    Sign,
    Sum,
    Times,
)
from symdl.language.dims import Dim, Floor, Shape, SizeAt
from symdl.language.layout import inside, lay, lays
from symdl.language.precedence import (
    BASE,
    decimal,
)
from symdl.language.syntax import Node


@lays(s.Number)
def number(node: s.Number, last: bool, fixed: bool) -> Box:
    value = node.value
    if value < 0:
        return Sum(((True, number(s.Number(-value), last, fixed)),))
    digits = node.text if re.fullmatch(r"\d+(\.\d+)?", node.text) and Fraction(node.text) == value else decimal(value)
    if digits is not None:
        return Digits(digits)
    return Frac(Digits(str(value.numerator)), Digits(str(value.denominator)))


@lays(s.Constant)
def constant(node: s.Constant, last: bool, fixed: bool) -> Box:
    return Sign(node.name) if node.name in ("pi", "infinity") else Name(node.name)


@lays(s.IndexVar)
def index_letter(node: s.IndexVar, last: bool, fixed: bool) -> Box:
    return Name(node.name)


@lays(s.Size)
def size(node: s.Size, last: bool, fixed: bool) -> Box:
    return dim(node.size)


def dim(d: Dim, tight: bool = False) -> Box:
    """A size: positive terms first."""
    if not d.terms:
        return Digits("0")
    ordered = sorted(d.terms, key=lambda mc: mc[1] < 0)
    terms: list[tuple[bool, Box]] = []
    for monomial, coefficient in ordered:
        factors: list[Box] = [_atom(a) if e == 1 else Script(_atom(a), None, Digits(str(e))) for a, e in monomial]
        if abs(coefficient) != 1 or not factors:
            factors.insert(0, Digits(str(abs(coefficient))))
        terms.append((coefficient < 0, factors[0] if len(factors) == 1 else Times(tuple(factors))))
    if len(terms) == 1 and not terms[0][0]:
        return terms[0][1]
    return Sum(tuple(terms), tight)


def _atom(a: str | SizeAt | Floor) -> Box:
    if isinstance(a, str):
        return Name(a)
    if isinstance(a, SizeAt):
        return Script(Name(a.base), dim(a.index, tight=True))
    return Fence("floor", Frac(dim(a.numerator), dim(a.denominator)))


@lays(s.Symbol)
def symbol(node: s.Symbol, last: bool, fixed: bool) -> Box:
    if not node.members:
        return Name(node.name)
    base, inner = Name(family_base(node.name, node.style)), indices(node.members)
    if node.style == "sub":
        return Script(base, inner)
    kind = "()" if node.style == "paren" else "[]"
    return Script(base, None, Fence(kind, inner))


def family_base(name: str, style: str) -> str:
    """`W_l` → `W`; `x^{(i)}` → `x`; `W^{[l]}` → `W`."""
    if style == "paren":
        return re.sub(r"\^\{?\([^()]*\)\}?", "", name)
    if style == "bracket":
        return re.sub(r"\^\{?\[[^\[\]]*\]\}?", "", name)
    found = re.match(r"^(.*)_(?:\{[^{}]*\}|\\[A-Za-z]+|.)('*)$", name)
    return found.group(1) + found.group(2) if found else name


def indices(nodes: tuple[Node, ...]) -> Box:
    """Subscripts: run together where each is a single letter, else with commas."""
    parts = tuple(subscript(n) for n in nodes)
    if len(parts) == 1:
        return parts[0]
    return Run(parts, commas=not all(isinstance(n, s.Slice) or _is_letter(n) for n in nodes))


def _is_letter(node: Node) -> bool:
    return isinstance(node, s.IndexVar) and (len(node.name) == 1 or node.name.startswith("\\"))


def subscript(node: Node) -> Box:
    """A node inside a script: sums without spaces, fractions with a slash."""
    if isinstance(node, s.Slice):
        return Sign("colon")
    return tight(inside(node))


def tight(box: Box) -> Box:
    """The compact form of scripts."""
    if isinstance(box, Sum):
        return Sum(tuple((minus, tight(b)) for minus, b in box.terms), True)
    if isinstance(box, Frac) and isinstance(box.top, Digits | Name) and isinstance(box.bottom, Digits | Name):
        return replace(box, slash=True)
    return box


@lays(s.Ones)
def ones(node: s.Ones, last: bool, fixed: bool) -> Box:
    return _sized(Sign("ones"), node.axes, fixed)


@lays(s.Zeros)
def zeros(node: s.Zeros, last: bool, fixed: bool) -> Box:
    return _sized(Sign("zeros"), node.axes, fixed)


def _sized(sign: Sign, axes: Shape, fixed: bool) -> Box:
    if fixed and len(axes) == 1:
        return sign
    sizes = tuple(dim(a.size, tight=True) for a in axes)
    return Script(sign, sizes[0] if len(sizes) == 1 else Infix("times", sizes))


@lays(s.Identity)
def identity(node: s.Identity, last: bool, fixed: bool) -> Box:
    return Sign("identity") if fixed else Script(Sign("identity"), dim(node.axis.size, tight=True))


@lays(s.BasisVector)
def basis(node: s.BasisVector, last: bool, fixed: bool) -> Box:
    return Script(Name("e"), subscript(node.index))


@lays(s.Delta)
def delta(node: s.Delta, last: bool, fixed: bool) -> Box:
    return Script(Name(r"\delta"), indices((node.left, node.right)))


def is_count(node: Node) -> bool:
    """Is this a whole number from 2?"""
    return isinstance(node, s.Number) and node.value.denominator == 1 and node.value > 1


# ---------------------------------------------------------------------------------------------- entries and stacks


@lays(s.Entry)
def entry(node: s.Entry, last: bool, fixed: bool) -> Box:
    inner = indices(node.indices)
    base = node.base
    if isinstance(base, s.Symbol) and base.members and base.style != "sub":
        box = symbol(base, last, fixed)
        assert isinstance(box, Script)
        return replace(box, sub=inner)
    return Script(lay(base, BASE, False), inner)


@lays(s.MultiIndex)
def multi_index(node: s.MultiIndex, last: bool, fixed: bool) -> Box:
    return Fence("()", Run(tuple(subscript(p) for p in node.parts), commas=True))


@lays(s.Slice)
def slice_(node: s.Slice, last: bool, fixed: bool) -> Box:
    return Sign("colon")


@lays(s.Stack)
def stack(node: s.Stack, last: bool, fixed: bool) -> Box:
    return Grid("matrix", tuple(tuple(inside(c) for c in row) for row in node.rows))


@lays(s.Comprehension)
def comprehension(node: s.Comprehension, last: bool, fixed: bool) -> Box:
    ends = []
    for d in (node.binder.range.first, node.binder.range.last):
        ends.append(inside(_put(node.body, node.binder.name, as_node(d))))
    return Fence("[]", Commas((ends[0], Sign("dots"), ends[1])))


def _put(node: Node, letter: str, value: Node) -> Node:
    if isinstance(node, s.IndexVar):
        return value if node.name == letter else node
    return node.map_children(lambda c: _put(c, letter, value))


def as_node(d: Dim) -> Node:
    """A size or an index expression as a tree."""
    if d.constant is not None:
        return s.Number(Fraction(d.constant))
    return s.Size(d)
