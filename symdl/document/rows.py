"""Lines as rows of a page: where they break, the reason beside each, the numbers of the lines a reason rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symdl.document import tree
from symdl.document.breaking import Pieces, segments
from symdl.document.prose import Read, inline
from symdl.language.print_latex import latex
from symdl.language.syntax import Condition, Derivative, Implication, Node, Relation
from symdl.solution.evidence import Evidence
from symdl.solution.narrative import SUBSTITUTED
from symdl.solution.numbering import Numbering
from symdl.solution.step import Step


def mark_of(evidence: Evidence | None) -> tree.Mark | None:
    return None if evidence is None else tree.Mark(evidence.status, evidence.how, evidence.max_error)


def rows(
    node: Node,
    *,
    reasons: tuple[tree.Prose, ...] = (),
    conditions: tuple[Node, ...] = (),
    number: int | None = None,
    mark: tree.Mark | None = None,
    depth: int = 0,
    inside: tuple[tree.Row, ...] = (),
) -> tuple[tree.Row, ...]:
    """One line as rows: its number stands on the first, its mark on the last.

    Of several reasons each stands at its own relation of a chain, the last one at its end. What the line holds for
    (`l < D ⟹ …`) stands beside it, as a condition.
    """
    while isinstance(node, Implication) and node.op == "implies" and isinstance(node.left, Condition):
        conditions, node = (*conditions, node.left), node.right
    parts = segments(node)
    spread = _spread(reasons, len(parts))
    out: list[tree.Row] = []
    for k, (segment, reason) in enumerate(zip(parts, spread, strict=True)):
        for j, (left, right) in enumerate(segment):
            ends = j == len(segment) - 1
            row = tree.Row(left, right, reason if ends else (), number=None if out else number, depth=depth)
            if ends and k == len(parts) - 1:
                side = tuple(tree.Formula(c) for c in conditions)
                row = tree.Row(left, right, reason, side, row.number, mark, depth, inside=inside)
            out.append(row)
    return tuple(out)


def _spread(reasons: tuple[tree.Prose, ...], count: int) -> list[tree.Prose]:
    """A reason for each relation: where there are fewer relations, the first ones share a place."""
    if len(reasons) > count:
        joined: tuple[tree.Inline, ...] = ()
        for k, r in enumerate(reasons[: len(reasons) - count + 1]):
            joined += ((tree.Words("; "),) if k else ()) + r
        reasons = (joined, *reasons[len(reasons) - count + 1 :])
    return [*reasons[:-1], *[()] * (count - len(reasons)), *reasons[-1:]] if reasons else [()] * count


class Steps:
    """Steps as rows; a reason that names a derivative found above cites its line."""

    def __init__(self, numbers: Numbering, read: Read, detail: str) -> None:
        self.read, self.detail = read, detail
        self.at = _places(numbers)

    def rows(self, step: Step, n: int | None, depth: int = 0) -> Iterator[tree.Row]:
        """A step's rows; at detail `full` the lines it opens to come first, set in, else they are folded inside it."""
        inside: tuple[tree.Row, ...] = ()
        if self.detail != "full":
            inside = tuple(row for inner in step.block for row in self.rows(inner, None))
        else:
            for inner in step.block:
                yield from self.rows(inner, None, depth + 1)
        yield from rows(
            step.line,
            reasons=tuple(self._reason(r) for r in _reasons(step)),
            conditions=step.conditions,
            number=n,
            mark=mark_of(step.evidence),
            depth=depth,
            inside=inside,
        )

    def _reason(self, text: str) -> tree.Prose:
        """`with the value found above for the derivative by Z` ⇒ `insert (7)`, where that line is on the page."""
        if text.startswith(SUBSTITUTED):
            found = [self.at.get(name) for name in re.findall(r"\$([^$]+)\$", text)]
            if found and None not in found:
                out: list[tree.Inline] = []
                for k, n in enumerate(n for n in found if n is not None):
                    between = " and " if k == len(found) - 1 else ", "
                    out += [tree.Words(between if k else "insert "), tree.Reference(n)]
                return tuple(out)
        return inline(text, self.read)


def _reasons(step: Step) -> tuple[str, ...]:
    """What holds at each relation of a chain; a line with one relation has one reason."""
    if not step.because:
        return ()
    chain = isinstance(step.line, Relation) and len(step.line.ops) > 1
    return tuple(step.because.split("; ")) if chain else (step.because,)


def _places(numbers: Numbering) -> Mapping[str, int]:
    """The number of the line that says the derivative by each name."""
    out: dict[str, int] = {}
    for steps in numbers.derivations:
        for n, step in steps:
            line = step.line
            while isinstance(line, Implication):
                line = line.right
            left = line.sides[0] if isinstance(line, Relation) else None
            if isinstance(left, Derivative) and len(left.by) == 1:
                out.setdefault(latex(left.by[0]), n)
    return out


__all__ = ["Pieces", "Steps", "mark_of", "rows"]
