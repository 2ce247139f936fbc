r"""Changes of a line as it is written, for lines without a tree: transposes, order, letters, names, factors.

An ill-typed line can't be edited as a tree; but its surface knows where each part stands, so `G X` becomes `X^\top G`
by splicing the text, which is then read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import combinations, pairwise
from typing import Any

from symdl.language.surface import (
    Commas,
    Digits,
    Fraction,
    Group,
    Infix,
    Letter,
    Prose,
    Related,
    Root,
    Scripts,
    Seq,
    Styled,
    Surface,
    Word,
)

OPERATORS = (r"\sum", r"\prod", r"\partial", r"\nabla", r"\int", "d")


@dataclass(frozen=True)
class TextEdit:
    """The text with one part changed: kind, size of the change, what should be different in words."""

    kind: str
    cost: float
    words: str
    text: str


def text_edits(
    latex: str, surface: Surface, names: tuple[str, ...], letters: tuple[str, ...], top: str = r"\top"
) -> list[TextEdit]:
    """Every small change of a line's text, the smallest first; `top` is how its author writes a transpose."""
    found: dict[str, TextEdit] = {}
    start = _last_side(surface)
    inside = {n.text for n, _, script in _walk(surface, None, False) if script and isinstance(n, Letter)}
    letters = tuple(dict.fromkeys((*sorted(t for t in inside if len(t) == 1 and t.isalpha()), *letters)))
    for edit in _swapped_letters(latex, surface, letters, start):
        found[edit.text] = edit
    for edit in _edits(latex, surface, names, letters, start, raised(top)):
        if edit.text != latex and (edit.text not in found or found[edit.text].cost > edit.cost):
            found[edit.text] = edit
    return sorted(found.values(), key=lambda e: e.cost)


def pairs_of(latex: str, edits: list[TextEdit], again: Any) -> Iterator[TextEdit]:
    """Two changes of transposes and order at once; the kind is `shape` unless both are of one kind."""
    for first in edits:
        if first.kind in ("transpose", "order"):
            for second in again(first.text):
                if second.kind in ("transpose", "order") and not _nested(first, second):
                    kind = first.kind if first.kind == second.kind else "shape"
                    yield TextEdit(kind, first.cost + second.cost, f"{first.words}, and {second.words}", second.text)


def _nested(first: TextEdit, second: TextEdit) -> bool:
    """Two transposes, one inside the other: that is another formula, no slip."""
    if (first.kind, second.kind) != ("transpose", "transpose"):
        return False
    a, b = (e.words.split("$")[1] if "$" in e.words else "" for e in (first, second))
    return a in b or b in a


def _last_side(surface: Surface) -> int:
    """Mistakes are sought on the last side of a chain."""
    return surface.parts[-1].span.start if isinstance(surface, Related) else surface.span.start


def _edits(
    latex: str, surface: Surface, names: tuple[str, ...], letters: tuple[str, ...], start: int, top: str
) -> Iterator[TextEdit]:
    for node, parent, inside_script in _walk(surface, None, False):
        if node.span.start < start or node.span.end > len(latex) or node.span.start >= node.span.end:
            continue
        if isinstance(node, Scripts) and node.sub is not None:
            yield from _turned(latex, node)
        if inside_script:
            if isinstance(node, Letter) and len(node.text) == 1 and not isinstance(parent, Styled):
                yield from _letters(latex, node, letters)
            continue
        if isinstance(node, Seq):
            yield from _order(latex, node)
        if not isinstance(parent, Scripts | Styled | Group) or isinstance(node, Seq):
            yield from _transpose(latex, node, parent, top)
        if isinstance(node, Letter | Styled | Scripts) and _named(latex, node, names):
            for other in names:
                if other != _text(latex, node):
                    words = f"${_text(latex, node)}$ should be ${other}$"
                    yield TextEdit("chain-rule", 1.5, words, _splice(latex, node, other))
        if isinstance(node, Infix) and node.op in ("odot", "circ", "cdot") and isinstance(node.left, Surface):
            gap = latex[node.left.span.end : node.right.span.start]
            if gap.strip():
                text = latex[: node.left.span.end] + " " + latex[node.right.span.start :]
                yield TextEdit("shape", 1.3, f"${gap.strip()}$ should be a matrix product", text)


def _swapped_letters(latex: str, surface: Surface, letters: tuple[str, ...], start: int) -> Iterator[TextEdit]:
    """Two index letters exchanged wherever they stand on the last side."""
    spots = [
        node
        for node, parent, script in _walk(surface, None, False)
        if script and isinstance(node, Letter) and node.span.start >= start and not isinstance(parent, Styled)
    ]
    for a, b in combinations(letters, 2):
        text = latex
        here = sorted((n for n in spots if n.text in (a, b)), key=lambda n: -n.span.start)
        if {n.text for n in here} == {a, b}:
            for n in here:
                text = text[: n.span.start] + (b if n.text == a else a) + text[n.span.end :]
            yield TextEdit("index", 1.1, f"the indices ${a}$ and ${b}$ should change places", text)


def _walk(node: Surface, parent: Surface | None, script: bool) -> Iterator[tuple[Surface, Surface | None, bool]]:
    yield node, parent, script
    for f in fields(node):
        value = getattr(node, f.name)
        inner = script or (isinstance(node, Scripts) and f.name in ("sub", "sup"))
        for child in value if isinstance(value, tuple) else (value,):
            for x in child if isinstance(child, tuple) else (child,):
                if isinstance(x, Surface):
                    yield from _walk(x, node, inner)


def _text(latex: str, node: Surface) -> str:
    return latex[node.span.start : node.span.end]


def _splice(latex: str, node: Surface, new: str) -> str:
    return latex[: node.span.start] + new + latex[node.span.end :]


def raised(top: str) -> str:
    return f"^{top}" if len(top) == 1 or top[1:].isalpha() else f"^{{{top}}}"


def transpose_sign(latex: str, surface: Surface) -> str:
    """How the author of a formula raises a transpose, by the first that stands in it."""
    for node, _, _ in _walk(surface, None, False):
        if isinstance(node, Scripts) and _is_transposed(node) and node.sup is not None:
            text = _text(latex, node.sup).strip("{} ")
            if latex[: node.sup.span.start].rstrip("{ ").endswith("^") and text.count("{") == text.count("}"):
                return text
    return r"\top"


def _is_transposed(node: Surface) -> bool:
    if not isinstance(node, Scripts) or node.sup is None:
        return False
    sup = node.sup
    while isinstance(sup, Group | Styled):
        sup = sup.body
    if isinstance(sup, Seq) and len(sup.items) == 1:
        sup = sup.items[0]
    return isinstance(sup, Letter | Word) and sup.text in (r"\top", "T", r"\intercal", r"\prime")


def _transpose(latex: str, node: Surface, parent: Surface | None, top: str) -> Iterator[TextEdit]:
    text = _text(latex, node)
    shown = f"${text.strip()}$"
    if isinstance(node, Prose | Digits | Related | Commas | Word) or (
        isinstance(node, Letter) and node.text in OPERATORS
    ):
        return
    if isinstance(node, Scripts) and isinstance(node.base, Letter) and node.base.text in OPERATORS:
        return
    if _is_transposed(node) and isinstance(node, Scripts):
        base = _text(latex, node.base)
        sub = "" if node.sub is None else "_{" + _text(latex, node.sub).strip("{}") + "}"
        yield TextEdit("transpose", 1.0, f"{shown} should not be transposed", _splice(latex, node, base + sub))
        return
    if isinstance(node, Letter | Styled) or (isinstance(node, Scripts) and node.sup is None):
        new = text + top
    elif isinstance(node, Group) and node.kind in ("()", "[]"):
        new = text + top
    elif isinstance(node, Fraction | Scripts | Root):
        new = rf"\left({text}\right){top}"
    elif isinstance(node, Infix | Seq) and isinstance(parent, Related | type(None)):
        new = rf"\left({text.strip()}\right){top}"
    else:
        return
    yield TextEdit("transpose", 1.0, f"{shown} should be transposed", _splice(latex, node, new + " "))


def _order(latex: str, node: Seq) -> Iterator[TextEdit]:
    items = node.items
    for k, (a, b) in enumerate(pairwise(items)):
        if a.span.end > b.span.start:
            continue
        for stop in range(k + 2, len(items) + 1):
            last = items[stop - 1]
            first_text, rest = _text(latex, a), latex[b.span.start : last.span.end]
            text = latex[: a.span.start] + rest + " " + first_text + latex[last.span.end :]
            words = f"${first_text.strip()}$ should stand after ${rest.strip()}$"
            yield TextEdit("order", 1.02 + 0.01 * (stop - k), words, text)
            if stop > k + 2:
                front = latex[a.span.start : items[stop - 2].span.end]
                text = latex[: a.span.start] + _text(latex, last) + " " + front + latex[last.span.end :]
                words = f"${_text(latex, last).strip()}$ should stand before ${front.strip()}$"
                yield TextEdit("order", 1.03 + 0.01 * (stop - k), words, text)
    if len(items) > 1:
        for item in items:
            words = f"the factor ${_text(latex, item).strip()}$ should not be there"
            yield TextEdit("chain-rule", 1.4, words, _splice(latex, item, " "))


def _turned(latex: str, node: Scripts) -> Iterator[TextEdit]:
    """The two indices of an entry exchanged."""
    sub = node.sub
    while isinstance(sub, Group):
        sub = sub.body
    pair = sub.items if isinstance(sub, Seq) else sub.parts if isinstance(sub, Commas) else ()
    if len(pair) == 2:
        a, b = pair
        between = latex[a.span.end : b.span.start]
        text = latex[: a.span.start] + _text(latex, b) + between + _text(latex, a) + latex[b.span.end :]
        yield TextEdit("index", 1.06, f"the indices of ${_text(latex, node)}$ should change places", text)


def _letters(latex: str, node: Letter, letters: tuple[str, ...]) -> Iterator[TextEdit]:
    for other in letters:
        if other != node.text and node.text.isalpha():
            words = f"the index ${node.text}$ should be ${other}$"
            yield TextEdit("index", 1.05, words, _splice(latex, node, other))


def _named(latex: str, node: Surface, names: tuple[str, ...]) -> bool:
    return _text(latex, node).replace(" ", "") in {n.replace(" ", "") for n in names}


__all__ = ["TextEdit", "pairs_of", "text_edits", "transpose_sign"]
