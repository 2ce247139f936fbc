"""Entries of conditions: comparisons, membership, junctions; and what stands under one: indicators, cases, sums."""

from __future__ import annotations

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Range, Shape
from symdl.tensor.elaborate_base import Elaboration, Indices, rule
from symdl.tensor.expr import ONE, Acc, Bind, Cmp, Expr, Idx, Ind, Logic, Red, Where, total

NEGATED = {"=": "≠", "≠": "=", "<": "≥", "≥": "<", ">": "≤", "≤": ">"}


def condition(el: Elaboration, node: s.Condition, shape: Shape, indices: Indices) -> Expr:
    """A truth value: the condition at these entries (tensors compare entrywise, scalars are the same everywhere)."""
    if isinstance(node, s.Compare):
        if node.op not in NEGATED:
            raise UnsupportedError("a comparison inside a formula", found=node.op)
        at = indices if len(node.shape) == len(shape) else ()
        own = node.shape
        return Cmp(node.op, el.at(node.left, own, at), el.at(node.right, own, at))
    if isinstance(node, s.Junction):
        return Logic(node.op, tuple(condition(el, p, shape, indices) for p in node.parts))
    if isinstance(node, s.Within):
        found = membership(el, node)
        return Logic("not", (found,)) if node.negated else found
    raise UnsupportedError(f"a {type(node).__name__} inside a formula", found=getattr(node, "name", ""))


def membership(el: Elaboration, node: s.Within) -> Expr:
    """Membership: x ∈ {a, b, …}, first..last, or an index set S (a tensor of zeros and ones)."""
    x = el.scalar(node.element)
    if node.values:
        return Logic("or", tuple(Cmp("=", x, el.scalar(v)) for v in node.values))
    if node.range is not None:
        return between(el, x, node.range)
    if node.name in el.program.leaves:
        return Cmp("=", Acc(node.name, (x,)), ONE)
    raise UnsupportedError("membership inside a formula", found=f"∈ {node.name}", expected="a finite or declared set")


def between(el: Elaboration, x: Expr, r: Range) -> Expr:
    """The truth value first ≤ x ≤ last."""
    return Logic("and", (Cmp("≥", x, el.size(r.first)), Cmp("≤", x, el.size(r.last))))


@rule(s.Compare, s.Within, s.Junction)
def _truth(el: Elaboration, node: s.Condition, indices: Indices) -> Expr:
    return Ind(condition(el, node, node.shape, indices))


@rule(s.Cardinality)
def _cardinality(el: Elaboration, node: s.Cardinality, indices: Indices) -> Expr:
    """|S| ⇒ Σ_{k ∈ S} 1."""
    k = el.bind(node.subject.axes[0])
    return total((k,), ONE, Cmp("=", Acc(node.subject.name, (Idx(k.name),)), ONE))


@rule(s.Indicator)
def _indicator(el: Elaboration, node: s.Indicator, indices: Indices) -> Expr:
    return Ind(condition(el, node.condition, node.shape, indices))


@rule(s.Cases)
def _cases(el: Elaboration, node: s.Cases, indices: Indices) -> Expr:
    branches = tuple(
        (None if c is None else condition(el, c, node.shape, indices), el.at(value, node.shape, indices))
        for value, c in node.branches
    )
    return Where(branches)


@rule(s.Reduce)
def _reduce(el: Elaboration, node: s.Reduce, indices: Indices) -> Expr:
    """Σ, Π, max, min over letters, each range free to use the letters before it."""
    if node.op not in ("sum", "prod", "max", "min", "argmax", "argmin"):
        raise UnsupportedError("a big operator", found=node.op)
    binders: list[Bind] = []
    letters: dict[str, Expr] = {}
    for b in node.binders:
        with el.letters_as(letters):
            bound = el.bind(b.range, b.name)
        binders.append(bound)
        letters[b.name] = Idx(bound.name)
    with el.letters_as(letters):
        where = None if node.condition is None else condition(el, node.condition, (), ())
        body = el.entry(node.body, indices)
    if node.op == "sum":
        return total(tuple(binders), body, where)
    return Red(node.op, tuple(binders), where, body)
