"""Targets: which of what a problem asks for has been reached, and on which line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from symdl.language.dims import Range
from symdl.language.syntax import Binder, Derivative, Entry, IndexVar, Node, Optimum, Relation, Symbol
from symdl.language.understanding import Line, Understanding


@dataclass(frozen=True)
class TargetStatus:
    """status is `reached`, `unfinished` (stated with a derivative left to work out) or `missing`."""

    target: Line
    status: str
    line: int | None = None

    @property
    def reached(self) -> bool:
        return self.status == "reached"


@dataclass(frozen=True)
class Stated:
    """One line that holds, for this purpose: its number, the head of its chain, all its relations."""

    number: int
    head: Node
    sides: tuple[Node, ...]
    ops: tuple[str, ...]
    true: bool = True  # by the definitions alone, not only as a step from what was claimed above
    slip: int | None = None  # the line of its own chain that is wrong, if one is


Same = Callable[[Node, Node, Mapping[str, Range]], bool]


def targets_reached(
    understanding: Understanding, stated: Sequence[Stated], same: Same = lambda a, b, letters: False
) -> tuple[TargetStatus, ...]:
    """The status of every target of `derive` and `show`, in order.

    Args:
        understanding: the problem.
        stated: the lines that hold.
        same: says whether two expressions differ by rearrangement alone.
    """
    upstream = {d.name for d in understanding.definitions if d.kind == "abstract"}
    worked_out: set[object] = set()
    while True:  # a partial may be worked out by means of others that are
        more = {_key(s.head) for s in stated if _finished(s.sides[-1], upstream, worked_out - {_key(s.head)})}
        if more <= worked_out:
            break
        worked_out |= more
    asked = [_derive_status(t, stated, upstream, worked_out, understanding) for t in understanding.targets]
    return (*asked, *(_show_status(t, stated, same) for t in understanding.claims))


def _derive_status(
    target: Line, stated: Sequence[Stated], upstream: set[str], worked_out: set[object], understanding: Understanding
) -> TargetStatus:
    wanted = {_key(target.node), *(_key(n) for n in _synonyms(target.node, understanding))}
    unfinished: int | None = None
    for s in stated:
        heads = [s.head, *s.sides[:-1]] if s.ops and set(s.ops) <= {"="} else [s.head]
        if not any(_key(h) in wanted for h in heads):
            if not (set(s.ops) <= {"="} and _key(s.sides[-1]) in wanted):
                continue
            last = s.head  # the target stands on the right: `(P - Y)/B = ∂L/∂Z`
        else:
            last = s.sides[-1]
        if _finished(last, upstream, worked_out - wanted):
            return TargetStatus(target, "reached", s.number)
        unfinished = s.number
    return TargetStatus(target, "unfinished" if unfinished is not None else "missing", unfinished)


TURNED = {"=": "=", "≤": "≥", "≥": "≤", "<": ">", ">": "<", "⪰": "⪯", "⪯": "⪰", "≻": "≺", "≺": "≻"}


def _show_status(target: Line, stated: Sequence[Stated], same: Same) -> TargetStatus:
    """A claim is reached where a line, or a chain that starts at its left side, ends in its right side."""
    goal = target.node
    if not isinstance(goal, Relation):
        number = next((s.number for s in stated if _key(goal) == _key(s.head)), None)
        return TargetStatus(target, "missing" if number is None else "reached", number)

    def states(s: Stated, left: Node, right: Node, ops: tuple[str, ...]) -> bool:
        if not _no_weaker(s.ops, ops):
            return _within(s, left, right, ops)
        names = _renaming(s.head, left)

        def alike(a: Node, b: Node) -> bool:
            a = renamed(a, names)
            return _key(a) == _key(b) or same(a, b, target.letters)

        if alike(s.head, left) and any(alike(x, right) for x in reversed(s.sides)):
            return True
        return _within(s, left, right, ops)

    def _within(s: Stated, left: Node, right: Node, ops: tuple[str, ...]) -> bool:
        """A stretch of a chain on one line: ‖x‖₁ ≤ √n ‖x‖ of ‖x‖ ≤ ‖x‖₁ ≤ √n ‖x‖."""
        own = s.ops[len(s.ops) - len(s.sides) + 1 :]
        return any(
            _key(s.sides[i]) == _key(left) and _key(s.sides[j]) == _key(right) and _no_weaker(own[i:j], ops)
            for i in range(1, len(s.sides))
            for j in range(i + 1, len(s.sides))
        )

    left, right = goal.sides[0], goal.sides[-1]
    turned = tuple(TURNED.get(op, "") for op in goal.ops)
    for s in stated:
        if states(s, left, right, goal.ops) or ("" not in turned and states(s, right, left, turned)):
            return TargetStatus(target, "reached", s.number)
    return TargetStatus(target, "missing")


def _renaming(head: Node, wanted: Node) -> dict[str, str]:
    """The target's letters for the student's: m_k states what is asked of m_t."""
    if not (isinstance(head, Entry) and isinstance(wanted, Entry) and len(head.indices) == len(wanted.indices)):
        return {}
    pairs = zip(head.indices, wanted.indices, strict=True)
    return {a.name: b.name for a, b in pairs if isinstance(a, IndexVar) and isinstance(b, IndexVar) and a != b}


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """A tree with other free letters; as it is where one of the new ones stands in it already."""
    if not names or any(isinstance(n, IndexVar | Binder) and n.name in names.values() for n in node.walk()):
        return node

    def change(n: Node) -> Node:
        if isinstance(n, IndexVar):
            return IndexVar(names.get(n.name, n.name))
        return n.map_children(change)

    return change(node)


def _no_weaker(have: Iterable[str], want: Iterable[str]) -> bool:
    """Do the relations of a chain give at least the one wanted?"""
    ops, wanted = set(have), set(want)
    if wanted == {"="}:
        return ops <= {"="}
    if wanted <= {"≤", "="}:
        return ops <= {"=", "≤", "<"}
    if wanted <= {"≥", "="}:
        return ops <= {"=", "≥", ">"}
    if wanted <= {"<", "≤", "="}:
        return ops <= {"=", "≤", "<"} and "<" in ops
    if wanted <= {">", "≥", "="}:
        return ops <= {"=", "≥", ">"} and ">" in ops
    return ops <= wanted


def _synonyms(target: Node, understanding: Understanding) -> list[Node]:
    """Names that the problem gives to a target: `G = ∂L/∂Z`; for arg min, the variable's star."""
    out: list[Node] = []
    for d in understanding.definitions:
        if d.kind == "gradient" and _key(d.right) == _key(target):
            out.append(d.left)
        if d.kind == "implicit" and isinstance(target, Optimum) and target.op.startswith("arg"):
            out.append(d.left)
        if isinstance(d.right, Optimum) and _key(d.right) == _key(target):
            out.append(d.left)
    return out


def _finished(node: Node, upstream: set[str], worked_out: set[object]) -> bool:
    """No derivative left to work out, save those of abstract functions and those worked out on another line."""
    for n in node.walk():
        if isinstance(n, Derivative):
            of = n.of.base if isinstance(n.of, Entry) else n.of
            if isinstance(of, Symbol) and of.name in upstream:
                continue
            if _key(n) not in worked_out:
                return False
    return True


def _key(node: Node) -> object:
    """Targets compare by what they speak of: the form of a derivative and free letters of entries do not matter."""

    def plain(n: Node) -> Node:
        n = n.map_children(plain)
        if isinstance(n, Derivative):
            of = _whole(n.of)
            return replace(n, of=of, by=tuple(_whole(b) for b in n.by), form="frac", transposed=False, total=True)
        return n

    return plain(_whole(node))


def _whole(node: Node) -> Node:
    """`X_{ij}` at free letters stands for X."""
    if isinstance(node, Entry):
        letters = [i.name for i in node.indices if isinstance(i, IndexVar)]
        if len(letters) == len(node.indices) == len(node.base.shape) and len(set(letters)) == len(letters):
            return node.base
    return node
