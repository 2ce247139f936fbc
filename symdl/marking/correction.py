r"""Corrections: a student's own line with the smallest part of it changed, in their spelling.

What an edit leaves alone keeps the student's text; what it makes new is printed in their hand; where neither reads
back, plain print. A correction is shown only where, read again in its place, it is the line that the judge accepted, or
is accepted itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from symdl.errors import Span
from symdl.language.hand import PLAIN, Hand
from symdl.language.precedence import ENTRYWISE, FACTOR, level
from symdl.language.print_latex import latex
from symdl.language.syntax import Add, Hadamard, Implication, Junction, Neg, Node, Product, Relation
from symdl.language.understanding import Line

MOST_JUDGED = 2


@dataclass(frozen=True)
class Correction:
    """The corrected line as text, and as a tree for pages."""

    latex: str
    node: Node


def correction(
    line: Line, k: int, new: Node, hand: Hand, reread: Callable[[str], Line | None], holds: Callable[[Line], bool]
) -> Correction | None:
    """The line with another side after its k-th relation; None where nothing that is written would read back right.

    Args:
        line: the wrong line, or the statement of it that is wrong.
        k: which of its relations fails.
        new: the right side that the judge accepted.
        hand: how the student spells.
        reread: reads a text as a line in the same place.
        holds: does the judge accept a line under the same claims?
    """
    node = line.node
    assert isinstance(node, Relation)
    wanted = Relation((*node.sides[: k + 1], new), node.ops[: k + 1])
    texts = list(dict.fromkeys(_texts(line, k, new, wanted, hand)))
    for text in texts:
        found = reread(text)
        if found is not None and any(_says(s, wanted) for s in _statements(found)):
            return Correction(text, wanted)
    judged = 0
    for text in texts:
        found = reread(text)
        if found is None or judged >= MOST_JUDGED:
            continue
        judged += 1
        if all(holds(replace(found, node=s)) for s in _statements(found)):
            return Correction(text, found.node)
    return None


def _statements(line: Line) -> tuple[Node, ...]:
    node = line.node.right if isinstance(line.node, Implication) else line.node
    return node.parts if isinstance(node, Junction) and node.op == "and" else (node,)


def _says(statement: Node, wanted: Relation) -> bool:
    """Is this chain the wanted one, or does it contain it?"""
    if not isinstance(statement, Relation):
        return False
    n = len(wanted.sides)
    return any(
        statement.sides[i : i + n] == wanted.sides and statement.ops[i : i + n - 1] == wanted.ops
        for i in range(len(statement.sides) - n + 1)
    )


def _texts(line: Line, k: int, new: Node, wanted: Relation, hand: Hand) -> Iterator[str]:
    """Ways to write the corrected line, the nearest to the student's own first."""
    node, row = line.node, line.latex
    assert isinstance(node, Relation)
    old = node.sides[k + 1]
    if line.trace is not None:
        source = _Source(row, line.trace.stretches, hand)
        after = source.find(node.sides[k], Span(0, len(row)), 0)
        start = after.end if after is not None and not (line.starts_with_relation and k == 0) else 0
        span = source.find(old, Span(start, len(row)), start)
        if span is not None:
            last = source.find(node.sides[-1], Span(span.end, len(row)), span.end) if len(node.ops) > k + 1 else None
            end = span.end if last is None else last.end  # what followed from the mistake goes
            for text in (source.rewritten(old, new, span), latex(new, hand=hand)):
                yield " ".join((row[: span.start] + text + row[end:]).split())
    for style in (hand, PLAIN):
        yield written_out(line, wanted, style)


def written_out(line: Line, relation: Relation, hand: Hand) -> str:
    """A relation in place of a line: without the side that is taken from the line above, where one is."""
    text = latex(relation, hand=hand)
    first = latex(relation.sides[0], hand=hand)
    if line.starts_with_relation and text.startswith(first):
        return text[len(first) :].strip()
    return text


@dataclass(frozen=True)
class _Source:
    """A student's text and where each part of their line stands in it."""

    row: str
    stretches: Mapping[Node, tuple[Span, ...]]
    hand: Hand

    def find(self, node: Node, within: Span, start: int) -> Span | None:
        """The first stretch of a part from `start` on, at its widest: with its brackets."""
        spans = [s for s in self.stretches.get(node, ()) if start <= s.start and s.end <= within.end]
        return min(spans, key=lambda s: (s.start, -s.end), default=None)

    def text(self, span: Span) -> str:
        return self.row[span.start : span.end].strip()

    def printed(self, node: Node, need: int, last: bool = True) -> str:
        text = latex(node, hand=self.hand)
        return text if level(node, last) >= need else f"({text})"

    def rewritten(self, old: Node, new: Node, span: Span) -> str:
        """`new` in the text of `old`, as far as the two agree."""
        if old == new:
            return self.text(span)
        if isinstance(new, Add):
            return self.sum(_terms(old), _terms(new), span)
        for kind in (Product, Hadamard):
            if isinstance(new, kind) and (isinstance(old, kind) or old in new.factors):
                olds = old.factors if isinstance(old, kind) else (old,)
                return self.product(olds, new.factors, span, kind is Hadamard)
        if isinstance(old, Add) or isinstance(old, Product | Hadamard):
            inner = self.find(new, span, span.start)
            if inner is not None:
                return self.text(inner)
        changed = _only_change(old, new)
        if changed is not None:
            a, b = changed
            inner = self.find(a, span, span.start)
            if inner is not None and inner != span:
                return self.put(inner, self.rewritten(a, b, inner), b, span)
        printed, mine = latex(new, hand=self.hand), latex(old, hand=self.hand)
        return printed.replace(mine, self.text(span), 1) if mine in printed and len(mine) > 2 else printed

    def put(self, inner: Span, text: str, node: Node, span: Span) -> str:
        """The stretch `span` with the part at `inner` replaced; braces or brackets where they are needed."""
        before, after = self.row[span.start : inner.start], self.row[inner.end : span.end]
        if before.rstrip().endswith(("^", "_")) and len(text) > 1:
            text = f"{{{text}}}"
        elif not (before.rstrip().endswith(("{", "(", "[")) and after.lstrip()[:1] in "})]"):
            text = text if level(node, False) >= FACTOR or text.startswith(("(", r"\left(")) else f"({text})"
        space = " " if before[-1:].isalpha() and text[:1].isalpha() and "\\" in before else ""
        return before + space + text + (" " if after[:1].isalpha() and text[-1:].isalpha() else "") + after

    def sum(self, olds: tuple[Node, ...], news: tuple[Node, ...], span: Span) -> str:
        places: list[Span | None] = []
        cursor = span.start
        for term in olds:
            found = self.find(_body(term), span, cursor)
            places.append(found)
            cursor = cursor if found is None else found.end
        left = list(range(len(olds)))
        out = ""
        for k, term in enumerate(news):
            body = _body(term)
            same = next((j for j in left if _body(olds[j]) == body and places[j] is not None), None)
            place = None if same is None else places[same]
            if place is not None:
                left = [j for j in left if j != same]
                text = self.text(place)
            elif len(olds) == len(news) and (place := places[k]) is not None:
                text = self.rewritten(_body(olds[k]), body, place)
                text = f"({text})" if isinstance(body, Add | Neg) else text
            else:
                text = self.printed(body, ENTRYWISE)
            sign = "-" if isinstance(term, Neg) else "+"
            out += f" {sign} {text}" if k else ("-" if sign == "-" else "") + text
        return out

    def product(self, olds: tuple[Node, ...], news: tuple[Node, ...], span: Span, entrywise: bool) -> str:
        places: list[Span | None] = []
        cursor = span.start
        for factor in olds:
            found = span if len(olds) == 1 else self.find(factor, span, cursor)
            places.append(found)
            cursor = cursor if found is None else found.end
        between = f" {self.hand.signs.get('odot', chr(92) + 'odot')} " if entrywise else " "
        left = list(range(len(olds)))
        out, before = "", -2
        for k, factor in enumerate(news):
            same = next((j for j in left if olds[j] == factor and places[j] is not None), None)
            place = None if same is None else places[same]
            if same is not None and place is not None:
                left = [j for j in left if j != same]
                text = self.text(place)
                if len(olds) == 1 and level(factor, k == len(news) - 1) < FACTOR and not text.startswith("("):
                    text = f"({text})"
            elif len(olds) == len(news) and (place := places[k]) is not None:
                text = self.rewritten(olds[k], factor, place)
                loose = level(factor, k == len(news) - 1) < FACTOR and not text.startswith(("(", r"\left("))
                text = f"({text})" if loose else text
                same = k
            else:
                text = self.printed(factor, FACTOR, k == len(news) - 1)
            gap = between
            if same is not None and same == before + 1 and (a := places[before]) and (b := places[same]):
                gap = self.row[a.end : b.start] or ("" if not text[:1].isalpha() else " ")
            out += (gap if k else "") + text
            before = -2 if same is None else same
        return out


def _terms(node: Node) -> tuple[Node, ...]:
    return node.terms if isinstance(node, Add) else (node,)


def _body(term: Node) -> Node:
    return term.body if isinstance(term, Neg) else term


def _only_change(old: Node, new: Node) -> tuple[Node, Node] | None:
    """The one child in which two trees of a kind differ."""
    if type(old) is not type(new):
        return None
    mine, theirs = list(old.children()), list(new.children())
    if len(mine) != len(theirs):
        return None
    changed = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    rest = iter(b for a, b in zip(mine, theirs, strict=True))
    if len(changed) != 1 or old.map_children(lambda _: next(rest)) != new:
        return None
    return changed[0]
