"""Layout of what binds a letter or a variable: sums, optima, integrals."""

from __future__ import annotations

from symdl.language import syntax as s
from symdl.language.boxes import (
    Big,
    Box,
    Chain,
    Commas,
    Infix,
    Name,
    Sign,
)
from symdl.language.dims import Axis, Range
from symdl.language.layout import inside, lay, lays
from symdl.language.layout_leaves import dim, tight
from symdl.language.precedence import ENTRYWISE, LINE
from symdl.language.syntax import Node


@lays(s.Reduce)
def reduce(node: s.Reduce, last: bool, fixed: bool) -> Box:
    """One sign for the letters whose ranges follow from use; a sign of its own for each written range.

    With a condition all stand under one sign, which reads as one sum.
    """
    body = lay(node.body, ENTRYWISE, last, fixed)
    written = [b.written or not _range_follows(b, node) for b in node.binders]
    if node.condition is not None or node.op.startswith("arg"):
        parts: list[Box] = []
        over: Box | None = None
        members = _members(node.condition)
        bounded = [b for b, w in zip(node.binders, written, strict=True) if w]
        for b, w in zip(node.binders, written, strict=True):
            if not w and b.name in members:
                continue  # i ∈ S and i < j say that i is bound
            if not w:
                parts.append(Name(b.name))
            elif len(bounded) == 1 and node.op in ("sum", "prod"):
                parts.append(Chain((Name(b.name), dim(b.range.first, tight=True)), ("=",)))
                over = dim(b.range.last, tight=True)
            else:
                parts.append(_between(b.name, b.range))
        if node.condition is not None:
            parts += [inside(c) for c in _conjuncts(node.condition)]
        return Big(node.op, listed(parts), over, body)
    groups: list[list[int]] = []
    for k, w in enumerate(written):
        if w or not groups or written[groups[-1][0]]:
            groups.append([k])
        else:
            groups[-1].append(k)
    for group in reversed(groups):
        b = node.binders[group[0]]
        if not written[group[0]]:
            body = Big(node.op, listed([Name(node.binders[k].name) for k in group]), None, body)
        elif node.op in ("sum", "prod"):
            under = Chain((Name(b.name), dim(b.range.first, tight=True)), ("=",))
            body = Big(node.op, under, dim(b.range.last, tight=True), body)
        else:
            body = Big(node.op, _between(b.name, b.range), None, body)
    return body


def _members(condition: s.Condition | None) -> set[str]:
    """Letters that a condition says lie in a set, or outside it, or come before or after another letter."""
    parts = () if condition is None else _conjuncts(condition)
    within = {p.element.name for p in parts if isinstance(p, s.Within) and isinstance(p.element, s.IndexVar)}
    compared = [(p.left, p.right) for p in parts if isinstance(p, s.Compare) and p.op in ("<", "≤", ">", "≥")]
    letters = [pair for pair in compared if all(isinstance(x, s.IndexVar) for x in pair)]
    return within | {x.name for pair in letters for x in pair if isinstance(x, s.IndexVar)}


def listed(parts: list[Box]) -> Box:
    return parts[0] if len(parts) == 1 else Commas(tuple(parts))


def _between(name: str, r: Range) -> Box:
    return Chain((dim(r.first, tight=True), Name(name), dim(r.last, tight=True)), ("≤", "≤"))


def _conjuncts(condition: s.Condition) -> tuple[s.Condition, ...]:
    if isinstance(condition, s.Junction) and condition.op == "and":
        return condition.parts
    return (condition,)


def _range_follows(binder: s.Binder, node: s.Reduce) -> bool:
    """Does an unwritten range follow from where the letter is used as an index?"""
    found = False
    for n in node.walk():
        if isinstance(n, s.Symbol) and s.IndexVar(binder.name) in n.members:
            found = True
        if (
            isinstance(n, s.BasisVector | s.Delta | s.Eigenvalue | s.SingularValue)
            and s.IndexVar(binder.name) in n.children()
        ):
            found = True
        if isinstance(n, s.Entry):
            for index, axis in _indexed(n):
                if index == s.IndexVar(binder.name):
                    if Range.of_axis(axis) != binder.range:
                        return False
                    found = True
    return found


def _indexed(node: s.Entry) -> list[tuple[Node, Axis]]:
    """Each index with the axis it counts on; of an index of several parts, each part with its own."""
    out: list[tuple[Node, Axis]] = []
    for index, axis in zip(node.indices, node.base.shape, strict=False):
        if isinstance(index, s.MultiIndex):
            out += [(p, Axis(d, index.base)) for p, d in zip(index.parts, index.sizes, strict=True)]
        else:
            out.append((index, axis))
    return out


@lays(s.Binder)
def binder(node: s.Binder, last: bool, fixed: bool) -> Box:
    return _between(node.name, node.range)


@lays(s.Optimum)
def optimum(node: s.Optimum, last: bool, fixed: bool) -> Box:
    under = lay(node.variable, LINE)
    if node.constraints:
        under = Infix("colon", (under, listed([inside(c) for c in node.constraints])))
    return Big(node.op, under, None, lay(node.body, ENTRYWISE, last))


@lays(s.Integral)
def integral(node: s.Integral, last: bool, fixed: bool) -> Box:
    lower = None if node.lower is None else tight(inside(node.lower))
    upper = None if node.upper is None else tight(inside(node.upper))
    if (lower is None) != (upper is None):
        lower = lower or Infix("minus", (Sign("infinity"),))
        upper = upper or Sign("infinity")
    return Big("int", lower, upper, lay(node.body, ENTRYWISE, False), Name(node.variable))
