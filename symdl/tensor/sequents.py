"""From lines to what is to be proved: goals between entries, facts, and sequents.

A chain `a = b ≤ c` is one sequent with a goal for each adjacent pair. `A ⟹ B` has A's goals as premises, or as the
condition of B's goals where A speaks of the line's free letters. `A ⟺ B` is two sequents, one for each direction;
statements side by side, some of them implications, are one sequent each. Tensors are compared at new letters over all
their entries, and a line holds for all values of its free letters: both stand in `Goal.binders`, the line's own letters
first, under the names they are written with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from symdl.errors import ShapeError, UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Dim, Range, Shape, shape_text
from symdl.language.understanding import Line
from symdl.tensor.elaborate_base import Elaboration, letters_of
from symdl.tensor.elaborate_conditions import condition
from symdl.tensor.expr import ONE, ZERO, Acc, Bind, Cmp, Expr, Idx, Ind, Lam, Logic, power, sub, total
from symdl.tensor.printed import printed
from symdl.tensor.program import Fact, Goal, Sequent

LOEWNER = {"⪰": "⪰", "⪯": "⪰", "≻": "≻", "≺": "≻"}
SWAPPED = ("⪯", "≺")
ENTRYWISE = {"⪰": "≥", "⪯": "≤", "≻": ">", "≺": "<"}
ORDERS = ("=", "≠", "<", "≤", ">", "≥", "≈", "∝")


def _zero(a: s.Node) -> s.Node:
    return s.Zeros(a.shape)


CLAIMS: dict[str, Callable[[s.Node], s.Relation]] = {  # properties that a line may claim, as relations
    "symmetric": lambda a: s.Relation((a, s.Transpose(a)), ("=",)),
    "skew-symmetric": lambda a: s.Relation((a, s.Neg(s.Transpose(a))), ("=",)),
    "orthogonal": lambda a: s.Relation((s.Product((s.Transpose(a), a)), s.Identity(a.shape[1])), ("=",)),
    "positive-definite": lambda a: s.Relation((a, _zero(a)), ("≻",)),
    "positive-semidefinite": lambda a: s.Relation((a, _zero(a)), ("⪰",)),
    "invertible": lambda a: s.Relation((s.MatrixFunction("det", a), s.Number(Fraction(0))), ("≠",)),
}


def sequents(el: Elaboration, line: Line) -> tuple[Sequent, ...]:
    """What a line claims: one sequent, or one for each direction of an equivalence."""
    return _sequents(el, line.node, line.letters)


def _sequents(el: Elaboration, node: s.Node, letters: Mapping[str, Range]) -> tuple[Sequent, ...]:
    if isinstance(node, s.Junction) and node.op == "and" and any(isinstance(p, s.Implication) for p in node.parts):
        return tuple(q for p in node.parts for q in _sequents(el, p, letters))
    if isinstance(node, s.Implication) and node.op == "iff":
        return tuple(
            _implication(el, s.Implication("implies", a, b), letters)
            for a, b in ((node.left, node.right), (node.right, node.left))
        )
    if isinstance(node, s.Implication):
        return (_implication(el, node, letters),)
    return (Sequent(el.program, goals_of(el, node, letters)),)


def _implication(el: Elaboration, node: s.Implication, letters: Mapping[str, Range]) -> Sequent:
    premises: list[Goal] = []
    conditions: list[Expr] = []
    while isinstance(node, s.Implication) and node.op == "implies":
        for g in goals_of(el, node.left, letters):
            if (g.left.free | g.right.free) & letters.keys():
                conditions.append(_everywhere(g, letters))
            else:
                inner = tuple(b for b in g.binders if b.name not in letters)
                premises.append(replace(g, binders=inner))
        right = node.right
        if not isinstance(right, s.Implication):
            when = (
                None if not conditions else conditions[0] if len(conditions) == 1 else Logic("and", tuple(conditions))
            )
            made = tuple(replace(g, condition=when) for g in goals_of(el, right, letters))
            return Sequent(el.program, made, premises=tuple(premises))
        node = right
    raise UnsupportedError("an equivalence inside an implication")


def _everywhere(g: Goal, letters: Mapping[str, Range]) -> Expr:
    """A premise at given free letters as a truth value: it holds at all entries of its tensors.

    It is no premise "for all letters": `z_i > 0 ⟹ z_j > 0` does not assume that every z is positive.
    """
    if g.op not in ("=", "≠", "<", "≤", ">", "≥"):
        raise UnsupportedError("a premise with free letters", found=g.op)
    own = tuple(b for b in g.binders if b.name not in letters)
    holds = Cmp(g.op, g.left, g.right)
    return holds if not own else Cmp("=", total(own, Ind(Logic("not", (holds,)))), ZERO)


def goals(el: Elaboration, line: Line) -> tuple[tuple[Goal, ...], tuple[Goal, ...]]:
    """Premises and goals of a line that is one sequent."""
    found = sequents(el, line)
    if len(found) != 1:
        raise UnsupportedError("a line of several sequents: ask for `sequents`")
    return found[0].premises, found[0].goals


def line_binders(el: Elaboration, letters: Mapping[str, Range]) -> tuple[Bind, ...]:
    """Free letters with their ranges, each after those its range uses."""
    left, out = dict(letters), []
    while left:
        ready = [n for n, r in left.items() if not ((r.first.names | r.last.names) & (left.keys() - {n}))]
        if not ready:
            raise UnsupportedError("ranges of free letters that depend on each other", found=", ".join(left))
        for n in ready:
            r = left.pop(n)
            out.append(Bind(n, el.size(r.first), el.size(r.last)))
    return tuple(out)


def goals_of(el: Elaboration, node: s.Node, letters: Mapping[str, Range]) -> tuple[Goal, ...]:
    """One goal for each relation in a line."""
    free = line_binders(el, letters)
    if isinstance(node, s.Compare):
        node = s.Relation((node.left, node.right), (node.op,))
    if isinstance(node, s.Relation):
        pairs = zip(node.sides, node.ops, node.sides[1:], strict=False)
        return tuple(_goal(el, op, a, b, free, node.note) for a, op, b in pairs)
    if isinstance(node, s.Junction) and node.op == "and":
        return tuple(g for p in node.parts for g in goals_of(el, p, letters))
    if isinstance(node, s.Condition) and not isinstance(node, s.Property):
        binders = el.bind_axes(node.shape)
        holds = condition(el, node, node.shape, letters_of(binders))
        return (Goal("=", Ind(holds), ONE, (*free, *binders)),)
    if isinstance(node, s.Property) and node.name in CLAIMS and not node.parameters:
        return tuple(g for x in node.subjects for g in goals_of(el, CLAIMS[node.name](x), letters))
    if not isinstance(node, s.Condition | s.Implication):
        raise UnsupportedError("a line that states nothing: an expression alone", expected="a relation, such as  a = b")
    raise UnsupportedError(f"a line that claims a {type(node).__name__}", found=getattr(node, "name", ""))


def _one_by_one(shape: Shape) -> bool:
    return bool(shape) and all(a.size == Dim.of(1) for a in shape)


def is_zero(node: s.Node) -> bool:
    return isinstance(node, s.Zeros) or (isinstance(node, s.Number) and node.value == 0)


def side(el: Elaboration, node: s.Node, shape: Shape, at: tuple[Expr, ...]) -> Expr:
    """A side of a relation at an entry: a 1×1 matrix counts as a scalar, a zero is a zero of any shape."""
    if is_zero(node):
        return ZERO
    return el.scalar(node) if _one_by_one(node.shape) and not shape else el.at(node, shape, at)


def common_shape(op: str, left: s.Node, right: s.Node) -> Shape:
    """The shape two sides are compared in; only a zero, and a bound, may be a scalar beside a tensor."""
    a, b = ((() if _one_by_one(x.shape) or is_zero(x) else x.shape) for x in (left, right))
    if bool(a) != bool(b) and op in ("=", "≈", "∝") and not (is_zero(left) or is_zero(right)):
        raise ShapeError("shapes do not fit", found=f"{shape_text(a)} {op} {shape_text(b)}", expected="equal shapes")
    return s.common(a, b, op)


def _goal(el: Elaboration, op: str, a: s.Node, b: s.Node, free: tuple[Bind, ...], note: s.Node | None) -> Goal:
    shape = common_shape(op, a, b)
    if op in LOEWNER and len(shape) < 2:
        op = ENTRYWISE[op]
    if op in LOEWNER:
        left, right = _matrix_side(el, a, shape), _matrix_side(el, b, shape)
        return Goal(LOEWNER[op], *((right, left) if op in SWAPPED else (left, right)), free)
    if op not in ORDERS:
        raise UnsupportedError("a relation", found=op)
    binders = el.bind_axes(shape)
    at = letters_of(binders)
    if op == "≠" and shape:  # as tensors: some entry differs
        gap = power(sub(side(el, a, shape, at), side(el, b, shape, at)), 2)
        return Goal("≠", total(binders, gap), ZERO, free, note=note)
    numbers = (printed(a), printed(b)) if not shape else (None, None)
    left, right = side(el, a, shape, at), side(el, b, shape, at)
    return Goal(op, left, right, (*free, *binders), note=note, printed=numbers if any(numbers) else None)


def _matrix_side(el: Elaboration, node: s.Node, shape: Shape) -> Expr:
    binders = el.bind_axes(shape)
    return Lam(binders, side(el, node, shape, letters_of(binders)))


# -------------------------------------------------------------------------------------------------------- facts


def facts(el: Elaboration, line: Line) -> tuple[Fact, ...]:
    """What an assumption says.

    Relations: `= ≠ < ≤ > ≥` between entries for all `binders`; `⪰ ≻` between matrices (lambdas). Membership: op `in`
    with the element as `left` and the values as `arguments`; `range` with first and last as `arguments`; `N`, `Z`, `R`.
    Properties: their name as op, the subject's name, its tree's entry (a lambda) as `left`, parameters as `arguments`.
    """
    return facts_of(el, line.node, line.letters)


def facts_of(el: Elaboration, node: s.Node, letters: Mapping[str, Range], when: Expr | None = None) -> tuple[Fact, ...]:
    free = line_binders(el, letters)
    if isinstance(node, s.Implication) and node.op == "implies":
        premise = node.left
        if not isinstance(premise, s.Condition):
            premise = _as_condition(premise)
        holds = condition(el, premise, (), ())
        return facts_of(el, node.right, letters, holds if when is None else Logic("and", (when, holds)))
    if isinstance(node, s.Within):
        return tuple(_membership(el, node, free, when))
    if isinstance(node, s.Property):
        return tuple(_property(el, node, x, free) for x in node.subjects)
    if isinstance(node, s.Subset):
        k = el.bind(node.subject.axes[0])
        return (
            Fact("in", Acc(node.subject.name, (Idx(k.name),)), None, (k,), None, node.subject.name, (ZERO, ONE), node),
        )
    if isinstance(node, s.Junction) and node.op == "and":
        return tuple(f for p in node.parts for f in facts_of(el, p, letters, when))
    made = goals_of(el, node, letters)
    return tuple(Fact(g.op, g.left, g.right, g.binders, when, source=node) for g in made)


def _as_condition(node: s.Node) -> s.Condition:
    if not isinstance(node, s.Relation):
        raise UnsupportedError(f"an assumption under a {type(node).__name__}")
    parts = tuple(s.Compare(op, a, b) for a, op, b in zip(node.sides, node.ops, node.sides[1:], strict=False))
    return parts[0] if len(parts) == 1 else s.Junction("and", parts)


def _membership(el: Elaboration, node: s.Within, free: tuple[Bind, ...], when: Expr | None) -> list[Fact]:
    element = node.element
    binders = el.bind_axes(element.shape)
    x = el.entry(element, letters_of(binders))
    subject = _name_of(element)
    over = (*free, *binders)
    if node.values:
        values = tuple(el.scalar(v) for v in node.values)
        return [Fact("∉" if node.negated else "in", x, None, over, when, subject, values, node)]
    if node.negated:
        raise UnsupportedError("an assumption that something lies outside a range or a named set")
    if node.range is not None:
        ends = (el.size(node.range.first), el.size(node.range.last))
        return [Fact("range", x, None, over, when, subject, ends, node)]
    return [Fact(node.name, x, None, over, when, subject, (), node)]


def _property(el: Elaboration, node: s.Property, subject: s.Node, free: tuple[Bind, ...]) -> Fact:
    arguments = []
    for p in node.parameters:
        if isinstance(p, s.Distribution):
            raise UnsupportedError("a law among the assumptions: it belongs under `random`")
        arguments.append(el.lambda_of(p))
    name = _name_of(subject)
    is_function = name in el.program.functions and not (name in el.program.leaves or name in el.program.statements)
    left = None if is_function else el.lambda_of(subject)
    return Fact(node.name, left, None, free, None, name, tuple(arguments), node)


def _name_of(node: s.Node) -> str:
    if isinstance(node, s.Entry):
        return _name_of(node.base)
    return node.name if isinstance(node, s.Symbol | s.Apply) else ""
