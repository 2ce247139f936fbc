"""Layout of derivatives, of conditions and of whole lines."""

from __future__ import annotations

from itertools import pairwise

from symdl.language import syntax as s
from symdl.language.boxes import (
    Box,
    Call,
    Chain,
    Commas,
    Deriv,
    Differ,
    Fence,
    Infix,
    Name,
    Script,
    Sign,
    Times,
    Words,
)
from symdl.language.layout import inside, lay, lays, side
from symdl.language.layout_binding import listed
from symdl.language.layout_functions import called
from symdl.language.layout_leaves import dim
from symdl.language.layout_probability import plain_zero
from symdl.language.precedence import FACTOR, LINE, SUPER, fixed_in_sum, level
from symdl.language.syntax import Node


@lays(s.Derivative)
def derivative(node: s.Derivative, last: bool, fixed: bool) -> Box:
    form = "partial" if node.form == "frac" else node.form
    by: list[tuple[Box, int]] = []
    for k, v in enumerate(node.by):
        box = lay(v, LINE)
        if k and v == node.by[k - 1] and (form == "nabla" or level(v, True) >= SUPER):
            by[-1] = (box, by[-1][1] + 1)
        else:
            by.append((box, 1))
    if form == "nabla":
        return Deriv(form, lay(node.of, FACTOR, False), tuple(by))
    if isinstance(node.of, s.Symbol | s.Entry | s.Apply) and level(node.of, False) >= FACTOR:
        return Deriv(form, lay(node.of, LINE), tuple(by))
    if last and isinstance(node.of, s.Function | s.AxisFunction | s.MatrixFunction | s.Norm):
        return Deriv(form, lay(node.of, LINE), tuple(by), inline=False)
    return Deriv(form, Fence("()", inside(node.of)), tuple(by), inline=False)


@lays(s.Differential)
def differential(node: s.Differential, last: bool, fixed: bool) -> Box:
    simple = isinstance(node.body, s.Symbol | s.Apply) or (
        isinstance(node.body, s.Entry) and level(node.body, True) >= SUPER
    )
    return Differ(inside(node.body) if simple else Fence("()", inside(node.body)))


@lays(s.Compare)
def compare(node: s.Compare, last: bool, fixed: bool) -> Box:
    return _chain((node.left, node.right), (node.op,))


def _chain(sides: tuple[Node, ...], ops: tuple[str, ...]) -> Box:
    parts = []
    for k, x in enumerate(sides):
        zero = plain_zero(x) if any(not isinstance(y, s.Zeros) for y in sides) else None
        parts.append(zero or side(x, fixed_in_sum(sides, k)))
    return Chain(tuple(parts), ops)


@lays(s.Subset)
def subset(node: s.Subset, last: bool, fixed: bool) -> Box:
    ends = (dim(node.range.first), Sign("dots"), dim(node.range.last))
    return Chain((Name(node.subject.name), Fence("{}", Commas(ends))), ("⊂",))


@lays(s.Cardinality)
def cardinality(node: s.Cardinality, last: bool, fixed: bool) -> Box:
    return Fence("||", Name(node.subject.name))


@lays(s.Within)
def within(node: s.Within, last: bool, fixed: bool) -> Box:
    target: Box
    if node.range is not None:
        ends = (dim(node.range.first), Sign("dots"), dim(node.range.last))
        target = Fence("{}", Commas(ends))
    elif node.values:
        target = Fence("{}", Commas(tuple(inside(v) for v in node.values)))
    else:
        target = _reals(node)
    return Chain((side(node.element), target), ("∉" if node.negated else "∈",))


def _reals(node: s.Within) -> Box:
    if node.name not in ("R", "N", "Z"):
        return Name(node.name)
    shape = node.element.shape
    if not shape:
        return Sign(node.name)
    sizes = tuple(dim(a.size, tight=True) for a in shape)
    return Script(Sign(node.name), None, sizes[0] if len(sizes) == 1 else Infix("times", sizes))


@lays(s.Junction)
def junction(node: s.Junction, last: bool, fixed: bool) -> Box:
    if node.op == "not":
        return Call(Sign("not"), Fence("()", inside(node.parts[0])))
    if node.op == "and" and (chained := _as_chain(node.parts)) is not None:
        return chained
    parts = []
    for p in node.parts:
        box = inside(p)
        parts.append(Fence("()", box) if isinstance(p, s.Junction) and p.op != node.op else box)
    if node.op == "and":
        return Commas(tuple(parts))
    joined: list[Box] = []
    for k, box in enumerate(parts):
        joined += [Words(f" {node.op} "), box] if k else [box]
    return Times(tuple(joined))


_RISING, _FALLING = {"<", "≤"}, {">", "≥"}


def _as_chain(parts: tuple[s.Condition, ...]) -> Box | None:
    """`1 ≤ i` and `i ≤ n` ⇒ 1 ≤ i ≤ n; None where they do not meet, or do not point one way."""
    found = [p for p in parts if isinstance(p, s.Compare)]
    if len(found) < len(parts) or any(a.right != b.left for a, b in pairwise(found)):
        return None
    ops = tuple(p.op for p in found)
    one_way = set(ops) <= _RISING or set(ops) <= _FALLING
    return _chain((found[0].left, *(p.right for p in found)), ops) if one_way else None


_PROPERTIES = {"lipschitz": "Lipschitz", "one-hot": "one-hot"}


@lays(s.Property)
def property_(node: s.Property, last: bool, fixed: bool) -> Box:
    subjects = listed([inside(x) for x in node.subjects])
    if node.name == "distributed":
        left, *given = (inside(x) for x in node.subjects)
        subject = Infix("mid", (left, listed(given))) if given else left
        return Chain((subject, inside(node.parameters[0])), ("~",))
    if node.name == "independent":
        return Chain(tuple(inside(x) for x in node.subjects), ("⊥",) * (len(node.subjects) - 1))
    if node.name.startswith("varies-"):
        return Times((subjects, Words(" " + node.name.replace("-", " "))))
    if node.name.startswith("full-"):
        return Times((subjects, Words(" has " + node.name.replace("-", " "))))
    words = _PROPERTIES.get(node.name, node.name.replace("-", " "))
    if node.parameters:
        return Times((subjects, Words(" is "), lay(node.parameters[0], LINE), Words("-" + words)))
    return Times((subjects, Words(" is " + words if node.name != "iid" else " iid")))


@lays(s.Relation)
def relation(node: s.Relation, last: bool, fixed: bool) -> Box:
    box = _chain(node.sides, node.ops)
    return box if node.note is None else Times((box, Words(" in "), inside(node.note)))


@lays(s.Implication)
def implication(node: s.Implication, last: bool, fixed: bool) -> Box:
    sides = tuple(
        Fence("()", inside(x)) if isinstance(x, s.Implication) else inside(x) for x in (node.left, node.right)
    )
    return Chain(sides, ("⟹" if node.op == "implies" else "⟺",))


@lays(s.Order)
def order(node: s.Order, last: bool, fixed: bool) -> Box:
    return called(Name("O" if node.big else "o"), node.body)
