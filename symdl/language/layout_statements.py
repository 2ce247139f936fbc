"""Layout of what binds, what differentiates, what is random, and of whole lines."""

from __future__ import annotations

from itertools import pairwise

from symdl.language import syntax as s
from symdl.language.boxes import (
    Big,
    Box,
    Call,
    Chain,
    Commas,
    Deriv,
    Differ,
    Digits,
    Fence,
    Infix,
    Name,
    Op,
    Script,
    Sign,
    Times,
    Words,
)
from symdl.language.dims import Axis, Range
from symdl.language.layout import inside, lay, lays, side
from symdl.language.layout_functions import called
from symdl.language.layout_leaves import dim, tight
from symdl.language.precedence import ENTRYWISE, FACTOR, LINE, SUPER, fixed_in_sum, level
from symdl.language.syntax import Node

# ---------------------------------------------------------------------------------------------- binding operators


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
        return Big(node.op, _listed(parts), over, body)
    groups: list[list[int]] = []
    for k, w in enumerate(written):
        if w or not groups or written[groups[-1][0]]:
            groups.append([k])
        else:
            groups[-1].append(k)
    for group in reversed(groups):
        b = node.binders[group[0]]
        if not written[group[0]]:
            body = Big(node.op, _listed([Name(node.binders[k].name) for k in group]), None, body)
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


def _listed(parts: list[Box]) -> Box:
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
        under = Infix("colon", (under, _listed([inside(c) for c in node.constraints])))
    return Big(node.op, under, None, lay(node.body, ENTRYWISE, last))


@lays(s.Integral)
def integral(node: s.Integral, last: bool, fixed: bool) -> Box:
    lower = None if node.lower is None else tight(inside(node.lower))
    upper = None if node.upper is None else tight(inside(node.upper))
    if (lower is None) != (upper is None):
        lower = lower or Infix("minus", (Sign("infinity"),))
        upper = upper or Sign("infinity")
    return Big("int", lower, upper, lay(node.body, ENTRYWISE, False), Name(node.variable))


# -------------------------------------------------------------------------------------------------- probability

_LAWS = {
    "bernoulli": "Bernoulli",
    "categorical": "Categorical",
    "uniform": "Uniform",
    "exponential": "Exponential",
    "poisson": "Poisson",
    "gamma": "Gamma",
    "beta": "Beta",
    "laplace": "Laplace",
    "rademacher": "Rademacher",
    "binomial": "Binomial",
}


@lays(s.Distribution)
def distribution(node: s.Distribution, last: bool, fixed: bool) -> Box:
    if node.name == "named":
        return lay(node.args[0], LINE)
    return Call(_law_name(node), Fence("()", _parameters(node)))


def _law_name(node: s.Distribution) -> Box:
    return Name(r"\mathcal{N}") if node.name == "normal" else Op(_LAWS.get(node.name, node.name))


def _parameters(node: s.Distribution) -> Commas:
    if node.name == "normal":
        return Commas(tuple(_plain_zero(a) or lay(a, LINE, True, k == 1) for k, a in enumerate(node.args)))
    return Commas(tuple(inside(a) for a in node.args))


@lays(s.Density)
def density(node: s.Density, last: bool, fixed: bool) -> Box:
    return Call(_law_name(node.law), Fence("()", Infix("mid", (inside(node.point), _parameters(node.law)))))


def _plain_zero(node: Node) -> Box | None:
    """A zero whose shape its neighbours fix."""
    return Digits("0") if isinstance(node, s.Zeros) else None


@lays(s.Moment)
def moment(node: s.Moment, last: bool, fixed: bool) -> Box:
    head: Box = Sign("expectation") if node.kind == "E" else Op(node.kind)
    under = [inside(x) if law is None else Chain((inside(x), inside(law)), ("~",)) for x, law in node.over]
    if under:
        head = Script(head, _listed(under))
    body = _listed([inside(a) for a in node.args])
    if node.given:
        body = Infix("mid", (body, _listed([inside(g) for g in node.given])))
    return Call(head, Fence("[]" if node.kind == "E" else "()", body))


@lays(s.Divergence)
def divergence(node: s.Divergence, last: bool, fixed: bool) -> Box:
    if node.name == "KL":
        return Call(Op("KL"), Fence("()", Infix("divides", tuple(inside(a) for a in node.args))))
    return Call(Name("H"), Fence("()", _listed([inside(a) for a in node.args])))


# --------------------------------------------------------------------------------------------------- derivatives


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


# ------------------------------------------------------------------------------------------- conditions and lines


@lays(s.Compare)
def compare(node: s.Compare, last: bool, fixed: bool) -> Box:
    return _chain((node.left, node.right), (node.op,))


def _chain(sides: tuple[Node, ...], ops: tuple[str, ...]) -> Box:
    parts = []
    for k, x in enumerate(sides):
        zero = _plain_zero(x) if any(not isinstance(y, s.Zeros) for y in sides) else None
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
    subjects = _listed([inside(x) for x in node.subjects])
    if node.name == "distributed":
        left, *given = (inside(x) for x in node.subjects)
        subject = Infix("mid", (left, _listed(given))) if given else left
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
