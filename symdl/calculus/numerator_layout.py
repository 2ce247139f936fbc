"""Derivatives in the numerator layout: that of a scalar by a column is a row, by a matrix its transpose.

Results are made in the denominator layout, where a gradient has the shape of its variable; here the trees are turned:
∂L/∂Z of n × c stands for what is then (∂L/∂Z)^⊤, and a line about it is transposed on both sides.
"""

from __future__ import annotations

from dataclasses import replace

from symdl.language import syntax as s
from symdl.solution.step import Result, Solution, Step
from symdl.tensor.notation_trees import is_chain, parted, product, transpose


def in_numerator_layout(solution: Solution) -> Solution:
    """The same solution, every derivative of a scalar in the numerator layout."""
    return replace(solution, results=tuple(map(_result, solution.results)))


def _result(r: Result) -> Result:
    return replace(
        r,
        matrix=None if r.matrix is None else _claim(r.matrix),
        index=_claim(r.index),
        where=tuple(map(line, r.where)),
        steps=tuple(map(_step, r.steps)),
    )


def _step(step: Step) -> Step:
    return replace(step, line=line(step.line), block=tuple(map(_step, step.block)))


def line(node: s.Node) -> s.Node:
    """A line; one that says what a gradient is, transposed."""
    if isinstance(node, s.Implication):
        return replace(node, left=line(node.left), right=line(node.right))
    if not isinstance(node, s.Relation):
        return _claim(node)
    sides = tuple(map(turned, node.sides))
    if isinstance(sides[0], s.Transpose) and _is_turned(sides[0].body):
        sides = tuple(flipped(x, True) for x in sides)
    return replace(node, sides=tuple(map(_whole, sides)))


def _claim(node: s.Node) -> s.Node:
    return line(node) if isinstance(node, s.Relation | s.Implication) else _whole(turned(node))


def _whole(side: s.Node) -> s.Node:
    """A side of a line, with no transpose around a sum."""
    side = _opened(side)
    return flipped(side.body, True) if isinstance(side, s.Transpose) and isinstance(side.body, s.Add) else side


def turned(node: s.Node) -> s.Node:
    """Derivatives of scalars as transposes of what they are in this layout."""
    if isinstance(node, s.Derivative) and not node.transposed and not node.diagonal and len(node.by) == 1:
        if not node.of.shape and len(node.by[0].shape) in (1, 2):
            return s.Transpose(replace(node, transposed=True))
    if isinstance(node, s.Transpose):
        return flipped(turned(node.body))
    return node.map_children(turned)


def _opened(node: s.Node) -> s.Node:
    """(a ⊙ b)^⊤ and (a + b)^⊤ opened where that lets a transpose cancel."""
    new = node.map_children(_opened)
    if isinstance(new, s.Product) and not new.shape:
        scalars, tensors = parted(new.factors)
        closed = tuple(map(_upright, scalars))
        new = new if tensors else closed[0] if len(closed) == 1 else s.Product(closed)
    return flipped(new.body) if isinstance(new, s.Transpose) and _holds_turned(new.body) else new


def flipped(t: s.Node, whole: bool = False) -> s.Node:
    """A transpose, taken inside products; inside sums and ⊙ where they are the whole line, or hold a turned one."""
    inside = whole or _holds_turned(t)
    if isinstance(t, s.Neg):
        return s.Neg(flipped(t.body, whole))
    if isinstance(t, s.Add) and inside:
        return s.Add(tuple(map(flipped, t.terms)))
    if isinstance(t, s.Hadamard) and inside:
        return s.Hadamard(tuple(map(flipped, t.factors)))
    if isinstance(t, s.Product) and is_chain(t):
        scalars, tensors = parted(t.factors)
        return product([*map(_upright, scalars), *map(flipped, reversed(tensors))])
    return transpose(t)


def _upright(scalar: s.Node) -> s.Node:
    """A scalar a^⊤ (∂L/∂y)^⊤ as ∂L/∂y a."""
    last = scalar.factors[-1] if isinstance(scalar, s.Product) else scalar
    if isinstance(scalar, s.Product) and isinstance(last, s.Transpose) and _is_turned(last.body):
        return s.Product(tuple(map(flipped, reversed(scalar.factors))))
    return scalar


def _holds_turned(node: s.Node) -> bool:
    return any(map(_is_turned, node.walk()))


def _is_turned(node: s.Node) -> bool:
    return isinstance(node, s.Derivative) and node.transposed
